"""How long replications run at first: warm-up, horizon and batch, all from the Process.

Theory of operation
-------------------
A replication starts with everything new and is not measured until that no longer matters. What a
delay does forgets its start after about its own mean, or, where the times of its cycle hardly vary,
only after mean / (2 pi^2 c) with c the squared coefficient of variation of the cycle: the first
harmonic of a renewal density decays as exp(-2 pi^2 c t / mean) (Cox 1962, 4.4-4.5). The longest of
these is the *memory* of the Process. The warm-up is five memories, which leaves exp(-5) of what the
start does, and the horizon at least twenty, over which what is left is spread: below 0.05 %. It is
never less than a fifth of the horizon, which growth.py makes longer where the answer shows that
the whole forgets more slowly than any single delay.

An exponential delay that runs from the start has no age to forget: it counts while a replication
stays below `EVENTS_IN_REPLICATION`, so that a rare event beside frequent ones does not make
replications endless. The same limit cuts what hardly varies, and the answer then says so.

The horizon is also long enough for `EVENTS` events, so that starting a replication costs nothing,
and a whole number of the longest period of the schedules. How often something happens is counted in
one pilot replication with a seed of its own, so that the plan does not depend on the user's seed.

Rules of this file: all from the Process, nothing from time, threads or the user's seed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hasim.engines.record import EVENTS as EVENTS_COLUMN
from hasim.laws import Exponential, Fixed
from hasim.process import (
    Automaton,
    Count,
    Delay,
    Gate,
    Minimum,
    Node,
    Process,
    Product,
    Quotient,
    Steps,
    Total,
)
from hasim.solving.players import Player
from hasim.units import SECONDS_PER_YEAR

#: Events of a replication, at least, and of a batch: 5 to 10 ms in the compiled kernel.
EVENTS = 4000
EVENTS_IN_BATCH = 100_000
LARGEST_BATCH = 2

#: What need not or cannot be forgotten does not make a replication longer than this.
EVENTS_IN_REPLICATION = 250_000

#: A longer horizon does not make replications longer than this.
MOST_EVENTS_IN_REPLICATION = 2_000_000

WARMUP_MEMORIES, HORIZON_MEMORIES = 5.0, 20.0
MEMORIES = WARMUP_MEMORIES + HORIZON_MEMORIES

#: The warm-up in horizons, at least.
WARMUP_SHARE = 0.2

#: Less than this is no longer horizon.
LEAST_GROWTH = 1.5

PILOT_SEED = 0
PILOT_EVENTS = 500
#: Lengths of pilots in longest means: each is this many times the last; the first and last powers.
PILOT_GROWTH, FIRST_PILOT, LAST_PILOT = 8.0, -4, 4

#: Slower speeds than this are not taken to lengthen a delay: it is as good as stopped.
SLOWEST = 0.01


@dataclass(frozen=True, slots=True)
class Plan:
    """The time that replications cover, and how they are dealt out.

    Parameters
    ----------
    warmup, horizon : float
        Seconds before measuring, and measured.
    longest_end : float
        The longest mean of the delays that do not begin outages; with it the upper limit of
        unavailability is made where no outage is seen.
    rate : float
        Events a second; 0 where nothing ever happens.
    regular : tuple of (str, float)
        Delays that hardly vary, and the seconds for which each remembers the start.
    period : float
        The longest period of a schedule; 0 where there is none.
    """

    warmup: float
    horizon: float
    longest_end: float
    rate: float
    regular: tuple[tuple[str, float], ...] = ()
    period: float = 0.0

    @property
    def idle(self) -> bool:
        """Whether nothing ever happens."""
        return self.rate == 0.0

    @property
    def events(self) -> float:
        """Events of a replication."""
        return self.rate * (self.warmup + self.horizon)

    @property
    def batch(self) -> int:
        """Replications in a batch: the largest power of two whose events stay within a batch's."""
        size = 1
        while 2 * size <= LARGEST_BATCH and 2 * size * self.events <= EVENTS_IN_BATCH:
            size *= 2
        return size

    @property
    def in_step(self) -> tuple[str, ...]:
        """Delays so regular that the warm-up does not make them forget a common start."""
        names = tuple(n for n, seconds in self.regular if WARMUP_MEMORIES * seconds > self.warmup)
        return names if len(names) > 1 or (names and self.period) else ()

    def scaled(self, factor: float) -> Plan:
        """Return the plan with warm-up and horizon times `factor`, in whole periods."""
        horizon = _whole_periods(self.horizon * factor, self.period)
        return replace(self, warmup=self.warmup * factor, horizon=horizon)

    def lengthened(self, factor: float) -> Plan | None:
        """Return the plan with longer replications; None where they are as long as they may be."""
        most = MOST_EVENTS_IN_REPLICATION / self.events if self.events else 1.0
        return self.scaled(min(factor, most)) if min(factor, most) >= LEAST_GROWTH else None


@dataclass(frozen=True, slots=True)
class _Memory:
    """How long a delay remembers the start; `ageless` where it need not be waited for."""

    delay: str
    mean: float
    seconds: float
    ageless: bool


