"""A Revision as Markdown for a pull request: what was changed, and what it does.

Rules of this file: what is the same in both is not told; tables of Markdown as GitHub and GitLab
read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hasim.errors import escape_text, list_words
from hasim.planner.columns import columns_of, title_of
from hasim.planner.revision import KeyChange, Revision
from hasim.reporting.comparison_table import show_difference, show_figure, show_interval
from hasim.solution import ServiceAnswer, Verdict
from hasim.solution.text import show_seconds
from hasim.stats import Estimate

#: So many keys are told, and causes that grew.
MOST_KEYS, MOST_CAUSES = 50, 5

#: Longest value of a key that is shown.
LONGEST_VALUE = 120

_WORDS = {True: "met", False: "missed", None: "not shown to be met"}


def tell_revision(revision: Revision) -> str:
    """Return the page, without a line break at its end."""
    old, new = revision.old, revision.new
    lines = [f"## {old.model} → {new.model}", "", *_tell_keys(revision.keys)]
    services = list(dict.fromkeys([*old.services, *new.services]))
    for name in services:
        lines += ["", f"### {name}", ""]
        if name not in new.services:
            lines.append("This service is gone.")
        elif name not in old.services:
            lines += ["This service is new.", "", *_tell_new(new[name])]
        else:
            lines += [*_tell_figures(revision, name), *_tell_changes(old[name], new[name])]
    lines += ["", *_tell_footing(revision)]
    return "\n".join(lines)


def _tell_keys(keys: tuple[KeyChange, ...]) -> Iterator[str]:
    if not keys:
        yield "The models mean the same."
        return
    yield "| key | old | new |"
    yield "|---|---|---|"
    for one in keys[:MOST_KEYS]:
        yield f"| `{escape_text(one.key, LONGEST_VALUE)}` | {_value(one.old)} | {_value(one.new)} |"
    if len(keys) > MOST_KEYS:
        yield f"| and {len(keys) - MOST_KEYS} more | | |"


def _value(value: Any) -> str:
    if value is None:
        return "–"
    text = escape_text(_flow(value), LONGEST_VALUE).replace("|", "\\|").replace("`", "'")
    return f"`{text}`"


def _flow(value: Any) -> str:
    match value:
        case dict():
            return f"{{{', '.join(f'{key}: {_flow(inner)}' for key, inner in value.items())}}}"
        case list():
            return f"[{', '.join(map(_flow, value))}]"
        case _:
            return str(value)


def _tell_figures(revision: Revision, service: str) -> Iterator[str]:
    yield "| figure | old | new | difference (95 %) | real |"
    yield "|---|---|---|---|---|"
    both = (revision.old, revision.new)
    for column in columns_of(both):
        gap = revision.differences[service].get(column.key)
        if gap is None:
            continue
        before, after = (_shown(column.of(one, service), column.unit) for one in both)
        told = show_difference(gap.estimate, column.unit)
        is_real = "" if told in ("none", "none seen") else "yes" if gap.real else "no"
        unpaired = "" if gap.paired or gap.estimate.exact else ", unpaired"
        title = title_of(column, both)
        yield f"| {title} | {before} | {after} | {told}{unpaired} | {is_real} |"


def _shown(estimate: Estimate | None, unit: Any) -> str:
    if estimate is None or estimate.value is None:
        return "not known"
    return show_figure(estimate.value, unit)


def _tell_new(answer: ServiceAnswer) -> Iterator[str]:
    yield f"Downtime a year: {show_interval(answer.downtime_s_per_year, 'seconds')}."
    yield from _tell_objectives({}, dict(answer.objectives))


def _tell_changes(old: ServiceAnswer, new: ServiceAnswer) -> Iterator[str]:
    yield from _tell_objectives(dict(old.objectives), dict(new.objectives))
    grown = _grown(old, new)
    if grown:
        yield ""
        yield "Causes whose downtime a year grew most: " + list_words(grown) + "."


def _tell_objectives(old: dict[str, Verdict], new: dict[str, Verdict]) -> Iterator[str]:
    lines = []
    for name in dict.fromkeys([*old, *new]):
        before, after = (
            _WORDS[one[name].met] if name in one else "not asked" for one in (old, new)
        )
        if before != after:
            lines.append(f"- objective {name}: {before} → **{after}**")
    if lines:
        yield ""
        yield from lines


def _grown(old: ServiceAnswer, new: ServiceAnswer) -> list[str]:
    """The causes whose intervals are apart, those that grew most first."""
    causes = []
    for name, after in new.downtime_s_per_year_by_cause.items():
        before = old.downtime_s_per_year_by_cause.get(name, Estimate.of_exact(0.0))
        if before.high is None or after.low is None or after.low <= before.high:
            continue
        if before.value is not None and after.value is not None:
            causes.append((after.value - before.value, name, before.value, after.value))
    return [
        f"`{name}` ({_seconds(before)} → {_seconds(after)})"
        for _, name, before, after in sorted(causes, reverse=True)[:MOST_CAUSES]
    ]


def _seconds(seconds: float) -> str:
    return show_seconds(seconds) if seconds else "none"


def _tell_footing(revision: Revision) -> Iterator[str]:
    for title, one in (("old", revision.old), ("new", revision.new)):
        yield f"- {title}: {one.status.text}"
    events = sum(one.provenance.events for one in (revision.old, revision.new))
    made = f"seed {revision.new.seed}, {events:,} events; " if events else ""
    yield f"- {made}a difference is real at 95 % with all of this page taken together"
