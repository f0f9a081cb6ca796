"""Questions about histories from the start: many are played, each gives one value.

Theory of operation: a history is a replication without warm-up, or with one up to the moment that
is asked about. Histories are independent and begin alike, so their values are a sample: a mean or a
chance with the textbook's interval. Rounds grow by half and the interval is looked at after each,
as in the campaign (stats/stopping.py); nothing is forgotten, so no replication has to grow.

How long it takes to reach a gate is the time that a *watch*, an automaton added to the Process,
waits for it. Its mean would be too small if histories ended before the gate is reached; so they are
made longer until every one has reached it.

Rules of this file: results depend on Process, question, seed and precision only, not on threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hasim.engines.record import MeasureColumns
from hasim.errors import RefusedError
from hasim.process import (
    Alternative,
    Automaton,
    Average,
    Count,
    Gate,
    Measure,
    Occupancy,
    Phase,
    Process,
    Row,
    Share,
)
from hasim.process.questions import Accumulated, DowntimeBeyond, ReachedBy, TimeToReach, ValueAt
from hasim.runners import choose_runner
from hasim.solving.engine_choice import Engine, choose_engine
from hasim.solving.pieces import Replications
from hasim.solving.plan import MOST_EVENTS_IN_REPLICATION, make_plan
from hasim.stats import Estimate
from hasim.stats.samples import estimate_chance, estimate_mean
from hasim.stats.stopping import FIRST_ROUND, plan_rounds

#: Name of the only measure of a Process that is asked something.
ASKED = "asked"

Floats = NDArray[np.float64]
FromStart = ValueAt | Accumulated | ReachedBy | TimeToReach | DowntimeBeyond

#: A value at a moment is its mean over so small a share of the time up to it.
MOMENT = 1e-9

#: Histories in one piece of work, and after which equal values are taken to be all there is.
_CHUNK, _ENOUGH_ALIKE = 8, 1000

#: A history in which a watch waited so much of its length has not reached the gate.
_ALL_OF_IT = 1.0 - 1e-9

#: So many mean times long are histories that wait for a gate: of an exponential time one in a
#: million is longer, and then they are made twice as long.
_MEANS = 14.0

_FIRST_LENGTH, _MOST_LENGTHENED = 1.0 / 16.0, 40


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is simulated; as in `solve`."""

    engine: str
    precision: float
    seed: int
    max_time: float
    threads: int | None


@dataclass(frozen=True, slots=True)
class _Histories:
    """What is played, and how a value is read from the integral that each history gives."""

    process: Process
    window: tuple[float, float]
    kind: Literal["mean", "chance"]
    read: Callable[[Floats], NDArray[np.float64] | NDArray[np.bool_]]


def ask_histories(process: Process, question: FromStart, effort: Effort) -> Estimate:
    """Return the answer to a question about histories from the start.

    Parameters
    ----------
    process : Process
    question : FromStart
        Already checked.
    effort : Effort

    Returns
    -------
    Estimate
        In the unit that the question names.

    Raises
    ------
    RefusedError
        Where a gate is not reached in the time that can be simulated.
    """
    deadline = time.monotonic() + effort.max_time
    if isinstance(question, Accumulated | DowntimeBeyond) and question.until == 0.0:
        return Estimate.of_exact(0.0)
    if isinstance(question, TimeToReach):
        return _time_to_reach(process, question.gate, effort, deadline)
    return _sample(_set_up(process, question), effort, deadline)


def _set_up(
    process: Process, question: ValueAt | Accumulated | ReachedBy | DowntimeBeyond
) -> _Histories:
    match question:
        case ValueAt(node=name, time=moment):
            window = moment, MOMENT * (moment or 1.0)
            kind: Literal["mean", "chance"] = "chance" if is_gate(process, name) else "mean"
            return _Histories(_measuring(process, name), window, kind, lambda x: x / window[1])
        case Accumulated(node=name, until=until):
            return _Histories(_measuring(process, name), (0.0, until), "mean", lambda x: x)
        case ReachedBy(gate=name, time=until):
            window = 0.0, until or MOMENT
            return _Histories(_measuring(process, name), window, "chance", lambda x: x > 0.0)
        case DowntimeBeyond(gate=name, until=until, amount=amount):
            return _Histories(
                _measuring(process, name), (0.0, until), "chance", lambda x: until - x > amount
            )


def is_gate(process: Process, name: str) -> bool:
    """Return whether a node is a gate."""
    return any(isinstance(node, Gate) and node.name == name for node in process.nodes)


def _measuring(process: Process, name: str) -> Process:
    measure: Measure = Share(ASKED, name) if is_gate(process, name) else Average(ASKED, name)
    return replace(process, measures=(measure,))


