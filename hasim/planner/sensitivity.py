"""Which numbers of a model its answer depends on: each alone at its lowest and its highest value.

Theory of operation
-------------------
A tornado: the model is answered with one quantity after the other at both ends of its range, all
others as they are (one at a time; Saltelli et al. 2008, 2.4, say what that cannot see: quantities
that act together). An engine that computes the model computes its changes. Else they are simulated
in groups together with the model itself, with common random numbers, and the swing is the mean of
the differences from replication to replication, with a t interval. Groups have windows of their
own, so that the model differs a little from one to the next: all are shifted to the first.

Rules of this file
------------------
1. A swing is real where it cannot be chance: 95 % for all quantities together (Bonferroni).
2. What the limit of time cuts off is told; what came before is kept.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hasim.description.draft import KeyPath
from hasim.description.worlds import Worlds
from hasim.errors import InputError, ModelError, RefusedError
from hasim.planner.quantities import Quantity, quantities_of
from hasim.planner.worlds import SIMULATION, compute_first
from hasim.solution import Solution
from hasim.solving import Progress, solve
from hasim.stats import Estimate
from hasim.system import System

if TYPE_CHECKING:
    from hasim.solving.together import Samples

#: Quantities that are simulated together: the limit of time is looked at in between.
GROUP = 8
#: Swings are known well enough within this share of the unavailability of the model.
ENOUGH = 0.1
#: Replications below which nothing is decided.
LEAST_REPLICATIONS = 32
#: Relative difference below which exact answers are the same: rounding.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Bar:
    """What one quantity does to the unavailability of a service.

    Parameters
    ----------
    quantity : Quantity
    at_low, at_high : Estimate
        Unavailability with its lowest and its highest value.
    swing : Estimate
        The second minus the first.
    is_real : bool
        Whether that cannot be chance.
    """

    quantity: Quantity
    at_low: Estimate
    at_high: Estimate
    swing: Estimate
    is_real: bool

    @property
    def size(self) -> float:
        """How far it moves the unavailability, up or down."""
        return abs(self.swing.value or 0.0)


@dataclass(frozen=True, slots=True)
class Tornado:
    """How far each quantity moves the answer.

    Parameters
    ----------
    model, engine : str
    why : tuple of str
    seed : int
    unavailability : mapping of str to Estimate
        Of the model itself, by service.
    bars : mapping of str to tuple of Bar
        By service: those that are real, the longest first, then those that may be chance; without
        those that move nothing.
    quantities : int
        That were looked at.
    unanswered : int
        That the time was not enough for.
    warnings : tuple of str
    """

    model: str
    engine: str
    why: tuple[str, ...]
    seed: int
    unavailability: Mapping[str, Estimate]
    bars: Mapping[str, tuple[Bar, ...]]
    quantities: int
    unanswered: int
    warnings: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """0, or 3 where the time was up first."""
        return 3 if self.unanswered else 0


def find_swings(
    system: System,
    *,
    ranges: Mapping[KeyPath, tuple[str, str]] | None = None,
    engine: str = "auto",
    seed: int = 1,
    max_time: float = 60.0,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Tornado:
    """How far each quantity of a model moves its answer, one at a time.

    Parameters
    ----------
    system : System
    ranges : Mapping[KeyPath, tuple of two str], optional
        How far quantities may go (`Checked.ranges`); from half to double where nothing is said.
    engine : str
        ``exact``, ``matched``, ``montecarlo``, or ``auto`` for the first of them that can.
    seed : int
        Of simulations.
    max_time : float
        Seconds.
    threads : int or None
    progress : callable, optional

    Raises
    ------
    InputError
        If the engine is another one.
    RefusedError
        If the engine cannot answer, or there is no time for a single quantity.
    """
    until = time.monotonic() + max_time
    worlds = Worlds.of(system)
    changes, unreadable = _changes(worlds, quantities_of(system, worlds, ranges or {}))
    base, why = compute_first(worlds.world({}), engine, seed)
    if base is None:
        chance = _Chance(seed, until, threads, len(changes))
        groups = _simulated(worlds.world({}), changes, chance)
    else:
        groups = _computed(base, changes, until)
    done: list[_Group] = []
    for group in groups:
        done.append(group)
        if progress is not None:
            about = f"{sum(one.quantities for one in done)} of {len(changes)} quantities"
            progress(Progress(0, math.inf, max(0.0, until - time.monotonic()), about))
    unreadable += [text for one in done for text in one.refusals]
    answered = sum(one.quantities for one in done)
    missing = len(changes) - answered
    if missing:
        text = f"the time was up after {max_time:g} s, {missing} of {len(changes)} quantities are"
        unreadable.append(f"{text} not answered; give it more time (--max-time)")
    if not done:
        raise RefusedError(unreadable or [f"{system.name} has no quantity that can be changed"])
    return Tornado(
        model=system.name,
        engine=SIMULATION if base is None else base.engine,
        why=why,
        seed=seed,
        unavailability=done[0].unavailability,
        bars={name: _sorted_bars(done, name) for name in done[0].unavailability},
        quantities=answered,
        unanswered=missing,
        warnings=tuple(unreadable),
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """A quantity, and the systems at both ends of its range."""

    quantity: Quantity
    low: System
    high: System


@dataclass(frozen=True, slots=True)
class _Group:
    """What some quantities do.

    Parameters
    ----------
    unavailability : mapping of str to Estimate
        Of the model itself, by service.
    bars : mapping of str to list of Bar
    quantities : int
    refusals : tuple of str
        Why some of them are not answered.
    """

    unavailability: Mapping[str, Estimate]
    bars: Mapping[str, Sequence[Bar]]
    quantities: int
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chance:
    """How changes are simulated.

    Parameters
    ----------
    seed : int
    until : float
        The moment of `time.monotonic` at which the time is up.
    threads : int or None
    of : int
        Changes in all, for which the promise of 95 % holds together.
    """

    seed: int
    until: float
    threads: int | None
    of: int

    @property
    def left(self) -> float:
        """Seconds."""
        return self.until - time.monotonic()


def _changes(worlds: Worlds, quantities: Sequence[Quantity]) -> tuple[list[_Change], list[str]]:
    """The changed systems, and a sentence for each quantity that the model does not allow."""
    changes, unreadable = [], []
    for one in quantities:
        try:
            low, high = one.system(worlds, one.low), one.system(worlds, one.high)
        except (InputError, ModelError) as error:
            unreadable.append(f"{one.name} stays as it is: {error}".partition("\n")[0])
        else:
            changes.append(_Change(one, low, high))
    return changes, unreadable


def _sorted_bars(done: Sequence[_Group], service: str) -> tuple[Bar, ...]:
    """The bars of a service that have a length: what is real, the longest first, then the rest."""
    bars = [bar for group in done for bar in group.bars[service] if bar.size > 0.0]
    return tuple(sorted(bars, key=lambda bar: (not bar.is_real, -bar.size)))


# ---------------------------------------------------------------------------- computed


def _computed(base: Solution, changes: Sequence[_Change], until: float) -> Iterator[_Group]:
    unavailability = {name: one.unavailability for name, one in base.services.items()}
    for change in changes:
        if time.monotonic() > until:
            return
        bars: dict[str, list[Bar]] = {name: [] for name in base.services}
        refusals = []
        try:
            low, high = (
                solve(one, engine=base.engine, sla=False) for one in (change.low, change.high)
            )
        except RefusedError as error:
            refusals.append(f"{change.quantity.name} is not answered: {error.refusals[0]}")
        else:
            for name, found in bars.items():
                found.append(_computed_bar(change.quantity, low, high, name))
        yield _Group(unavailability, bars, 1, tuple(refusals))


def _computed_bar(quantity: Quantity, low: Solution, high: Solution, service: str) -> Bar:
    ends = low[service].unavailability, high[service].unavailability
    first, last = (end.value or 0.0 for end in ends)
    swing = last - first if abs(last - first) > ROUNDING * max(first, last) else 0.0
    return Bar(quantity, *ends, Estimate.of_exact(swing), is_real=swing != 0.0)


# ---------------------------------------------------------------------------- simulated


def _simulated(base: System, changes: Sequence[_Change], chance: _Chance) -> Iterator[_Group]:
    """Groups of changes, each simulated together with the model itself in its share of time."""
    from hasim.solving.together import solve_together

    first: Mapping[str, Estimate] = {}
    groups = [changes[start : start + GROUP] for start in range(0, len(changes), GROUP)]
    for number, group in enumerate(groups):
        if chance.left <= 0.0:
            return
        systems = [base, *(system for one in group for system in (one.low, one.high))]
        together = solve_together(
            systems,
            precision=ENOUGH / 2.0,
            seed=chance.seed,
            max_time=chance.left / (len(groups) - number),
            threads=chance.threads,
            is_decided=_is_decided,
        )
        if not together.samples:
            return
        found = [
            {name: solution[name].unavailability for name in together.samples}
            for solution in together.solutions
        ]
        first = first or found[0]
        bars: dict[str, list[Bar]] = {name: [] for name in together.samples}
        for name, samples in together.samples.items():
            shift = (first[name].value or 0.0) - (found[0][name].value or 0.0)
            for i, change in enumerate(group):
                places = 2 * i + 1, 2 * i + 2
                ends = [_shifted(found[place][name], shift) for place in places]
                swing, is_real = _swing(samples, places, chance.of)
                bars[name].append(Bar(change.quantity, ends[0], ends[1], swing, is_real))
        yield _Group(found[0], bars, len(group))


def _is_decided(samples: Mapping[str, Samples]) -> bool:
    """Whether all swings are known to a small share of the unavailability of the model."""
    for one in samples.values():
        count = one.downtime.shape[1]
        if count < LEAST_REPLICATIONS:
            return False
        differences = one.downtime[2::2] - one.downtime[1::2]
        widths = 2.0 * differences.std(axis=1, ddof=1) / math.sqrt(count)
        sizes = np.maximum(np.abs(differences.mean(axis=1)), one.downtime[0].mean())
        if np.any(widths > ENOUGH * sizes):
            return False
    return True


def _shifted(estimate: Estimate, by: float) -> Estimate:
    return Estimate(*(None if end is None else max(0.0, end + by) for end in estimate.ends))


def _swing(samples: Samples, places: tuple[int, int], of: int) -> tuple[Estimate, bool]:
    """The swing between two of the systems, and whether it is real among so many."""
    from scipy.stats import t

    low, high = (samples.downtime[place] for place in places)
    differences = (high - low) / samples.window
    count = differences.size
    mean, error = float(differences.mean()), float(differences.std(ddof=1)) / math.sqrt(count)
    width = float(t.ppf(0.975, count - 1)) * error
    surely = float(t.ppf(1.0 - 0.025 / of, count - 1)) * error
    return Estimate(mean, mean - width, mean + width), abs(mean) > surely
