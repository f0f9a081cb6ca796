"""What moves: automata, their phases, racing delays, rows, pools, signals and schedules.

Theory of operation: an automaton sits in one phase. In a phase delays race; the first to end
fires its row, which chooses one alternative and moves on. A phase with an immediate row is left at
once, or as soon as one of its alternatives is eligible. Everything here is plain data;
docs/semantics.md says what it means and engines give it life.

Rules of this file: frozen data only, references by name, no behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from hasim.laws import Law

Memory = Literal["restart", "resume"]
Selection = Literal["order", "random", "longest"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The item of the System that something was made from, and the pass that made it.

    Parameters
    ----------
    name : str
        Name in the user's words, such as ``db.crash``; empty for a Process built by hand.
    made_by : str
        Name of the compiler pass; ``hand`` for a Process built by hand.
    """

    name: str = ""
    made_by: str = "hand"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way a row can go.

    Parameters
    ----------
    target : str
        Phase of the same automaton that is entered (the same phase counts as leaving and entering).
    guard : str, optional
        Gate that must hold for the alternative to be eligible.
    unless : str, optional
        Gate that must not hold for the alternative to be eligible.
    weight : float or str
        Relative weight among the eligible alternatives: a positive number or the name of a level.
    emits : tuple of str
        Signals emitted, in this order.
    resets : tuple of str
        Delays of the same automaton whose kept work is discarded.
    """

    target: str
    guard: str | None = None
    unless: str | None = None
    weight: float | str = 1.0
    emits: tuple[str, ...] = ()
    resets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The alternatives that a delay's end, a signal or an immediate move leads to.

    With one eligible alternative nothing is drawn; with several, one uniform number decides.
    """

    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A named state of an automaton.

    Parameters
    ----------
    name : str
    pool : str, optional
        Pool of which a token is needed: delays run only while it is held; leaving gives it back.
        What delays keep when it is taken away is a matter of their `memory`.
    priority : int
        Order of the request in a pool of order ``priority``; lower goes first.
    immediate : Row, optional
        Left as soon as one alternative is eligible, without time passing.
    urgency : int
        Order among immediate moves of one instant; lower goes first, ties by automaton.
    """

    name: str
    pool: str | None = None
    priority: int = 0
    immediate: Row | None = None
    urgency: int = 0


@dataclass(frozen=True, slots=True)
class Delay:
    """A clock that races in one or more phases of its automaton.

    Parameters
    ----------
    name : str
        Unique within the automaton.
    phases : tuple of str
        Phases in which the delay is live.
    law : Law
        Law of the work to be done, in seconds at speed 1.
    row : Row
        Where its end leads.
    memory : {'restart', 'resume'}
        Whether unfinished work is discarded on leaving its phases or kept for the next time.
    speed : str, optional
        Level at which the clock advances; 1 when absent. A speed of 0 stops it.
    cause : str, optional
        Name under which an outage begun by this delay's end is counted.
    """

    name: str
    phases: tuple[str, ...]
    law: Law
    row: Row
    memory: Memory = "restart"
    speed: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What an automaton in `phase` does when `signal` reaches it: nothing if none is eligible."""

    signal: str
    phase: str
    row: Row


@dataclass(frozen=True, slots=True)
class Automaton:
    """A thing with phases.

    Parameters
    ----------
    name : str
    phases : tuple of Phase
    start : tuple of (str, float)
        Phases with their starting probabilities, which add up to 1.
    delays : tuple of Delay
        In declaration order, which is the order of drawing and of ties.
    reactions : tuple of Reaction
        At most one for each pair of signal and phase.
    count : int, optional
        Given, the automaton is a population of that many exchangeable members, kept as counts by
        phase: its laws are exponential, and its phases need no pool and have no immediate row.
    origin : Origin
    """

    name: str
    phases: tuple[Phase, ...]
    start: tuple[tuple[str, float], ...]
    delays: tuple[Delay, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    count: int | None = None
    origin: Origin = field(default=Origin())

    def runs_from_start(self, delay: Delay) -> bool:
        """Whether a delay may run in a phase in which the automaton can start."""
        return any(phase in delay.phases for phase, _ in self.start)

    def apart_from(self, delay: Delay) -> list[Delay]:
        """Return the delays that never run beside one."""
        return [other for other in self.delays if not set(other.phases) & set(delay.phases)]


@dataclass(frozen=True, slots=True)
class Pool:
    """Tokens (crews, spares, slots) that phases wait for.

    Parameters
    ----------
    name : str
    size : int or str
        Number of tokens, or the name of a level: as many as its value has wholes. Where it falls
        below the number held, tokens are taken back: from the lowest priority, then the last come.
    order : {'fifo', 'priority'}
        First come first served, or by `Phase.priority` and then first come.
    preempts : bool
        Whether a request takes the token of a holder with a higher priority number where none is
        free. The pool is of order ``priority``.
    """

    name: str
    size: int | str
    order: Literal["fifo", "priority"] = "fifo"
    preempts: bool = False
    origin: Origin = field(default=Origin())

    @property
    def takes_back(self) -> bool:
        """Whether a holder can lose its token, so that the order of holders matters."""
        return self.preempts or isinstance(self.size, str)


@dataclass(frozen=True, slots=True)
class Signal:
    """A message to the automata of an address.

    Parameters
    ----------
    name : str
    address : tuple of str
        Automata that it can reach, in order.
    limit : int, optional
        Reach at most this many of those with an eligible row; all when absent.
    choose : {'order', 'random', 'longest'}
        Which of them: the first by address, a random choice, or those longest in their phase.
    """

    name: str
    address: tuple[str, ...]
    limit: int | None = None
    choose: Selection = "order"
    origin: Origin = field(default=Origin())


@dataclass(frozen=True, slots=True)
class Schedule:
    """A calendar that emits signals at offset + k x period seconds, k = 0, 1, 2 ...

    Parameters
    ----------
    offset : float
        First epoch, seconds from the start, positive.
    period : float, optional
        Seconds between epochs; without it the schedule has one epoch.
    emits : tuple of str
        Signals, in this order.
    """

    name: str
    offset: float
    period: float | None
    emits: tuple[str, ...]
    origin: Origin = field(default=Origin())
