"""All designs of a space as one array: what each costs, and which are ruled out and why.

Theory of operation: the array has one axis for each option, so that a statement about some choices
of some options is one assignment to a slice, however many designs it concerns. Costs add up from
lines, each known over the few options that matter for it. Designs are walked in the order of their
costs; of equal ones in the order of their choices.

Rules of this file: nothing is known here of availability; a design is ruled out once, by the first
reason found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from hasim.description.space import Design

Reason = TypeVar("Reason")

#: Relative difference below which costs are equal: what adding up in another order makes.
ROUNDING = 1e-9

#: Designs that are looked at together for the next one that is not ruled out.
_STRIDE = 4096


@dataclass(frozen=True, slots=True, eq=False)
class CostTable:
    """What one part of the costs comes to.

    Parameters
    ----------
    axes : tuple of int
        The options that matter for it, ascending.
    values : ndarray of float64
        Money a second over the choices of these; NaN where no such design can be built.
    """

    axes: tuple[int, ...]
    values: NDArray[np.float64]


@dataclass(eq=False)
class Grid(Generic[Reason]):
    """The designs of a space.

    Parameters
    ----------
    cost : ndarray of float64
        One axis for each option; NaN where a design cannot be built.

    Attributes
    ----------
    buildable : int
        How many designs have a cost.
    """

    cost: NDArray[np.float64]
    reasons: list[Reason] = field(default_factory=list)
    _codes: NDArray[np.int32] = field(init=False)
    _order: NDArray[np.intp] = field(init=False)
    buildable: int = field(init=False)

    def __post_init__(self) -> None:
        self.buildable = int(np.count_nonzero(~np.isnan(self.cost)))
        self._codes = np.zeros(self.cost.shape, dtype=np.int32)
        self._order = np.argsort(self.cost, axis=None, kind="stable")  # NaN comes last

    @classmethod
    def of(cls, shape: Sequence[int], tables: Sequence[CostTable]) -> Grid[Reason]:
        """Add up the tables over all designs."""
        cost = np.zeros(tuple(shape))
        for table in tables:
            sizes = [n if axis in table.axes else 1 for axis, n in enumerate(shape)]
            cost += table.values.reshape(sizes)
        return cls(cost)

    def rule_out(self, choices: Mapping[int, int], reason: Reason) -> int:
        """Rule out every design with some choices, by option; return how many were left of them."""
        where = tuple(choices.get(axis, slice(None)) for axis in range(self._codes.ndim))
        part = self._codes[where]
        left = int(np.count_nonzero(part == 0))
        if left:
            self.reasons.append(reason)
            self._codes[where] = np.where(part == 0, len(self.reasons), part)
        return left

    def rule_out_dearer(self, limit: float, reason: Reason) -> int:
        """Rule out every design that costs more than a limit; return how many were left of them."""
        dearer = (self._codes == 0) & (self.cost > limit)
        left = int(np.count_nonzero(dearer))
        if left:
            self.reasons.append(reason)
            self._codes[dearer] = len(self.reasons)
        return left

    def least_above(self, limit: float) -> float | None:
        """Return what the cheapest design costs that costs more than a limit; None without any."""
        dearer = self.cost[self.cost > limit]
        return float(dearer.min()) if dearer.size else None

    def walk(self, start: int = 0) -> Iterator[tuple[int, Design]]:
        """Yield the designs that are not ruled out by then, cheapest first, with their places."""
        codes, place = self._codes.reshape(-1), start
        while place < self.buildable:
            ahead = self._order[place : min(place + _STRIDE, self.buildable)]
            free = np.flatnonzero(codes[ahead] == 0)
            if not len(free):
                place += len(ahead)
                continue
            place += int(free[0])
            yield place, self.design_at(place)
            place += 1

    def design_at(self, place: int) -> Design:
        """Return the design at a place of the order of costs."""
        return tuple(int(i) for i in np.unravel_index(self._order[place], self.cost.shape))

    def cost_at(self, place: int) -> float | None:
        """Return what the design at a place of the order of costs costs; None beyond its end."""
        if place >= self.buildable:
            return None
        return float(self.cost.reshape(-1)[self._order[place]])

    def reason_of(self, design: Design) -> Reason | None:
        """Return why a design is ruled out; None where it is not."""
        code = int(self._codes[design])
        return self.reasons[code - 1] if code else None

    def ruled_out_before(self, place: int) -> Iterator[tuple[Reason, int, Design]]:
        """Yield each reason of designs before a place, how many, and the dearest of them."""
        codes = self._codes.reshape(-1)[self._order[:place]]
        numbers = np.bincount(codes, minlength=len(self.reasons) + 1)
        last = np.zeros(len(self.reasons) + 1, dtype=np.intp)
        last[codes] = np.arange(len(codes))  # of equal codes the last assignment stays
        for code in np.flatnonzero(numbers[1:]) + 1:
            yield self.reasons[code - 1], int(numbers[code]), self.design_at(int(last[code]))

    def cheaper_than(self, cost: float) -> int:
        """Return how many designs cost less: the place of the first that costs as much."""
        costs = self.cost.reshape(-1)[self._order[: self.buildable]]
        return int(np.searchsorted(costs, cost * (1.0 - ROUNDING)))

    @property
    def ruled_out(self) -> int:
        """How many designs are ruled out, or cannot be built."""
        unbuildable = self.cost.size - self.buildable
        return unbuildable + int(np.count_nonzero(self._codes[~np.isnan(self.cost)]))

    def reset(self) -> None:
        """Rule nothing out any more."""
        self.reasons.clear()
        self._codes[...] = 0
