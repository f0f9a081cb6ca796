"""What keeps the state space of a Process from being a Markov chain, each in one sentence."""

from __future__ import annotations

from collections.abc import Iterator

from hasim.engines.exact.phase_type import StandIns, phase_type_of
from hasim.errors import RefusedError
from hasim.laws import Law
from hasim.process import Automaton, Delay, Process, Schedule

#: Of a chain with more, the long run would need more memory than it may have (markov/iteration.py).
MOST_TRANSITIONS = 9_000_000

#: States after one instant, each listed: some 0.1 GB.
MOST_DRAWN = 100_000


def find_obstacles(process: Process, stand_ins: StandIns) -> tuple[str, ...]:
    """The sentences; those that read alike are told once.

    Parameters
    ----------
    process : Process
    stand_ins : mapping of (str, str) to StagedLaw
        Laws that stand for those of delays, by automaton and delay.
    """
    sentences = [
        _tell_law(automaton, delay.name, delay.law)
        for automaton, delay in find_memory(process, stand_ins)
    ]
    sentences += [_tell_schedule(schedule) for schedule in process.schedules]
    return tuple(dict.fromkeys(sentences))


def find_memory(process: Process, stand_ins: StandIns) -> Iterator[tuple[Automaton, Delay]]:
    """Delays whose law has memory, arguments as of `find_obstacles`."""
    for automaton in process.automata:
        for delay in automaton.delays:
            stands = (automaton.name, delay.name) in stand_ins
            if not stands and phase_type_of(delay.law) is None:
                yield automaton, delay


def tell_too_many(process: Process, most: int, reached: int, unexplored: int) -> str:
    """The sentence for a state space with more states, or far more transitions, than is allowed."""
    what = f"{most:,} states" if reached > most else f"{MOST_TRANSITIONS:,} ways between states"
    return (
        f"{process.name} has more than {what}: {reached:,} were reached and "
        f"{unexplored:,} of them not yet explored"
    )


def tell_branching(automaton: Automaton, courses: int) -> str:
    """The sentence for an instant that can go too many ways."""
    return (
        f"one event can go on in over {courses:,} ways without time passing; "
        f"{automaton.name} moved last"
    )


def check_drawn(process: Process, ways: int) -> None:
    """Refuse where what is drawn in one instant can come out in too many ways.

    Raises
    ------
    RefusedError
    """
    if ways > MOST_DRAWN:
        raise RefusedError(
            [
                f"{process.name} begins so many stages in one instant that over {MOST_DRAWN:,} "
                "states follow; exponential laws have one stage only"
            ]
        )


def _tell_law(automaton: Automaton, delay: str, law: Law) -> str:
    item = automaton.origin.name or automaton.name
    return f"{delay} of {item} is {type(law).__name__.lower()}, so its state has memory"


def _tell_schedule(schedule: Schedule) -> str:
    item = schedule.origin.name or schedule.name
    return f"{item} follows a calendar, so the state depends on the time"
