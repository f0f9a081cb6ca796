"""The answers to several candidates: computed where that can be, the others simulated together.

Theory of operation: each candidate is shown to the engines that compute. Those that all of them
pass over are simulated as one, with common random numbers (solving/together.py), as soon as there
are two of them; the samples of all their replications are kept. A simulation that reached its
precision before enough was known begins again with half of it, which costs four times as much, so
that a third is lost at most.

Rules of this file: all candidates share one limit of time; what comes first does not depend on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hasim.errors import InputError, RefusedError, cut_list, show_value
from hasim.runners import Runner
from hasim.solution import Solution
from hasim.solving import Progress, compute
from hasim.solving.slas import take_time_for_slas
from hasim.system import System

if TYPE_CHECKING:
    from hasim.solving.together import Samples

#: So many service names are told.
MOST_NAMED = 5

#: Each simulation is so much more precise than the one before.
REFINEMENT = 2.0

#: Relative half-width of the chance of a breach: enough to see which candidate keeps its promise.
BREACH_PRECISION = 0.3

ENGINES = ("auto", "exact", "matched", "bounds", "montecarlo")


@dataclass(frozen=True, slots=True)
class Asking:
    """How answers are wanted.

    Parameters
    ----------
    engine, precision, seed, max_time, threads, progress, stop, runner
        As those of `hasim.solve`; the time is for all candidates together.
    """

    engine: str
    precision: float
    seed: int
    max_time: float
    threads: int | None
    progress: Callable[[Progress], None] | None
    stop: Callable[[], bool] | None
    runner: Runner | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known about some candidates.

    Parameters
    ----------
    solutions : mapping of str to Solution
        By the name of the candidate, in their order.
    rows : mapping of str to int or None
        The row of each in the samples; None where it was computed.
    samples : mapping of str to Samples
        By service; empty where nothing was simulated.
    """

    solutions: Mapping[str, Solution]
    rows: Mapping[str, int | None]
    samples: Mapping[str, Samples]

    @property
    def is_stopped(self) -> bool:
        """Whether Ctrl-C, or who asked, ended it."""
        return any(one.status.code == "stopped" for one in self.solutions.values())

    @property
    def is_simulated(self) -> bool:
        """Whether any candidate was simulated as a whole."""
        return any(row is not None for row in self.rows.values())


def answer_all(
    candidates: Mapping[str, System],
    asking: Asking,
    is_decided: Callable[[Answers], bool] | None = None,
) -> Answers:
    """Answer candidates, with their differences in mind.

    Parameters
    ----------
    candidates : mapping of str to System
        With the same services.
    asking : Asking
    is_decided : callable, optional
        Whether what is known is enough; None: the precision decides.

    Raises
    ------
    InputError, RefusedError, SolveError
        As `hasim.solve` does for each; a refusal names the candidate.
    """
    started = time.monotonic()
    if asking.engine not in ENGINES:
        found = f"{show_value(asking.engine)} is no engine that candidates can be compared by"
        raise InputError(found, f"one of {', '.join(ENGINES)}", "leave it out for auto")
    computed: dict[str, Solution] = {}
    passed_over: dict[str, tuple[str, ...]] = {}
    for name, system in candidates.items():
        answer = _compute(name, system, asking, started)
        if isinstance(answer, Solution):
            computed[name] = answer
        else:
            passed_over[name] = answer
    base = Answers(
        {name: computed[name] for name in candidates if name in computed},
        dict.fromkeys(candidates),
        {},
    )
    if not passed_over:
        return base
    simulation = _Simulation(candidates, passed_over, base, asking, started)
    return simulation.run(is_decided)


def with_slas(answers: Answers, candidates: Mapping[str, System], asking: Asking) -> Answers:
    """Add what becomes of the promises of the candidates, where that is not known yet.

    Parameters
    ----------
    answers : Answers
    candidates : mapping of str to System
    asking : Asking
        Its time is what all of this may take; who is not reached has none.
    """
    until = time.monotonic() + asking.max_time
    solutions = dict(answers.solutions)
    open_ones = [n for n, one in solutions.items() if not _knows_slas(candidates[n], one)]
    for place, name in enumerate(open_ones):
        share = (until - time.monotonic()) / (len(open_ones) - place)
        if share > 0.0:
            solutions[name] = _with_slas(candidates[name], solutions[name], asking, share)
    return replace(answers, solutions=solutions)


