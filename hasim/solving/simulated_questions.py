"""Questions answered by simulation.

Theory of operation: what holds in the long run is a measure, so the Process gets the one measure
that asks it and is solved. What depends on the start is read from histories (histories.py).
"""

from __future__ import annotations

from dataclasses import replace

from hasim.errors import RefusedError
from hasim.process import Automaton, Count, Gate, Holds, Node, Occupancy, Outages, Process, Share
from hasim.process.measures import Measure
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
from hasim.solving.histories import ASKED, Effort, ask_histories, free_name, is_gate
from hasim.solving.layout import Layout
from hasim.solving.plan import make_plan
from hasim.solving.solver import solve
from hasim.stats import NOTHING_KNOWN, Estimate
from hasim.units import SECONDS_PER_YEAR


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
        case LongRunShare() | LevelShare():
            return _solve(_with_share(process, question), effort)
        case OutageRate():
            return _solve(_with_outages(process, question), effort)
        case OutageLength():
            return _outage_length(process, question, effort)
        case _:
            return ask_histories(process, question, effort)


def _solve(measured: Process, effort: Effort) -> Estimate:
    solution = solve(
        measured,
        engine=effort.engine,
        precision=effort.precision,
        seed=effort.seed,
        max_time=effort.max_time,
        threads=effort.threads,
    )
    if ASKED in solution.measures:
        return solution.measures[ASKED]
    answer = solution[ASKED]
    told = answer.outages_per_year_by_cause.get(ASKED, answer.outages_per_year)
    return told.scaled(1.0 / SECONDS_PER_YEAR)


def _with_share(process: Process, question: LongRunShare | LevelShare) -> Process:
    """The Process with the share of time in which what is asked holds."""
    if isinstance(question, LongRunShare) and question.phase is None:
        return _measuring(process, (), Share(ASKED, question.gate))
    both, counted = (free_name(process, stem) for stem in ("asked gate", "asked level"))
    if isinstance(question, LongRunShare):
        assert question.phase is not None
        terms = ((Occupancy(*question.phase), 1), (Holds(question.gate), 1))
        nodes: tuple[Node, ...] = (Count(counted, terms), Gate(both, counted, ">=", 2.0))
    elif is_gate(process, question.level):
        count = Count(counted, ((Holds(question.level), 1),))
        nodes = (count, Gate(both, counted, "<=", question.value))
    else:
        nodes = (Gate(both, question.level, "<=", question.value),)
    return _measuring(process, nodes, Share(ASKED, both))


def _with_outages(process: Process, question: OutageRate) -> Process:
    """The Process with the outages of a gate; with `by` only one delay is a cause."""
    if question.by is not None:
        automata = tuple(_with_cause(one, question.by) for one in process.automata)
        process = replace(process, automata=automata)
    return _measuring(process, (), Outages(ASKED, question.gate))


def _with_cause(automaton: Automaton, by: tuple[str, str]) -> Automaton:
    causes = {by: ASKED}
    delays = tuple(
        replace(delay, cause=causes.get((automaton.name, delay.name), "another"))
        for delay in automaton.delays
    )
    return replace(automaton, delays=delays)


def _outage_length(process: Process, question: OutageLength, effort: Effort) -> Estimate:
    measured = _measuring(process, (), Outages(ASKED, question.gate))
    engine, layout = choose_engine(effort.engine, measured), Layout.of(measured)
    campaign = Campaign(engine, layout, make_plan(measured, engine.run), seed=effort.seed)
    runner = choose_runner(1 if engine.step_by_step else effort.threads)
    tally = campaign.run(runner, Limits(effort.precision, effort.max_time)).tally
    if tally is None:
        return NOTHING_KNOWN
    if tally.totals[layout.outages[ASKED].begun] == 0.0:
        raise RefusedError([f"no outage of {question.gate} was seen, so it has no lengths"])
    return estimate_length_quantile(tally, layout.outages[ASKED], question.share)


def _measuring(process: Process, nodes: tuple[Node, ...], measure: Measure) -> Process:
    return replace(process, nodes=(*process.nodes, *nodes), measures=(measure,))
