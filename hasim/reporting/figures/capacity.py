"""Capacity over time against demand: how much of a year what is in service carries the peak."""

from __future__ import annotations

from hasim.reporting.figures.drawing import (
    GREEN,
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
from hasim.solution import ServiceAnswer
from hasim.solution.text import show_seconds
from hasim.stats import Estimate
from hasim.units import SECONDS_PER_YEAR


def draw_capacity(service: str, answer: ServiceAnswer) -> Figure | None:
    """The hours of a year with enough capacity for the peak, with less, and with none.

    Parameters
    ----------
    service : str
    answer : ServiceAnswer

    Returns
    -------
    Figure or None
        None where it is not known how long capacity is short.
    """
    import altair as alt

    capacity = answer.capacity
    if capacity is None or not capacity.demand_rps or capacity.short_s_per_year is None:
        return None
    down, short = answer.downtime_s_per_year, capacity.short_s_per_year
    if down.value is None or short.value is None:
        return None
    demand = f"{capacity.demand_rps:g} rps"
    enough = Estimate.of_exact(SECONDS_PER_YEAR - down.value - short.value)
    parts = {
        f"up, {demand} or more": (enough, GREEN),
        f"up, less than {demand}": (short, ORANGE),
        "down, nothing": (down, VERMILION),
    }
    rows = [
        {
            "what": what,
            "value": one.value,
            "low": one.low or one.value,
            "high": one.high or one.value,
            "told": show_seconds(one.value or 0.0),
            "colour": colour,
        }
        for what, (one, colour) in parts.items()
        if one.value
    ]
    claim = _tell(service, demand, down.value, short.value)
    seen = positive(*(x for one, _ in parts.values() for x in one.ends))
    scale, axis = log_time_axis("time of a year (logarithmic)", seen)
    base = alt.Chart(data_of(rows)).encode(
        y=alt.Y("what:N", sort=None, title=None), x=alt.X("value:Q", scale=scale, axis=axis)
    )
    colour = alt.Color("colour:N", scale=None)
    spans = base.mark_rule(strokeWidth=5, opacity=0.45).encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", color=colour
    )
    dots = base.mark_point(filled=True, size=110, opacity=1.0).encode(color=colour)
    texts = base.mark_text(color=INK, align="left", dx=12, fontSize=12).encode(text="told:N")
    return Figure(
        f"{service}.capacity",
        claim,
        f"How long a year what is in service can carry the peak, {demand}, on a logarithmic axis; "
        "most of the time less than the peak is asked. Broad lines: 95 % intervals.",
        Table(
            ("capacity", "time a year (s)", "low (s)", "high (s)"),
            tuple((what, *one.ends) for what, (one, _) in parts.items()),
        ),
        layer(claim, len(rows), spans, dots, texts),
    )


def _tell(service: str, demand: str, down: float, short: float) -> str:
    if not short:
        return f"Whenever {service} is up, it can carry its peak of {demand}"
    return (
        f"In a year {service} is up for {show_seconds(short)} with less than its peak of {demand}, "
        f"and down for {show_seconds(down)}"
    )
