"""Answers to the worlds of a model: computed where that can be, or simulated together.

Rules of this file
------------------
1. The engine is chosen by the world of middle values, and answers all others, so that their answers
   differ by nothing but their values and chance.
2. Simulated worlds share their random numbers: much of the chance is the same in all of them.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hasim.description.worlds import Worlds
from hasim.errors import InputError, RefusedError
from hasim.solution import ServiceAnswer, Solution
from hasim.solving import solve
from hasim.solving.objectives import judge_all
from hasim.stats import Estimate
from hasim.system import System
from hasim.units import SECONDS_PER_YEAR

if TYPE_CHECKING:
    from hasim.solving.together import Samples

#: The engines that compute, in the order in which they are asked, and the one that simulates.
COMPUTING: Final = ("exact", "matched")
SIMULATION: Final = "montecarlo"
ENGINES: Final = (*COMPUTING, SIMULATION)

#: The figures of a service whose spread is told.
FIGURES: Final = (
    "unavailability",
    "availability",
    "downtime_s_per_year",
    "outages_per_year",
    "mttr_s",
)

#: Relative half-width that ends the simulation of a world, if `REPLICATIONS` do not before.
PRECISION = 0.1

#: Replications of each simulated world, at least: two halves of 32.
REPLICATIONS = 64

#: Worlds that are simulated together: what they keep fits in memory, and the limit of time is
#: looked at in between.
TOGETHER = 40


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer for one service in one world.

    Parameters
    ----------
    figures : mapping of str to float or None
        By the names of `FIGURES`.
    met : mapping of str to bool
        Whether an objective is met, by the figure itself, whatever its interval.
    halves : tuple of two float, or None
        Downtime a year of the two halves of a simulation, in seconds; None where computed.
    """

    figures: Mapping[str, float | None]
    met: Mapping[str, bool]
    halves: tuple[float, float] | None = None

    @property
    def downtime(self) -> float:
        """Seconds a year; 0 where none was seen."""
        return self.figures["downtime_s_per_year"] or 0.0


class Answerer(ABC):
    """Answers worlds, all in the same way.

    Parameters
    ----------
    worlds : Worlds
    engine : str
    why : tuple of str
    middle : mapping of str to Answer
        By service, for the middle values.
    """

    def __init__(
        self, worlds: Worlds, engine: str, why: tuple[str, ...], middle: Mapping[str, Answer]
    ) -> None:
        self.worlds = worlds
        self.engine = engine
        self.why = why
        self.middle = middle

    @abstractmethod
    def answer(
        self,
        values: Sequence[Mapping[str, float]],
        until: float,
        told: Callable[[int], None] | None,
    ) -> list[Mapping[str, Answer]] | None:
        """Return the answers to some worlds by service; None where the time does not suffice.

        Parameters
        ----------
        values : sequence of mapping
            What each world is made of.
        until : float
            The moment of `time.monotonic` at which the time is up.
        told : callable or None
            Told how many worlds are answered.
        """


def choose_answerer(
    system: System, *, engine: str, seed: int, until: float, threads: int | None
) -> Answerer:
    """What answers the worlds of a system; `until` is when its time is up, by `time.monotonic`.

    Raises
    ------
    InputError
        If the engine is none of ``auto`` and `ENGINES`.
    RefusedError
        If it computes and cannot answer.
    """
    worlds = Worlds.of(system)
    middle = worlds.world({})
    computed, why = compute_first(middle, engine, seed)
    if computed is not None:
        return _Computed(worlds, computed.engine, why, _answers(computed))
    answers = _simulate([middle], seed, until, threads)[0]
    return _Simulated(worlds, answers, why, seed=seed, threads=threads)


