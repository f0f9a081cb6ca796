"""ask(): a Process and a question in, an estimate out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hasim.errors import InputError, RefusedError
from hasim.process import Process
from hasim.stats import Estimate

if TYPE_CHECKING:
    from hasim.process.questions import Question

_ENGINES = ("auto", "exact")


def ask(process: Process, question: Question, *, engine: str = "auto") -> Estimate:
    """Answer one question about a Process.

    Parameters
    ----------
    process : Process
    question : Question
        One of hasim.process.questions.
    engine : str
        ``auto`` or ``exact``, which today are the same: simulation does not yet answer questions;
        it answers the measures of a Process (`solve`).

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
    from hasim.engines.exact.questions import answer_exactly

    try:
        return Estimate.of_exact(answer_exactly(process, question))
    except RefusedError as error:
        raise RefusedError(f"exact: {refusal}" for refusal in error.refusals) from None
