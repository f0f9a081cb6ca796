"""Whether a design meets targets in a world, and what it costs there.

Rules of this file: the whole system is built and compiled; a target is met as simulations decide it
within the looks of `JUDGED_AT`, or else by the figure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hasim import compiler
from hasim.description.space import Design, Space
from hasim.engines.ancestry import part_process
from hasim.errors import ModelError
from hasim.planner.sizing.evidence import LOOKS, Computed, Evidence, Examiner, Sampled
from hasim.planner.sizing.search import Aims
from hasim.planner.sizing.targets import Target, no_downtime
from hasim.planner.sizing.traits import headrooms_of, split_services
from hasim.pricing import running_costs
from hasim.process import Process
from hasim.solution import Solution
from hasim.solving.part_runs import Part
from hasim.stats import Estimate
from hasim.system import System
from hasim.units import SECONDS_PER_YEAR

#: The looks at what is simulated: 64 and 256 replications.
JUDGED_AT: Final = (1, 2)

#: Chance of error of one verdict that rests on simulation.
CHANCE: Final = 0.05

_DOWNTIME: Final = no_downtime()


@dataclass(frozen=True, slots=True)
class Asked:
    """What designs are held against.

    Parameters
    ----------
    aims : mapping of str to sequence of Target
        By service.
    budgets : sequence of Target
        Those of money.
    """

    aims: Aims
    budgets: Sequence[Target]

    @property
    def needs_solving(self) -> bool:
        """Whether something is asked that parts do not show."""
        return any(t.figure.source == "solution" for some in self.aims.values() for t in some)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a design in a world.

    Parameters
    ----------
    cost : float
        A year, what downtime costs included; NaN where it cannot be built.
    missed : tuple of str
        The targets that it misses, or why it cannot be built.
    """

    cost: float
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judge:
    """Looks at whole systems.

    Parameters
    ----------
    asked : Asked
    interned : dict of Process to Part
        The parts that were met; more are added.
    examiner : Examiner
    solve : callable
        Solves a system.
    """

    asked: Asked
    interned: dict[Process, Part]
    examiner: Examiner
    solve: Callable[[System], Solution]

    def judge(self, space: Space, design: Design) -> Outcome:
        """Return what becomes of a design in the world of a space.

        Raises
        ------
        RefusedError, TimeoutError
            As those who answer.
        """
        try:
            system = space.system(design)
        except ModelError as error:
            return Outcome(math.nan, (f"cannot be built ({error.findings[0].key})",))
        running = running_costs(system)
        prices = {} if running is None else running.downtime
        evidence = self._evidence(system, prices)
        missed = dict.fromkeys(self._missed(system, evidence))
        if running is None:
            return Outcome(float(sum(c.replicas for c in system.components.values())), (*missed,))
        down = [price * _downtime(evidence[service]) for service, price in prices.items()]
        cost = math.fsum((running.per_second, *down))
        for target in self.asked.budgets:
            counted = running.per_second if target.figure.key == "cost" else cost
            if target.judge(Estimate.of_exact(counted)) is not True:
                missed[target.text] = None
        return Outcome(cost * SECONDS_PER_YEAR, (*missed,))

    def _evidence(self, system: System, prices: Mapping[str, float]) -> dict[str, Evidence]:
        sources = {s: {t.figure.source for t in targets} for s, targets in self.asked.aims.items()}
        if self.asked.needs_solving:
            services = self.solve(system).services
            return {service: Computed(answer) for service, answer in services.items()}
        wanted = [s for s, one in sources.items() if "outages" in one or s in prices]
        if not wanted:
            return {}
        process = compiler.compile(system)
        parts = split_services(process, wanted)
        return {service: self._look(process, service, parts[service]) for service in wanted}

    def _look(
        self, process: Process, service: str, parts: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> Evidence:
        interned, examiner = self.interned, self.examiner
        found = []
        for name, gates in parts:
            part = part_process(process, gates, name)
            found.append(interned.setdefault(part, Part(part)))
        every = [gate for _, gates in parts for gate in gates]
        computed = examiner.compute(tuple(found), lambda: part_process(process, every, service))
        return computed or self._simulate(tuple(found), self.asked.aims[service])

    def _simulate(self, parts: tuple[Part, ...], targets: Sequence[Target]) -> Evidence:
        asked = [target for target in targets if target.figure.source == "outages"]
        examiner = self.examiner
        examiner.check_simulating()
        for look in JUDGED_AT:
            evidence = Sampled(examiner.runs.sample(parts, LOOKS[look], examiner.until), CHANCE)
            if all(evidence.judge(target) is not None for target in asked):
                break
        return evidence

    def _missed(self, system: System, evidence: Mapping[str, Evidence]) -> Iterator[str]:
        headrooms = headrooms_of(system)
        for service, targets in self.asked.aims.items():
            for target in targets:
                if target.figure.source != "structure":
                    is_met = _is_met(evidence[service], target)
                else:
                    room = headrooms[service]
                    value = room.headroom if target.figure.key == "headroom" else room.after_loss
                    is_met = value is not None and target.judge(Estimate.of_exact(value)) is True
                if not is_met:
                    yield target.text if target.service else f"{service}: {target.text}"


def _is_met(evidence: Evidence, target: Target) -> bool:
    verdict = evidence.judge(target)
    if verdict is not None:
        return verdict
    figure = evidence.figure(target)
    if figure is None or figure.value is None:
        return True  # such as the length of outages where none was seen
    return target.judge(Estimate.of_exact(figure.value)) is True


def _downtime(evidence: Evidence) -> float:
    """The share of the time that a service is down."""
    figure = evidence.figure(_DOWNTIME)
    return 0.0 if figure is None or figure.value is None else figure.value
