"""What all passes need to know about the System, worked out once.

Theory of operation
-------------------
A `Group` is a component with the names of its replicas, a `Mode` a failure mode with its
resolved way of being found and the names of the phases that stand for it. `Plan.order` lists
domains, components and services so that each comes after all that its serving depends on; what
is built by recursion is first asked for in that order, so that no recursion grows with the
depth of the model.

Rules of this file
------------------
1. Plain facts about the System; nothing is built here.
2. Whether a group *can* do something (fail over, fail latently, be masked) is decided here, so
   that all passes leave out the same things.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from hasim.compiler.alarms import MISSED, Alarm, Step, alarm_of, watchers
from hasim.compiler.draft import Condition, Draft
from hasim.compiler.flows import Flows, flows_of, least_needed
from hasim.compiler.needs import Titles, titles_of
from hasim.laws import Exponential, Fixed, Law
from hasim.process import Blame
from hasim.process.automata import Memory
from hasim.system import Component, FailureMode, Need, NeedAny, NeedName, System
from hasim.topology import Place, domain_at, links, local_needs, needed_first, placement

UP = "up"
REPAIR = "repair"
INSTANT = Fixed(0.0)


def is_instant(law: Law) -> bool:
    """Whether it takes no time."""
    return isinstance(law, Fixed) and law.value == 0


def reconnecting(component: Component) -> Fixed:
    """How long clients take to connect to the replica that took over; 0 where sessions are kept."""
    failover, tls = component.failover, component.tls
    if failover is None or tls is None or failover.sessions == "synced":
        return INSTANT
    return Fixed(tls.clients * tls.mean_cost / tls.cores)


@dataclass(frozen=True)
class Mode:
    """A failure mode of a group or domain, and the phases in which something is down by it.

    Parameters
    ----------
    name : str
    cause : str
        The name under which downtime is charged: ``db.crash``.
    given : FailureMode
    finding : Law
        From the failure to its being found, where nobody else finds it.
    watched : bool
        Whether the failover chain's own `detect` finds it on a primary that serves.
    latent : float
        Share of a standby's failures that only a test or the need for it reveals.
    yielding : frozenset of str
        The crews whose work may be interrupted.
    alarm : Alarm or None
        How people learn of it, where they are called.
    """

    name: str
    cause: str
    given: FailureMode
    finding: Law = INSTANT
    watched: bool = False
    latent: float = 0.0
    yielding: frozenset[str] = frozenset()
    alarm: Alarm | None = None

    @property
    def has_own(self) -> bool:
        """Whether replicas fail by it one by one."""
        return self.given.common_cause < 1

    @property
    def has_common(self) -> bool:
        """Whether it strikes the whole group."""
        return self.given.common_cause > 0

    @cached_property
    def law(self) -> Law:
        """What is left to a single replica's failure, stretched by 1 / (1 - b)."""
        share = self.given.common_cause
        return self.given.after.scaled(1 / (1 - share)) if share else self.given.after

    @cached_property
    def common_law(self) -> Law:
        """The law of the events that strike the whole group: exponential at rate b / mean."""
        return Exponential(self.given.after.mean / self.given.common_cause)

    def memory_of_work(self, crew: str | None, law: Law) -> Memory:
        """Interrupted work goes on where it stopped; that of an exponential law has no memory."""
        keeps = crew in self.yielding and not isinstance(law, Exponential)
        return "resume" if keeps else "restart"

    def phase(self, state: str) -> str:
        """Phase of a replica or domain that is down by the mode and in some state."""
        return f"{self.name}.{state}"

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps by which it is found in its own time."""
        if self.alarm is not None and self.alarm.steps:
            return self.alarm.steps
        return () if is_instant(self.finding) else (Step("detect", self.finding),)

    @cached_property
    def entries(self) -> tuple[tuple[str, float], ...]:
        """The states in which it begins where it is found in its own time, and their shares."""
        noticed = self.steps[0].name if self.steps else self.found
        covers = 1.0 if self.alarm is None else self.alarm.covers
        entries = ((noticed, covers), (MISSED, 1 - covers))
        return tuple((state, share) for state, share in entries if share > 0)

    @cached_property
    def searching(self) -> tuple[str, ...]:
        """The states in which it is being found in its own time."""
        steps = dict.fromkeys([*(step.name for step in self.steps), *(s for s, _ in self.entries)])
        return tuple(state for state in steps if state != self.found)

    @property
    def people(self) -> tuple[Step, ...]:
        """What people do before the repair."""
        return () if self.alarm is None else self.alarm.people

    @property
    def found(self) -> str:
        """The state that follows its being found."""
        return self.people[0].name if self.people else REPAIR

    @property
    def takes_time_to_find(self) -> bool:
        """Whether there is a time between the failure and its being found."""
        return bool(self.searching)

    @property
    def detects(self) -> tuple[str, ...]:
        """Phases: down and not found yet, its own detection running."""
        return tuple(map(self.phase, self.searching))

    @property
    def detect_by_failover(self) -> str:
        """Phase: down and to be found at the end of the chain's `detect`."""
        return f"{self.name}.detect by failover"

    @property
    def dormant(self) -> str:
        """Phase: down, and only a test or the need for it will tell."""
        return f"{self.name}.latent"

    @property
    def repair(self) -> str:
        """Phase: found; waiting for a crew or under repair."""
        return self.phase(REPAIR)

    @property
    def common(self) -> str:
        """Name of the mode's common-cause events: ``db.crash.common``."""
        return f"{self.cause}.common"

    @property
    def struck(self) -> str:
        """Phase of a replica struck by an event that nobody has found yet."""
        return f"{self.name}.common detect"

    @property
    def struck_found(self) -> str:
        """Phase of a replica struck by an event that is found."""
        return f"{self.name}.common repair"

    @property
    def strike_can_hide(self) -> bool:
        """Whether an event of its kind can be unfound for a time."""
        return self.takes_time_to_find or self.watched or self.latent > 0

    @property
    def hidden(self) -> tuple[str, ...]:
        """Phases in which a replica is down and its controller takes it for up."""
        own = [*self.detects, *[self.dormant] * (self.latent > 0)]
        common = [self.struck] * self.strike_can_hide
        return tuple(own * self.has_own + common * self.has_common)

    @property
    def undetected(self) -> tuple[str, ...]:
        """Phases in which a replica is down and not found."""
        watched = (self.detect_by_failover,) * (self.watched and self.has_own)
        return watched + self.hidden


