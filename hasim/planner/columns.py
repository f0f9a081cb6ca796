"""The figures by which candidates are compared: one row of a table for each.

Rules of this file: a new figure of the Solution is one row; what an answer does not have is None,
and a figure that no candidate has is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from hasim.solution import AfterLoss, Costs, ServiceAnswer, Solution
from hasim.stats import Estimate

Unit = Literal["share", "seconds", "number", "ratio", "money"]
Sampled = Literal["downtime", "outages", "mttr"]


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a service, or of what the whole system costs.

    Parameters
    ----------
    key : str
        As in the JSON document of `hasim run`.
    title : str
        What people call it.
    unit : {"share", "seconds", "number", "ratio", "money"}
        What it is counted in; a ratio may be negative, money is in the currency of the models.
    better : {"less", "more"} or None
        Which way is better; None: not judged, or judged by another column already.
    read : callable or None
        Takes it from the answer; None: it is no figure of a service.
    sampled : {"downtime", "outages", "mttr"} or None
        What it is made from in every replication; None: there are no paired differences.
    scale : {"share", "year"} or None
        Whether paired differences are told as a share of time or for a year.
    on_front : bool
        Whether it counts for the Pareto front; False: it follows from others that do.
    paid : callable or None
        Takes it from the costs; None: it is no money.
    """

    key: str
    title: str
    unit: Unit
    better: Literal["less", "more"] | None
    read: Callable[[ServiceAnswer], Estimate | None] | None
    sampled: Sampled | None = None
    scale: Literal["share", "year"] | None = None
    on_front: bool = True
    paid: Callable[[Costs], Estimate] | None = None

    def of(self, solution: Solution, service: str) -> Estimate | None:
        """Return the figure of a service in a Solution; None where it is not there."""
        if self.paid is not None:
            costs = solution.costs
            return None if costs is None else self.paid(costs)
        assert self.read is not None
        return self.read(solution[service])


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

#: What the whole system costs: the same for every service.
COST_COLUMNS = (
    Column(
        "running_cost_per_year", "running costs a year", "money", "less", None,
        paid=lambda costs: Estimate.of_exact(costs.running_per_year),
    ),
    Column(
        "total_cost_per_year", "total costs a year", "money", "less", None,
        on_front=False, paid=lambda costs: costs.total_per_year,
    ),
)  # fmt: skip


def column_of(key: str) -> Column:
    """Return the column of that name."""
    return next(column for column in (*COLUMNS, *COST_COLUMNS) if column.key == key)


def columns_of(solutions: Iterable[Solution]) -> tuple[Column, ...]:
    """Return the columns of which these have something: costs only in one currency."""
    has_one = len({one.prices.currency for one in solutions if one.prices is not None}) == 1
    return (*COLUMNS, *COST_COLUMNS) if has_one else COLUMNS


def title_of(column: Column, solutions: Iterable[Solution]) -> str:
    """Return what people call a column, with the currency where it is money."""
    currencies = [one.prices.currency for one in solutions if one.prices is not None]
    is_money = column.unit == "money" and currencies
    return f"{column.title} ({currencies[0]})" if is_money else column.title
