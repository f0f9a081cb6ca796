"""The parts of a report: what each model's section is put together from.

Rules of this file: numbers come from the Solution by the same functions as the table on a terminal;
all that is text of the user passes through `markup.tag`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hasim.description.catalogue import GRADES
from hasim.reporting.exhibits.exhibition import Sheet
from hasim.reporting.exhibits.sheets import (
    NO_POINTS,
    NO_PRESETS,
    PRESETS_SAID,
    list_sources,
    sheet_of_causes,
    sheet_of_costs,
    sheet_of_figures,
    sheet_of_making,
    sheet_of_points,
    sheet_of_presets,
    sheet_of_stages,
    tell_defaults,
)
from hasim.reporting.figures import Figure, render
from hasim.reporting.figures.drawing import show_share_of
from hasim.reporting.markup import Markup, details, join, listing, table, tag, with_code
from hasim.reporting.money_text import show_money
from hasim.reporting.reported import Assumption, Reported
from hasim.reporting.tables import (
    VERDICTS,
    Parts,
    Show,
    cost_figures,
    headline_figures,
    show_estimate,
    show_target,
    sla_figures,
    tell_solution,
)
from hasim.solution import ServiceAnswer, Solution, Verdict
from hasim.solution.text import show_seconds
from hasim.stats import Estimate

_KINDS = {True: "met", False: "missed", None: "open"}


def show_picture(svg: str, note: str) -> Markup:
    """A picture with what is to be known to read it."""
    return tag("figure", Markup(svg), tag("figcaption", note), class_="figure")


def show_figure(figure: Figure) -> Markup:
    """A figure as part of the page."""
    return show_picture(render(figure), figure.note)


def show_figures_of(answer: ServiceAnswer) -> Markup:
    """The table of a service's first figures with their intervals."""
    return _show_rows("figure", headline_figures(answer))


def _show_rows(first: str, figures: Iterable[tuple[str, Estimate, Show, str]]) -> Markup:
    return _show_sheet(sheet_of_figures(first, figures))


def _show_sheet(sheet: Sheet) -> Markup:
    """A sheet as a table under its title; empty where it has no rows."""
    if not sheet.rows:
        return Markup("")
    head = tag("h4", sheet.title) if sheet.title else Markup("")
    return join([head, table(sheet.columns, sheet.rows)])


def show_verdicts(answer: ServiceAnswer) -> Markup:
    """The objectives of a service, whether they are met, and what becomes of its SLA.

    Empty without any.
    """
    if not answer.objectives:
        return Markup("")
    rows = (
        (name.replace("_", " "), show_target(name, verdict), show_verdict(verdict))
        for name, verdict in answer.objectives.items()
    )
    windows = [] if answer.sla is None else [_show_rows("window", sla_figures(answer.sla))]
    asked = table(("objective", "asked", "verdict"), rows)
    return join([tag("h4", "Objectives"), asked, *windows])


def show_verdict(verdict: Verdict) -> Markup:
    """Whether an objective is met, as a word with a colour."""
    return tag("span", VERDICTS[verdict.met], class_=_KINDS[verdict.met])


def show_causes(answer: ServiceAnswer) -> Markup:
    """Downtime by cause as a table."""
    return _show_sheet(sheet_of_causes(answer))


def show_stages(answer: ServiceAnswer) -> Markup:
    """The mean outage by stage as a table."""
    return _show_sheet(sheet_of_stages(answer))


def show_points(answer: ServiceAnswer) -> Markup:
    """What takes a service down alone, and why."""
    if answer.single_points_of_failure is None:
        return Markup("")
    sheet = sheet_of_points(answer)
    if sheet.rows:
        return _show_sheet(sheet)
    return join([tag("h4", sheet.title), tag("p", NO_POINTS)])


def show_costs(solution: Solution) -> Markup:
    """What the system costs a year, line by line and together; empty where nothing has a price."""
    costs = solution.costs
    if costs is None:
        return Markup("")
    lines = sheet_of_costs(costs)
    parts = [_show_rows("a year", cost_figures(costs)), table(lines.columns, lines.rows)]
    if costs.budget is not None:
        asked = f"Budget, at most {show_money(costs.budget.per_year, costs.currency)} a year: "
        met = costs.budget.met
        parts.append(tag("p", asked, tag("span", VERDICTS[met], class_=_KINDS[met])))
    return join([tag("h3", "Costs"), *parts])


