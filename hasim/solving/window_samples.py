"""Simulating the windows of promises: years on end, after a warm-up, in independent replications.

Theory of operation: only what promises need is measured: the outages of a service, or where
maintenance is excluded, its downtime in the SLA and the time without excluded work. Replications
are long enough for their warm-up not to weigh much. Rounds grow by half (stats/stopping.py) until
every chance of a breach is known to the precision, or enough has been simulated.

Rules of this file: results depend on Process, seed and precision only; but for the limit of time.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hasim.compiler.measures import sla_measure
from hasim.engines.record import TIME, MeasureColumns
from hasim.errors import RefusedError
from hasim.process import Count, Gate, Measure, Node, Occupancy, Outages, Process, Share
from hasim.runners import Runner
from hasim.solving.engine_choice import choose_engine
from hasim.solving.first_epochs import begin_at_once
from hasim.solving.pieces import Windows
from hasim.solving.plan import MOST_EVENTS_IN_REPLICATION, Plan, make_plan
from hasim.solving.players import WindowPlayer
from hasim.solving.promises import Promise
from hasim.solving.simulation import Patience
from hasim.solving.window_figures import PIECES, SimulatedWindows, chance_of_breach
from hasim.stats.stopping import plan_rounds
from hasim.units import SECONDS_PER_DAY, SECONDS_PER_YEAR

Floats = NDArray[np.float64]

#: A chance of a breach need not be known better than this, relative to it.
PRECISION = 0.05

#: Some seconds; and what one year may have.
MOST_EVENTS, MOST_EVENTS_A_YEAR = 1e8, 2e7

#: The warm-up is so many times as long as what is measured, unless that is too long.
_WARMUP_SHARE, _MOST_YEARS = 0.25, 100

#: Replications in one piece of work.
_CHUNK = 2

#: Less than this share of a piece is rounding of a sum of many sojourns.
_ROUNDING = 1e-11

#: Seconds for which a first round is waited where the time was spent before it.
_GRACE = 5.0


@dataclass(frozen=True, slots=True)
class Sampled:
    """Simulated windows of services.

    Parameters
    ----------
    windows : mapping of str to SimulatedWindows
        By service; empty where the time was up before there were any.
    replications, years : int
        How many, and the years of each.
    is_cut : bool
        Whether the time was up before it was enough.
    """

    windows: Mapping[str, SimulatedWindows]
    replications: int
    years: int
    is_cut: bool


def sample_windows(
    process: Process,
    promises: Mapping[str, Promise],
    patience: Patience,
    *,
    engine: str,
    seed: int,
    precision: float,
) -> Sampled:
    """Simulate the windows of some promises.

    Parameters
    ----------
    process : Process
    promises : mapping of str to Promise
        By service.
    patience : Patience
    engine : str
        ``montecarlo`` or ``reference``.
    seed : int
    precision : float
        Relative half-width of every chance of a breach, but no finer than `PRECISION`.

    Raises
    ------
    RefusedError
        Where so much happens in a year that none can be simulated.
    """
    measured, readers = _measure(process, promises)
    lasting = begin_at_once(measured)
    chosen = choose_engine(engine, lasting)
    assert isinstance(chosen.run, WindowPlayer)
    plan = make_plan(measured, chosen.run)
    years = 1 if chosen.step_by_step else _years(plan)
    days = [day + 365 * year for year in range(years) for day in PIECES]
    borders = tuple(plan.warmup + day * SECONDS_PER_DAY for day in (0, *days))
    windows: dict[str, SimulatedWindows] = {}
    played = 0
    runner = patience.runner_for(chosen)
    until = max(patience.started + patience.max_time, time.monotonic() + _GRACE)
    for rows in _rounds(Windows(chosen.run, seed, borders), runner, until):
        more = {name: reader.read(rows) for name, reader in readers.items()}
        windows = _together([windows, more]) if windows else more
        played = len(next(iter(windows.values())).down)
        chances = [chance_of_breach(promises[name], one) for name, one in windows.items()]
        worst = max(chance.precision for chance in chances)
        if worst <= max(precision, PRECISION) or played * plan.rate * borders[-1] >= MOST_EVENTS:
            return Sampled(windows, played, years, is_cut=False)
    return Sampled(windows, played, years, is_cut=True)


def _years(plan: Plan) -> int:
    """The years of a replication: many for a long warm-up, at least one."""
    a_year = plan.rate * SECONDS_PER_YEAR
    if a_year > MOST_EVENTS_A_YEAR:
        raise RefusedError(
            [
                f"a year has {a_year:.2g} events, which is a longer window than can be simulated: "
                f"at most {MOST_EVENTS_A_YEAR:.0e} events"
            ]
        )
    wanted = plan.warmup / _WARMUP_SHARE / SECONDS_PER_YEAR
    affordable = MOST_EVENTS_IN_REPLICATION / a_year if a_year else math.inf
    return max(1, math.ceil(min(wanted, affordable, _MOST_YEARS)))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Where the counted downtime of a service stands in a row, and the time without excluded work.

    Parameters
    ----------
    down : int
    time : int
    """

    down: int
    time: int

    def read(self, rows: Floats) -> SimulatedWindows:
        shape = (len(rows), -1, len(PIECES))
        down, time = (rows[:, :, column].reshape(shape) for column in (self.down, self.time))
        whole = rows[:, :, TIME].reshape(shape)
        return SimulatedWindows(
            np.where(down > _ROUNDING * whole, down, 0.0),
            np.where(time < (1.0 - _ROUNDING) * whole, time, whole),
        )


