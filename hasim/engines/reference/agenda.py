"""What will happen when: SimPy's queue, read by the rules of docs/semantics.md.

Theory of operation: the queue holds one timeout for every delay that runs and for the next epochs
of every schedule, all of one priority. At a moment all that is due is collected and the first by
rule 6 is handed out. Settling it may cancel what was due or add to it; the next look begins anew.
What is cancelled stays in the queue until its moment and is then passed over.

The timeout of a clock is set for `now + remaining / speed` at the moment `now`, so the sum that
SimPy forms is the very sum of rule 3. The first two epochs of a schedule are set at 0, where the
sum is exact; from then on the period is at most the moment, and the difference of two doubles of
which one is at most twice the other is exact (Sterbenz 1974). So SimPy's clock is exact.

Rules of this file: all use of SimPy is here.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import simpy

from hasim.engines.reference.state import Clock
from hasim.errors import SolveError
from hasim.process import Schedule


class Epoch(NamedTuple):
    """Epoch k of a schedule (rule 7)."""

    number: int
    schedule: Schedule
    k: int

    @property
    def moment(self) -> float:
        """Seconds from the start, never by adding up."""
        return self.schedule.offset + self.k * (self.schedule.period or 0.0)


class Agenda:
    """The events to come of one replication.

    Parameters
    ----------
    schedules : tuple of Schedule

    Attributes
    ----------
    now : float
        Moment of the last event taken.
    """

    def __init__(self, schedules: tuple[Schedule, ...]) -> None:
        self.now = 0.0
        self._environment = simpy.Environment()
        self._alarms: dict[Clock, simpy.Event] = {}
        self._injected: set[simpy.Event] = set()
        self._due: list[simpy.Event] = []
        for index, schedule in enumerate(schedules):
            self._set_epoch(Epoch(index, schedule, 0))
            if schedule.period is not None:
                self._set_epoch(Epoch(index, schedule, 1))

    def set_end(self, clock: Clock) -> None:
        """Set the end of a clock that starts now or has a new speed from now on (3)."""
        self.cancel(clock)
        if clock.speed > 0.0:
            self._alarms[clock] = self._set_alarm(clock.remaining / clock.speed, clock)

    def cancel(self, clock: Clock) -> None:
        """Let a clock not end, for now."""
        self._alarms.pop(clock, None)

    def inject(self, time: float, clock: Clock) -> None:
        """Let a clock end at a moment from now on, whatever its work."""
        self._injected.add(self._set_alarm(time - self._environment.now, clock))

    def take(self, before: float) -> Clock | Epoch | None:
        """Return the first event by (time, kind, index) if it is earlier than `before` (6)."""
        self._due = [event for event in self._due if self._stands(event)]
        while not self._due or self._environment.peek() == self._environment.now:
            if not self._due and self._environment.peek() >= before:
                return None
            self._environment.step()
        self.now = self._environment.now
        first = min(self._due, key=_order)
        self._due.remove(first)
        source = _source(first)
        if isinstance(source, Clock):
            self._check_injection(first, source)
        elif source.schedule.period is not None and source.k > 0:
            self._set_epoch(source._replace(k=source.k + 1))
        return source

    def _set_epoch(self, epoch: Epoch) -> None:
        self._set_alarm(epoch.moment - self._environment.now, epoch)

    def _set_alarm(self, delay: float, source: Clock | Epoch) -> simpy.Event:
        alarm = self._environment.timeout(delay, source)
        alarm.callbacks.append(self._ring)
        return alarm

    def _ring(self, event: simpy.Event) -> None:
        if self._stands(event):
            self._due.append(event)

    def _stands(self, event: simpy.Event) -> bool:
        """Whether a timeout still counts: not that of a clock which was cancelled or set anew."""
        source = _source(event)
        if isinstance(source, Epoch):
            return True
        return self._alarms.get(source) is event or event in self._injected

    def _check_injection(self, event: simpy.Event, clock: Clock) -> None:
        if event in self._injected and not clock.live:
            raise SolveError(f"{clock.name} cannot end at {self.now} s: it does not run then")


def _source(event: simpy.Event) -> Clock | Epoch:
    return cast("Clock | Epoch", event.value)


def _order(event: simpy.Event) -> tuple[int, int]:
    """Place of an event among those of one moment: kind, then index (6)."""
    source = _source(event)
    return (0 if isinstance(source, Epoch) else 1, source.number)
