"""An incident that a user plays: kill something, step on, look, try it on a system that differs.

Theory of operation
-------------------
The reference engine plays one history (teller.py). Nothing in it is changed while it runs: whatever
the user does is put into a new plot, and that is played from its start up to the present. So an
incident is at every moment the one that its script gives, bit for bit, and the one that
`hasim trace` tells. What the user kills is killed at the first whole millisecond after all that has
been played, so that nothing of that becomes different.

Unless others are asked for, nothing fails but what the user kills, as in a scenario, and draws are
those of engines/keys.py: on a system that differs in one thing, the same things take as long.

Rules of this file: what is refused leaves the incident as it was.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hasim.compiler import compile
from hasim.compiler.capacity import InService
from hasim.errors import InputError, list_words, show_value
from hasim.planner.twins import twins_of
from hasim.process import Process
from hasim.reporting.incidents.plot import Plot, notice_later
from hasim.reporting.incidents.standing import Cast, Look, ServiceStanding, Standing
from hasim.reporting.incidents.story_so_far import Reading, Timeline
from hasim.reporting.incidents.teller import Asking, Failure, Moment, Teller
from hasim.reporting.incidents.wishes import is_well, read_moment, read_wish
from hasim.solution.text import show_seconds
from hasim.system import System
from hasim.units import parse_duration

if TYPE_CHECKING:
    from hasim.reporting.figures import Figure

#: So far ahead something to tell is looked for, in seconds and in events: a year where nothing
#: fails by itself, else as far as `hasim trace` looks. After each event all levels and gates
#: are computed anew, so many of them at most: some ten seconds.
AHEAD, AHEAD_WITH_OTHERS = 365.0 * 86_400.0, 1000 * 365.0 * 86_400.0
MOST_EVENTS, MOST_COMPUTED = 20_000, 2_000_000

#: So many names are listed in a message, at most.
MOST_LISTED = 12

BY_HAND = Asking(
    "{}", "let it work again{again}, or name another", " first (it does after {moment})"
)


@dataclass(slots=True)
class _Stage:
    """What has been played of a plot, with the Process of its system as it was compiled."""

    plot: Plot
    compiled: Process
    cast: Cast
    teller: Teller
    moments: list[Moment]
    readings: list[Reading]
    up_since: dict[str, float]
    reached: float = 0.0

    @property
    def most_events(self) -> int:
        """So many events are played at a stretch, at most."""
        return min(MOST_EVENTS, MOST_COMPUTED // len(self.compiled.nodes) + 1)


class Incident:
    """An incident played step by step on a System, by the reference engine.

    Parameters
    ----------
    system : System
    seed : int
        Names the history: the same seed and the same acts give the same incident.
    others : bool
        Whether things fail by themselves too, as in `hasim trace`; else only what is killed does.

    Examples
    --------
    >>> incident = hasim.Incident(hasim.load("models/shop.yaml"), seed=1)  # doctest: +SKIP
    >>> incident.kill("db.1")                                  # doctest: +SKIP
    >>> incident.run_until("checkout is up")                   # doctest: +SKIP
    >>> print(incident.timeline())                             # doctest: +SKIP
    """

    def __init__(self, system: System, *, seed: int = 1, others: bool = False) -> None:
        self._system = system
        plot = Plot(seed, others=others, failures=(), slower={}, now=0.0)
        self._stage = _play(system, plot)

    @classmethod
    def from_script(cls, system: System, script: str) -> Incident:
        """Return the incident that a script tells, played as far as it was.

        Parameters
        ----------
        system : System
        script : str
            What `script` gave.

        Raises
        ------
        InputError
            Where it is no script, or does something that cannot be done to this system.
        """
        plot = Plot.from_text(script)
        incident = cls(system, seed=plot.seed, others=plot.others)
        incident._play(plot)
        return incident

    # ------------------------------------------------------------------ what is done

    def kill(self, item: str) -> Moment:
        """Make something fail now, and tell what that does.

        Parameters
        ----------
        item : str
            A replica (``db.1``) by its first failure mode, a mode of it (``web.1.hardware``), a
            domain (``a``), a common cause (``db.crash.common``), a link, a change (``web.change``);
            with ``.latent`` behind it (``db.2.latent``), a standby that dies and nobody notices.

        Raises
        ------
        InputError
            Where there is no such thing, it cannot fail, or it is down.
        """
        plot = self._stage.plot
        moment = self._moment_of_act()
        failures = (*plot.failures, Failure(item, moment))
        self._play(replace(plot, failures=failures, now=moment))
        return self._stage.moments[-1]

    def cut(self, link: str, other: str | None = None) -> Moment:
        """Cut a link now, named by itself or by the two domains that it joins.

        Raises
        ------
        InputError
            Where there is no such link, it is cut, or nothing looks at it.
        """
        return self.kill(_find_link(self._system, link, other))

    def delay_detection(self, name: str, by: str | float) -> None:
        """Let failures of a component or a domain be noticed later, from the start on.

        What was played is played anew, as it would have come with the same acts: this is another
        system, in which each law by which they are noticed is moved by so much.

        Parameters
        ----------
        name : str
        by : str or float
            A duration such as ``2 min``, or seconds; what was asked before is added to.

        Raises
        ------
        InputError
            Where there is no such thing, or something that was killed would then still be down.
        """
        seconds = parse_duration(by) if isinstance(by, str) else float(by)
        if not 0.0 < seconds < math.inf:
            raise InputError(f"detection later by {by}", "a positive duration", 'write "2 min"')
        plot = self._stage.plot
        slower = {**plot.slower, name: plot.slower.get(name, 0.0) + seconds}
        notice_later(self._system, name, seconds)
        self._play(replace(plot, slower=slower))

    def step(self) -> Moment | None:
        """Play on to the next moment that says something; None where nothing is to come."""
        plot = self._stage.plot
        for _ in range(self._stage.most_events):
            moment = self._advance(plot.now + self._ahead)
            if moment is None:
                break
            if moment.says_something:
                self._go_to(moment.time)
                return moment
        self._play(plot)
        return None

    def run_until(self, wish: str | float) -> tuple[Moment, ...]:
        """Play until something is so, and return what happened on the way.

        Parameters
        ----------
        wish : str or float
            ``checkout is up``, ``checkout is down``, ``db.1 is up``, ``db is in promote``,
            ``all is well``, or a moment in time from the start: ``2 h``, or seconds.

        Raises
        ------
        InputError
            Where it says nothing, names a moment that is past, or does not come about.
        """
        until = read_moment(wish)
        if until is not None:
            return self._run_to(until)
        test = read_wish(str(wish), self.services, self.states())
        plot, told = self._stage.plot, []
        if test(self.services, self.states()):
            return ()
        for _ in range(self._stage.most_events):
            moment = self._advance(plot.now + self._ahead)
            if moment is None:
                break
            self._go_to(moment.time)
            told += [moment] if moment.says_something else []
            if test(self.services, self.states()):
                return tuple(told)
        self._play(plot)
        raise InputError(
            f"{show_value(str(wish))} does not come about",
            "what comes about by itself",
            "kill something first, or play with others=True",
        )

    def run_for(self, time: str | float) -> tuple[Moment, ...]:
        """Play on for a time, such as ``5 min`` or so many seconds."""
        seconds = parse_duration(time) if isinstance(time, str) else float(time)
        return self._run_to(self.now + seconds)

    # ------------------------------------------------------------------ what is seen

    @property
    def system(self) -> System:
        """The system that it is played on."""
        return self._system

    @property
    def seed(self) -> int:
        """The name of its history."""
        return self._stage.plot.seed

    @property
    def others(self) -> bool:
        """Whether things fail by themselves too."""
        return self._stage.plot.others

    @property
    def now(self) -> float:
        """The present, in seconds from the start."""
        return self._stage.plot.now

    @property
    def moments(self) -> tuple[Moment, ...]:
        """All that has happened so far."""
        return tuple(self._stage.moments)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Where the services stood after each moment, and what they could carry."""
        return tuple(self._stage.readings)

    @property
    def services(self) -> dict[str, ServiceStanding]:
        """Where each service stands."""
        return _look_at_services(self._stage, self._look())

    def states(self) -> dict[str, Standing]:
        """Where everything else stands: phases in words, with the clocks that run, by name."""
        return self._look().standings()

    def victims(self) -> dict[str, str]:
        """What can be killed now, each with what that is in words: ``db.1``, ``db.2.latent``."""
        return dict(self._look().victims())

    @property
    def is_well(self) -> bool:
        """Whether all works and nothing is in progress."""
        return is_well(self.services, self.states())

    def down_s(self) -> dict[str, float]:
        """The seconds for which each service has been down so far."""
        found = dict.fromkeys(self._system.services, 0.0)
        for outage in (one for moment in self._stage.moments for one in moment.ended):
            assert outage.ended is not None
            found[outage.service] += outage.ended - outage.begun
        for name, outage in self._stage.teller.down.items():
            found[name] += self.now - outage.begun
        return found

    def timeline(self) -> Timeline:
        """What has happened so far; prints as text, and shows as a table in a notebook."""
        stage = self._stage
        return Timeline.of(stage.teller, stage.moments, tuple(self._system.services), self.now)

    def figure(self, service: str) -> Figure | None:
        """The course of the incident for a service: capacity against demand, stages, moments.

        None where nothing has happened.

        Raises
        ------
        InputError
            Where there is no such service.
        """
        from hasim.reporting.figures import draw_incident

        if service not in self._system.services:
            known = list_words(list(self._system.services), "and")
            raise InputError(f"{show_value(service)} is no service", f"one of {known}", "name one")
        return draw_incident(service, self.readings, self.moments, self.now)

    def has_machine(self, name: str) -> bool:
        """Whether anything about a thing changes, so that it has a state machine."""
        cast = self._stage.cast
        return bool(cast.automata_of(name) or cast.automata_of(f"{name}.1"))

    def machine(self, name: str) -> str:
        """The picture of the state machine of a thing, as SVG: its phases, and where it is now.

        Parameters
        ----------
        name : str
            A component (``db``: its failover; else that of its first replica), a replica, a domain,
            a common cause, a link ...

        Raises
        ------
        InputError
            Where there is no such thing, or nothing about it changes.
        """
        from hasim.reporting.machine_picture import draw_machines

        cast, simulation = self._stage.cast, self._stage.teller.simulation
        automata = cast.automata_of(name) or cast.automata_of(f"{name}.1")
        if not automata:
            known = list_words([*cast.main, *cast.others][:MOST_LISTED], "and")
            raise InputError(f"nothing about {show_value(name)} changes", f"one of {known}", "")
        return draw_machines(
            name, automata, {a.name: simulation.phase_of(a.name) for a in automata}
        )

    def frame(self) -> dict[str, Any]:
        """The present as JSON-able data for a canvas: `hasim.reporting.incidents.frame`."""
        from hasim.reporting.incidents.frame import frame_of

        return frame_of(self)

    def script(self) -> str:
        """What was done when, as a text that an address can hold."""
        return self._stage.plot.to_text()

    @property
    def command(self) -> str:
        """The command that tells the same incident, for a file with the system's name."""
        return self._stage.plot.to_command(self._system, f"{self._system.name}.yaml")

    def beside(self, system: System) -> Incident:
        """Return the same incident on another system, as far as this one has been played.

        Parameters
        ----------
        system : System
            One that differs in something; `twins` gives some.

        Raises
        ------
        InputError
            Where something cannot be done to it that was done here.
        """
        return Incident.from_script(system, self.script())

    def twins(self, component: str) -> dict[str, Incident]:
        """Return the same incident on systems that differ in one thing about a component.

        Those that differ in a way which makes an act impossible are left out.

        Parameters
        ----------
        component : str
            Such as ``db``: ``without the standby test``, ``with a cold standby`` ...

        Returns
        -------
        dict of str to Incident
            By what is different.

        Raises
        ------
        InputError
            Where there is no such component.
        """
        found = {}
        for label, system in twins_of(self._system, component).items():
            with suppress(InputError):
                found[label] = self.beside(system)
        return found

    def __repr__(self) -> str:
        told = len(self._stage.moments)
        return f"<incident of {self._system.name}: {show_seconds(self.now)}, {told} moments>"

    # ------------------------------------------------------------------ going on

    @property
    def _ahead(self) -> float:
        return AHEAD_WITH_OTHERS if self._stage.plot.others else AHEAD

    def _play(self, plot: Plot) -> None:
        self._stage = _play(self._system, plot, self._stage)

    def _look(self) -> Look:
        return Look(self._stage.cast, self._stage.teller, self.now)

    def _advance(self, before: float) -> Moment | None:
        moment = self._stage.teller.advance(before)
        if moment is not None:
            _take_down(self._stage, moment)
        return moment

    def _go_to(self, moment: float) -> None:
        self._stage.plot = replace(self._stage.plot, now=moment)

    def _run_to(self, until: float) -> tuple[Moment, ...]:
        if until >= AHEAD_WITH_OTHERS:
            raise InputError(
                f"run until {show_seconds(until)}",
                f"less than {show_seconds(AHEAD_WITH_OTHERS)}",
                "name an earlier moment",
            )
        if not self.now <= until:
            raise InputError(
                f"run until {show_seconds(until)}, but {show_seconds(self.now)} have been played",
                "a moment to come",
                "name a later one, or play a new Incident",
            )
        plot, before = self._stage.plot, len(self._stage.moments)
        try:
            _play_on(self._stage, until)
        except InputError:
            self._play(plot)
            raise
        self._go_to(until)
        return tuple(self._stage.moments[before:])

    def _moment_of_act(self) -> float:
        """The first whole millisecond after all that has been played; 0 where nothing was."""
        now, reached = self.now, self._stage.reached
        if now == 0.0 and not self._stage.moments:
            return 0.0
        milliseconds = math.ceil(now * 1000.0)
        while milliseconds / 1000.0 <= reached or milliseconds / 1000.0 < now:
            milliseconds += 1
        return milliseconds / 1000.0


