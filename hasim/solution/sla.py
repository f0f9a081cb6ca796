"""What becomes of a promise of availability: windows, breaches, credits, the budget over time.

Rules of this file: frozen data; docs/sla.md defines every figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hasim.stats import Estimate

#: Quantiles of availability that are told: so many of the windows are worse.
QUANTILES: Mapping[str, float] = {"p50": 0.50, "p10": 0.10, "p5": 0.05, "p1": 0.01}


@dataclass(frozen=True, slots=True)
class ChanceBelow:
    """The chance that the availability of a window is below a share.

    Parameters
    ----------
    availability : float
    chance : Estimate
    """

    availability: float
    chance: Estimate


@dataclass(frozen=True, slots=True)
class WindowAnswer:
    """How the availability of one kind of window is distributed.

    Parameters
    ----------
    breach : Estimate
        Chance that it is below the target.
    availability : mapping of str to Estimate
        By the names of `QUANTILES`: the availability that this share of the windows does not reach.
        1 where so many have no downtime at all.
    below : tuple of ChanceBelow
        By falling availability; below 1 is a window with any downtime.
    """

    breach: Estimate
    availability: Mapping[str, Estimate]
    below: tuple[ChanceBelow, ...]


@dataclass(frozen=True, slots=True)
class CreditTier:
    """One tier of credits, and how often it is the deepest that is reached.

    Parameters
    ----------
    below, share : float
        Availability of the window, and the share of its bill.
    chance : Estimate
        That a window ends in this tier.
    """

    below: float
    share: float
    chance: Estimate


@dataclass(frozen=True, slots=True)
class SpentBy:
    """The chance that the budget of a window is all spent by the end of one of its days."""

    day: int
    chance: Estimate


@dataclass(frozen=True, slots=True)
class SlaAnswer:
    """What becomes of the promise of one service.

    Parameters
    ----------
    target : float
    window : str
        ``month`` or ``year``: what the target is promised for, credits are paid for, and the budget
        is that of.
    is_exact : bool
        Computed; else simulated in windows.
    month, year : WindowAnswer
        Of calendar months, and of years of 365 days.
    months_in_breach_per_year : Estimate
    credit_share : Estimate or None
        Share of the bill that is credited on average; None without credits.
    credit_tiers : tuple of CreditTier
        By falling availability.
    budget_spent : Estimate
        Share of the budget of a window that is spent on average; above 1 where more is lost.
    spent_by : tuple of SpentBy
    """

    target: float
    window: Literal["month", "year"]
    is_exact: bool
    month: WindowAnswer
    year: WindowAnswer
    months_in_breach_per_year: Estimate
    credit_share: Estimate | None
    credit_tiers: tuple[CreditTier, ...]
    budget_spent: Estimate
    spent_by: tuple[SpentBy, ...]

    @property
    def promised(self) -> WindowAnswer:
        """The windows that the target is promised for."""
        return self.month if self.window == "month" else self.year


def sla_document(answer: SlaAnswer) -> dict[str, object]:
    """Return the answer as it stands in the JSON document."""
    credited = None
    if answer.credit_share is not None:
        credited = {
            "share_of_bill": answer.credit_share.to_dict(),
            "tiers": [
                {"below": one.below, "share": one.share, "chance": one.chance.to_dict()}
                for one in answer.credit_tiers
            ],
        }
    return {
        "target": answer.target,
        "window": answer.window,
        "exact": answer.is_exact,
        "month": _window(answer.month),
        "year": _window(answer.year),
        "months_in_breach_per_year": answer.months_in_breach_per_year.to_dict(),
        "credits": credited,
        "budget": {
            "spent_share": answer.budget_spent.to_dict(),
            "spent_by_day": [
                {"day": one.day, "chance": one.chance.to_dict()} for one in answer.spent_by
            ],
        },
    }


def _window(answer: WindowAnswer) -> dict[str, object]:
    return {
        "breach": answer.breach.to_dict(),
        "availability": {name: one.to_dict() for name, one in answer.availability.items()},
        "below": [
            {"availability": one.availability, "chance": one.chance.to_dict()}
            for one in answer.below
        ],
    }
