"""Several candidates, and what moves an answer: the front that nobody beats, and the tornado.

Rules of this file: plain named numbers come in, so that whoever compares or varies systems can
have its numbers drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hasim.reporting.figures.drawing import (
    BLUE,
    INK,
    ORANGE,
    VERMILION,
    Figure,
    Table,
    data_of,
    layer,
    log_time_axis,
    positive,
)
from hasim.solution.text import show_seconds
from hasim.stats import Estimate

if TYPE_CHECKING:
    import altair

#: The name of the selection that a page reads a picked candidate from.
PICKED = "picked"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A design among others.

    Parameters
    ----------
    name : str
    value : float
        Its cost, or its headroom.
    downtime_s_per_year : Estimate
    """

    name: str
    value: float
    downtime_s_per_year: Estimate


@dataclass(frozen=True, slots=True)
class Swing:
    """How far an answer moves while one parameter goes over its range.

    Parameters
    ----------
    name : str
        The parameter.
    low, high : float
        Downtime in seconds a year at the low and the high end of the range.
    low_text, high_text : str
        The ends, such as ``30 d``.
    """

    name: str
    low: float
    high: float
    low_text: str = ""
    high_text: str = ""

    @property
    def width(self) -> float:
        """How far the answer moves."""
        return abs(self.high - self.low)


def draw_front(
    service: str, candidates: Sequence[Candidate], what: str, *, better: Literal["low", "high"]
) -> Figure | None:
    """Candidates by downtime and by cost or headroom; those that none beats in both are joined.

    Parameters
    ----------
    service : str
    candidates : sequence of Candidate
    what : str
        What `Candidate.value` is, with its unit: ``cost (EUR a year)``.
    better : str
        Whether a low or a high value is better.

    Returns
    -------
    Figure or None
        None for fewer than two candidates of known downtime.
    """
    import altair as alt

    known = [one for one in candidates if one.downtime_s_per_year.value]
    if len(known) < 2:
        return None
    front = {one.name for one in known if not any(_beats(o, one, better) for o in known)}
    rows = [_point(one, one.name in front) for one in known]
    ends = positive(*(x for one in known for x in one.downtime_s_per_year.ends))
    scale, axis = log_time_axis("downtime a year (logarithmic)", ends)
    claim = _tell_front(service, [one for one in known if one.name in front], len(known))
    base = alt.Chart(data_of(rows)).encode(
        y=alt.Y("value:Q", title=what, scale=alt.Scale(zero=False, padding=24))
    )
    spans = base.mark_rule(color=BLUE, opacity=0.45, strokeWidth=3).encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
    )
    line = base.transform_filter("datum.front").mark_line(color=ORANGE, strokeWidth=2)
    line = line.encode(x="downtime:Q", order="downtime:Q")
    dots = _pickable(base.mark_point(filled=True, opacity=1.0), what).encode(x="downtime:Q")
    texts = base.mark_text(color=INK, dy=-13, fontSize=12).encode(
        x="downtime:Q", text="candidate:N"
    )
    columns = "candidate", what, "downtime a year (s)", "low (s)", "high (s)", "on the front"
    table = (
        (one.name, one.value, *one.downtime_s_per_year.ends, str(one.name in front).lower())
        for one in known
    )
    return Figure(
        f"{service}.front",
        claim,
        "Diamonds: no other candidate is better in one and at least as good in the other. Broad "
        "lines: 95 % intervals of downtime.",
        Table(columns, tuple(table)),
        layer(claim, 10, line, spans, dots, texts),
    )


def _pickable(dots: altair.Chart, what: str) -> altair.Chart:
    """Points that say what they are, and of which a page can have one picked."""
    import altair as alt

    picked = alt.selection_point(name=PICKED, fields=["candidate"], empty=False)
    colour = alt.condition("datum.front", alt.value(ORANGE), alt.value(BLUE))
    shape = alt.condition("datum.front", alt.value("diamond"), alt.value("circle"))
    size = alt.condition(picked, alt.value(400), alt.value(150))
    said = [
        alt.Tooltip("candidate:N"),
        alt.Tooltip("value:Q", title=what, format=",.4~g"),
        alt.Tooltip("told:N", title="downtime a year"),
    ]
    chart: altair.Chart = dots.encode(color=colour, shape=shape, size=size, tooltip=said)
    return chart.add_params(picked)


