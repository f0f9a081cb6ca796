"""From guaranteed limits of long-run figures to the answers of each service, in users' units."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hasim import __version__
from hasim.engines.bounds.engine import Band, BoundedRun, OutageBounds, bound_long_run
from hasim.engines.record import OutageColumns
from hasim.errors import RefusedError
from hasim.process import Outages, Process
from hasim.solution import Provenance, ServiceAnswer, Solution, Status
from hasim.solving.answers import QUANTILES, charged_causes, requests_measure, short_measure
from hasim.solving.layout import Layout
from hasim.solving.task import Task
from hasim.solving.wording import show_percent, what_is_known
from hasim.stats import NOTHING_KNOWN, Estimate
from hasim.units import SECONDS_PER_YEAR

#: Transitions of a large module after which the limits are looked at. The last takes some 30 s.
ROUNDS = (10_000, 40_000, 160_000, 640_000)

#: Among other engines: some 2 s, in which a simulation would not come far where outages are rare.
ROUNDS_OF_AUTO = ROUNDS[:2]


def solve_within_bounds(task: Task, *, alone: bool) -> Solution:
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
    reader = BoundedReader(process, Layout.of(process), found)
    services = reader.services()
    return task.solution(
        engine="bounds",
        why=(_tell_why(found),),
        status=Status("bounded", _tell_status(task, found, services)),
        services=task.with_facts(services, reader.short),
        measures=reader.measures(),
        warnings=tuple(reader.warnings()),
        provenance=Provenance(
            hasim=__version__,
            model_hash=process.content_hash,
            seed=task.seed,
            precision=task.precision,
            replications=0,
            warmup_s=0.0,
            horizon_s=0.0,
            events=0,
        ),
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
    """Refuse limits that are wider than asked, and objectives that need more than means."""
    refusals = [
        f"the objective p95_outage of {name} needs the lengths of outages: {one.why_no_lengths}"
        for name, one in found.outages.items()
        if one.lengths is None and "p95_outage" in task.facts.objectives.get(name, {})
    ]
    if found.width > task.precision:
        known = f"only known to within {show_percent(found.width)}"
        if math.isinf(found.width):
            known = "without a lower limit"
        refusals.append(
            f"after {found.n_states:,} states it is {known}, and {show_percent(task.precision)} "
            "was asked"
        )
    if refusals:
        raise RefusedError(refusals)


@dataclass(frozen=True, slots=True)
class BoundedReader:
    """Reads the answers out of what the engine says.

    Parameters
    ----------
    process : Process
    layout : Layout
    found : BoundedRun
    """

    process: Process
    layout: Layout
    found: BoundedRun

    def services(self) -> dict[str, ServiceAnswer]:
        """Return what is known about each `Outages` measure."""
        measures = [m for m in self.process.measures if isinstance(m, Outages)]
        return {measure.name: self._service(measure) for measure in measures}

    def measures(self) -> dict[str, Estimate]:
        """Return all other measures: shares, averages, rates per second."""
        return {name: _estimate(band) for name, band in self.found.values.items()}

    def short(self, service: str) -> Estimate | None:
        """Return the seconds a year in which a service is up but short; None if not measured."""
        share = self.found.values.get(short_measure(service))
        return None if share is None else _estimate(share).scaled(SECONDS_PER_YEAR)

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
            downtime_s_per_year_by_cause=_by_cause(columns, measure, found.causes, found.others),
            outage_length_s=_lengths(found),
            outages_seen=None,
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


def _stages(columns: OutageColumns, found: OutageBounds) -> dict[str, Estimate]:
    if found.stages is None:
        return dict.fromkeys(columns.stages, NOTHING_KNOWN)
    shares = found.stages
    return {s: _quotient(shares.get(s, found.others), found.rate) for s in columns.stages}


def _lengths(found: OutageBounds) -> dict[str, Estimate]:
    if found.lengths is None:
        return dict.fromkeys(QUANTILES, NOTHING_KNOWN)
    return dict(zip(QUANTILES, map(Estimate.of_exact, found.lengths), strict=True))


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


def _about(found: OutageBounds) -> Iterator[str]:
    if found.rate.high == 0.0:
        how = "down" if found.unavailability.value > 0.5 else "up"
        yield f"it is always {how} in the long run, so what is missing has no value"
        return
    if found.rate.value == 0.0:
        yield (
            "no outage begins in the states that were gone through, so mttr_s and mtbf_s have no "
            "value and the other figures have upper limits only"
        )
    if found.lengths is None:
        yield f"outage_length_s has no value: {found.why_no_lengths}; --engine montecarlo gives it"
    if found.stages is None:
        yield (
            "mttr_stages_s and downtime_s_per_year_by_cause have no value: there are too many "
            "combinations of what can be to blame; --engine montecarlo gives them"
        )
