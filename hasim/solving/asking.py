"""ask(): a Process and a question in, an estimate out."""

from __future__ import annotations

from hasim.errors import InputError, RefusedError
from hasim.process import Process
from hasim.process.questions import Question
from hasim.solving.simulated_questions import ASKED, measure_question
from hasim.solving.solver import solve
from hasim.stats import Estimate

_ENGINES = ("auto", "exact", "montecarlo", "reference")


def ask(
    process: Process,
    question: Question,
    *,
    engine: str = "auto",
    precision: float = 0.05,
    seed: int = 1,
    max_time: float = 60.0,
    threads: int | None = None,
) -> Estimate:
    """Answer one question about a Process.

    Parameters
    ----------
    process : Process
    question : Question
        One of hasim.process.questions.
    engine : str
        ``auto`` or ``exact``, which today are the same, or ``montecarlo`` or ``reference``, which
        simulate: shares and rates of the long run only.
    precision, seed, max_time, threads
        Of a simulation, as in `solve`.

    Returns
    -------
    Estimate
        In the unit that the question names; without an interval where it is exact.

    Raises
    ------
    InputError
        Where the question or the engine cannot be meant.
    RefusedError
        With a sentence for each thing that stands in the way.

    Examples
    --------
    >>> ask(process, TimeToReach("all down")).value         # doctest: +SKIP
    """
    if engine not in _ENGINES:
        raise InputError(f"{engine} answers no questions", f"one of {', '.join(_ENGINES)}", "")
    try:
        if engine in ("auto", "exact"):
            from hasim.engines.exact.questions import answer_exactly

            return Estimate.of_exact(answer_exactly(process, question))
        measured, factor = measure_question(process, question)
    except RefusedError as error:
        name = "exact" if engine == "auto" else engine
        raise RefusedError(f"{name}: {refusal}" for refusal in error.refusals) from None
    solution = solve(
        measured,
        engine=engine,
        precision=precision,
        seed=seed,
        max_time=max_time,
        threads=threads,
    )
    if ASKED in solution.measures:
        return solution.measures[ASKED].scaled(factor)
    return solution[ASKED].outages_per_year.scaled(factor)
