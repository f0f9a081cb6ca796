"""From guaranteed limits of long-run figures to the answers of each service, in users' units."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hasim.engines.bounds.engine import BoundedRun, bound_long_run
from hasim.errors import RefusedError
from hasim.solution import ServiceAnswer, Status
from hasim.solving.answers import QUANTILES
from hasim.solving.band_reader import BandReader
from hasim.solving.layout import Layout
from hasim.solving.task import Computed, Task
from hasim.solving.wording import show_percent, what_is_known

#: Transitions of a large module after which the limits are looked at. The last takes some 30 s.
ROUNDS = (10_000, 40_000, 160_000, 640_000)

#: Among other engines: some 2 s, in which a simulation would not come far where outages are rare.
ROUNDS_OF_AUTO = ROUNDS[:2]


def solve_within_bounds(task: Task, *, alone: bool) -> Computed:
    """Answer by the engine bounds.

    Parameters
    ----------
    task : Task
    alone : bool
        Whether no other engine may answer: then wide limits are better than none.

    Raises
    ------
    RefusedError
        With a sentence for each item of the model that stands in its way; unless alone, also where
        the limits are wider than the precision asked.
    """
    process = task.process
    found = bound_long_run(
        process,
        tuple(QUANTILES.values()),
        rounds=ROUNDS if alone else ROUNDS_OF_AUTO,
        is_enough=lambda run: run.width <= task.precision,
    )
    if not alone:
        _check_enough(task, found)
    return task.computed_by(
        "bounds",
        BandReader(process, Layout.of(process, task.facts.guards), found),
        found.outages,
        why=(_tell_why(found),),
        status=lambda services: Status("bounded", _tell_status(task, found, services)),
    )


def _tell_why(found: BoundedRun) -> str:
    if found.is_complete:
        return "bounds: asked for; every state could be gone through, so the limits meet"
    return (
        f"bounds: its {found.n_states:,} most probable states were gone through, and how long it "
        "can be in others is bounded"
    )


def _tell_status(task: Task, found: BoundedRun, services: Mapping[str, ServiceAnswer]) -> str:
    what = what_is_known(services)
    if math.isinf(found.width):
        return f"only upper limits of {what} are certain; try the engine montecarlo"
    known = f"{what} is known for certain to within {show_percent(found.width)}"
    if found.width <= task.precision:
        return f"{known}: it is between low and high"
    asked = show_percent(task.precision)
    return f"{known} ({asked} was asked): it is between low and high; try the engine montecarlo"


def _check_enough(task: Task, found: BoundedRun) -> None:
    """Refuse limits that are wider than asked."""
    if found.width <= task.precision:
        return
    known = f"only known to within {show_percent(found.width)}"
    if math.isinf(found.width):
        known = "without a lower limit"
    text = (
        f"after {found.n_states:,} states it is {known}, and {show_percent(task.precision)} "
        "was asked"
    )
    raise RefusedError([text])
