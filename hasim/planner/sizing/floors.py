"""What stands in the way of a target: the parts that miss it in every design of a space.

Theory of operation: a part stands in the way where each of its variants is down for longer than
the target allows. Its variants are looked at until one is not; of those that all are, the one with
the least downtime is the floor. The design made of the best variant of each part shows what the
downtime consists of that no choice takes away.

Rules of this file: a part that some variant of meets the target is no floor, however bad the others
are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from hasim.description.space import Design
from hasim.errors import ModelError
from hasim.planner.sizing.answer import Floor
from hasim.planner.sizing.evidence import BY_PARTS, Examiner
from hasim.planner.sizing.search import Aims
from hasim.planner.sizing.survey import designs_over
from hasim.planner.sizing.targets import Target
from hasim.planner.sizing.traits import Book
from hasim.stats import Estimate

#: Variants of one part that are looked at.
MOST_VARIANTS: Final = 600


def find_floors(
    book: Book, examiner: Examiner, aims: Aims, step: Callable[[], None]
) -> tuple[tuple[Floor, ...], Design]:
    """Find the parts that miss a target in every design, and the design of the best parts.

    Parameters
    ----------
    book : Book
    examiner : Examiner
    aims : mapping of str to sequence of Target
        By service.
    step : callable
        Called before each variant is looked at; raises where that is to end.
    """
    floors: list[Floor] = []
    best = dict(enumerate(book.found.base))
    for service, targets in aims.items():
        target = next((t for t in targets if t.figure.key in BY_PARTS), None)
        if target is None or service not in book.services:
            continue
        for part in book.parts(service, book.found.base):
            floor, design = _floor(book, examiner, (service, part, target), step)
            axes = book.part_axes(service, (part,))
            best |= {axis: design[axis] for axis in axes}
            floors += [] if floor is None else [floor]
    return tuple(floors), tuple(best[axis] for axis in sorted(best))


def _floor(
    book: Book, examiner: Examiner, asked: tuple[str, str, Target], step: Callable[[], None]
) -> tuple[Floor | None, Design]:
    """The least downtime of a part and a design that has it.

    None where the part meets the target in the design, or has too many variants to be looked at.
    """
    service, part, target = asked
    axes = book.part_axes(service, (part,))
    least = math.inf, book.found.base, Estimate.of_exact(0.0)
    if math.prod(book.space.shape[axis] for axis in axes) > MOST_VARIANTS:
        return None, least[1]
    for design in designs_over(book.space, book.found, axes):
        step()
        try:
            seen = examiner.first_look(book.part(service, part, design))
        except ModelError:
            continue
        if seen.judge(target) is not False:
            return None, design
        figure = seen.figure(target)
        if figure is not None and figure.value is not None and figure.value < least[0]:
            least = figure.value, design, figure
    words, names = book.space.words(least[1]), [one.name for one in book.space.options]
    chosen = {names[axis]: words[names[axis]] for axis in axes}
    return Floor(service, part, chosen, least[2]), least[1]
