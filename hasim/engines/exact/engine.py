"""The exact engine: a Process in, its long run out, to the accuracy of floating point.

Theory of operation: the Process is split into modules (modules.py), each is solved by the cheapest
method that is sound for it, and the diagram of what is asked combines them (diagram.py). An outage
is charged as in the other engines: its time to the label of the blame at every instant, its
beginning to the delay whose end began it, or where that has no cause to the label then.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hasim.engines.exact.chain_part import MOST_STATES
from hasim.engines.exact.diagram import Diagram
from hasim.engines.exact.gate_tree import GateTree, grow_tree
from hasim.engines.exact.instants import Round, draw, follow_together
from hasim.engines.exact.lengths import find_lengths
from hasim.engines.exact.part_solver import PartSolver
from hasim.engines.exact.parts import AT_EPOCH, MoveName, Part
from hasim.engines.exact.phase_type import AS_THEY_ARE, StandIns
from hasim.errors import RefusedError
from hasim.process import Average, Blame, Gate, Node, Outages, Process, Rate, Share

Combination = Diagram | GateTree | Round


@dataclass(frozen=True, slots=True)
class OutageFigures:
    """The outages of one measure in the long run.

    Parameters
    ----------
    unavailability, availability : float
        Share of time down, share of time up, each summed by itself.
    rate : float
        Outages begun per second.
    begun : mapping of str to float
        Outages begun per second, by cause.
    stages, causes : mapping of str to float, or None
        Share of time down by stage and by cause; None where the blame has too many combinations.
    lengths : tuple of float, or None
        Seconds that the asked shares of outages do not exceed; None where they need more than
        means, which `why_no_lengths` tells.
    why_no_lengths : str
    """

    unavailability: float
    availability: float
    rate: float
    begun: Mapping[str, float]
    stages: Mapping[str, float] | None
    causes: Mapping[str, float] | None
    lengths: tuple[float, ...] | None
    why_no_lengths: str


@dataclass(frozen=True, slots=True)
class LongRun:
    """What the exact engine says about a Process.

    Parameters
    ----------
    outages : mapping of str to OutageFigures
    values : mapping of str to float
        Of every `Share` and `Average`, and of every `Rate` per second.
    missing : mapping of str to float
        1 minus the value of every `Share` and `Average`, without loss of digits.
    notes : tuple of str
        Sentences about how it was found.
    """

    outages: Mapping[str, OutageFigures]
    values: Mapping[str, float]
    missing: Mapping[str, float]
    notes: tuple[str, ...] = ()


def solve_exactly(
    process: Process,
    levels: Sequence[float] = (),
    *,
    most_states: int = MOST_STATES,
    stand_ins: StandIns = AS_THEY_ARE,
) -> LongRun:
    """Return the long-run figures of all measures of a Process.

    Parameters
    ----------
    process : Process
    levels : sequence of float
        Shares of the outages, such as 0.95, whose greatest length is asked.
    most_states : int, optional
        Of a module that has to be explored.
    stand_ins : mapping of (str, str) to StagedLaw, optional
        Laws put in the place of those of the Process in a module that has to be explored, by
        automaton and delay. The figures are then exact for these laws.

    Raises
    ------
    RefusedError
        With one sentence for each thing that stands in the way.
    """
    parts = PartSolver(process).solve(most_states=most_states, stand_ins=stand_ins)
    return read_out(process, parts, levels, stand_ins)


def read_out(
    process: Process,
    parts: Sequence[Part],
    levels: Sequence[float] = (),
    stand_ins: StandIns = AS_THEY_ARE,
) -> LongRun:
    """Return the long-run figures of all measures from those of all modules."""
    nodes = {node.name: node for node in process.nodes}
    outages: dict[str, OutageFigures] = {}
    values: dict[str, float] = {}
    missing: dict[str, float] = {}
    for measure in process.measures:
        match measure:
            case Outages():
                found = _lengths(process, measure, levels, stand_ins)
                outages[measure.name] = _outages(process, parts, measure, *found)
            case Share() | Average():
                goal = measure.gate if isinstance(measure, Share) else measure.level
                combination = combine(process, parts, nodes[goal])
                values[measure.name] = _average(combination)
                missing[measure.name] = _average(combination, of=False)
            case Rate():
                values[measure.name] = _rate(process, parts, measure)
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    return LongRun(outages, values, missing, notes)


def _outages(
    process: Process,
    parts: Sequence[Part],
    measure: Outages,
    lengths: tuple[float, ...] | None,
    why_no_lengths: str,
) -> OutageFigures:
    gate = next(node for node in process.nodes if node.name == measure.gate)
    whole = combine(process, parts, gate)
    down, up = _average(whole, of=False), _average(whole)
    blamed = whole if measure.blame is None else _try_blame(process, parts, [gate, measure.blame])
    begun = _begun(process, whole)
    if blamed not in (None, whole) and begun.get(None, 0.0) > 0.0:
        begun = _begun(process, blamed)
    stages, causes = (None, None) if blamed is None else _downtime(blamed)
    named = {cause: rate for cause, rate in begun.items() if cause is not None}
    rate = math.fsum(begun.values())
    return OutageFigures(down, up, rate, named, stages, causes, lengths, why_no_lengths)


def combine(process: Process, parts: Sequence[Part], goal: Node) -> Combination:
    """Return the combination of the modules that a level or gate depends on."""
    if follow_together(process, parts, goal):
        return draw(process, parts, [goal])
    tree = grow_tree(process, parts, goal) if isinstance(goal, Gate) else None
    return tree or Diagram(process, parts, [goal])


def _lengths(
    process: Process, measure: Outages, levels: Sequence[float], stand_ins: StandIns
) -> tuple[tuple[float, ...] | None, str]:
    if not levels:
        return None, "no length was asked for"
    try:
        return tuple(
            find_lengths(process, measure, levels, stand_ins)
        ) or None, "no outage ever begins"
    except RefusedError as error:
        return None, error.refusals[0]


def _try_blame(
    process: Process, parts: Sequence[Part], goals: Sequence[Node | Blame]
) -> Diagram | Round | None:
    try:
        return draw(process, parts, goals)
    except RefusedError:
        return None


def _downtime(combination: Combination) -> tuple[dict[str, float], dict[str, float]]:
    """Share of time down by stage, and by cause."""
    stages: dict[str, float] = {}
    causes: dict[str, float] = {}
    for (holds, *label), chance in zip(
        combination.readings, combination.chances.tolist(), strict=True
    ):
        if not holds and label and label[0] is not None:
            stage, cause = label[0]
            stages[stage] = stages.get(stage, 0.0) + chance
            causes[cause] = causes.get(cause, 0.0) + chance
    return stages, causes


def _begun(process: Process, combination: Combination) -> dict[str | None, float]:
    """How often outages begin, by the cause of the move or else by that of the label then."""
    begun: dict[str | None, float] = {}
    for (before, after), moves in combination.changes().items():
        holds, *label = combination.readings[after]
        if holds or not combination.readings[before][0]:
            continue
        named = label[0][1] if label and label[0] is not None else None
        for move, rate in moves.items():
            cause = _cause_of(process, move)
            cause = named if cause is None else cause
            begun[cause] = begun.get(cause, 0.0) + rate
    return begun


def _cause_of(process: Process, move: MoveName) -> str | None:
    automaton, delay = move
    return None if move == AT_EPOCH else process.automata[automaton].delays[delay].cause


def _average(combination: Combination, *, of: bool = True) -> float:
    """The mean of the only goal; with `of` false that of 1 minus it."""
    pairs = zip(combination.readings, combination.chances.tolist(), strict=True)
    return math.fsum(float(value if of else 1.0 - value) * chance for (value,), chance in pairs)


def _rate(process: Process, parts: Sequence[Part], measure: Rate) -> float:
    wanted = set(measure.delays)
    return math.fsum(
        flow.rate
        for part in parts
        for flow in part.flows
        if (flow.automaton, flow.delay) != AT_EPOCH
        and (
            process.automata[flow.automaton].name,
            process.automata[flow.automaton].delays[flow.delay].name,
        )
        in wanted
    )
