"""Figures of answers: each a function from frozen results to a chart that says what it shows.

Rules of this room: altair and vl_convert are known here alone and imported inside functions, since
they take longer to import than an exact answer takes; nothing is fetched; every figure carries its
numbers as a table; nothing is told by colour alone, and the colours are those of Okabe and Ito
(2008), which all can tell apart.
"""

from hasim.reporting.figures.candidates import (
    PICKED,
    Candidate,
    Swing,
    draw_front,
    draw_tornado,
)
from hasim.reporting.figures.capacity import draw_capacity
from hasim.reporting.figures.downtime import draw_causes
from hasim.reporting.figures.drawing import Cell, Figure, Table, render
from hasim.reporting.figures.headroom import draw_headroom
from hasim.reporting.figures.incident import draw_incident
from hasim.reporting.figures.law import draw_law
from hasim.reporting.figures.lengths import draw_lengths
from hasim.reporting.figures.loss import Loss, draw_loss
from hasim.reporting.figures.recovery import draw_recovery, draw_way_back
from hasim.reporting.figures.specs import for_theme, render_png, render_spec, spec_of
from hasim.reporting.figures.told_table import tell_table
from hasim.reporting.figures.windows import draw_windows

__all__ = [
    "PICKED",
    "Candidate",
    "Cell",
    "Figure",
    "Loss",
    "Swing",
    "Table",
    "draw_capacity",
    "draw_causes",
    "draw_front",
    "draw_headroom",
    "draw_incident",
    "draw_law",
    "draw_lengths",
    "draw_loss",
    "draw_recovery",
    "draw_tornado",
    "draw_way_back",
    "draw_windows",
    "for_theme",
    "render",
    "render_png",
    "render_spec",
    "spec_of",
    "tell_table",
]
