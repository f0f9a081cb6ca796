"""What stands in the way of a target: the parts that miss it in every design of a space.

Theory of operation: a part stands in the way where each of its variants is down for longer than
the targets allow, the strictest of them; the variant with the least downtime is the floor. The
design made of the best variant of each part shows what the downtime consists of that no choice
takes away.

Rules of this file:

1. A part that some variant of meets the target is no floor, however bad the others are.
2. An availability that does not count all downtime says nothing of parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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
) -> tuple[tuple[Floor, ...], Design | None]:
    """Find the parts that miss a target in every design, and the design of the best parts.

    There is no such design where no target is about the downtime of parts.

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
    is_asked = False
    for service, targets in aims.items():
        target = _strictest(targets)
        if target is None:
            continue
        is_asked = True
        for part in book.parts(service, book.found.base):
            floor, design = _floor(book, examiner, (service, part, target), step)
            axes = book.part_axes(service, (part,))
            best |= {axis: design[axis] for axis in axes}
            floors += [] if floor is None else [floor]
    return tuple(floors), tuple(best[axis] for axis in sorted(best)) if is_asked else None


def _strictest(targets: Sequence[Target]) -> Target | None:
    """The target that allows the parts least downtime; None without any of these."""
    asked = [t for t in targets if t.figure.key in BY_PARTS and t.figure.source == "outages"]
    return min(asked, key=lambda target: target.limit, default=None)


def _floor(
    book: Book, examiner: Examiner, asked: tuple[str, str, Target], step: Callable[[], None]
) -> tuple[Floor | None, Design]:
    """The least downtime of a part and a design that has it.

    None where the part meets the target in some design, or has too many variants to be looked at.
    """
    service, part, target = asked
    axes = book.part_axes(service, (part,))
    least = math.inf, book.found.base, Estimate.of_exact(0.0)
    is_met = False
    if math.prod(book.space.shape[axis] for axis in axes) > MOST_VARIANTS:
        return None, least[1]
    for design in designs_over(book.space, book.found, axes):
        step()
        try:
            seen = examiner.first_look(book.part(service, part, design))
        except ModelError:
            continue
        is_met = is_met or seen.judge(target) is not False
        figure = seen.figure(target)
        if figure is not None and figure.value is not None and figure.value < least[0]:
            least = figure.value, design, figure
    if is_met or math.isinf(least[0]):
        return None, least[1]
    words, names = book.space.words(least[1]), [one.name for one in book.space.options]
    chosen = {names[axis]: words[names[axis]] for axis in axes}
    return Floor(service, part, chosen, least[2]), least[1]
