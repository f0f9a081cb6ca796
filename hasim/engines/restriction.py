"""What is left of pools, schedules and gates where only some automata and signals are.

Rules of this file: nothing is decided here about who stays; names and order are kept.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from hasim.process import Gate, Node, Pool, Process, Schedule


def pools_used(process: Process, inside: Collection[int]) -> tuple[Pool, ...]:
    """Return the pools that somebody inside uses."""
    automata = (process.automata[index] for index in inside)
    used = {phase.pool for automaton in automata for phase in automaton.phases}
    return tuple(pool for pool in process.pools if pool.name in used)


def schedules_for(process: Process, signals: Collection[str]) -> tuple[Schedule, ...]:
    """Return the schedules that emit one of some signals, without what else they emit."""
    quieter = (
        replace(s, emits=tuple(name for name in s.emits if name in signals))
        for s in process.schedules
    )
    return tuple(schedule for schedule in quieter if schedule.emits)


def quiet_node(node: Node, signals: Collection[str]) -> Node:
    """Return a level as it is, a gate with some of its signals only."""
    if not isinstance(node, Gate):
        return node
    rises = tuple(name for name in node.rises if name in signals)
    falls = tuple(name for name in node.falls if name in signals)
    return replace(node, rises=rises, falls=falls)
