"""The exact engine: a Process in, its long run out, to the accuracy of floating point.

Theory of operation: the Process is split into modules (modules.py), each is solved by the cheapest
method that is sound for it, and the diagram of what is asked combines them (diagram.py). An outage
is charged as in the other engines: its time to the label of the blame at every instant, its
beginning to the delay whose end began it, or where that has no cause to the label then.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hasim.engines.exact.chain_part import solve_chain
from hasim.engines.exact.diagram import Diagram
from hasim.engines.exact.lengths import find_lengths
from hasim.engines.exact.modules import Module, split
from hasim.engines.exact.parts import Part
from hasim.engines.exact.renewal import solve_renewal, stays_in_step
from hasim.errors import RefusedError
from hasim.process import Average, Blame, Node, Outages, Process, Rate, Share


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
    """

    outages: Mapping[str, OutageFigures]
    values: Mapping[str, float]
    missing: Mapping[str, float]


def solve_exactly(process: Process, levels: Sequence[float] = ()) -> LongRun:
    """Return the long-run figures of all measures of a Process.

    Parameters
    ----------
    process : Process
    levels : sequence of float
        Shares of the outages, such as 0.95, whose greatest length is asked.

    Raises
    ------
    RefusedError
        With one sentence for each thing that stands in the way.
    """
    return combine(process, solve_parts(process), levels)


def combine(process: Process, parts: Sequence[Part], levels: Sequence[float] = ()) -> LongRun:
    """Return the long-run figures of all measures from those of all modules."""
    nodes = {node.name: node for node in process.nodes}
    outages: dict[str, OutageFigures] = {}
    values: dict[str, float] = {}
    missing: dict[str, float] = {}
    for measure in process.measures:
        match measure:
            case Outages():
                outages[measure.name] = _outages(process, parts, measure, levels)
            case Share() | Average():
                goal = measure.gate if isinstance(measure, Share) else measure.level
                diagram = Diagram(process, parts, [nodes[goal]])
                values[measure.name] = _average(diagram)
                missing[measure.name] = _average(diagram, of=False)
            case Rate():
                values[measure.name] = _rate(process, parts, measure)
    return LongRun(outages, values, missing)


def solve_parts(process: Process) -> list[Part]:
    """Return the long run of every module, or refuse with all that stands in the way."""
    parts: list[Part] = []
    refusals: list[str] = []
    for module in split(process):
        try:
            parts.append(solve_part(process, module))
        except RefusedError as error:
            refusals += error.refusals
    if not refusals:
        refusals += find_in_step(process, parts)
    if refusals:
        raise RefusedError(refusals)
    return parts


def solve_part(process: Process, module: Module) -> Part:
    """Return the long run of a module, by means where they suffice, else as a Markov chain.

    Raises
    ------
    RefusedError
        With what stops either.
    """
    if len(module.automata) > 1:
        return _solve_together(process, module)
    (index,) = module.automata
    automaton = process.automata[index]
    if automaton.count is not None:
        return solve_chain(process, module)
    try:
        return solve_renewal(automaton, index)
    except RefusedError as error:
        try:
            return solve_chain(process, module)
        except RefusedError:
            raise error from None


def _solve_together(process: Process, module: Module) -> Part:
    try:
        return solve_chain(process, module)
    except RefusedError as error:
        parts = (process.automata[index] for index in module.automata)
        names = list(dict.fromkeys(part.origin.name or part.name for part in parts))
        who = f"{names[0]} and {names[-1]}" if len(names) > 1 else f"the parts of {names[0]}"
        together = f"{who} are not independent ({module.bonds[0]})"
        raise RefusedError(f"{together}, and {refusal}" for refusal in error.refusals) from None


def find_in_step(process: Process, parts: Sequence[Part]) -> Iterator[str]:
    """Yield a sentence where modules may keep in step for ever, and so are not independent."""
    single = [process.automata[part.automata[0]] for part in parts if len(part.automata) == 1]
    rigid = [automaton for automaton in single if stays_in_step(automaton)]
    if len(rigid) > 1:
        names = " and ".join(a.origin.name or a.name for a in rigid[:2])
        yield f"{names} go round in fixed times, so they may keep in step for ever"


def _outages(
    process: Process, parts: Sequence[Part], measure: Outages, levels: Sequence[float]
) -> OutageFigures:
    gate = next(node for node in process.nodes if node.name == measure.gate)
    diagram = Diagram(process, parts, [gate])
    down, up = _average(diagram, of=False), _average(diagram)
    blamed = diagram if measure.blame is None else _try_blame(process, parts, [gate, measure.blame])
    begun = _begun(process, diagram)
    if blamed is not None and begun.get(None, 0.0) > 0.0:
        begun = _begun(process, blamed)
    stages, causes = (None, None) if blamed is None else _downtime(blamed)
    named = {cause: rate for cause, rate in begun.items() if cause is not None}
    lengths, why = _lengths(process, measure, levels)
    return OutageFigures(down, up, sum(begun.values()), named, stages, causes, lengths, why)


def _lengths(
    process: Process, measure: Outages, levels: Sequence[float]
) -> tuple[tuple[float, ...] | None, str]:
    try:
        return tuple(find_lengths(process, measure, levels)) or None, "no outage ever begins"
    except RefusedError as error:
        return None, error.refusals[0]


def _try_blame(
    process: Process, parts: Sequence[Part], goals: Sequence[Node | Blame]
) -> Diagram | None:
    try:
        return Diagram(process, parts, goals)
    except RefusedError:
        return None


def _downtime(diagram: Diagram) -> tuple[dict[str, float], dict[str, float]]:
    """Share of time down by stage, and by cause."""
    stages: dict[str, float] = {}
    causes: dict[str, float] = {}
    for (holds, *label), chance in zip(diagram.readings, diagram.chances.tolist(), strict=True):
        if not holds and label and label[0] is not None:
            stage, cause = label[0]
            stages[stage] = stages.get(stage, 0.0) + chance
            causes[cause] = causes.get(cause, 0.0) + chance
    return stages, causes


def _begun(process: Process, diagram: Diagram) -> dict[str | None, float]:
    """How often outages begin, by the cause of the move or else by that of the label then."""
    begun: dict[str | None, float] = {}
    for (before, after), moves in diagram.changes().items():
        holds, *label = diagram.readings[after]
        if holds or not diagram.readings[before][0]:
            continue
        named = label[0][1] if label and label[0] is not None else None
        for (automaton, delay), rate in moves.items():
            cause = process.automata[automaton].delays[delay].cause
            cause = named if cause is None else cause
            begun[cause] = begun.get(cause, 0.0) + rate
    return begun


def _average(diagram: Diagram, *, of: bool = True) -> float:
    """The mean of the only goal; with `of` false that of 1 minus it."""
    pairs = zip(diagram.readings, diagram.chances.tolist(), strict=True)
    return math.fsum(float(value if of else 1.0 - value) * chance for (value,), chance in pairs)


def _rate(process: Process, parts: Sequence[Part], measure: Rate) -> float:
    wanted = set(measure.delays)
    return math.fsum(
        flow.rate
        for part in parts
        for flow in part.flows
        if (
            process.automata[flow.automaton].name,
            process.automata[flow.automaton].delays[flow.delay].name,
        )
        in wanted
    )
