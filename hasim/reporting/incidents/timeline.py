"""The timeline of an incident, told in the user's words.

Theory of operation: `teller.Teller` gives moments; here they become lines with the clock, where
each service stands, and what happened. Unless the user asks for a stretch of time, only the
incident is told: what came before it is forgotten whenever all that can fail works again.

Rules of this file: ASCII, lines of at most `WIDTH` columns; what was told stays told, so that
Ctrl-C leaves a story without its end.
"""

from __future__ import annotations

import math
import textwrap
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from hasim.errors import InputError, RefusedError
from hasim.reporting.incidents.teller import Failure, Moment, Outage, Teller, show_clock
from hasim.solution.text import show_seconds
from hasim.system import System

#: Columns of a line.
WIDTH = 110

#: So many services have a column of their own, at most.
MOST_COLUMNS = 6

#: So many moments before an outage are told, at most.
MOST_BEFORE = 20

#: How long an outage is waited for, in seconds and in moments; the reference engine needs about a
#: minute for so many.
PATIENCE = 1000 * 365.0 * 86_400.0
MOST_MOMENTS = 300_000

_BAR = 30
_UP = "."
_CLOCK = len("day 12345 00:00:00.000")


@dataclass(frozen=True, slots=True)
class Story:
    """What is to be told.

    Parameters
    ----------
    seed : int
    until : float or None
        Seconds after which the story ends; None for a story about outages.
    outages : int or None
        End when so many outages are over and no service is down; None for one outage, or where
        failures are asked for, until what they did is over.
    failures : sequence of Failure
        Failures to bring about.
    is_alone : bool
        Whether nothing else fails by itself.
    """

    seed: int = 1
    until: float | None = None
    outages: int | None = None
    failures: Sequence[Failure] = ()
    is_alone: bool = False


def tell_trace(system: System, story: Story) -> Iterator[str]:
    """Tell what happens, one line for each event that matters.

    Parameters
    ----------
    system : System
    story : Story

    Yields
    ------
    str

    Raises
    ------
    InputError
        For a failure of something that does not exist, cannot fail or has failed already, or that
        comes after the end of the story.
    RefusedError
        Where no service goes down for `PATIENCE`, or a failure asked for is not reached.
    """
    _check_failures(story)
    teller = Teller(system, seed=story.seed, failures=story.failures, is_alone=story.is_alone)
    if story.until is None:
        yield from _tell_incident(teller, story, tuple(system.services))
    else:
        yield from tell_history(teller, tuple(system.services), story.until)


def tell_history(teller: Teller, services: Sequence[str], until: float) -> Iterator[str]:
    """Tell everything up to a moment.

    Parameters
    ----------
    teller : Teller
    services : sequence of str
        Those that have a column, as far as there is room.
    until : float
        Seconds.
    """
    columns = _Columns(services[:MOST_COLUMNS], teller)
    yield columns.head
    over: list[Outage] = []
    for moment in teller.moments(before=until):
        yield from columns.lines(moment)
        over += moment.ended
    yield f"{show_clock(until):<{_CLOCK}}  the story ends"
    yield from _tell_summary(over, teller, until)


def _check_failures(story: Story) -> None:
    """Refuse failures that the story would never reach."""
    end = PATIENCE if story.until is None else story.until
    late = next((failure for failure in story.failures if failure.time >= end), None)
    if late is None:
        return
    ends = "a story ends" if story.until is None else "the story ends (--until)"
    raise InputError(
        f"{late.item} is to fail at {show_seconds(late.time)}, but {ends} at {show_seconds(end)}",
        "a failure before the end",
        "let it fail earlier" + ("" if story.until is None else " or the story end later"),
    )


def _tell_incident(teller: Teller, story: Story, services: Sequence[str]) -> Iterator[str]:
    """What leads to an outage, the outage and its end."""
    incident = _Incident(story)
    stopped = False
    try:
        incident.gather(teller)
    except KeyboardInterrupt:
        stopped = True
    told = incident.told
    if not told and not stopped:
        raise RefusedError([incident.found_nothing()])
    if told:
        yield from tell_moments(teller, told, services, told[-1].time)
    if stopped:
        raise KeyboardInterrupt
    if told and incident.misses_failures:
        raise RefusedError([incident.cut_short()])


def tell_moments(
    teller: Teller, moments: Sequence[Moment], services: Sequence[str], now: float
) -> Iterator[str]:
    """Tell moments, and what became of the services.

    Parameters
    ----------
    teller : Teller
        Of whom they are.
    moments : sequence of Moment
    services : sequence of str
        Those that went down have a column; all have, as far as there is room, where none did.
    now : float
        Seconds from the start.
    """
    seen = [name for name in services if any(name in moment.stages for moment in moments)]
    columns = _Columns((seen or list(services))[:MOST_COLUMNS], teller)
    yield columns.head
    for moment in moments:
        yield from columns.lines(moment)
    over = [outage for moment in moments for outage in moment.ended]
    yield from _tell_summary(over, teller, now)