def _point(one: Candidate, on_front: bool) -> dict[str, object]:
    value, low, high = one.downtime_s_per_year.ends
    told = show_seconds(value or 0.0)
    if low and high and low != high:
        told += f" ({show_seconds(low)} to {show_seconds(high)})"
    return {
        "candidate": one.name,
        "told": told,
        "value": one.value,
        "downtime": value,
        "low": low or value,
        "high": high or value,
        "front": on_front,
    }


def _beats(one: Candidate, other: Candidate, better: str) -> bool:
    """Whether a candidate is as good in both and better in one."""
    sign = 1.0 if better == "low" else -1.0
    mine = one.downtime_s_per_year.value or 0.0, sign * one.value
    theirs = other.downtime_s_per_year.value or 0.0, sign * other.value
    return mine != theirs and mine[0] <= theirs[0] and mine[1] <= theirs[1]


def _tell_front(service: str, front: Sequence[Candidate], n_all: int) -> str:
    best = min(front, key=lambda one: one.downtime_s_per_year.value or 0.0)
    downtime = show_seconds(best.downtime_s_per_year.value or 0.0)
    if len(front) == 1:
        return f"{best.name} is the best in both: {downtime} of downtime of {service} a year"
    return (
        f"{len(front)} of {n_all} candidates are worth a choice; with {best.name}, {service} has "
        f"the least downtime, {downtime} a year"
    )


def draw_tornado(
    service: str, downtime_s_per_year: float, swings: Sequence[Swing]
) -> Figure | None:
    """By how much each parameter moves the downtime of a service, the largest first.

    Parameters
    ----------
    service : str
    downtime_s_per_year : float
        Of the model as it is.
    swings : sequence of Swing

    Returns
    -------
    Figure or None
        None where nothing was varied.
    """
    import altair as alt

    order = sorted(swings, key=lambda one: -one.width)
    rows = [row for one in order for row in _ends(one)]
    ends = positive(downtime_s_per_year, *(x for one in swings for x in (one.low, one.high)))
    if not order or not ends:
        return None
    scale, axis = log_time_axis("downtime a year (logarithmic)", ends)
    claim = (
        f"{order[0].name} moves the downtime of {service} most: "
        f"{' to '.join(show_seconds(x) for x in sorted((order[0].low, order[0].high)))} a year"
    )
    base = alt.Chart(data_of([row for row in rows if row["end"] in ends])).encode(
        y=alt.Y("name:N", sort=[one.name for one in order], title=None)
    )
    colour = alt.condition("datum.is_high", alt.value(VERMILION), alt.value(BLUE))
    bars = base.mark_bar(height=16).encode(
        x=alt.X("end:Q", scale=scale, axis=axis),
        x2=alt.X2(datum=downtime_s_per_year),
        color=colour,
    )
    lefts, rights = base.transform_filter("datum.left"), base.transform_filter("!datum.left")
    texts = [
        lefts.mark_text(align="right", dx=-5, color=INK, fontSize=11),
        rights.mark_text(align="left", dx=5, color=INK, fontSize=11),
    ]
    line = alt.Chart(data_of([{"base": downtime_s_per_year}]))
    middle = line.mark_rule(color=INK, strokeDash=[5, 4]).encode(x="base:Q")
    return Figure(
        f"{service}.tornado",
        claim,
        f"Broken line: the model as it is, {show_seconds(downtime_s_per_year)} a year. "
        "Blue: at the low end of the range of the parameter, red: at the high end; the ends are "
        "beside the bars.",
        _table_of_swings(order),
        layer(
            claim,
            len(order),
            bars,
            middle,
            *(text.encode(x="end:Q", text="text:N") for text in texts),
        ),
    )


def _table_of_swings(order: Sequence[Swing]) -> Table:
    """What each parameter does, in a given order."""
    at_low, at_high = (f"downtime a year at {end} (s)" for end in ("low", "high"))
    rows = ((o.name, o.low_text, o.low, o.high_text, o.high) for o in order)
    return Table(("parameter", "low end", at_low, "high end", at_high), tuple(rows))


def _ends(one: Swing) -> tuple[dict[str, object], dict[str, object]]:
    """The two halves of a bar."""
    low_is_left = one.low <= one.high
    low = {"end": one.low, "text": one.low_text, "is_high": False, "left": low_is_left}
    high = {"end": one.high, "text": one.high_text, "is_high": True, "left": not low_is_left}
    return {"name": one.name, **low}, {"name": one.name, **high}
