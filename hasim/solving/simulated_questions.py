"""Questions answered by simulation.

Theory of operation: what holds in the long run is a measure, so the Process gets the one measure
that asks it and is solved. What depends on the start is read from histories (histories.py).
"""

from __future__ import annotations

from hasim.errors import RefusedError
from hasim.process import Outages, Process
from hasim.process.questions import (
    LevelShare,
    LongRunShare,
    OutageLength,
    OutageRate,
    Question,
    check_question,
)
from hasim.runners import choose_runner
from hasim.solving.answers import estimate_length_quantile
from hasim.solving.campaign import Campaign, Limits
from hasim.solving.engine_choice import choose_engine
from hasim.solving.first_epochs import begin_at_once
from hasim.solving.histories import ASKED, Effort, ask_histories
from hasim.solving.layout import Layout
from hasim.solving.long_run_questions import answer_long_run, measuring
from hasim.solving.plan import make_plan
from hasim.stats import NOTHING_KNOWN, Estimate


def answer_by_simulation(process: Process, question: Question, effort: Effort) -> Estimate:
    """Return the answer to a question with a 95 % interval.

    Parameters
    ----------
    process : Process
    question : Question
    effort : Effort

    Returns
    -------
    Estimate
        In the unit that the question names.

    Raises
    ------
    InputError
        Where the question cannot be meant.
    RefusedError
        Where simulation cannot answer.
    """
    check_question(process, question)
    match question:
        case LongRunShare() | LevelShare() | OutageRate():
            return answer_long_run(process, question, effort)
        case OutageLength():
            return _outage_length(process, question, effort)
        case _:
            return ask_histories(process, question, effort)


def _outage_length(process: Process, question: OutageLength, effort: Effort) -> Estimate:
    measured = measuring(process, (), Outages(ASKED, question.gate))
    engine, layout = choose_engine(effort.engine, begin_at_once(measured)), Layout.of(measured)
    campaign = Campaign(engine, layout, make_plan(measured, engine.run), seed=effort.seed)
    runner = choose_runner(1 if engine.step_by_step else effort.threads)
    tally = campaign.run(runner, Limits(effort.precision, effort.max_time)).tally
    if tally is None:
        return NOTHING_KNOWN
    if tally.totals[layout.outages[ASKED].begun] == 0.0:
        raise RefusedError([f"no outage of {question.gate} was seen, so it has no lengths"])
    return estimate_length_quantile(tally, layout.outages[ASKED], question.share)