def _sample(histories: _Histories, effort: Effort, deadline: float) -> Estimate:
    """Play rounds of histories until the estimate is as precise as asked, or the time is up."""
    values = np.zeros(0)
    found = Estimate(None, None, None)
    for more in _rounds(histories, effort, deadline):
        values = np.concatenate([values, more])
        found = _estimate(histories.kind, values)
        alike = len(values) >= _ENOUGH_ALIKE and bool((values == values[0]).all())
        if found.precision <= effort.precision or alike:
            break
    return found


def _estimate(kind: Literal["mean", "chance"], values: Floats) -> Estimate:
    if kind == "chance":
        return estimate_chance(int((values > 0.5).sum()), len(values))
    return estimate_mean(values)


def _rounds(histories: _Histories, effort: Effort, deadline: float) -> Iterator[Floats]:
    """Yield the values of one round after another; the last may be cut short by the time."""
    engine = choose_engine(effort.engine, histories.process)
    column = MeasureColumns.of(histories.process).slices[ASKED].start

    def read(rows: Floats) -> Floats:
        return np.asarray(histories.read(rows[:, column]), dtype=np.float64)

    for rows in play_rounds(engine, histories.window, effort, deadline):
        yield read(rows)


def play_rounds(
    engine: Engine,
    window: tuple[float, float],
    effort: Effort,
    deadline: float,
    *,
    chunk: int = _CHUNK,
) -> Iterator[Floats]:
    """Yield the rows of one round after another; the last may be cut short by the time.

    Parameters
    ----------
    engine : Engine
    window : (float, float)
        Seconds before what is measured, and its length.
    effort : Effort
    deadline : float
        Moment of `time.monotonic`.
    chunk : int
        Histories in one piece of work.
    """
    play = Replications(engine.run, effort.seed, *window)
    for numbers in plan_rounds(chunk):
        chunks = [numbers[i : i + chunk] for i in range(0, len(numbers), chunk)]
        runner = choose_runner(1 if engine.step_by_step else effort.threads)
        done: list[Floats] = []
        try:
            with closing(runner.map(play, chunks, until=deadline)) as results:
                done.extend(rows for rows, _ in results)
        except TimeoutError:
            if done:
                yield np.concatenate(done)
            return
        yield np.concatenate(done)


def _time_to_reach(process: Process, gate: str, effort: Effort, deadline: float) -> Estimate:
    watched = _with_watch(process, gate)
    engine = choose_engine(effort.engine, watched)
    length = _MEANS * _first_guess(watched, engine, gate, effort)
    for _ in range(_MOST_LENGTHENED):
        histories = _Histories(watched, (0.0, length), "mean", lambda x: x)
        values = np.zeros(0)
        for more in _rounds(histories, effort, deadline):
            values = np.concatenate([values, more])
            if (
                values.max() >= _ALL_OF_IT * length
                or estimate_mean(values).precision <= effort.precision
            ):
                break
        if len(values) and values.max() < _ALL_OF_IT * length:
            return estimate_mean(values)
        if time.monotonic() > deadline:
            break
        length *= 2.0
    raise RefusedError([f"{gate} is not always reached within the time that was simulated"])


def _first_guess(watched: Process, engine: Engine, gate: str, effort: Effort) -> float:
    """The mean time of a few histories, which are made longer until all of them reach the gate."""
    plan = make_plan(watched, engine.run)
    column = MeasureColumns.of(watched).slices[ASKED].start
    longest = MOST_EVENTS_IN_REPLICATION / plan.rate if plan.rate else plan.horizon
    length = _FIRST_LENGTH * plan.horizon
    while length <= longest:
        rows, _ = engine.run(
            seed=effort.seed, replications=range(FIRST_ROUND), warmup=0.0, horizon=length
        )
        waited = rows[:, column]
        if waited.max() < _ALL_OF_IT * length:
            return float(waited.mean())
        length *= 2.0
    never = int((waited >= _ALL_OF_IT * length / 2.0).sum())
    raise RefusedError(
        [
            f"{gate} is not reached in {never} of {FIRST_ROUND} histories of "
            f"{MOST_EVENTS_IN_REPLICATION:,} events, so its mean time is not known"
        ]
    )


def _with_watch(process: Process, gate: str) -> Process:
    """The Process with an automaton that waits for a gate, and the measure of its waiting."""
    name = free_name(process, "watch")
    reached = Row((Alternative("reached", guard=gate),))
    phases = Phase("waiting", immediate=reached), Phase("reached")
    watch = Automaton(name, phases, (("waiting", 1.0),))
    waiting = Count(free_name(process, "waits"), ((Occupancy(name, "waiting"), 1),))
    return replace(
        process,
        automata=(*process.automata, watch),
        nodes=(*process.nodes, waiting),
        measures=(Average(ASKED, waiting.name),),
    )


def free_name(process: Process, stem: str) -> str:
    """Return a name that no automaton and no node has."""
    taken = {one.name for one in (*process.automata, *process.nodes)}
    return next(name for k in range(len(taken) + 1) if (name := f"{stem} {k}") not in taken)
