"""Compilation: from a System to a Process, by a list of passes, one for each mechanism.

Theory of operation
-------------------
`PASSES` is the compiler. Each pass reads the `Plan` (the System and plain facts about it) and adds
what its mechanism is made of to the Process under construction. First come the things that others
refer to by name: pools, gates, signals; then the automata, in the order that decides ties (places,
replicas, events that strike them, controllers, memories, planned work); last what is measured.

Rules of this file
------------------
1. The same System gives the same Process, item by item.
2. The work is linear in the replicas; only failing-over groups, which are small, are looked at pair
   by pair.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hasim.compiler import (
    causes,
    certificates,
    changeover,
    changes,
    common_cause,
    crews,
    failback,
    failover,
    failures,
    false_alarms,
    flapping,
    game_days,
    links,
    maintenance,
    rebuild,
    relocation,
    routes,
    services,
    serving,
    split_brain,
    standby,
    start,
    tolerance,
    unguarded,
)
from hasim.compiler.plan import Plan, make_plan
from hasim.process import Automaton, Origin, Phase, Process
from hasim.system import System

PASSES: tuple[Callable[[Plan], None], ...] = (
    crews.add_crews,
    certificates.add_holds,
    changes.add_holds,
    maintenance.add_holds,
    routes.add_gates,
    serving.add_gates,
    unguarded.add_gates,
    common_cause.add_signals,
    standby.add_signals,
    game_days.add_signals,
    failover.add_signals,
    split_brain.add_signals,
    causes.add_signals,
    routes.add_signals,
    failures.add_domains,
    links.add_links,
    failures.add_replicas,
    common_cause.add_common_causes,
    certificates.add_certificates,
    failover.add_failovers,
    split_brain.add_splits,
    failback.add_failbacks,
    flapping.add_blocks,
    rebuild.add_rebuilding,
    causes.add_causes,
    relocation.add_relocations,
    changeover.add_changeovers,
    tolerance.add_tolerances,
    start.add_starts,
    changes.add_changes,
    maintenance.add_maintenance,
    routes.add_routes,
    standby.add_tests,
    game_days.add_game_days,
    services.add_services,
    standby.add_latent_shares,
    false_alarms.add_false_alarms,
)
"""The passes in their order. A new mechanism is a file of its own and an entry here."""


def compile(system: System) -> Process:
    """The Process of a System: how it fails, recovers and serves, as tables.

    Parameters
    ----------
    system : System
        A resolved system, free of cycles.

    Returns
    -------
    Process
        For each service S it measures ``Outages`` called S, ``Average`` called "S requests served",
        where there is demand and capacity, ``Share`` called "S short", where maintenance is
        excluded from the SLA, ``Share`` called "S down in the SLA", and where needs fail open,
        ``Share`` called "S unguarded".

    Examples
    --------
    >>> print(compile(hasim.load("models/pair.yaml")))  # doctest: +SKIP
    """
    with _collector_paused():
        plan = make_plan(system)
        for add in PASSES:
            add(plan)
        if not plan.draft.automata:
            _add_witness(plan)
        return plan.draft.finish()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage collection: nothing built here is garbage, and looking costs 40 % of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _add_witness(plan: Plan) -> None:
    """Add something that never changes, where nothing can fail: a Process has an automaton."""
    name = next(iter(plan.groups.values())).replicas[0]
    plan.draft.add_automaton(
        Automaton(name, (Phase("up"),), (("up", 1.0),), origin=Origin(name, failures.PASS))
    )