class _Incident:
    """The moments that belong to an incident.

    Attributes
    ----------
    told : list of Moment
        With those that led to it.
    """

    def __init__(self, story: Story) -> None:
        self.told: list[Moment] = []
        self._story = story
        self._lead: deque[Moment] = deque(maxlen=MOST_BEFORE)
        self._ended = self._followed = 0
        self._now = 0.0
        times = [failure.time for failure in story.failures]
        self._first, self._last = min(times, default=math.inf), max(times, default=-math.inf)

    def gather(self, teller: Teller) -> None:
        """Follow the history until the incident is over, or patience is."""
        for moment in islice(teller.moments(before=PATIENCE), MOST_MOMENTS):
            self._followed += 1
            self._now = moment.time
            if moment.stages or moment.ended or moment.time >= self._first:
                self.told += [*self._lead, moment]
                self._lead.clear()
                self._ended += len(moment.ended)
                if self._is_over(moment):
                    return
            elif moment.is_calm:
                self._lead.clear()
            else:
                self._lead.append(moment)
        if self._followed < MOST_MOMENTS:
            self._now = PATIENCE

    def found_nothing(self) -> str:
        """Say that no incident came."""
        if self.misses_failures:
            return self.cut_short()
        return (
            f"no service goes down within {show_seconds(self._now)} with seed {self._story.seed}; "
            "make something fail (--fail web.1@1h) or take another --seed"
        )

    @property
    def misses_failures(self) -> bool:
        """Whether a failure that was asked for comes after the last moment that was followed."""
        return self._now < self._last

    def cut_short(self) -> str:
        """Say that a failure asked for was not reached."""
        return (
            f"the story was cut off at {show_seconds(self._now)}, after {MOST_MOMENTS:,} moments, "
            f"before all failures had come (the last at {show_seconds(self._last)}); "
            "let them fail earlier"
        )

    def _is_over(self, moment: Moment) -> bool:
        if moment.stages or moment.time < self._last:
            return False
        if self._story.failures and self._story.outages is None:
            return moment.is_healed
        return self._ended >= (self._story.outages or 1)


class _Columns:
    """Lines with a clock, a column for each service, and what happened."""

    def __init__(self, services: Sequence[str], teller: Teller) -> None:
        self._services = services
        self._widths = [max(map(len, (name, "promote", *teller.stages(name)))) for name in services]
        head = f"{'clock':<{_CLOCK}}  {self._cells(services)}  what happened"
        self.head = head
        self._indent = len(head) - len("what happened")

    def lines(self, moment: Moment) -> Iterator[str]:
        """The lines of a moment; the clock and the services stand in the first."""
        stages = [moment.stages.get(name, _UP) for name in self._services]
        head = f"{show_clock(moment.time):<{_CLOCK}}  {self._cells(stages)}  "
        for line in (part for sentence in moment.says for part in self._wrap(sentence)):
            yield f"{head}{line}"
            head = " " * self._indent

    def _wrap(self, sentence: str) -> list[str]:
        width = max(40, WIDTH - self._indent)
        return textwrap.wrap(sentence, width, subsequent_indent="  ", break_on_hyphens=False)

    def _cells(self, texts: Sequence[str]) -> str:
        return "  ".join(f"{t:<{w}}" for t, w in zip(texts, self._widths, strict=True))


def _tell_summary(over: Sequence[Outage], teller: Teller, now: float) -> Iterator[str]:
    """How long each outage lasted and in which stage the time went."""
    yield ""
    still = [outage for outage in teller.down.values() if outage.begun <= now]
    if not over and not still:
        yield "no service was down"
    for outage in over:
        assert outage.ended is not None
        length = show_seconds(outage.ended - outage.begun)
        yield f"{outage.service} was down for {length}{_because(outage)}"
        yield from _bars(outage)
    for outage in still:
        outage.go_on(now, outage.stage)
        yield f"{outage.service} is still down after {show_seconds(now - outage.begun)}" + (
            _because(outage)
        )
        yield from _bars(outage)


def _because(outage: Outage) -> str:
    return f", because of {outage.cause}" if outage.cause else ""


def _bars(outage: Outage) -> Iterator[str]:
    total = sum(outage.spent.values())
    width = max([8, *map(len, outage.spent)])
    for stage, seconds in outage.spent.items():
        share = seconds / total
        bar = "#" * round(_BAR * share)
        yield f"  {stage:<{width}} {show_seconds(seconds):>9}  {share:6.1%}  {bar}".rstrip()
