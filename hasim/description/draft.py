"""What was typed, before it means anything: plain nested text and where each piece of it stands.

YAML, the builder and a graph all produce a `Draft`; `resolution` makes a System of it. In a draft
every value is a text, a list, a mapping or None (nothing was written); numbers are their text.
"""

from __future__ import annotations

import numbers
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, get_args

from hasim.description.instances import Instance
from hasim.errors import KEY_LENGTH, Finding, ModelError, Place, escape_text, show_value
from hasim.laws import Law
from hasim.system.uncertain import Uncertain

#: The steps that lead to a value: keys of mappings and indices of lists.
KeyPath: TypeAlias = tuple[str | int, ...]

#: A value of a draft: ``dict[str, Value] | list[Value] | str | None``.
Value: TypeAlias = Any

T = TypeVar("T")

#: Deepest nesting: the language needs nine levels, and `needs` within `needs` two more each.
MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Use:
    """A parameter whose value stands in a text.

    Parameters
    ----------
    name, value : str
        Those of the parameter.
    is_below : bool
        Whether the text is part of the value that is asked about, not the value itself.
    """

    name: str
    value: str
    is_below: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """How a draft came about in which parameters and stamps have been used up.

    Parameters
    ----------
    typed : Mapping[KeyPath, KeyPath]
        Path at which a value was typed, where that differs; it holds for all that is below.
    instances : Mapping[KeyPath, Instance]
        The instance that a part belongs to, by section and name.
    uses : Mapping[KeyPath, tuple of Use]
        The parameters in a value.
    faults : frozenset of KeyPath
        Values that could not be expanded; what contains them is not judged as a value.
    is_complete : bool
        Whether all parts of the model are there, so that it can be read.
    uncertain : tuple of Uncertain
        The parameters that are uncertain.
    templates : Mapping[KeyPath, str]
        Texts in which uncertain parameters stand, with their names still in them.
    """

    typed: Mapping[KeyPath, KeyPath] = field(default_factory=dict)
    instances: Mapping[KeyPath, Instance] = field(default_factory=dict)
    uses: Mapping[KeyPath, tuple[Use, ...]] = field(default_factory=dict)
    faults: frozenset[KeyPath] = frozenset()
    is_complete: bool = True
    uncertain: tuple[Uncertain, ...] = ()
    templates: Mapping[KeyPath, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A description as it was typed.

    Parameters
    ----------
    values : dict
        The keys of the model language, not yet read.
    file : str or None
        The file's name as messages show it.
    folder : Path or None
        Where files that the model names may be; None: nowhere.
    positions : Mapping[KeyPath, Place or None]
        Where every key and list entry stands. None: typed elsewhere than in a file, together with
        all that is below.
    findings : tuple of Finding
        What was wrong already while reading, such as a key that stands twice.
    expansion : Expansion or None
        What became of parameters and stamps; None where there were none, or still are.
    """

    values: dict[str, Value]
    file: str | None = None
    folder: Path | None = None
    positions: Mapping[KeyPath, Place | None] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    expansion: Expansion | None = None

    def place_of(self, path: KeyPath) -> Place | None:
        """Place of a key, or else of what holds it; None if it stands in no file."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.positions:
                return self.positions[path[:end]]
        return None if self.file is None else Place(self.file, 1, 1)

    def instance_of(self, path: KeyPath) -> Instance | None:
        """The instance of a stamp that a value belongs to, as it was typed in its block."""
        if self.expansion is None or path[:2] not in self.expansion.instances:
            return None
        typed = self.typed_path(path)
        return self.expansion.instances[path[:2]] if typed[0] == "stamps" else None

    def typed_path(self, path: KeyPath) -> KeyPath:
        """The path at which a value was typed."""
        if self.expansion is not None:
            for end in range(len(path), 0, -1):
                if path[:end] in self.expansion.typed:
                    return (*self.expansion.typed[path[:end]], *path[end:])
        return path

    def uses_at(self, path: KeyPath) -> tuple[Use, ...]:
        """The parameters in a value."""
        return () if self.expansion is None else self.expansion.uses.get(path, ())

    def finding(
        self,
        path: KeyPath,
        found: str,
        expected: str = "",
        next_step: str = "",
        *,
        severity: Literal["error", "warning"] = "error",
    ) -> Finding:
        """What is wrong about the value at a path, in the words in which it was typed."""
        key = key_text(self.typed_path(path))
        found += _from_parameters(self.uses_at(path), found)
        found, expected, next_step = map(_printable, (found, expected, next_step))
        finding = Finding(self.place_of(path), key, found, expected, next_step, severity)
        instance = self.instance_of(path)
        return finding if instance is None else instance.in_block_words(finding)


def _printable(text: str) -> str:
    """The text, safe to print even if a name in it is none that the language knows."""
    return text if text.isprintable() else escape_text(text, KEY_LENGTH)


def _from_parameters(uses: tuple[Use, ...], found: str) -> str:
    """What a finding about a value adds about the parameters in it."""
    notes = []
    for use in uses:
        shown = show_value(use.value)
        is_told = re.search(rf"(?<!\w){re.escape(shown)}(?!\w)", found) is not None
        if is_told or not use.is_below:
            notes.append(f"${{{use.name}}}" + ("" if is_told else f", which is {shown}"))
    return f" (from {' and '.join(notes)})" if notes else ""


def key_text(path: KeyPath) -> str:
    """A path as messages and ``--set`` write it: ``components.web.needs[0]``."""
    text = ""
    for step in path:
        match step:
            case int():
                text += f"[{step}]"
            case str():
                text += f".{escape_text(step)}" if text else escape_text(step)
    return text


def draft_of(values: Mapping[str, object], *, folder: Path | None = None) -> Draft:
    """Draft of plain Python values: mappings, lists, text, numbers and laws.

    Parameters
    ----------
    values : Mapping
        The keys of the model language.
    folder : Path, optional
        Where files that the model names may be.

    Raises
    ------
    ModelError
        If a value is of another kind, a key is no text, or the nesting is too deep.
    """
    findings: list[Finding] = []
    text = _as_text(values, (), findings)
    if findings:
        raise ModelError(findings)
    return Draft(text, folder=folder)


def _as_text(value: object, path: KeyPath, findings: list[Finding]) -> Value:
    if len(path) > MAX_DEPTH:
        findings.append(Finding(None, key_text(path[:3]), *too_deep()))
        return None
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case numbers.Integral():
            return str(int(value))
        case numbers.Real():
            return repr(float(value))
        case Mapping():
            return {
                _as_key(key, path, findings): _as_text(entry, (*path, str(key)), findings)
                for key, entry in value.items()
            }
        case Sequence():
            return [_as_text(entry, (*path, i), findings) for i, entry in enumerate(value)]
        case _ if isinstance(value, get_args(Law)):
            return str(value)
    findings.append(
        Finding(
            None,
            key_text(path),
            f"a value of type {type(value).__name__}",
            "expected text, a number, a law, a list or a mapping",
        )
    )
    return None


def _as_key(key: object, path: KeyPath, findings: list[Finding]) -> str:
    if not isinstance(key, str):
        found = f"a key of type {type(key).__name__}"
        findings.append(Finding(None, key_text(path), found, "a key is a text"))
    return str(key)


def too_deep() -> tuple[str, str]:
    """What was found and expected where the nesting is too deep."""
    return f"nested more than {MAX_DEPTH} deep", "a model needs fewer than 20 levels"


# ---------------------------------------------------------------------------- changing one value

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


def set_value(draft: Draft, key: str, value: Value) -> Draft:
    """The draft with another value at a key, as ``--set components.web.replicas=8`` wants it.

    Parameters
    ----------
    draft : Draft
        Stays as it is; `with_settings` is for one that has yet to be expanded.
    key : str
        Dotted path; entries of lists by index, ``needs[0]`` or ``needs.0``. A key that is not
        there is added, but the component, domain, crew, service or stamp it belongs to must exist,
        and so must a parameter.
    value : Value
        Text, a list or a mapping; None removes the key, and changes nothing where it is not there.

    Raises
    ------
    ModelError
        If the path leads nowhere; the finding names the key.
    """
    path = parse_key(key)
    positions = {**_outside(draft.positions, path), path: None}
    return replace(change_values(draft, [(path, value)]), positions=positions)


def change_values(draft: Draft, changes: Iterable[tuple[tuple[str, ...], Value]]) -> Draft:
    """The draft with other values at some paths, which `parse_key` gives; places are as before.

    Raises
    ------
    ModelError
        If a path leads nowhere.
    """
    values, expansion = draft.values, draft.expansion
    for path, value in changes:
        values = _with_value(values, path, 0, value)
        expansion = expansion and _forgetting(expansion, path)
    return replace(draft, values=values, expansion=expansion)


def _forgetting(expansion: Expansion, path: tuple[str, ...]) -> Expansion:
    """How the draft came about in which the value at a path is one that was set."""
    if not (expansion.typed or expansion.uses or expansion.templates):
        return expansion
    return replace(
        expansion,
        typed={**_outside(expansion.typed, path), path: path},
        uses=_outside(expansion.uses, path),
        templates=_outside(expansion.templates, path),
    )


def _outside(by_path: Mapping[KeyPath, T], path: KeyPath) -> dict[KeyPath, T]:
    """What is noted about other values than one and those in it."""
    return {at: noted for at, noted in by_path.items() if at[: len(path)] != path}


def parse_key(key: str) -> tuple[str, ...]:
    """The steps of a dotted path, indices of lists as text.

    Raises
    ------
    ModelError
        If it is none.
    """
    steps = [match.group(1) or match.group(2) for match in _STEP.finditer(key)]
    if len(steps) > MAX_DEPTH:
        raise ModelError([_unreachable(key, *too_deep())])
    if not steps or "".join(m.group(0) for m in _STEP.finditer(key)) != key or key[0] == ".":
        raise ModelError(
            [
                _unreachable(
                    key, "it is not the path of a key", "", "write components.web.replicas=8"
                )
            ]
        )
    return tuple(steps)


def _with_value(old: Value, path: tuple[str, ...], depth: int, value: Value) -> Value:
    """A copy of ``old`` in which the value at ``path[depth:]`` is another one."""
    if depth == len(path):
        return value
    step = path[depth]
    match old:
        case list():
            index = _list_index(old, path, depth)
            if value is None and depth == len(path) - 1:
                found = "an entry of a list is not removed by itself"
                raise ModelError([_unreachable(".".join(path), found, "", "set the whole list")])
            return [
                _with_value(entry, path, depth + 1, value) if i == index else entry
                for i, entry in enumerate([*old, None][: max(len(old), index + 1)])
            ]
        case dict():
            if step not in old and depth == 1 and (depth < len(path) - 1 or _is_parameter(path)):
                raise ModelError([_unknown_owner(old, path)])
            if value is None:
                return _without(old, path, depth)
            return {**old, step: _with_value(old.get(step), path, depth + 1, value)}
        case None if depth == 1 and _is_parameter(path):
            raise ModelError([_unknown_owner({}, path)])
        case None if value is None:
            return None
        case None:
            return {step: _with_value(None, path, depth + 1, value)}
        case _:
            owner = ".".join(path[:depth])
            found = f"{owner} is the text {escape_text(str(old))}, it has no key {step}"
            raise ModelError([_unreachable(".".join(path), found)])


def _without(old: dict[str, Value], path: tuple[str, ...], depth: int) -> dict[str, Value]:
    """A copy of a mapping in which the value at ``path[depth:]`` is not there."""
    step = path[depth]
    if step not in old:
        return old
    if depth < len(path) - 1:
        return {**old, step: _with_value(old[step], path, depth + 1, None)}
    return {key: entry for key, entry in old.items() if key != step}


def _is_parameter(path: tuple[str, ...]) -> bool:
    return path[0] == "parameters"


def _list_index(old: list[Value], path: tuple[str, ...], depth: int) -> int:
    step = path[depth]
    if not step.isdigit() or int(step) > len(old):
        owner = ".".join(path[:depth])
        found = f"{owner} is a list of {len(old)}, it has no entry {escape_text(step)}"
        raise ModelError([_unreachable(".".join(path), found, f"an index from 0 to {len(old)}")])
    return int(step)


def _unknown_owner(names: Mapping[str, Value], path: tuple[str, ...]) -> Finding:
    from hasim.description.vocabulary import suggestion

    found = f"there is no {escape_text(path[1])} in {path[0]}"
    return _unreachable(".".join(path), found, next_step=suggestion(path[1], list(names)))


def _unreachable(key: str, found: str, expected: str = "", next_step: str = "") -> Finding:
    return Finding(None, escape_text(key), found, expected, next_step)
