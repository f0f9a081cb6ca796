"""What is to be answered, and the Solution made of the answers, whichever engine gave them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from hasim import __version__
from hasim.process import Process
from hasim.solution import Provenance, ServiceAnswer, Solution, Status
from hasim.solving.facts import Facts
from hasim.solving.objectives import judge_all
from hasim.stats import Estimate


class _Outages(Protocol):
    """What an engine that computes says about outages."""

    @property
    def lengths(self) -> Sequence[object] | None: ...

    @property
    def why_no_lengths(self) -> str: ...


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
        self, answers: Mapping[str, ServiceAnswer], short: Callable[[str], Estimate | None]
    ) -> dict[str, ServiceAnswer]:
        """Add capacity and verdicts to what was found; `short` gives the time short of capacity."""
        full = {}
        for name, answer in answers.items():
            capacity = self.facts.capacity.get(name)
            if capacity is not None:
                capacity = replace(capacity, short_s_per_year=short(name))
            verdicts = judge_all(self.facts.objectives.get(name, {}), answer, capacity)
            full[name] = replace(answer, capacity=capacity, objectives=verdicts)
        return full

    def without_lengths(self, outages: Mapping[str, _Outages]) -> Iterator[str]:
        """Yield a sentence for each objective that needs lengths of outages that are not known."""
        for name, one in outages.items():
            if one.lengths is None and "p95_outage" in self.facts.objectives.get(name, {}):
                yield (
                    f"the objective p95_outage of {name} needs the lengths of outages: "
                    f"{one.why_no_lengths}"
                )

    @property
    def computed(self) -> Provenance:
        """Where an answer comes from that was not simulated."""
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
            leaves_out=self.facts.leaves_out,
            warnings=self.facts.warnings + warnings,
            provenance=provenance,
        )
