"""The parts of a report: what each model's section is put together from.

Rules of this file: numbers come from the Solution by the same functions as the table on a terminal;
all that is text of the user passes through `markup.tag`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hasim.description.catalogue import GRADES, find_entry, sources_of
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
    others_title,
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
    rows = []
    for title, estimate, show, more in figures:
        value, interval = show_estimate(estimate, show)
        rows.append((title, value, interval or "computed", more))
    return table((first, "value", "95 % interval", ""), rows)


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
    rates = answer.outages_per_year_by_cause
    rows = []
    for name, one, share in Parts.of(answer.downtime_s_per_year_by_cause, by_size=True).named:
        rate = rates[name].value if name in rates else None
        outages = "" if rate is None else f"{rate:.3g}"
        rows.append((name, *show_estimate(one, show_seconds), show_share_of(share), outages))
    rest = _others(answer, by_cause=True)
    if not rows:
        return Markup("")
    head = "cause", "downtime a year", "95 % interval", "share", "outages a year"
    return join([tag("h4", "Downtime by cause"), table(head, [*rows, *rest])])


def show_stages(answer: ServiceAnswer) -> Markup:
    """The mean outage by stage as a table."""
    rows = [
        (name, *show_estimate(one, show_seconds), show_share_of(share))
        for name, one, share in Parts.of(answer.mttr_stages_s, by_size=False).named
    ]
    if not rows:
        return Markup("")
    head = "stage", "of the mean outage", "95 % interval", "share"
    rest = _others(answer, by_cause=False)
    return join([tag("h4", "The mean outage by stage"), table(head, [*rows, *rest])])


def _others(answer: ServiceAnswer, *, by_cause: bool) -> Iterator[tuple[str, ...]]:
    told = answer.downtime_s_per_year_by_cause if by_cause else answer.mttr_stages_s
    parts = Parts.of(told, by_size=by_cause)
    if parts.n_others:
        row = others_title(parts), show_seconds(parts.others), "", show_share_of(parts.others_share)
        yield (*row, "") if by_cause else row


def show_points(answer: ServiceAnswer) -> Markup:
    """What takes a service down alone, and why."""
    points = answer.single_points_of_failure
    if points is None:
        return Markup("")
    if not points:
        said = tag("p", "Nothing whose loss alone takes it down.")
    else:
        rows = ((one.name, one.kind, "yes" if one.hidden else "no", one.why) for one in points)
        said = table(("lost", "what it is", "hidden", "why"), rows)
    return join([tag("h4", "Single points of failure"), said])


def show_costs(solution: Solution) -> Markup:
    """What the system costs a year, line by line and together; empty where nothing has a price."""
    costs = solution.costs
    if costs is None:
        return Markup("")
    lines = ((one.name, one.kind, show_money(one.per_year, costs.currency)) for one in costs.lines)
    parts = [_show_rows("a year", cost_figures(costs)), table(("of running", "", "a year"), lines)]
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
    n_defaults = sum(one.origin == "default" for one in reported.assumptions)
    parts = [tag("h3", "Assumptions")]
    if presets:
        presets.sort(key=lambda one: (one.preset, one.key))
        rows = ((one.key, one.value, one.grade, one.preset) for one in presets)
        said = "Values from the catalogue, which stand where the model says nothing of its own:"
        head = "key", "value", "grade", "preset"
        parts += [tag("p", said), table(head, rows, kind="key"), *_show_sources(presets)]
    else:
        parts.append(tag("p", "No value is from the catalogue."))
    if n_defaults:
        text = f"{n_defaults} keys have the default of the language, as the complete model says."
        parts.append(tag("p", text))
    return join(parts)


def _show_sources(presets: Sequence[Assumption]) -> Iterator[Markup]:
    grades = sorted({one.grade for one in presets if one.grade})
    yield listing(join([tag("b", grade), f": {GRADES[grade]}"]) for grade in grades)
    names = dict.fromkeys(one.preset for one in presets)
    entries = [entry for name in names if (entry := find_entry(name)) is not None]
    lines = dict.fromkeys(
        f"{source.title}. {source.address}" for entry in entries for source in sources_of(entry)
    )
    if lines:
        yield details(f"{len(lines)} sources of these values", listing(lines))


# ---------------------------------------------------------------------------- made from


def show_making(reported: Reported) -> Markup:
    """How the answer comes about again, and the model itself."""
    solution, made = reported.solution, reported.solution.provenance
    rows = [
        ("command", tag("code", reported.command)),
        ("engine", solution.engine),
        ("seed", str(made.seed)),
        ("precision asked", f"{100.0 * made.precision:g} %"),
        ("model hash", tag("code", made.model_hash)),
        ("versions", ", ".join(f"{name} {one}" for name, one in made.versions().items())),
    ]
    if made.replications:
        simulated = f"{made.replications:,} histories, {made.events:,} events in the time measured"
        rows.append(("simulated", simulated))
    return join(
        [
            tag("h3", "How to reproduce"),
            table(("", ""), rows),
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
