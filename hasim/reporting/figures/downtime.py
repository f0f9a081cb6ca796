"""What causes downtime: a bar for each cause, with its interval."""

from __future__ import annotations

from hasim.reporting.figures.drawing import (
    BLUE,
    INK,
    Figure,
    Table,
    data_of,
    layer,
    show_share_of,
    unit_of,
)
from hasim.reporting.tables import Parts, others_title
from hasim.solution import ServiceAnswer
from hasim.solution.text import show_seconds


def draw_causes(service: str, answer: ServiceAnswer) -> Figure | None:
    """What the downtime of a service is charged to, the largest first.

    Parameters
    ----------
    service : str
    answer : ServiceAnswer

    Returns
    -------
    Figure or None
        None where no downtime is known.
    """
    import altair as alt

    parts = Parts.of(answer.downtime_s_per_year_by_cause, by_size=True)
    if not parts.named:
        return None
    ends = [x for _, one, _ in parts.named for x in one.ends if x is not None]
    unit, size = unit_of(max(ends))
    rows = [
        {
            "cause": name,
            "value": value / size,
            **{
                side: (value if end is None else end) / size
                for side, end in (("low", one.low), ("high", one.high))
            },
            "told": f"{show_seconds(value)}, {show_share_of(share)}",
        }
        for name, one, share in parts.named
        if (value := one.value)
    ]
    if parts.n_others:
        told = f"{show_seconds(parts.others)}, {show_share_of(parts.others_share)}"
        value = parts.others / size
        rows.append({"cause": others_title(parts), "value": value, "told": told})
    name, _, share = parts.named[0]
    claim = f"{name} causes {show_share_of(share)} of the downtime of {service}"
    longest = max(*ends, parts.others) / size
    base = alt.Chart(data_of(rows)).encode(y=alt.Y("cause:N", sort=None, title=None))
    scale = alt.Scale(domain=[0, longest * 1.3], nice=False)
    axis = alt.Axis(title=f"downtime a year ({unit})", tickCount=6)
    bars = base.mark_bar(color=BLUE, height=16).encode(x=alt.X("value:Q", scale=scale, axis=axis))
    spans = base.mark_rule(color=INK, strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    texts = base.transform_calculate(end="max(datum.value, datum.high || 0)").mark_text(
        align="left", dx=6, color=INK, fontSize=12
    )
    texts = texts.encode(x="end:Q", text="told:N")
    return Figure(
        f"{service}.causes",
        claim,
        "Bars: downtime a year by the cause that it is charged to; they add up to the whole. Dark "
        "lines: 95 % intervals; no line where the figure was computed.",
        _table(answer),
        layer(claim, len(rows), bars, spans, texts),
    )


def _table(answer: ServiceAnswer) -> Table:
    rates = answer.outages_per_year_by_cause
    columns = "cause", "downtime a year (s)", "low (s)", "high (s)", "outages a year"
    rows = (
        (cause, *one.ends, rates[cause].value if cause in rates else None)
        for cause, one in answer.downtime_s_per_year_by_cause.items()
    )
    return Table(columns, tuple(rows))
