"""What a trace is made of: moments in words, the state of the services, outages and their stages.

Theory of operation: the reference engine plays one history. After each of its instants the teller
says what happened in the user's words, where each service stands (the stage that holds it back, or
nothing where it serves) and which outages have ended, with the time that each stage took.

Rules of this file: nothing is laid out here; timeline.py does that. A moment is told when all of
it has come, and what stands then is looked at before anything later happens.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hasim.compiler import compile
from hasim.compiler.named_failures import find_failure, strike_of, working_phases
from hasim.compiler.wording import Kind, Wording
from hasim.engines.keys import keys_of, shortest_means
from hasim.engines.record import SIGNAL, Entry
from hasim.engines.reference.measuring import find_blame
from hasim.engines.reference.simulation import Instant, Simulation
from hasim.errors import InputError, SolveError
from hasim.planner.replays import quieten
from hasim.process import Charged, Label, Outages, Process
from hasim.process.blame_walk import walk_inside_out
from hasim.process.strikes import is_strike, name_of, with_strikes
from hasim.solution.text import show_seconds
from hasim.system import System

#: So many events are looked ahead for the moment at which something works again; under a second.
MOST_AHEAD = 1000

#: What follows the name of a failure that nobody is to notice.
UNNOTICED = ".latent"

_KINDS: tuple[Kind, ...] = (
    "start",
    "delay",
    "immediate",
    "signal",
    "grant",
    "revoke",
)
_UNKNOWN = "down"


class Failure(NamedTuple):
    """A failure that the user asks for.

    Parameters
    ----------
    item : str
        Replica (``web.1``), domain (``a``) or common cause (``db.crash.common``), with the name of
        the failure mode behind a dot where the first one is not meant (``web.1.hardware``), and
        ``latent`` behind another where nobody is to notice it (``db.2.latent``).
    time : float
        Seconds from the start.
    """

    item: str
    time: float


class Asking(NamedTuple):
    """How a user asks for failures, for what messages tell to write.

    Parameters
    ----------
    write : str
        A failure, with ``{}`` for its name.
    otherwise : str
        What to do where something is down already, with ``{again}`` for when it works again.
    again : str
        That, with ``{item}``, ``{second}`` and ``{moment}``.
    """

    write: str
    otherwise: str
    again: str


BY_COMMAND = Asking(
    "--fail {}@1h",
    "name a later moment{again}, another replica or another --seed",
    " (it works again: --fail {item}@{second}s)",
)


@dataclass(slots=True)
class Outage:
    """An outage: its service, what began it, and how long it spent in which stage.

    Parameters
    ----------
    service : str
    begun : float
        Seconds from the start.
    cause : str or None
    stage : str
        The stage now.
    ended : float or None
        None while it goes on.
    spent : dict of str to float
        Seconds by stage, in the order in which the stages came.
    """

    service: str
    begun: float
    cause: str | None
    stage: str
    ended: float | None = None
    spent: dict[str, float] = field(default_factory=dict)
    _since: float = field(init=False)

    def __post_init__(self) -> None:
        self._since = self.begun

    def go_on(self, now: float, stage: str) -> None:
        """Charge the time since the last look to the stage that the outage was in."""
        if now > self._since:
            self.spent[self.stage] = self.spent.get(self.stage, 0.0) + now - self._since
        self.stage, self._since = stage, now


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at which something happened that means something to the user.

    Parameters
    ----------
    time : float
        Seconds from the start.
    sentences : tuple of str
        What happened.
    stages : mapping of str to str
        The stage of every service that is down now.
    begun : tuple of str
        The services that went down at this moment.
    ended : tuple of Outage
        The outages that ended at this moment.
    is_calm : bool
        Whether all that can fail works.
    is_healed : bool
        Whether all that was made to fail works again.
    """

    time: float
    sentences: tuple[str, ...]
    stages: Mapping[str, str]
    begun: tuple[str, ...]
    ended: tuple[Outage, ...]
    is_calm: bool
    is_healed: bool

    @property
    def says_something(self) -> bool:
        """Whether it means something to the user."""
        return bool(self.says)

    @property
    def says(self) -> tuple[str, ...]:
        """All that there is to say of it, the services last."""
        return (
            *self.sentences,
            *(f"** {name} is DOWN" for name in self.begun),
            *(_over(outage) for outage in self.ended),
        )

    def __str__(self) -> str:
        return f"{show_clock(self.time)}  {'; '.join(self.says)}"


