"""The recovery waterfall: how long each step of each way back takes, by its law.

Rules of this file
------------------
1. Means and quantiles of steps come from their laws, without what steps wait for; means of steps
   add up, quantiles do not.
2. What a mean outage of a service really spends in each stage is told by the answer
   (`mttr_stages_s`), which knows how often a step is reached and what cuts it short.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hasim.laws import Fixed, Law
from hasim.system import NeedAny, System
from hasim.topology import needing

_CHAIN = ("detect", "decide", "fence", "promote", "switch")
_P95 = 0.95


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a way back.

    Parameters
    ----------
    stage : str
    mean_s, p95_s : float
        Mean, and what 95 % of them do not exceed, in seconds.
    share : float
        Of the recoveries, in how many it is a step.
    """

    stage: str
    mean_s: float
    p95_s: float
    share: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The steps by which something recovers.

    Parameters
    ----------
    name : str
        Of the component or service that fails over, changes over or is restarted elsewhere.
    kind : str
        ``failover``, ``changeover`` or ``relocation``.
    steps : tuple of Step
        In their order.
    """

    name: str
    kind: str
    steps: tuple[Step, ...]

    @property
    def mean_s(self) -> float:
        """Seconds of a mean recovery, each step as often as it is one."""
        return sum(step.share * step.mean_s for step in self.steps)


def find_waterfalls(system: System) -> tuple[Waterfall, ...]:
    """The ways back of a system that take time, in the order of declaration."""
    found = (*_failovers(system), *_changeovers(system), *_relocations(system))
    return tuple(one for one in found if one.steps)


def _failovers(system: System) -> Iterator[Waterfall]:
    for name, component in system.components.items():
        failover = component.failover
        if failover is None:
            continue
        laws = {stage: getattr(failover, stage) for stage in _CHAIN}
        steps = _steps(laws, failover.coverage, failover.manual)
        yield Waterfall(name, "failover", tuple(steps))


def _changeovers(system: System) -> Iterator[Waterfall]:
    for name, owner in needing(system):
        for need in owner.needs:
            if isinstance(need, NeedAny) and need.failover is not None:
                one = need.failover
                laws = {"detect": one.detect, "switch": one.switch}
                yield Waterfall(name, "changeover", tuple(_steps(laws, one.coverage, one.manual)))


def _relocations(system: System) -> Iterator[Waterfall]:
    for name, component in system.components.items():
        if component.relocate is not None:
            one = component.relocate
            laws = {"detect": one.detect, "decide": one.decide, "start": one.start}
            yield Waterfall(name, "relocation", tuple(_steps(laws, 1.0, None)))


def _steps(laws: dict[str, Law], coverage: float, manual: Law | None) -> Iterator[Step]:
    """The steps that take time; what is by hand comes in place of those after detect and decide."""
    for stage, law in laws.items():
        share = 1.0 if stage in ("detect", "decide") else coverage
        if law != Fixed(0.0) and share:
            yield _step(stage, law, share)
    if manual is not None and coverage < 1.0:
        yield _step("manual", manual, 1.0 - coverage)


def _step(stage: str, law: Law, share: float) -> Step:
    return Step(stage, law.mean, law.quantile(_P95), share)
