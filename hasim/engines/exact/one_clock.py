"""The states of a Process in which at most one clock with memory runs at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from hasim.engines.exact.exploring.obstacles import find_memory, find_obstacles
from hasim.engines.exact.marked import MarkedSpace, explore_marked
from hasim.engines.exact.markov.chain import Flags
from hasim.engines.exact.phase_type import AS_THEY_ARE
from hasim.errors import RefusedError, TooManyStatesError
from hasim.laws import Empirical
from hasim.process import Automaton, Delay, Process

#: States, each of a running clock counted twice: a second of plain exploration.
MOST_STATES = 6_000


def explore_one_clock(process: Process, classes: Sequence[Sequence[str]]) -> MarkedSpace:
    """Find all settled states of a Process, with what its clock with memory does.

    Parameters
    ----------
    process : Process
    classes : sequence of sequence of str
        Interchangeable automata; of states that differ only in which of them is which, one is kept.

    Raises
    ------
    RefusedError
        Where two clocks with memory can run at once or one is put off, and where something else
        than laws stands in the way of a Markov chain; with the sentences of that chain.
    """

    def refuse() -> NoReturn:
        raise RefusedError(find_obstacles(process, AS_THEY_ARE))

    def check(begun: Flags, runs: Flags) -> None:
        if begun.sum() > 1 or bool((begun & ~runs).any()):
            refuse()

    clocks = list(find_memory(process, AS_THEY_ARE))
    if process.schedules or any(_has_other_memory(*clock) for clock in clocks):
        refuse()
    laws = {(automaton.name, delay.name): delay.law for automaton, delay in clocks}
    try:
        return explore_marked(process, laws, classes, most_states=MOST_STATES, check=check)
    except TooManyStatesError as error:
        first = find_obstacles(process, AS_THEY_ARE)[0]
        raise RefusedError([f"{first}, and {text}" for text in error.refusals]) from None


def _has_other_memory(automaton: Automaton, delay: Delay) -> bool:
    """Whether a clock does not run evenly from its start to an end that takes time."""
    law = delay.law
    may_be_at_once = not law.mean > 0.0 or (isinstance(law, Empirical) and min(law.values) == 0.0)
    return may_be_at_once or delay.speed is not None or automaton.count is not None