def compute_first(
    system: System, engine: str, seed: int
) -> tuple[Solution | None, tuple[str, ...]]:
    """The computed answer to a system, and why; None where systems like it are to be simulated.

    Raises
    ------
    InputError
        If the engine is none of ``auto`` and `ENGINES`.
    RefusedError
        If it computes and cannot answer.
    """
    if engine not in ("auto", *ENGINES):
        found = f"many systems are not answered by the engine {engine}"
        raise InputError(found, f"auto, {', '.join(ENGINES)}", "take auto")
    if engine == SIMULATION:
        return None, (f"{SIMULATION}: as asked",)
    refusals = []
    for name in COMPUTING if engine == "auto" else (engine,):
        try:
            solution = solve(system, engine=name, seed=seed, sla=False)
        except RefusedError as error:
            if engine == name:
                raise
            refusals.append(f"{name}: {error.refusals[0]}")
        else:
            return solution, (*refusals, *solution.why)
    return None, (*refusals, f"{SIMULATION}: worlds are simulated with common random numbers")


class _Computed(Answerer):
    def answer(
        self,
        values: Sequence[Mapping[str, float]],
        until: float,
        told: Callable[[int], None] | None,
    ) -> list[Mapping[str, Answer]] | None:
        found: list[Mapping[str, Answer]] = []
        for one in values:
            if time.monotonic() > until:
                return None
            found.append(_answers(solve(self.worlds.world(one), engine=self.engine, sla=False)))
            if told is not None:
                told(len(found))
        return found


class _Simulated(Answerer):
    def __init__(
        self,
        worlds: Worlds,
        middle: Mapping[str, Answer],
        why: tuple[str, ...],
        *,
        seed: int,
        threads: int | None,
    ) -> None:
        super().__init__(worlds, SIMULATION, why, middle)
        self._seed = seed
        self._threads = threads

    def answer(
        self,
        values: Sequence[Mapping[str, float]],
        until: float,
        told: Callable[[int], None] | None,
    ) -> list[Mapping[str, Answer]] | None:
        found: list[Mapping[str, Answer]] = []
        for start in range(0, len(values), TOGETHER):
            systems = [self.worlds.world(one) for one in values[start : start + TOGETHER]]
            found += _simulate(systems, self._seed, until, self._threads)
            if time.monotonic() > until:
                return None  # what was cut off is no fair answer
            if told is not None:
                told(len(found))
        return found


def _answers(solution: Solution) -> dict[str, Answer]:
    return {name: _answer(_by_value(one), None) for name, one in solution.services.items()}


def _answer(answer: ServiceAnswer, halves: tuple[float, float] | None) -> Answer:
    figures = {name: getattr(answer, name).value for name in FIGURES}
    met = {name: verdict.met is True for name, verdict in answer.objectives.items()}
    return Answer(figures, met, halves)


def _simulate(
    systems: Sequence[System], seed: int, until: float, threads: int | None
) -> list[Mapping[str, Answer]]:
    from hasim.solving.together import solve_together

    together = solve_together(
        systems,
        precision=PRECISION,
        seed=seed,
        max_time=max(0.0, until - time.monotonic()),
        threads=threads,
        is_decided=_has_enough,
    )
    return [
        {
            service: _answer(_by_value(solution[service]), _halves(samples, number))
            for service, samples in together.samples.items()
        }
        for number, solution in enumerate(together.solutions)
    ]


def _has_enough(samples: Mapping[str, Samples]) -> bool:
    return all(one.downtime.shape[1] >= REPLICATIONS for one in samples.values())


def _halves(samples: Samples, number: int) -> tuple[float, float]:
    """Downtime a year of the odd and the even replications of a world."""
    down = samples.downtime[number] * (SECONDS_PER_YEAR / samples.window)
    return float(np.mean(down[::2])), float(np.mean(down[1::2]))


def _by_value(answer: ServiceAnswer) -> ServiceAnswer:
    """The answer as if its figures were known, with the verdicts that follow."""
    sure = answer
    for name in FIGURES:
        value = getattr(answer, name).value
        if value is not None:
            known: dict[str, Any] = {name: Estimate.of_exact(value)}
            sure = replace(sure, **known)
    targets = {name: verdict.target for name, verdict in answer.objectives.items()}
    return replace(sure, objectives=judge_all(targets, sure, sure.capacity))
