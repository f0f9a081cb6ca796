"""What is known of a run while it goes on, for a page that looks again and again.

Theory of operation: a worker writes down, now and then, the figures that decide when it stops, each
with its interval, and how long it may still take (hasim.work). Of that come one sentence on how far
the run is and a chart of each interval as it narrows. Times are those of the run, not of the clock
on the wall: a worker that was killed leaves its time to the one that goes on.

Rules of this file: nothing is drawn that was not told; a chart is plain Vega-Lite, since this is
done many times a minute in a process that imports as little as it can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hasim.reporting.quantity_text import show_quantity
from hasim.solution.text import show_seconds
from hasim.units import SECONDS_PER_YEAR

#: Points of a chart; of more, every so many.
_MOST_POINTS = 120

#: Of Okabe and Ito (2008), as in all figures.
_COLOUR = "#0072b2"

_ENDS = ("value", "low", "high")

News = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Course:
    """How far a run is.

    Parameters
    ----------
    text : str
        A sentence.
    share : float or None
        Of the time that it may take in all; None while unknown.
    figures : tuple of (str, str, str)
        What is known of the downtime of each service: its name, the value and its interval.
    charts : tuple of mapping
        Vega-Lite, one for each service.
    notes : tuple of str
        What came in between, such as a worker that was killed.
    """

    text: str
    share: float | None
    figures: tuple[tuple[str, str, str], ...]
    charts: tuple[Mapping[str, object], ...]
    notes: tuple[str, ...] = ()


def follow(news: Sequence[News], asked: float | None) -> Course:
    """Return how far a run is by what was told of it.

    Parameters
    ----------
    news : sequence of mapping
        The oldest first.
    asked : float or None
        The precision that the run is to reach; None where something else ends it.
    """
    if not news:
        return Course("at work", None, (), ())
    news = list(_in_one_time(news))
    last = news[-1]
    figured = [one for one in news if one.get("figures")]
    figures = tuple(_figure(one) for one in figured[-1]["figures"]) if figured else ()
    names = [name for name, _, _ in figures]
    charts = [_chart(name, _points(figured, name)) for name in names if len(figured) > 1]
    searched = [one for one in news if one.get("least") is not None]
    if len(searched) > 1:
        charts.append(_search_chart(searched))
    notes = tuple(one["note"] for one in news if "note" in one)
    return Course(_sentence(last, asked), _share(last), figures, tuple(charts), notes)


def _in_one_time(news: Sequence[News]) -> Iterator[News]:
    """The news with the time of all workers so far, each of which counts from its begin."""
    before = spent = 0.0
    for one in news:
        own = one.get("spent_s")
        if "note" in one or (own is not None and own < spent - before):
            before = spent
        if own is not None:
            spent = before + own
        yield one if own is None else {**one, "spent_s": spent}


def _sentence(last: News, asked: float | None) -> str:
    about = last["about"]
    if last.get("precision") is None:
        return about or "too few outages for an interval yet"
    within = f"known to within {show_quantity('share', last['precision'])}"
    within += "" if asked is None else f", {show_quantity('share', asked)} asked"
    left = last["left_s"]
    time = "" if left is None else f", about {show_seconds(max(1.0, left))} left"
    return f"{about}: {within}{time}" if about else f"{within}{time}"


def _share(last: News) -> float | None:
    if last.get("share") is not None:
        return float(last["share"])
    left, spent = last.get("left_s"), last.get("spent_s", 0.0)
    return None if left is None else float(min(1.0, spent / max(spent + left, 1e-9)))


def _figure(told: Mapping[str, Any]) -> tuple[str, str, str]:
    """The downtime a year of a service, with its interval, in words."""
    value, low, high = (_a_year(told[end]) for end in ("value", "low", "high"))
    interval = f"{show_seconds(low)} to {show_seconds(high)}" if low is not None and high else ""
    return told["name"], "?" if value is None else show_seconds(value), interval


def _a_year(share: float | None) -> float | None:
    return None if share is None else share * SECONDS_PER_YEAR


def _points(news: Sequence[News], name: str) -> list[dict[str, float]]:
    """Where the interval of a service was at which time of the run."""
    told = [(one["spent_s"], each) for one in news for each in one["figures"]]
    points = [
        {"spent": spent, **{end: (_a_year(each[end]) or 0.0) / 3600.0 for end in _ENDS}}
        for spent, each in told
        if each["name"] == name and all(each[end] is not None for end in _ENDS)
    ]
    return points[:: -(-len(points) // _MOST_POINTS) or 1]


def _chart(name: str, points: Sequence[Mapping[str, float]]) -> Mapping[str, object]:
    along = {"field": "spent", "type": "quantitative", "title": "seconds of this run"}
    up = {"type": "quantitative", "title": "downtime a year (h)", "scale": {"zero": False}}
    return {
        "data": {"values": list(points)},
        "title": {"text": f"{name}: the interval narrows", "anchor": "start"},
        "height": 160,
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.25, "color": _COLOUR},
                "encoding": {
                    "x": along,
                    "y": {"field": "low", **up},
                    "y2": {"field": "high"},
                },
            },
            {
                "mark": {"type": "line", "color": _COLOUR},
                "encoding": {"x": along, "y": {"field": "value", **up}},
            },
        ],
    }


def _search_chart(news: Sequence[News]) -> Mapping[str, object]:
    """What the cheapest design costs that is still open: all below it are ruled out."""
    points = [{"spent": one["spent_s"], "least": one["least"]} for one in news]
    return {
        "data": {"values": points[:: -(-len(points) // _MOST_POINTS)]},
        "title": {
            "text": "Designs that cost less than this a year are ruled out",
            "anchor": "start",
        },
        "height": 160,
        "mark": {"type": "line", "interpolate": "step-after", "color": _COLOUR},
        "encoding": {
            "x": {"field": "spent", "type": "quantitative", "title": "seconds of this run"},
            "y": {
                "field": "least",
                "type": "quantitative",
                "title": None,
                "axis": {"format": ",.7~g"},
                "scale": {"zero": False},
            },
        },
    }
