"""The state of one replication: phases, tokens, clocks, levels and gates; and what is eligible.

Rules of this file: numbers in comments are those of docs/semantics.md. Nothing here draws, moves or
knows of time to come. Floats are added in loops, because `sum` compensates since Python 3.12.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TypeVar, assert_never

import numpy as np
from numpy.typing import NDArray

from hasim.engines.kernels import codes
from hasim.engines.law_codes import law_entry
from hasim.process import (
    Alternative,
    Automaton,
    Count,
    Delay,
    Gate,
    Holds,
    Minimum,
    Node,
    Occupancy,
    Phase,
    Process,
    Product,
    Quotient,
    Row,
    Steps,
    Total,
)
from hasim.process.comparisons import COMPARE

Chosen = TypeVar("Chosen")
Options = list[tuple[Chosen, float]]


@dataclass(slots=True, eq=False)
class Clock:
    """One delay and its work (1 to 5); `number` is its index within the whole Process."""

    delay: Delay
    actor: Actor
    number: int
    law: int
    parameters: NDArray[np.float64]
    live: bool = False
    kept: float | None = None
    remaining: float = 0.0
    last: float = 0.0
    speed: float = 1.0

    @property
    def name(self) -> str:
        """The name for messages."""
        return f"{self.actor.automaton.name}.{self.delay.name}"

    def left_at(self, now: float) -> float:
        """Work left at a moment while live (4)."""
        return max(0.0, self.remaining - self.speed * (now - self.last))

    def ends_at(self) -> float | None:
        """The moment of its end at the speed of now; None while it stands still (3)."""
        return self.last + self.remaining / self.speed if self.speed > 0.0 else None

    def stop(self, now: float, *, discard: bool) -> None:
        """End being live; the work is kept or not (5)."""
        keep = self.delay.memory == "resume" and not discard
        self.kept = self.left_at(now) if keep else None
        self.live = False


@dataclass(slots=True, eq=False)
class Actor:
    """One automaton at work; a population (`is_many`) is in several phases at once."""

    automaton: Automaton
    index: int
    phases: dict[str, Phase]
    places: dict[str, int]
    rows: dict[tuple[str, str], Row]
    counts: dict[str, int]
    clocks: list[Clock] = field(default_factory=list)
    phase: str = ""
    entered: float = 0.0
    request: int | None = None
    holds_token: bool = False

    @property
    def is_many(self) -> bool:
        """Whether it is a population."""
        return self.automaton.count is not None

    @property
    def pool(self) -> str | None:
        """The pool of which the phase needs a token."""
        return self.phases[self.phase].pool if self.phase else None

    @property
    def waits(self) -> bool:
        """Whether it waits for the token that its phase needs."""
        return self.request is not None and not self.holds_token


class State:
    """The state of one replication.

    Parameters
    ----------
    process : Process

    Attributes
    ----------
    actors : dict of str to Actor
    clocks : list of Clock
    values : dict of str to float or bool
        Levels and gates after the last step.
    """

    def __init__(self, process: Process) -> None:
        self.process = process
        self.actors = {a.name: _actor(index, a) for index, a in enumerate(process.automata)}
        self.clocks: list[Clock] = []
        self.values: dict[str, float] = {}
        for actor in self.actors.values():
            for delay in actor.automaton.delays:
                actor.clocks.append(_clock(delay, actor, len(self.clocks)))
                self.clocks.append(actor.clocks[-1])

    def compute_nodes(self) -> None:
        """Compute every level and gate, each after all that it reads."""
        for node in self.process.nodes:
            self.values[node.name] = self._compute(node)

    def eligible(self, row: Row) -> Options[Alternative]:
        """Alternatives whose guard holds, `unless` does not and weight is positive (8)."""
        options = []
        for one in row.alternatives:
            weight = self.values[one.weight] if isinstance(one.weight, str) else one.weight
            is_open = one.guard is None or self.values[one.guard]
            is_shut = one.unless is not None and self.values[one.unless]
            if is_open and not is_shut and weight > 0.0:
                options.append((one, weight))
        return options

    def reactions(self, actor: Actor, signal: str) -> list[tuple[str, Options[Alternative]]]:
        """Occupied phases that react to a signal, each with its eligible alternatives (14, 22)."""
        found = []
        for phase, number in actor.counts.items():
            row = actor.rows.get((signal, phase))
            options = self.eligible(row) if row is not None and number > 0 else []
            if options:
                found.append((phase, options))
        return found

    def runs(self, clock: Clock) -> bool:
        """Whether a delay is to be live: in its phase, with the token if it needs one (1, 21)."""
        is_there = any(clock.actor.counts[phase] for phase in clock.delay.phases)
        return is_there and not clock.actor.waits

    def speed_of(self, clock: Clock) -> float:
        """Speed of a clock now (3); that of a population grows with its members (21)."""
        level = None if clock.delay.speed is None else self.values[clock.delay.speed]
        if not clock.actor.is_many:
            return 1.0 if level is None else level
        rate = clock.actor.counts[clock.delay.phases[0]] * (1.0 / clock.delay.law.mean)
        return rate if level is None else rate * level

    def _compute(self, node: Node) -> float:
        """Value of a level or gate (19)."""
        values = self.values
        match node:
            case Count():
                number = node.constant
                for term, factor in node.terms:
                    number += factor * self._occupancy(term)
                return node.unit * number
            case Gate():
                return COMPARE[node.comparison](values[node.level], node.threshold)
            case Total():
                total = node.constant
                for level, weight in node.terms:
                    total += weight * values[level]
                return total
            case Steps():
                return node.values[bisect_right(node.thresholds, values[node.level])]
            case Minimum():
                return min(values[level] for level in node.levels)
            case Product():
                product = values[node.levels[0]]
                for level in node.levels[1:]:
                    product *= values[level]
                return product
            case Quotient():
                divisor = values[node.divisor]
                return values[node.dividend] / divisor if divisor != 0.0 else node.otherwise
            case _:
                assert_never(node)

    def _occupancy(self, term: Occupancy | Holds) -> int:
        if isinstance(term, Holds):
            return int(self.values[term.gate])
        actor = self.actors[term.automaton]
        if term.token != "any" and actor.waits != (term.token == "waiting"):
            return 0
        return actor.counts[term.phase]


def _actor(index: int, automaton: Automaton) -> Actor:
    return Actor(
        automaton=automaton,
        index=index,
        phases={phase.name: phase for phase in automaton.phases},
        places={phase.name: place for place, phase in enumerate(automaton.phases)},
        rows={(one.signal, one.phase): one.row for one in automaton.reactions},
        counts=dict.fromkeys((phase.name for phase in automaton.phases), 0),
    )


def _clock(delay: Delay, actor: Actor, number: int) -> Clock:
    """Return the clock of a delay; the work of a population's is unit exponential (21)."""
    law, parameters = law_entry(delay.law)
    if actor.is_many:
        law, parameters = codes.EXPONENTIAL, (1.0,)
    return Clock(delay, actor, number, law, np.array(parameters, dtype=np.float64))