class Teller:
    """Tells one history of a System.

    Parameters
    ----------
    system : System
    seed : int
    failures : sequence of Failure
        Failures to bring about.
    is_alone : bool
        Whether nothing else fails by itself, as in a scenario; what is drawn is then the same as on
        systems that differ a little (engines/keys.py).
    asking : Asking
        How failures are asked for.
    process : Process, optional
        What is played, made from that of the System; that itself when absent.
    keys : ndarray of KEY, optional
        By which it draws the same numbers as others.

    Attributes
    ----------
    down : dict of str to Outage
        The outages that go on, by service.
    process : Process
        What is played.
    simulation : Simulation
        That plays it.
    since : dict of str to float
        The moment at which each automaton last moved, or got or lost its token.

    Raises
    ------
    InputError
        For a failure of something that does not exist or cannot fail.
    """

    def __init__(
        self,
        system: System,
        *,
        seed: int,
        failures: Sequence[Failure] = (),
        is_alone: bool = False,
        asking: Asking = BY_COMMAND,
        process: Process | None = None,
        keys: NDArray[np.void] | None = None,
    ) -> None:
        self.down: dict[str, Outage] = {}
        self.since: dict[str, float] = {}
        process = compile(system) if process is None else process
        process = quieten(process) if is_alone else process
        self._asking = asking
        failures = sorted(failures, key=lambda failure: failure.time)
        named = {
            one.item: find_failure(process, _mode(one), write=asking.write) for one in failures
        }
        process, self._unnoticed = _with_unnoticed(process, failures, named, asking)
        if is_alone:
            keys = keys_of(process, shortest_means([process]))
        self.process = process
        self._words = Wording.of(system)
        self.simulation = Simulation(process, seed=seed, keys=keys)
        self._has_begun = False
        self._phases: dict[str, str] = {}
        self._failing = _resting_phases(process)
        self._measures = [m for m in process.measures if isinstance(m, Outages)]
        self._causes = {(a.name, d.name): d.cause for a in process.automata for d in a.delays}
        seen = [one for one in failures if one not in self._unnoticed.values()]
        self._to_come = [(failure, named[failure.item]) for failure in seen]
        for failure, mode in self._to_come:
            self.simulation.inject(failure.time, *mode)
        self._made_to_fail = {automaton for automaton, _ in named.values()}

    def stages(self, service: str) -> set[str]:
        """The stages in which a service can be down."""
        blame = next(m.blame for m in self._measures if m.name == service)
        tables = () if blame is None else walk_inside_out(blame)
        named = (table.stage for table in tables if isinstance(table, Label | Charged))
        return {stage for stage in named if stage is not None}

    def moments(self, before: float) -> Iterator[Moment]:
        """Yield the moments earlier than `before` seconds that mean something to the user.

        Raises
        ------
        InputError
            Where a failure is asked of what does not work at that time.
        """
        while (moment := self.advance(before)) is not None:
            if moment.says_something:
                yield moment

    def advance(self, before: float = math.inf) -> Moment | None:
        """Play on for one moment; None where there is none earlier than `before` seconds.

        Raises
        ------
        InputError
            Where a failure is asked of what does not work at that time.
        """
        instant = self._next(before)
        if instant is None:
            self._check_unnoticed(before)
            return None
        moment = self._look(instant)
        at_once = math.nextafter(instant.time, math.inf)
        while (instant := self._next(at_once)) is not None:
            moment = _join(moment, self._look(instant))
        return moment

    def _next(self, before: float) -> Instant | None:
        """What is so after the next event, and at first at the start."""
        try:
            if self._has_begun and not self.simulation.advance(before):
                return None
        except SolveError as error:
            down = [one for one in self._to_come if not self._works(one[1][0])]
            if not down:
                raise
            raise self._refusal(down[0][0], down[0][1][0]) from error
        self._has_begun = True
        instant = next(self.simulation.instants())
        self._check_failure(instant)
        self._note_unnoticed(instant)
        return instant

    def _note_unnoticed(self, instant: Instant) -> None:
        """Take note of failures that nobody noticed; refuse one that found nothing to do."""
        self._check_unnoticed(instant.time)
        for entry in instant.entries:
            if entry.kind == SIGNAL:
                self._unnoticed.pop(self.process.signals[entry.by].name, None)

    def _check_unnoticed(self, before: float) -> None:
        late = [one for one in self._unnoticed.values() if one.time < before]
        if late:
            raise _is_noticed(late[0], self._asking)

    def _check_failure(self, instant: Instant) -> None:
        """Take note of a failure that was brought about; refuse one that found nothing to do."""
        for place, (failure, named) in enumerate(self._to_come):
            if failure.time > instant.time:
                return
            if self.simulation.ended != named:
                continue
            del self._to_come[place]
            if self._works(named[0]):
                raise InputError(
                    f"{failure.item} cannot strike at {show_seconds(failure.time)}: "
                    "all that it could strike is down",
                    "a moment at which some of it works",
                    "name another moment",
                )
            return

    def _works(self, automaton: str) -> bool:
        return self.simulation.phase_of(automaton) in self._failing[automaton]

    def _refusal(self, failure: Failure, name: str) -> InputError:
        """What is wrong about a failure of what is down."""
        automaton = next(a for a in self.process.automata if a.name == name)
        simulation = self.simulation
        why = self._words.tell_down(
            automaton, simulation.phase_of(name), waits=simulation.waits(name)
        )
        second = self._find_return(name)
        again = ""
        if second is not None:
            moment = show_seconds(second)
            again = self._asking.again.format(item=failure.item, second=second, moment=moment)
        return InputError(
            f"{failure.item} cannot fail at {show_seconds(failure.time)}: it {why}",
            "a moment at which it works",
            self._asking.otherwise.format(again=again),
        )

    def _find_return(self, name: str) -> int | None:
        """The second at which something that is down works again, if that is not far ahead."""
        for _ in range(MOST_AHEAD):
            try:
                self.simulation.advance()
            except SolveError:
                return None
            if self._works(name):
                return math.floor(self.simulation.now) + 1
        return None

    def _look(self, instant: Instant) -> Moment:
        sentences = [text for entry in instant.entries if (text := self._tell(entry)) is not None]
        ended: list[Outage] = []
        before = tuple(self.down)
        for measure in self._measures:
            if not self.simulation.value(measure.gate):
                self._go_on(measure, instant.time)
            elif measure.name in self.down:
                outage = self.down.pop(measure.name)
                outage.go_on(instant.time, "")
                outage.ended = instant.time
                ended.append(outage)
        stages = {name: outage.stage for name, outage in self.down.items()}
        troubled = {name for name, rest in self._failing.items() if self._phases[name] not in rest}
        return Moment(
            instant.time,
            tuple(sentences),
            stages,
            tuple(name for name in stages if name not in before),
            tuple(ended),
            is_calm=not troubled,
            is_healed=not troubled & self._made_to_fail,
        )

    def _tell(self, entry: Entry) -> str | None:
        automaton = self.process.automata[entry.automaton]
        phase = automaton.phases[entry.phase].name
        before = self._phases.get(automaton.name, "")
        self._phases[automaton.name] = phase
        self.since[automaton.name] = entry.time
        kind = _KINDS[entry.kind]
        if kind == "signal" and is_strike(self.process.signals[entry.by].name):
            kind = "delay"
        return self._words.narrate(automaton, phase, kind, before)

    def _go_on(self, measure: Outages, now: float) -> None:
        label = find_blame(measure.blame, self.simulation)
        stage = _UNKNOWN if label is None else label.stage
        if measure.name in self.down:
            self.down[measure.name].go_on(now, stage)
            return
        fallen_by = self.simulation.fallen_by[measure.gate]
        cause = None if fallen_by is None else self._causes[fallen_by]
        if cause is None and label is not None:
            cause = label.cause
        self.down[measure.name] = Outage(measure.name, now, cause, stage)