@dataclass(frozen=True)
class Group:
    """A component and its replicas."""

    name: str
    component: Component
    replicas: tuple[str, ...]
    places: tuple[Place, ...]
    modes: tuple[Mode, ...]

    def around(self, index: int) -> tuple[str, ...]:
        """The places that mask a replica: a host or domain that is its own, and those it shares."""
        place = self.places[index]
        where = place.host or place.domain
        is_fixed = where is not None and not self.relocates
        return (*([where] if where is not None and is_fixed else []), *self.component.shares)

    @property
    def fails_over(self) -> bool:
        """Whether one serves and the others stand by."""
        return self.component.failover is not None

    @cached_property
    def is_placed(self) -> tuple[bool, ...]:
        """Of each replica whether it is in or on something."""
        shares = bool(self.component.shares)
        return tuple(shares or place != Place(None, None) for place in self.places)

    @cached_property
    def local_needs(self) -> tuple[NeedName, ...]:
        """What each replica needs within its own domain."""
        return local_needs(self.component.needs)

    @property
    def relocates(self) -> bool:
        """Whether its replicas are restarted on other hosts."""
        return self.component.relocate is not None

    @property
    def is_quorum(self) -> bool:
        """Whether it serves only while enough of its replicas stand."""
        return self.component.redundancy == "quorum"

    @property
    def stops_by_mistake(self) -> bool:
        """Whether failovers by mistake happen, and they or the way back from them take time."""
        failover = self.component.failover
        if failover is None or failover.spurious is None:
            return False
        laws: list[Law] = [failover.fence, failover.promote, failover.switch]
        laws.append(reconnecting(self.component))
        if failover.failback is not None:
            laws.append(failover.failback.takes)
        if failover.manual is not None and failover.coverage < 1:
            laws.append(failover.manual)
        return not all(map(is_instant, laws))

    @cached_property
    def successors(self) -> tuple[int, ...]:
        """The replicas that can lead, in the order in which they are picked, by index."""
        failover = self.component.failover
        able = range(len(self.replicas) - self.component.witnesses)
        first = [number - 1 for number in failover.prefer] if failover is not None else []
        return tuple(dict.fromkeys([*(index for index in first if index in able), *able]))

    @property
    def can_fail(self) -> bool:
        """Whether its replicas have anything to fail by."""
        return bool(self.modes)

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        """Phases in which a replica is down and its controller takes it for up."""
        return tuple(phase for mode in self.modes for phase in mode.hidden)

    @cached_property
    def undetected(self) -> tuple[str, ...]:
        """Phases in which a replica is down and not found."""
        return tuple(phase for mode in self.modes for phase in mode.undetected)

    @property
    def has_start(self) -> bool:
        """Whether a replica takes time to start."""
        return not is_instant(self.component.start)


