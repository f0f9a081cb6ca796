"""An exhibition: what is shown of an answer, as plain data that knows no model.

Rules of this file: frozen data; `to_dict` gives texts, numbers, lists and mappings only, which JSON
holds; a text is text, also where a name in it looks like HTML. The contract is docs/exhibits.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hasim.reporting.figures import Cell, Figure, Table, spec_of

#: Number of the form of the JSON document: one more wherever a page that knew the form before could
#: not show it.
FORMAT = 1

Json = dict[str, Any]
Tone = Literal["", "good", "bad", "open"]


@dataclass(frozen=True, slots=True)
class Card:
    """One figure, to be read from afar.

    Parameters
    ----------
    title, value : str
    interval : str
        ``1.1 h to 1.3 h``, ``computed``, or empty.
    note : str
        What else there is to say.
    tone : {"", "good", "bad", "open"}
        Open: what is asked is not shown to be met.
    """

    title: str
    value: str
    interval: str = ""
    note: str = ""
    tone: Tone = ""

    def to_dict(self) -> Json:
        """Return the card as JSON holds it."""
        return {
            "title": self.title,
            "value": self.value,
            "interval": self.interval,
            "note": self.note,
            "tone": self.tone,
        }


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards that stand beside each other."""

    cards: tuple[Card, ...]

    def to_dict(self) -> Json:
        """Return the item as JSON holds it."""
        return {"kind": "cards", "cards": [one.to_dict() for one in self.cards]}


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its sentence and its numbers.

    Parameters
    ----------
    name : str
        For a file: ``checkout.causes``.
    claim : str
        What it shows, in one sentence: the heading that the page gives it.
    note : str
        How it is read.
    spec : mapping
        Vega-Lite with its data, as wide as its container and without a title.
    table : Table
    """

    name: str
    claim: str
    note: str
    spec: Mapping[str, Any]
    table: Table

    @classmethod
    def of(cls, figure: Figure) -> Chart:
        """Return the chart of a figure."""
        return cls(figure.name, figure.claim, figure.note, spec_of(figure), figure.table)

    def to_dict(self) -> Json:
        """Return the item as JSON holds it."""
        return {
            "kind": "chart",
            "name": self.name,
            "claim": self.claim,
            "note": self.note,
            "spec": dict(self.spec),
            "table": _table(self.table),
        }


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands at a node of a picture.

    Parameters
    ----------
    label : str
        ``34 %``, ``+ added``.
    heat : float
        Of 0 to 1: how warm it is.
    """

    label: str
    heat: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn system with its sentence and its numbers.

    Parameters
    ----------
    name, claim, note : str
        As those of a `Chart`.
    svg : str
    marks : mapping of str to Mark
        By the node of the canvas, such as ``component:db``.
    table : Table
    """

    name: str
    claim: str
    note: str
    svg: str
    marks: Mapping[str, Mark]
    table: Table

    def to_dict(self) -> Json:
        """Return the item as JSON holds it."""
        marks = {
            node: {"heat": round(mark.heat, 4), "label": mark.label}
            for node, mark in self.marks.items()
        }
        return {
            "kind": "picture",
            "name": self.name,
            "claim": self.claim,
            "note": self.note,
            "svg": self.svg,
            "marks": marks,
            "table": _table(self.table),
        }


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of texts.

    Parameters
    ----------
    title : str
    columns : tuple of str
    rows : tuple of tuples of str
        Each as long as `columns`.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_dict(self) -> Json:
        """Return the item as JSON holds it."""
        return {
            "kind": "sheet",
            "title": self.title,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
        }


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences under a title.

    Parameters
    ----------
    title : str
        May be empty.
    lines : tuple of str
        What stands between back-quotes is code.
    tone : {"", "good", "bad", "open"}
    """

    title: str
    lines: tuple[str, ...]
    tone: Tone = ""

    def to_dict(self) -> Json:
        """Return the item as JSON holds it."""
        return {
            "kind": "words",
            "title": self.title,
            "lines": list(self.lines),
            "tone": self.tone,
        }


Item = Cards | Chart | Picture | Sheet | Words


@dataclass(frozen=True, slots=True)
class Section:
    """Items under a heading."""

    title: str
    items: tuple[Item, ...]

    def to_dict(self) -> Json:
        """Return the section as JSON holds it."""
        return {"title": self.title, "items": [one.to_dict() for one in self.items]}


@dataclass(frozen=True, slots=True)
class Pick:
    """A design that can be applied to the model.

    Parameters
    ----------
    label : str
    settings : tuple of (str, str)
        Key and value, as `hasim run --set` takes them.
    """

    label: str
    settings: tuple[tuple[str, str], ...]

    def to_dict(self) -> Json:
        """Return the pick as JSON holds it."""
        return {"label": self.label, "settings": [list(one) for one in self.settings]}


@dataclass(frozen=True, slots=True)
class Exhibition:
    """All that is shown of an answer.

    Parameters
    ----------
    title : str
    lead : tuple of str
        Sentences.
    sections : tuple of Section
    picks : tuple of Pick
        Designs that can be applied; those of a sizing.
    """

    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    picks: tuple[Pick, ...] = field(default=())

    def to_dict(self) -> Json:
        """Return the JSON document."""
        document: Json = {
            "format": FORMAT,
            "title": self.title,
            "lead": list(self.lead),
            "sections": [one.to_dict() for one in self.sections],
        }
        if self.picks:
            document["picks"] = [one.to_dict() for one in self.picks]
        return document


def tell_form(document: Mapping[str, Any]) -> str:
    """What to do with a JSON document that is not of this form, in a sentence; empty where it is.

    Parameters
    ----------
    document : mapping
        What a study kept of an answer; without a number it counts as older.
    """
    found = document.get("format", 0)
    if found == FORMAT:
        return ""
    whose = "an older" if isinstance(found, int) and found < FORMAT else "another"
    return (
        f"This answer was kept by {whose} version of hasim, in a form that this one does not show; "
        "ask again."
    )


def section_of(title: str, *items: Item | None) -> Section:
    """Return a section of those items that have something to show."""
    return Section(title, tuple(one for one in items if one is not None and _has_content(one)))


def _has_content(item: Item) -> bool:
    match item:
        case Cards():
            return bool(item.cards)
        case Sheet():
            return bool(item.rows)
        case Words():
            return bool(item.lines)
        case _:
            return True


def _table(table: Table) -> Json:
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    return {"columns": list(table.columns), "rows": rows}


def _cell(cell: Cell) -> Cell:
    """A number that JSON cannot hold is not known."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell
