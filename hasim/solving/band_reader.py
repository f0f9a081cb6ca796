"""From long-run figures with bands to the answers of each service and measure, in users' units."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hasim.compiler.measures import requests_measure
from hasim.engines.bands import Band, LongRunBands, OutageBands
from hasim.engines.record import OutageColumns
from hasim.process import Outages, Process
from hasim.solution import ServiceAnswer
from hasim.solving.answers import QUANTILES
from hasim.solving.kinds import add_up, planned_causes
from hasim.solving.layout import Layout, charged_causes
from hasim.stats import NOTHING_KNOWN, Estimate
from hasim.units import SECONDS_PER_YEAR


@dataclass(frozen=True, slots=True)
class BandReader:
    """Reads the answers out of what the engine says.

    Parameters
    ----------
    process : Process
    layout : Layout
    found : LongRunBands
    """

    process: Process
    layout: Layout
    found: LongRunBands

    def services(self) -> dict[str, ServiceAnswer]:
        """Return what is known about each `Outages` measure."""
        measures = [m for m in self.process.measures if isinstance(m, Outages)]
        return {measure.name: self._service(measure) for measure in measures}

    def measures(self) -> dict[str, Estimate]:
        """Return all other measures: shares, averages, rates per second."""
        return {name: _estimate(band) for name, band in self.found.values.items()}

    def share(self, name: str) -> Estimate | None:
        """Return the share of time of a `Share` measure; None if there is none of that name."""
        share = self.found.values.get(name)
        return None if share is None else _estimate(share)

    def charged_to(self, service: str, owner: str) -> Estimate | None:
        """Return the downtime a year that is charged to the causes of something; None without.

        Limits of a sum are the sums of the limits.
        """
        causes, found = self.layout.causes_of(service, owner), self.found.outages[service]
        if not causes:
            return None
        if found.causes is None:
            return NOTHING_KNOWN
        bands = [found.causes.get(cause, found.others) for cause in causes]
        low, value, high = (
            sum(getattr(band, end) for band in bands) for end in ("low", "value", "high")
        )
        return _estimate(Band(low=low, value=value, high=high)).scaled(SECONDS_PER_YEAR)

    def warnings(self) -> Iterator[str]:
        """Yield a sentence for everything that could not be given."""
        for name, bounds in self.found.outages.items():
            yield from (f"{name}: {text}" for text in _about(bounds))
        for name, band in self.found.values.items():
            if not (math.isfinite(band.low) and math.isfinite(band.high)):
                yield f"{name}: it has no limits, since a divisor in it can come near 0"

    def _service(self, measure: Outages) -> ServiceAnswer:
        columns, found = self.layout.outages[measure.name], self.found.outages[measure.name]
        unavailability = _estimate(found.unavailability)
        times = _by_cause(columns, measure, found.causes, found.others)
        lost = self.found.missing.get(requests_measure(measure.name))
        return ServiceAnswer(
            availability=unavailability.complement(),
            unavailability=unavailability,
            nines=unavailability.nines(),
            request_availability=None if lost is None else _estimate(lost).complement(),
            outages_per_year=_estimate(found.rate).scaled(SECONDS_PER_YEAR),
            downtime_s_per_year=unavailability.scaled(SECONDS_PER_YEAR),
            mttr_s=_quotient(found.unavailability, found.rate),
            mtbf_s=_quotient(found.availability, found.rate),
            mttr_stages_s=_stages(columns, found),
            outages_per_year_by_cause=_by_cause(
                columns, measure, found.begun, found.begun_by_others
            ),
            downtime_s_per_year_by_cause=times,
            outage_length_s=_lengths(found),
            outages_seen=None,
            downtime_s_per_year_by_kind=add_up(times, planned_causes(self.process)),
        )


def _estimate(band: Band) -> Estimate:
    low = band.low if math.isfinite(band.low) else None
    return Estimate(band.value, low, band.high if math.isfinite(band.high) else None)


def _quotient(share: Band, rate: Band) -> Estimate:
    """Limits of a quotient: the least over the greatest, and the other way round."""
    if rate.high == 0.0:
        return NOTHING_KNOWN
    high = share.high / rate.low if rate.low > 0.0 else None
    return Estimate(share.value / rate.value if rate.value else None, share.low / rate.high, high)


def _stages(columns: OutageColumns, found: OutageBands) -> dict[str, Estimate]:
    if found.stages is None:
        return dict.fromkeys(columns.stages, NOTHING_KNOWN)
    shares = found.stages
    return {s: _quotient(shares.get(s, found.others), found.rate) for s in columns.stages}


def _lengths(found: OutageBands) -> dict[str, Estimate]:
    if found.lengths is None:
        return dict.fromkeys(QUANTILES, NOTHING_KNOWN)
    return dict(zip(QUANTILES, map(_estimate, found.lengths), strict=True))


def _by_cause(
    columns: OutageColumns, measure: Outages, bands: Mapping[str, Band] | None, others: Band
) -> dict[str, Estimate]:
    """A share of time or a rate, for the causes that can be charged or have something."""
    charged = charged_causes(measure)
    if bands is None:
        return {cause: NOTHING_KNOWN for cause in columns.causes if cause in charged}
    return {
        cause: _estimate(bands.get(cause, others)).scaled(SECONDS_PER_YEAR)
        for cause in columns.causes
        if cause in charged or (cause in bands and bands[cause].value > 0.0)
    }


def _about(found: OutageBands) -> Iterator[str]:
    if found.rate.high == 0.0:
        how = "down" if found.unavailability.value > 0.5 else "up"
        yield f"it is always {how} in the long run, so what is missing has no value"
        return
    if found.rate.value == 0.0:
        yield (
            "no outage begins in the states that were gone through, so mttr_s, mtbf_s and "
            "outage_length_s have no value and the other figures have upper limits only"
        )
    if found.stages is None:
        yield (
            "mttr_stages_s and downtime_s_per_year_by_cause have no value: there are too many "
            "combinations of what can be to blame; --engine montecarlo gives them"
        )
