"""Uncertain wishes: which design is regretted least, whatever the uncertain quantities are.

Theory of operation
-------------------
A world is a point of a scrambled Sobol sequence: for each uncertain quantity the probability below
its value. All designs of a space can be built in it (space.py). The candidates are the optimum of
middle values with what was found around it, the optima of the first `SEARCHED` worlds, each
searched for as the nominal one was, and designs that take some of their parts from one of these and
some from another. Every candidate is looked at in every world. While none is kept in as many worlds
as asked, the optimum of a world in which the best of them fails joins them, with what is between
the two: worst cases are added one by one (Blankenship and Falk 1976). At last those that differ
from the best in one option join, until none of them is better. Of a small space all designs are
candidates, and nothing is searched for.

Parts of a system that nothing uncertain touches are the same in all worlds, and known from once.
What is simulated goes through the same history in all of them as far as it can (engines/keys.py).

Rules of this file
------------------
1. Which options matter for what was found with middle values. That bears on which candidates are
   found; each of them is built and looked at whole in every world.
2. The worlds of a search that time cuts off are those of the largest sequence that was finished.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final

import numpy as np

from hasim.description.space import Design, Space
from hasim.errors import InputError
from hasim.planner.sizing.aims import with_parts
from hasim.planner.sizing.evidence import Examiner
from hasim.planner.sizing.grid import Grid
from hasim.planner.sizing.judging import Asked, Judge, Outcome
from hasim.planner.sizing.regret import (
    Floats,
    Outcomes,
    Regret,
    Standing,
    influences_on,
    mean_of,
    quantile_of,
    share_of,
)
from hasim.planner.sizing.search import Excuse, Search
from hasim.planner.sizing.survey import Survey, find_base, with_choice
from hasim.planner.sizing.tables import cost_tables
from hasim.planner.sizing.traits import Book
from hasim.process import Process
from hasim.solution import Solution
from hasim.solving.part_runs import Part
from hasim.system import System, Uncertain

#: Fewest and most worlds: fewer tell nothing of a share, more tell no more than the model knows.
LEAST_WORLDS, MOST_WORLDS = 8, 4096

#: Worlds whose own optimum is searched for at first, and at most after that.
SEARCHED, SEARCHED_MORE = 8, 6

#: Designs between the optima that are looked at; spaces up to this size are looked at whole.
MOST_BETWEEN: Final = 48

#: How often the designs around the best one are looked at.
PASSES: Final = 3

#: Chance of error of the search in one world.
ERROR: Final = 0.05


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the worlds.

    Parameters
    ----------
    worlds : int
        How many, taken up to a power of 2.
    keeps : float
        Share of them in which the targets are to be met.
    """

    worlds: int
    keeps: float = 0.95

    def __post_init__(self) -> None:
        if not 1 <= self.worlds <= MOST_WORLDS:
            raise InputError(f"{self.worlds} worlds", f"1 to {MOST_WORLDS}", "take 32")
        if not 0.0 < self.keeps <= 1.0:
            found = f"targets that are kept in {100.0 * self.keeps:g} % of the worlds"
            raise InputError(found, "more than 0 % and at most 100 %", "take 95 %")

    @property
    def rows(self) -> int:
        """The number of worlds, a power of 2."""
        return int(max(LEAST_WORLDS, 1 << (self.worlds - 1).bit_length()))


@dataclass(frozen=True, slots=True)
class Known:
    """What the search with middle values leaves for the worlds.

    Parameters
    ----------
    survey : Survey
    interned : mapping of Process to Part
        The parts that were met; more are added.
    examiner : Examiner
    designs : tuple of Design
        The nominal optimum and those that were found around it.
    costs : ndarray
        What each design costs a year, or its replicas; one axis for each option.
    """

    survey: Survey
    interned: dict[Process, Part]
    examiner: Examiner
    designs: tuple[Design, ...]
    costs: Floats


@dataclass(frozen=True, slots=True)
class Means:
    """By what designs are answered.

    Parameters
    ----------
    solve : callable
        Solves a system.
    step : callable
        Called before each world with what is done; raises where the search is to end.
    """

    solve: Callable[[System], Solution]
    step: Callable[[str], None]


def quantities_of(space: Space) -> tuple[Uncertain, ...]:
    """Return the uncertain quantities of a space.

    Raises
    ------
    InputError
        Where there is none.
    """
    uncertain = space.uncertain()
    if not uncertain:
        raise InputError(
            f"--worlds: nothing is uncertain in {space.draft.values.get('name', 'the model')}",
            "a quantity that is between two values, such as a demand, an mtbf or a price",
            "write mtbf: {between: [30 d, 120 d]}, or leave --worlds out",
        )
    return uncertain