def _with_slas(system: System, solution: Solution, asking: Asking, max_time: float) -> Solution:
    promised = take_time_for_slas(
        system,
        solution,
        engine=asking.engine,
        precision=BREACH_PRECISION,
        max_time=max_time,
        threads=asking.threads,
        stop=asking.stop,
        runner=asking.runner,
    )
    return replace(promised, why=solution.why)  # which is about all other figures


def _knows_slas(system: System, solution: Solution) -> bool:
    asked = (name for name, one in system.services.items() if one.objectives.availability)
    return all(solution[name].sla is not None for name in asked)


def check_services(candidates: Mapping[str, System]) -> None:
    """Refuse candidates with different services.

    Raises
    ------
    InputError
        That says which candidate lacks what others have.
    """
    services = list(dict.fromkeys(s for system in candidates.values() for s in system.services))
    lacking = {
        name: [service for service in services if service not in system.services]
        for name, system in candidates.items()
    }
    told = [
        f"{name} has no service {cut_list(missing, MOST_NAMED)}"
        for name, missing in lacking.items()
        if missing
    ]
    if told:
        having = [name for name, missing in lacking.items() if not missing]
        others = f", which {cut_list(having, MOST_NAMED)} has" if len(having) == 1 else ""
        raise InputError(
            f"the candidates have different services: {'; '.join(told)}{others}",
            "the same services in all candidates",
            "call them the same, or use hasim diff",
        )


def _compute(
    name: str, system: System, asking: Asking, started: float
) -> Solution | tuple[str, ...]:
    if asking.engine == "montecarlo":
        return ()
    left = max(0.0, asking.max_time - (time.monotonic() - started))
    try:
        return compute(
            system,
            engine=asking.engine,
            precision=asking.precision,
            seed=asking.seed,
            max_time=left,
            threads=asking.threads,
            stop=asking.stop,
            runner=asking.runner,
        )
    except RefusedError as error:
        first, *others = error.refusals
        raise RefusedError([f"{name}: {first}", *others]) from None


@dataclass(frozen=True, slots=True)
class _Simulation:
    """What is left to be simulated."""

    candidates: Mapping[str, System]
    passed_over: Mapping[str, tuple[str, ...]]
    computed: Answers
    asking: Asking
    started: float

    def run(self, is_decided: Callable[[Answers], bool] | None) -> Answers:
        precision = self.asking.precision
        while True:
            answers = self._run_once(precision, is_decided)
            codes = [answers.solutions[name].status.code for name in self.passed_over]
            is_cut = any(code in ("limit", "stopped", "no_outage_seen") for code in codes)
            if is_decided is None or is_cut or is_decided(answers) or not self._left:
                return answers
            precision /= REFINEMENT

    @property
    def _left(self) -> float:
        return max(0.0, self.asking.max_time - (time.monotonic() - self.started))

    def _run_once(self, precision: float, is_decided: Callable[[Answers], bool] | None) -> Answers:
        from hasim.solving.together import solve_together  # brings the kernels

        asking = self.asking
        together = solve_together(
            [self.candidates[name] for name in self.passed_over],
            precision=precision,
            seed=asking.seed,
            max_time=self._left,
            told_time=asking.max_time,
            threads=asking.threads,
            progress=asking.progress,
            stop=asking.stop,
            is_decided=None
            if is_decided is None
            else lambda samples: is_decided(self._with((), samples)),
            runner=asking.runner,
        )
        return self._with(together.solutions, together.samples)

    def _with(self, solutions: tuple[Solution, ...], samples: Mapping[str, Samples]) -> Answers:
        """All answers; without those to what is simulated while that goes on."""
        names = list(self.passed_over)
        simulated = {
            name: replace(solution, why=(*self.passed_over[name], *solution.why))
            for name, solution in zip(names, solutions, strict=False)
        }
        found = {**self.computed.solutions, **simulated}
        return Answers(
            {name: found[name] for name in self.candidates if name in found},
            {name: names.index(name) if name in names else None for name in self.candidates},
            samples,
        )
