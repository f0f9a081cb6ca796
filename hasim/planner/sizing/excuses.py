"""Why designs are not taken, put together for people: by target and by the parts that miss it.

Theory of operation: each statement of a search rules out some designs. Those that miss the same
target for the same parts are told as one group, with the one that comes nearest to the target for
an example; of the largest groups the example is solved, and what costs it most downtime is named.

Rules of this file: numbers and names; sentences are made in reporting.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from hasim.description.space import Design
from hasim.planner.sizing.answer import Group
from hasim.planner.sizing.search import Excuse
from hasim.planner.sizing.traits import Book
from hasim.solution import Solution
from hasim.stats import Estimate

#: Groups of excuses of which the worst causes are asked, and so many causes of each.
CAUSES_ASKED, MOST_CAUSES = 5, 2

#: An excuse, how many designs it rules out, and one of these.
Told = tuple[Excuse, int, Design]

Solve = Callable[[Design], Solution | None]

#: What no downtime explains.
_WITHOUT_CAUSES: Final = ("structure", "building", "money")


def group_excuses(told: Iterable[Told], book: Book, solve: Solve) -> tuple[Group, ...]:
    """Put excuses together by target and parts, the most frequent first.

    Parameters
    ----------
    told : iterable of (Excuse, int, Design)
    book : Book
    solve : callable
        Returns what a design comes to; None where there is no time for it.
    """
    groups: dict[tuple[object, ...], list[Told]] = {}
    for one in told:
        excuse = one[0]
        key = excuse.grounds, excuse.target, excuse.service, excuse.parts
        groups.setdefault(key, []).append(one)
    ordered = sorted(groups.values(), key=lambda some: -sum(n for _, n, _ in some))
    return tuple(
        _group(some, book, solve if rank < CAUSES_ASKED else None)
        for rank, some in enumerate(ordered)
    )


def _group(some: Sequence[Told], book: Book, solve: Solve | None) -> Group:
    nearest, _, design = min(some, key=lambda one: _distance(one[0]))
    return Group(
        tuple(excuse for excuse, _, _ in some),
        tuple(number for _, number, _ in some),
        nearest,
        book.space.words(design),
        {} if solve is None else _causes(nearest, design, book, solve),
    )


def _causes(excuse: Excuse, design: Design, book: Book, solve: Solve) -> dict[str, Estimate]:
    """What costs a design most downtime, where that is why it is not taken."""
    if excuse.service is None or excuse.grounds in _WITHOUT_CAUSES:
        return {}
    solution = solve(design)
    if solution is None:
        return {}
    costs = solution[excuse.service].downtime_s_per_year_by_cause
    if excuse.grounds == "parts":
        others = set(book.parts(excuse.service, design)) - set(excuse.parts)
        costs = {c: one for c, one in costs.items() if c.partition(".")[0] not in others}
    if excuse.target is not None and excuse.target.figure.key == "availability":
        work = book.space.system(design).maintenance
        costs = {c: one for c, one in costs.items() if c not in work or not work[c].excluded}
    worst = sorted(costs, key=lambda cause: -(costs[cause].value or 0.0))
    return {cause: costs[cause] for cause in worst[:MOST_CAUSES] if costs[cause].value}


def _distance(excuse: Excuse) -> float:
    """How far what was found is from the target, to compare excuses for one target."""
    figure = None if excuse.figure is None else excuse.figure.value
    if figure is None or excuse.target is None:
        return math.inf
    return figure if excuse.target.is_upper else -figure
