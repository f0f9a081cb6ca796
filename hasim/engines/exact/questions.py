"""Questions about a Process, answered exactly.

Theory of operation: what holds in the long run comes from the modules and their diagram; what
depends on time, or on how long something lasts, from the one chain of all modules that bear on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import assert_never

import numpy as np

from hasim.engines.exact.diagram import Diagram, Reading
from hasim.engines.exact.engine import Combination, combine
from hasim.engines.exact.instants import draw
from hasim.engines.exact.markov.absorption import mean_time_to, reached_by
from hasim.engines.exact.markov.interval_downtime import exceedance_of
from hasim.engines.exact.markov.sojourn import describe_sojourn
from hasim.engines.exact.markov.transient import accumulated, value_at
from hasim.engines.exact.modules import closure_of, restrict
from hasim.engines.exact.part_solver import PartSolver
from hasim.engines.exact.parts import AT_EPOCH, MoveName
from hasim.engines.exact.spaces import Explored, explore_once
from hasim.engines.exact.symmetry import find_classes
from hasim.engines.influences import supports
from hasim.errors import RefusedError
from hasim.process import (
    Average,
    Blame,
    ByPhase,
    Gate,
    Label,
    Measure,
    Node,
    Outages,
    Process,
    Rate,
    Share,
)
from hasim.process.questions import (
    Accumulated,
    DowntimeBeyond,
    LevelShare,
    LongRunShare,
    OutageLength,
    OutageRate,
    Question,
    ReachedBy,
    TimeToReach,
    ValueAt,
    check_question,
)

Timed = ValueAt | Accumulated | ReachedBy | TimeToReach | DowntimeBeyond | OutageLength

#: What `_tell_phase` says in the phase that is asked for.
_HERE = ("here", "here")

#: States of the chain of all that bears on a question.
MOST_STATES = 20_000


def answer_exactly(process: Process, question: Question) -> float:
    """Return the answer to a question.

    Parameters
    ----------
    process : Process
    question : Question

    Returns
    -------
    float
        Exact but for roundings; infinite for a mean time to what may never come.

    Raises
    ------
    InputError
        Where the question cannot be meant.
    RefusedError
        With one sentence for each thing that stands in the way.
    """
    check_question(process, question)
    if isinstance(question, LongRunShare | LevelShare | OutageRate):
        return _of_long_run(process, question)
    if isinstance(question, DowntimeBeyond) and question.until <= question.amount:
        return 0.0
    node = question.node if isinstance(question, ValueAt | Accumulated) else question.gate
    if not supports(process)[node]:
        return _of_constant(process, node, question)
    alone = restrict(process, closure_of(process, node))
    if alone.schedules and isinstance(question, ValueAt | Accumulated | ReachedBy):
        from hasim.engines.exact.stepping import answer_by_stepping

        return answer_by_stepping(alone, question)
    return _of_time(process, question)


def _of_time(process: Process, question: Timed) -> float:
    match question:
        case ValueAt():
            known = _explore(process, question.node)
            times = np.array([question.time])
            return float(value_at(known.chain, known.space.value(question.node), times).values[0])
        case Accumulated():
            known = _explore(process, question.node)
            times, value = np.array([question.until]), known.space.value(question.node)
            return float(accumulated(known.chain, value, times).values[0])
        case _:
            return _of_gate(_explore(process, question.gate), question)


def _of_constant(process: Process, node: str, question: Timed) -> float:
    """The answer about a level or gate that depends on nothing."""
    (reading,) = Diagram(process, [], [one for one in process.nodes if one.name == node]).readings
    value = float(reading[0])
    match question:
        case ValueAt():
            return value
        case Accumulated():
            return value * question.until
        case ReachedBy():
            return value
        case TimeToReach():
            return 0.0 if value else math.inf
        case DowntimeBeyond():
            return 1.0 - value
        case OutageLength():
            raise RefusedError([_no_outage(node)])


def _no_outage(gate: str) -> str:
    return f"no outage of {gate} ever begins in the long run"


def _of_gate(
    known: Explored,
    question: OutageLength | ReachedBy | TimeToReach | DowntimeBeyond,
) -> float:
    chain, holds = known.chain, known.space.value(question.gate) != 0.0
    match question:
        case ReachedBy():
            return float(reached_by(chain, holds, np.array([question.time])).values[0])
        case TimeToReach():
            return mean_time_to(chain, holds).seconds
        case DowntimeBeyond():
            amounts = np.array([question.amount])
            return float(exceedance_of(chain, ~holds, question.until, amounts)[0])
        case OutageLength():
            shares = known.shares(question.gate, known.space.tell)
            sojourn = describe_sojourn(chain, shares, ~holds)
            if sojourn.inside is None:
                raise RefusedError([_no_outage(question.gate)])
            return sojourn.quantile(question.share)


def _of_long_run(process: Process, question: LongRunShare | LevelShare | OutageRate) -> float:
    nodes = {node.name: node for node in process.nodes}
    match question:
        case LongRunShare():
            gate = question.gate
            blame = None if question.phase is None else _tell_phase(process, *question.phase)
            goals = [nodes[gate]] if blame is None else [nodes[gate], blame]
            diagram = _combine(process, [Outages("asked", gate, blame)], *goals)
            return _share(diagram, lambda reading: reading in ((True,), (True, _HERE)))
        case LevelShare():
            level = question.level
            is_gate = isinstance(nodes[level], Gate)
            measure = Share("asked", level) if is_gate else Average("asked", level)
            diagram = _combine(process, [measure], nodes[level])
            return _share(diagram, lambda reading: float(reading[0]) <= question.value)
        case OutageRate():
            measures: list[Measure] = [Outages("asked", question.gate)]
            if question.by is not None:
                measures.append(Rate("by", (question.by,)))
            return _outage_rate(
                process, _combine(process, measures, nodes[question.gate]), question
            )
        case _:
            assert_never(question)


def _tell_phase(process: Process, automaton: str, phase: str) -> Blame:
    """A blame that says whether an automaton is in a phase."""
    (owner,) = (one for one in process.automata if one.name == automaton)
    names = {one.name: "here" if one.name == phase else "elsewhere" for one in owner.phases}
    return ByPhase(automaton, tuple((name, Label(told, told)) for name, told in names.items()))


def _combine(process: Process, measures: Sequence[Measure], *goals: Node | Blame) -> Combination:
    """What is asked, combined as if only that were measured."""
    asked = replace(process, measures=tuple(measures))
    parts, (first, *others) = PartSolver(asked).solve(), goals
    if others or not isinstance(first, Node):
        return draw(asked, parts, goals)
    return combine(asked, parts, first)


def _share(diagram: Combination, wanted: Callable[[Reading], bool]) -> float:
    pairs = zip(diagram.readings, diagram.chances.tolist(), strict=True)
    return math.fsum(chance for reading, chance in pairs if wanted(reading))


def _outage_rate(process: Process, diagram: Combination, question: OutageRate) -> float:
    rates = [
        rate
        for (before, _), moves in diagram.changes().items()
        if diagram.readings[before][0]
        for move, rate in moves.items()
        if question.by in (None, _name_of(process, move))
    ]
    return math.fsum(rates)


def _name_of(process: Process, move: MoveName) -> tuple[str, str] | None:
    if move == AT_EPOCH:
        return None
    automaton, delay = move
    owner = process.automata[automaton]
    return owner.name, owner.delays[delay].name


def _explore(process: Process, node: str) -> Explored:
    """The states of all modules that a level or gate depends on."""
    alone = restrict(process, closure_of(process, node))
    classes = find_classes(alone, individual=[node])
    return explore_once(alone, most_states=MOST_STATES, classes=classes)
