"""Tolerance: for how long something serves on without what it needs (a battery, a cached token).

Theory of operation
-------------------
`rack-1 tolerance` is `met` while the need is, `missing` from the moment at which it is not, for the
time that is tolerated, then `out` until the need is met again; whoever has the need is stopped only
while it is `out`. Where somebody remembers causes (causes.py), it remembers by `rack-1 tolerance
cause` what took the need away, and its end says so.

Rules of this file
------------------
1. A need that cannot stop has no tolerance. The time begins anew each time the need is lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.compiler.causes import cause_of, memory_of, sources_of_needs, tolerance_sources
from hasim.compiler.plan import Plan, Tolerated
from hasim.compiler.serving import OUT
from hasim.laws import Fixed
from hasim.process import Alternative, Automaton, Delay, Holds, Occupancy, Origin, Phase, Row
from hasim.system import Need

PASS = "tolerance"

MET, MISSING = "met", "missing"


def add_tolerances(plan: Plan) -> None:
    """Add an automaton for each need that is tolerated for a time, and what it remembers."""
    for title, missed in plan.tolerances.items():
        plan.draft.add_automaton(_tolerance(plan, title, missed))
        if plan.draft.emits(*tolerance_sources(plan, title, missed.need)):
            plan.draft.add_automaton(_memory(plan, title, missed))


def _tolerance(plan: Plan, title: str, missed: Tolerated) -> Automaton:
    need, met = missed.need, _met(plan, title, missed)
    assert need.tolerates is not None
    back = Row((Alternative(MET, guard=met),))
    return Automaton(
        title,
        (
            Phase(MET, immediate=Row((Alternative(MISSING, unless=met),))),
            Phase(MISSING, immediate=back),
            Phase(OUT, immediate=back),
        ),
        ((MET, 1.0),),
        (
            Delay(
                "tolerates", (MISSING,), Fixed(need.tolerates), Row(tuple(_ends(plan, title, need)))
            ),
        ),
        origin=Origin(title, PASS),
    )


def _met(plan: Plan, title: str, missed: Tolerated) -> str:
    return plan.draft.gate_of(f"{title} is met", missed.met, Origin(title, PASS))


def _ends(plan: Plan, title: str, need: Need) -> Iterator[Alternative]:
    """The ways in which it ends: one for each cause that somebody listens to."""
    heard = plan.draft.emits(*(sources := tolerance_sources(plan, title, need)))
    if not heard:
        yield Alternative(OUT)
        return
    for signal, cause in sources.items():
        terms = ((Occupancy(cause_of(title), cause), 1),)
        guard = plan.draft.gate(f"{title} is for {cause}", terms, 1, Origin(title, PASS))
        yield Alternative(OUT, guard=guard, emits=plan.draft.emits(signal))


def _memory(plan: Plan, title: str, missed: Tolerated) -> Automaton:
    """What took the need away: taken down while the tolerance has yet to notice."""
    met, origin = _met(plan, title, missed), Origin(title, PASS)
    terms = ((Occupancy(title, MET), 1), (Holds(met), -1))
    begun = plan.draft.gate(f"{title} begins", terms, 1, origin)
    return memory_of(title, sources_of_needs(plan, (missed.need,), tolerated=False), begun)
