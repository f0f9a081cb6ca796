"""Routes: which replicas a balancer sends requests to, and what is lost until it knows better.

Theory of operation
-------------------
For each replica behind a balancer `edge to web.1` is `in` rotation until the replica stops serving,
`ejecting` while the balancer has not noticed, then `out`; once it serves again, `readmitting`, then
`in`. A return while it is ejected takes it back at once. Each phase but the first remembers the
failure that stopped the replica, which says whether its ejection waits for a timeout (`silent`),
and whom the time is charged to until it is readmitted.

Requests go to what is in rotation, dead or not. So of the weights in rotation those of replicas
that serve are the share that is served. With connections that are pinned (layer 4), a replica that
died silently keeps its part of them for a time after its ejection. In *panic*, with too few in
rotation as far as the balancer knows, requests go to all replicas.

What the balancer needs is met while enough replicas serve and get requests, and the other needs of
the group are met.

Rules of this file
------------------
1. A route whose ejection and readmission take no time has no automata; its need is the plain one.
2. Gates fall in the step of the failure, not when the automaton follows: they read both.
3. All replicas of a balancer share one view.
4. What stops without a failure (a failback that takes time) is charged to the first cause.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.compiler.draft import ALWAYS, Condition, Term
from hasim.compiler.plan import Plan
from hasim.compiler.rotation import (
    EVICTING,
    IN,
    PASS,
    Rotation,
    Step,
    causes_of,
    out,
    rotations,
    sources_of,
    stoppable,
)
from hasim.compiler.serving import (
    all_serve,
    group_serves,
    held,
    need_met,
    replica_gate,
    replica_serves,
    serving_level,
)
from hasim.process import (
    Alternative,
    Automaton,
    Delay,
    Gate,
    Holds,
    Occupancy,
    Origin,
    Phase,
    Product,
    Quotient,
    Reaction,
    Row,
    Total,
)
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


def serves_behind(plan: Plan, rotation: Rotation, index: int) -> str:
    """Gate that holds while a replica that can stop serves and is in rotation."""
    group = rotation.group
    name = f"{group.replicas[index]} serves behind {rotation.balancer}"
    terms: Condition = replica_serves(plan, group, index)
    if rotation.is_watched:
        terms = (*terms, Occupancy(rotation.watcher(index), IN))
    return plan.draft.gate_of(name, terms, rotation.origin)


# ---------------------------------------------------------------------------- levels


def carriers_level(plan: Plan, rotation: Rotation) -> str:
    """Level that counts the replicas that serve and get requests."""
    serving = _counted(plan, rotation, "there", _in_and_serving(plan, rotation), weighted=False)
    everywhere = serving_level(plan, rotation.group)
    return _or_in_panic(plan, rotation, f"{rotation.title} carrying", serving, everywhere)


def share_levels(plan: Plan, rotation: Rotation) -> list[str]:
    """The level of the share of requests that is served; none where it is always 1."""
    can_lose = rotation.is_watched or rotation.least_in_rotation > 0
    if not (can_lose and stoppable(plan, rotation.group)):
        return []
    title, origin = rotation.title, rotation.origin
    inside = _counted(plan, rotation, "weights there", _in_and_serving(plan, rotation))
    serving = _counted(plan, rotation, "weights serving", _serving(plan, rotation))
    good = _or_in_panic(plan, rotation, f"{title} weights carrying", inside, serving)
    routed = _counted(plan, rotation, "weights in rotation", _in_rotation(plan, rotation))
    share = _share(plan, rotation, "share served", good, routed)
    if not rotation.pins:
        return [share]
    held_by = _counted(plan, rotation, "weights connected", _connected(plan, rotation))
    long_lived = _share(plan, rotation, "share of long-lived served", good, held_by)
    part = rotation.route.pinned
    both = Total(
        f"{title} share of all served", ((share, 1 - part), (long_lived, part)), 0.0, origin
    )
    return [plan.draft.add_node(both)]


def _share(plan: Plan, rotation: Rotation, what: str, good: str, routed: str) -> str:
    """Level of what is good among what gets requests, which in panic is everything."""
    everything = plan.draft.count(
        f"{rotation.title} weights", (), rotation.origin, constant=rotation.total
    )
    among = _or_in_panic(plan, rotation, f"{routed} or all", routed, everything)
    quotient = Quotient(f"{rotation.title} {what}", good, among, 0.0, rotation.origin)
    return plan.draft.add_node(quotient)


def _or_in_panic(plan: Plan, rotation: Rotation, name: str, calm: str, panicking: str) -> str:
    """Level of one value, or of another while the balancer panics."""
    if not rotation.least_in_rotation or calm == panicking:
        return calm
    draft, origin = plan.draft, rotation.origin
    in_rotation = _counted(
        plan, rotation, "in rotation", _in_rotation(plan, rotation), weighted=False
    )
    gate = Gate(
        f"{rotation.title} panics", in_rotation, "<", rotation.least_in_rotation, origin=origin
    )
    draft.add_node(gate)
    panics = draft.count(f"{rotation.title} in panic", ((Holds(gate.name), 1),), origin)
    more = draft.add_node(Total(f"{name}: more", ((panicking, 1.0), (calm, -1.0)), 0.0, origin))
    added = draft.add_node(Product(f"{name}: added", (panics, more), origin))
    return draft.add_node(Total(name, ((calm, 1.0), (added, 1.0)), 0.0, origin))


def _counted(
    plan: Plan,
    rotation: Rotation,
    what: str,
    terms: dict[int, list[Term]],
    *,
    weighted: bool = True,
) -> str:
    """Level of the replicas for which a term holds, and of those that nothing can stop."""
    weight = rotation.route.weight if weighted else (lambda _: 1)
    sure = (i for i in range(len(rotation.group.replicas)) if i not in terms)
    return plan.draft.count(
        f"{rotation.title} {what}",
        [(term, weight(index)) for index, those in terms.items() for term in those],
        rotation.origin,
        constant=sum(map(weight, sure)),
    )


def _in_and_serving(plan: Plan, rotation: Rotation) -> dict[int, list[Term]]:
    return {
        index: [Holds(serves_behind(plan, rotation, index))]
        for index in stoppable(plan, rotation.group)
    }


def _serving(plan: Plan, rotation: Rotation) -> dict[int, list[Term]]:
    group = rotation.group
    return {index: [Holds(replica_gate(plan, group, index))] for index in stoppable(plan, group)}


def _in_rotation(plan: Plan, rotation: Rotation) -> dict[int, list[Term]]:
    """The terms that say that a replica is in rotation, as far as the balancer knows."""
    if not rotation.is_watched:
        return _serving(plan, rotation)
    found: dict[int, list[Term]] = {}
    for index in stoppable(plan, rotation.group):
        phases = [IN]
        for cause, silent in causes_of(plan, rotation.group, index).items():
            phases += [step.after(cause) for step in rotation.ejection(silent=silent)]
        found[index] = [Occupancy(rotation.watcher(index), phase) for phase in phases]
    return found


def _connected(plan: Plan, rotation: Rotation) -> dict[int, list[Term]]:
    """The terms that say that a replica has long-lived connections."""
    found = _in_rotation(plan, rotation)
    for index, terms in found.items():
        for cause, silent in causes_of(plan, rotation.group, index).items():
            phases = [step.after(cause) for step in rotation.pinning(silent=silent)]
            terms += [Occupancy(rotation.watcher(index), phase) for phase in phases]
    return found


# ---------------------------------------------------------------------------- automata


def add_signals(plan: Plan) -> None:
    """Let the failures of replicas, and of all that masks them, reach those who watch."""
    for rotation, index in _watched(plan):
        for signal, cause in sources_of(plan, rotation.group, index).items():
            plan.draft.add_signal(signal, (rotation.watcher(index),), Origin(cause, PASS))


def _watched(plan: Plan) -> Iterator[tuple[Rotation, int]]:
    for rotation in rotations(plan):
        if rotation.is_watched:
            yield from ((rotation, index) for index in stoppable(plan, rotation.group))


def add_routes(plan: Plan) -> None:
    """Add an automaton for each replica that a balancer watches."""
    for rotation, index in _watched(plan):
        plan.draft.add_automaton(_watcher(plan, rotation, index))


def _watcher(plan: Plan, rotation: Rotation, index: int) -> Automaton:
    serves = replica_gate(plan, rotation.group, index)
    causes = causes_of(plan, rotation.group, index)
    lapses = serves if plan.changeovers else None
    phases = [Phase(IN, immediate=_lost(_first(rotation, *next(iter(causes.items()))), lapses))]
    delays: list[Delay] = []
    for cause, silent in causes.items():
        phases += _phases(rotation, cause, silent, serves)
        phases += [
            Phase(step.after(cause), immediate=_lost(out(cause), lapses))
            for step in rotation.readmission
        ]
        delays += _delays(plan, rotation, cause, silent)
    return Automaton(
        rotation.watcher(index),
        tuple(phases),
        ((IN, 1.0),),
        tuple(delays),
        tuple(_reactions(plan, rotation, index, serves)),
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
