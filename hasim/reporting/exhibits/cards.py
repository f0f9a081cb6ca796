"""Figures of an answer as cards: a new figure of `headline_figures` and the like is a new card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hasim.reporting.exhibits.exhibition import Card, Cards, Tone
from hasim.reporting.exhibits.sheets import COMPUTED
from hasim.reporting.money_text import show_money
from hasim.reporting.tables import (
    VERDICTS,
    Show,
    capacity_figures,
    cost_figures,
    headline_figures,
    show_estimate,
    show_target,
    sla_figures,
)
from hasim.solution import Costs, ServiceAnswer
from hasim.solution.text import show_seconds
from hasim.stats import Estimate

#: What a verdict is shown as.
#: What a card says where the line of a table may be short.
_FULL = {
    "half end within": "half of the outages end within",
    "95 % end within": "95 % of the outages end within",
    "99 % end within": "99 % of the outages end within",
    "without a replica": "headroom without a replica",
    "without a host": "headroom without a host",
    "without a domain": "headroom without a domain",
    "short of it a year": "short of capacity, a year",
}

TONES: dict[bool | None, Tone] = {True: "good", False: "bad", None: "open"}


def cards_of(figures: Iterable[tuple[str, Estimate, Show, str]]) -> Cards:
    """Cards of some figures.

    Parameters
    ----------
    figures : iterable of (str, Estimate, callable, str)
        As `headline_figures` gives them.
    """
    return Cards(tuple(_card(*figure) for figure in figures))


def cards_of_service(answer: ServiceAnswer) -> Cards:
    """The figures of a service: availability and outages, what it can carry, and risks taken."""
    figures = [*headline_figures(answer)]
    if answer.capacity is not None:
        figures += capacity_figures(answer.capacity)
    if answer.unguarded_s_per_year is not None:
        figures.append(("unguarded a year", answer.unguarded_s_per_year, show_seconds, ""))
    named = cards_of(figures).cards
    return Cards(tuple(replace(one, title=_FULL.get(one.title, one.title)) for one in named))


def cards_of_promises(answer: ServiceAnswer) -> Cards:
    """What is asked of a service, whether it is met, and what becomes of its SLA."""
    asked = [
        Card(
            f"objective {name.replace('_', ' ')}",
            VERDICTS[one.met],
            note=f"asked: {show_target(name, one)}",
            tone=TONES[one.met],
        )
        for name, one in answer.objectives.items()
    ]
    windows = () if answer.sla is None else cards_of(sla_figures(answer.sla)).cards
    return Cards((*asked, *windows, *_budget(answer)))


def cards_of_costs(costs: Costs) -> Cards:
    """What everything costs a year, and whether it is within the budget."""
    cards = list(cards_of(cost_figures(costs)).cards)
    if costs.budget is not None:
        met, asked = costs.budget.met, show_money(costs.budget.per_year, costs.currency)
        card = Card("budget", VERDICTS[met], note=f"asked: at most {asked}", tone=TONES[met])
        cards.append(card)
    return Cards(tuple(cards))


def _card(title: str, estimate: Estimate, show: Show, more: str) -> Card:
    value, interval = show_estimate(estimate, show)
    return Card(title, value, interval or (COMPUTED if estimate.exact else ""), more)


def _budget(answer: ServiceAnswer) -> Iterator[Card]:
    budget = answer.error_budget
    if budget is not None:
        note = f"{show_seconds(budget.budget_s_per_quarter)} a quarter"
        allowed = show_seconds(budget.budget_s_per_30d)
        yield Card("error budget in 30 d", allowed, COMPUTED, note)
