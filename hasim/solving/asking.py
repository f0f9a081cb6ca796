"""ask(): a Process and a question in, an estimate out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hasim.errors import InputError, RefusedError
from hasim.process import Process
from hasim.stats import Estimate

if TYPE_CHECKING:
    from hasim.process.questions import Question
    from hasim.solving.histories import Effort

_ENGINES = ("auto", "exact", "matched", "bounds", "montecarlo", "reference")


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
        ``auto`` or ``exact``, which are the same; ``matched`` or ``bounds``: shares of time and
        rates in the long run, with a band; ``montecarlo`` or ``reference``: simulation.
    precision, seed, max_time, threads
        As in `solve`.

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
    name = "exact" if engine == "auto" else engine
    try:
        if name == "exact":
            from hasim.engines.exact.questions import answer_exactly

            return Estimate.of_exact(answer_exactly(process, question))
        from hasim.solving.histories import Effort

        effort = Effort(name, precision, seed, max_time, threads)
        if name in ("matched", "bounds"):
            return _answer_with_band(process, question, effort)
        from hasim.solving.simulated_questions import answer_by_simulation

        return answer_by_simulation(process, question, effort)
    except RefusedError as error:
        raise RefusedError(f"{name}: {refusal}" for refusal in error.refusals) from None


def _answer_with_band(process: Process, question: Question, effort: Effort) -> Estimate:
    from hasim.process.questions import LevelShare, LongRunShare, OutageRate, check_question
    from hasim.solving.long_run_questions import answer_long_run

    check_question(process, question)
    if isinstance(question, LongRunShare | LevelShare | OutageRate):
        return answer_long_run(process, question, effort)
    raise RefusedError(["it tells shares of time and rates in the long run only"])