def least_regret(
    space: Space, asked: Asked, wish: Wish, known: Known, means: Means, seed: int
) -> Regret | None:
    """Return the design of least regret, or None where the time does not suffice for 8 worlds.

    Parameters
    ----------
    space : Space
    asked : Asked
    wish : Wish
    known : Known
    means : Means
    seed : int
        Of the worlds; simulations have that of the parts that are known.
    """
    uncertain = quantities_of(space)
    points = sample_worlds(len(uncertain), wish.rows, seed)
    names = [one.name for one in uncertain]
    spaces = [space.world(dict(zip(names, row, strict=True))) for row in points.tolist()]
    contest = _Contest(space, asked, wish, known, means, spaces)
    worlds = contest.hold()
    return None if worlds < LEAST_WORLDS else contest.tell(uncertain, points[:worlds])


def sample_worlds(quantities: int, rows: int, seed: int) -> Floats:
    """Return the points of a scrambled Sobol sequence (Sobol 1967, Owen 1998).

    Parameters
    ----------
    quantities, rows : int
        Rows are a power of 2.
    seed : int

    Returns
    -------
    ndarray, shape (rows, quantities)
    """
    from scipy.stats import qmc

    sequence = qmc.Sobol(quantities, scramble=True, rng=np.random.default_rng(seed))
    points: Floats = sequence.random_base2(rows.bit_length() - 1)
    return points


# ---------------------------------------------------------------------------- candidates and worlds


