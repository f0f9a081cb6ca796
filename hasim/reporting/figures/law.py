"""The law of a duration: how likely each length is, with mean, median and 95 % quantile.

Theory of operation
-------------------
The density is the growth of the distribution function over narrow steps, so that one way serves
every law, samples too. A law that is one length is a mark. The axis ends where nearly all lengths
do, and holds the mean in any case; what lies beyond is said in the note.
"""

from __future__ import annotations

from typing import Any

from hasim.laws import Empirical, Fixed, Law, Uniform
from hasim.reporting.figures.drawing import (
    BLUE,
    INK,
    VERMILION,
    Figure,
    Table,
    data_of,
    layer,
    show_share_of,
    unit_of,
)
from hasim.solution.text import show_seconds

#: Steps of the axis: a pixel or two for each in a narrow column.
_STEPS = 160

#: Share of the lengths that the axis holds; it cuts long tails, of which nothing could be seen.
_SHOWN = 0.98

_MOST = "95 % within"

#: Height in rows of `drawing.ROW`.
_ROWS = 5


def draw_law(name: str, law: Law) -> Figure:
    """How likely each length of something is.

    Parameters
    ----------
    name : str
        What takes so long, such as ``db.failover.promote``.
    law : Law
    """
    import altair as alt

    marks = {"median": law.quantile(0.5), "mean": law.mean, _MOST: law.quantile(0.95)}
    low, high = _ends(law, marks)
    unit, size = unit_of(high)
    axis = alt.Axis(title=f"length in {unit}", grid=False, tickCount=5)
    span = alt.Scale(domain=[low / size, high / size], nice=False)
    x = alt.X("length:Q", scale=span, axis=axis)
    told = {"always": law.mean} if isinstance(law, Fixed) else marks
    lines = [
        {"length": seconds / size, "told": f"{what} {show_seconds(seconds)}", "row": row}
        for row, (what, seconds) in enumerate(told.items())
    ]
    base = alt.Chart(data_of(lines)).encode(x=x)
    rule = base.mark_rule(color=VERMILION, strokeWidth=1.5, strokeDash=[5, 4])
    is_left = f"datum.length < {(low + 0.6 * (high - low)) / size!r}"
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[5.5, -0.5]))
    words = base.encode(y=y, text="told:N")
    texts = [
        words.transform_filter(is_left).mark_text(color=INK, align="left", dx=5, fontSize=12),
        words.transform_filter(f"!({is_left})").mark_text(
            color=INK, align="right", dx=-5, fontSize=12
        ),
    ]
    areas = [] if isinstance(law, Fixed) else [_area(law, low, high, size, x)]
    claim = _claim(law, marks)
    chart = layer(claim, _ROWS, *areas, rule, *texts).resolve_scale(y="independent")
    rows = (*marks.items(), ("standard deviation", law.variance**0.5))
    return Figure(name, claim, _note(law, high), Table(("figure", "length (s)"), rows), chart)


def _area(law: Law, low: float, high: float, size: float, x: Any) -> Any:
    """The density as an area, per step of the axis."""
    import altair as alt

    width = (high - low) / _STEPS
    edges = [low + i * width for i in range(_STEPS + 1)]
    below = [law.cdf(edge) for edge in edges]
    rows = [
        {"length": (edges[i] + edges[i + 1]) / 2.0 / size, "share": below[i + 1] - below[i]}
        for i in range(_STEPS)
    ]
    has_edges = isinstance(law, (Empirical, Uniform))
    return (
        alt.Chart(data_of(rows))
        .mark_area(color=BLUE, opacity=0.55, interpolate="step" if has_edges else "monotone")
        .encode(x=x, y=alt.Y("share:Q", axis=None))
    )


def _ends(law: Law, marks: dict[str, float]) -> tuple[float, float]:
    """Seconds from which to which the axis goes: from 0, unless all lengths are far from it."""
    if isinstance(law, Fixed):
        return 0.0, 2.0 * law.mean or 1.0
    high = max(law.quantile(_SHOWN), 1.1 * max(marks.values()))
    least = law.quantile(0.001)
    low = least - 0.1 * (high - least) if least > 0.6 * high else 0.0
    return max(low, 0.0), high


def _claim(law: Law, marks: dict[str, float]) -> str:
    if isinstance(law, Fixed):
        return f"It always takes {show_seconds(law.mean)}"
    half, most, mean = (show_seconds(marks[key]) for key in ("median", _MOST, "mean"))
    return f"Half take up to {half}, one in 20 longer than {most}; the mean is {mean}"


def _note(law: Law, high: float) -> str:
    beyond = law.survival(high)
    if isinstance(law, Fixed) or beyond <= 0.0:
        return "The higher the area, the likelier is the length."
    return (
        "The higher the area, the likelier is the length; "
        f"{show_share_of(beyond)} are longer than {show_seconds(high)}."
    )
