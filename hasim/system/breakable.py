"""What of a system can be said to fail, by name, and what is wrong about other names.

Rules of this file: structure only; nothing is compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from hasim.errors import InputError, show_value
from hasim.system.model import Component, Domain, FailureMode, System

_MOST_LISTED = 12
_WHAT = "a replica, a domain or a common cause that can fail"


def list_breakable(system: System) -> Iterator[str]:
    """Yield what can fail by itself: domains, then replicas and common causes."""
    for name, domain in system.domains.items():
        if domain.failures:
            yield name
    for name, component in system.components.items():
        if any(mode.common_cause < 1.0 for mode in component.failures.values()):
            yield from (f"{name}.{number}" for number in range(1, component.replicas + 1))
        yield from (
            f"{name}.{mode}.common"
            for mode, given in component.failures.items()
            if given.common_cause > 0.0
        )


def find_problem(system: System, item: str) -> InputError | None:
    """Return what is wrong about something that is to fail; None where it can.

    Parameters
    ----------
    system : System
    item : str
        Such as ``db.1``, ``web.1.hardware``, ``a`` or ``db.crash.common``.
    """
    known = dict.fromkeys(list_breakable(system))
    if item in known:
        return None
    owner, _, mode = item.rpartition(".")
    if owner in known and not owner.endswith(".common"):
        modes = _modes_of(system, owner)
        if mode in modes:
            return None
        found = f"{owner} has no failure mode {mode}"
        return InputError(found, f"one of {', '.join(modes)}", f"write {owner}.{next(iter(modes))}")
    return _refuse(system, item, list(known))


def _modes_of(system: System, owner: str) -> Mapping[str, FailureMode]:
    part: Domain | Component = (
        system.domains[owner]
        if owner in system.domains
        else system.components[owner.rpartition(".")[0]]
    )
    return {name: mode for name, mode in part.failures.items() if mode.common_cause < 1.0}


def _refuse(system: System, item: str, known: list[str]) -> InputError:
    owner = item.partition(".")[0]
    if item in system.services:
        found = f"{item} is a service, which is down when what it needs is"
        return InputError(found, _WHAT, "name what it needs")
    part: Domain | Component | None = system.domains.get(owner) or system.components.get(owner)
    if part is not None and not part.failures:
        found = f"{owner} cannot fail by itself: it has no failures in this model"
        return InputError(found, _WHAT, f"give {owner} a mtbf and a mttr")
    if item in system.components:
        number = system.components[item].replicas
        found = f"{item} is a component with {number} replica{'s' * (number > 1)}"
        return InputError(found, "one of them", f"write {item}.1")
    near = get_close_matches(item, known, 1, 0.6)
    more = " ..." if len(known) > _MOST_LISTED else ""
    expected = f"one of {', '.join(known[:_MOST_LISTED])}{more}" if known else _WHAT
    step = f"did you mean {near[0]}?" if near else f"write {known[0]}" if known else ""
    return InputError(f"{show_value(item)} is nothing that fails by itself", expected, step)
