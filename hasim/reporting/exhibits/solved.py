"""The answer to a model as an exhibition: each service, what limits the answer, how it came about.

Rules of this file: what the Solution has not is missing without a gap; the order is that of a
report.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.description.catalogue import GRADES
from hasim.reporting.answer_figures import draw_answer, draw_ways_back
from hasim.reporting.exhibits.cards import (
    cards_of,
    cards_of_costs,
    cards_of_promises,
    cards_of_service,
)
from hasim.reporting.exhibits.exhibition import (
    Chart,
    Exhibition,
    Item,
    Section,
    Sheet,
    Words,
    section_of,
)
from hasim.reporting.exhibits.pictures import picture_heat
from hasim.reporting.exhibits.sheets import (
    NO_POINTS,
    NO_PRESETS,
    PRESETS_SAID,
    list_sources,
    sheet_of_costs,
    sheet_of_making,
    sheet_of_points,
    sheet_of_presets,
    tell_defaults,
)
from hasim.reporting.figures import draw_loss
from hasim.reporting.report_words import tell_service
from hasim.reporting.reported import Reported
from hasim.reporting.tables import (
    Show,
    handshake_rows,
    part_figures,
    rank_omissions,
    route_rows,
    tell_moves,
)
from hasim.reporting.worst_loss import play_worst_loss
from hasim.solution import ServiceAnswer, Solution
from hasim.stats import Estimate
from hasim.system import System

#: Of so many services each has its own picture; of more there is one of all.
MOST_PICTURES = 4

_RECOVERY = "recovery"


def exhibit_solution(answer: Reported | Solution, system: System | None = None) -> Exhibition:
    """Lay out the answer to a model.

    Parameters
    ----------
    answer : Reported or Solution
        A Solution alone has no assumptions with it.
    system : System, optional
        What the Solution answers, for its pictures; a Reported brings its own.

    Returns
    -------
    Exhibition
    """
    reported = answer if isinstance(answer, Reported) else None
    solution = answer.solution if isinstance(answer, Reported) else answer
    system = system if reported is None else reported.system
    sections = [
        *_services(solution, system, reported),
        _ways_back(system),
        _costs(solution),
        _beside(solution),
        _limits(solution),
        _assumptions(reported),
        _making(solution, reported),
    ]
    title = solution.model if reported is None else reported.title
    said = [_capital(solution.status.text) + ".", f"Answered by {_engine(solution)}."]
    if system is not None and system.description:
        said.insert(0, system.description)
    return Exhibition(title, tuple(said), tuple(one for one in sections if one.items))


def _services(
    solution: Solution, system: System | None, reported: Reported | None
) -> Iterator[Section]:
    each = len(solution.services) <= MOST_PICTURES
    for name, answer in solution.services.items():
        tornado = None if reported is None else reported.tornado
        charts = [Chart.of(figure) for figure in draw_answer(name, answer, tornado)]
        charts.sort(key=lambda one: not one.name.endswith(f".{_RECOVERY}"))
        charts += _through_a_loss(system, name, answer)
        picture = picture_heat(system, solution, name) if each and system is not None else None
        told = Words("", (tell_service(name, answer),))
        cards = cards_of_service(answer), cards_of_promises(answer)
        yield section_of(name, *cards, told, picture, *charts, *_points(answer))
    if not each and system is not None:
        yield section_of("Where downtime comes from", picture_heat(system, solution))


def _through_a_loss(system: System | None, service: str, answer: ServiceAnswer) -> Iterator[Chart]:
    loss = None if system is None else play_worst_loss(system, service, answer)
    figure = None if loss is None else draw_loss(service, loss)
    if figure is not None:
        yield Chart.of(figure)


def _points(answer: ServiceAnswer) -> Iterator[Item]:
    if answer.single_points_of_failure is not None:
        sheet = sheet_of_points(answer)
        yield sheet if sheet.rows else Words(sheet.title, (NO_POINTS,), "good")


def _ways_back(system: System | None) -> Section:
    drawn = [] if system is None else draw_ways_back(system)
    return section_of("How it recovers", *map(Chart.of, drawn))


def _costs(solution: Solution) -> Section:
    costs = solution.costs
    items: tuple[Item, ...] = ()
    if costs is not None:
        items = cards_of_costs(costs), sheet_of_costs(costs)
    return section_of("Costs", *items)


def _beside(solution: Solution) -> Section:
    """What is known beside the services: parts, routes, handshakes, measures made by hand."""
    routes = (
        Sheet(f"Route {name}", ("", "", "", ""), tuple(route_rows(route)))
        for name, route in solution.routes.items()
    )
    handshakes = (
        row for name, one in solution.security.items() for row in handshake_rows(name, one)
    )
    connecting = Sheet("Until clients are connected again", ("", "", "", ""), tuple(handshakes))
    figures = [*part_figures(solution), *_measures(solution)]
    return section_of("Beside the services", cards_of(figures), *routes, connecting)


def _measures(solution: Solution) -> Iterator[tuple[str, Estimate, Show, str]]:
    for name, one in solution.measures.items():
        yield name, one, "{:.4g}".format, ""


def _limits(solution: Solution) -> Section:
    omissions = rank_omissions(solution)
    moves = [
        (sentence, one.put_in, one.grade or "", service, " ".join(told.split()))
        for sentence, one in omissions
        if one is not None
        for service, told in tell_moves(one, solution)
    ]
    head = "left out", "with", "grade", "service", "downtime a year"
    return section_of(
        "What limits this answer",
        Words("Warnings", solution.warnings, "open"),
        Words("What this model leaves out", tuple(sentence for sentence, _ in omissions)),
        Sheet("With typical values in place of what is left out", head, tuple(moves)),
    )


def _assumptions(reported: Reported | None) -> Section:
    if reported is None:
        return section_of("Assumptions")
    presets = [one for one in reported.assumptions if one.preset]
    grades = sorted({one.grade for one in presets if one.grade})
    said = f"{PRESETS_SAID}." if presets else NO_PRESETS
    return section_of(
        "Assumptions",
        Words("", (said, tell_defaults(reported.assumptions))),
        sheet_of_presets(presets),
        Words("Grades", tuple(f"{grade}: {GRADES[grade]}" for grade in grades)),
        Words("Sources of these values", tuple(list_sources(one.preset for one in presets))),
    )


def _making(solution: Solution, reported: Reported | None) -> Section:
    command = "" if reported is None else reported.command
    return section_of(
        "Engine, and how it comes about again",
        Words("Why this engine answers", solution.why),
        sheet_of_making(solution, command),
    )


def _engine(solution: Solution) -> str:
    made = solution.provenance
    seen = f", {made.events:,} events" if made.replications else ""
    return f"engine {solution.engine}{seen}"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
