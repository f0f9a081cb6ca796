"""Routes: which replicas a balancer sends requests to, and what is lost until it knows better.

Theory of operation
-------------------
For each replica behind a balancer `edge to web.1` is `in` rotation until the replica stops serving,
`ejecting` while the balancer has not noticed, then `out`; once it serves again, `readmitting`, then
`in`. A return while it is ejected takes it back at once. Each phase but the first remembers the
failure that stopped the replica, which says whether its ejection waits for a timeout (`silent`),
and whom the time is charged to until it is readmitted. With planned work it is `taken out` at once,
from whatever phase it is in, and in rotation again once it serves.

What the balancer needs is met while enough replicas serve and get requests, and the other needs of
the group are met. Where the replicas are found through a registry, the clocks of all steps stand
still while it does not serve (`keep`), that of the eviction also while it preserves itself.

Rules of this file
------------------
1. A route whose ejection and readmission take no time has no automata; its need is the plain one.
2. All replicas of a balancer share one view.
3. What stops without a failure (a failback that takes time) is charged to the first cause around.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.compiler.draft import ALWAYS, Condition, Term
from hasim.compiler.plan import Plan
from hasim.compiler.rotation import (
    EVICTING,
    IN,
    PASS,
    TAKEN,
    Rotation,
    Step,
    causes_of,
    out,
    rotations,
    sources_of,
    stoppable,
    works_on,
)
from hasim.compiler.route_shares import carriers_level
from hasim.compiler.serving import (
    all_serve,
    group_serves,
    held,
    need_met,
    replica_gate,
    serving_level,
)
from hasim.process import Alternative, Automaton, Delay, Holds, Origin, Phase, Reaction, Row
from hasim.system import NeedName
from hasim.topology import group_needs

# ---------------------------------------------------------------------------- gates


def add_gates(plan: Plan) -> None:
    """Work out when the need for each route is met, before anything asks for it."""
    for rotation in rotations(plan):
        plan.conditions[rotation.title] = _met(plan, rotation)
        if rotation.readmission:
            carriers = carriers_level(plan, rotation)
            plan.carriers.setdefault(rotation.group.name, []).append(carriers)


def _met(plan: Plan, rotation: Rotation) -> Condition:
    group = rotation.group
    if not rotation.readmission:
        return group_serves(plan, group.name)
    needs = all_serve(plan, group_needs(group.component.needs))
    terms = (*_enough(plan, rotation), *held(plan, group.name), *needs)
    return plan.draft.all_of(f"{rotation.title} serves", terms, rotation.origin)


def _enough(plan: Plan, rotation: Rotation) -> Condition:
    """When enough replicas serve and get requests."""
    group, least = rotation.group, rotation.group.component.required
    if least <= len(group.replicas) - len(stoppable(plan, group)):
        return ALWAYS
    gate = f"{least} of {rotation.title} are there"
    level = carriers_level(plan, rotation)
    return (Holds(plan.draft.compare(gate, level, least, rotation.origin)),)


# ---------------------------------------------------------------------------- automata


def add_signals(plan: Plan) -> None:
    """Let the failures of replicas, and of all that masks them, reach those who watch."""
    for rotation, index in _watched(plan):
        sources = sources_of(plan, rotation.group, index) | works_on(plan, rotation.group, index)
        for signal, cause in sources.items():
            plan.draft.add_signal(signal, (rotation.watcher(index),), Origin(cause, PASS))


def _watched(plan: Plan) -> Iterator[tuple[Rotation, int]]:
    for rotation in rotations(plan):
        if rotation.is_watched:
            yield from ((rotation, index) for index in stoppable(plan, rotation.group))


def add_routes(plan: Plan) -> None:
    """Add an automaton for each replica that a balancer watches."""
    lapses = _can_lapse(plan)
    for rotation, index in _watched(plan):
        plan.draft.add_automaton(_watcher(plan, rotation, index, lapses=lapses))


def _can_lapse(plan: Plan) -> bool:
    """Whether anything can cease to serve without a failure: by a way back that takes time."""
    chains = (group.component.failover for group in plan.groups.values())
    goes_back = any(one is not None and one.failback for one in chains)
    return goes_back or bool(plan.changeovers or plan.system.links)


def _watcher(plan: Plan, rotation: Rotation, index: int, *, lapses: bool) -> Automaton:
    serves = replica_gate(plan, rotation.group, index)
    causes = causes_of(plan, rotation.group, index)
    gate = serves if lapses and causes else None
    around = [*list(causes)[rotation.n_own :], *causes]
    lapsed = _first(rotation, around[0], causes[around[0]]) if around else IN
    phases = [Phase(IN, immediate=_lost(lapsed, gate))]
    if works_on(plan, rotation.group, index):
        phases.append(Phase(TAKEN, immediate=Row((Alternative(IN, guard=serves),))))
    delays: list[Delay] = []
    for cause, silent in causes.items():
        phases += _phases(rotation, cause, silent, serves)
        phases += [
            Phase(step.after(cause), immediate=_lost(out(cause), gate))
            for step in rotation.readmission
        ]
        delays += _delays(plan, rotation, cause, silent)
    known = [phase.name for phase in phases]
    return Automaton(
        rotation.watcher(index),
        tuple(phases),
        ((IN, 1.0),),
        tuple(delays),
        (
            *_reactions(plan, rotation, index, serves),
            *_taken_out(plan, rotation, index, serves, known),
        ),
        origin=Origin(rotation.group.replicas[index], PASS),
    )


def _lost(target: str, serves: str | None) -> Row | None:
    """What follows where a replica can cease to serve without a failure; None where it cannot."""
    return None if serves is None else Row((Alternative(target, unless=serves),))


def _leaving(rotation: Rotation, silent: bool) -> tuple[Step, ...]:
    """The steps out of rotation."""
    return (*rotation.ejection(silent=silent), *rotation.pinning(silent=silent))


def _first(rotation: Rotation, cause: str, silent: bool) -> str:
    """The phase that a failure leads to."""
    steps = _leaving(rotation, silent)
    return steps[0].after(cause) if steps else out(cause)


def _phases(rotation: Rotation, cause: str, silent: bool, serves: str) -> Iterator[Phase]:
    """Yield the phases in which a replica does not serve; its return leads on."""
    kept = Row((Alternative(IN, guard=serves),))
    target = rotation.readmission[0].after(cause) if rotation.readmission else IN
    back = Row((Alternative(target, guard=serves),))
    for step in rotation.ejection(silent=silent):
        yield Phase(step.after(cause), immediate=kept)
    for step in rotation.pinning(silent=silent):
        yield Phase(step.after(cause), immediate=back)
    yield Phase(out(cause), immediate=back)


def _delays(plan: Plan, rotation: Rotation, cause: str, silent: bool) -> Iterator[Delay]:
    """Yield the delays of the ways out and back; each leads to the next step."""
    for steps, end in ((_leaving(rotation, silent), out(cause)), (rotation.readmission, IN)):
        following = (*(step.after(cause) for step in steps[1:]), end)
        for step, target in zip(steps, following, strict=False):
            phase = step.after(cause)
            pace = None if step.name == "pinned" else _pace(plan, rotation, step)
            yield Delay(phase, (phase,), step.law, Row((Alternative(target),)), speed=pace)


def _pace(plan: Plan, rotation: Rotation, step: Step) -> str | None:
    """Level of the speed of a step: 0 while its registry does not serve, or preserves itself."""
    found, origin = rotation.route.discovery, rotation.origin
    if found is None:
        return None
    terms: list[Term] = []
    if found.on_loss == "keep":
        terms += need_met(plan, NeedName(name=found.through))
    if step.name == EVICTING and rotation.least_renewing:
        serving = serving_level(plan, rotation.group)
        gate = f"{found.through} evicts {rotation.title}"
        least = rotation.least_renewing
        terms.append(Holds(plan.draft.compare(gate, serving, least, origin)))
    if not terms:
        return None
    going = f"{rotation.title} goes on" if len(terms) == 1 else f"{rotation.title} is swept"
    gate = plan.draft.gate_of(going, tuple(terms), origin)
    return plan.draft.count(f"{gate}: pace", [(Holds(gate), 1)], origin)


def _reactions(plan: Plan, rotation: Rotation, index: int, serves: str) -> Iterator[Reaction]:
    """Yield what the failures of a replica do, where it serves no longer after them."""
    sources = sources_of(plan, rotation.group, index)
    causes = causes_of(plan, rotation.group, index)
    back = [step.after(cause) for cause in causes for step in rotation.readmission]
    for signal, cause in sources.items():
        first = _first(rotation, cause, causes[cause])
        yield Reaction(signal, IN, Row((Alternative(first, unless=serves),)))
        lost = Row((Alternative(out(cause), unless=serves),))
        yield from (Reaction(signal, phase, lost) for phase in back)


def _taken_out(
    plan: Plan, rotation: Rotation, index: int, serves: str, phases: list[str]
) -> Iterator[Reaction]:
    """Yield what planned work does, where the replica serves no longer with it.

    Work on a host on which a replica does not run leaves it in the phase that its failure led to.
    """
    left = [IN] if rotation.group.relocates else [one for one in phases if one != TAKEN]
    taken = Row((Alternative(TAKEN, unless=serves),))
    for signal in works_on(plan, rotation.group, index):
        yield from (Reaction(signal, phase, taken) for phase in left)
