"""Filling in what a `preset` knows and the user left open, before anything is read.

Theory of operation
-------------------
A preset is a set of values of the catalogue for one part of a model. They are written into the
draft where nothing was typed, so that everything after this meets them as if they had been: the
readers check them, and messages about them show the line of the `preset`. What was filled is
remembered in the ledger, for the origins of ``hasim check --resolved`` and for the warning about
figures that nobody verified. The resolved model has the values and no `preset`.

Rules of this file
------------------
1. What was typed stays, and nothing is filled in that contradicts it: no failures beside typed
   ones, no failover where all replicas serve, no standbys for a single replica.
2. Inner parts come first: a failover that names its own preset gets nothing from its component's.
3. The catalogue is opened when a model names a preset, and not before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hasim.description.draft import KeyPath, Value, key_text
from hasim.description.reading import Filled, Ledger
from hasim.description.vocabulary import Part, names_of
from hasim.errors import InputError, Place, cut_list, show_value
from hasim.system import DEFAULT_MODE

if TYPE_CHECKING:
    from hasim.description.catalogue import Entry

#: Most values, and most presets, that the warning names: what one reads without counting.
MOST_NAMED = 5

#: The parts inside of a part that may name a preset: by key, the one part or those by name.
_INNER: Mapping[Part, Mapping[str, Part]] = {
    "component": {
        "failures": "mode",
        "standby": "standby",
        "failover": "failover",
        "tls": "tls",
    },
    "domain": {"failures": "domain mode"},
}

#: The keys that say how something fails: where one is typed, a preset adds none of them.
_FAILING = {"failures", "mtbf", "mttr", "availability"}

#: What messages call a part, where not as it is.
_WORDS: Mapping[Part, str] = {
    "mode": "failure mode",
    "domain mode": "failure mode of a domain",
}

_SECTIONS: Mapping[str, Part] = {
    "domains": "domain",
    "crews": "crew",
    "components": "component",
    "monitoring": "monitoring",
    "certificates": "certificate",
}


def fill_presets(ledger: Ledger) -> None:
    """Replace the draft of a ledger by one in which presets have filled what was left open."""
    typed = ledger.draft.values
    if not any(map(_names_presets, _owners(typed))):
        return
    values = dict(typed)
    for section, part in _SECTIONS.items():
        if isinstance(values.get(section), dict):
            values[section] = {
                name: _filled(ledger, (section, name), part, owner)
                for name, owner in values[section].items()
            }
    ledger.draft = replace(ledger.draft, values=values, positions=_positions(ledger))


def list_origins(ledger: Ledger) -> dict[KeyPath, str]:
    """Where the values come from that presets filled in, by their place in the system."""
    return {place_in_system(path): filled.origin for path, filled in ledger.filled.items()}


def list_ranges(ledger: Ledger) -> dict[KeyPath, tuple[str, str]]:
    """The ranges of the values that presets filled in, by their place in the system."""
    filled = ledger.filled.items()
    return {place_in_system(path): one.range for path, one in filled if one.range is not None}


def warn_of_guesses(ledger: Ledger) -> None:
    """Note which filled values are of grade D, all in one warning."""
    guesses = {path: one for path, one in ledger.filled.items() if one.grade == "D"}
    if not guesses:
        return
    paths = [key_text(path[1:]) for path in guesses]  # names stand for one thing in a model
    presets = list(dict.fromkeys(one.name for one in guesses.values()))
    count = "a value" if len(paths) == 1 else f"{len(paths)} values"
    found = f"{count} of grade D, which nobody has verified: {cut_list(paths, MOST_NAMED)}"
    found += f" (of the preset{'s' if len(presets) > 1 else ''} {cut_list(presets, MOST_NAMED)})"
    first = next(iter(guesses.values()))
    ledger.warn(first.preset, found, "", "write your own figures where the answer rests on them")


def place_in_system(path: KeyPath) -> KeyPath:
    """The path of what a key means in the system, where it is short for another."""
    match path:
        case (section, name, "mtbf" | "availability"):
            return (section, name, "failures", DEFAULT_MODE, "after")
        case (section, name, "mttr"):
            return (section, name, "failures", DEFAULT_MODE, "repair")
        case (section, name, "failures", mode, "rate"):
            return (section, name, "failures", mode, "after")
        case _:
            return path


# ---------------------------------------------------------------------------- where presets stand


def _owners(values: Mapping[str, Value]) -> Iterator[Value]:
    for section in _SECTIONS:
        parts = values.get(section)
        if isinstance(parts, dict):
            yield from parts.values()


def _names_presets(owner: Value) -> bool:
    """Whether a part, or one inside of it, names a preset."""
    if not isinstance(owner, dict):
        return False
    if "preset" in owner:
        return True
    modes = owner.get("failures")
    inner = [owner.get(key) for key in ("standby", "failover", "tls")]
    inner += modes.values() if isinstance(modes, dict) else []
    return any(isinstance(one, dict) and "preset" in one for one in inner)


def _filled(ledger: Ledger, path: KeyPath, part: Part, typed: Value) -> Value:
    """A copy of a part in which presets have filled what was left open, inner parts first."""
    if not isinstance(typed, dict):
        return typed
    values = dict(typed)
    for key, inner in _INNER.get(part, {}).items():
        if not isinstance(values.get(key), dict):
            continue
        if key == "failures":
            values[key] = {
                name: _filled(ledger, (*path, key, name), inner, mode)
                for name, mode in values[key].items()
            }
        else:
            values[key] = _filled(ledger, (*path, key), inner, values[key])
    if "preset" in values:
        at = (*path, "preset")
        entry = _find(ledger, at, part, values["preset"])
        if entry is not None:
            _fill(ledger, path, part, values, entry)
    return values


def _positions(ledger: Ledger) -> Mapping[KeyPath, Place | None]:
    """The positions of a draft with those of what was filled: the line of the preset."""
    positions = dict(ledger.draft.positions)
    for path, filled in ledger.filled.items():
        place = ledger.draft.place_of(filled.preset)
        for end in range(len(filled.preset), len(path) + 1):
            positions.setdefault(path[:end], place)
    return positions


# ---------------------------------------------------------------------------- which one


def _find(ledger: Ledger, path: KeyPath, part: Part, name: Value) -> Entry | None:
    """The entry that a preset names, if there is one and it fits; else what is wrong is noted."""
    from hasim.description.catalogue import all_entries, find_entry

    where = "hasim catalogue lists them"
    if not isinstance(name, str):
        error = InputError(show_value(name), "expected the name of a preset", where)
        ledger.refuse(path, error)
        return None
    entry = find_entry(name)
    if entry is None:
        fitting = [one.name for one in all_entries() if _fits(one, part)]
        step = ledger.suggest(name, fitting) or where
        ledger.refuse(path, InputError(f"there is no preset {show_value(name)}", "", step))
    elif entry.part is None:
        found = f"{entry.name} has facts and no values"
        error = InputError(found, "", f"read them by hasim catalogue {entry.name}")
        ledger.refuse(path, error)
    elif not _fits(entry, part):
        found = f"{entry.name} is a preset of a {entry.owner}, not of a {_WORDS.get(part, part)}"
        ledger.refuse(path, InputError(found, "", f"write {entry.example}"))
    else:
        return entry
    return None


def _fits(entry: Entry, part: Part) -> bool:
    """Whether a part has all keys of an entry: a domain's failure mode lacks some."""
    if part == "domain mode":
        known = names_of(part)
        return entry.part == "mode" and all(value.key[0] in known for value in entry.values)
    return entry.part == part


