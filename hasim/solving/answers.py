"""From a tally to the figures of each service and measure, in the user's units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hasim.compiler.measures import (
    alarmed_measure,
    false_alarms_measure,
    latent_measure,
    requests_measure,
    split_measure,
)
from hasim.engines.record import OutageColumns, bin_edges
from hasim.process import Outages, Process
from hasim.solution import ComponentAnswer, MonitoringAnswer, ServiceAnswer
from hasim.solving.layout import Layout, charged_causes
from hasim.solving.plan import Plan
from hasim.solving.watching import estimate_gate, span_of
from hasim.stats import NOTHING_KNOWN, Estimate, Tally
from hasim.stats.quantiles import estimate_quantile
from hasim.stats.ratios import (
    Span,
    estimate_average,
    estimate_gap,
    estimate_length,
    estimate_rate,
    estimate_share,
)
from hasim.units import SECONDS_PER_YEAR

QUANTILES: Mapping[str, float] = {"p50": 0.50, "p95": 0.95, "p99": 0.99}


def component_answers(
    names: Iterable[str], measures: Mapping[str, Estimate]
) -> dict[str, ComponentAnswer]:
    """What is known about those components that can be dead unnoticed or have two primaries."""
    found: dict[str, ComponentAnswer] = {}
    for name in names:
        latent, split = measures.get(latent_measure(name)), measures.get(split_measure(name))
        a_year = None if split is None else split.scaled(SECONDS_PER_YEAR)
        if latent is not None or split is not None:
            found[name] = ComponentAnswer(latent, a_year)
    return found


def monitoring_answers(
    names: Iterable[str], measures: Mapping[str, Estimate]
) -> dict[str, MonitoringAnswer]:
    """What is known about monitoring that has false alarms."""
    return {
        name: MonitoringAnswer(
            measures[false_alarms_measure(name)].scaled(SECONDS_PER_YEAR),
            measures[alarmed_measure(name)].scaled(SECONDS_PER_YEAR),
        )
        for name in names
    }


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the answers out of a tally.

    Parameters
    ----------
    process : Process
    layout : Layout
    plan : Plan
    tally : Tally or None
        None where nothing was done: then nothing is known.
    """

    process: Process
    layout: Layout
    plan: Plan
    tally: Tally | None

    def services(self) -> dict[str, ServiceAnswer]:
        """Return what is known about each `Outages` measure."""
        measures = [m for m in self.process.measures if isinstance(m, Outages)]
        return {measure.name: self._service(measure) for measure in measures}

    def measures(self) -> dict[str, Estimate]:
        """Return the estimates of all other measures: shares, averages, rates per second."""
        names = [m.name for m in self.process.measures if not isinstance(m, Outages)]
        if self.tally is None:
            return dict.fromkeys(names, NOTHING_KNOWN)
        return {name: self._measure(self.tally, name) for name in names}

    def share(self, name: str) -> Estimate | None:
        """Return the share of time of a `Share` measure; None if there is none of that name."""
        if name not in self.layout.shares:
            return None
        return self._share_in(self.layout.shares[name])

    def charged_to(self, service: str, owner: str) -> Estimate | None:
        """Return the downtime a year that is charged to the causes of something; None without."""
        column = self.layout.charged.get((service, owner))
        return None if column is None else self._share_in(column).scaled(SECONDS_PER_YEAR)

    def _share_in(self, column: int) -> Estimate:
        if self.tally is None:
            return NOTHING_KNOWN
        span = span_of(self.tally, self.plan)
        return estimate_share(self.tally, column, span, unseen=0.0)

    def _measure(self, tally: Tally, name: str) -> Estimate:
        span = span_of(tally, self.plan)
        if name in self.layout.shares:
            return estimate_gate(self.layout, tally, name, span)
        if name in self.layout.averages:
            return estimate_average(tally, self.layout.averages[name], span)
        return estimate_rate(tally, self.layout.rates[name], span)

    def _service(self, measure: Outages) -> ServiceAnswer:
        columns = self.layout.outages[measure.name]
        if self.tally is None:
            return _nothing(columns)
        tally, span = self.tally, span_of(self.tally, self.plan)
        down = estimate_share(tally, columns.downtime, span)
        return ServiceAnswer(
            availability=down.complement(),
            unavailability=down,
            nines=down.nines(),
            request_availability=self._requests(tally, measure.name, span),
            outages_per_year=estimate_rate(tally, columns.begun, span).scaled(SECONDS_PER_YEAR),
            downtime_s_per_year=down.scaled(SECONDS_PER_YEAR),
            mttr_s=estimate_length(tally, columns.downtime, columns.begun, span),
            mtbf_s=estimate_gap(tally, columns.downtime, columns.begun, span),
            mttr_stages_s=_stages(tally, columns, span),
            outages_per_year_by_cause=_rates_by_cause(tally, columns, measure, span),
            downtime_s_per_year_by_cause=_times_by_cause(tally, columns, measure, span),
            outage_length_s={
                name: estimate_length_quantile(tally, columns, level)
                for name, level in QUANTILES.items()
            },
            outages_seen=int(tally.totals[columns.begun]),
            downtime_s_per_year_by_kind=self._by_kind(tally, measure.name, span),
        )

    def _by_kind(self, tally: Tally, service: str, span: Span) -> dict[str, Estimate]:
        kinds = self.layout.kinds.get(service, {})
        return {
            kind: estimate_share(tally, column, span, unseen=0.0).scaled(SECONDS_PER_YEAR)
            for kind, column in kinds.items()
        }

    def _requests(self, tally: Tally, service: str, span: Span) -> Estimate | None:
        column = self.layout.missing.get(requests_measure(service))
        return None if column is None else estimate_share(tally, column, span).complement()


