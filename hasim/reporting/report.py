"""A report: one page about one model or several, that needs nothing from elsewhere.

Theory of operation
-------------------
A page is put together from sections (report_sections.py): in words first, then the figures with
their intervals, the picture of the system, charts, tables, what limits the answer, and how it comes
about again. Several models begin with a table side by side. A policy in the page forbids whatever
could ask a host for anything.

Rules of this file
------------------
1. No script, no clock time: the same answers give the same bytes.
2. Whatever could not be drawn is missing without a gap; the tables have its numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hasim.planner import Comparison
from hasim.reporting import report_sections as sections
from hasim.reporting.answer_figures import MOST_DRAWN, draw_answer, draw_ways_back
from hasim.reporting.comparison_table import tell_comparison
from hasim.reporting.figures import Candidate, Figure, Table, draw_front, render
from hasim.reporting.markup import Markup, listing, tag
from hasim.reporting.report_style import STYLE
from hasim.reporting.report_words import tell_service
from hasim.reporting.reported import Reported
from hasim.reporting.tables import headline_figures
from hasim.reporting.topology_picture import draw_topology
from hasim.solution import ServiceAnswer

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_report(models: Sequence[Reported], comparison: Comparison | None = None) -> str:
    """Return the page.

    Parameters
    ----------
    models : sequence of Reported
        At least one.
    comparison : Comparison, optional
        Of the models.

    Returns
    -------
    str
        HTML.
    """
    title = models[0].title if len(models) == 1 else f"{len(models)} designs side by side"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title}: availability"),
        tag("style", Markup(STYLE)),
    )
    body = [tag("h1", title)]
    if len(models) > 1:
        body += _compare(models, comparison)
    for index, one in enumerate(models):
        body += _tell_model(one, f"model-{index + 1}", alone=len(models) == 1)
    page = tag("html", head, tag("body", tag("main", *body)), lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


def list_files(models: Sequence[Reported]) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of a file for every picture and table of a report.

    Parameters
    ----------
    models : sequence of Reported
    """
    drawn = [("", figure) for figure in _fronts(models)]
    for index, one in enumerate(models):
        prefix = f"{index + 1}." if len(models) > 1 else ""
        if len(one.system.components) <= MOST_DRAWN:
            yield f"{prefix}topology.svg", draw_topology(one.system, one.solution) + "\n"
        for name, answer in one.solution.services.items():
            yield f"{prefix}{name}.figures.csv", _numbers(answer).to_csv()
            drawn += [
                (prefix, figure) for figure in draw_answer(name, one.solution[name], one.tornado)
            ]
        drawn += [(prefix, figure) for figure in draw_ways_back(one.system)]
    for prefix, figure in drawn:
        yield f"{prefix}{figure.name}.svg", render(figure) + "\n"
        yield f"{prefix}{figure.name}.csv", figure.table.to_csv()


def _numbers(answer: ServiceAnswer) -> Table:
    rows = ((title, *estimate.ends) for title, estimate, *_ in headline_figures(answer))
    return Table(("figure", "value", "low", "high"), tuple(rows))


# ---------------------------------------------------------------------------- one model


def _tell_model(one: Reported, anchor: str, *, alone: bool) -> Iterator[Markup]:
    solution = one.solution
    if not alone:
        yield tag("h2", one.title, id=anchor)
    if one.system.description:
        yield tag("p", one.system.description, class_="soft")
    yield tag("p", f"{_capital(solution.status.text)}. Answered by {_engine(one)}.", class_="soft")
    for name, answer in solution.services.items():
        yield tag("p", tell_service(name, answer), class_="lead")
    yield _show_topology(one)
    for name in solution.services:
        yield from _tell_service(one, name)
    ways = draw_ways_back(one.system)
    if ways:
        yield tag("h3", "How it recovers")
        yield from map(sections.show_figure, ways)
    yield sections.show_costs(solution)
    yield sections.show_omissions(solution)
    yield sections.show_assumptions(one)
    yield sections.show_making(one)


def _show_topology(one: Reported) -> Markup:
    if len(one.system.components) > MOST_DRAWN:
        return tag("p", "There are too many components for a picture.", class_="soft")
    return sections.show_picture(
        draw_topology(one.system, one.solution),
        "What needs what. A mark is a replica, in the colour and with the number of its domain; "
        "the warmer a box and its percentage, the more of the downtime is charged to it. What "
        "a domain needs is not drawn.",
    )


def _tell_service(one: Reported, name: str) -> Iterator[Markup]:
    answer = one.solution[name]
    yield tag("h3", f"Service {name}")
    yield sections.show_figures_of(answer)
    yield sections.show_verdicts(answer)
    yield from map(sections.show_figure, draw_answer(name, one.solution[name], one.tornado))
    yield sections.show_causes(answer)
    yield sections.show_stages(answer)
    yield sections.show_points(answer)


def _engine(one: Reported) -> str:
    made = one.solution.provenance
    seen = f", {made.events:,} events" if made.replications else ""
    return f"engine {one.solution.engine}{seen}"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


# ---------------------------------------------------------------------------- several models


def _compare(models: Sequence[Reported], comparison: Comparison | None) -> Iterator[Markup]:
    links = (tag("a", one.title, href=f"#model-{i + 1}") for i, one in enumerate(models))
    yield tag("nav", listing(links))
    services = _services(models)
    if len(services) > 1:
        yield sections.show_overview(models, services)
    for service in services:
        having = [one for one in models if service in one.solution.services]
        if len(having) > 1:
            yield tag("h3", f"Service {service}")
            yield sections.show_side_by_side(having, service)
    yield from map(sections.show_figure, _fronts(models))
    if comparison is not None:
        yield tag("h3", "Which differences are real")
        yield tag("pre", tell_comparison(comparison))


def _services(models: Iterable[Reported]) -> list[str]:
    return list(dict.fromkeys(name for one in models for name in one.solution.services))


def _fronts(models: Sequence[Reported]) -> list[Figure]:
    """Headroom against downtime, for each service of which several models tell both."""
    found = []
    for service in _services(models):
        candidates = [
            Candidate(one.title, 100.0 * left, answer.downtime_s_per_year)
            for one in models
            if (answer := one.solution.services.get(service)) is not None
            and (left := _headroom(answer)) is not None
        ]
        figure = draw_front(service, candidates, "headroom now (%)", better="high")
        found += [figure] if figure is not None else []
    return found


def _headroom(answer: ServiceAnswer) -> float | None:
    return None if answer.capacity is None else answer.capacity.headroom
