"""A Regret as text for a terminal: the nominal optimum and the design of least regret side by side.

Rules of this file: what the two cost and keep first, then where the nominal one fails and what
being sure costs, then how it was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hasim.errors import cut_list
from hasim.planner.sizing.regret import Influence, Regret, Standing
from hasim.reporting.money_text import show_money
from hasim.reporting.quantity_text import show_quantity
from hasim.reporting.text_table import fold, wrap
from hasim.system import Uncertain

#: Columns of a cell; reasons and quantities that are named.
LONGEST_CELL, MOST_MISSED, MOST_INFLUENCES = 34, 3, 3


def tell_regret(regret: Regret, unit: str) -> list[str]:
    """Return the lines about uncertain wishes.

    Parameters
    ----------
    regret : Regret
    unit : str
        Of costs: a currency, or ``replicas``.
    """
    lines = [*wrap([regret_title(regret)]), *fold(list(regret_rows(regret, unit)))]
    return [*lines, *wrap(["", *regret_words(regret, unit)])]


def regret_words(regret: Regret, unit: str) -> Iterator[str]:
    """What being sure costs, where designs fail, and how that was found, in sentences."""
    yield from _tell_least(regret, unit)
    yield from _tell_failing("the nominal optimum", regret.nominal, regret)
    if regret.least != regret.nominal:
        yield from _tell_failing("the design of least regret", regret.least, regret)
    yield from _tell_effort(regret)


def regret_title(regret: Regret) -> str:
    """How much is uncertain, and in how many worlds that was looked at."""
    count = len(regret.uncertain)
    what = "one quantity" if count == 1 else f"{count} quantities"
    return f"{what} uncertain, {regret.worlds} worlds (docs/regret.md)"


def regret_rows(regret: Regret, unit: str) -> Iterator[list[str]]:
    """The two designs side by side, the first row being their names."""
    yield from (row for row in _rows(regret, unit) if any(row[1:]))


def _rows(regret: Regret, unit: str) -> Iterator[list[str]]:
    both = (regret.nominal, regret.least)
    yield ["", "nominal optimum", "least regret"]
    for option in regret.nominal.choices:
        labels = [one.choices[option] for one in both]
        if len(set(labels)) > 1:
            yield [option, *map(_cut, labels)]
    is_money = unit != "replicas"
    figures: tuple[tuple[str, Callable[[Standing], float | None]], ...] = (
        ("cost a year, middle values" if is_money else "replicas", lambda one: one.cost),
        ("mean regret where met", lambda one: one.mean_regret),
        ("95 % of these within", lambda one: one.p95_regret),
        ("largest of these", lambda one: one.most_regret),
    )
    yield ["targets met in", *(_share(one, regret.worlds) for one in both)]
    for title, read in figures:
        yield [title, *(_amount(read(one), unit) for one in both)]


def _share(one: Standing, worlds: int) -> str:
    low, high = 100.0 * (one.share.low or 0.0), 100.0 * (one.share.high or 0.0)
    return f"{one.kept} of {worlds} ({low:.3g} % to {high:.3g} %)"


def _amount(value: float | None, unit: str) -> str:
    return "" if value is None else show_money(value, unit)


def _tell_least(regret: Regret, unit: str) -> Iterator[str]:
    nominal, least = regret.nominal, regret.least
    asked = f"{100.0 * regret.keeps:.4g} % of the worlds"
    if not regret.is_kept:
        yield f"no candidate meets the targets in {asked}: this is the one that fails in fewest"
    if least == nominal:
        yield "the nominal optimum is the design of least regret"
        return
    told = []
    if least.cost is not None and nominal.cost is not None:
        told.append(f"{_more(least.cost - nominal.cost, unit)} with middle values")
    if regret.surety is not None and unit != "replicas":
        told.append(f"{_more(regret.surety, unit)} with downtime, on average over the worlds")
    if told:
        yield f"being sure costs {'; '.join(told)}"


def _more(amount: float, unit: str) -> str:
    a_year = "" if unit == "replicas" else " a year"
    return f"{_amount(abs(amount), unit)}{a_year} {'more' if amount >= 0.0 else 'less'}"


def _tell_failing(name: str, one: Standing, regret: Regret) -> Iterator[str]:
    if one.kept == regret.worlds:
        return
    missed = [f"{text} in {number}" for text, number in one.missed.items()]
    yield f"{name} fails in {regret.worlds - one.kept}: {cut_list(missed, MOST_MISSED)}"
    known = {quantity.name: quantity for quantity in regret.uncertain}
    for influence in one.influences[:MOST_INFLUENCES]:
        if abs(influence.correlation) >= abs(one.influences[0].correlation) / 2.0:
            yield f"  {_tell_influence(influence, known[influence.name])}"


def _tell_influence(one: Influence, quantity: Uncertain) -> str:
    failing, kept = (
        f"{show_quantity(quantity.kind, value)} {quantity.unit}".rstrip()
        for value in (one.failing, one.kept)
    )
    where = "high" if one.correlation > 0.0 else "low"
    return (
        f"more where {one.name} is {where}: about {failing} where it fails, {kept} elsewhere "
        f"(correlation {one.correlation:.2f})"
    )


def _tell_effort(regret: Regret) -> Iterator[str]:
    if regret.hopeless:
        yield f"in {regret.hopeless} worlds no candidate meets the targets"
    found = f"the optima of {regret.searched} worlds, designs between and around these"
    yield f"compared: {'all designs' if not regret.searched else f'the nominal optimum, {found}'}"
    if regret.worlds < regret.asked:
        yield f"{regret.worlds} of {regret.asked} worlds in the time; give it more (--max-time)"
    settings = " ".join(f"--set '{key}={value}'" for key, value in regret.least.settings)
    yield f"least regret as a model: hasim run MODEL {settings}"


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST_CELL else f"{label[: LONGEST_CELL - 1]}…"
