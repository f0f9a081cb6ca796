"""Candidates compared as an exhibition: side by side, what is real, who is worth a choice.

Rules of this file: columns are those of planner.columns, so that a new figure is a new row; a
design is drawn with a sign wherever it differs from the first; shares are percentages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hasim.planner.columns import Column, Unit, column_of, columns_of, title_of
from hasim.planner.comparison import Comparison, Contest, Difference
from hasim.reporting.comparison_table import (
    best_first,
    ranked_column,
    show_difference,
    show_figure,
    show_interval,
    shown_columns,
    tell_engines,
    tell_verdicts,
)
from hasim.reporting.exhibits.cards import TONES
from hasim.reporting.exhibits.changes import picture_changes, sheet_of_changes
from hasim.reporting.exhibits.exhibition import (
    Card,
    Cards,
    Chart,
    Exhibition,
    Section,
    Sheet,
    Tone,
    Words,
    section_of,
)
from hasim.reporting.exhibits.sheets import COMPUTED
from hasim.reporting.figures import Candidate, draw_front
from hasim.reporting.tables import VERDICTS, show_target
from hasim.solution import ServiceAnswer
from hasim.stats import Estimate
from hasim.system import System

_CODES: Mapping[str, Tone] = {"decided": "", "limit": "open", "stopped": "open"}

#: What is said of a difference, and what it means.
_SURE, _UNSURE = "told apart", "may be chance"
_MEANING = (
    f"{_SURE}: the interval of the difference excludes zero, also with all differences of these "
    f"candidates taken together (95 %); {_UNSURE}: it does not."
)
_POINTS = "A difference of percentages is in percentage points."

#: What a tone of a card means.
_OBJECTIVES: Mapping[Tone, str] = {
    "": "",
    "good": "meets its objectives",
    "open": "not shown to meet its objectives",
    "bad": "misses an objective",
}


def exhibit_comparison(
    comparison: Comparison, systems: Mapping[str, System] | None = None
) -> Exhibition:
    """Lay out a comparison.

    Parameters
    ----------
    comparison : Comparison
    systems : mapping of str to System, optional
        The candidates by name, for pictures with their differences marked.

    Returns
    -------
    Exhibition
    """
    sections = [_service(comparison, name, one) for name, one in comparison.contests.items()]
    if systems is not None:
        sections.append(_designs(comparison.first, systems))
    labels = _labels(comparison)
    sections.append(section_of("Engines", Words("", tuple(tell_engines(comparison, labels)))))
    said = f"{comparison.text[:1].upper()}{comparison.text[1:]}."
    title = f"{len(comparison.solutions)} designs side by side"
    return Exhibition(title, (said,), tuple(one for one in sections if one.items))


def _labels(comparison: Comparison) -> dict[str, str]:
    return {name: name for name in comparison.solutions}


def _service(comparison: Comparison, service: str, contest: Contest) -> Section:
    told = tuple(tell_verdicts(comparison, contest, _labels(comparison)))
    return section_of(
        service,
        Cards(tuple(_cards(comparison, service, contest))),
        Words("The order", told, _CODES[comparison.code]),
        _front(comparison, service),
        _figures(comparison, service, contest),
        *_differences(comparison, contest),
    )


# ---------------------------------------------------------------------------- cards


def _cards(comparison: Comparison, service: str, contest: Contest) -> Iterator[Card]:
    """A card for each candidate, best first: the figure that the order is told by."""
    column = ranked_column(comparison)
    unit = _unit_of(column)
    for name in best_first(contest):
        one = contest.standings[name]
        value, interval = _split(one.figures[column.key], unit)
        tone = _tone(comparison.solutions[name][service])
        notes = [title_of(column, comparison.solutions.values())]
        gap = one.differences.get(column.key)
        if gap is not None:
            told, sure = show_difference(gap.estimate, unit), _tell_sureness(gap, unit)
            notes.append(f"against {comparison.first}: {told}{f', {sure}' if sure else ''}")
        notes += [_OBJECTIVES[tone]] if tone else []
        if one.dominated_by:
            notes.append(f"dominated by {', '.join(one.dominated_by)}")
        yield Card(f"{one.place}. {name}", value, interval, "; ".join(notes), tone)


def _unit_of(column: Column) -> Unit:
    """What a figure is shown in."""
    return "ratio" if column.unit == "share" else column.unit


def _tell_sureness(gap: Difference, unit: Unit) -> str:
    """Whether a difference may be chance; empty where there is none."""
    if show_difference(gap.estimate, unit) in ("none", "none seen"):
        return ""
    return _SURE if gap.real else _UNSURE


def _split(estimate: Estimate | None, unit: Unit) -> tuple[str, str]:
    """A figure and its interval in words."""
    if estimate is None or estimate.value is None:
        return "not known", ""
    value, low, high = (None if x is None else show_figure(x, unit) for x in estimate.ends)
    interval = COMPUTED if estimate.exact else f"{low or '?'} to {high or '?'}"
    return str(value), interval


def _tone(answer: ServiceAnswer) -> Tone:
    """The worst of what is asked of it."""
    met = [one.met for one in answer.objectives.values()]
    return next((TONES[one] for one in (False, None, True) if one in met), "")


# ---------------------------------------------------------------------------- chart and tables


def _front(comparison: Comparison, service: str) -> Chart | None:
    """Cost, or else headroom, against downtime."""
    solutions = comparison.solutions
    for key, better in (("running_cost_per_year", "low"), ("headroom", "high")):
        column = column_of(key)
        if column not in columns_of(solutions.values()):
            continue
        known = {name: column.of(one, service) for name, one in solutions.items()}
        scale, unit = (100.0, " (%)") if column.unit == "ratio" else (1.0, "")
        candidates = [
            Candidate(name, scale * one.value, solutions[name][service].downtime_s_per_year)
            for name, one in known.items()
            if one is not None and one.value is not None
        ]
        title = title_of(column, solutions.values()) + unit
        figure = draw_front(service, candidates, title, better="low" if better == "low" else "high")
        if figure is not None:
            return Chart.of(figure)
    return None


def _figures(comparison: Comparison, service: str, contest: Contest) -> Sheet:
    """All figures with their intervals, a column for each candidate."""
    names = list(comparison.solutions)
    solutions = comparison.solutions.values()
    standings = [contest.standings[name] for name in names]
    rows = [("place", *(f"{one.place}" for one in standings))]
    for column in shown_columns(comparison, contest):
        figures = [one.figures[column.key] for one in standings]
        cells = ["" if one is None else show_interval(one, _unit_of(column)) for one in figures]
        rows.append((title_of(column, solutions), *cells))
    answers = [comparison.solutions[name][service] for name in names]
    rows += _objectives(answers)
    rows.append(("Pareto", *(_front_word(one.dominated_by) for one in standings)))
    return Sheet("Side by side", ("", *names), tuple(rows))


def _objectives(answers: list[ServiceAnswer]) -> Iterator[tuple[str, ...]]:
    for name in dict.fromkeys(name for one in answers for name in one.objectives):
        verdicts = [one.objectives.get(name) for one in answers]
        cells = (
            "" if one is None else f"{VERDICTS[one.met]} ({show_target(name, one)})"
            for one in verdicts
        )
        yield f"objective {name.replace('_', ' ')}", *cells


def _front_word(dominated_by: tuple[str, ...]) -> str:
    return f"dominated by {', '.join(dominated_by)}" if dominated_by else "front"


def _differences(comparison: Comparison, contest: Contest) -> tuple[Sheet, Words]:
    """What each candidate has more than the first, and whether that may be chance."""
    solutions = comparison.solutions.values()
    rows, units = [], set[Unit]()  # of differences that are any
    for name in best_first(contest):
        for column in columns_of(solutions):
            gap = contest.standings[name].differences.get(column.key)
            if gap is None or gap.estimate.value is None:
                continue
            unit = _unit_of(column)
            told, sure = show_difference(gap.estimate, unit), _tell_sureness(gap, unit)
            units |= {unit} if sure else set()
            how = "paired" if gap.paired else "computed" if gap.estimate.exact else "unpaired"
            rows.append((name, title_of(column, solutions), told, sure, how))
    head = "candidate", "figure", "difference (95 %)", "all taken together", "made from"
    notes = [_MEANING] if units else []
    notes += [_POINTS] if "ratio" in units else []
    title = f"What differs from {comparison.first}"
    return Sheet(title, head, tuple(rows)), Words("", tuple(notes))


# ---------------------------------------------------------------------------- designs


def _designs(first: str, systems: Mapping[str, System]) -> Section:
    pictures = (picture_changes(first, name, systems) for name in systems)
    return section_of("The designs", *pictures, sheet_of_changes(first, systems))
