"""An exhibition on a page: each item of it by the widget that shows such things.

Rules of this file: what is shown was made by reporting/exhibits; here it is only laid out. Every
chart and picture has its table and its files beside it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from hasim.app.pictures import show_svg

Item = Mapping[str, Any]

#: Signs before the value of a card.
_SIGNS = {"": "", "good": "✓ ", "bad": "✗ ", "open": "? "}

#: Pixels of a card: two stand beside each other on a telephone.
_CARD = 176

_FORMS = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv"}


def show_exhibition(exhibition: Mapping[str, Any], *, key: str) -> bool:
    """Show all of an exhibition; whether it could be shown.

    Parameters
    ----------
    exhibition : mapping
        As `Exhibition.to_dict` gives it; of one that another version kept, what to do is told.
    key : str
        Different for whatever else is on the page.
    """
    from hasim.reporting.exhibits import tell_form

    other = tell_form(exhibition)
    if other:
        st.warning(plain(other), icon=":material/update:")
        return False
    for sentence in exhibition["lead"]:
        st.markdown(plain(sentence))
    for number, section in enumerate(exhibition["sections"]):
        if section["title"]:
            st.header(plain(section["title"]), anchor=False)
        show_items(section["items"], key=f"{key}-{number}")
    return True


def show_items(items: Iterable[Item], *, key: str) -> None:
    """Show some items below each other."""
    for number, item in enumerate(items):
        _SHOWN[item["kind"]](item, f"{key}-{number}")


def plain(text: str) -> str:
    """A text of which no character means anything to Markdown, nor to Streamlit."""
    escaped = "".join(f"\\{letter}" if letter in _MARKDOWN else letter for letter in text)
    return _ICON.sub(f":{_JOINER}", _INDENT.sub("", escaped))


def named(label: str, of: str) -> str:
    """The label of a button that stands on a page more than once.

    Parameters
    ----------
    label : str
        What is seen.
    of : str
        What a screen reader says after it: style.css hides what is emphasised in a button.
    """
    said = plain(" ".join(of.split()))
    return f"{label} *{said}*".lstrip() if said else label


#: What may mean something to Markdown: any of these may be escaped (CommonMark 0.31, 2.4).
_MARKDOWN = frozenset(string.punctuation)

#: Blanks before a line, which make it code.
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)

#: Streamlit makes icons of these after Markdown is read, so that no escape helps but a letter
#: without width between.
_ICON = re.compile(r":(?=material\\/|streamlit\\:)")
_JOINER = "\N{WORD JOINER}"


def _show_cards(item: Item, key: str) -> None:
    with st.container(horizontal=True, gap="small"):
        for card in item["cards"]:
            _show_card(card)


def _show_card(card: Mapping[str, str]) -> None:
    with st.container(border=True, width=_CARD, height="stretch", gap=None):
        st.metric(plain(card["title"]), f"{_SIGNS[card['tone']]}{card['value']}")
        for text in (card["interval"], card["note"]):
            if text:
                st.caption(plain(text))


def _show_chart(item: Item, key: str) -> None:
    from hasim.reporting.figures import PICKED, for_theme

    with st.container(border=True):
        st.markdown(f"**{plain(item['claim'])}**")
        spec = for_theme(item["spec"], dark=is_dark())
        shown = {"spec": spec, "theme": None, "key": f"{key}-chart", "alt": item["claim"]}
        if PICKED in {param["name"] for param in spec.get("params", ())}:
            state = st.vega_lite_chart(**shown, on_select="rerun")
            _show_picked(item, state["selection"].get(PICKED, ()))
        else:
            st.vega_lite_chart(**shown)
        st.caption(plain(item["note"]))
        _offer(item, key)


def _show_picked(item: Item, points: Iterable[Mapping[str, Any]]) -> None:
    """The numbers of the points that somebody picked in a chart."""
    names = [str(point.get("candidate")) for point in points]
    columns, told = _told(item)
    rows = [row for row in told if row[0] in names]
    if rows:
        _show_table(columns, rows)


def _show_picture(item: Item, key: str) -> None:
    from hasim.reporting.picture_colours import picture_for_theme

    with st.container(border=True):
        st.markdown(f"**{plain(item['claim'])}**")
        svg = picture_for_theme(item["svg"], dark=is_dark())
        show_svg(svg, item["claim"], "hasim-picture")
        st.caption(plain(item["note"]))
        _offer(item, key)


def _show_sheet(item: Item, key: str) -> None:
    if item["title"]:
        st.markdown(f"**{plain(item['title'])}**")
    _show_table(item["columns"], item["rows"])


def _show_words(item: Item, key: str) -> None:
    if item["title"]:
        st.markdown(f"**{plain(item['title'])}**")
    sign = "- " if len(item["lines"]) > 1 else ""
    st.markdown("\n".join(f"{sign}{plain(line)}" for line in item["lines"]))


_SHOWN: Mapping[str, Callable[[Item, str], None]] = {
    "cards": _show_cards,
    "chart": _show_chart,
    "picture": _show_picture,
    "sheet": _show_sheet,
    "words": _show_words,
}


def _offer(item: Item, key: str) -> None:
    """The numbers of a chart or a picture, and its files."""
    label = named("Table and files", item["claim"])
    with st.popover(label, icon=":material/table:", key=f"{key}-files"):
        _show_table(*_told(item))
        for form, mime in _FORMS.items():
            st.download_button(
                form.upper(),
                partial(_export, item, form),
                file_name=f"{item['name']}.{form}",
                mime=mime,
                on_click="ignore",
                key=f"{key}-{form}",
            )


def _told(item: Item) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    """The numbers of a chart or a picture in words."""
    from hasim.reporting.exports import table_of
    from hasim.reporting.figures import tell_table

    told = tell_table(table_of(item))
    return told.columns, told.rows


def _export(item: Item, form: str) -> bytes:
    from hasim.reporting.exports import export_chart

    return export_chart(item, form)


def _show_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    names = [name + _JOINER * columns[:place].count(name) for place, name in enumerate(columns)]
    cells = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    st.dataframe(cells, hide_index=True)


def is_dark() -> bool:
    """Whether the page is dark."""
    return st.context.theme.type == "dark"