def _play(system: System, plot: Plot, before: _Stage | None = None) -> _Stage:
    """Play a plot up to its present; what was played before may be on the same system."""
    is_known = before is not None and before.plot.slower == plot.slower
    changed = before.cast.system if before is not None and is_known else plot.changed(system)
    compiled = before.compiled if before is not None and is_known else compile(changed)
    teller = Teller(
        changed,
        seed=plot.seed,
        failures=plot.failures,
        is_alone=not plot.others,
        asking=BY_HAND,
        process=compiled,
    )
    capacity = before.cast.capacity if before is not None and is_known else InService(changed)
    cast = Cast(changed, teller.process, capacity)
    stage = _Stage(plot, compiled, cast, teller, [], [], dict.fromkeys(changed.services, 0.0))
    _play_on(stage, plot.now)
    return stage


def _play_on(stage: _Stage, until: float) -> None:
    """Play all that happens up to a moment, that moment included."""
    for _ in range(stage.most_events):
        moment = stage.teller.advance(math.nextafter(until, math.inf))
        if moment is None:
            return
        _take_down(stage, moment)
    raise InputError(
        f"over {stage.most_events:,} events come before {show_seconds(until)}",
        "an incident that is played within seconds",
        "play less far, or let nothing else fail",
    )


def _take_down(stage: _Stage, moment: Moment) -> None:
    stage.reached = moment.time
    for outage in moment.ended:
        stage.up_since[outage.service] = moment.time
    if not stage.readings or moment.says_something:
        look = Look(stage.cast, stage.teller, moment.time)
        stage.readings.append(Reading(moment.time, _look_at_services(stage, look)))
    if moment.says_something:
        stage.moments.append(moment)


