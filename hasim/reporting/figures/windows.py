"""How often months and years fall below a promise of availability."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hasim.reporting.figures.drawing import (
    BLUE,
    INK,
    ORANGE,
    VERMILION,
    Figure,
    Table,
    data_of,
    layer,
    show_share_of,
)
from hasim.solution import ServiceAnswer, SlaAnswer, WindowAnswer

_MONTH, _YEAR = "month", "year"

#: Of the interval of a chance.
_ENDS = "low (share)", "high (share)"

_Row = dict[str, Any]


def draw_windows(service: str, answer: ServiceAnswer) -> Figure | None:
    """The chance that a month, and a year, of a service is below each availability.

    Parameters
    ----------
    service : str
    answer : ServiceAnswer

    Returns
    -------
    Figure or None
        None where nothing is known of its months.
    """
    import altair as alt

    sla = answer.sla
    if sla is None or sla.month.breach.value is None:
        return None
    months, years = list(_rows(sla.month, sla)), list(_rows(sla.year, sla))
    order = [row["below"] for row in months]
    longest = max(row["high"] for row in (*months, *years))
    texts = alt.Chart(data_of(_told(months, years))).mark_text(
        align="left", dx=9, color=INK, fontSize=12
    )
    texts = texts.encode(x="end:Q", y=alt.Y("below:N", sort=order, title=None), text="told:N")
    base = alt.Chart(data_of(months)).encode(y=alt.Y("below:N", sort=order, title=None))
    scale = alt.Scale(domain=[0.0, 1.35 * longest or 1.0], nice=False)
    beyond = "datum.value > 1 ? '' : datum.label"  # room for words, not for shares
    axis = alt.Axis(
        title="share of the months and years", format="%", tickCount=5, labelExpr=beyond
    )
    colour = alt.condition("datum.promised", alt.value(ORANGE), alt.value(BLUE))
    bars = base.mark_bar(height=14).encode(x=alt.X("value:Q", scale=scale, axis=axis), color=colour)
    spans = base.mark_rule(color=INK, strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    dots = alt.Chart(data_of(years)).mark_point(
        shape="diamond", filled=True, size=80, color=VERMILION, opacity=1.0
    )
    dots = dots.encode(x="value:Q", y=alt.Y("below:N", sort=order, title=None))
    claim = _tell(service, sla)
    columns = "window", "availability below (share)", "chance (share)", *_ENDS
    table = (
        (kind, one.availability, *one.chance.ends)
        for kind, window in ((_MONTH, sla.month), (_YEAR, sla.year))
        for one in window.below
    )
    return Figure(
        f"{service}.windows",
        claim,
        "Bars: the share of calendar months whose availability is lower, orange for what is "
        "promised; dark lines: 95 % intervals, none where it was computed. Diamonds: the same of "
        "years.",
        Table(columns, tuple(table)),
        layer(claim, len(months), bars, spans, dots, texts),
    )


def _rows(window: WindowAnswer, sla: SlaAnswer) -> Iterator[_Row]:
    for one in window.below:
        value, low, high = one.chance.ends
        if value is None:
            continue
        promised = one.availability == sla.target
        name = f"below {_percent(one.availability)}"
        yield {
            "below": f"{name}, promised" if promised else name,
            "value": value,
            "low": value if low is None else low,
            "high": value if high is None else high,
            "promised": promised,
        }


def _told(months: Sequence[_Row], years: Sequence[_Row]) -> Iterator[_Row]:
    """The words beside the bars, where neither a bar nor a diamond is."""
    of_years = {row["below"]: row for row in years}
    for row in months:
        found = [row, *([of_years[row["below"]]] if row["below"] in of_years else [])]
        shares = [show_share_of(one["value"]) for one in found]
        end = max(one["high"] for one in found)
        yield {"below": row["below"], "end": end, "told": ", years ".join(shares)}


def _tell(service: str, sla: SlaAnswer) -> str:
    month, year = sla.month.breach.value or 0.0, sla.year.breach.value
    target = _percent(sla.target)
    more = "" if year is None else f" and {show_share_of(year)} of the years"
    return f"{show_share_of(month)} of the months{more} of {service} are below {target}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.9g} %"
