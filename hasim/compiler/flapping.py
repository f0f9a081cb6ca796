"""The guard against flapping: after a takeover no other works by itself for a time.

Theory of operation
-------------------
`db block` is `open`, and from each takeover on `blocked` for the time of `block`. A pick in that
time is left to people, as if coverage had failed (failover.py): a second failure within the hour
waits for somebody, and two nodes that fail in turn do not tear the data apart.

Rules of this file
------------------
1. Every takeover counts, also one by people and the return to the first replica.
"""

from __future__ import annotations

from hasim.compiler.failover_gates import BLOCKED, PASS, block_of
from hasim.compiler.plan import Plan
from hasim.compiler.serving import is_controlled
from hasim.compiler.signals import takes_over
from hasim.process import Alternative, Automaton, Delay, Origin, Phase, Reaction, Row

OPEN = "open"


def add_blocks(plan: Plan) -> None:
    """Add an automaton for each group that is guarded against flapping."""
    for group in plan.groups.values():
        failover = group.component.failover
        if failover is None or failover.block is None or not is_controlled(plan, group):
            continue
        shut = Row((Alternative(BLOCKED),))
        reactions = (
            Reaction(takes_over(name), phase, shut)
            for name in group.replicas
            for phase in (OPEN, BLOCKED)
        )
        plan.draft.add_automaton(
            Automaton(
                block_of(group.name),
                (Phase(OPEN), Phase(BLOCKED)),
                ((OPEN, 1.0),),
                (Delay("block", (BLOCKED,), failover.block, Row((Alternative(OPEN),))),),
                tuple(reactions),
                origin=Origin(group.name, PASS),
            )
        )
