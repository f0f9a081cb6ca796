"""Changes: deployments and configuration, good and bad.

Theory of operation
-------------------
A change is one automaton over all that is in its scope. From `idle`, where its clock runs, a good
change goes through its deployment: `deploy` holds the groups of its scope (recreate), `deploy
web.1` a turn of replicas (rolling); other good changes lose nothing and are left out, as is a
deployment that takes no time.

A bad change exposes a share of the requests, wave by wave, and then everything. In a wave the
requests of its share are lost, the same requests in every group, which is one level for all of
them; at the end the groups of its scope do not serve. Its phases, for wave 1 and without its number
for everything:

    hidden in wave 1    nothing is lost before the first symptom (`latent`)
    missed in wave 1    it shows, the wave does not find it, and its `bake` goes on
    detect in wave 1    the wave finds it; until it is known what is wrong
    rollback in wave 1  until the old state is back

A canary has the waves that it says. A rolling change has one, its first turn, after which it is
seen to be good or bad: the deployment of what follows a bad turn is not played through, since
everything is exposed then. Recreated and blue-green changes expose everything at once.

Rules of this file
------------------
1. Whether a wave finds a bad change is drawn when it shows there: at the wave's beginning, or at
   the first symptom.
2. A wave without `bake` ends at once if it finds nothing.
3. Phases that take no time are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from hasim.compiler.plan import Hold, Plan, is_instant
from hasim.compiler.signals import stops
from hasim.compiler.turns import IDLE, Stay, Turn, hold_replicas, stays_of, turns_of, ways_out
from hasim.laws import Exponential, Law
from hasim.process import (
    Alternative,
    Automaton,
    ByPhase,
    Delay,
    Label,
    Occupancy,
    Origin,
    Phase,
    Row,
    Steps,
)
from hasim.process.automata import Memory
from hasim.system import Change, System

PASS = "changes"

DEPLOY, DETECT, ROLLBACK = "deploy", "detect", "rollback"
HIDDEN, MISSED = "hidden", "missed"

Shown = tuple[tuple[str, float], ...]
"""Where a bad change that shows leads: phases with their probabilities."""


@dataclass(frozen=True)
class Course:
    """How the changes of one name go.

    Parameters
    ----------
    name : str
        Such as ``web.change``.
    given : Change
    turns : tuple of Turn
        The turns of a rolling change that takes time; empty otherwise.
    waves : tuple of float
        The shares exposed before everything is.
    exposed : tuple of str
        The groups of which the waves lose requests.
    """

    name: str
    given: Change
    turns: tuple[Turn, ...]
    waves: tuple[float, ...]
    exposed: tuple[str, ...]

    @property
    def origin(self) -> Origin:
        """Where its parts come from."""
        return Origin(self.name, PASS)

    @property
    def recreates(self) -> bool:
        """Whether its scope is down while it is deployed."""
        return self.given.strategy == "recreate" and not is_instant(self.given.takes)

    @property
    def can_be_bad(self) -> bool:
        """Whether changes go wrong."""
        return self.given.failure_rate > 0

    @property
    def does_something(self) -> bool:
        """Whether there is anything to be modelled."""
        return bool(self.recreates or self.turns or self.can_be_bad)

    @property
    def hides(self) -> bool:
        """Whether a bad change does not show at once."""
        return not is_instant(self.given.latent)

    @property
    def bakes(self) -> bool:
        """Whether waves take time."""
        return not is_instant(self.given.bake)

    @property
    def everywhere(self) -> int:
        """The number of the step at which everything is exposed, counted like waves."""
        return len(self.waves) + 1

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        """Phases before the first symptom, in their order."""
        waves = range(1, self.everywhere) if self.bakes else ()
        return tuple(self.at(HIDDEN, wave) for wave in (*waves, self.everywhere)) * self.hides

    def at(self, state: str, wave: int) -> str:
        """The phase of a state in a wave, or where everything is exposed."""
        return state if wave == self.everywhere else f"{state} in wave {wave}"

    def wave_of(self, phase: str) -> int:
        """The wave of a phase."""
        _, found, wave = phase.rpartition(" in wave ")
        return int(wave) if found else self.everywhere

    def entered(self, wave: int) -> Shown:
        """Where a bad change leads that reaches a wave, having shown before or showing there."""
        missed, found = 1.0, []
        catch = self.given.catch
        for one in range(wave, self.everywhere):
            if catch > 0:
                found.append((self.known(one), missed * catch))
            missed *= 1 - catch
            if missed == 0:
                return tuple(found)
            if self.bakes:
                return (*found, (self.at(MISSED, one), missed))
        return (*found, (self.known(self.everywhere), missed))

    def known(self, wave: int) -> str:
        """The phase of a bad change that is found in a wave."""
        state = ROLLBACK if is_instant(self.given.detect) else DETECT
        return self.at(state, wave)

    @property
    def bad(self) -> Shown:
        """Where a bad change begins."""
        return ((self.hidden[0], 1.0),) if self.hides else self.entered(1)

    @property
    def phases_of_bad(self) -> tuple[str, ...]:
        """The phases of a bad change."""
        missed = [self.at(MISSED, wave) for wave in self.passing]
        found = (*self.finding, self.everywhere)
        undoing = [self.at(state, wave) for wave in found for state in self.undoing]
        return (*self.hidden, *missed, *undoing)

    @property
    def losing(self) -> dict[str, int]:
        """Phases in which a wave loses requests, and which."""
        missed = {self.at(MISSED, wave): wave for wave in self.passing}
        undone = {self.at(state, wave): wave for wave in self.finding for state in self.undoing}
        return missed | undone

    @property
    def finding(self) -> range:
        """The waves that may find a bad change."""
        return range(1, self.everywhere if self.given.catch > 0 else 1)

    @property
    def passing(self) -> range:
        """The waves in which a bad change may show for a time without being found."""
        return range(1, self.everywhere if self.bakes and self.given.catch < 1 else 1)

    @property
    def undoing(self) -> list[str]:
        """The states from finding a bad change to its end that take time."""
        laws = {DETECT: self.given.detect, ROLLBACK: self.given.rollback}
        return [state for state, law in laws.items() if not is_instant(law)]

    @property
    def stopping(self) -> tuple[str, ...]:
        """Phases in which the scope is down, which are called like the stages of that time."""
        return (*[DEPLOY] * self.recreates, *(self.undoing if self.can_be_bad else ()))


def courses(plan: Plan) -> Iterator[Course]:
    """Yield the changes that do something."""
    for name, change in plan.system.all_changes().items():
        rolls = change.strategy == "rolling" and not is_instant(change.takes)
        turns = turns_of(plan, change.scope, change.at_once) if rolls else ()
        course = _course(plan.system, name, turns)
        if course.does_something:
            yield course


def strikes_all(system: System, name: str) -> bool:
    """Whether a bad change can take its whole scope down: it is not always found in a wave."""
    course = _course(system, name, ())
    always_found = course.waves and course.given.catch == 1 and not course.hides
    return course.can_be_bad and not always_found


def _course(system: System, name: str, turns: tuple[Turn, ...]) -> Course:
    change = system.all_changes()[name]
    first = system.components[change.scope[0]]
    share = change.at_once / first.replicas
    if change.strategy == "rolling" and share < 1 and first.failover is None:
        return Course(name, change, turns, (share,), change.scope[:1])
    return Course(name, change, turns, change.waves, change.scope)


def add_holds(plan: Plan) -> None:
    """Mask what is being deployed, stop what a bad change breaks, and lose what waves expose."""
    for course in courses(plan):
        held = [(turn, (_deploying(turn),)) for turn in course.turns]
        hold_replicas(plan, Label(DEPLOY, course.name), held, course.origin)
        if course.stopping:
            _hold_scope(plan, course)
        if course.can_be_bad and course.losing:
            _lose_requests(plan, course)


def _deploying(turn: Turn) -> str:
    return f"{DEPLOY} {turn.name}"


def _hold_scope(plan: Plan, course: Course) -> None:
    terms = [(Occupancy(course.name, phase), -1) for phase in course.stopping]
    gate = plan.draft.gate(f"{course.name} breaks nothing", terms, 0, course.origin)
    cases = tuple((phase, Label(phase, course.name)) for phase in course.stopping)
    hold = Hold(gate, ByPhase(course.name, cases), {stops(course.name): course.name})
    for group in course.given.scope:
        plan.holds.setdefault(group, []).append(hold)


def _lose_requests(plan: Plan, course: Course) -> None:
    """The share of requests that is served: one level for all groups, as they are the same."""
    terms = [(Occupancy(course.name, phase), wave) for phase, wave in course.losing.items()]
    wave = plan.draft.count(f"{course.name} wave", terms, course.origin)
    shares = (1.0, *(1 - share for share in course.waves))
    numbers = tuple(float(number) for number in range(1, course.everywhere))
    name = f"{course.name} requests left"
    plan.draft.add_node(Steps(name, wave, numbers, shares, course.origin))
    for group in course.exposed:
        plan.shares_served.setdefault(group, []).append(name)


# ---------------------------------------------------------------------------- automata


def add_changes(plan: Plan) -> None:
    """Add an automaton for each kind of change that does something."""
    for course in courses(plan):
        plan.draft.add_automaton(_Writer(plan, course).write())


@dataclass(frozen=True)
class _Writer:
    """Writes the automaton of a course."""

    plan: Plan
    course: Course

    def write(self) -> Automaton:
        """The automaton."""
        course, stays = self.course, self.stays
        good = ways_out(stays)
        phases = [Phase(IDLE), *(s.make_phase(w) for s, w in zip(stays, good, strict=True))]
        delays = [self._change()]
        for place, (stay, way) in enumerate(zip(stays, good, strict=True)):
            if stay.law is not None:
                ways = self._seen(way) if place == 0 else (way,)
                delays.append(stay.make_delay(*ways))
        if course.can_be_bad:
            phases += map(Phase, course.phases_of_bad)
            delays += self._bad_delays()
        return Automaton(
            course.name, tuple(phases), ((IDLE, 1.0),), tuple(delays), origin=course.origin
        )

    @cached_property
    def stays(self) -> list[Stay]:
        """The deployment of a good change, of which a bad one has the first phase."""
        course = self.course
        if course.recreates:
            emits = self.plan.draft.emits(stops(course.name))
            return [Stay(Alternative(DEPLOY, emits=emits), course.given.takes)]
        return [
            stay
            for turn in course.turns
            for stay in stays_of(
                self.plan, course.name, turn, [(_deploying(turn), course.given.takes)]
            )
        ]

    def _change(self) -> Delay:
        """What begins a change; where good ones do nothing, the bad ones alone."""
        course = self.course
        rate, row = course.given.rate, Row(self._to(course.bad))
        if self.stays:
            row = Row((self.stays[0].way,))
        else:
            rate *= course.given.failure_rate
        return Delay("change", (IDLE,), Exponential(1 / rate), row, cause=course.name)

    def _seen(self, good: Alternative) -> tuple[Alternative, ...]:
        """Whether a change is good, at the end of the first phase of its deployment."""
        share = self.course.given.failure_rate
        bad = self._to(self.course.bad, times=share) if share else ()
        return (*bad, *([replace(good, weight=1 - share)] if share < 1 else []))

    def _to(
        self,
        shown: Shown,
        *,
        times: float = 1.0,
        resets: tuple[str, ...] = (),
        guard: str | None = None,
        unless: str | None = None,
    ) -> tuple[Alternative, ...]:
        """The ways into phases; into one that stops the scope, with its signal."""
        heard = self.plan.draft.emits(stops(self.course.name))
        signals = dict.fromkeys(self.course.stopping, heard)
        return tuple(
            Alternative(phase, guard, unless, share * times, signals.get(phase, ()), resets)
            for phase, share in shown
        )

    # ------------------------------------------------------------------ bad ones

    def _bad_delays(self) -> Iterator[Delay]:
        course = self.course
        if course.hides:
            yield self._latent()
        for wave in range(1, course.everywhere) if course.bakes else ():
            if course.hides or wave in course.passing:
                yield self._bake(wave)
        over = Row((Alternative(IDLE),))
        found = (*course.finding, course.everywhere)
        if DETECT in course.undoing:
            for wave in found:
                then = course.at(ROLLBACK, wave) if ROLLBACK in course.undoing else IDLE
                phase = course.at(DETECT, wave)
                yield Delay(phase, (phase,), course.given.detect, Row((Alternative(then),)))
        if ROLLBACK in course.undoing:
            phases = tuple(course.at(ROLLBACK, wave) for wave in found)
            yield Delay(ROLLBACK, phases, course.given.rollback, over)

    def _latent(self) -> Delay:
        """The first symptom, wherever the change is by then."""
        course = self.course
        ways: list[Alternative] = []
        for phase in course.hidden:
            wave = course.wave_of(phase)
            here = self._is_in(phase) if len(course.hidden) > 1 else None
            resets = (_baking(wave),) if wave < course.everywhere else ()
            for target, share in course.entered(wave):
                kept = course.at(MISSED, wave) == target
                ways += self._to(((target, share),), resets=() if kept else resets, guard=here)
        memory = _memory(course.given.latent)
        return Delay("latent", course.hidden, course.given.latent, Row(tuple(ways)), memory)

    def _bake(self, wave: int) -> Delay:
        """The end of a wave that has not found a bad change."""
        course = self.course
        hidden, missed = course.at(HIDDEN, wave), course.at(MISSED, wave)
        if not course.hides:
            ways = self._to(course.entered(wave + 1))
            return Delay(_baking(wave), (missed,), course.given.bake, Row(ways))
        here = self._is_in(hidden)
        ways = (
            Alternative(course.at(HIDDEN, wave + 1), guard=here),
            *self._to(course.entered(wave + 1), unless=here),
        )
        phases, law = (hidden, *[missed] * (wave in course.passing)), course.given.bake
        return Delay(_baking(wave), phases, law, Row(ways), _memory(law))

    def _is_in(self, phase: str) -> str:
        """Gate that holds in a phase of the change."""
        name = self.course.name
        terms = ((Occupancy(name, phase), 1),)
        return self.plan.draft.gate(f"{name} {phase}", terms, 1, self.course.origin)


def _baking(wave: int) -> str:
    return f"bake {wave}"


def _memory(law: Law) -> Memory:
    """A clock goes on when the change shows; an exponential one is none the wiser."""
    return "restart" if isinstance(law, Exponential) else "resume"
