"""Questions about the long run, each as the one measure of a Process, for any engine that solves.

Theory of operation: what holds in the long run is a measure, so the Process gets the one measure
that asks it and is solved.
"""

from __future__ import annotations

from dataclasses import replace

from hasim.process import Automaton, Count, Gate, Holds, Node, Occupancy, Outages, Process, Share
from hasim.process.measures import Measure
from hasim.process.questions import LevelShare, LongRunShare, OutageRate
from hasim.solving.histories import ASKED, Effort, free_name, is_gate
from hasim.solving.solver import solve
from hasim.stats import Estimate
from hasim.units import SECONDS_PER_YEAR


def answer_long_run(
    process: Process, question: LongRunShare | LevelShare | OutageRate, effort: Effort
) -> Estimate:
    """Return the answer to a question about the long run, by the engine of `effort`.

    Raises
    ------
    RefusedError
        Where the engine cannot answer.
    """
    if isinstance(question, OutageRate):
        return _solve(_with_outages(process, question), effort)
    return _solve(_with_share(process, question), effort)


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
        return measuring(process, (), Share(ASKED, question.gate))
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
    return measuring(process, nodes, Share(ASKED, both))


def _with_outages(process: Process, question: OutageRate) -> Process:
    """The Process with the outages of a gate; with `by` only one delay is a cause."""
    if question.by is not None:
        automata = tuple(_with_cause(one, question.by) for one in process.automata)
        process = replace(process, automata=automata)
    return measuring(process, (), Outages(ASKED, question.gate))


def _with_cause(automaton: Automaton, by: tuple[str, str]) -> Automaton:
    causes = {by: ASKED}
    delays = tuple(
        replace(delay, cause=causes.get((automaton.name, delay.name), "another"))
        for delay in automaton.delays
    )
    return replace(automaton, delays=delays)


def measuring(process: Process, nodes: tuple[Node, ...], measure: Measure) -> Process:
    """Return a Process with some nodes more, of which only this is measured."""
    return replace(process, nodes=(*process.nodes, *nodes), measures=(measure,))