def _rounds(play: Windows, runner: Runner, until: float) -> Iterator[Floats]:
    """Yield the rows of one round after another; the last may be cut short by the time."""
    for numbers in plan_rounds(_CHUNK):
        chunks = [numbers[i : i + _CHUNK] for i in range(0, len(numbers), _CHUNK)]
        done: list[Floats] = []
        try:
            with closing(runner.map(play, chunks, until=until)) as results:
                done.extend(rows for (rows,) in results)
        except TimeoutError:
            if done:
                yield np.concatenate(done)
            return
        yield np.concatenate(done)


def _together(parts: Sequence[Mapping[str, SimulatedWindows]]) -> dict[str, SimulatedWindows]:
    return {
        name: SimulatedWindows(
            np.concatenate([part[name].down for part in parts]),
            np.concatenate([part[name].time for part in parts]),
        )
        for name in parts[0]
    }


def _measure(
    process: Process, promises: Mapping[str, Promise]
) -> tuple[Process, dict[str, _Reader]]:
    """The Process that measures what promises need, and where it stands."""
    measures = {measure.name: measure for measure in process.measures}
    wanted: list[Measure] = []
    nodes: list[Node] = []
    for name in promises:
        counted = measures.get(sla_measure(name))
        if isinstance(counted, Share):
            idle = _without_excluded_work(process, counted.gate)
            nodes += idle
            wanted += [counted, Share(idle[-1].name, idle[-1].name)]
        else:
            outages = measures[name]
            assert isinstance(outages, Outages), f"{name} is no service"
            wanted.append(Outages(name, outages.gate))
    measured = replace(process, nodes=(*process.nodes, *nodes), measures=tuple(wanted))
    columns = MeasureColumns.of(measured)
    readers = {}
    for name in promises:
        if name in columns.outages:
            readers[name] = _Reader(columns.outages[name].downtime, TIME)
        else:
            both = columns.slices[sla_measure(name)]
            readers[name] = _Reader(both.start, both.stop)
    return measured, readers


def _without_excluded_work(process: Process, counted: str) -> tuple[Count, Gate]:
    """The level and the gate that say that no excluded work is in progress.

    The gate of counted downtime adds up the works that are idle, and that the service does not
    serve: the same without the service.
    """
    nodes = {node.name: node for node in process.nodes}
    gate = nodes[counted]
    assert isinstance(gate, Gate), f"{counted} is no gate"
    level = nodes[gate.level]
    assert isinstance(level, Count), f"{level} counts nothing"
    works = tuple((term, weight) for term, weight in level.terms if isinstance(term, Occupancy))
    idle = Count(f"{counted}: idle", works)
    return idle, Gate(f"{counted}: no work", idle.name, ">=", len(works))
