"""Answers as exhibits: cards, charts, pictures, sheets and words that a page lays out.

Theory of operation
-------------------
`exhibit_solution` (solved.py), `exhibit_comparison` (compared.py) and `exhibit_sizing` (sized.py)
turn an answer into an `Exhibition`. Its `to_dict` is JSON, which a worker process makes once and a
store keeps; a page, a notebook or an export knows nothing else (docs/exhibits.md).

Rules of this room
------------------
1. Figures are those of reporting.figures, tables and words those of a report.
2. This file and exhibition.py import no engine, so that a page starts fast; the other files do.
3. All texts are text; whoever lays them out escapes them.
"""

from hasim.reporting.exhibits.exhibition import (
    FORMAT,
    Card,
    Cards,
    Chart,
    Exhibition,
    Item,
    Mark,
    Pick,
    Picture,
    Section,
    Sheet,
    Words,
    section_of,
    tell_form,
)

__all__ = [
    "FORMAT",
    "Card",
    "Cards",
    "Chart",
    "Exhibition",
    "Item",
    "Mark",
    "Pick",
    "Picture",
    "Section",
    "Sheet",
    "Words",
    "section_of",
    "tell_form",
]
