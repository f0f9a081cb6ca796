"""An incident over time: what a service can carry against its demand, and the stages of outages.

Rules of this file: only the stretch in which something changes for the service is drawn, since a
failover takes a minute and a repair a day; times are counted from its begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hasim.reporting.figures.drawing import (
    BLUE,
    INK,
    ORANGE,
    Figure,
    Table,
    data_of,
    layer,
    unit_of,
)
from hasim.solution.text import show_seconds

if TYPE_CHECKING:
    import altair

    from hasim.reporting.incidents.standing import ServiceStanding
    from hasim.reporting.incidents.story_so_far import Reading
    from hasim.reporting.incidents.teller import Moment

#: Height in rows, and the share of the width below which a stage is told by its band alone.
_ROWS, _NARROW = 8, 0.07

#: Longest text of a mark, in letters, and the share of the width between two that have one.
_MOST_LETTERS, _APART = 40, 0.03

#: How sentences begin that the bands tell already.
_OF_BANDS = "failover of"

#: Of the length that is drawn, what is left free after the last change.
_AFTER = 0.08


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A time in which nothing changes for a service."""

    begin: float
    end: float
    standing: ServiceStanding

    @property
    def level(self) -> float:
        """What is carried; where no capacity is known, 1 while it serves."""
        rps = self.standing.capacity_rps
        return float(self.standing.is_up) if rps is None else rps


def draw_incident(
    service: str, readings: Sequence[Reading], moments: Sequence[Moment], now: float
) -> Figure | None:
    """What a service could carry in the course of an incident, with the stages of its outages.

    Parameters
    ----------
    service : str
    readings : sequence of Reading
        Of an incident.
    moments : sequence of Moment
        What happened.
    now : float
        Up to when it has been played, in seconds from its start.

    Returns
    -------
    Figure or None
        None where nothing has happened.
    """
    if not moments:
        return None
    stretches = list(_stretches(service, readings, moments, now))
    begin, end = stretches[0].begin, stretches[-1].end
    unit, size = unit_of(end - begin)
    claim = _claim(service, stretches)
    has_capacity = stretches[0].standing.capacity_rps is not None
    columns = "from (s)", "to (s)", "stage", "capacity (rps)", "demand (rps)"
    rows = tuple(
        (
            one.begin,
            one.end,
            one.standing.stage or "up",
            one.standing.capacity_rps,
            one.standing.demand_rps,
        )
        for one in stretches
    )
    note = "Line: what could be carried" if has_capacity else "Line: 1 while it serves"
    demand = ". Broken line: the peak demand" if stretches[0].standing.demand_rps else ""
    return Figure(
        f"{service}.incident",
        claim,
        f"{note}{demand}. Bands: the stages of outages. Dotted lines: what happened. Times from "
        f"{show_seconds(begin)} after the start; what changes nothing for {service} after that is "
        "left out.",
        Table(columns, rows),
        layer(claim, _ROWS, *_charts(stretches, moments, unit, size)),
    )


def _stretches(
    service: str, readings: Sequence[Reading], moments: Sequence[Moment], now: float
) -> Iterator[_Stretch]:
    """The stretches from the first moment to a little after the last change."""
    first = moments[0].time
    changes: list[tuple[float, ServiceStanding]] = []
    for one in readings:
        standing, time = one.services[service], max(one.time, first)
        if changes and changes[-1][0] == time:
            changes.pop()
        if not changes or _told(changes[-1][1]) != _told(standing):
            changes.append((time, standing))
    last, standing = changes[-1]
    after = now if not standing.is_up else last + max(_AFTER * (last - first), 1.0)
    end = max(min(now, after), last, first + 1.0)
    ends = [*(begin for begin, _ in changes[1:]), end]
    for (begin, standing), until in zip(changes, ends, strict=True):
        yield _Stretch(begin, until, standing)


def _told(standing: ServiceStanding) -> tuple[str | None, float | None]:
    """What is drawn of a standing."""
    return standing.stage, standing.capacity_rps


