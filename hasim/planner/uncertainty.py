"""What is not known about a model carried into its answer, and which of it matters.

Theory of operation
-------------------
Each uncertain quantity is a uniform number between 0 and 1 on its own scale. Two independent
samples A and B of n rows come from a scrambled Sobol sequence; for each quantity, A with its column
from B is a third one (Saltelli et al. 2010, the design of their table 2). Each row is a *world*: a
model in which everything has a certain value, which is computed where that can be, or simulated.
The spread of the answers is read from A and B; the shares of their variance that are due to each
quantity are estimated from all samples by `scipy.stats.sobol_indices`.

Where worlds are simulated, their answers differ by chance as well. Each world is simulated twice
over, in two halves of its replications which have no chance in common: the covariance of the halves
over the worlds is the variance that is due to the quantities (law of total variance), and the rest
is chance.

Rules of this file
------------------
1. The rows come in blocks that double their number. A block that the limit of time cuts off does
   not count: the answer is that of the design it would have been with so many rows.
2. The result depends on model, seed and number of rows only.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from hasim.errors import InputError, RefusedError
from hasim.planner.worlds import SIMULATION, Answer, Answerer, choose_answerer
from hasim.solving import Progress
from hasim.stats import Estimate
from hasim.system import System, Uncertain

Floats = NDArray[np.float64]

#: Rows of the smallest design: fewer tell nothing of a spread.
LEAST_ROWS = 8
#: Most rows: with five quantities, half a million worlds.
MOST_ROWS = 2**16
#: Relative spread below which all worlds are the same: rounding.
ROUNDING = 1e-12
#: Resamplings of the bootstrap intervals of the shares; precedent: scipy's own default, 999.
RESAMPLES = 999
#: Shares that are told by the spread.
QUANTILES = {"p5": 0.05, "p50": 0.5, "p95": 0.95}


@dataclass(frozen=True, slots=True)
class Spread:
    """How a figure is spread over the worlds.

    Parameters
    ----------
    mean, p5, p50, p95 : float
    """

    mean: float
    p5: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Influence:
    """The share of the variance of the downtime that is due to one quantity.

    Parameters
    ----------
    first : Estimate
        By itself: what would be gone on average if it were known (Sobol 1993).
    total : Estimate
        Together with the others: what would be left if all the others were known.
    """

    first: Estimate
    total: Estimate


@dataclass(frozen=True, slots=True)
class ServiceSpread:
    """The answers for one service over all worlds.

    Parameters
    ----------
    middle_unavailability : float or None
        In the world of middle values.
    figures : mapping of str to Spread
        ``unavailability``, ``availability``, ``downtime_s_per_year``, ``outages_per_year`` and
        ``mttr_s``, as far as every world has it.
    objectives : mapping of str to float
        Share of the worlds in which an objective is met.
    influences : mapping of str to Influence
        By quantity; empty where all worlds have the same downtime.
    chance : float
        Share of the variance of the downtime that is the chance of a simulation; 0 where computed.
    """

    middle_unavailability: float | None
    figures: Mapping[str, Spread]
    objectives: Mapping[str, float]
    influences: Mapping[str, Influence]
    chance: float


@dataclass(frozen=True, slots=True)
class Propagation:
    """What is uncertain about a model, in its answer.

    Parameters
    ----------
    model : str
    engine : str
        By which the worlds are answered.
    why : tuple of str
    uncertain : tuple of Uncertain
    rows : int
        Of each sample.
    asked : int
        Rows that were asked for.
    worlds : int
        That were answered.
    seed : int
    services : mapping of str to ServiceSpread
    warnings : tuple of str
    """

    model: str
    engine: str
    why: tuple[str, ...]
    uncertain: tuple[Uncertain, ...]
    rows: int
    asked: int
    worlds: int
    seed: int
    services: Mapping[str, ServiceSpread]
    warnings: tuple[str, ...] = field(default=())


def propagate(
    system: System,
    *,
    rows: int = 256,
    engine: str = "auto",
    seed: int = 1,
    max_time: float = 60.0,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Propagation:
    """Answer a model for many values of what is uncertain about it.

    Parameters
    ----------
    system : System
        With something uncertain in it.
    rows : int
        Of each of the samples: with d quantities, ``rows * (d + 2)`` worlds are answered. Taken up
        to a power of 2.
    engine : str
        ``exact``, ``matched``, ``montecarlo``, or ``auto`` for the first of them that can.
    seed : int
        Of the design and of simulations.
    max_time : float
        Seconds, after which the answer is that of fewer rows.
    threads : int or None
    progress : callable, optional

    Raises
    ------
    InputError
        If nothing is uncertain, or the number of rows cannot be meant.
    RefusedError
        If not even the smallest design is done in time, or the engine cannot answer.
    """
    if not system.uncertain:
        step = "write {between: [30 d, 120 d]} for a quantity"
        raise InputError(f"nothing is uncertain in {system.name}", "", step)
    if not 1 <= rows <= MOST_ROWS:
        raise InputError(f"{rows} worlds", f"1 to {MOST_ROWS}", "take 256")
    until = time.monotonic() + max_time
    answerer = choose_answerer(system, engine=engine, seed=seed, until=until, threads=threads)
    asked = max(LEAST_ROWS, 1 << (rows - 1).bit_length())
    design = _Design.of(len(system.uncertain), asked, seed)
    try:
        done = _answer_blocks(answerer, system.uncertain, design, until, progress)
    except RefusedError as error:
        if engine != "auto":
            raise
        found = propagate(
            system,
            rows=rows,
            engine=SIMULATION,
            seed=seed,
            max_time=max(0.0, until - time.monotonic()),
            threads=threads,
            progress=progress,
        )
        return replace(found, why=(f"{answerer.engine}: {error.refusals[0]}", *found.why))
    return _propagation(system, answerer, done, (asked, seed, max_time))


def _propagation(
    system: System, answerer: Answerer, done: _Done, limits: tuple[int, int, float]
) -> Propagation:
    """What was answered, put together; the limits are rows, seed and seconds."""
    asked, seed, max_time = limits
    samples = len(done.answers)
    if not done.rows:
        text = f"not even {LEAST_ROWS * samples} worlds are answered within {max_time:g} s"
        raise RefusedError([f"{text}; give it more time (--max-time)"])
    missing = f"{done.rows} of {asked} rows were answered within {max_time:g} s"
    return Propagation(
        model=system.name,
        engine=answerer.engine,
        why=answerer.why,
        uncertain=system.uncertain,
        rows=done.rows,
        asked=asked,
        worlds=done.rows * samples,
        seed=seed,
        services={
            name: _summary(done.of(name), answerer.middle[name], system.uncertain, seed)
            for name in answerer.middle
        },
        warnings=(f"{missing}; give it more time (--max-time)",) if done.rows < asked else (),
    )


# ---------------------------------------------------------------------------- the design


@dataclass(frozen=True, slots=True)
class _Design:
    """The rows of the samples A, B, and A with one column from B for each quantity.

    Parameters
    ----------
    rows : ndarray, shape (samples, rows, quantities)
    """

    rows: Floats

    @classmethod
    def of(cls, quantities: int, rows: int, seed: int) -> _Design:
        from scipy.stats import qmc

        sequence = qmc.Sobol(2 * quantities, scramble=True, rng=np.random.default_rng(seed))
        points = sequence.random_base2(rows.bit_length() - 1)
        a, b = points[:, :quantities], points[:, quantities:]
        mixed = np.repeat(a[None], quantities, axis=0)
        for i in range(quantities):
            mixed[i, :, i] = b[:, i]
        return cls(np.concatenate([a[None], b[None], mixed]))

    @property
    def samples(self) -> int:
        return len(self.rows)

    def blocks(self) -> Iterator[Floats]:
        """Rows that double the number of those before, the samples one after the other."""
        start, end = 0, LEAST_ROWS
        while start < self.rows.shape[1]:
            yield self.rows[:, start:end]
            start, end = end, 2 * end


@dataclass(frozen=True, slots=True)
class _Done:
    """What was answered: by sample and row.

    Parameters
    ----------
    answers : list of list of mapping of str to Answer
    """

    answers: list[list[Mapping[str, Answer]]]

    @property
    def rows(self) -> int:
        return len(self.answers[0])

    def of(self, service: str) -> list[list[Answer]]:
        return [[answer[service] for answer in sample] for sample in self.answers]


def _answer_blocks(
    answerer: Answerer,
    uncertain: Sequence[Uncertain],
    design: _Design,
    until: float,
    progress: Callable[[Progress], None] | None,
) -> _Done:
    done = _Done([[] for _ in range(design.samples)])
    for block in design.blocks():
        points = block.reshape(-1, block.shape[2])
        values = [
            {one.name: one.at(share) for one, share in zip(uncertain, row.tolist(), strict=True)}
            for row in points
        ]
        before = done.rows * design.samples
        told = _told(progress, before, design.rows.shape[1] * design.samples, until)
        found = answerer.answer(values, until, told)
        if found is None:
            break
        size = block.shape[1]
        for sample, answers in enumerate(done.answers):
            answers += found[sample * size : (sample + 1) * size]
    return done


def _told(
    progress: Callable[[Progress], None] | None, before: int, of: int, until: float
) -> Callable[[int], None] | None:
    if progress is None:
        return None

    def tell(more: int) -> None:
        left = until - time.monotonic()
        progress(Progress(0, math.inf, max(0.0, left), f"world {before + more} of {of}"))

    return tell


# ---------------------------------------------------------------------------- the summary


def _summary(
    answers: list[list[Answer]], middle: Answer, uncertain: Sequence[Uncertain], seed: int
) -> ServiceSpread:
    every = [*answers[0], *answers[1]]
    figures = {}
    for name in middle.figures:
        values = [value for one in every if (value := one.figures.get(name)) is not None]
        if len(values) == len(every):
            figures[name] = _spread(np.array(values))
    objectives = {name: float(np.mean([one.met[name] for one in every])) for name in middle.met}
    down = np.array([[one.downtime for one in sample] for sample in answers])
    return ServiceSpread(
        middle_unavailability=middle.figures.get("unavailability"),
        figures=figures,
        objectives=objectives,
        influences=_influences(down, uncertain, seed),
        chance=_chance(every),
    )


def _spread(values: Floats) -> Spread:
    quantiles = {
        name: float(np.quantile(values, share, method="hazen")) for name, share in QUANTILES.items()
    }
    return Spread(mean=float(values.mean()), **quantiles)


def _influences(down: Floats, uncertain: Sequence[Uncertain], seed: int) -> dict[str, Influence]:
    """The shares of the variance of the downtime, with percentile bootstrap intervals."""
    if np.ptp(down[:2]) <= ROUNDING * np.max(down[:2]):
        return {}
    if len(uncertain) == 1:
        return {uncertain[0].name: Influence(Estimate.of_exact(1.0), Estimate.of_exact(1.0))}
    rng = np.random.default_rng(seed)
    rows = down.shape[1]
    drawn = [_shares(down[:, rng.integers(rows, size=rows)]) for _ in range(RESAMPLES)]
    low, high = np.nanquantile(np.array(drawn), (0.025, 0.975), axis=0)
    ends = np.stack([_shares(down), low, high])
    return {
        one.name: Influence(*(Estimate(*ends[:, order, i].tolist()) for order in range(2)))
        for i, one in enumerate(uncertain)
    }


def _shares(down: Floats) -> Floats:
    """The shares alone and with the others, by quantity."""
    from scipy.stats import sobol_indices

    scaled = down / (down[:2].mean() or 1.0)
    function = {"f_A": scaled[0][None], "f_B": scaled[1][None], "f_AB": scaled[2:, None, :]}
    found = sobol_indices(func=function, n=down.shape[1])
    return np.stack([found.first_order.ravel(), found.total_order.ravel()])


def _chance(every: Sequence[Answer]) -> float:
    """The share of the variance of the downtime that is chance; see the theory of operation."""
    if all(one.halves is None for one in every):
        return 0.0
    halves = np.array([one.halves for one in every]).T
    between = float(np.cov(halves)[0, 1])
    total = float(np.var([one.downtime for one in every], ddof=1))
    return min(1.0, max(0.0, 1.0 - between / total)) if total else 0.0