def show_omissions(solution: Solution) -> Markup:
    """What the model leaves out, and what limits the answer."""
    parts = []
    if solution.leaves_out:
        parts += [
            tag("h3", "What this model leaves out"),
            listing(map(with_code, solution.leaves_out)),
        ]
    if solution.warnings:
        parts += [tag("h3", "Warnings"), listing(map(with_code, solution.warnings))]
    return join(parts)


# ---------------------------------------------------------------------------- assumptions


def show_assumptions(reported: Reported) -> Markup:
    """Which values nobody typed, with their grades and what they rest on."""
    presets = [one for one in reported.assumptions if one.preset]
    parts = [tag("h3", "Assumptions")]
    if presets:
        sheet = sheet_of_presets(presets)
        parts.append(tag("p", f"{PRESETS_SAID}:"))
        parts += [table(sheet.columns, sheet.rows, kind="key"), *_show_sources(presets)]
    else:
        parts.append(tag("p", NO_PRESETS))
    if any(one.origin == "default" for one in reported.assumptions):
        parts.append(tag("p", tell_defaults(reported.assumptions)))
    return join(parts)


def _show_sources(presets: Sequence[Assumption]) -> Iterator[Markup]:
    grades = sorted({one.grade for one in presets if one.grade})
    yield listing(join([tag("b", grade), f": {GRADES[grade]}"]) for grade in grades)
    lines = list_sources(one.preset for one in presets)
    if lines:
        yield details(f"{len(lines)} sources of these values", listing(lines))


# ---------------------------------------------------------------------------- made from


def show_making(reported: Reported) -> Markup:
    """How the answer comes about again, and the model itself."""
    solution = reported.solution
    sheet = sheet_of_making(solution, reported.command)
    coded = {"command", "model hash"}
    rows = ((key, tag("code", said) if key in coded else said) for key, said in sheet.rows)
    return join(
        [
            tag("h3", sheet.title),
            table(sheet.columns, rows),
            details("Why this engine answers", listing(solution.why)),
            details("All figures, as hasim run prints them", tag("pre", tell_solution(solution))),
            details(f"The model as typed: {reported.file}", tag("pre", reported.text)),
            details(
                "The complete model, with where each value comes from",
                tag("pre", reported.resolved),
            ),
        ]
    )


# ---------------------------------------------------------------------------- several models


def show_overview(all_reported: Sequence[Reported], services: Sequence[str]) -> Markup:
    """How available each service is in every model, a column for each."""
    rows = []
    for service in services:
        answers = (one.solution.services.get(service) for one in all_reported)
        rows.append((service, *("" if one is None else _downtime(one) for one in answers)))
    return table(("service", *(one.title for one in all_reported)), rows, kind="sides")


def _downtime(answer: ServiceAnswer) -> Markup:
    value, interval = show_estimate(answer.downtime_s_per_year, show_seconds)
    down = join([tag("b", value), " down a year" if answer.downtime_s_per_year.value else ""])
    verdicts = (
        tag("span", show_verdict(one), f" {name.replace('_', ' ')}", class_="interval")
        for name, one in answer.objectives.items()
    )
    return join([_cell(down, interval), *verdicts])


def show_side_by_side(all_reported: Sequence[Reported], service: str) -> Markup:
    """The figures of a service that all of some models have, a column for each."""
    answers = [one.solution.services[service] for one in all_reported]
    rows: dict[str, list[str]] = {}
    for index, answer in enumerate(answers):
        for title, cell in _cells(answer):
            rows.setdefault(title, [""] * len(answers))[index] = cell
    head = ("", *(one.title for one in all_reported))
    return table(head, ((title, *cells) for title, cells in rows.items()), kind="sides")


def _cells(answer: ServiceAnswer) -> Iterator[tuple[str, Markup]]:
    for title, estimate, show, _ in headline_figures(answer):
        yield title, _cell(*show_estimate(estimate, show))
    causes = Parts.of(answer.downtime_s_per_year_by_cause, by_size=True).named
    if causes:
        name, _, share = causes[0]
        yield "largest cause", _cell(name, f"{show_share_of(share)} of the downtime")
    for name, verdict in answer.objectives.items():
        asked = tag("span", show_target(name, verdict), class_="interval")
        yield f"objective {name.replace('_', ' ')}", join([show_verdict(verdict), asked])


def _cell(value: str, below: str) -> Markup:
    return join([value, tag("span", below, class_="interval")]) if below else join([value])
