"""The error budget of each service: what its objective of availability allows to go wrong.

Theory of operation
-------------------
Of 30 days the share 1 - target may be lost. At a burn rate b the budget lasts 30 d / b; the alerts
are those of the Site Reliability Workbook (Beyer et al. 2018, ch. 5): 14.4 over 1 h and
5 min, 6 over 6 h and 30 min, 1 over 3 d and 6 h, which are 2, 5 and 10 % of the budget. Once
everything is down for t, the rate over a window w is t / w / (1 - target), so that an alert fires
when t is burn x (1 - target) x w; the long window is the last to see it. Where that is more than
the window, it never does.

Rules of this file
------------------
1. From the model alone: no engine, no simulation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from hasim.compiler.alarms import alarm_of, mean_of, watchers
from hasim.solution import BurnAlert, ErrorBudget
from hasim.system import System
from hasim.topology import links
from hasim.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_YEAR

_MONTH = 30 * SECONDS_PER_DAY
_QUARTER = SECONDS_PER_YEAR / 4

#: Long window, short window (seconds), burn rate.
_ALERTS = (
    (SECONDS_PER_HOUR, SECONDS_PER_HOUR / 12, 14.4),
    (6 * SECONDS_PER_HOUR, SECONDS_PER_HOUR / 2, 6.0),
    (3 * SECONDS_PER_DAY, 6 * SECONDS_PER_HOUR, 1.0),
)


def error_budgets(system: System) -> Mapping[str, ErrorBudget]:
    """The budgets of the services that have an objective of availability below 1."""
    budgets = {}
    targets = _targets(system) if system.monitoring else {}
    for name, service in system.services.items():
        target = service.objectives.availability
        if target is not None and target < 1:
            allowed = float(1 - Fraction(repr(target)))  # of what was typed
            budgets[name] = _budget(allowed, _until_repair(system, _reached(targets, name)))
    return budgets


def warn_of_people(budgets: Mapping[str, ErrorBudget]) -> Iterator[str]:
    """Yield a sentence for each service whose objective leaves no time for people."""
    for name, budget in budgets.items():
        if not budget.leaves_time_for_people:
            allowed = budget.budget_s_per_quarter / 60
            taken = (budget.people_s or 0.0) / 60
            yield (
                f"{name}: its availability leaves {allowed:.3g} min a quarter, and it takes "
                f"{taken:.3g} min on average until people begin a repair, so one failure that "
                "waits for them is too many"
            )


def _budget(allowed: float, people: float | None) -> ErrorBudget:
    month = allowed * _MONTH
    alerts = tuple(
        BurnAlert(
            long_s=long,
            short_s=short,
            burn=burn,
            budget_share=burn * long / _MONTH,
            fires_after_total_outage_s=burn * allowed * long if burn * allowed <= 1 else None,
        )
        for long, short, burn in _ALERTS
    )
    return ErrorBudget(month, allowed * _QUARTER, month, people, alerts)


def _until_repair(system: System, names: Iterable[str]) -> float | None:
    """The mean time until people begin a repair, the longest of some components and domains."""
    watched = watchers(system)
    times = [
        time for name in names if name in watched for time in _times(system, watched[name], name)
    ]
    return max(times, default=None)


def _times(system: System, watcher: str, name: str) -> Iterator[float]:
    component = system.components.get(name)
    owner = system.domains[name] if component is None else component
    failover = None if component is None else component.failover
    for mode in owner.failures.values():
        alarm = alarm_of(system, watcher, mode, fails_over=failover is not None)
        if alarm is not None and alarm.people:
            detect = mode.detect or (failover.detect if failover is not None else None)
            found = mean_of(alarm.steps) if detect is None else detect.mean
            yield found + mean_of(alarm.people)


def _targets(system: System) -> Mapping[str, list[str]]:
    """What each thing depends on directly."""
    targets: dict[str, list[str]] = {}
    for link in links(system):
        targets.setdefault(link.source, []).append(link.target)
    return targets


def _reached(targets: Mapping[str, list[str]], service: str) -> dict[str, None]:
    """All that a service depends on, directly or through others."""
    reached = {service: None}
    queue = [service]
    for name in queue:
        for target in targets.get(name, ()):
            if target not in reached:
                reached[target] = None
                queue.append(target)
    return reached
