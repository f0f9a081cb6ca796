"""Running the cases on engines, and judging what comes out.

Theory of operation: a cell is one case on one engine. It is *right* within the tolerance of the
case; of an engine that gives a band, where that holds the value; by simulation within
`MOST_DEVIATION` standard errors, none larger than `MOST_ERROR`. It is *refused* where the engine
says why it cannot answer; anything else is *wrong*, a failure of the engine included.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from hasim.conformance.cases import YEAR, Asked, Case, LongRunMean
from hasim.conformance.report import Cell, Report
from hasim.engines.exact.questions import answer_exactly
from hasim.errors import HasimError, InputError, RefusedError
from hasim.process import Average, Measure, Process
from hasim.process.questions import (
    DowntimeBeyond,
    LevelShare,
    LongRunShare,
    OutageRate,
    ReachedBy,
    TimeToReach,
)
from hasim.solving import ask, solve
from hasim.stats import Estimate

ENGINES = ("exact", "matched", "bounds", "montecarlo")

#: Chance of a false alarm 0.0005 for each cell; the largest standard error is a share of the value.
MOST_DEVIATION, MOST_ERROR = 3.5, 0.03

#: Rarer than this is left to exact engines: a share of time, outages per second (one in ten years),
#: and the chance of a history. To see a hundred of them takes too long.
RARE_SHARE, RARE_RATE, RARE_CHANCE = 1e-4, 1.0 / (10.0 * YEAR), 0.01

PRECISION, SEED = 0.02, 1

#: Seconds that one case is simulated for at most.
PATIENCE = 180.0

#: Half the width of a 95 % interval, in standard errors.
_HALF_WIDTH = 1.959963984540054

_MEASURE = "conformance"


def run_cases(
    engines: Sequence[str],
    cases: Iterable[Case],
    *,
    progress: Callable[[Case, str], None] | None = None,
) -> Report:
    """Ask engines all cases.

    Parameters
    ----------
    engines : sequence of str
        Of `ENGINES`.
    cases : iterable of Case
    progress : callable, optional
        Called with a case and an engine before they meet.

    Returns
    -------
    Report

    Raises
    ------
    InputError
        For an engine that cannot be asked.
    """
    for engine in engines:
        if engine not in ENGINES:
            raise InputError(f"engine {engine}", " or ".join(ENGINES), "take exact")
    cells = []
    for case in cases:
        for engine in engines:
            if progress is not None:
                progress(case, engine)
            cells.append(_judge(case, engine))
    return Report(tuple(cells))


def _judge(case: Case, engine: str) -> Cell:
    """One cell; what an engine fails at is told in it, and ends nothing."""
    if case.process is None or case.question is None:
        return Cell(case, engine, "refused", reason=case.unbuilt)
    if engine != "montecarlo" and case.beyond:
        return Cell(case, engine, "refused", reason=case.beyond)
    try:
        process = case.process()
        if engine == "exact":
            return _judge_exact(case, process, case.question)
        if engine in ("matched", "bounds"):
            return _judge_banded(case, process, case.question, engine)
        return _judge_simulated(case, process, case.question)
    except RefusedError as error:
        reasons = (refusal.removeprefix(f"{engine}: ") for refusal in error.refusals)
        return Cell(case, engine, "refused", reason="; ".join(dict.fromkeys(reasons)))
    except (HasimError, ArithmeticError, AssertionError) as error:
        return Cell(case, engine, "wrong", reason=f"{type(error).__name__}: {error}")


# ---------------------------------------------------------------------------- exact


def _judge_exact(case: Case, process: Process, question: Asked) -> Cell:
    answer = _ask(process, question)
    if case.over is not None:
        answer /= _ask(process, case.over)
    ours = case.factor * (1.0 - answer if case.complement else answer)
    if not math.isfinite(ours):
        return Cell(case, "exact", "wrong", reason=f"the answer is {ours}")
    error = abs(ours - case.value) / abs(case.value)
    return Cell(case, "exact", "right" if error <= case.tolerance else "wrong", ours, error)


def _ask(process: Process, question: Asked) -> float:
    if isinstance(question, LongRunMean):
        measured = _measuring(process, Average(_MEASURE, question.level))
        value = solve(measured, engine="exact").measures[_MEASURE].value
        assert value is not None, f"{question.level} has no long-run mean"
        return value
    return answer_exactly(process, question)


def _measuring(process: Process, measure: Measure) -> Process:
    return replace(process, measures=(measure,))


# ---------------------------------------------------------------------------- with a band


def _judge_banded(case: Case, process: Process, question: Asked, engine: str) -> Cell:
    if case.over is not None or case.complement:
        raise RefusedError(["a quotient of two answers, or a complement, has no band"])
    if isinstance(question, LongRunMean):
        measured = _measuring(process, Average(_MEASURE, question.level))
        found = solve(measured, engine=engine, precision=PRECISION).measures[_MEASURE]
    else:
        found = ask(process, question, engine=engine, precision=PRECISION)
    value, low, high = found.scaled(case.factor).ends
    if value is None or low is None or high is None:
        return Cell(case, engine, "refused", reason="it has no limits")
    error, slack = abs(value - case.value) / abs(case.value), case.tolerance * abs(case.value)
    holds = low - slack <= case.value <= high + slack
    return Cell(case, engine, "right" if holds else "wrong", value, error)


# ---------------------------------------------------------------------------- simulated


def _judge_simulated(case: Case, process: Process, question: Asked) -> Cell:
    estimate = _simulate(case, process, question).scaled(case.factor)
    value, low, high = estimate.ends
    if value is None or low is None or high is None:
        return Cell(case, "montecarlo", "refused", reason="too little was seen for an interval")
    standard_error = (high - low) / (2.0 * _HALF_WIDTH)
    error = abs(value - case.value) / abs(case.value)
    if standard_error > MOST_ERROR * abs(case.value):
        reason = f"not within {MOST_ERROR:.0%} after {PATIENCE:g} s"
        return Cell(case, "montecarlo", "refused", value, error, reason)
    is_near = abs(value - case.value) <= MOST_DEVIATION * standard_error
    return Cell(case, "montecarlo", "right" if is_near else "wrong", value, error)


def _simulate(case: Case, process: Process, question: Asked) -> Estimate:
    """The estimate of what a question asks, in its own unit.

    Raises
    ------
    RefusedError
        Where it cannot be measured, or happens too rarely.
    """
    if case.over is not None or case.complement:
        raise RefusedError(["a quotient of two answers, or a complement, is not simulated"])
    value = case.value / case.factor
    match question:
        case LongRunMean(level=level):
            solution = solve(
                _measuring(process, Average(_MEASURE, level)),
                engine="montecarlo",
                precision=PRECISION,
                seed=SEED,
                max_time=PATIENCE,
            )
            return solution.measures[_MEASURE]
        case LongRunShare() | LevelShare():
            _refuse_rare(min(value, 1.0 - value), RARE_SHARE)
        case ReachedBy() | DowntimeBeyond():
            _refuse_rare(value, RARE_CHANCE)
        case OutageRate():
            _refuse_rare(value, RARE_RATE)
        case TimeToReach():
            _refuse_rare(1.0 / value, RARE_RATE)
        case _:
            pass
    return ask(
        process,
        question,
        engine="montecarlo",
        precision=PRECISION,
        seed=SEED,
        max_time=PATIENCE,
    )


def _refuse_rare(value: float, least: float) -> None:
    if value < least:
        raise RefusedError([f"{value:.2g} is too rare to be simulated for a test"])