@dataclass(eq=False)
class _Contest:
    """The candidates, the worlds, and what became of each in each."""

    space: Space
    asked: Asked
    wish: Wish
    known: Known
    means: Means
    spaces: Sequence[Space]
    candidates: list[Design] = field(default_factory=list)
    outcomes: dict[tuple[Design, int], Outcome] = field(default_factory=dict)
    searched: set[int] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Whether all designs are candidates."""
        return self.space.size <= MOST_BETWEEN

    def hold(self) -> int:
        """Find the candidates and look at them; return in how many worlds that was done."""
        done = 0
        try:
            self._add(self.known.designs)
            self._add(self._first())
            size = LEAST_WORLDS
            while size <= len(self.spaces):
                self._look_at(range(done, size))
                done, size = size, 2 * size
            if not self.is_whole:
                self._add_worst()
                self._add_neighbours()
        except TimeoutError:
            if done < LEAST_WORLDS:
                return 0
            self.candidates = [one for one in self.candidates if (one, done - 1) in self.outcomes]
        return done

    def table(self, worlds: int) -> Outcomes:
        """What became of the candidates in the first worlds."""
        rows = [[self.outcomes[one, world] for world in range(worlds)] for one in self.candidates]
        costs = np.array([[one.cost for one in row] for row in rows])
        return Outcomes(costs, np.array([[not one.missed for one in row] for row in rows]))

    def tell(self, uncertain: Sequence[Uncertain], points: Floats) -> Regret:
        """The answer, from the worlds at some points."""
        table = self.table(len(points))
        kept = np.asarray(table.met.any(axis=1))
        order = [one for one in table.order(self.wish.keeps) if kept[one] or one == 0]
        told = {one: self._standing(one, table, uncertain, points) for one in order}
        return Regret(
            uncertain=tuple(uncertain),
            worlds=len(points),
            asked=self.wish.rows,
            searched=len(self.searched),
            keeps=self.wish.keeps,
            hopeless=int((~table.met.any(axis=0)).sum()),
            candidates=tuple(told[one] for one in order),
            nominal=told[0],
            surety=table.difference(order[0], 0),
        )

    def _standing(
        self, place: int, table: Outcomes, uncertain: Sequence[Uncertain], points: Floats
    ) -> Standing:
        design, worlds = self.candidates[place], len(points)
        met, regrets = table.met[place], table.regrets()[place]
        kept, cost = int(met.sum()), float(self.known.costs[design])
        missed: dict[str, int] = {}
        for world in range(worlds):
            for text in self.outcomes[design, world].missed:
                missed[text] = missed.get(text, 0) + 1
        return Standing(
            choices=self.space.words(design),
            settings=tuple(self.space.settings(design)),
            cost=None if math.isnan(cost) else cost,
            mean_cost=mean_of(table.costs[place]),
            kept=kept,
            share=share_of(kept, worlds),
            mean_regret=mean_of(regrets),
            p95_regret=quantile_of(regrets, 0.95),
            most_regret=quantile_of(regrets, 1.0),
            missed=missed,
            influences=influences_on(met, points, uncertain),
        )

    # ------------------------------------------------------------------ candidates

    def _add(self, designs: Sequence[Design]) -> None:
        """Add the designs that are not there yet."""
        self.candidates += [one for one in dict.fromkeys(designs) if one not in self.candidates]

    def _first(self) -> Sequence[Design]:
        """The candidates beside those that are known."""
        if self.is_whole:
            return [tuple(map(int, one)) for one in np.ndindex(*self.space.shape)]
        optima = [self._search(world) for world in range(min(SEARCHED, len(self.spaces)))]
        return self._between([self.candidates[0], *filter(None, optima)])

    def _look_at(self, worlds: Sequence[int]) -> None:
        for world in worlds:
            self.means.step(f"world {world + 1} of {len(self.spaces)}")
            for design in self.candidates:
                self._look(design, world)

    def _look(self, design: Design, world: int) -> Outcome:
        if (design, world) not in self.outcomes:
            judge = Judge(self.asked, self.known.interned, self.known.examiner, self.means.solve)
            self.outcomes[design, world] = judge.judge(self.spaces[world], design)
        return self.outcomes[design, world]

    def _add_worst(self) -> None:
        """Add optima of worlds in which the best candidate fails, while it fails in too many."""
        worlds = len(self.spaces)
        for _ in range(SEARCHED_MORE):
            table = self.table(worlds)
            best = table.order(self.wish.keeps)[0]
            left = [w for w in np.flatnonzero(~table.met[best]) if w not in self.searched]
            if table.met[best].sum() >= self.wish.keeps * worlds or not left:
                return
            optimum = self._search(int(left[0]))
            if optimum is not None:
                self._add(self._between([self.candidates[best], optimum]))
                self._look_at(range(worlds))

    def _add_neighbours(self) -> None:
        """Add designs that differ from the best in one option, while one of them is better."""
        worlds = len(self.spaces)
        for _ in range(PASSES):
            table = self.table(worlds)
            best = table.order(self.wish.keeps)[0]
            kept = min(int(table.met[best].sum()), math.ceil(self.wish.keeps * worlds))
            design = self.candidates[best]
            around = [
                one
                for axis, choices in enumerate(self.space.shape)
                for choice in range(choices)
                if (one := with_choice(design, axis, choice)) not in self.candidates
            ]
            self._add([one for one in around if self._is_kept(one, kept)])
            if self.table(worlds).order(self.wish.keeps)[0] == best:
                return

    def _is_kept(self, design: Design, least: int) -> bool:
        """Whether a design meets the targets in so many worlds."""
        left = len(self.spaces) - least
        for world in range(len(self.spaces)):
            self.means.step(f"designs around the best, world {world + 1}")
            left -= bool(self._look(design, world).missed)
            if left < 0:
                return False
        return True

    def _search(self, world: int) -> Design | None:
        """The cheapest design that meets the targets in a world; None where none does."""
        self.means.step(f"the cheapest design of world {world + 1}")
        self.searched.add(world)
        space, known = self.spaces[world], self.known
        base = find_base(space, [known.survey.base, *self.candidates])
        if base is None:
            return None
        survey = replace(known.survey, base=base)
        book = Book(space, with_parts(self.asked.aims), survey)
        book.interned = known.interned
        grid: Grid[Excuse] = Grid.of(space.shape, list(cost_tables(space, survey)))
        mine = known.examiner
        examiner = Examiner(mine.runs, mine.engine, mine.precision, ERROR, mine.until)

        def step(_: int) -> None:
            self.means.step(f"the cheapest design of world {world + 1}")

        search = Search(
            book, grid, examiner, self.asked.aims, self.asked.budgets, self.means.solve, step
        )
        if self.asked.needs_solving:
            return next((found.seen.design for found in search.run()), None)
        return next((seen.design for seen in search.promising()), None)

    def _between(self, designs: Sequence[Design]) -> list[Design]:
        """The designs, and those that take each of their parts from one of them."""
        distinct = list(dict.fromkeys(designs))
        blocks = _blocks(self.known.survey, len(self.space.shape))
        taken = [list(dict.fromkeys(_take(one, block) for one in distinct)) for block in blocks]
        if math.prod(map(len, taken)) <= MOST_BETWEEN:
            return [*distinct, *(_joined(blocks, parts) for parts in product(*taken))]
        nominal = distinct[0]
        swapped = [
            _joined(blocks, [_take(one if i == j else nominal, b) for j, b in enumerate(blocks)])
            for one in distinct[1:]
            for i in range(len(blocks))
        ]
        return [*distinct, *dict.fromkeys(swapped)][: MOST_BETWEEN + len(distinct)]


Block = tuple[int, ...]


def _blocks(survey: Survey, options: int) -> list[Block]:
    """The options in groups: together where they matter for the same part of a service."""
    block_of = list(range(options))
    for trait, axes in survey.traits.items():
        if trait[0] == "part":
            joined = {block_of[axis] for axis in axes}
            block_of = [min(joined) if one in joined else one for one in block_of]
    blocks = [
        tuple(axis for axis in range(options) if block_of[axis] == first)
        for first in sorted(set(block_of))
    ]
    return blocks if len(blocks) > 1 else [(axis,) for axis in range(options)]


def _take(design: Design, block: Block) -> tuple[int, ...]:
    return tuple(design[axis] for axis in block)


def _joined(blocks: Sequence[Block], parts: Sequence[tuple[int, ...]]) -> Design:
    choices = {
        axis: choice
        for block, part in zip(blocks, parts, strict=True)
        for axis, choice in zip(block, part, strict=True)
    }
    return tuple(choices[axis] for axis in sorted(choices))
