"""What a system costs a year: running it, its downtime, and both together.

Rules of this file: money a year in one currency; running costs follow from the model alone, what
downtime costs is as certain as the downtime; what is not known is None.

The interval of a sum over services adds their ends: since the standard deviation of a sum is at
most the sum of the standard deviations, however its terms depend on each other, it is no narrower
than it should be.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from hasim.stats import Estimate


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One thing that is paid for.

    Parameters
    ----------
    name : str
        Of a component, of a crew, or of a fixed cost.
    kind : str
        ``replicas``, ``storage``, ``transfer``, ``people`` or ``fixed``.
    per_year : float
        Money a year.
    """

    name: str
    kind: str
    per_year: float


@dataclass(frozen=True, slots=True)
class Prices:
    """What the model says of costs, before anything is known of downtime.

    Parameters
    ----------
    currency : str
    lines : tuple of PaidLine
    downtime_per_s : mapping of str to float
        Money a second of downtime, by service; empty where it has no price.
    budget_per_year : float or None
        What everything may cost a year; None: not judged.
    """

    currency: str
    lines: tuple[PaidLine, ...]
    downtime_per_s: Mapping[str, float]
    budget_per_year: float | None


@dataclass(frozen=True, slots=True)
class Budget:
    """What everything may cost, and whether it is kept.

    Parameters
    ----------
    per_year : float
        Money a year.
    met : bool or None
        None where the interval of the total holds it, so that neither can be shown.
    """

    per_year: float
    met: bool | None


@dataclass(frozen=True, slots=True)
class Costs:
    """What a system costs.

    Parameters
    ----------
    currency : str
        ISO 4217 code, of all that follows.
    running_per_year : float
        Without downtime.
    running_per_year_by_kind : mapping of str to float
        It adds up to `running_per_year`; only kinds that occur.
    lines : tuple of PaidLine
        They add up to it, too.
    downtime_per_year_by_service : mapping of str to Estimate
        Downtime times its price; only services that have one.
    downtime_per_year : Estimate or None
        Their sum; None where downtime has no price.
    total_per_year : Estimate
        Total cost of ownership: running and downtime together.
    budget : Budget or None
        None: not judged.
    """

    currency: str
    running_per_year: float
    running_per_year_by_kind: Mapping[str, float]
    lines: tuple[PaidLine, ...]
    downtime_per_year_by_service: Mapping[str, Estimate]
    downtime_per_year: Estimate | None
    total_per_year: Estimate
    budget: Budget | None


def add_up(prices: Prices, downtime_s_per_year: Mapping[str, Estimate]) -> Costs:
    """What a system costs with so much downtime.

    Parameters
    ----------
    prices : Prices
    downtime_s_per_year : mapping of str to Estimate
        By service.
    """
    running = math.fsum(line.per_year for line in prices.lines)
    kinds = dict.fromkeys(line.kind for line in prices.lines)
    lost = {
        name: _times(downtime_s_per_year[name], price)
        for name, price in prices.downtime_per_s.items()
        if name in downtime_s_per_year
    }
    down = _sum(lost.values()) if prices.downtime_per_s else None
    total = Estimate.of_exact(running) if down is None else _plus(down, running)
    limit = prices.budget_per_year
    return Costs(
        currency=prices.currency,
        running_per_year=running,
        running_per_year_by_kind={
            kind: math.fsum(line.per_year for line in prices.lines if line.kind == kind)
            for kind in kinds
        },
        lines=prices.lines,
        downtime_per_year_by_service=lost,
        downtime_per_year=down,
        total_per_year=total,
        budget=None if limit is None else Budget(limit, _is_kept(limit, running, total)),
    )


def costs_document(costs: Costs) -> dict[str, object]:
    """Return the costs as they stand in the JSON document."""
    down, budget = costs.downtime_per_year, costs.budget
    return {
        "currency": costs.currency,
        "running_per_year": costs.running_per_year,
        "running_per_year_by_kind": dict(costs.running_per_year_by_kind),
        "running_per_year_by_line": [asdict(line) for line in costs.lines],
        "downtime_per_year": None if down is None else down.to_dict(),
        "downtime_per_year_by_service": {
            name: one.to_dict() for name, one in costs.downtime_per_year_by_service.items()
        },
        "total_per_year": costs.total_per_year.to_dict(),
        "budget": None if budget is None else {"target": budget.per_year, "met": budget.met},
    }


def _times(estimate: Estimate, factor: float) -> Estimate:
    """So many times the estimate; exactly nothing where the factor is 0."""
    return estimate.scaled(factor) if factor else Estimate.of_exact(0.0)


def _sum(estimates: Iterable[Estimate]) -> Estimate:
    columns = zip(*(one.ends for one in estimates), strict=True)
    return Estimate(*(None if None in column else math.fsum(column) for column in columns))


def _plus(estimate: Estimate, more: float) -> Estimate:
    return Estimate(*(None if end is None else end + more for end in estimate.ends))


def _is_kept(limit: float, running: float, total: Estimate) -> bool | None:
    least = running if total.low is None else total.low
    if least > limit:
        return False
    return True if total.high is not None and total.high <= limit else None
