"""What is to be answered, and the Solution made of the answers, whichever engine gave them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hasim.process import Process
from hasim.solution import Provenance, ServiceAnswer, Solution, Status
from hasim.solving.facts import Facts
from hasim.solving.objectives import judge_all
from hasim.stats import Estimate


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
