"""HTML that no text of a user can break: it is escaped unless it is `Markup` already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

#: Elements that have no content and no end.
_EMPTY = {"meta"}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str) -> Markup:
    """Return an element.

    Parameters
    ----------
    name : str
    *children : str
        What is no `Markup` is escaped.
    **attributes : str
        A trailing ``_`` of a name is dropped and others become ``-``: ``class_``, ``http_equiv``.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    if name in _EMPTY:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{join(children)}</{name}>")


def join(children: Iterable[str]) -> Markup:
    """Return children one after the other, escaped where they are text."""
    return Markup("".join(c if isinstance(c, Markup) else escape(c) for c in children))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str = "") -> Markup:
    """Return a table whose first column names its rows.

    Parameters
    ----------
    head : sequence of str
    rows : iterable of sequences of str
    kind : str
        Its class.
    """
    top = tag("tr", *(tag("th", cell, scope="col") for cell in head))
    body = (
        tag("tr", tag("th", first, scope="row"), *(tag("td", cell) for cell in rest))
        for first, *rest in rows
    )
    whole = tag(
        "table", tag("thead", top), tag("tbody", *body), **({"class_": kind} if kind else {})
    )
    return tag("div", whole, class_="scroll")


def with_code(sentence: str) -> Markup:
    """Return a sentence with what stands between back-quotes as code."""
    parts = sentence.split("`")
    return join(tag("code", part) if i % 2 else part for i, part in enumerate(parts))


def listing(items: Iterable[str]) -> Markup:
    """Return a list."""
    return tag("ul", *(tag("li", item) for item in items))


def details(summary: str, *children: str) -> Markup:
    """Return what is shown on request; on paper it stays closed."""
    return tag("details", tag("summary", summary), *children)
