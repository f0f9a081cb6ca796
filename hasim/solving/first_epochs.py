"""The long run without its beginning: schedules that begin late are taken to begin at once.

Theory of operation: once all schedules have begun, only where they stand relative to each other
matters, and this is as before where the first epoch of one comes whole periods of its own earlier.
So no replication waits for years for what is then there for ever, or ends before it has begun.
Remainders of floats are exact: epochs that fell together still do. The exact engine reads its
calendar in the same way (engines/exact/calendar.py). Histories from the start keep their calendar.
"""

from __future__ import annotations

import math
from dataclasses import replace

from hasim.process import Process, Schedule


def begin_at_once(process: Process) -> Process:
    """Return a Process with the same long run whose schedules begin within a period of their own.

    Parameters
    ----------
    process : Process
        Schedules with one epoch stay as they are: the warm-up is longer than these.
    """
    return replace(process, schedules=tuple(_begin_at_once(s) for s in process.schedules))


def _begin_at_once(schedule: Schedule) -> Schedule:
    if schedule.period is None or schedule.offset <= schedule.period:
        return schedule
    # 0 is no first epoch: there nothing has started.
    first = math.fmod(schedule.offset, schedule.period) or schedule.period
    return replace(schedule, offset=first)
