"""Causes by kind: failures, changes and maintenance, where a System has any of the latter two.

Rules of this file
------------------
1. What a cause is, its automaton's origin tells; a cause without one is a failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hasim.compiler import changes, maintenance
from hasim.process import Process
from hasim.stats import Estimate

FAILURE = "failure"

KINDS: Mapping[str, str] = {changes.PASS: "change", maintenance.PASS: "maintenance"}
"""The kinds of planned work, by the pass that made it."""


def planned_causes(process: Process) -> dict[str, str]:
    """The changes and the maintenance of a Process, with their kinds."""
    made = ((one.name, one.origin.made_by) for one in process.automata)
    return {name: KINDS[made_by] for name, made_by in made if made_by in KINDS}


def kinds_among(planned: Mapping[str, str]) -> tuple[str, ...]:
    """All kinds, where there is planned work; else none."""
    return (FAILURE, *KINDS.values()) if planned else ()


def add_up(times: Mapping[str, Estimate], planned: Mapping[str, str]) -> dict[str, Estimate]:
    """The times of causes by kind, each with the sum of the limits; empty without planned work."""
    return {
        kind: _sum(one for cause, one in times.items() if planned.get(cause, FAILURE) == kind)
        for kind in kinds_among(planned)
    }


def _sum(parts: Iterable[Estimate]) -> Estimate:
    ends = list(zip(*(part.ends for part in parts), strict=True))
    if not ends:
        return Estimate.of_exact(0.0)
    return Estimate(*(None if None in end else sum(x for x in end if x) for end in ends))