def make_plan(process: Process, run: Player) -> Plan:
    """Return the plan for a Process, running the pilot replication with an engine.

    Parameters
    ----------
    process : Process
    run : Player
        The engine, made ready for the Process.
    """
    memories = list(_memories(process))
    periods = [s.period for s in process.schedules if s.period is not None]
    single = max((s.offset for s in process.schedules if s.period is None), default=0.0)
    longest = max([m.mean for m in memories] + periods, default=0.0) or SECONDS_PER_YEAR
    rate = _events_per_second(run, longest, _guess_rate(process))
    affordable = EVENTS_IN_REPLICATION / MEMORIES / rate if rate else longest
    waited = [min(m.seconds, _most(m, affordable)) for m in memories]
    memory = max(waited + periods, default=longest)
    period = max(periods, default=0.0)
    least = max(HORIZON_MEMORIES * memory, EVENTS / rate if rate else 0.0)
    horizon = _whole_periods(least, period)
    return Plan(
        warmup=max(WARMUP_MEMORIES * memory, WARMUP_SHARE * horizon) + single,
        horizon=horizon,
        longest_end=_longest_end(process) or longest,
        rate=rate,
        regular=tuple((m.delay, m.seconds) for m in memories if not m.ageless),
        period=period,
    )


def join_plans(plans: Sequence[Plan]) -> Plan:
    """Return the plan under which several models run in the same windows: the longest of all."""
    period = max(plan.period for plan in plans)
    return Plan(
        warmup=max(plan.warmup for plan in plans),
        horizon=_whole_periods(max(plan.horizon for plan in plans), period),
        longest_end=max(plan.longest_end for plan in plans),
        rate=max(plan.rate for plan in plans),
        regular=tuple(dict.fromkeys(one for plan in plans for one in plan.regular)),
        period=period,
    )


def _whole_periods(seconds: float, period: float) -> float:
    return period * math.ceil(seconds / period) if period else seconds


def _most(memory: _Memory, affordable: float) -> float:
    """How long a delay is waited for at most."""
    return affordable if memory.ageless else max(memory.mean, affordable)


def _events_per_second(run: Player, longest: float, guess: float) -> float:
    """Events a second in a pilot long enough to hold some; 0 where none ever happens."""
    first = FIRST_PILOT
    while PILOT_GROWTH**first * longest * guess > PILOT_EVENTS:
        first -= 1
    for power in range(first, LAST_PILOT + 1):
        horizon = PILOT_GROWTH**power * longest
        rows, _ = run(seed=PILOT_SEED, replications=range(1), warmup=0.0, horizon=horizon)
        events = float(rows[0, EVENTS_COLUMN])
        if events >= PILOT_EVENTS:
            break
    return events / horizon


def _guess_rate(process: Process) -> float:
    """Events a second at the start, so that no pilot has millions where a rare event is longest."""
    delays = [(a, d) for a in process.automata for d in a.delays if a.runs_from_start(d)]
    ends = sum((a.count or 1) / d.law.mean for a, d in delays if d.law.mean > 0.0)
    return ends + sum(1.0 / s.period for s in process.schedules if s.period is not None)


def _memories(process: Process) -> Iterator[_Memory]:
    nodes = {node.name: node for node in process.nodes}
    for automaton in process.automata:
        slowness = {d.name: _slowness(d, nodes) for d in automaton.delays}
        for delay in automaton.delays:
            mean = delay.law.mean * slowness[delay.name]
            if mean > 0.0:
                cycles = _cycles_to_forget(mean, _cycle_variance(automaton, delay, slowness))
                ageless = isinstance(delay.law, Exponential) and automaton.runs_from_start(delay)
                yield _Memory(f"{delay.name} of {automaton.name}", mean, mean * cycles, ageless)


def _runs_by_itself(automaton: Automaton) -> bool:
    """Whether its delays drive it; what starts in a phase without delays waits for others."""
    return any(automaton.runs_from_start(delay) for delay in automaton.delays)


def _cycle_variance(automaton: Automaton, delay: Delay, slowness: Mapping[str, float]) -> float:
    """Variance of the delay and of those of its automaton that never run beside it.

    Infinite where the automaton waits for others between its delays.
    """
    if not _runs_by_itself(automaton):
        return math.inf
    apart = automaton.apart_from(delay)
    return sum(d.law.variance * slowness[d.name] ** 2 for d in (delay, *apart))


def _cycles_to_forget(mean: float, variance: float) -> float:
    if variance <= 0.0:
        return math.inf
    return max(1.0, mean**2 / (2.0 * math.pi**2 * variance))


def _slowness(delay: Delay, nodes: Mapping[str, Node]) -> float:
    if delay.speed is None:
        return 1.0
    return 1.0 / min(1.0, max(SLOWEST, _slowest(nodes[delay.speed], nodes)))


def _slowest(node: Node, nodes: Mapping[str, Node]) -> float:
    """A guess at the least positive value of a level: exact for a rate with a step or a gate."""
    match node:
        case Count():
            weights = [abs(weight) for _, weight in node.terms if weight]
            return node.unit * (abs(node.constant) or min(weights, default=1))
        case Total():
            parts = [w * _slowest(nodes[name], nodes) for name, w in node.terms if w > 0.0]
            return node.constant if node.constant > 0.0 else min(parts, default=1.0)
        case Steps():
            return min((value for value in node.values if value > 0.0), default=1.0)
        case Minimum():
            return min(_slowest(nodes[name], nodes) for name in node.levels)
        case Product():
            return math.prod(_slowest(nodes[name], nodes) for name in node.levels)
        case Quotient() | Gate():
            return 1.0


def _longest_end(process: Process) -> float:
    """The longest mean of the delays that have no cause, that is, do not begin outages."""
    delays = [d for a in process.automata for d in a.delays]
    ends = [d for d in delays if d.cause is None] if any(d.cause for d in delays) else []
    return max((d.law.mean for d in ends if d.law != Fixed(0.0)), default=0.0)
