"""What is uncertain, in the answer: a table of spreads and shares, and the same as a document."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from hasim.planner.uncertainty import Influence, Propagation, ServiceSpread
from hasim.reporting.quantity_text import show_quantity
from hasim.solution.text import show_seconds, show_share
from hasim.stats import Estimate

#: Columns of a line: a terminal as it opens.
WIDTH = 80

_FORMAT = 1
_BAR = 20
_TITLE, _VALUE = 20, 14
_FIGURES: Final[Mapping[str, tuple[str, Callable[[float], str]]]] = {
    "availability": ("availability", show_share),
    "downtime_s_per_year": ("downtime a year", show_seconds),
    "outages_per_year": ("outages a year", "{:.3g}".format),
    "mttr_s": ("mean outage", show_seconds),
}


def tell_propagation(found: Propagation) -> str:
    """Return the spread of the answers as text, without a line break at the end."""
    count = f"{len(found.uncertain)} quantities" if len(found.uncertain) > 1 else "one quantity"
    lines = [f"{found.model}: {count} uncertain, {found.worlds} worlds, {found.engine}"]
    for name, spread in found.services.items():
        lines += ["", name, *(f"  {line}" for line in _tell_service(spread))]
    lines += ["", "uncertain, all values equally likely (shares: linear, all else: logarithmic)"]
    for one in found.uncertain:
        low, high = show_quantity(one.kind, one.low), show_quantity(one.kind, one.high)
        lines.append(f"  {one.name}: {low} to {high} {one.unit}".rstrip())
    lines += ["", *found.why, f"{found.rows} rows a sample, seed {found.seed}"]
    lines += [f"warning: {text}" for text in found.warnings]
    return "\n".join(part for line in lines for part in _wrap(line))


def spread_document(found: Propagation) -> dict[str, Any]:
    """Return the same as plain values for JSON."""
    return {
        "format": _FORMAT,
        "model": found.model,
        "engine": found.engine,
        "why": list(found.why),
        "seed": found.seed,
        "rows": found.rows,
        "rows_asked": found.asked,
        "worlds": found.worlds,
        "uncertain": [one.model_dump() for one in found.uncertain],
        "services": {name: _service_document(one) for name, one in found.services.items()},
        "warnings": list(found.warnings),
    }


def _service_document(spread: ServiceSpread) -> dict[str, Any]:
    return {
        "unavailability_at_middle": spread.middle_unavailability,
        "spread": {
            name: {"mean": one.mean, "p5": one.p5, "p50": one.p50, "p95": one.p95}
            for name, one in spread.figures.items()
        },
        "objectives_met": dict(spread.objectives),
        "variance_of_downtime": {
            name: {"first": one.first.to_dict(), "total": one.total.to_dict()}
            for name, one in spread.influences.items()
        },
        "variance_by_chance": spread.chance,
    }


def _tell_service(spread: ServiceSpread) -> Iterator[str]:
    heads = ("5 % below", "half below", "95 % below", "mean")
    yield f"{'over the worlds':<{_TITLE}}" + "".join(f"{head:<{_VALUE}}" for head in heads)
    for key, (title, show) in _FIGURES.items():
        one = spread.figures.get(key)
        values = ["not known in all worlds"]
        if one is not None:
            values = [show(value) for value in (one.p5, one.p50, one.p95, one.mean)]
        yield f"{title:<{_TITLE}}" + "".join(f"{value:<{_VALUE}}" for value in values)
    for name, share in spread.objectives.items():
        yield f"objective {name}: met in {100.0 * share:.3g} % of the worlds"
    if spread.influences:
        yield "share of the variance of downtime due to each, alone and with the others"
        ordered = sorted(spread.influences.items(), key=lambda pair: -_value(pair[1].total))
        for name, influence in ordered:
            yield from _tell_influence(name, influence)
    else:
        yield "the downtime is the same in all worlds"
    if spread.chance:
        yield f"share of that variance that is chance of the simulation: {_percent(spread.chance)}"


def _tell_influence(name: str, one: Influence) -> Iterator[str]:
    yield f"  {name}"
    filled = round(_BAR * min(1.0, max(0.0, _value(one.first))))
    bar = "=" * filled
    yield f"    {bar:<{_BAR}} {_interval(one.first)}; {_interval(one.total)}"


def _interval(share: Estimate) -> str:
    value, low, high = (_percent(x or 0.0) for x in share.ends)
    return f"{value} ({low} to {high})"


def _percent(share: float) -> str:
    return f"{100.0 * min(1.0, max(0.0, share)):.0f} %"


def _value(estimate: Estimate) -> float:
    return estimate.value or 0.0


def _wrap(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line.rstrip()]
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
