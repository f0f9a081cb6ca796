"""How long it takes to notice a failure or a return: probes, heartbeats, leases, or a law."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hasim.errors import escape_text, list_words, show_value
from hasim.laws.bounded import Uniform
from hasim.laws.families import Law
from hasim.laws.parameters import LawError
from hasim.laws.text import parse_law
from hasim.units import UnitError, parse_count, parse_duration

#: The forms of detection: what each needs, and what it may have.
_FORMS: Final = {
    "probe": (("probe", "misses"), ("timeout",)),
    "heartbeat": (("heartbeat", "misses"), ()),
    "lease": (("lease", "renew"), ()),
}
_EXAMPLES: Final = {
    "probe": "{probe: 5 s, misses: 3}",
    "heartbeat": "{heartbeat: 10 s, misses: 3}",
    "lease": "{lease: 30 s, renew: 10 s}",
}
_READMISSION: Final = "{probe: 2 s, passes: 2}"


def parse_detection(value: object, *, base_folder: Path | None = None) -> Law:
    """The law of the time to notice a failure.

    Parameters
    ----------
    value : object
        ``{probe: T, misses: n, timeout: t}`` or ``{heartbeat: T, misses: n}``: n probes in a row
        are missed, the first within T of the failure; ``{lease: L, renew: R}``: a lease that was
        renewed up to R before the failure runs out; or any law, a bare duration being fixed.
    base_folder : Path or None
        As of `parse_law`.

    Returns
    -------
    Law
        Uniform from (n-1) T + t to n T + t, or from L - R to L.

    Raises
    ------
    LawError
        If it is neither; its next step is the nearest valid form.
    """
    if not isinstance(value, Mapping):
        return parse_law(value, bare="fixed", base_folder=base_folder)
    kinds = [kind for kind in _FORMS if kind in value]
    if not kinds:
        if any(name in value for needs, may in _FORMS.values() for name in (*needs, *may)):
            found = f"{_list_keys(value)} without probe, heartbeat or lease"
            step = f"write {list_words(list(_EXAMPLES.values()), 'or')}"
            raise LawError(found, "detection names what is missed", step)
        return parse_law(value, bare="fixed", base_folder=base_folder)
    if len(kinds) > 1:
        step = f"write {list_words([_EXAMPLES[kind] for kind in kinds], 'or')}"
        found = f"{list_words(kinds)} stand side by side"
        raise LawError(found, "a failure is detected in one way", step)
    _check_keys(kinds[0], value)
    if kinds[0] == "lease":
        return _build_lease(value)
    return _build_run(kinds[0], "misses", value, _EXAMPLES[kinds[0]])


def parse_ejection(value: object, *, base_folder: Path | None = None) -> tuple[Law, Law]:
    """The laws of the time until a balancer's probes eject what failed.

    Parameters
    ----------
    value : object
        As of `parse_detection`; a probe's timeout is at most the time between two.
    base_folder : Path or None
        As of `parse_law`.

    Returns
    -------
    tuple of (Law, Law)
        For failures after which the port refuses, so that no timeout is waited for, and for those
        after which nothing answers.

    Raises
    ------
    LawError
        As `parse_detection`, and if probes would overlap.
    """
    silent = parse_detection(value, base_folder=base_folder)
    if not (isinstance(value, Mapping) and "timeout" in value):
        return silent, silent
    period = _read_duration("probe", value["probe"])
    if _read_duration("timeout", value["timeout"]) > period:
        found = f"timeout is {show_value(value['timeout'])}"
        expected = f"it is at most the time between two probes, {show_value(value['probe'])}"
        raise LawError(found, expected, "shorten it, or probe less often")
    refused = {name: given for name, given in value.items() if name != "timeout"}
    return parse_detection(refused, base_folder=base_folder), silent


def parse_readmission(value: object, *, base_folder: Path | None = None) -> Law:
    """The law of the time from a replica's serving again to its getting requests again.

    Parameters
    ----------
    value : object
        ``{probe: T, passes: n}``: n probes in a row pass, the first within T of the return; or any
        law, a bare duration being fixed.
    base_folder : Path or None
        As of `parse_law`.

    Returns
    -------
    Law
        Uniform from (n-1) T to n T.

    Raises
    ------
    LawError
        If it is neither; its next step is the nearest valid form.
    """
    if not isinstance(value, Mapping) or not {"probe", "passes"} & value.keys():
        return parse_law(value, bare="fixed", base_folder=base_folder)
    if value.keys() != {"probe", "passes"}:
        found = f"{_list_keys(value)} say when it is readmitted"
        raise LawError(found, "probe goes with passes", f"write {_READMISSION}")
    return _build_run("probe", "passes", value, _READMISSION)


def _check_keys(kind: str, given: Mapping[object, object]) -> None:
    needs, may = _FORMS[kind]
    missing = [name for name in needs if name not in given]
    extra = [key for key in given if key not in needs and key not in may]
    takes = f"{kind} takes {list_words([*needs[1:], *(f'{name} if wanted' for name in may)])}"
    if missing:
        found = f"{_list_keys(given)} without {missing[0]}"
        raise LawError(found, takes, f"write {_EXAMPLES[kind]}")
    if extra:
        found = f"{kind} has no parameter {show_value(extra[0])}"
        raise LawError(found, takes, f"write {_EXAMPLES[kind]}")


def _build_run(kind: str, counted: str, given: Mapping[object, object], example: str) -> Law:
    """From the first to the last of so many looks in a row, the timeout of the last included."""
    period = _read_duration(kind, given[kind])
    if period == 0:
        raise LawError(f"{kind} is 0 s", "the time between two is above 0", "write 5 s")
    timeout = _read_duration("timeout", given.get("timeout", "0 s"))
    try:
        looks = parse_count(given[counted])
    except UnitError as error:
        raise LawError(f"{counted}: {error.found}", error.expected, error.next_step) from None
    if looks < 1:
        raise LawError(f"{counted} is 0", "it is 1 or more", f"write {example}")
    return Uniform((looks - 1) * period + timeout, looks * period + timeout)


def _build_lease(given: Mapping[object, object]) -> Law:
    lease = _read_duration("lease", given["lease"])
    renew = _read_duration("renew", given["renew"])
    if not 0 < renew <= lease:
        found = f"renew is {show_value(given['renew'])}"
        expected = f"it is above 0 and at most the lease, {show_value(given['lease'])}"
        raise LawError(found, expected, f"write {_EXAMPLES['lease']}")
    return Uniform(lease - renew, lease)


def _read_duration(name: str, value: object) -> float:
    try:
        return parse_duration(value)
    except UnitError as error:
        raise LawError(f"{name}: {error.found}", error.expected, error.next_step) from None


def _list_keys(given: Mapping[object, object]) -> str:
    return escape_text(list_words([show_value(key) for key in list(given)[:5]]))
