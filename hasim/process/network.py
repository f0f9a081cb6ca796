"""JOINT 2: the Process, a stochastic automata network as plain tables.

The narrow waist of hasim: the compiler writes it, engines read it, and neither knows the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from hasim.process.automata import Automaton, Pool, Schedule, Signal
from hasim.process.canonical import digest
from hasim.process.checks import check_process
from hasim.process.levels import Node
from hasim.process.measures import Measure
from hasim.process.wording import describe


@dataclass(frozen=True)
class Process:
    """How something fails, recovers and changes, as tables.

    Parameters
    ----------
    name : str
    automata : tuple of Automaton
    nodes : tuple of Node
        Levels and gates, each after all that it reads.
    pools : tuple of Pool
    signals : tuple of Signal
    schedules : tuple of Schedule
    measures : tuple of Measure

    Raises
    ------
    ModelError
        Where a reference leads nowhere, a probability is wrong, the graph of levels has a cycle, or
        a population uses what populations cannot; all findings at once.
    """

    name: str
    automata: tuple[Automaton, ...]
    nodes: tuple[Node, ...] = ()
    pools: tuple[Pool, ...] = ()
    signals: tuple[Signal, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    measures: tuple[Measure, ...] = ()

    def __post_init__(self) -> None:
        check_process(self)

    def __str__(self) -> str:
        return describe(self)

    @property
    def content_hash(self) -> str:
        """SHA-256 over the content, the same for equal Processes in any session."""
        return digest(self)
