"""Twins: systems that differ from another in one thing about a component, to play side by side.

Theory of operation: each kind of twin is a function from a System to one in which one thing about
the component is otherwise, for better or for worse, or to None where it makes no sense there. Its
label says what is different, as the end of "the same incident ...".

Rules of this file: one thing at a time; a twin that equals the system is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hasim.compiler.plan import is_instant
from hasim.errors import InputError, list_words, show_value
from hasim.system import Component, Standby, System


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is different, and the keys of the component that make it so; None where it is not."""

    label: str
    update: Callable[[Component], Mapping[str, Any] | None]


def twins_of(system: System, component: str) -> dict[str, System]:
    """Return the twins of a system that differ in one thing about a component.

    Parameters
    ----------
    system : System
    component : str

    Returns
    -------
    dict of str to System
        By what is different: ``without the standby test``.

    Raises
    ------
    InputError
        Where there is no such component.
    """
    given = system.components.get(component)
    if given is None:
        known = list(system.components)
        found = f"{show_value(component)} is no component"
        raise InputError(found, f"one of {list_words(known, 'and')}", f"write {known[0]}")
    updates = {kind.label: kind.update(given) for kind in _KINDS}
    return {
        label: system.model_copy(
            update={"components": {**system.components, component: given.model_copy(update=update)}}
        )
        for label, update in updates.items()
        if update is not None
    }


def _without_test(given: Component) -> Mapping[str, Any] | None:
    standby = given.standby
    if standby is None or standby.test is None:
        return None
    return {"standby": standby.model_copy(update={"test": None})}


def _cold(given: Component) -> Mapping[str, Any] | None:
    if given.standby is None or given.standby.rate == 0.0 or given.failover is None:
        return None
    return None if is_instant(given.failover.promote) else {"standby": Standby(rate=0.0)}


def _hot(given: Component) -> Mapping[str, Any] | None:
    standby = given.standby
    if standby is None or standby.rate == 1.0:
        return None
    return {"standby": standby.model_copy(update={"rate": 1.0})}


def _always_works(given: Component) -> Mapping[str, Any] | None:
    return (
        _failover(given, coverage=1.0) if given.failover and given.failover.coverage < 1 else None
    )


def _never_works(given: Component) -> Mapping[str, Any] | None:
    failover = given.failover
    if failover is None or failover.coverage == 0.0 or failover.manual is None:
        return None
    return _failover(given, coverage=0.0)


def _noticed_sooner(given: Component) -> Mapping[str, Any] | None:
    if given.failover is None or is_instant(given.failover.detect):
        return None
    return _failover(given, detect=given.failover.detect.scaled(0.5))


def _one_more(given: Component) -> Mapping[str, Any] | None:
    return None if given.redundancy == "quorum" else {"replicas": given.replicas + 1}


def _failover(given: Component, **update: Any) -> Mapping[str, Any]:
    assert given.failover is not None
    return {"failover": given.failover.model_copy(update=update)}


_KINDS = (
    _Kind("without the standby test", _without_test),
    _Kind("with a cold standby", _cold),
    _Kind("with a hot standby", _hot),
    _Kind("with a failover that always works", _always_works),
    _Kind("with a failover that people must do", _never_works),
    _Kind("noticed in half the time", _noticed_sooner),
    _Kind("with one replica more", _one_more),
)
