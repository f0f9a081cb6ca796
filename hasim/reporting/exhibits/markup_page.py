"""An exhibition as HTML that stands alone: for a notebook, or wherever there is no page of its own.

Rules of this file: no script, nothing is fetched; charts and pictures are SVG in light colours on
white; all texts pass through `markup.tag`, which escapes them.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.reporting.exhibits.exhibition import (
    Card,
    Cards,
    Chart,
    Exhibition,
    Item,
    Picture,
    Sheet,
    Words,
)
from hasim.reporting.figures import render_spec
from hasim.reporting.markup import Markup, details, join, listing, table, tag, with_code
from hasim.reporting.picture_colours import picture_for_theme

_STYLE = """
.hasim{background:#fff;color:#1f2328;padding:.75rem 1rem;max-width:62rem;
font:14px/1.5 system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
.hasim h3{font-size:1.25rem;margin:0 0 .25rem}.hasim h4{font-size:1.05rem;margin:1.25rem 0 .5rem}
.hasim h5{font-size:.95rem;margin:1rem 0 .25rem}.hasim .soft{color:#57606a}
.hasim .cards{display:flex;flex-wrap:wrap;gap:.5rem;margin:.5rem 0}
.hasim .card{border:1px solid #d5dae0;border-radius:6px;padding:.4rem .7rem;max-width:17rem}
.hasim .card b{display:block;font-size:1.15rem}.hasim .card span{display:block;font-size:.8rem}
.hasim .good b{color:#0b6e4f}.hasim .bad b{color:#b3261e}.hasim .open b{color:#7a5200}
.hasim table{border-collapse:collapse;margin:.25rem 0}.hasim svg{max-width:100%;height:auto}
.hasim th,.hasim td{border-bottom:1px solid #d5dae0;padding:.2rem .7rem .2rem 0;text-align:left}
.hasim .scroll{overflow-x:auto}.hasim figure{margin:1rem 0}.hasim summary{cursor:pointer}
"""


def exhibition_html(exhibition: Exhibition, opened: int = 1) -> str:
    """Return an exhibition as one element of HTML.

    Parameters
    ----------
    exhibition : Exhibition
    opened : int
        So many sections are open; the others open on request.
    """
    parts = [tag("style", Markup(_STYLE)), tag("h3", exhibition.title)]
    parts += [tag("p", with_code(line), class_="soft") for line in exhibition.lead]
    for index, section in enumerate(exhibition.sections):
        body = join(map(_item, section.items))
        if index < opened:
            parts += [tag("h4", section.title), body]
        else:
            parts.append(details(section.title, body))
    return tag("div", *parts, class_="hasim")


def _item(item: Item) -> Markup:
    match item:
        case Cards():
            return tag("div", *map(_card, item.cards), class_="cards")
        case Chart():
            svg = render_spec(item.spec, item.claim, "svg").decode()
            return _figure(Markup(svg), item.note)
        case Picture():
            svg = picture_for_theme(item.svg, dark=False)
            return join([tag("h5", item.claim), _figure(Markup(svg), item.note)])
        case Sheet():
            return join([*_heading(item.title), table(item.columns, item.rows)])
        case Words():
            lines = [with_code(line) for line in item.lines]
            body = listing(lines) if len(lines) > 1 else tag("p", *lines)
            return join([*_heading(item.title), body])


def _card(card: Card) -> Markup:
    below = [text for text in (card.interval, card.note) if text]
    return tag(
        "div",
        tag("span", card.title),
        tag("b", card.value),
        *(tag("span", text, class_="soft") for text in below),
        class_=f"card {card.tone}".strip(),
    )


def _figure(svg: Markup, note: str) -> Markup:
    return tag("figure", svg, tag("figcaption", note, class_="soft"))


def _heading(title: str) -> Iterator[Markup]:
    if title:
        yield tag("h5", title)
