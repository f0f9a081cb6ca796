"""Where everything stands at one moment of an incident: phases in the user's words, and clocks.

Theory of operation
-------------------
A Process moves more automata than a user has things: a replica may have one that fails, one that
starts and one that is in or out of a balancer's rotation. Each automaton knows by its origin what
it belongs to. Here all that belongs to one thing becomes one *standing*: the phase that matters
most and the clocks of all of them. What belongs to nothing that stands in the model by itself (a
link, a certificate, a change) has a standing of its own, under the name of its automaton.

Rules of this file
------------------
1. Phases are told by one word, that of the stage where a stage is meant.
2. It reads the simulation and the gates of the Process by their names; a gate that the compiler
   left out holds always.
3. Failures to come have no clocks here: nobody sees them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from hasim.compiler import causes, common_cause, crews, failover_gates, failures, relocation
from hasim.compiler.capacity import InService
from hasim.compiler.named_failures import working_phases
from hasim.compiler.plan import UP
from hasim.compiler.serving import SERVING, controller_of, primary_of
from hasim.compiler.wording import Wording
from hasim.engines.reference.simulation import Simulation
from hasim.process import Automaton, Process
from hasim.process.strikes import is_strike
from hasim.reporting.incidents.teller import UNNOTICED, Teller
from hasim.system import Component, System
from hasim.topology import Place, placement

Tone = Literal["ok", "degraded", "work", "down"]

#: Of what stands in the model; all else is told by the mechanism that made it.
REPLICA, DOMAIN, COMPONENT, SERVICE = "replica", "domain", "component", "service"

_WITHOUT_MEANING = frozenset({causes.PASS, crews.PASS})


@dataclass(frozen=True, slots=True)
class Countdown:
    """A delay that runs.

    Parameters
    ----------
    name : str
        The stage: ``promote``.
    law : str
        What its length is drawn from.
    ran_s : float
        For how long its phase has lasted, or its crew has worked.
    left_s : float or None
        The seconds that it has left if nothing comes between; None while it stands still.
    """

    name: str
    law: str
    ran_s: float
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one thing stands.

    Parameters
    ----------
    name : str
    kind : str
        ``replica``, ``component``, ``domain``, or the mechanism that it belongs to.
    phase : str
        One word or two: ``up``, ``detect``, ``promote``, ``repair``, ``crew``, ``masked``,
        ``latent``, ``standby``.
    tone : {'ok', 'degraded', 'work', 'down'}
        Whether all is well, some is missing, something is being done, or nothing yet.
    says : str
        What that means, in a few words.
    since : float or None
        The moment at which it came into its phase, in seconds from the start; None where the phase
        is that of something else, such as what is around it.
    clocks : tuple of Countdown
        What runs.
    """

    name: str
    kind: str
    phase: str
    tone: Tone
    says: str
    since: float | None
    clocks: tuple[Countdown, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceStanding:
    """Where a service stands.

    Parameters
    ----------
    name : str
    is_up : bool
    stage : str or None
        The stage that holds it back; None while it is up.
    since : float
        When it went up or down, in seconds from the start.
    cause : str or None
        What began the outage.
    capacity_rps, demand_rps : float or None
        What it can carry now, and its peak; None where the model does not say.
    """

    name: str
    is_up: bool
    stage: str | None
    since: float
    cause: str | None
    capacity_rps: float | None
    demand_rps: float | None

    @property
    def tone(self) -> Tone:
        """Whether it is down, short of capacity, or all is well."""
        if not self.is_up:
            return "down"
        short = (
            self.capacity_rps is not None
            and self.demand_rps is not None
            and self.capacity_rps < self.demand_rps
        )
        return "degraded" if short else "ok"


class Cast:
    """Who plays in the incidents of a System, and what they can do.

    Parameters
    ----------
    system : System
    process : Process
        That is played.
    capacity : InService
        What services can carry.
    """

    def __init__(self, system: System, process: Process, capacity: InService) -> None:
        self.system = system
        self.capacity = capacity
        self.places: Mapping[str, tuple[Place, ...]] = placement(system)
        self.gates = frozenset(node.name for node in process.nodes)
        self.words = Wording.of(system)
        self.main: dict[str, Automaton] = {}
        self.others: dict[str, list[Automaton]] = {}
        self.primaries: dict[str, str] = {}
        for one in process.automata:
            self._place(one)

    def _place(self, one: Automaton) -> None:
        owner, made_by = one.origin.name, one.origin.made_by
        if made_by in _WITHOUT_MEANING or is_strike(one.name):
            return
        if made_by == failover_gates.PASS and one.name == primary_of(owner):
            self.primaries[owner] = one.name
        elif made_by == failures.PASS:
            self.main[one.name] = one
        else:
            known = owner in self.replicas or owner in self.system.components
            self.others.setdefault(owner if known else one.name, []).append(one)

    @cached_property
    def replicas(self) -> dict[str, tuple[str, int]]:
        """The component of each replica, and its index from 0."""
        return {
            f"{name}.{index + 1}": (name, index)
            for name, places in self.places.items()
            for index in range(len(places))
        }

    def automata_of(self, name: str) -> tuple[Automaton, ...]:
        """What moves for a component, a replica, a domain or what stands by itself."""
        main = [self.main[name]] if name in self.main else []
        return (*main, *self.others.get(name, ()))

    def is_at_rest(self, one: Automaton, phase: str) -> bool:
        """Whether an automaton does what it does when nothing has happened."""
        if one.origin.made_by == relocation.PASS:
            return phase.startswith("on ")
        return phase in working_phases(one) or any(phase == start for start, _ in one.start)


class Look:
    """A look at all that plays, at one moment.

    Parameters
    ----------
    cast : Cast
    teller : Teller
    now : float
        Seconds from the start, not before the last event.
    """

    def __init__(self, cast: Cast, teller: Teller, now: float) -> None:
        self._cast = cast
        self._simulation: Simulation = teller.simulation
        self._since = teller.since
        self._now = now

    def standings(self) -> dict[str, Standing]:
        """Where everything stands but the services, by name: components, replicas, the rest."""
        cast = self._cast
        found = [
            *(self._domain(name) for name in cast.system.domains),
            *(
                standing
                for name in cast.system.components
                for standing in (self._component(name), *self._replicas_of(name))
            ),
            *(self._other(name) for name in cast.others if self._stands_alone(name)),
        ]
        return {one.name: one for one in found}

    def out_of_service(self) -> dict[str, tuple[int, ...]]:
        """The replicas that do not serve, by their index from 0; all while nobody leads."""
        found = {}
        for name, places in self._cast.places.items():
            all_of = tuple(range(len(places)))
            if name in self._cast.primaries:
                found[name] = () if self._leads(name) else all_of
            else:
                found[name] = tuple(i for i in all_of if not self._serves(f"{name}.{i + 1}"))
        return {name: indices for name, indices in found.items() if indices}

    def victims(self) -> Iterator[tuple[str, str]]:
        """Yield what works and can be made to fail, each with what it is in words."""
        cast = self._cast
        for name, own in cast.main.items():
            if not (working_phases(own) and self._works(own)):
                continue
            if name in cast.system.domains:
                yield name, f"{cast.system.domains[name].level} {name}"
                continue
            component = cast.system.components[name.rpartition(".")[0]]
            stands_by = self._leader(name.rpartition(".")[0]) not in (None, name)
            yield name, f"{name}, a standby" if stands_by else name
            if stands_by and component.standby is not None and component.standby.latent > 0.0:
                yield f"{name}{UNNOTICED}", f"{name}, a standby, unnoticed"
        for name, others in cast.others.items():
            for one in others:
                failing = working_phases(one)
                if one.name == name and self._simulation.phase_of(name) in failing:
                    yield name, f"{name} ({one.origin.made_by})"

    # ------------------------------------------------------------------ domains and replicas

    def _domain(self, name: str) -> Standing:
        level = self._cast.system.domains[name].level
        own = self._cast.main.get(name)
        if own is not None and not self._works(own):
            return self._failing(own, name, DOMAIN)
        if not self._is_open(name):
            return Standing(name, DOMAIN, "masked", "down", "what is around it is down", None)
        return Standing(name, DOMAIN, UP, "ok", f"{level} {name} is up", self._since_of(own))

    def _replicas_of(self, component: str) -> Iterator[Standing]:
        numbers = range(1, self._cast.system.components[component].replicas + 1)
        return (self._replica(component, f"{component}.{number}") for number in numbers)

    def _replica(self, component: str, name: str) -> Standing:
        own = self._cast.main.get(name)
        if own is not None and not self._works(own):
            return self._failing(own, name, REPLICA)
        clocks = tuple(c for one in self._cast.others.get(name, ()) for c in self._clocks(one))
        since = self._since_of(own)
        if self._is_masked(name):
            says = "what it is in or on is down"
            return Standing(name, REPLICA, "masked", "down", says, None, clocks)
        for one in self._cast.others.get(name, ()):
            phase = self._simulation.phase_of(one.name)
            if not self._cast.is_at_rest(one, phase):
                word = word_of(phase)
                return Standing(
                    name, REPLICA, word, "work", f"is up: {word}", self._since[one.name], clocks
                )
        if not self._serves(name):
            says = "what it needs in its own domain does not serve"
            return Standing(name, REPLICA, "needs", "down", says, None, clocks)
        leader = self._leader(component)
        if leader is not None and leader != name:
            return Standing(name, REPLICA, "standby", "ok", "stands by", since, clocks)
        says = "is the primary" if leader == name else "serves"
        return Standing(name, REPLICA, UP, "ok", says, since, clocks)

    def _failing(self, own: Automaton, name: str, kind: str) -> Standing:
        """What is down by itself."""
        phase, waits = self._simulation.phase_of(own.name), self._simulation.waits(own.name)
        state = phase.partition(".")[2].removeprefix("common ")
        word = "crew" if waits else state.partition(" ")[0]
        tone: Tone = "work" if word in ("repair", "acknowledge", "diagnose") else "down"
        says = self._cast.words.tell_down(own, phase, waits=waits)
        clocks = (*self._clocks(own), *self._clocks_of_common(name, phase))
        return Standing(name, kind, word, tone, says, self._since_of(own), clocks)

    def _clocks_of_common(self, replica: str, phase: str) -> Iterator[Countdown]:
        """The clocks of the common cause that a replica is down by."""
        mode, _, state = phase.partition(".")
        if state.startswith("common "):
            name = f"{replica.rpartition('.')[0]}.{mode}.common"
            for one in self._cast.others.get(name, ()):
                yield from self._clocks(one)

    # ------------------------------------------------------------------ components and the rest

    def _component(self, name: str) -> Standing:
        component = self._cast.system.components[name]
        out = [i for i in range(component.replicas) if not self._serves(f"{name}.{i + 1}")]
        there = component.replicas - len(out)
        clocks = tuple(c for one in self._cast.others.get(name, ()) for c in self._clocks(one))
        controller = next(
            (o for o in self._cast.others.get(name, ()) if o.name == controller_of(name)), None
        )
        phase = SERVING if controller is None else self._simulation.phase_of(controller.name)
        says = f"{there} of {component.replicas} up"
        since = self._since_of(controller)
        if phase != SERVING:
            tone: Tone = "down" if phase.startswith("wait") else "work"
            return Standing(name, COMPONENT, word_of(phase), tone, says, since, clocks)
        if not self._has_enough(name, component, there):
            return Standing(name, COMPONENT, "down", "down", says, None, clocks)
        if not self._holds(f"{name} serves"):
            says = f"{says}; what it needs does not serve"
            return Standing(name, COMPONENT, "needs", "down", says, None, clocks)
        tone = "degraded" if out else "ok"
        return Standing(name, COMPONENT, SERVING, tone, says, None, clocks)

    def _has_enough(self, name: str, component: Component, there: int) -> bool:
        if name in self._cast.primaries:
            return self._leads(name)
        return there >= component.required

    def _stands_alone(self, name: str) -> bool:
        """Whether it is none of what has a standing already; of common causes, one that acts."""
        if name in self._cast.replicas or name in self._cast.system.components:
            return False
        (one, *_) = self._cast.others[name]
        is_common = one.origin.made_by == common_cause.PASS
        at_rest = self._cast.is_at_rest(one, self._simulation.phase_of(one.name))
        return not (is_common and at_rest)

    def _other(self, name: str) -> Standing:
        (one, *_) = self._cast.others[name]
        phase = self._simulation.phase_of(one.name)
        word = "crew" if self._simulation.waits(one.name) else word_of(phase)
        tone: Tone = "ok" if self._cast.is_at_rest(one, phase) else "work"
        kind = one.origin.made_by
        return Standing(name, kind, word, tone, word, self._since_of(one), self._clocks(one))

    # ------------------------------------------------------------------ what holds

    def _works(self, own: Automaton) -> bool:
        return self._simulation.phase_of(own.name) in (working_phases(own) or {UP})

    def _serves(self, replica: str) -> bool:
        gate = f"{replica} serves"
        if gate in self._cast.gates:
            return self._holds(gate)
        own = self._cast.main.get(replica)
        is_up = own is None or self._works(own)
        others = [self._simulation.phase_of(o.name) for o in self._cast.others.get(replica, ())]
        starts = any(word_of(phase) in ("off", "starting") for phase in others)
        own_needs = self._holds(f"{replica} has its own")
        return is_up and own_needs and not starts and not self._is_masked(replica)

    def _is_masked(self, replica: str) -> bool:
        if f"{replica} unmasked" in self._cast.gates:
            return not self._holds(f"{replica} unmasked")
        component, index = self._cast.replicas[replica]
        place = self._cast.places[component][index]
        around = [*self._cast.system.components[component].shares]
        around += [where for where in (place.domain, place.host) if where is not None]
        return not all(self._is_open(where) for where in around)

    def _is_open(self, place: str) -> bool:
        """Whether a domain, or a replica of a host, masks nothing."""
        if place in self._cast.replicas:
            return self._holds(f"{place} carries", self._serves(place))
        domain = self._cast.system.domains[place]
        gate = f"{domain.level} {place} open"
        if gate in self._cast.gates:
            return self._holds(gate)
        own = self._cast.main.get(place)
        around = (*filter(None, (domain.inside,)), *domain.shares)
        return (own is None or self._works(own)) and all(self._is_open(one) for one in around)

    def _holds(self, gate: str, otherwise: bool = True) -> bool:
        return bool(self._simulation.value(gate)) if gate in self._cast.gates else otherwise

    def _leader(self, component: str) -> str | None:
        primary = self._cast.primaries.get(component)
        return None if primary is None else f"{component}.{self._simulation.phase_of(primary)}"

    def _leads(self, component: str) -> bool:
        """Whether the primary of a component serves and no failover is on its way."""
        leader = self._leader(component)
        phase = self._simulation.phase_of(controller_of(component))
        return leader is not None and phase == SERVING and self._serves(leader)

    # ------------------------------------------------------------------ clocks

    def _clocks(self, one: Automaton) -> tuple[Countdown, ...]:
        """What runs of an automaton but failures to come."""
        ran = self._now - self._since_of(one)
        return tuple(
            Countdown(
                _word_of_delay(one, running.delay.name),
                str(running.delay.law),
                ran,
                None if running.ends is None else max(0.0, running.ends - self._now),
            )
            for running in self._simulation.running(one.name)
            if running.delay.cause is None
        )

    def _since_of(self, one: Automaton | None) -> float:
        return 0.0 if one is None else self._since.get(one.name, 0.0)


def word_of(phase: str) -> str:
    """Return a phase without what it came from: ``ejecting`` of ``ejecting after web.crash``."""
    return phase.partition(" after ")[0].rpartition(".")[2]


def _word_of_delay(one: Automaton, delay: str) -> str:
    """A delay without the failure mode that it belongs to: ``repair`` of ``crash repair``."""
    modes = {d.name for d in one.delays if d.cause is not None}
    mode, _, rest = delay.partition(" ")
    return rest if rest and mode in modes else delay