# ---------------------------------------------------------------------------- what is filled


def _fill(
    ledger: Ledger, path: KeyPath, part: Part, values: dict[str, Value], entry: Entry
) -> None:
    """Write what an entry knows and nobody typed into the values of a part."""
    barred = _barred_keys(part, values, entry)
    for known in entry.values:
        if known.key[0] in barred or (part == "component" and _strikes_one(values, known.key)):
            continue
        if _put(values, known.key, known.value):
            filled = Filled(entry.name, known.grade, (*path, "preset"), known.range)
            ledger.filled[(*path, *known.key)] = filled


def _put(values: dict[str, Value], key: tuple[str, ...], value: Any) -> bool:
    """Write a value where there is none; tells whether that was so."""
    owner = values
    for step in key[:-1]:
        owner = owner.setdefault(step, {})
        if not isinstance(owner, dict):
            return False
    if key[-1] in owner:
        return False
    owner[key[-1]] = value
    return True


def _strikes_one(values: Mapping[str, Value], key: tuple[str, ...]) -> bool:
    """Whether a key is the common cause of a single replica."""
    return key[-1] == "common_cause" and values.get("replicas", "1") == "1"


def _barred_keys(part: Part, typed: Mapping[str, Value], entry: Entry) -> set[str]:
    """The keys of a part that a preset leaves alone, because of what was typed."""
    inner = _INNER.get(part, {})
    barred = {key for key in inner if isinstance(typed.get(key), dict) and "preset" in typed[key]}
    if part in ("mode", "domain mode") and typed.keys() & {"after", "rate"}:
        barred |= {"after", "rate"}
    if typed.keys() & _FAILING:
        barred |= _FAILING
    if part == "component":
        barred |= _barred_by_redundancy(typed, entry)
    return barred


def _barred_by_redundancy(typed: Mapping[str, Value], entry: Entry) -> set[str]:
    """What does not go with the way in which the replicas share the work."""
    offered = [value.value for value in entry.values if value.key == ("redundancy",)]
    typed_required = typed.get("required", "1")
    needs_all = typed.get("replicas") == "1" or typed_required not in ("1", "peak")
    needs_all |= offered == ["quorum"] and "required" in typed
    barred = {"redundancy"} if needs_all else set()
    redundancy = typed.get("redundancy", None if needs_all or not offered else offered[0])
    contrary = {"active-passive": {"required"}, "quorum": {"required", "standby"}}
    return barred | contrary.get(str(redundancy), {"standby", "failover"})
