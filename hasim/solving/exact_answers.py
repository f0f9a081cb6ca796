"""From exact long-run figures to the answers of each service and measure, in the user's units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hasim.compiler.measures import requests_measure
from hasim.engines.exact import engine
from hasim.engines.exact.chain_part import MOST_STATES, MOST_STATES_ALONE
from hasim.engines.exact.engine import LongRun, OutageFigures
from hasim.engines.record import OutageColumns
from hasim.process import Outages, Process
from hasim.solution import ServiceAnswer, Status
from hasim.solving.answers import (
    QUANTILES,
)
from hasim.solving.kinds import add_up, planned_causes
from hasim.solving.layout import Layout, charged_causes
from hasim.solving.task import Computed, Task
from hasim.solving.wording import what_is_known
from hasim.stats import NOTHING_KNOWN, Estimate
from hasim.units import SECONDS_PER_YEAR

exactly = Estimate.of_exact


def solve_exactly(task: Task, *, alone: bool, most_states: int | None = None) -> Computed:
    """Answer by the exact engine.

    Parameters
    ----------
    task : Task
    alone : bool
        Whether no other engine may answer: then it is given more time.
    most_states : int, optional
        Of a module; by default as many as take some seconds, or alone some minutes.

    Raises
    ------
    RefusedError
        With a sentence for each item of the model that stands in its way.
    """
    process = task.process
    usual = MOST_STATES_ALONE if alone else MOST_STATES
    found = engine.solve_exactly(
        process, tuple(QUANTILES.values()), most_states=most_states or usual
    )
    why = "exact: each part is independent, or small enough to go through all of its states"
    return task.computed_by(
        "exact",
        ExactReader(process, Layout.of(process, task.facts.guards), found),
        found.outages,
        why=(why, *(f"exact: {note}" for note in found.notes)),
        status=_status,
    )


def _status(services: Mapping[str, ServiceAnswer]) -> Status:
    return Status("exact", f"{what_is_known(services)} is exact: computed, not simulated")


@dataclass(frozen=True, slots=True)
class ExactReader:
    """Reads the answers out of what the exact engine says.

    Parameters
    ----------
    process : Process
    layout : Layout
    found : LongRun
    """

    process: Process
    layout: Layout
    found: LongRun

    def services(self) -> dict[str, ServiceAnswer]:
        """Return what is known about each `Outages` measure."""
        measures = [m for m in self.process.measures if isinstance(m, Outages)]
        return {measure.name: self._service(measure) for measure in measures}

    def measures(self) -> dict[str, Estimate]:
        """Return all other measures: shares, averages, rates per second."""
        return {name: exactly(value) for name, value in self.found.values.items()}

    def share(self, name: str) -> Estimate | None:
        """Return the share of time of a `Share` measure; None if there is none of that name."""
        share = self.found.values.get(name)
        return None if share is None else exactly(share)

    def charged_to(self, service: str, owner: str) -> Estimate | None:
        """Return the downtime a year that is charged to the causes of something; None without."""
        causes = self.layout.causes_of(service, owner)
        shares = self.found.outages[service].causes
        if not causes:
            return None
        if shares is None:
            return NOTHING_KNOWN
        return exactly(sum(shares.get(cause, 0.0) for cause in causes) * SECONDS_PER_YEAR)

    def warnings(self) -> Iterator[str]:
        """Yield a sentence for everything that could not be given."""
        for name, figures in self.found.outages.items():
            yield from (f"{name}: {text}" for text in _about(figures))
        for name, answer in self.services().items():
            if answer.availability.value is None and self.found.outages[name].rate > 0.0:
                yield (
                    f"{name}: availability has no value: unavailability is too small to tell it "
                    "from 1"
                )

    def _service(self, measure: Outages) -> ServiceAnswer:
        columns, figures = self.layout.outages[measure.name], self.found.outages[measure.name]
        down, rate = figures.unavailability, figures.rate
        unavailability = exactly(down)
        times = _by_cause(columns, measure, figures.causes)
        return ServiceAnswer(
            availability=unavailability.complement(),
            unavailability=unavailability,
            nines=unavailability.nines(),
            request_availability=self._requests(measure.name),
            outages_per_year=exactly(rate * SECONDS_PER_YEAR),
            downtime_s_per_year=exactly(down * SECONDS_PER_YEAR),
            mttr_s=_ratio(down, rate),
            mtbf_s=_ratio(figures.availability, rate),
            mttr_stages_s=_stages(columns, figures),
            outages_per_year_by_cause=_by_cause(columns, measure, figures.begun),
            downtime_s_per_year_by_cause=times,
            outage_length_s=_lengths(figures),
            outages_seen=None,
            downtime_s_per_year_by_kind=add_up(times, planned_causes(self.process)),
        )

    def _requests(self, service: str) -> Estimate | None:
        lost = self.found.missing.get(requests_measure(service))
        return None if lost is None else exactly(lost).complement()


def _ratio(share: float, rate: float) -> Estimate:
    return exactly(share / rate) if rate > 0.0 else NOTHING_KNOWN


def _stages(columns: OutageColumns, figures: OutageFigures) -> dict[str, Estimate]:
    if figures.stages is None:
        return dict.fromkeys(columns.stages, NOTHING_KNOWN)
    shares = figures.stages
    return {stage: _ratio(shares.get(stage, 0.0), figures.rate) for stage in columns.stages}


def _lengths(figures: OutageFigures) -> dict[str, Estimate]:
    if figures.lengths is None:
        return dict.fromkeys(QUANTILES, NOTHING_KNOWN)
    return dict(zip(QUANTILES, map(exactly, figures.lengths), strict=True))


def _by_cause(
    columns: OutageColumns, measure: Outages, shares: Mapping[str, float] | None
) -> dict[str, Estimate]:
    """A share of time or a rate, for the causes that can be charged or have something."""
    charged = charged_causes(measure)
    if shares is None:
        return {cause: NOTHING_KNOWN for cause in columns.causes if cause in charged}
    return {
        cause: exactly(shares.get(cause, 0.0) * SECONDS_PER_YEAR)
        for cause in columns.causes
        if cause in charged or shares.get(cause, 0.0) > 0.0
    }


def _about(figures: OutageFigures) -> Iterator[str]:
    if figures.rate == 0.0:
        always, also = (
            ("always down", "")
            if figures.unavailability > 0.5
            else (
                "never down",
                "availability, nines, ",
            )
        )
        lost = f"{also}mttr_s, mtbf_s and outage_length_s have no value"
        yield f"it is {always} in the long run, so {lost}"
    if figures.stages is None:
        yield (
            "mttr_stages_s and downtime_s_per_year_by_cause have no value: there are too many "
            "combinations of what can be to blame; --engine montecarlo gives them"
        )
