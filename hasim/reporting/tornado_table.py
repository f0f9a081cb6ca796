"""A tornado as text for a terminal of 80 columns, and as a document.

Rules of this file: a quantity has a line that says how far it goes and a line with its bar; all
bars of a service have one scale, on which the model itself is the mark ``|``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from hasim.planner.sensitivity import Bar, Tornado
from hasim.reporting.quantity_text import show_quantity
from hasim.solution.text import show_seconds
from hasim.stats import Estimate
from hasim.units import SECONDS_PER_YEAR

#: Columns of a line: a terminal as it opens.
WIDTH = 80

_BAR = 36
_FORMAT = 1


def tell_tornado(tornado: Tornado, top: int) -> str:
    """Return the longest bars of each service as text, without a line break at the end.

    Parameters
    ----------
    tornado : Tornado
    top : int
        How many bars, at most.
    """
    count = "one quantity" if tornado.quantities == 1 else f"{tornado.quantities} quantities"
    lines = [f"{tornado.model}: {count}, one at a time, {tornado.engine}"]
    for name, bars in tornado.bars.items():
        lines += ["", *_tell_service(name, tornado.unavailability[name], bars, top)]
    lines += ["", *tornado.why, *(f"warning: {text}" for text in tornado.warnings)]
    if tornado.engine == "montecarlo":
        lines.append(f"seed {tornado.seed}")
    return "\n".join(part for line in lines for part in _wrap(line))


def tornado_document(tornado: Tornado) -> dict[str, Any]:
    """Return all bars as plain values for JSON."""
    return {
        "format": _FORMAT,
        "model": tornado.model,
        "engine": tornado.engine,
        "why": list(tornado.why),
        "seed": tornado.seed,
        "quantities": tornado.quantities,
        "services": {
            name: {
                "unavailability": tornado.unavailability[name].to_dict(),
                "bars": [_bar_document(bar) for bar in bars],
            }
            for name, bars in tornado.bars.items()
        },
        "warnings": list(tornado.warnings),
    }


def _bar_document(bar: Bar) -> dict[str, Any]:
    one = bar.quantity
    return {
        "name": one.name,
        "kind": one.kind,
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "range_from": one.source,
        "unavailability_at_low": bar.at_low.to_dict(),
        "unavailability_at_high": bar.at_high.to_dict(),
        "swing": bar.swing.to_dict(),
        "is_real": bar.is_real,
    }


def _tell_service(
    name: str, unavailability: Estimate, bars: Sequence[Bar], top: int
) -> Iterator[str]:
    base = unavailability.value or 0.0
    yield f"{name}: down {_a_year(base)} a year; at the low end and at the high end of"
    if not bars:
        yield "  nothing: no quantity moves it"
        return
    shown = bars[:top]
    ends = [end.value or 0.0 for bar in shown for end in (bar.at_low, bar.at_high)]
    scale = min(*ends, base), max(*ends, base)
    for bar in shown:
        yield from _tell_bar(bar, base, scale)
    if len(bars) > top:
        yield f"  and {len(bars) - top} more that move it less (--top)"


def _tell_bar(bar: Bar, base: float, scale: tuple[float, float]) -> Iterator[str]:
    one = bar.quantity
    low, high = show_quantity(one.kind, one.low), show_quantity(one.kind, one.high)
    source = {"catalogue": ", catalogue", "between": ", between"}.get(one.source, "")
    yield f"  {one.name}: {low} to {high}{source}"
    first, last = bar.at_low.value or 0.0, bar.at_high.value or 0.0
    drawn = _draw(min(first, last), max(first, last), base, scale)
    doubt = "" if bar.is_real else "  may be chance"
    yield f"    {drawn} {_from_to(first, last)}{doubt}"


def _from_to(first: float, last: float) -> str:
    """Two downtimes a year, or how far they are apart where three digits do not tell them."""
    if _a_year(first) == _a_year(last):
        return f"{_a_year(first)}, {_a_year(abs(last - first))} apart"
    return f"{_a_year(first)} to {_a_year(last)}"


def _draw(low: float, high: float, base: float, scale: tuple[float, float]) -> str:
    """A bar from one unavailability to another, with the mark of the model itself in it."""
    start, end, mark = (_column(x, scale) for x in (low, high, base))
    cells = ["=" if start <= column <= end else " " for column in range(_BAR)]
    cells[mark] = "|"
    return "".join(cells)


def _column(value: float, scale: tuple[float, float]) -> int:
    low, high = scale
    return round((value - low) / (high - low) * (_BAR - 1)) if high > low else 0


def _a_year(share: float) -> str:
    return show_seconds(share * SECONDS_PER_YEAR)


def _wrap(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line.rstrip()]
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
