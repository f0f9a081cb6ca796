"""The figures whose precision decides when to stop: unavailability, or else every measure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from hasim.engines.record import TIME
from hasim.solving.layout import Layout
from hasim.solving.plan import Plan
from hasim.stats import Estimate, Tally
from hasim.stats.ratios import Span, estimate_average, estimate_rate, estimate_share
from hasim.stats.stopping import Watched


def watch(layout: Layout, tally: Tally, plan: Plan) -> list[Watched]:
    """Return the unavailability of each `Outages` measure; where there is none, all measures."""
    span = span_of(tally, plan)
    if layout.outages:
        return [
            Watched(
                name,
                estimate_share(tally, columns.downtime, span),
                _outages_seen(tally, columns.begun, columns.downtime, span),
            )
            for name, columns in layout.outages.items()
        ]
    watched = [Watched(n, _rarer(layout, tally, n, span), math.inf) for n in layout.shares]
    watched += [
        Watched(n, estimate_average(tally, c, span), math.inf) for n, c in layout.averages.items()
    ]
    return watched + [
        Watched(n, estimate_rate(tally, c, span), float(tally.totals[c]))
        for n, c in layout.rates.items()
    ]


@dataclass(frozen=True, slots=True)
class Figure:
    """A long-run figure of one kind."""

    kind: Literal["share", "level", "rate"]
    estimate: Estimate


def all_figures(layout: Layout, tally: Tally, plan: Plan) -> list[Figure]:
    """Return every long-run figure that shows whether the start is forgotten."""
    span = span_of(tally, plan)
    shares = [outage.downtime for outage in layout.outages.values()] + [*layout.shares.values()]
    return [
        *(Figure("share", estimate_average(tally, column, span)) for column in shares),
        *(Figure("level", estimate_average(tally, c, span)) for c in layout.averages.values()),
        *(Figure("rate", estimate_rate(tally, c, span)) for c in layout.rates.values()),
    ]


def span_of(tally: Tally, plan: Plan) -> Span:
    """Return the time that all windows of a tally cover together."""
    return Span(float(tally.totals[TIME]), plan.longest_end)


def estimate_gate(layout: Layout, tally: Tally, name: str, span: Span) -> Estimate:
    """Return the share of time in which a gate holds, from the rarer of holding and not holding."""
    rarer = _rarer(layout, tally, name, span)
    return rarer.complement() if _mostly_holds(layout, tally, name) else rarer


def _rarer(layout: Layout, tally: Tally, name: str, span: Span) -> Estimate:
    column = (layout.missing if _mostly_holds(layout, tally, name) else layout.shares)[name]
    return estimate_share(tally, column, span)


def _mostly_holds(layout: Layout, tally: Tally, name: str) -> bool:
    return bool(tally.totals[layout.shares[name]] > tally.totals[layout.missing[name]])


def _outages_seen(tally: Tally, begun: int, downtime: int, span: Span) -> float:
    """Outages seen; what never comes up again needs none."""
    if tally.totals[downtime] >= span.seconds * (1.0 - 1e-9):
        return math.inf
    return float(tally.totals[begun])
