"""The figures by which candidates are compared: one row of a table for each.

Rules of this file: a new figure of the Solution is one row; what an answer does not have is None,
and a figure that no candidate has is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from hasim.solution import AfterLoss, ServiceAnswer
from hasim.stats import Estimate

Unit = Literal["share", "seconds", "number", "ratio"]
Sampled = Literal["downtime", "outages", "mttr"]


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a service.

    Parameters
    ----------
    key : str
        As in the JSON document of `hasim run`.
    title : str
        What people call it.
    unit : {"share", "seconds", "number", "ratio"}
        What it is counted in; a ratio may be negative.
    better : {"less", "more"} or None
        Which way is better; None: not judged, or judged by another column already.
    read : callable
        Takes it from the answer.
    sampled : {"downtime", "outages", "mttr"} or None
        What it is made from in every replication; None: there are no paired differences.
    scale : {"share", "year"} or None
        Whether paired differences are told as a share of time or for a year.
    on_front : bool
        Whether it counts for the Pareto front; False: it follows from others that do.
    """

    key: str
    title: str
    unit: Unit
    better: Literal["less", "more"] | None
    read: Callable[[ServiceAnswer], Estimate | None]
    sampled: Sampled | None = None
    scale: Literal["share", "year"] | None = None
    on_front: bool = True


def _headroom(answer: ServiceAnswer) -> Estimate | None:
    capacity = answer.capacity
    return None if capacity is None else _exactly(capacity.headroom)


def _left(loss: Callable[[AfterLoss], float | None]) -> Callable[[ServiceAnswer], Estimate | None]:
    def read(answer: ServiceAnswer) -> Estimate | None:
        capacity = answer.capacity
        after = None if capacity is None else capacity.headroom_after_loss
        return None if after is None else _exactly(loss(after))

    return read


def _exactly(value: float | None) -> Estimate | None:
    return None if value is None else Estimate.of_exact(value)


def _worst(after: AfterLoss) -> float | None:
    known = [x for x in (after.replica, after.host, after.domain) if x is not None]
    return min(known, default=None)


#: In the order in which they are shown.
COLUMNS = (
    Column(
        "unavailability", "unavailability", "share", "less",
        lambda answer: answer.unavailability, "downtime", "share",
    ),
    Column(
        "downtime_s_per_year", "downtime a year", "seconds", None,
        lambda answer: answer.downtime_s_per_year, "downtime", "year",
    ),
    Column(
        "outages_per_year", "outages a year", "number", "less",
        lambda answer: answer.outages_per_year, "outages", "year", on_front=False,
    ),
    Column("mttr_s", "mean outage", "seconds", "less", lambda answer: answer.mttr_s, "mttr"),
    Column(
        "p95_outage_s", "95 % end within", "seconds", "less",
        lambda answer: answer.outage_length_s.get("p95"),
    ),
    Column(
        "month_in_breach", "month in breach", "share", "less",
        lambda answer: None if answer.sla is None else answer.sla.month.breach, on_front=False,
    ),
    Column(
        "year_in_breach", "year in breach", "share", "less",
        lambda answer: None if answer.sla is None else answer.sla.year.breach, on_front=False,
    ),
    Column("headroom", "headroom", "ratio", "more", _headroom),
    Column(
        "headroom_after_loss", "after a loss", "ratio", "more", _left(_worst),
    ),
    Column(
        "headroom_after_domain", "after a domain", "ratio", "more",
        _left(lambda after: after.domain),
    ),
)  # fmt: skip


def column_of(key: str) -> Column:
    """Return the column of that name."""
    return next(column for column in COLUMNS if column.key == key)
