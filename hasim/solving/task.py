"""What is to be answered, and the Solution made of the answers, whichever engine gave them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from hasim import __version__, compiler
from hasim.compiler.measures import short_measure, sla_measure, unguarded_measure
from hasim.errors import RefusedError, list_words
from hasim.process import Process
from hasim.solution import Provenance, ServiceAnswer, Solution, Status
from hasim.solving.answers import component_answers, monitoring_answers
from hasim.solving.facts import Facts, facts_of
from hasim.solving.objectives import judge_all
from hasim.stats import Estimate
from hasim.system import System
from hasim.units import SECONDS_PER_YEAR


class _Outages(Protocol):
    """What an engine that computes says about outages."""

    @property
    def why_no_lengths(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Computed:
    """A Solution that was computed, and what else it could hold.

    Parameters
    ----------
    solution : Solution
    without_lengths : mapping of str to str
        The services that have outages whose lengths are not known, each with the reason.
    doubts : tuple of str
        Why the solution is to be trusted only where a simulation agrees; empty where it is sure.
    """

    solution: Solution
    without_lengths: Mapping[str, str]
    doubts: tuple[str, ...] = ()


class Shares(Protocol):
    """Tells shares of time that are no outages of their own."""

    def share(self, name: str) -> Estimate | None:
        """Return the share of time of a `Share` measure; None if there is none of that name."""

    def charged_to(self, service: str, owner: str) -> Estimate | None:
        """Return the downtime a year that is charged to the causes of something; None without."""


class Reader(Shares, Protocol):
    """Makes answers out of what an engine found."""

    def services(self) -> dict[str, ServiceAnswer]:
        """Return what is known about each `Outages` measure."""

    def measures(self) -> dict[str, Estimate]:
        """Return all other measures: shares, averages, rates per second."""

    def warnings(self) -> Iterator[str]:
        """Yield a sentence for everything that could not be given."""


@dataclass(frozen=True, slots=True)
class Task:
    """A Process to be answered.

    Parameters
    ----------
    process : Process
    facts : Facts
        What the System says without being solved; empty for a Process made by hand.
    is_system : bool
        Whether the Process was compiled from a System.
    precision : float
    seed : int
    """

    process: Process
    facts: Facts
    is_system: bool
    precision: float
    seed: int

    def with_facts(
        self, answers: Mapping[str, ServiceAnswer], reader: Shares
    ) -> dict[str, ServiceAnswer]:
        """Add what the System says to what was found, and what a reader can tell of it."""
        full = {}
        for name, answer in answers.items():
            capacity = self.facts.capacity.get(name)
            if capacity is not None:
                capacity = replace(capacity, short_s_per_year=_a_year(reader, short_measure(name)))
            charged = {guard: reader.charged_to(name, guard) for guard in self.facts.guards}
            full[name] = replace(
                answer,
                capacity=capacity,
                sla_unavailability=reader.share(sla_measure(name)),
                single_points_of_failure=self.facts.single_points.get(name),
                error_budget=self.facts.budgets.get(name),
                unguarded_s_per_year=_a_year(reader, unguarded_measure(name)),
                guards={guard: cost for guard, cost in charged.items() if cost is not None}
                if self.is_system
                else None,
            )
        return self.judged(full)

    def judged(self, answers: Mapping[str, ServiceAnswer]) -> dict[str, ServiceAnswer]:
        """Return the answers with the verdicts on their objectives."""
        return {
            name: replace(
                answer,
                objectives=judge_all(self.facts.objectives.get(name, {}), answer, answer.capacity),
            )
            for name, answer in answers.items()
        }

    def computed_by(
        self,
        engine: str,
        reader: Reader,
        outages: Mapping[str, _Outages],
        *,
        why: tuple[str, ...],
        status: Callable[[Mapping[str, ServiceAnswer]], Status],
    ) -> Computed:
        """Return the Solution of an engine that computes.

        Parameters
        ----------
        engine : str
        reader : Reader
        outages : mapping of str to what the engine says about outages
        why : tuple of str
        status : callable
            From the answers to the status.
        """
        services = reader.services()
        solution = self.solution(
            engine=engine,
            why=why,
            status=status(services),
            services=self.with_facts(services, reader),
            measures=reader.measures(),
            warnings=tuple(reader.warnings()),
            provenance=self.provenance,
        )
        missing = {
            name: outages[name].why_no_lengths
            for name, answer in services.items()
            if answer.mttr_s.value is not None and answer.outage_length_s["p95"].value is None
        }
        return Computed(solution, missing)

    @property
    def provenance(self) -> Provenance:
        """Where an answer comes from, without what a simulation adds."""
        return Provenance(
            hasim=__version__,
            model_hash=self.process.content_hash,
            seed=self.seed,
            precision=self.precision,
            replications=0,
            warmup_s=0.0,
            horizon_s=0.0,
            events=0,
        )

    def solution(
        self,
        *,
        engine: str,
        why: tuple[str, ...],
        status: Status,
        services: Mapping[str, ServiceAnswer],
        measures: Mapping[str, Estimate],
        warnings: tuple[str, ...],
        provenance: Provenance,
    ) -> Solution:
        """Return the Solution; a System's own measures are in its services."""
        return Solution(
            model=self.process.name,
            engine=engine,
            why=why,
            status=status,
            services=services,
            measures={} if self.is_system else measures,
            components=component_answers(self.facts.components, measures),
            monitoring=monitoring_answers(self.facts.alarming, measures),
            leaves_out=self.facts.leaves_out,
            warnings=(*self.facts.warnings, *warnings, *self._warn_of_costs(services)),
            provenance=provenance,
            routes=self.facts.routes,
            security=self.facts.handshakes,
            prices=self.facts.prices,
        )

    def _warn_of_costs(self, services: Mapping[str, ServiceAnswer]) -> Iterator[str]:
        """Say whose downtime has a price and is not known."""
        priced = () if self.facts.prices is None else self.facts.prices.downtime_per_s
        unknown = [name for name in priced if services[name].downtime_s_per_year.value is None]
        if unknown:
            yield (
                f"what the downtime of {list_words(unknown)} costs is not known, as there is no "
                "estimate of it; the total cost is at least that of running"
            )


def prepare(model: System | Process, precision: float, seed: int) -> Task:
    """Return what is to be answered about a model.

    Raises
    ------
    RefusedError
        Where nothing is measured.
    """
    process = model if isinstance(model, Process) else compiler.compile(model)
    if not process.measures:
        raise RefusedError([f"{process.name} measures nothing; give the Process a measure"])
    facts = Facts() if isinstance(model, Process) else facts_of(model)
    return Task(process, facts, isinstance(model, System), precision, seed)


def _a_year(reader: Shares, name: str) -> Estimate | None:
    """The seconds a year of a `Share`; None if it is not measured."""
    share = reader.share(name)
    return None if share is None else share.scaled(SECONDS_PER_YEAR)
