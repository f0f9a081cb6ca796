"""What an objective of availability allows to go wrong: its error budget, and when to be called.

Rules of this file: frozen data, worked out from the model alone, without an engine.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BurnAlert:
    """An alert on how fast the budget is used: over a long and a short window at once.

    Parameters
    ----------
    long_s, short_s : float
        The windows, in seconds.
    burn : float
        How many times as fast as an even spend over 30 days.
    budget_share : float
        Share of the budget that is used when it fires at just this rate.
    fires_after_total_outage_s : float or None
        From the beginning of an outage of everything; None: it never fires.
    """

    long_s: float
    short_s: float
    burn: float
    budget_share: float
    fires_after_total_outage_s: float | None


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """The error budget of a service.

    Parameters
    ----------
    budget_s_per_30d, budget_s_per_quarter : float
        Seconds of downtime that the objective allows, in 30 days and in a quarter of a year.
    outage_exhausts_in_s : float
        How long an outage of everything takes to use up the budget of 30 days.
    people_s : float or None
        Mean time until people begin a repair: detected, acknowledged, diagnosed; None without
        `monitoring` of what the service needs.
    alerts : tuple of BurnAlert
    """

    budget_s_per_30d: float
    budget_s_per_quarter: float
    outage_exhausts_in_s: float
    people_s: float | None
    alerts: tuple[BurnAlert, ...]

    @property
    def leaves_time_for_people(self) -> bool:
        """Whether one failure that waits for people leaves something of a quarter's budget."""
        return self.people_s is None or self.people_s <= self.budget_s_per_quarter
