"""The states of one automaton by itself, numbered as they are met.

Theory of operation: a *local state* is the phase, whether its token is waited for or held, and for
each delay with several stages the stage that its work is in; for a population it is the number of
members in each phase. Local states are numbered, so that the state of a Process is a tuple of small
numbers, and whatever follows from a local state alone is worked out once. Automata with the same
phases and clocks share one numbering.

Work is drawn when it is first asked for at the end of an instant (`drawn`), not when its delay
becomes live: no time passes in between, so the stages have the same law.

Rules of this file: nothing here knows other automata, levels or gates. Numbers in comments are
those of docs/semantics.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hasim.engines.exact.phase_type import Series, StagedLaw

#: Whether the token that the phase needs is there.
NO_TOKEN, WAITING, HOLDING = 0, 1, 2

#: Stage of a delay without kept work (2).
NOT_DRAWN = 0

#: Where a race leads that is the end of its delay, and not only of a stage.
ENDS = -1


class Stages(NamedTuple):
    """The stages of a delay, numbered from 1.

    Parameters
    ----------
    rates : tuple of float
        Of each stage, per second at speed 1.
    onward : tuple of int
        Stage that follows each; `ENDS` after the last.
    entries : tuple of (float, int)
        Probability and stage with which work begins.
    """

    rates: tuple[float, ...]
    onward: tuple[int, ...]
    entries: tuple[tuple[float, int], ...]

    @staticmethod
    def of(law: StagedLaw) -> Stages:
        """Stages with one rate and as many to come are one, whatever branch they belong to."""
        if isinstance(law, Series):
            onward = (*range(2, len(law.rates) + 1), ENDS)
            begun = enumerate(law.entries, start=1)
            return Stages(law.rates, onward, tuple((p, stage) for stage, p in begun if p > 0))
        numbers: dict[tuple[float, int], int] = {}
        shares: dict[int, float] = {}
        for probability, length, rate in law.branches:
            for left in range(1, length + 1):
                numbers.setdefault((rate, left), len(numbers) + 1)
            entry = numbers[rate, length]
            shares[entry] = shares.get(entry, 0.0) + probability
        onward = tuple(numbers[rate, left - 1] if left > 1 else ENDS for rate, left in numbers)
        entries = tuple((share, stage) for stage, share in shares.items())
        return Stages(tuple(rate for rate, _ in numbers), onward, entries)


class Clock(NamedTuple):
    """What a local state has to know of a delay."""

    phases: tuple[int, ...]
    stages: Stages
    resumes: bool


class Shape(NamedTuple):
    """All that the local states of an automaton follow from.

    Parameters
    ----------
    pools : tuple of int
        Pool of which each phase needs a token; -1 where it needs none.
    clocks : tuple of Clock
    is_many : bool
        Whether it is a population.
    """

    pools: tuple[int, ...]
    clocks: tuple[Clock, ...]
    is_many: bool


class Race(NamedTuple):
    """A delay that is live, or the stage that it is in.

    Parameters
    ----------
    clock : int
        Place of the delay in its automaton.
    rate : float
        Per second at speed 1.
    onward : int
        Local state that follows the end of the stage; `ENDS` where the delay ends with it.
    """

    clock: int
    rate: float
    onward: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a number stands for.

    Parameters
    ----------
    phase : int
        Of a single automaton; -1 for a population.
    token : int
        `NO_TOKEN`, `WAITING` or `HOLDING`.
    work : tuple of int
        Stage of the work of each clock; `NOT_DRAWN` where there is none or it needs no telling.
    counts : tuple of int
        Members of a population in each phase.
    """

    phase: int
    token: int = NO_TOKEN
    work: tuple[int, ...] = ()
    counts: tuple[int, ...] = ()

    def occupancy(self, phase: int, token: int) -> int:
        """How many are in a phase; a `token` other than `NO_TOKEN` must be so, too."""
        if self.counts:
            return self.counts[phase]
        return int(self.phase == phase and token in (NO_TOKEN, self.token))


