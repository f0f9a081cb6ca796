"""What is known about the outages of parts of a design, and what that says about targets.

Theory of operation
-------------------
Some parts of a service, or all of them, are looked at together: computed where an engine can do
that, else simulated (solving/part_runs.py), in looks at more and more replications. A target is met
where the mean of one number for each replication is not above 0 (stats/sides.py): downtime minus
what is allowed, outages longer than a length minus their allowed share of all.

A service is down whenever one of its parts is. So where some parts by themselves are down for
longer than a target allows, it is missed by every design that has them, whatever else it has. This
needs no independence and no monotony in numbers, and holds where crews are shared, too: a part
holds all that has an influence on it. It holds for the downtime only; more parts may well make a
mean outage shorter.

Rules of this file: a statement is True (met), False (missed) or None (open).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hasim.engines.record import bin_edges
from hasim.errors import RefusedError
from hasim.planner.sizing.targets import Target
from hasim.process import Process
from hasim.solution import ServiceAnswer
from hasim.solving import compute_long_run
from hasim.solving.part_runs import Part, PartRuns, Sample
from hasim.stats import Estimate
from hasim.stats.samples import estimate_mean
from hasim.stats.sides import FEWEST, is_above, most_downtime, share_of_error
from hasim.units import SECONDS_PER_YEAR

#: Replications at each look.
LOOKS: Final = (16, 64, 256, 1024, 4096)

#: States that an engine may go through where simulating is the other way: some hundredths of 1 s.
MOST_STATES: Final = 400

#: The targets that parts can miss by themselves: what is about downtime.
BY_PARTS: Final = ("availability", "downtime")

_ALLOWED_LONGER: Final = {"p50_outage": 0.5, "p95_outage": 0.05, "p99_outage": 0.01}


@dataclass(frozen=True, slots=True)
class Computed:
    """What an engine that computes says.

    Parameters
    ----------
    answer : ServiceAnswer
    """

    answer: ServiceAnswer

    def judge(self, target: Target) -> bool | None:
        """Return whether a target is met."""
        return target.judge(self.figure(target))

    def figure(self, target: Target) -> Estimate | None:
        """Return the figure that a target is about; None where it is not known."""
        estimate = target.figure.read(self.answer)
        return None if estimate is None or estimate.value is None else estimate


@dataclass(frozen=True, slots=True)
class Sampled:
    """What so many replications show.

    Parameters
    ----------
    sample : Sample
    chance : float
        Of error, for one statement.
    """

    sample: Sample
    chance: float

    def judge(self, target: Target) -> bool | None:
        """Return whether a target is met."""
        key, limit = target.figure.key, target.limit
        seen = self.sample.assembled
        outages = int(seen.begun.sum())
        if outages < FEWEST:
            return self._judge_few(target, outages)
        horizon = self.sample.window.horizon
        if key in BY_PARTS:
            above = is_above(seen.downtime - limit * horizon, self.chance)
        elif key == "outages_per_year":
            above = is_above(seen.begun - limit * horizon / SECONDS_PER_YEAR, self.chance)
        elif key == "mttr":
            above = is_above(seen.downtime - limit * seen.begun, self.chance)
        else:
            counted = self.sample.longer_than(limit)
            allowed = _ALLOWED_LONGER[key] * counted.ended
            above = is_above(counted.longer - allowed, self.chance)
        return None if above is None else not above

    def figure(self, target: Target) -> Estimate | None:
        """Return the figure that a target is about, with its 95 % interval where that is known."""
        seen, key = self.sample.assembled, target.figure.key
        horizon = self.sample.window.horizon
        if key in BY_PARTS:
            return estimate_mean(seen.downtime / horizon)
        if key == "outages_per_year":
            return estimate_mean(seen.begun * (SECONDS_PER_YEAR / horizon))
        outages = float(seen.begun.sum())
        if not outages:
            return None
        if key == "mttr":
            return Estimate(float(seen.downtime.sum()) / outages, None, None)
        return Estimate(_quantile(seen.histogram, 1.0 - _ALLOWED_LONGER[key]), None, None)

    def _judge_few(self, target: Target, outages: int) -> bool | None:
        """Met where even the most that so few outages leave open is allowed."""
        sample = self.sample
        total = len(sample.assembled.begun) * sample.window.horizon
        if target.figure.key in BY_PARTS:
            longest = max(sample.window.longest, _mean_length(sample, outages))
            most = most_downtime(outages, longest, self.chance) / total
        elif target.figure.key == "outages_per_year":
            most = most_downtime(outages, SECONDS_PER_YEAR, self.chance) / total
        else:
            return None
        return True if most <= target.limit else None


Evidence = Computed | Sampled


@dataclass(eq=False)
class Examiner:
    """Looks at parts, alone and together.

    Parameters
    ----------
    runs : PartRuns
    engine : str
        ``auto``, ``exact``, ``matched`` or ``montecarlo``.
    precision : float
        Widest band that is taken of the engine matched.
    error : float
        Chance that any statement of all is wrong.
    until : float
        Moment of `time.monotonic` after which nothing is begun.
    """

    runs: PartRuns
    engine: str
    precision: float
    error: float
    until: float
    _computed: dict[tuple[Part, ...], ServiceAnswer | None] = field(
        default_factory=dict, init=False
    )
    _numbers: dict[tuple[Part, ...], int] = field(default_factory=dict, init=False)
    _refusal: RefusedError | None = field(default=None, init=False)

    def compute(self, parts: tuple[Part, ...], together: Callable[[], Process]) -> Computed | None:
        """Return what an engine computes about some parts together; None where none can.

        Parameters
        ----------
        parts : tuple of Part
        together : callable
            Returns the Process of all of them; asked only where each can be computed by itself.
        """
        if len(parts) > 1 and any(self.compute((part,), together) is None for part in parts):
            return None
        if parts not in self._computed:
            process = parts[0].process if len(parts) == 1 else together()
            self._computed[parts] = self._compute(process)
        answer = self._computed[parts]
        return None if answer is None else Computed(answer)

    def first_look(self, part: Part) -> Evidence:
        """Return what is known about one part at the first look.

        Raises
        ------
        RefusedError, TimeoutError
            As `simulate`.
        """
        return self.compute((part,), lambda: part.process) or self.simulate((part,), 0)

    @property
    def parts_seen(self) -> int:
        """How many parts were computed or simulated by themselves."""
        simulated = {parts[0] for parts in self._numbers if len(parts) == 1}
        computed = {
            parts[0] for parts, known in self._computed.items() if len(parts) == 1 and known
        }
        return len(simulated | computed)

    @property
    def may_simulate(self) -> bool:
        """Whether what cannot be computed is simulated."""
        return self.engine in ("auto", "montecarlo")

    def check_simulating(self) -> None:
        """Refuse to simulate what could not be computed.

        Raises
        ------
        RefusedError
            Where the engine asked for computes.
        """
        if not self.may_simulate:
            assert self._refusal is not None, "what is not computed was refused"
            raise self._refusal

    def simulate(self, parts: tuple[Part, ...], look: int) -> Sampled:
        """Return what a look at replications shows of some parts together.

        Raises
        ------
        RefusedError
            Where the engine asked for computes.
        TimeoutError
            Where the time is up before.
        """
        self.check_simulating()
        number = self._numbers.setdefault(parts, len(self._numbers) + 1)
        sample = self.runs.sample(parts, LOOKS[look], self.until)
        return Sampled(sample, share_of_error(self.error, number, look))

    def _compute(self, process: Process) -> ServiceAnswer | None:
        if self.engine == "montecarlo":
            return None
        is_quick = self.engine == "auto"
        solution = compute_long_run(
            process,
            engine="exact" if is_quick else self.engine,
            precision=self.precision,
            most_states=MOST_STATES if is_quick else None,
        )
        if isinstance(solution, RefusedError):
            self._refusal = solution
            return None
        return next(iter(solution.services.values()))


def _quantile(histogram: NDArray[np.int64], share: float) -> float:
    """The length that a share of the outages does not exceed: the middle of its bin."""
    below, edges = histogram.cumsum(), bin_edges()
    place = int(np.searchsorted(below, share * below[-1]))
    return float(np.sqrt(edges[place] * edges[place + 1]))


def _mean_length(sample: Sample, outages: int) -> float:
    return float(sample.assembled.downtime.sum()) / outages if outages else 0.0
