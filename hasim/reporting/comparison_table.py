"""A Comparison as text for a terminal: who is best, by how much, and at what cost.

Rules of this file: two tables for each service, the order with its differences and then all
figures, and sentences below; names that are long, or hold a comma, are numbered; figures that are
the same as others for every candidate are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from hasim.errors import list_some, list_words
from hasim.planner.columns import Column, Unit, column_of, columns_of, title_of
from hasim.planner.comparison import Comparison, Contest, Difference
from hasim.reporting.money_text import show_money
from hasim.reporting.text_table import fold, wrap
from hasim.solution import Verdict as Objective
from hasim.solution.text import show_seconds
from hasim.stats import Estimate

#: Names that are longer are numbered, and shown beside their number where they fit.
LONGEST_NAME, LONGEST_SHOWN = 24, 34

#: So many names stand in a sentence.
MOST_NAMED = 4

_OBJECTIVES = {True: "met", False: "MISSED", None: "not shown"}


def tell_comparison(comparison: Comparison) -> str:
    """Return the whole comparison as text, without a line break at its end."""
    labels = _label(list(comparison.solutions))
    lines = wrap([comparison.text])
    if max(map(len, _titles(labels).values())) > LONGEST_SHOWN:
        lines += ["", *(f"{label:<5}{name}" for name, label in labels.items())]
    for service, contest in comparison.contests.items():
        lines += ["", service, *_tell_order(comparison, contest, labels), ""]
        lines += [*_tell_figures(comparison, service, contest, labels), ""]
        lines += wrap(tell_verdicts(comparison, contest, labels))
    return "\n".join([*lines, "", *wrap(tell_engines(comparison, labels))])


def show_figure(value: float, unit: Unit) -> str:
    """Return a figure, or a difference of two, in its unit."""
    sign, size = ("-" if value < 0.0 else ""), abs(value)
    match unit:
        case "seconds":
            return sign + ("0 s" if size == 0.0 else show_seconds(size))
        case "share":
            return f"{value:.3g}"
        case "ratio":
            return f"{100.0 * value:.3g} %"
        case "number":
            return f"{value:.3g}"
        case "money":
            return show_money(value, "").rstrip()


def show_interval(estimate: Estimate, unit: Unit) -> str:
    """Return an estimate with its interval in brackets."""
    value, low, high = (None if x is None else show_figure(x, unit) for x in estimate.ends)
    if value is None:
        return "not known"
    if estimate.exact:
        return value
    return f"{value} ({low or '?'} to {high or '?'})"


def show_difference(estimate: Estimate, unit: Unit) -> str:
    """Return a difference with its sign, or that there is none, or that none was seen."""
    if estimate.value == 0.0 and estimate.low == estimate.high:
        return "none" if estimate.exact else "none seen"
    sign = "+" if (estimate.value or 0.0) > 0.0 else ""
    return sign + show_interval(estimate, unit)


def ranked_column(comparison: Comparison) -> Column:
    """The figure that the order is told by: downtime where it is that of unavailability."""
    by_share = comparison.rank_by == "unavailability"
    return column_of("downtime_s_per_year" if by_share else comparison.rank_by)


# ---------------------------------------------------------------------------- tables


def _label(names: Sequence[str]) -> dict[str, str]:
    """What stands for each name in tables and sentences."""
    if all(len(name) <= LONGEST_NAME and "," not in name for name in names):
        return {name: name for name in names}
    return {name: f"[{number}]" for number, name in enumerate(names, start=1)}


def _titles(labels: Mapping[str, str]) -> dict[str, str]:
    """What the first table calls each candidate."""
    return {name: name if name == label else f"{label} {name}" for name, label in labels.items()}


def _tell_order(
    comparison: Comparison, contest: Contest, labels: Mapping[str, str]
) -> Iterator[str]:
    """The candidates, best first, with what they differ in from the first that was named."""
    column = ranked_column(comparison)
    titles = _titles(labels)
    is_short = max(map(len, titles.values())) <= LONGEST_SHOWN
    against = f"against {labels[comparison.first]}"
    title = title_of(column, comparison.solutions.values())
    rows = [["place", "candidate", title, against, ""]]
    for name in best_first(contest):
        one = contest.standings[name]
        figure, gap = one.figures[column.key], one.differences.get(column.key)
        rows.append(
            [
                f"{one.place}",
                titles[name] if is_short else labels[name],
                "not known" if figure is None else show_interval(figure, column.unit),
                "" if gap is None else show_difference(gap.estimate, column.unit),
                "" if gap is None else _verdict(one.verdict, gap),
            ]
        )
    yield from fold(rows, keys=2)


def best_first(contest: Contest) -> list[str]:
    """The candidates of a service by their places."""
    return sorted(contest.standings, key=lambda name: contest.standings[name].place)


def _verdict(verdict: str | None, gap: Difference) -> str:
    told = verdict or "undecided"
    return told if gap.paired or gap.estimate.exact else f"{told}, unpaired"


def _tell_figures(
    comparison: Comparison, service: str, contest: Contest, labels: Mapping[str, str]
) -> Iterator[str]:
    shown = shown_columns(comparison, contest)
    objectives = {name: one[service].objectives for name, one in comparison.solutions.items()}
    has_objectives = any(objectives.values())
    solutions = comparison.solutions.values()
    head = ["candidate", *(title_of(column, solutions) for column in shown)]
    rows = [[*head, *(["objectives"] if has_objectives else []), "Pareto"]]
    for name in best_first(contest):
        one = contest.standings[name]
        figures = [_briefly(one.figures[column.key], column) for column in shown]
        met = [_tell_objectives(objectives[name])] if has_objectives else []
        rows.append([labels[name], *figures, *met, "dominated" if one.dominated_by else "front"])
    yield from fold(rows)


def shown_columns(comparison: Comparison, contest: Contest) -> list[Column]:
    """The columns that say something, and something else than one before."""
    shown: dict[tuple[Estimate | None, ...], Column] = {}
    for column in columns_of(comparison.solutions.values()):
        figures = tuple(one.figures[column.key] for one in contest.standings.values())
        if column.better and any(figure is not None for figure in figures):
            shown.setdefault(figures, column)
    return list(shown.values())


def _tell_objectives(objectives: Mapping[str, Objective]) -> str:
    words = [_OBJECTIVES[one.met] for one in objectives.values()]
    return next((word for word in ("MISSED", "not shown") if word in words), "met")


def _briefly(estimate: Estimate | None, column: Column) -> str:
    """A figure with half the width of its interval, relative to it."""
    if estimate is None or (estimate.value is None and estimate.high is None):
        return "-"
    if estimate.value is None or estimate.value == 0.0:
        high = show_figure(estimate.high or 0.0, column.unit)
        return show_figure(0.0, column.unit) if estimate.exact else f"below {high}"
    value = show_figure(estimate.value, column.unit)
    if estimate.exact:
        return value
    width = estimate.precision
    return f"{value} ±{_two_digits(100.0 * width)} %" if width < 10.0 else f"{value} ±?"


def _two_digits(percent: float) -> str:
    return f"{percent:.0f}" if percent >= 9.95 else f"{percent:.1f}"


# ---------------------------------------------------------------------------- sentences


def tell_verdicts(
    comparison: Comparison, contest: Contest, labels: Mapping[str, str]
) -> Iterator[str]:
    """Who is best in a service, what is alike or open, and who is dominated, in sentences.

    Parameters
    ----------
    comparison : Comparison
    contest : Contest
    labels : mapping of str to str
        What stands for the name of each candidate.
    """
    within = f"{100.0 * comparison.indifference:.3g} %"
    best = [name for name, one in contest.standings.items() if one.place == 1]
    figure = column_of(comparison.rank_by).title
    sure = _tell_certainty(comparison, contest)
    told = list_some([labels[name] for name in best], MOST_NAMED)
    is_open = any(one in best and other in best for one, other in contest.undecided)
    if is_open:
        yield f"best in {figure}: not decided between {told}"
    else:
        yield f"best in {figure}: {told}{', which are alike' if len(best) > 1 else ''}{sure}"
    alike = [pair for pair, verdict in contest.verdicts.items() if verdict == "alike"]
    if alike:
        yield f"alike within {within}: {'; '.join(_pairs(alike, labels))}"
    if contest.undecided:
        yield f"undecided: {'; '.join(_pairs(contest.undecided, labels))}"
    yield from _tell_dominated(contest, labels)


def _tell_certainty(comparison: Comparison, contest: Contest) -> str:
    """How sure the order is, in brackets; empty where it is not decided."""
    if contest.undecided:
        return ""
    figures = [one.figures[comparison.rank_by] for one in contest.standings.values()]
    if all(figure is not None and figure.exact for figure in figures):
        return " (exact)"
    if column_of(comparison.rank_by).sampled not in ("downtime", "outages"):
        return " (by intervals at 95 %, without a promise for all of them)"
    return f" (sure at {100.0 * comparison.confidence:.3g} %)"


def _tell_dominated(contest: Contest, labels: Mapping[str, str]) -> Iterator[str]:
    """Who is dominated by those that nobody dominates."""
    front = {name for name, one in contest.standings.items() if not one.dominated_by}
    by_winners: dict[tuple[str, ...], list[str]] = {}
    for name, one in contest.standings.items():
        if one.dominated_by:
            best = tuple(other for other in one.dominated_by if other in front)
            by_winners.setdefault(best or one.dominated_by, []).append(labels[name])
    for winners, losers in by_winners.items():
        by = list_some([labels[winner] for winner in winners], MOST_NAMED)
        yield f"nowhere better and somewhere worse than {by}: {list_words(losers)}"


def _pairs(pairs: Iterable[tuple[str, str]], labels: Mapping[str, str]) -> Iterator[str]:
    for one, others in groupby(pairs, key=lambda pair: pair[0]):
        yield f"{labels[one]} with {list_words([labels[other] for _, other in others])}"


def tell_engines(comparison: Comparison, labels: Mapping[str, str]) -> Iterator[str]:
    """What answered the candidates, and from how much; as `tell_verdicts`."""
    by_why: dict[tuple[str, ...], list[str]] = {}
    for name, one in comparison.solutions.items():
        by_why.setdefault(tuple(one.why[-1:]), []).append(labels[name])
    for why, names in by_why.items():
        about = "" if len(by_why) == 1 else f"{list_some(names, MOST_NAMED)}: "
        yield from (f"{about}engine {sentence}" for sentence in why)
    made = [one.provenance for one in comparison.solutions.values()]
    events = sum(one.events for one in made)
    if events:
        yield f"seed {made[0].seed}, {events:,} events; intervals are at 95 %"
    yield "front: no other candidate is nowhere worse and somewhere better (docs/comparison.md)"
