"""What the designs of a space cost, as tables over the few options that matter for each line.

Rules of this file: lines over the same options are one table; a design that cannot be built is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from hasim.description.space import Design, Space
from hasim.errors import ModelError
from hasim.planner.sizing.grid import CostTable
from hasim.planner.sizing.survey import Survey, designs_over
from hasim.planner.sizing.traits import cost_lines


def cost_tables(
    space: Space, survey: Survey, step: Callable[[], None] = lambda: None
) -> Iterator[CostTable]:
    """Yield the lines of the costs, those over the same options taken together.

    Parameters
    ----------
    space : Space
    survey : Survey
    step : callable
        Called before each design is looked at; raises where that is to end.
    """
    groups: dict[tuple[int, ...], list[tuple[str, str]]] = {}
    for trait, axes in survey.traits.items():
        if trait[0] == "cost":
            groups.setdefault(axes, []).append((trait[1], trait[2]))
    for axes, lines in groups.items():
        values = []
        for design in designs_over(space, survey, axes):
            step()
            values.append(_cost_of(space, design, lines))
        yield CostTable(axes, np.array(values).reshape([space.shape[axis] for axis in axes]))


def _cost_of(space: Space, design: Design, lines: Iterable[tuple[str, str]]) -> float:
    try:
        known = cost_lines(space.system(design))
    except ModelError:
        return math.nan
    return math.fsum(known.get(line, 0.0) for line in lines)