def _look_at_services(stage: _Stage, look: Look) -> dict[str, ServiceStanding]:
    carried = stage.cast.capacity.carried(look.out_of_service())
    found = {}
    for name, service in stage.cast.system.services.items():
        outage, capacity = stage.teller.down.get(name), carried[name]
        if outage is None:
            since = stage.up_since[name]
            found[name] = ServiceStanding(name, True, None, since, None, capacity, service.demand)
            continue
        capacity = None if capacity is None else 0.0
        since, stands, cause = outage.begun, outage.stage, outage.cause
        found[name] = ServiceStanding(name, False, stands, since, cause, capacity, service.demand)
    return found


def _find_link(system: System, link: str, other: str | None) -> str:
    """The link of a name, or between two domains."""
    if other is None and link in system.links:
        return link
    between = {link, other}
    found = next((n for n, one in system.links.items() if set(one.between) == between), None)
    if found is not None:
        return found
    named = show_value(link) if other is None else f"{show_value(link)} and {show_value(other)}"
    known = [f"{name} ({' to '.join(one.between)})" for name, one in system.links.items()]
    raise InputError(
        f"{named}: there is no such link",
        f"one of {list_words(known, 'and')}" if known else "a model with links",
        f"write {next(iter(system.links))}" if known else "declare links: {...} in the model",
    )
