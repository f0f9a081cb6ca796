"""Which figures are drawn of an answer, and in which order: for a report and for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hasim.planner.waterfall import find_waterfalls
from hasim.reporting.figures import (
    Figure,
    Swing,
    draw_capacity,
    draw_causes,
    draw_headroom,
    draw_lengths,
    draw_recovery,
    draw_tornado,
    draw_way_back,
    draw_windows,
)
from hasim.reporting.quantity_text import show_quantity
from hasim.solution import ServiceAnswer
from hasim.system import System
from hasim.units import SECONDS_PER_YEAR

if TYPE_CHECKING:
    from hasim.planner.sensitivity import Tornado

#: A picture of more components is drawn for nobody's eyes.
MOST_DRAWN = 300

#: So many quantities stand in a tornado.
MOST_SWINGS = 12

#: So many different recoveries are drawn, at most.
MOST_WAYS = 6

_DRAWINGS = (draw_causes, draw_recovery, draw_lengths, draw_windows, draw_capacity, draw_headroom)


def draw_answer(
    service: str, answer: ServiceAnswer, tornado: Tornado | None = None
) -> list[Figure]:
    """Draw all figures of a service for which there are numbers.

    Parameters
    ----------
    service : str
    answer : ServiceAnswer
    tornado : Tornado, optional
        How far quantities move it.
    """
    drawn = [draw(service, answer) for draw in _DRAWINGS]
    if tornado is not None:
        drawn.append(_draw_swings(tornado, service))
    return [figure for figure in drawn if figure is not None]


def draw_ways_back(system: System) -> list[Figure]:
    """Draw the recoveries of a model that take time, the first of those that are alike.

    Parameters
    ----------
    system : System
    """
    ways = {way.steps: way for way in reversed(find_waterfalls(system)) if way.mean_s > 0.0}
    return [draw_way_back(way) for way in list(reversed(ways.values()))[:MOST_WAYS]]


def _draw_swings(tornado: Tornado, service: str) -> Figure | None:
    """The tornado of a service, of those quantities that are more than chance."""
    base = tornado.unavailability[service].value
    real = [bar for bar in tornado.bars[service] if bar.is_real][:MOST_SWINGS]
    swings = [
        Swing(
            bar.quantity.name,
            (bar.at_low.value or 0.0) * SECONDS_PER_YEAR,
            (bar.at_high.value or 0.0) * SECONDS_PER_YEAR,
            show_quantity(bar.quantity.kind, bar.quantity.low),
            show_quantity(bar.quantity.kind, bar.quantity.high),
        )
        for bar in real
    ]
    return draw_tornado(service, (base or 0.0) * SECONDS_PER_YEAR, swings)
