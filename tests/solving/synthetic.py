"""A Process and an engine whose rows are drawn by numpy: alternating outages with known means."""

from __future__ import annotations

import numpy as np

from hasim.engines.record import EVENTS, N_BINS, TIME, MeasureColumns, bin_of
from hasim.laws import Exponential
from hasim.process import (
    Alternative,
    Automaton,
    Average,
    Count,
    Delay,
    Gate,
    Label,
    Occupancy,
    Outages,
    Phase,
    Process,
    Rate,
    Row,
    Schedule,
    Share,
    Signal,
)
from hasim.solving.engine_choice import Engine

WINDOW = 1e5
LIFE, REPAIR = Exponential(1000.0), Exponential(10.0)


def unit(name="unit", life=LIFE, repair=REPAIR):
    def delay(kind, phase, law, target, cause):
        return Delay(kind, (phase,), law, Row((Alternative(target),)), cause=cause)

    return Automaton(
        name,
        (Phase("up"), Phase("down")),
        (("up", 1.0),),
        (
            delay("failure", "up", life, "down", f"{name}.failure"),
            delay("repair", "down", repair, "up", None),
        ),
    )


def outages(cause):
    return Outages("service", "serves", Label("repair", cause))


def single(unit=unit(), schedules=(), measures=None):  # noqa: B008
    """One unit and its outages."""
    return Process(
        "single",
        (unit,),
        nodes=(
            Count("up", ((Occupancy(unit.name, "up"), 1),)),
            Gate("serves", "up", ">=", 1.0),
        ),
        signals=(Signal("test", (unit.name,)),) if schedules else (),
        schedules=schedules,
        measures=measures or (outages(f"{unit.name}.failure"),),
    )


def all_measures():
    """A Process with one measure of each kind."""
    return single(
        measures=(
            outages("unit.failure"),
            Average("service requests served", "up"),
            Share("up", "serves"),
            Rate("failures", (("unit", "failure"),)),
        )
    )


def period(length):
    return Schedule("test", offset=length, period=length, emits=("test",))


class Renewal:
    """Rows of Poisson numbers of exponential outages; what it gives depends on seed and number.

    There are so many outages in a window of 100,000 s; with a trend their rate grows as that power
    of the window's length.
    """

    def __init__(self, process, outages_per_window=1.0, mean=5.0, trend=0.0):
        self.columns = MeasureColumns.of(process)
        self.outages = outages_per_window
        self.mean = mean
        self.trend = trend
        self.calls = 0

    def __call__(self, *, seed, replications, warmup, horizon):
        self.calls += 1
        rows = np.zeros((len(replications), len(self.columns.names)))
        histograms = np.zeros((len(self.columns.outages), N_BINS), dtype=np.int64)
        for row, number in zip(rows, replications, strict=True):
            self._fill(row, histograms, np.random.default_rng([seed, number]), horizon)
        return rows, histograms

    def _fill(self, row, histograms, rng, horizon):
        row[TIME], row[EVENTS] = horizon, 1000
        for columns in self.columns.outages.values():
            outages = self.outages * (horizon / WINDOW) ** (1.0 + self.trend)
            lengths = rng.exponential(self.mean, rng.poisson(outages))
            row[[columns.begun, columns.ended, columns.begun_by_cause.start]] = len(lengths)
            row[[columns.downtime, columns.by_stage.start, columns.by_cause.start]] = lengths.sum()
            for length in lengths:
                histograms[columns.histogram, bin_of(length)] += 1


def engine(run, *, step_by_step=False):
    return Engine("montecarlo", ("montecarlo: synthetic",), run, step_by_step)
