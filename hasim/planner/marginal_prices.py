"""The price of a minute avoided: what a change costs more a year, over the downtime it saves.

Rules of this file: a change that costs nothing more or less by the prices of its model, such as a
faster repair, has no such price; it is not free, but nobody said what it costs.
"""

from __future__ import annotations

from dataclasses import dataclass

from hasim.pricing import running_costs
from hasim.stats import Estimate
from hasim.system import System
from hasim.units import SECONDS_PER_YEAR


@dataclass(frozen=True, slots=True)
class MarginalPrice:
    """What a change costs, and what a minute of downtime less costs by it.

    Parameters
    ----------
    currency : str
    more_per_year : float
        Money that running costs more a year; negative where it costs less.
    per_minute : Estimate
        Money for a minute of downtime avoided; negative where the change is cheaper and better.
    """

    currency: str
    more_per_year: float
    per_minute: Estimate


def price_change(before: System, after: System, saved_s_per_year: Estimate) -> MarginalPrice | None:
    """The price of a change; None where its running costs are not known, or the same.

    Parameters
    ----------
    before, after : System
        Without and with the change.
    saved_s_per_year : Estimate
        Seconds of downtime a year that it saves, above 0.
    """
    old, new = running_costs(before), running_costs(after)
    if old is None or new is None or old.per_second == new.per_second:
        return None
    more = (new.per_second - old.per_second) * SECONDS_PER_YEAR
    return MarginalPrice(old.currency, more, per_minute(more, saved_s_per_year))


def per_minute(more_per_year: float, saved_s_per_year: Estimate) -> Estimate:
    """Money for a minute avoided; an end is None where the saving may be nothing there.

    Parameters
    ----------
    more_per_year : float
        Money a year.
    saved_s_per_year : Estimate
    """
    value, low, high = (
        None if saved is None or saved <= 0.0 else more_per_year / (saved / 60.0)
        for saved in saved_s_per_year.ends
    )
    ends = (high, low) if more_per_year >= 0.0 else (low, high)
    return Estimate(value, *ends)
