"""What a search found as an exhibition: what to build, what is close to it, why nothing cheaper.

Rules of this file: whatever design is told can be applied: it is among the picks under the label
that tables and charts give it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hasim.errors import cut_list
from hasim.planner.columns import column_of
from hasim.planner.sizing.answer import NextNine, Pick, Sizing
from hasim.planner.sizing.regret import Regret
from hasim.reporting.comparison_table import show_figure
from hasim.reporting.exhibits import exhibition
from hasim.reporting.exhibits.cards import cards_of
from hasim.reporting.exhibits.exhibition import (
    Card,
    Cards,
    Chart,
    Exhibition,
    Section,
    Sheet,
    Tone,
    Words,
    section_of,
)
from hasim.reporting.exhibits.sheets import COMPUTED
from hasim.reporting.figures import Candidate, draw_front
from hasim.reporting.money_text import show_money
from hasim.reporting.regret_text import regret_rows, regret_title, regret_words
from hasim.reporting.sizing_text import (
    SHOWN,
    cost_title,
    show_cost,
    side_by_side,
    tell_asked,
    tell_bottom,
    tell_effort,
    tell_group,
    tell_next_nine,
    tell_open,
    tell_without_budget,
)
from hasim.reporting.tables import Show
from hasim.stats import Estimate

ANSWER, NEXT_NINE = "answer", "next nine"
LEAST_REGRET, BEST_PARTS = "least regret", "best parts"
WITHOUT_BUDGET = "without the bound on money"

_CODES: dict[str, Tone] = {"found": "good", "impossible": "bad", "limit": "open", "stopped": "open"}


def exhibit_sizing(sizing: Sizing) -> Exhibition:
    """Lay out what a search found.

    Parameters
    ----------
    sizing : Sizing

    Returns
    -------
    Exhibition
        Its picks are the designs that it tells.
    """
    designs = _designs(sizing)
    sections = [
        _answer(sizing),
        _choice(sizing, designs),
        _way(sizing),
        section_of("Why nothing else", _excuses(sizing)),
        _further(sizing),
        *([_regret(sizing.regret, sizing.unit)] if sizing.regret is not None else []),
        section_of("How it was found", Words("", tuple(tell_effort(sizing)))),
    ]
    asked = cut_list([target.text for target in sizing.targets], len(sizing.targets))
    said = f"{sizing.text[:1].upper()}{sizing.text[1:]}.", f"Targets: {asked}."
    picks = [exhibition.Pick(label, pick.settings) for label, pick in designs.items()]
    if sizing.regret is not None:
        picks.append(exhibition.Pick(LEAST_REGRET, sizing.regret.least.settings))
    return Exhibition(
        f"{sizing.model}: what to build",
        said,
        tuple(one for one in sections if one.items),
        tuple(picks),
    )


def _designs(sizing: Sizing) -> dict[str, Pick]:
    """The designs that are told, by their labels; none twice."""
    found = {} if sizing.pick is None else {ANSWER: sizing.pick}
    found |= {f"alternative {n}": one for n, one in enumerate(sizing.alternatives, start=2)}
    further = sizing.next_nine
    if further is not None and further.pick is not None and not _is_known(further.pick, found):
        found[NEXT_NINE] = further.pick
    bottom = sizing.bottom
    if bottom is not None:
        others = {WITHOUT_BUDGET: bottom.without_budget, BEST_PARTS: bottom.best}
        found |= {label: pick for label, pick in others.items() if pick is not None}
    return found


def _is_known(pick: Pick, found: dict[str, Pick]) -> bool:
    return any(pick.choices == one.choices for one in found.values())


# ---------------------------------------------------------------------------- the answer


def _answer(sizing: Sizing) -> Section:
    pick = sizing.pick
    if pick is None:
        lines = (
            sizing.text,
            *tell_open(sizing),
            *tell_without_budget(_budgetless(sizing), sizing.unit),
        )
        return section_of("What to build", Words("", lines, _CODES[sizing.code]))
    choices = Sheet("Choices", ("option", "choice"), tuple(pick.choices.items()))
    return section_of("What to build", Cards(tuple(_cards(sizing, pick))), choices)


def _budgetless(sizing: Sizing) -> Pick | None:
    return None if sizing.bottom is None else sizing.bottom.without_budget


def _cards(sizing: Sizing, pick: Pick) -> Iterator[Card]:
    yield Card(cost_title(sizing.unit), show_cost(pick.cost, sizing.unit), COMPUTED)
    costs = pick.solution.costs
    if costs is not None and costs.downtime_per_year is not None:
        total = "with downtime", costs.total_per_year, _money(sizing.unit), ""
        yield from cards_of([total]).cards
    alone = len(pick.solution.services) == 1
    for service in pick.solution.services:
        note = "" if alone else service
        yield from cards_of(_figures(pick, service, note)).cards
        for name, value in tell_asked(pick, service, sizing.targets):
            yield Card(name.replace("_", " "), value, "", note)


def _figures(pick: Pick, service: str, note: str) -> Iterator[tuple[str, Estimate, Show, str]]:
    for key in SHOWN:
        column = column_of(key)
        figure = column.of(pick.solution, service)
        if figure is not None and figure.value is not None:
            yield column.title, figure, partial(show_figure, unit=column.unit), note


def _money(currency: str) -> Show:
    return partial(show_money, currency=currency)


# ---------------------------------------------------------------------------- others


def _choice(sizing: Sizing, designs: dict[str, Pick]) -> Section:
    """Designs against each other: as a chart, as a table, and what a minute less costs."""
    if not designs or sizing.pick is None:
        return section_of("Alternatives")
    picks = list(designs.values())
    charts = [_front(sizing.unit, service, designs) for service in sizing.pick.solution.services]
    rows = tuple(map(tuple, side_by_side(picks, sizing.unit)))
    table = Sheet("Side by side", ("", *designs), rows) if len(picks) > 1 else None
    return section_of("Alternatives", *charts, table, _prices(sizing, designs))


def _front(unit: str, service: str, designs: dict[str, Pick]) -> Chart | None:
    candidates = [
        Candidate(label, pick.cost, pick.solution[service].downtime_s_per_year)
        for label, pick in designs.items()
        if service in pick.solution.services
    ]
    what = "replicas" if unit == "replicas" else f"cost a year ({unit})"
    figure = draw_front(service, candidates, what, better="low")
    return None if figure is None else Chart.of(figure)


def _prices(sizing: Sizing, designs: dict[str, Pick]) -> Sheet | None:
    """What a minute of downtime less than in the answer costs with each other design."""
    if sizing.unit == "replicas" or sizing.pick is None:
        return None
    rows = []
    for label, pick in designs.items():
        price = pick.price_of_a_minute(sizing.pick).value
        if label != ANSWER and price is not None:
            more = show_money(pick.cost - sizing.pick.cost, sizing.unit)
            rows.append((label, more, show_money(price, sizing.unit)))
    head = "design", "costs more a year", "for each minute of downtime avoided"
    return Sheet("The price of a minute", head, tuple(rows))


def _way(sizing: Sizing) -> Section:
    lines = [] if sizing.bottom is None else tell_bottom(sizing.bottom, sizing.targets)
    return section_of("What stands in the way", Words("", _stripped(lines), "bad"))


def _excuses(sizing: Sizing) -> Sheet:
    rows = ((f"{one.number:,}", tell_group(one)) for one in sizing.excuses)
    what = "cheaper designs" if sizing.pick is not None else "designs"
    return Sheet("", (what, "why not"), tuple(rows))


def _further(sizing: Sizing) -> Section:
    one: NextNine | None = sizing.next_nine
    if one is None or sizing.pick is None:
        return section_of("The next nine")
    below = [] if one.bottom is None else tell_bottom(one.bottom, one.targets)
    told = _stripped([*tell_next_nine(sizing, one), *below])
    return section_of("The next nine", Words("", told))


def _regret(regret: Regret, unit: str) -> Section:
    head, *rows = (tuple(row) for row in regret_rows(regret, unit))
    words = Words("", tuple(line.strip() for line in regret_words(regret, unit)))
    sheet = Sheet(regret_title(regret), head, tuple(rows))
    return section_of("Where wishes are uncertain", sheet, words)


def _stripped(lines: list[str]) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines)
