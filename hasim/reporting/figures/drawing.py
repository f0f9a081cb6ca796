"""What all figures share: their table, their look, time on an axis, and a chart as SVG.

Rules of this file: an SVG has no background and uses `INK` and `PALE` for all that is no data, so
that a page can give these two other colours on a dark screen. The same figure gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hasim.solution.text import show_seconds

if TYPE_CHECKING:
    import altair

#: Text and axes; grid lines. A page replaces them on a dark screen.
INK, PALE = "#24292f", "#d5dae0"

#: Of Okabe and Ito (2008): what is told, what stands out, what is told beside it.
BLUE, VERMILION, ORANGE, GREEN = "#0072b2", "#d55e00", "#e69f00", "#009e73"

#: Width of the part with the data, and height of a row, in pixels; room for the name of a row.
WIDTH, ROW = 520, 30
LABELS = 260

#: Room for a font that is wider than the one that the text was measured with.
PADDING = {"left": 28, "top": 6, "right": 40, "bottom": 6}

_FONT = "Helvetica, Arial, sans-serif"

#: Steps of an axis of time, in seconds: what people count in, coarse; and between, where the axis
#: has room for no more than `_MOST_TICKS`.
_COARSE = (1e-6, 1e-3, 1.0, 60.0, 3600.0, 86_400.0, 31_536_000.0, 3.1536e9)
_FINE = (
    *(1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 5.0, 20.0, 60.0, 300.0, 1200.0, 3600.0),
    *(14_400.0, 43_200.0, 86_400.0, 432_000.0, 2_592_000.0, 31_536_000.0, 3.1536e8, 3.1536e9),
)
_MOST_TICKS = 9

_UNITS = (("d", 86_400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0))

Cell = str | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a figure or of an answer.

    Parameters
    ----------
    columns : tuple of str
        Names; the unit of a number stands in brackets at the end: ``downtime a year (s)``.
    rows : tuple of tuples
        Texts, numbers in SI units, and None for what is not known.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def to_csv(self) -> str:
        """Return the table as CSV with all digits; what is not known is empty."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A chart with what it says.

    Parameters
    ----------
    name : str
        For a file: ``checkout.causes``.
    claim : str
        What it shows, in one sentence; the title of the chart.
    note : str
        How it is read.
    table : Table
        Its numbers.
    chart : altair chart
    """

    name: str
    claim: str
    note: str
    table: Table
    chart: altair.LayerChart


def layer(claim: str, rows: int, *charts: altair.Chart) -> altair.LayerChart:
    """Lay charts over each other under the sentence that they show.

    Parameters
    ----------
    claim : str
    rows : int
        How many rows there are, for the height.
    *charts : altair chart
    """
    import altair as alt

    title = alt.TitleParams(**title_of(claim))
    height = max(2, rows) * ROW
    chart: altair.LayerChart = (
        alt.layer(*charts)
        .properties(
            width=WIDTH, height=height, title=title, background="transparent", padding=PADDING
        )
        .configure(font=_FONT)
        .configure_view(stroke=None)
        .configure_title(color=INK, lineHeight=19)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            titleFontWeight="normal",
            labelFontSize=12,
            titleFontSize=12,
            domainColor=PALE,
            tickColor=PALE,
            gridColor=PALE,
            labelLimit=LABELS,
        )
    )
    return chart


def title_of(claim: str) -> dict[str, Any]:
    """The title of a chart: a sentence, broken into lines that fit."""
    look = {"anchor": "start", "frame": "bounds", "fontSize": 15, "fontWeight": "bold"}
    return {"text": _broken(claim), **look, "offset": 14}


def data_of(rows: Iterable[dict[str, Any]]) -> altair.Data:
    """Rows as the data of a chart."""
    import altair as alt

    data: altair.Data = alt.InlineData(values=list(rows))
    return data


def render(figure: Figure) -> str:
    """Return a figure as SVG, made without network and without fonts from elsewhere."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(figure.chart.to_json(), allowed_base_urls=[])
    return svg


def show_share_of(share: float) -> str:
    """Return a share as a percentage that is read at a glance."""
    percent = 100.0 * share
    return f"{percent:.0f} %" if percent >= 1.0 or not percent else f"{percent:.1g} %"


def unit_of(seconds: float) -> tuple[str, float]:
    """Return the unit in which a linear axis that ends at so many seconds is labelled."""
    return next(((unit, size) for unit, size in _UNITS if seconds >= 2.0 * size), _UNITS[-1])


def log_time_axis(title: str, lengths: Sequence[float]) -> tuple[altair.Scale, altair.Axis]:
    """A logarithmic axis of time that holds some lengths, with labels in units that people use.

    Parameters
    ----------
    title : str
    lengths : sequence of float
        Seconds, positive.
    """
    import altair as alt

    low, high = min(lengths) / 1.3, max(lengths) * 1.3
    if high < 8.0 * low:
        low, high = low / 2.0, high * 2.0
    ticks = [moment for moment in _FINE if low <= moment <= high]
    if len(ticks) > _MOST_TICKS:
        ticks = [moment for moment in _COARSE if low <= moment <= high]
    if len(ticks) < 2:
        ticks = [float(f"{low * (high / low) ** (i / 3):.1g}") for i in range(1, 3)]
    names = json.dumps([show_seconds(tick) for tick in ticks])
    label = f"{names}[indexof({json.dumps(ticks)}, datum.value)]"
    return (
        alt.Scale(type="log", domain=[low, high], nice=False),
        alt.Axis(title=title, values=ticks, labelExpr=label),
    )


def _broken(sentence: str, most: int = 62) -> list[str]:
    """A title as lines that fit the width of a figure; a number stays with its unit."""
    lines = [""]
    for word in re.sub(r"(?<=\d) ", "\u00a0", sentence).split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def positive(*numbers: float | None) -> list[float]:
    """Those of some numbers that a logarithmic axis can hold."""
    return [x for x in numbers if x is not None and math.isfinite(x) and x > 0.0]
