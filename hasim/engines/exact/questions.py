"""Questions about a Process, answered exactly.

Theory of operation: what holds in the long run comes from the modules and their diagram; what
depends on time, or on how long something lasts, from the one chain of all modules that bear on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import assert_never

import numpy as np

from hasim.engines.exact.chain_part import chain_of
from hasim.engines.exact.diagram import Diagram, Reading
from hasim.engines.exact.engine import Combination, combine, solve_parts
from hasim.engines.exact.markov.absorption import mean_time_to, reached_by
from hasim.engines.exact.markov.chain import Chain
from hasim.engines.exact.markov.interval_downtime import exceedance_of
from hasim.engines.exact.markov.long_run import solve_long_run
from hasim.engines.exact.markov.sojourn import describe_sojourn
from hasim.engines.exact.markov.transient import accumulated, value_at
from hasim.engines.exact.modules import closure_of, restrict, supports
from hasim.engines.exact.statespace import StateSpace, explore
from hasim.errors import RefusedError
from hasim.process import ByPhase, Label, Process
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
    match question:
        case ValueAt():
            space, chain = _chain(process, question.node)
            times = np.array([question.time])
            return float(value_at(chain, space.value(question.node), times).values[0])
        case Accumulated():
            space, chain = _chain(process, question.node)
            times = np.array([question.until])
            return float(accumulated(chain, space.value(question.node), times).values[0])
        case _:
            return _of_gate(*_chain(process, question.gate), question)


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
    space: StateSpace,
    chain: Chain,
    question: OutageLength | ReachedBy | TimeToReach | DowntimeBeyond,
) -> float:
    holds = space.value(question.gate) != 0.0
    match question:
        case ReachedBy():
            return float(reached_by(chain, holds, np.array([question.time])).values[0])
        case TimeToReach():
            return mean_time_to(chain, holds).seconds
        case DowntimeBeyond():
            amounts = np.array([question.amount])
            return float(exceedance_of(chain, ~holds, question.until, amounts)[0])
        case OutageLength():
            sojourn = describe_sojourn(chain, solve_long_run(chain).shares, ~holds)
            if sojourn.inside is None:
                raise RefusedError([_no_outage(question.gate)])
            return sojourn.quantile(question.share)


def _of_long_run(process: Process, question: LongRunShare | LevelShare | OutageRate) -> float:
    parts = solve_parts(process)
    nodes = {node.name: node for node in process.nodes}
    match question:
        case LongRunShare():
            gate = nodes[question.gate]
            if question.phase is None:
                return _share(combine(process, parts, gate), lambda reading: bool(reading[0]))
            automaton, phase = question.phase
            here = ByPhase(automaton, ((phase, Label("here", "here")),))
            diagram = Diagram(process, parts, [gate, here])
            return _share(diagram, lambda reading: bool(reading[0]) and reading[1] is not None)
        case LevelShare():
            diagram = Diagram(process, parts, [nodes[question.level]])
            return _share(diagram, lambda reading: float(reading[0]) <= question.value)
        case OutageRate():
            return _outage_rate(process, combine(process, parts, nodes[question.gate]), question)
        case _:
            assert_never(question)


def _share(diagram: Combination, wanted: Callable[[Reading], bool]) -> float:
    pairs = zip(diagram.readings, diagram.chances.tolist(), strict=True)
    return math.fsum(chance for reading, chance in pairs if wanted(reading))


def _outage_rate(process: Process, diagram: Combination, question: OutageRate) -> float:
    rates = [
        rate
        for (before, _), moves in diagram.changes().items()
        if diagram.readings[before][0]
        for (automaton, delay), rate in moves.items()
        if question.by in (None, _name_of(process, automaton, delay))
    ]
    return math.fsum(rates)


def _name_of(process: Process, automaton: int, delay: int) -> tuple[str, str]:
    owner = process.automata[automaton]
    return owner.name, owner.delays[delay].name


def _chain(process: Process, node: str) -> tuple[StateSpace, Chain]:
    """The states of all modules that a level or gate depends on."""
    space = explore(restrict(process, closure_of(process, node)), most_states=MOST_STATES)
    return space, chain_of(space)