def estimate_length_quantile(tally: Tally, columns: OutageColumns, share: float) -> Estimate:
    """Return the length, in seconds, that a share of the outages of a measure do not exceed."""
    return estimate_quantile(tally, columns.histogram, share, _edges())


def _stages(tally: Tally, columns: OutageColumns, span: Span) -> dict[str, Estimate]:
    return {
        stage: estimate_length(tally, column, columns.begun, span, unseen=0.0)
        for stage, column in zip(columns.stages, _numbers(columns.by_stage), strict=True)
    }


def _rates_by_cause(
    tally: Tally, columns: OutageColumns, measure: Outages, span: Span
) -> dict[str, Estimate]:
    pairs = zip(columns.causes, _numbers(columns.begun_by_cause), strict=True)
    return {
        cause: estimate_rate(tally, column, span, unseen=0.0).scaled(SECONDS_PER_YEAR)
        for cause, column in _told(tally, pairs, measure)
    }


def _times_by_cause(
    tally: Tally, columns: OutageColumns, measure: Outages, span: Span
) -> dict[str, Estimate]:
    pairs = zip(columns.causes, _numbers(columns.by_cause), strict=True)
    return {
        cause: estimate_share(tally, column, span, unseen=0.0).scaled(SECONDS_PER_YEAR)
        for cause, column in _told(tally, pairs, measure)
    }


def _told(
    tally: Tally, pairs: Iterable[tuple[str, int]], measure: Outages
) -> list[tuple[str, int]]:
    """The causes to tell of: those that the blame can charge, and others that were seen."""
    charged = charged_causes(measure)
    return [(c, column) for c, column in pairs if c in charged or tally.totals[column] > 0.0]


def _nothing(columns: OutageColumns) -> ServiceAnswer:
    unknown = NOTHING_KNOWN
    return ServiceAnswer(
        availability=unknown,
        unavailability=unknown,
        nines=unknown,
        request_availability=None,
        outages_per_year=unknown,
        downtime_s_per_year=unknown,
        mttr_s=unknown,
        mtbf_s=unknown,
        mttr_stages_s=dict.fromkeys(columns.stages, unknown),
        outages_per_year_by_cause=dict.fromkeys(columns.causes, unknown),
        downtime_s_per_year_by_cause=dict.fromkeys(columns.causes, unknown),
        outage_length_s=dict.fromkeys(QUANTILES, unknown),
        outages_seen=0,
    )


def _numbers(part: slice) -> range:
    return range(part.start, part.stop)


@cache
def _edges() -> NDArray[np.float64]:
    return bin_edges()
