"""What people do to a system on purpose, in words: changes and maintenance.

Rules of this file
------------------
1. It reads the phases that changes.py and maintenance.py name, and nothing else knows how.
"""

from __future__ import annotations

from collections.abc import Callable

from hasim.compiler.changes import DEPLOY, DETECT, HIDDEN, MISSED, ROLLBACK
from hasim.compiler.maintenance import DRAIN, OUT
from hasim.compiler.turns import IDLE, RETURNS
from hasim.system import System
from hasim.units import format_probability

_HOW_IT_GOES_ON = {
    MISSED: "the wave does not find it",
    DETECT: "it is being found",
    ROLLBACK: "it is rolled back",
}


def tell_change(system: System, name: str, phase: str, before: str) -> str | None:
    """What it means that a change entered a phase from another; None where nothing."""
    state, _, wave = phase.partition(" in wave ")
    if phase == IDLE:
        return None if before in ("", IDLE) else f"{name} is over"
    if state.startswith(DEPLOY):
        which = state.removeprefix(DEPLOY).strip() or _scope(system, name)
        return f"{name} takes {which} out to deploy"
    if state.endswith(RETURNS):
        return f"{name} waits until {_are(state.removesuffix(RETURNS))} ready"
    if state == HIDDEN:
        return f"{name} is bad, and nothing shows it yet" + (f" (wave {wave})" if wave else "")
    if state == ROLLBACK and before.startswith(DETECT):
        return f"{name} is rolled back"
    return f"{name} is bad: {_lost(system, name, wave)}; {_HOW_IT_GOES_ON[state]}"


def tell_maintenance(name: str, phase: str, before: str, masks: Callable[[str], str]) -> str | None:
    """What it means that a maintenance entered a phase; `masks` tells what a place masks."""
    if phase == IDLE:
        return None if before in ("", IDLE) else f"{name} is over"
    if phase.endswith(RETURNS):
        return f"{name}: {_are(phase.removesuffix(RETURNS))} back, not ready yet"
    if not phase.endswith(OUT):
        return f"{name}: {_are(phase.removeprefix(DRAIN))} drained"
    turn = phase.removesuffix(OUT)
    masked = masks(turn)
    return f"{name}: {_are(turn)} taken out" + (f": {masked}" if masked else "")


def _are(turn: str) -> str:
    return f"{turn} are" if " to " in turn else f"{turn} is"


def _scope(system: System, name: str) -> str:
    return " and ".join(system.all_changes()[name].scope)


def _lost(system: System, name: str, wave: str) -> str:
    """What a bad change loses in a wave; in the end, where there is none."""
    change = system.all_changes()[name]
    if not wave:
        return f"{_scope(system, name)} cannot serve"
    if change.strategy == "canary":
        share = format_probability(change.waves[int(wave) - 1])
        return f"{share} of the requests of {_scope(system, name)} are lost"
    first = change.scope[0]
    replicas = system.components[first].replicas
    return f"{change.at_once} of {replicas} replicas of {first} lose their requests"