def _claim(service: str, stretches: Sequence[_Stretch]) -> str:
    down = sum(one.end - one.begin for one in stretches if not one.standing.is_up)
    if not stretches[-1].standing.is_up:
        return f"{service} is down, for {show_seconds(down)} so far"
    if down:
        return f"{service} was down for {show_seconds(down)}"
    least = min(stretches, key=lambda one: one.level).standing
    if least.tone == "degraded":
        return f"{service} serves, at times with less capacity than its demand"
    return f"{service} serves all the time"


def _charts(
    stretches: Sequence[_Stretch], moments: Sequence[Moment], unit: str, size: float
) -> list[altair.Chart]:
    import altair as alt

    begin, end = stretches[0].begin, stretches[-1].end
    demand = stretches[0].standing.demand_rps
    top = 1.25 * max(demand or 0.0, *(one.level for one in stretches), 1e-9)
    has_capacity = stretches[0].standing.capacity_rps is not None
    scale = alt.Scale(domain=[0, (end - begin) / size], nice=False)
    x = alt.X("from:Q", scale=scale, axis=alt.Axis(title=f"time ({unit})", tickCount=6))
    title = "requests per second" if has_capacity else "serves"
    y_axis = alt.Axis(title=title, tickCount=5 if has_capacity else 1)
    y_scale = alt.Scale(domain=[0, top], nice=False)
    y = alt.Y("level:Q", scale=y_scale, axis=y_axis)
    bands = alt.Chart(data_of(_bands(stretches, size, top)))
    drawn: list[altair.Chart] = [
        bands.mark_rect(color=ORANGE, opacity=0.28, stroke=ORANGE).encode(
            x=x, x2="to:Q", y=alt.Y("bottom:Q", scale=y_scale, axis=y_axis), y2="level:Q"
        ),
        bands.mark_text(color=INK, fontSize=12, baseline="top", dy=5).encode(
            x="middle:Q", y=y, text="told:N"
        ),
        alt.Chart(data_of(_steps(stretches, size)))
        .mark_line(color=BLUE, strokeWidth=2.5, interpolate="step-after")
        .encode(x=x, y=y),
    ]
    marks = alt.Chart(data_of(_marks(moments, begin, end, size)))
    drawn.append(marks.mark_rule(color=INK, strokeDash=[1, 4], opacity=0.7).encode(x=x))
    texts = marks.mark_text(color=INK, fontSize=10, align="left", angle=270, dx=4, dy=9)
    drawn.append(texts.encode(x=x, y=alt.value(_ROWS * 30), text="told:N"))
    if demand:
        line = alt.Chart(data_of([{"level": demand}]))
        drawn.append(line.mark_rule(color=INK, strokeDash=[5, 4], strokeWidth=1.5).encode(y=y))
    return drawn


def _bands(stretches: Sequence[_Stretch], size: float, top: float) -> Iterator[dict[str, object]]:
    begin = stretches[0].begin
    whole = stretches[-1].end - begin
    for one in stretches:
        if one.standing.is_up:
            continue
        left, right = (one.begin - begin) / size, (one.end - begin) / size
        is_wide = one.end - one.begin >= _NARROW * whole
        yield {
            "from": left,
            "to": right,
            "middle": (left + right) / 2.0,
            "bottom": 0.0,
            "level": top,
            "told": (one.standing.stage or "down") if is_wide else "",
        }


def _steps(stretches: Sequence[_Stretch], size: float) -> Iterator[dict[str, object]]:
    begin, last = stretches[0].begin, stretches[-1]
    for one in stretches:
        yield {"from": (one.begin - begin) / size, "level": one.level}
    yield {"from": (last.end - begin) / size, "level": last.level}


def _marks(
    moments: Sequence[Moment], begin: float, end: float, size: float
) -> Iterator[dict[str, object]]:
    """What happened but stages, by its first sentence; what is too close to it has no words."""
    apart = _APART * (end - begin)
    last = -apart
    for one in moments:
        told = next((text for text in one.sentences if not text.startswith(_OF_BANDS)), "")
        if not told or not begin <= one.time <= end:
            continue
        if one.time - last < apart:
            told = ""
        else:
            last = one.time
        cut = told if len(told) <= _MOST_LETTERS else f"{told[: _MOST_LETTERS - 1].rstrip()}…"
        yield {"from": (one.time - begin) / size, "told": cut}
