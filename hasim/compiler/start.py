"""Start: what a replica takes from the end of masking or of a repair to serving.

Theory of operation
-------------------
`web.1 start` is `running`, or `off after` a cause while its replica is down or masked, or
`starting after` it. The signal by which a failure begins moves it to `off`, if after the
failure's step the replica is no longer up and unmasked; as soon as it is so again, `start`
runs. A failure during the start begins it anew, after that failure. At time 0 everything runs.

Rules of this file
------------------
1. A replica without `start`, or that nothing can stop, has no such automaton.
2. The cause is the failure that stopped the replica first; what comes while it is off does not
   count.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.compiler.causes import Sources, sources_of_replica
from hasim.compiler.plan import Group, Plan
from hasim.compiler.serving import RUNNING, available_gate, can_stop, starter_of
from hasim.process import Alternative, Automaton, Delay, Origin, Phase, Reaction, Row

PASS = "start"


def off(cause: str) -> str:
    """Phase of what stopped by a cause and is not back."""
    return f"off after {cause}"


def starting(cause: str) -> str:
    """Phase of what is back and starts."""
    return f"starting after {cause}"


def add_starts(plan: Plan) -> None:
    """Add an automaton for each replica that takes time to start."""
    for group in plan.groups.values():
        for index in range(len(group.replicas)) if group.has_start else ():
            if can_stop(plan, group, index):
                plan.draft.add_automaton(_starter(plan, group, index))


def _starter(plan: Plan, group: Group, index: int) -> Automaton:
    name = group.replicas[index]
    sources = sources_of_replica(plan, group, index)
    causes = list(dict.fromkeys(sources.values()))
    there = available_gate(plan, group, index)
    phases = [Phase(RUNNING)]
    for cause in causes:
        back = Row((Alternative(starting(cause), guard=there),))
        phases += [Phase(off(cause), immediate=back), Phase(starting(cause))]
    started = Row((Alternative(RUNNING),))
    delay = Delay("start", tuple(map(starting, causes)), group.component.start, started)
    return Automaton(
        starter_of(name),
        tuple(phases),
        ((RUNNING, 1.0),),
        (delay,),
        tuple(_reactions(sources, causes, there)),
        origin=Origin(name, PASS),
    )


def _reactions(sources: Sources, causes: list[str], there: str) -> Iterator[Reaction]:
    stoppable = (RUNNING, *map(starting, causes))
    for signal, cause in sources.items():
        stops = Row((Alternative(off(cause), unless=there),))
        for phase in stoppable:
            yield Reaction(signal, phase, stops)
