"""Crews: repairers who take one repair each at a time.

Theory of operation
-------------------
A crew is a pool with as many tokens as it has members; a phase of repair needs one, and waits
for it first come, first served. Where the modes that a crew repairs differ in `priority`, the
lower goes first. It interrupts a repair once begun only where the crew preempts; that repair then
goes on where it stopped (`Mode.repair_memory`).

Rules of this file
------------------
1. A crew that nobody calls is left out.
"""

from __future__ import annotations

from typing import Literal

from hasim.compiler.certificates import lapsing
from hasim.compiler.plan import Plan
from hasim.process import Origin, Pool

PASS = "crews"

Order = Literal["fifo", "priority"]


def add_crews(plan: Plan) -> None:
    """Add a pool for each crew that something is repaired by."""
    priorities: dict[str, set[int]] = {}
    of_groups = (group.modes for group in plan.groups.values())
    for modes in (*plan.domain_modes.values(), *of_groups):
        for mode in modes:
            if mode.given.crew is not None:
                priorities.setdefault(mode.given.crew, set()).add(mode.given.priority)
    for _, certificate in lapsing(plan.system):
        if certificate.crew is not None:
            priorities.setdefault(certificate.crew, set()).add(certificate.priority)
    for name, crew in plan.system.crews.items():
        if name in priorities:
            differ = len(priorities[name]) > 1
            order: Order = "priority" if differ else "fifo"
            preempts = crew.preempts and differ
            plan.draft.pools[name] = Pool(name, crew.size, order, preempts, Origin(name, PASS))
