"""Relocation: a replica whose host is gone is restarted on another one.

Theory of operation
-------------------
`web.1 place` says on which host a replica runs, and what is done when that is gone:

    on node.1         left at once when node.1 carries nothing any longer; for the pick at once
                      where planned work drains it
    node.1 detect     until that is noticed
    node.1 decide     until it is given up; its return until here ends it, and the replica runs on
    node.1 pick       the next host, in no time: the first by order that carries and has no other
                      replica of the group, else the first that carries
    start on node.2   until it runs there; where that host is lost, its loss is detected
    node.1 wait       no host carries; the first one that does again, node.1 first, ends it

A replica stays where it is started. Its own failures go on meanwhile and are repaired in place.
What took the host away is remembered by `web.1 place cause` (causes.py), and charged with the time.

Rules of this file
------------------
1. Steps that take no time are left out.
2. Of a pick's alternatives exactly one can be eligible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hasim.compiler.causes import cause_of, memory_of, sources_of_places
from hasim.compiler.draft import Term
from hasim.compiler.failover_gates import gates_of_drains
from hasim.compiler.plan import Group, Plan, is_instant
from hasim.compiler.serving import (
    all_serve,
    host_carries,
    runs_on,
    runs_somewhere,
    starts_on,
    whereabouts_of,
)
from hasim.laws import Law
from hasim.process import (
    Alternative,
    Automaton,
    Blame,
    ByPhase,
    Charged,
    Delay,
    Holds,
    Label,
    Occupancy,
    Origin,
    Phase,
    Row,
)
from hasim.system import Relocate

PASS = "relocation"

DETECT, DECIDE, START, PICK, WAIT = "detect", "decide", "start", "pick", "wait"


def add_relocations(plan: Plan) -> None:
    """Add an automaton for each replica that is restarted elsewhere, and its memory."""
    for group in plan.groups.values():
        for index in range(len(group.replicas)) if group.relocates else ():
            plan.draft.add_automaton(_whereabouts(plan, group, index))
            plan.draft.add_automaton(_memory(plan, group, index))


def relocation_blame(
    plan: Plan, group: Group, index: int, masked: dict[str, Blame]
) -> tuple[str, Blame]:
    """The gate that tells that a replica runs nowhere, and whom that is charged to.

    Parameters
    ----------
    plan : Plan
    group : Group
    index : int
    masked : dict of str to Blame
        Of each host that can be lost: the blame of what it masks.
    """
    title = whereabouts_of(group.replicas[index])
    causes = tuple(dict.fromkeys(sources_of_places(plan, plan.hosts_of(group)).values()))
    known = tuple((cause, cause) for cause in causes)

    def charged(blame: Blame) -> Blame:
        return Charged(blame, automaton=cause_of(title), causes=known) if known else blame

    label = next(iter(causes), title)
    stages = {stage: charged(Label(stage, label)) for stage in (DETECT, DECIDE, START)}
    phases = {phase.name for phase in plan.draft.automata[title].phases}
    cases: list[tuple[str, Blame]] = []
    for host in plan.hosts_of(group):
        cases += [(f"{host} {stage}", stages[stage]) for stage in (DETECT, DECIDE)]
        cases.append((starts_on(host), stages[START]))
        if host in masked:
            cases.append((f"{host} {WAIT}", charged(masked[host])))
    told = tuple((name, blame) for name, blame in cases if name in phases)
    return runs_somewhere(plan, group, index), ByPhase(title, told)


@dataclass(frozen=True)
class _Steps:
    """The phases that the loss of a host leads through, but for those that take no time."""

    host: str
    relocate: Relocate

    @property
    def lost(self) -> str:
        """Where its loss leads."""
        timed = [name for name, _ in self.before]
        return self.phase(timed[0] if timed else PICK)

    @property
    def taken(self) -> str:
        """Where its being picked leads."""
        return runs_on(self.host) if is_instant(self.relocate.start) else starts_on(self.host)

    @property
    def before(self) -> tuple[tuple[str, Law], ...]:
        """The steps from the loss to the pick that take time."""
        laws = ((DETECT, self.relocate.detect), (DECIDE, self.relocate.decide))
        return tuple((name, law) for name, law in laws if not is_instant(law))

    def phase(self, name: str) -> str:
        """A phase of this host."""
        return f"{self.host} {name}"


def _whereabouts(plan: Plan, group: Group, index: int) -> Automaton:
    relocate = group.component.relocate
    assert relocate is not None
    steps = tuple(_Steps(host, relocate) for host in plan.hosts_of(group))
    first = group.places[index].host
    assert first is not None
    phases = [phase for one in steps for phase in _phases(plan, group, index, steps, one)]
    names = {phase.name for phase in phases}
    speed = _speed(plan, group, relocate)
    delays = [delay for one in steps for delay in _delays(one, speed)]
    return Automaton(
        whereabouts_of(group.replicas[index]),
        tuple(phases),
        ((runs_on(first), 1.0),),
        tuple(delay for delay in delays if delay.phases[0] in names),
        origin=Origin(group.replicas[index], PASS),
    )


def _phases(
    plan: Plan, group: Group, index: int, steps: tuple[_Steps, ...], own: _Steps
) -> Iterator[Phase]:
    """The phases of one host."""
    carries = host_carries(plan, own.host)
    there = _carries(plan, own.host)
    lost = Row(tuple(_ways_to_leave(plan, own))) if carries else None
    back = Row((Alternative(runs_on(own.host), guard=there),))
    yield Phase(runs_on(own.host), immediate=lost)
    if not is_instant(own.relocate.start):
        yield Phase(starts_on(own.host), immediate=lost)
    if not carries:
        return
    for name, _ in own.before:
        yield Phase(own.phase(name), immediate=back)
    yield Phase(own.phase(PICK), immediate=_pick(plan, group, index, steps, own))
    late = Alternative(own.phase(PICK), guard=_some_carry(plan, group), unless=there)
    yield Phase(own.phase(WAIT), immediate=Row((*back.alternatives, late)))


def _ways_to_leave(plan: Plan, own: _Steps) -> Iterator[Alternative]:
    """How a host that carries nothing any longer is left: as planned, or by finding it so."""
    there, origin = _carries(plan, own.host), Origin(own.host, PASS)
    gates = tuple(gates_of_drains(plan, *plan.group_of(own.host)))
    if not gates or not own.before:
        yield Alternative(own.lost, unless=there)
        return
    kept: list[tuple[Term, int]] = [(Holds(gate), -1) for gate in gates]
    drained = plan.draft.gate(f"{own.host} is drained", kept, 1 - len(gates), origin)
    terms = ((Holds(there), 1), (Holds(drained), 1))
    either = plan.draft.gate(f"{own.host} carries or is drained", terms, 1, origin)
    yield Alternative(own.phase(PICK), guard=drained)
    yield Alternative(own.lost, unless=either)


def _pick(plan: Plan, group: Group, index: int, steps: tuple[_Steps, ...], own: _Steps) -> Row:
    """The row of a pick: the first free host, else the first that carries, else nobody."""
    ways: list[Alternative] = []
    for one in steps:
        for guard in (_first_free(plan, group, index, one), _first_full(plan, group, index, one)):
            ways.append(Alternative(one.taken, guard=guard))
    return Row((*ways, Alternative(own.phase(WAIT), unless=_some_carry(plan, group))))


def _delays(own: _Steps, speed: str | None) -> Iterator[Delay]:
    following = [*(own.phase(name) for name, _ in own.before), own.phase(PICK)]
    for place, (name, law) in enumerate(own.before, start=1):
        row = Row((Alternative(following[place]),))
        pace = None if name == DETECT else speed
        yield Delay(own.phase(name), (own.phase(name),), law, row, speed=pace)
    if not is_instant(own.relocate.start):
        row = Row((Alternative(runs_on(own.host)),))
        phase = starts_on(own.host)
        yield Delay(phase, (phase,), own.relocate.start, row, speed=speed)


def _speed(plan: Plan, group: Group, relocate: Relocate) -> str | None:
    """Level that stops the clocks while what a relocation needs does not serve."""
    origin = Origin(group.name, PASS)
    title = f"{group.name} relocation can run"
    needs = plan.draft.all_of(title, all_serve(plan, relocate.needs), origin)
    if not needs:
        return None
    return plan.draft.count(f"{group.name} relocation speed", [(needs[0], 1)], origin)


# ---------------------------------------------------------------------------- which host


def _carries(plan: Plan, host: str) -> str:
    """Gate that holds while a host carries."""
    return plan.draft.gate_of(f"{host} carries", host_carries(plan, host), Origin(host, PASS))


def _some_carry(plan: Plan, group: Group) -> str:
    """Gate that holds while some host of a group carries."""
    terms = [(Holds(_carries(plan, host)), 1) for host in plan.hosts_of(group)]
    return plan.draft.gate(f"{group.name} has a host", terms, 1, Origin(group.name, PASS))


def _free(plan: Plan, group: Group, index: int, host: str) -> str:
    """Gate that holds while a host carries and has no other replica of the group."""
    name = group.replicas[index]
    terms: list[tuple[Term, int]] = [(Holds(_carries(plan, host)), 1)]
    for other in group.replicas:
        if other != name:
            terms += [(phase, -1) for phase in _claims(group, other, host)]
    return plan.draft.gate(f"{host} is free for {name}", terms, 1, Origin(name, PASS))


def _claims(group: Group, replica: str, host: str) -> tuple[Occupancy, ...]:
    """The phases in which a replica runs on a host or starts there."""
    relocate = group.component.relocate
    assert relocate is not None
    phases = (runs_on(host), *[starts_on(host)] * (not is_instant(relocate.start)))
    return tuple(Occupancy(whereabouts_of(replica), phase) for phase in phases)


def _first_free(plan: Plan, group: Group, index: int, one: _Steps) -> str:
    """Gate that holds while a host is the first free one."""
    name = group.replicas[index]
    terms: list[tuple[Term, int]] = []
    for host in plan.hosts_of(group):
        terms.append((Holds(_free(plan, group, index, host)), 1 if host == one.host else -1))
        if host == one.host:
            break
    return plan.draft.gate(f"{name} goes to {one.host}", terms, 1, Origin(name, PASS))


def _first_full(plan: Plan, group: Group, index: int, one: _Steps) -> str:
    """Gate that holds while none is free and a host is the first that carries."""
    name, hosts = group.replicas[index], plan.hosts_of(group)
    terms: list[tuple[Term, int]] = [(Holds(_free(plan, group, index, host)), -1) for host in hosts]
    before = hosts[: hosts.index(one.host)]
    terms += [(Holds(_carries(plan, host)), -1) for host in before]
    terms.append((Holds(_carries(plan, one.host)), 1))
    return plan.draft.gate(f"{name} joins others on {one.host}", terms, 1, Origin(name, PASS))


def _memory(plan: Plan, group: Group, index: int) -> Automaton:
    """What took the host away: taken down while that has yet to be noticed."""
    name = group.replicas[index]
    title, origin = whereabouts_of(name), Origin(name, PASS)
    terms: list[tuple[Term, int]] = []
    for host in plan.hosts_of(group):
        for phase in _claims(group, name, host):
            held = (phase, *host_carries(plan, host))
            well = plan.draft.gate_of(f"{name} is well {phase.phase}", held, origin)
            terms += [(phase, 1), (Holds(well), -1)]
    begun = plan.draft.gate(f"{title} begins", terms, 1, origin)
    return memory_of(title, sources_of_places(plan, plan.hosts_of(group)), begun)