@dataclass(frozen=True)
class Hold:
    """What must hold for something to serve, besides being up and having what it needs.

    Parameters
    ----------
    gate : str
        Ceases to hold while a mechanism keeps it from serving.
    blame : Blame
        The stage and the cause of that time.
    sources : Mapping of str to str
        Signals by which the gate ceases to hold, and the cause that each stands for.
    hands_over : bool
        Whether a primary that it masks hands over as planned.
    """

    gate: str
    blame: Blame
    sources: Mapping[str, str] = field(default_factory=dict)
    hands_over: bool = False


@dataclass(frozen=True)
class Tolerated:
    """A need that is missed for a time only.

    Parameters
    ----------
    need : Need
    met : Condition
        When it is met.
    """

    need: Need
    met: Condition


@dataclass
class Plan:
    """A System, its facts, and the Draft that the passes write.

    Parameters
    ----------
    system : System
    draft : Draft
    groups : Mapping of str to Group
    domain_modes : Mapping of str to tuple of Mode
    order : tuple of str
        Domains, components and services, each after all that its serving depends on.
    flows : Mapping of str to Flows
        What is asked of each component and service at the peak.
    least_needed : Mapping of str to int
        The fewest replicas that a need asks of a component.
    titles : Mapping of int to Titles
        The automata of needs that have any, by the identity of the need.
    conditions, sources, blames : dict
        What was worked out already, by the name of what serves.
    holds : dict of str to list of Hold
        What mechanisms ask of replicas (which they mask) and of groups, by name.
    shares_served : dict of str to list of str
        Levels of the share of its requests that a group serves, where a mechanism loses some.
    changeovers : dict of str to NeedAny
    tolerances : dict of str to Tolerated
    carriers : dict of str to list of str
        Levels of the replicas of a group that get requests, where balancers readmit with delay.
    unguarded : dict of str to str
        Gates that hold while something serves without a need that fails open, by its name.
    changeovers, tolerances : dict of str to Need
        The needs that can stop and have automata, by the title of the automaton, the needed before
        the needing.
    """

    system: System
    draft: Draft
    groups: Mapping[str, Group]
    domain_modes: Mapping[str, tuple[Mode, ...]]
    order: tuple[str, ...]
    flows: Mapping[str, Flows]
    least_needed: Mapping[str, int]
    titles: Mapping[int, Titles]
    conditions: dict[str, Condition] = field(default_factory=dict)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    blames: dict[str, Blame | None] = field(default_factory=dict)
    holds: dict[str, list[Hold]] = field(default_factory=dict)
    shares_served: dict[str, list[str]] = field(default_factory=dict)
    carriers: dict[str, list[str]] = field(default_factory=dict)
    unguarded: dict[str, str] = field(default_factory=dict)
    changeovers: dict[str, NeedAny] = field(default_factory=dict)
    tolerances: dict[str, Tolerated] = field(default_factory=dict)

    @cached_property
    def relocates(self) -> bool:
        """Whether any replicas are restarted on other hosts."""
        return any(group.relocates for group in self.groups.values())

    @cached_property
    def targets(self) -> Mapping[str, tuple[str, ...]]:
        """What each domain, component and service depends on directly; needs that fail open too."""
        found: dict[str, dict[str, None]] = {}
        for link in links(self.system):
            found.setdefault(link.source, {})[link.target] = None
        return {name: tuple(listed) for name, listed in found.items()}

    def domain_of(self, group: Group, index: int, need: NeedName) -> str:
        """The domain in which a replica has a need within its own."""
        domain = domain_at(self.system, group.places[index].domain, need.within or "")
        assert domain is not None, f"{group.replicas[index]} is in no {need.within}"
        return domain

    def members_in(self, group: Group, domain: str, need: NeedName) -> tuple[int, ...]:
        """The replicas of a group in a domain that a need names the level of, by index."""
        return tuple(
            index
            for index, place in enumerate(group.places)
            if domain_at(self.system, place.domain, need.within or "") == domain
        )

    def hosts_of(self, group: Group) -> tuple[str, ...]:
        """The replicas of hosts on which a group may run, in order."""
        found: dict[str, None] = {}
        for host in group.component.hosts:
            one = (host,) if "." in host else self.groups[host].replicas
            found |= dict.fromkeys(one)
        return tuple(found)

    def group_of(self, replica: str) -> tuple[Group, int]:
        """The group of a replica, and its index from 0."""
        component, _, number = replica.rpartition(".")
        return self.groups[component], int(number) - 1