def _mode(failure: Failure) -> str:
    """The name of what fails, without how."""
    return failure.item.removesuffix(UNNOTICED)


def _with_unnoticed(
    process: Process,
    failures: Sequence[Failure],
    named: Mapping[str, tuple[str, str]],
    asking: Asking,
) -> tuple[Process, dict[str, Failure]]:
    """The Process with strikes for failures that nobody notices, and which strike is which."""
    strikes, unnoticed = [], {}
    for failure in failures:
        if not failure.item.endswith(UNNOTICED):
            continue
        strike = strike_of(process, *named[failure.item], hidden=True)
        if not strike.row.alternatives:
            raise _is_noticed(failure, asking)
        strikes.append(replace(strike, time=failure.time))
        unnoticed[name_of(len(strikes))] = failure
    return (with_strikes(process, strikes) if strikes else process), unnoticed


def _is_noticed(failure: Failure, asking: Asking) -> InputError:
    name = _mode(failure)
    return InputError(
        f"{name} cannot fail unnoticed at {show_seconds(failure.time)}",
        "a standby that works, of a component with standby: {latent: 10 %}",
        f"write {asking.write.format(name)}",
    )


def _resting_phases(process: Process) -> dict[str, frozenset[str]]:
    """For each automaton that can fail, the phases from which it does."""
    return {
        automaton.name: working_phases(automaton)
        for automaton in process.automata
        if any(delay.cause is not None for delay in automaton.delays)
    }


def _join(first: Moment, then: Moment) -> Moment:
    """Two instants at one moment are one: what holds is what the last one says."""
    return Moment(
        first.time,
        first.sentences + then.sentences,
        then.stages,
        tuple(name for name in first.begun + then.begun if name in then.stages),
        tuple(o for o in first.ended + then.ended if o.ended != o.begun),
        then.is_calm,
        then.is_healed,
    )


def _over(outage: Outage) -> str:
    assert outage.ended is not None
    return f"** {outage.service} serves again after {show_seconds(outage.ended - outage.begun)}"


def show_clock(seconds: float) -> str:
    """Return the moment of an event, in days and hours of simulated time."""
    whole, milliseconds = divmod(round(seconds * 1000.0), 1000)
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    return f"day {days:>5} {hours:02}:{minutes:02}:{rest:02}.{milliseconds:03}"
