"""Long-run questions answered by simulation: the Process gets the one measure that asks it."""

from __future__ import annotations

from dataclasses import replace

from hasim.errors import RefusedError
from hasim.process import Count, Gate, Holds, Measure, Node, Occupancy, Outages, Process, Share
from hasim.process.questions import (
    LevelShare,
    LongRunShare,
    OutageRate,
    Question,
    check_question,
)
from hasim.units import SECONDS_PER_YEAR

ASKED = "asked"


def measure_question(process: Process, question: Question) -> tuple[Process, float]:
    """Return a Process whose only measure, `ASKED`, answers a question.

    Parameters
    ----------
    process : Process
    question : Question

    Returns
    -------
    process : Process
    factor : float
        What the measure's estimate is multiplied by, for the unit of the question.

    Raises
    ------
    InputError
        Where the question cannot be meant.
    RefusedError
        Where no measure asks it.
    """
    check_question(process, question)
    both, counted = (_free_name(process, stem) for stem in ("asked gate", "asked level"))
    match question:
        case LongRunShare(gate=gate, phase=None):
            return _measuring(process, (), Share(ASKED, gate)), 1.0
        case LongRunShare(gate=gate, phase=(automaton, phase)):
            count = Count(counted, ((Occupancy(automaton, phase), 1), (Holds(gate), 1)))
            return _measuring(
                process, (count, Gate(both, counted, ">=", 2.0)), Share(ASKED, both)
            ), 1.0
        case LevelShare(level=name, value=value):
            if any(isinstance(node, Gate) and node.name == name for node in process.nodes):
                count = Count(counted, ((Holds(name), 1),))
                return _measuring(
                    process, (count, Gate(both, counted, "<=", value)), Share(ASKED, both)
                ), 1.0
            return _measuring(process, (Gate(both, name, "<=", value),), Share(ASKED, both)), 1.0
        case OutageRate(gate=gate, by=None):
            return _measuring(process, (), Outages(ASKED, gate)), 1.0 / SECONDS_PER_YEAR
        case OutageRate():
            text = "outages begun by one delay only are not yet simulated; leave `by` out"
        case _:
            text = (
                f"{type(question).__name__} is not yet simulated: only shares and rates of the "
                "long run are; take the engine exact"
            )
    raise RefusedError([text])


def _measuring(process: Process, nodes: tuple[Node, ...], measure: Measure) -> Process:
    return replace(process, nodes=(*process.nodes, *nodes), measures=(measure,))


def _free_name(process: Process, stem: str) -> str:
    taken = {node.name for node in process.nodes}
    return next(name for k in range(len(taken) + 1) if (name := f"{stem} {k}") not in taken)