def make_plan(system: System) -> Plan:
    """Work out what the passes need to know about a System."""
    places = placement(system)
    yielding = frozenset(name for name, crew in system.crews.items() if crew.takes_back)
    told = partial(_told, system, watchers(system), yielding)
    groups = {
        name: _make_group(name, component, places[name], told)
        for name, component in system.components.items()
    }
    domain_modes = {
        name: tuple(told(name, _domain_mode(name, *mode)) for mode in domain.failures.items())
        for name, domain in system.domains.items()
    }
    return Plan(
        system,
        Draft(system.name),
        groups,
        domain_modes,
        order=tuple(needed_first(system)),
        flows=flows_of(system),
        least_needed=least_needed(system),
        titles=titles_of(system),
    )


def _make_group(
    name: str,
    component: Component,
    places: tuple[Place, ...],
    told: Callable[[str, Mode], Mode],
) -> Group:
    replicas = tuple(f"{name}.{number}" for number in range(1, component.replicas + 1))
    modes = tuple(
        told(name, _replica_mode(name, mode, given, component))
        for mode, given in component.failures.items()
    )
    return Group(name, component, replicas, places, modes)


def _replica_mode(name: str, mode: str, given: FailureMode, component: Component) -> Mode:
    failover, standby = component.failover, component.standby
    finding = given.detect or (failover.detect if failover is not None else INSTANT)
    watched = failover is not None and given.detect is None and not is_instant(finding)
    latent = standby.latent if standby is not None and failover is not None else 0.0
    return Mode(mode, f"{name}.{mode}", given, finding, watched, latent)


def _domain_mode(name: str, mode: str, given: FailureMode) -> Mode:
    alone = given.model_copy(update={"common_cause": 0.0})
    return Mode(mode, f"{name}.{mode}", alone, given.detect or INSTANT)


def _told(
    system: System, watched: Mapping[str, str], yielding: frozenset[str], owner: str, mode: Mode
) -> Mode:
    """A mode with the people who learn of it, and whose work can be interrupted."""
    component = system.components.get(owner)
    fails_over = component is not None and component.failover is not None
    alarm = alarm_of(system, watched.get(owner), mode.given, fails_over=fails_over)
    return replace(mode, yielding=yielding, alarm=alarm)
