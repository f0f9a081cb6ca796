"""Combining modules that follow the same calendar: instant by instant, then averaged.

Theory of operation: modules that hear of schedules go round together, so that their mean shares may
not be multiplied: channels tested on the same day are all at their worst the day before. At any one
instant they are independent. So the diagram is weighed with the shares at the points of a
Gauss-Legendre rule between epochs, and the readings are averaged over a span. After an epoch shares
change within the mean times of the fastest delays, later slowly; so the time to the next epoch is
halved towards the epoch until the first piece is as short as they are. On a piece from t to 2t a
decay is either slow or over, and twelve points are right to rounding: the error for exp(-c u) on
[0, 1] is at most c^24 (12!)^4 / (25 (24!)^3), and the piece counts exp(-c).

At an epoch all that hear of it jump in the same instant, which begins at most one outage.

Where only one module of a goal hears of schedules, its means are enough, and nothing of this is
needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from math import ceil, log2
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hasim.engines.exact.diagram import Diagram, Pair, Reading
from hasim.engines.exact.markov.chain import Floats
from hasim.engines.exact.parts import AT_EPOCH, Flow, MoveName, Part
from hasim.engines.exact.recipe import automata_of
from hasim.errors import RefusedError
from hasim.process import Blame, Node, Process

if TYPE_CHECKING:
    from fractions import Fraction

    from hasim.engines.exact.regime import Regime

#: Points on each piece.
_ORDER = 12

#: More nodes times instants than this take over ten seconds.
MOST_WEIGHED = 3_000_000

Shares = list[Floats | None]
Changes = dict[Pair, dict[MoveName, float]]


def draw(process: Process, parts: Sequence[Part], goals: Sequence[Node | Blame]) -> Diagram | Round:
    """Return the combination of the modules that some goals depend on.

    Parameters
    ----------
    process : Process
    parts : sequence of Part
        All modules of the Process.
    goals : sequence of Node or Blame

    Raises
    ------
    RefusedError
        Where there are too many combinations, or too many at too many instants.
    """
    diagram = Diagram(process, parts, goals)
    return Round(diagram) if _follow_together(diagram.taken) else diagram


def follow_together(process: Process, parts: Sequence[Part], goal: Node) -> bool:
    """Whether several of the modules that a level or gate depends on hear of schedules."""
    names = set(automata_of(process, [goal]))
    return _follow_together(
        [p for p in parts if any(process.automata[index].name in names for index in p.automata)]
    )


def _follow_together(parts: Sequence[Part]) -> bool:
    return sum(part.regime is not None for part in parts) > 1


class _Instant(NamedTuple):
    """A point of time that stands for some share of it, and what the modules then are."""

    weight: float
    shares: Shares


class _Epoch(NamedTuple):
    """Shares just before a moment, and the chances of jumps then, of those that jump."""

    before: Shares
    jumps: Shares


class Round:
    """A diagram in the course of one span of the calendar; read like a `Diagram`.

    Parameters
    ----------
    diagram : Diagram
        Of modules of which some have a regime.

    Attributes
    ----------
    readings : list of tuple
        The different values of the goals.
    chances : ndarray of float64
        Long-run share of time with each of them.
    """

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._regimes = [part.regime for part in diagram.taken]
        own = [regime for regime in self._regimes if regime is not None]
        self._span = own[0].span
        self._moments = sorted({moment for regime in own for moment in regime.moments})
        self._pace = sum(regime.flight.pace for regime in own)
        self._check_size()
        self.readings: list[Reading] = diagram.readings
        self.chances: Floats = sum(
            (instant.weight * self._weighed(instant.shares).chances for instant in self._instants),
            start=np.zeros(len(diagram.readings)),
        )

    def changes(self) -> Changes:
        """Return how often the goals change, and by what.

        Returns
        -------
        dict
            (number of the reading before, of that after) -> (automaton, delay) -> per second;
            `AT_EPOCH` for what schedules do.
        """
        found: Changes = {}
        for instant in self._instants:
            changes = self._weighed(instant.shares, moving=True).changes()
            for pair, moves in changes.items():
                for name, rate in moves.items():
                    _add(found, pair, name, instant.weight * rate)
        for epoch in self._epochs():
            for pair, chance in self._diagram.jump_together(self._views_of(epoch)).items():
                if pair[0] != pair[1] and chance > 0.0:
                    _add(found, pair, AT_EPOCH, chance / float(self._span))
        return found

    # ------------------------------------------------------------------ points of time

    @cached_property
    def _instants(self) -> list[_Instant]:
        return [
            instant
            for moment, gap in self._stretches
            for instant in self._within(gap, self._shares_from(moment))
        ]

    def _epochs(self) -> Iterator[_Epoch]:
        """What happens at the end of each stretch."""
        ends = [*self._moments[1:], self._moments[0]]
        for (moment, gap), end in zip(self._stretches, ends, strict=True):
            before = self._advance(self._shares_from(moment), float(gap))
            jumps = [None if one is None else _jump_at(one, end) for one in self._regimes]
            yield _Epoch(before, jumps)

    @cached_property
    def _stretches(self) -> list[tuple[Fraction, Fraction]]:
        """Each moment, and the time to the next one."""
        moments = [*self._moments, self._moments[0] + self._span]
        return [(moment, later - moment) for moment, later in pairwise(moments)]

    def _shares_from(self, moment: Fraction) -> Shares:
        return [None if one is None else one.shares_from(moment) for one in self._regimes]

    def _within(self, gap: Fraction, start: Shares) -> Iterator[_Instant]:
        points, weights = np.polynomial.legendre.leggauss(_ORDER)
        share = float(gap / self._span)
        now, shares = 0.0, start
        edges = [0.0, *(0.5**k for k in range(self._n_pieces(gap) - 1, -1, -1))]
        for left, right in pairwise(edges):
            places = left + (right - left) * (points + 1.0) / 2.0
            for place, weight in zip(places.tolist(), weights.tolist(), strict=True):
                shares = self._advance(shares, (place - now) * float(gap))
                now = place
                yield _Instant(weight / 2.0 * (right - left) * share, shares)

    def _advance(self, shares: Shares, seconds: float) -> Shares:
        pairs = zip(self._regimes, shares, strict=True)
        return [
            None if regime is None or one is None else regime.flight.advance(one, seconds)
            for regime, one in pairs
        ]

    def _n_pieces(self, gap: Fraction) -> int:
        return 1 + max(0, ceil(log2(max(1.0, float(gap) * self._pace))))

    def _check_size(self) -> None:
        instants = _ORDER * sum(self._n_pieces(gap) for _, gap in self._stretches)
        if instants * self._diagram.size > MOST_WEIGHED:
            raise RefusedError(
                [f"its parts combine in {self._diagram.size:,} ways at {instants:,} instants"]
            )

    # ------------------------------------------------------------------ weighing

    def _weighed(self, shares: Shares, *, moving: bool = False) -> Diagram:
        """The diagram at an instant; without flows where only its chances are read."""
        parts = []
        for part, one, moves in zip(self._diagram.taken, shares, self._moves, strict=True):
            flows = _flows_at(part, moves, one) if moving and one is not None else ()
            parts.append(None if one is None else part._replace(shares=one, flows=flows))
        return self._diagram.with_parts(parts)

    @cached_property
    def _moves(self) -> list[list[Flow]]:
        """The flows of each module between views, but for those at epochs."""
        pairs = zip(self._diagram.taken, self._diagram.views, strict=True)
        return [
            [
                flow
                for flow in part.flows
                if (flow.automaton, flow.delay) != AT_EPOCH
                and view_of[flow.source] != view_of[flow.target]
            ]
            for part, view_of in pairs
        ]

    def _views_of(self, epoch: _Epoch) -> list[dict[Pair, float]]:
        """The chances of pairs of views of each module, before and after an epoch."""
        found = []
        rows = zip(self._diagram.taken, self._diagram.views, epoch.before, epoch.jumps, strict=True)
        for part, view_of, before, jump in rows:
            shares = part.shares if before is None else before
            n = int(view_of.max()) + 1
            stays = np.arange(len(shares))
            source, target = (stays, stays) if jump is None else np.nonzero(jump)
            chances = shares[source] * (1.0 if jump is None else jump[source, target])
            flat = np.bincount(view_of[source] * n + view_of[target], chances, minlength=n * n)
            pairs = zip(*np.divmod(np.flatnonzero(flat), n), strict=True)
            found.append({(int(a), int(b)): float(flat[a * n + b]) for a, b in pairs})
        return found


def _jump_at(regime: Regime, moment: Fraction) -> Floats | None:
    """What a module does at a moment; None where it hears nothing then."""
    return regime.jumps[regime.moments.index(moment)] if moment in regime.moments else None


def _flows_at(part: Part, moves: Sequence[Flow], shares: Floats) -> tuple[Flow, ...]:
    """Flows when the shares are not the mean ones."""
    mean = part.shares
    return tuple(
        flow._replace(rate=flow.rate * float(shares[flow.source] / mean[flow.source]))
        for flow in moves
    )


def _add(found: Changes, pair: Pair, name: MoveName, rate: float) -> None:
    moves = found.setdefault(pair, {})
    moves[name] = moves.get(name, 0.0) + rate