class LocalStates:
    """The local states of one shape that were met so far.

    Parameters
    ----------
    shape : Shape

    Attributes
    ----------
    contents : list of Content
    pools : list of int
        Pool of which each needs a token, or -1.
    """

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.contents: list[Content] = []
        self.pools: list[int] = []
        self._pending: list[tuple[tuple[float, int], ...]] = []
        self._races: list[tuple[Race, ...] | None] = []
        self._numbers: dict[Content, int] = {}
        self._moves: dict[tuple[int, int, int, tuple[int, ...], int], int] = {}
        self._granted: dict[int, int] = {}
        self._revoked: dict[int, int] = {}
        self._is_staged = [len(clock.stages.rates) > 1 for clock in shape.clocks]

    @property
    def is_staged(self) -> bool:
        """Whether some delay has several stages."""
        return any(self._is_staged)

    def entered(self, phase: int) -> int:
        """The local state of a single automaton that starts in a phase."""
        return self._number(Content(phase, self._token_in(phase), (0,) * len(self.shape.clocks)))

    def counted(self, counts: Sequence[int]) -> int:
        """The local state of a population with so many members in each phase."""
        return self._number(Content(-1, counts=tuple(counts)))

    def moved(
        self, number: int, source: int, target: int, resets: tuple[int, ...], fired: int = -1
    ) -> int:
        """The local state after a phase is left for another (5, 11, 17).

        Parameters
        ----------
        number : int
        source, target : int
            Phases; the source matters for a population only.
        resets : tuple of int
            Clocks whose kept work is discarded.
        fired : int
            Clock that has ended; -1 if the move has another reason.
        """
        key = (number, source, target, resets, fired)
        found = self._moves.get(key)
        if found is None:
            content = self.contents[number]
            if content.counts:
                found = self.counted(_shifted(content.counts, source, target))
            else:
                found = self._number(self._move_single(content, target, (*resets, fired)))
            self._moves[key] = found
        return found

    def granted(self, number: int) -> int:
        """The local state once the token that is waited for is there (16)."""
        found = self._granted.get(number)
        if found is None:
            content = self.contents[number]
            assert content.token == WAITING, "a grant to somebody who does not wait"
            found = self._number(Content(content.phase, HOLDING, content.work))
            self._granted[number] = found
        return found

    def revoked(self, number: int) -> int:
        """The local state once the token that is held is taken back (5, 18)."""
        found = self._revoked.get(number)
        if found is None:
            content = self.contents[number]
            assert content.token == HOLDING, "a token taken from somebody who holds none"
            found = self._number(Content(content.phase, WAITING, self._kept(content)))
            self._revoked[number] = found
        return found

    def races(self, number: int) -> tuple[Race, ...]:
        """What can happen by itself in a local state whose work is drawn."""
        found = self._races[number]
        if found is None:
            content = self.contents[number]
            of_kind = self._races_of_many if content.counts else self._races_of_one
            found = self._races[number] = tuple(of_kind(content))
        return found

    def drawn(self, number: int) -> tuple[tuple[float, int], ...]:
        """Probabilities and local states after drawing the work of what is live (2); empty if none.

        Drawing here, at the end of an instant, is the same as drawing at once.
        """
        return self._pending[number]

    def _token_in(self, phase: int) -> int:
        return NO_TOKEN if self.shape.pools[phase] < 0 else WAITING

    def _move_single(self, content: Content, target: int, discarded: Iterable[int]) -> Content:
        pools = self.shape.pools
        same_pool = pools[content.phase] == pools[target]
        gone = set(discarded)
        kept = tuple(
            NOT_DRAWN if clock in gone else stage for clock, stage in enumerate(self._kept(content))
        )
        return Content(target, content.token if same_pool else self._token_in(target), kept)

    def _kept(self, content: Content) -> tuple[int, ...]:
        """The work that is left when what is live ceases to be (5)."""
        return tuple(
            NOT_DRAWN if self._is_live(clock, content) and not clock.resumes else stage
            for clock, stage in zip(self.shape.clocks, content.work, strict=True)
        )

    def _is_live(self, clock: Clock, content: Content) -> bool:
        """Whether a delay is live (1, 21)."""
        if content.counts:
            return content.counts[clock.phases[0]] > 0
        return content.token != WAITING and content.phase in clock.phases

    def _number(self, content: Content) -> int:
        """The number of a local state; what is new is worked out."""
        found = self._numbers.get(content)
        if found is not None:
            return found
        number = self._numbers[content] = len(self.contents)
        self.contents.append(content)
        self.pools.append(-1 if content.counts else self.shape.pools[content.phase])
        self._pending.append(())
        self._races.append(None)
        undrawn = [
            clock for clock in self._live_clocks(content) if self._lacks_work(clock, content)
        ]
        if undrawn:
            self._pending[number] = self._draw(content, undrawn)
        return number

    def _live_clocks(self, content: Content) -> list[int]:
        if content.counts:
            return [
                k for k, clock in enumerate(self.shape.clocks) if content.counts[clock.phases[0]]
            ]
        return [k for k, clock in enumerate(self.shape.clocks) if self._is_live(clock, content)]

    def _lacks_work(self, clock: int, content: Content) -> bool:
        return self._is_staged[clock] and content.work[clock] == NOT_DRAWN

    def _draw(self, content: Content, clocks: Iterable[int]) -> tuple[tuple[float, int], ...]:
        """All ways to draw the work of some clocks."""
        ways = [(1.0, content)]
        for clock in clocks:
            ways = [
                (share * p, _with_stage(one, clock, stage))
                for share, one in ways
                for p, stage in self.shape.clocks[clock].stages.entries
            ]
        return tuple((share, self._number(one)) for share, one in ways)

    def _races_of_one(self, content: Content) -> Iterable[Race]:
        for place in self._live_clocks(content):
            stages = self.shape.clocks[place].stages
            stage = content.work[place] - 1 if self._is_staged[place] else 0
            onward = stages.onward[stage]
            if onward != ENDS:
                onward = self._number(_with_stage(content, place, onward))
            yield Race(place, stages.rates[stage], onward)

    def _races_of_many(self, content: Content) -> Iterable[Race]:
        """The delays of a population, each as fast as it has members in its phase (21)."""
        for place in self._live_clocks(content):
            clock = self.shape.clocks[place]
            yield Race(place, content.counts[clock.phases[0]] * clock.stages.rates[0], ENDS)


def _with_stage(content: Content, clock: int, stage: int) -> Content:
    work = (*content.work[:clock], stage, *content.work[clock + 1 :])
    return Content(content.phase, content.token, work)


def _shifted(counts: tuple[int, ...], source: int, target: int) -> tuple[int, ...]:
    """One member moved from a phase to another."""
    moved = list(counts)
    moved[source] -= 1
    moved[target] += 1
    return tuple(moved)
