"""An explanation as text: for each service sentences that anybody can read, then the tables.

Rules of this file: at most `WIDTH` columns; what is less than `LEAST_SHARE` of a sum is added up in
one line, so that the lines of a table of downtime add up to the downtime; a figure from simulation
has its interval.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from hasim.errors import cut_list
from hasim.planner.explanation import CutSetLine, Explanation, Gain, ServiceExplanation
from hasim.planner.importance import Importance
from hasim.planner.marginal_prices import MarginalPrice
from hasim.planner.shared_fate import SharedFate
from hasim.planner.waterfall import Step, Waterfall
from hasim.reporting.money_text import show_money
from hasim.solution.text import show_seconds
from hasim.stats import Estimate
from hasim.units import format_probability

WIDTH = 100

LEAST_SHARE = 0.01
"""Causes, stages and cut sets with a smaller share than this are added up."""

MOST_NAMED = 8
"""So many lines of a table are named, at most."""

MOST_GAINS = 3
"""So many changes are told: those that buy most."""

MOST_TOLD = 3
"""So many causes and stages are named in a sentence, and those who share something."""

NOTHING = 5e-4
"""What is a smaller share of the downtime than this is 0.0 %, and not told."""

ROUNDING = 1e-9
"""What is a smaller share of the downtime than this is nothing at all."""

LEAST_GAIN = 0.001
"""A change that saves a smaller share of the downtime than this is not told."""

LONGEST_ITEM = 30
"""Columns for the name of what may fail, in the table of importance."""

_INDENT = "  "

_STAGES = {
    "detect": "until a failure is noticed",
    "decide": "until a takeover is decided",
    "fence": "fencing off the old primary",
    "promote": "promoting the new one",
    "switch": "switching over to it",
    "manual": "taking over by hand",
    "crew": "waiting for somebody to repair",
    "repair": "repairing",
    "masked": "while a domain or host is down",
    "start": "starting",
    "rollback": "undoing a change",
    "maintenance": "planned work",
    "deploy": "deploying",
}
"""What stages are called in sentences; others by their own name."""


def tell_explanation(explanation: Explanation) -> str:
    """Return an explanation as text, without a line break at its end.

    Parameters
    ----------
    explanation : Explanation
    """
    lines = [f"{explanation.model}: {explanation.status.text}"]
    for name, one in explanation.services.items():
        lines += ["", name, *(f"{_INDENT}{line}" for line in _tell_service(one, explanation))]
    if explanation.shared_fate:
        lines += ["", "what is shared, so that one of it strikes or holds up several"]
        lines += [f"{_INDENT}{line}" for line in _tell_shared(explanation.shared_fate)]
    if explanation.waterfalls:
        lines += ["", "how long a recovery takes, step by step, by the laws of the model"]
        lines += [f"{_INDENT}{line}" for line in _tell_waterfalls(explanation.waterfalls)]
    lines += ["", f"engine {explanation.engine}, seed {explanation.seed}"]
    lines += [f"warning: {warning}" for warning in explanation.warnings]
    return "\n".join(line.rstrip() for long in lines for line in _wrap(long))


def _tell_service(one: ServiceExplanation, whole: Explanation) -> Iterator[str]:
    down = one.answer.downtime_s_per_year.value
    if not down:
        yield "It was never down." if down == 0.0 else "Its downtime is not known."
        return
    yield from _sentences(one, down)
    yield ""
    causes = one.answer.downtime_s_per_year_by_cause
    yield from _table("by cause: downtime a year", causes, down, one.unexplained_by_cause_s, 1.0)
    rate = one.answer.outages_per_year.value or 0.0
    stages = one.answer.mttr_stages_s
    yield from _table("by stage: downtime a year", stages, down, one.unexplained_by_stage_s, rate)
    yield from _tell_cut_sets(one, down, whole.complete_to)
    yield from _tell_importance(one.importance, down)
    yield from _tell_gains(one.gains, down, whole.n_tried)


# ---------------------------------------------------------------------------- in words


def _sentences(one: ServiceExplanation, down: float) -> Iterator[str]:
    answer = one.answer
    rate, mean = answer.outages_per_year.value, answer.mttr_s.value
    outages = "" if rate is None or mean is None else _outages(rate, mean)
    yield f"It is down {show_seconds(down)} a year{outages}."
    causes = _largest(answer.downtime_s_per_year_by_cause)
    if causes:
        yield f"What causes it: {_list(f'{name} ({share:.0%})' for name, share in causes)}."
    stages = _largest(answer.mttr_stages_s)
    if stages:
        told = (f"{_STAGES.get(name, name)} ({share:.0%})" for name, share in stages)
        yield f"Where the time goes: {_list(told)}."
    yield from _tell_failing_over(one.failing_over_s_per_year, down)
    points = [f"{point.name} ({point.why})" for point in one.single_points]
    more = f" and {len(points) - MOST_TOLD} more" if len(points) > MOST_TOLD else ""
    if points:
        yield f"It goes down alone by {'; '.join(points[:MOST_TOLD])}{more}."
    else:
        yield "Nothing that can fail takes it down alone, once failovers are through."
    sure = _sure(one.gains, down)
    if sure:
        yield f"What would buy most: {_tell_gain(sure[0])}."


def _outages(rate: float, mean: float) -> str:
    if rate < 0.95:
        return f": an outage of {show_seconds(mean)} on average, once in {1.0 / rate:.3g} years"
    return f": {rate:.3g} outages a year of {show_seconds(mean)} on average"


def _tell_failing_over(cost: Estimate | None, down: float) -> Iterator[str]:
    if cost is None or cost.value is None:
        return
    share = min(1.0, cost.value / down)
    if share >= LEAST_SHARE:
        yield (
            f"{share:.0%} of it goes by while what is broken could be done without: something is "
            "taking over, starting, changing or out on purpose."
        )


def _largest(parts: Mapping[str, Estimate]) -> list[tuple[str, float]]:
    values = {name: one.value for name, one in parts.items() if one.value}
    total = sum(values.values())
    largest = sorted(values, key=lambda name: -values[name])[:MOST_TOLD]
    shares = [(name, values[name] / total) for name in largest]
    return [(name, share) for name, share in shares if share >= 0.05 or name == largest[0]]


def _list(words: Iterator[str]) -> str:
    told = list(words)
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


# ---------------------------------------------------------------------------- tables


def _table(
    title: str, parts: Mapping[str, Estimate], down: float, rest: float | None, factor: float
) -> Iterator[str]:
    """Parts of the downtime; `factor` makes seconds a year of them."""
    values = {name: factor * one.value for name, one in parts.items() if one.value}
    values = {name: value for name, value in values.items() if value > ROUNDING * down}
    if not values or rest is None:
        return
    yield title
    named = [name for name in values if values[name] >= LEAST_SHARE * down]
    named = sorted(named, key=lambda name: -values[name])[:MOST_NAMED]
    for name in named:
        yield _line(name, values[name], down, _interval(parts[name], factor))
    others = [values[name] for name in values if name not in named]
    if sum(others) > NOTHING * down:
        yield _line("1 other" if len(others) == 1 else f"{len(others)} others", sum(others), down)
    if abs(rest) > 1e-6 * down:
        yield _line("not charged", rest, down)
    yield _line("together", down, down)


def _tell_cut_sets(one: ServiceExplanation, down: float, complete_to: int) -> Iterator[str]:
    if not one.cut_sets and one.failing_over_s_per_year is None:
        return
    yield "while these were broken at once (minimal cut sets; times overlap where several are)"
    named = [line for line in one.cut_sets if (line.share or 0.0) >= LEAST_SHARE][:MOST_NAMED]
    for line in named:
        assert line.downtime_s_per_year is not None
        cost = line.downtime_s_per_year
        yield _line(line.text, cost.value or 0.0, down, _interval(cost, 1.0))
    others = [line for line in one.cut_sets if line not in named]
    yield from _tell_rare(others)
    rest = one.failing_over_s_per_year
    if rest is not None and (rest.value or 0.0) > NOTHING * down:
        yield _line(
            "none: failing over, starting ...", rest.value or 0.0, down, _interval(rest, 1.0)
        )
    if complete_to < 3:
        yield f"{_INDENT}sets of more than {complete_to} were not searched: there are too many"


def _tell_rare(lines: Sequence[CutSetLine]) -> Iterator[str]:
    n_sets = sum(line.n_sets for line in lines)
    if n_sets:
        sizes = sorted({line.order for line in lines})
        of = " or ".join(map(str, sizes))
        sets = "1 other set" if n_sets == 1 else f"{n_sets:,} other sets"
        yield f"{_INDENT}{sets} of {of}, each less than 1 % or too rare to measure"


def _tell_importance(items: Sequence[Importance], down: float) -> Iterator[str]:
    told = [
        one
        for one in items
        if one.improvement_s_per_year is not None
        and (one.improvement_s_per_year.value or 0.0) >= LEAST_SHARE * down
        and (one.improvement_s_per_year.low or 0.0) > 0.0
    ]
    if not told:
        return
    yield "what it hangs on: if this never failed, so much downtime a year would be saved"
    has_slopes = any(one.birnbaum is not None for one in told)
    if has_slopes:
        head = f"{'saved':<12}{'Fussell-Vesely':<16}{'criticality':<13}{'Birnbaum':<11}down each"
        yield f"{_INDENT}{'':<{LONGEST_ITEM}}{head}"
    for one in told[:MOST_NAMED]:
        yield from _importance_lines(one) if has_slopes else (_saved_line(one, down),)


def _importance_lines(one: Importance) -> Iterator[str]:
    """The figures behind the name, or below it where it is long."""
    figures = (one.fussell_vesely, one.criticality, one.birnbaum, one.unavailability)
    shown = ["-" if x is None or x.value is None else f"{x.value:.3g}" for x in figures]
    saved = show_seconds(_value(one.improvement_s_per_year))
    columns = f"{saved:<12}{shown[0]:<16}{shown[1]:<13}{shown[2]:<11}{shown[3]}"
    if len(one.item) < LONGEST_ITEM:
        yield f"{_INDENT}{one.item:<{LONGEST_ITEM}}{columns}"
    else:
        yield f"{_INDENT}{one.item}"
        yield f"{_INDENT}{'':<{LONGEST_ITEM}}{columns}"


def _saved_line(one: Importance, down: float) -> str:
    """What is saved, as a share of the downtime that was seen beside it."""
    saved, share = one.improvement_s_per_year, one.fussell_vesely
    assert saved is not None
    whole = saved.value / share.value if saved.value and share and share.value else down
    return _line(one.item, saved.value or 0.0, whole, _interval(saved, 1.0))


def _tell_gains(gains: Sequence[Gain], down: float, n_tried: int) -> Iterator[str]:
    if not gains:
        return
    sure = _sure(gains, down)
    yield f"what would buy most (of {n_tried} changes, tried one at a time)"
    for number, gain in enumerate((sure or gains[:1])[:MOST_GAINS], start=1):
        interval = _interval(gain.saved_s_per_year, 1.0)
        more = f"; at 95 % {interval} less" if interval else ""
        more += "" if sure else ", so that it may be chance"
        yield f"{_INDENT}{number}. {_tell_gain(gain)}{more}"


def _sure(gains: Sequence[Gain], down: float) -> list[Gain]:
    """Those that save something worth telling, for sure as far as an interval at 95 % goes."""
    return [
        gain
        for gain in gains
        if (gain.saved_s_per_year.low or 0.0) > 0.0
        and (gain.saved_s_per_year.value or 0.0) >= LEAST_GAIN * down
    ]


def _tell_gain(gain: Gain) -> str:
    saved, left = _value(gain.saved_s_per_year), gain.left_s_per_year
    before = show_seconds(saved + left)  # of the simulation that the saving is from
    price = "" if gain.price is None else f", {_tell_price(gain.price)}"
    return (
        f"{gain.text}: {show_seconds(saved)} a year less ({before} → {show_seconds(left)}){price}"
    )


def _tell_price(price: MarginalPrice) -> str:
    """What a change costs a year, and for a minute; cheaper and better needs no such price."""
    amount = show_money(abs(price.more_per_year), price.currency)
    if price.more_per_year < 0.0 or price.per_minute.value is None:
        return f"for {amount} a year {'less' if price.more_per_year < 0.0 else 'more'}"
    minute = show_money(price.per_minute.value, price.currency)
    return f"for {amount} a year more, {minute} a minute avoided"


def _tell_shared(shared: Sequence[SharedFate]) -> Iterator[str]:
    for one in shared:
        title = one.name if one.kind == "domain" else f"{one.kind} {one.name}"
        users = cut_list(one.shared_by, MOST_NAMED)
        services = cut_list(one.services, MOST_TOLD)
        behind = f"; behind {services}" if services else ""
        yield f"{title:<24} {users}{behind}"


def _tell_waterfalls(waterfalls: Sequence[Waterfall]) -> Iterator[str]:
    """The steps of each way back, once for all that have the same."""
    alike: dict[tuple[str, tuple[Step, ...]], list[Waterfall]] = {}
    for one in waterfalls:
        alike.setdefault((one.kind, one.steps), []).append(one)
    for (kind, steps), members in alike.items():
        names = cut_list([one.name for one in members], MOST_NAMED)
        yield f"{kind} of {names}: {show_seconds(members[0].mean_s)} on average"
        for step in steps:
            often = "" if step.share == 1.0 else f"in {format_probability(round(step.share, 6))}"
            mean, p95 = show_seconds(step.mean_s), f"95 % within {show_seconds(step.p95_s)}"
            yield f"{_INDENT}{step.stage:<22}{mean:<12}{p95:<24}{often}"


# ---------------------------------------------------------------------------- lines


def _line(title: str, seconds: float, down: float, interval: str = "") -> str:
    share = f"{seconds / down:6.1%}"
    return f"{_INDENT}{title:<42} {show_seconds(seconds):<11}{share}   {interval}"


def _interval(estimate: Estimate, factor: float) -> str:
    if estimate.exact or estimate.low is None or estimate.high is None:
        return ""
    low, high = (_signed(factor * x) for x in (estimate.low, estimate.high))
    return f"{low} to {high}"


def _signed(seconds: float) -> str:
    return f"-{show_seconds(-seconds)}" if seconds < 0.0 else show_seconds(seconds)


def _value(estimate: Estimate | None) -> float:
    return 0.0 if estimate is None or estimate.value is None else max(0.0, estimate.value)


def _wrap(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.wrap(
        line,
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
