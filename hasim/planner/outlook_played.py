"""What may happen from now on, simulated: many histories that all begin with the strikes.

Theory of operation: histories are independent and begin alike, so each figure is a mean or a chance
of a sample. Rounds grow by half until the figures are as precise as asked, or `MOST_HISTORIES` were
played. A chance of which nothing was seen has a limit only (stats/samples.py).

How long it takes until all is at rest would come out too small if histories ended before; so they
are made longer until all of them have come to rest, as far as that can be.

Rules of this file: results depend on Process, seed and precision, not on threads; only the limit of
time cuts them short.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hasim.engines.record import MeasureColumns
from hasim.planner.outlook import Figures, Levels, services_of, with_end, with_watch
from hasim.process import Process
from hasim.solving.engine_choice import Engine, choose_engine
from hasim.solving.histories import MOMENT, Effort, play_rounds
from hasim.stats import NOTHING_KNOWN, Estimate
from hasim.stats.samples import estimate_chance, estimate_mean, estimate_share_within
from hasim.stats.stopping import FEWEST

Floats = NDArray[np.float64]

#: Most histories for the services: a chance of one in 2,000 is then known to a fifth of it.
MOST_HISTORIES = 200_000

#: Most histories for the time until all is at rest: its 95 % quantile is then known to 1 %.
_MOST_OF_REST = 50_000

#: Histories in one piece of work.
_CHUNK = 64

#: Seconds of the first histories until all is at rest, whatever time is looked ahead; and so many
#: times those that have not come to rest are made twice as long, up to 30 years.
_FIRST_OF_REST, _MOST_LENGTHENED = 3 * 86400.0, 12

#: A history that waited so much of its length has not come to rest.
_ALL_OF_IT = 1.0 - 1e-9


@dataclass(frozen=True, slots=True)
class Played:
    """The figures of each service, and what they rest on.

    Parameters
    ----------
    services : mapping of str to Figures
    histories : int
    is_precise : bool
        Whether it was not the limit of time that ended it.
    """

    services: Mapping[str, Figures]
    histories: int
    is_precise: bool


def play_services(process: Process, until: float, effort: Effort) -> Played:
    """Return the figures of each service.

    Parameters
    ----------
    process : Process
        As `begin_with` gives it.
    until : float
        Seconds.
    effort : Effort
    """
    services = tuple(services_of(process))
    measured = with_end(process, until)
    columns = {name: part.start for name, part in MeasureColumns.of(measured).slices.items()}
    rows = np.zeros((0, 0))
    found: dict[str, Figures] = {}
    window = (0.0, until * (1.0 + MOMENT))
    engine = _make_ready(effort, measured)
    deadline = time.monotonic() + effort.max_time
    for more in play_rounds(engine, window, effort, deadline, chunk=_CHUNK):
        rows = np.concatenate([rows, more]) if len(rows) else more
        found = {name: _read(rows, columns, name, until) for name in services}
        if len(rows) >= MOST_HISTORIES or _are_precise(found, len(rows), effort.precision):
            return Played(found, len(rows), is_precise=True)
    if not found:
        found = dict.fromkeys(services, Figures(*[NOTHING_KNOWN] * 5))
    return Played(found, len(rows), is_precise=False)


def play_rest(process: Process, effort: Effort) -> tuple[Estimate, Estimate]:
    """Return the mean and the 95 % quantile of the time until all is at rest, in seconds.

    Parameters
    ----------
    process : Process
        As `begin_with` gives it.
    effort : Effort
    """
    watched = with_watch(process)
    engine = _make_ready(effort, watched)
    deadline = time.monotonic() + effort.max_time
    length = _FIRST_OF_REST
    waited = _wait(engine, length, effort, deadline)
    for _ in range(_MOST_LENGTHENED):
        if not len(waited) or waited.max() < _ALL_OF_IT * length:
            break
        longer = _wait(engine, 2.0 * length, effort, deadline)
        if not len(longer):
            break
        waited, length = longer, 2.0 * length
    if not len(waited):
        return NOTHING_KNOWN, NOTHING_KNOWN
    all_rest = bool(waited.max() < _ALL_OF_IT * length)
    mean = estimate_mean(waited) if all_rest else NOTHING_KNOWN
    return mean, estimate_share_within(waited, 0.95, _ALL_OF_IT * length)


def _make_ready(effort: Effort, process: Process) -> Engine:
    """The engine, its kernel compiled, so that this takes nothing from the limit of time."""
    engine = choose_engine(effort.engine, process)
    engine.run(seed=effort.seed, replications=range(1), warmup=0.0, horizon=1.0)
    return engine


def _wait(engine: Engine, length: float, effort: Effort, deadline: float) -> Floats:
    """The times until rest, of one histories' length; few where some are cut off by it."""
    waited = np.zeros(0)
    for rows in play_rounds(engine, (0.0, length), effort, deadline, chunk=_CHUNK):
        waited = np.concatenate([waited, rows[:, -1]])
        cut = float((waited >= _ALL_OF_IT * length).mean())
        if cut > 0.01 or len(waited) >= _MOST_OF_REST:
            break
        if cut == 0.0 and estimate_mean(waited).precision <= effort.precision / 5.0:
            break
    return waited


def _read(rows: Floats, columns: Mapping[str, int], service: str, until: float) -> Figures:
    levels = Levels.of(service)

    def column(level: str) -> Floats:
        return rows[:, columns[level]]

    def chance(level: str) -> Estimate:
        return estimate_chance(int((column(level) > 0.0).sum()), len(rows))

    def seconds(level: str) -> Estimate:
        seen = estimate_mean(column(level))
        most = chance(level).high
        if not seen.value and most is not None:
            return Estimate(None, 0.0, most * until)
        return seen if seen.low is None else replace(seen, low=max(seen.low, 0.0))

    return Figures(
        down_now=chance(levels.now),
        downtime_now_s=seconds(levels.now),
        another_outage=chance(levels.again),
        downtime_s=seconds(levels.down),
        down_at_end=chance(levels.down_at_end),
    )


def _are_precise(found: Mapping[str, Figures], histories: int, precision: float) -> bool:
    """Whether chance and downtime of every service are, and rest on enough outages."""
    return all(
        (one.another_outage.value or 0.0) * histories >= FEWEST
        and max(one.another_outage.precision, one.downtime_s.precision) <= precision
        for one in found.values()
    )
