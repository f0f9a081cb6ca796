"""What the measures of a Process depend on: goals, automata, modules.

Rules of this file: graph search only. A module that no measure depends on is left out here and
nowhere else, so that it stands in no engine's way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hasim.engines.exact.modules import Module, split
from hasim.engines.exact.recipe import leaves_of
from hasim.process import Average, Blame, Measure, Node, Outages, Process, Rate, Share


def goals_of(process: Process, measures: Iterable[Measure]) -> Iterator[Node | Blame]:
    """Yield the levels, gates and blames that some measures look at."""
    nodes = {node.name: node for node in process.nodes}
    for measure in measures:
        match measure:
            case Outages():
                yield nodes[measure.gate]
                if measure.blame is not None:
                    yield measure.blame
            case Share():
                yield nodes[measure.gate]
            case Average():
                yield nodes[measure.level]
            case Rate():
                pass


def automata_measured(process: Process, measures: Iterable[Measure]) -> set[str]:
    """Return the automata whose phases or moves some measures depend on."""
    asked = tuple(measures)
    moving = {name for one in asked if isinstance(one, Rate) for name, _ in one.delays}
    return moving | {leaf.automaton for leaf in leaves_of(process, list(goals_of(process, asked)))}


def measured_modules(process: Process) -> list[Module]:
    """Return the modules that the measures of a Process depend on."""
    names = automata_measured(process, process.measures)
    wanted = {index for index, one in enumerate(process.automata) if one.name in names}
    return [module for module in split(process) if not wanted.isdisjoint(module.automata)]
