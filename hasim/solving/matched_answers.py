"""From matched long-run figures to the answers of each service, in users' units."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from hasim.engines.matched.engine import MatchedRun, match_long_run
from hasim.errors import RefusedError
from hasim.solution import ServiceAnswer, Status
from hasim.solving.band_reader import BandReader
from hasim.solving.layout import Layout
from hasim.solving.task import Computed, Task
from hasim.solving.wording import show_percent, what_is_known

#: States of all chains together: some minutes, and among other engines some seconds.
WORK, WORK_OF_AUTO = 1_000_000, 40_000

#: Names that are told.
_MOST_TOLD = 3


def solve_by_matching(task: Task, *, alone: bool, most_states: int | None = None) -> Computed:
    """Answer by the engine matched.

    Parameters
    ----------
    task : Task
    alone : bool
        Whether no other engine may answer: then a wide band is better than none.
    most_states : int, optional
        Of all chains together; by default as many as take some seconds, or alone some minutes.

    Raises
    ------
    RefusedError
        With a sentence for each item of the model that stands in its way; unless alone, also where
        the band is wider than the precision asked.
    """
    process = task.process
    found = match_long_run(process, work=most_states or (WORK if alone else WORK_OF_AUTO))
    if not alone:
        _check_enough(task, found)
    computed = task.computed_by(
        "matched",
        BandReader(process, Layout.of(process, task.facts.guards), found),
        found.outages,
        why=(_tell_why(found), *(f"matched: {note}" for note in found.notes)),
        status=lambda services: Status("matched", _tell_status(task, found, services)),
    )
    return replace(computed, doubts=found.doubts)


def _tell_why(found: MatchedRun) -> str:
    told, others = found.replaced[:_MOST_TOLD], len(found.replaced) - _MOST_TOLD
    more = f" and {others} more" if others > 0 else ""
    return (
        f"matched: the laws of {', '.join(told)}{more} were replaced by exponential stages close "
        "to them"
    )


def _tell_status(task: Task, found: MatchedRun, services: Mapping[str, ServiceAnswer]) -> str:
    what = what_is_known(services)
    if math.isinf(found.width):
        return f"the band of {what} is open; try the engine montecarlo"
    if found.width == 0.0:
        return f"{what} does not depend on the laws that were replaced, but for their means"
    known = f"{what} is known to within {show_percent(found.width)}, computed with laws like these"
    if found.width <= task.precision:
        return known
    return f"{known} ({show_percent(task.precision)} was asked); try the engine montecarlo"


def _check_enough(task: Task, found: MatchedRun) -> None:
    """Refuse a band that is wider than asked."""
    if found.width > task.precision:
        known = "not" if math.isinf(found.width) else f"only to within {show_percent(found.width)}"
        asked = show_percent(task.precision)
        raise RefusedError([f"with laws like these it is {known} known, and {asked} was asked"])
