"""A Solution as text for a terminal: how available, how long, in which stage, because of what.

Rules of this file: plain aligned lines, at most 100 wide; every estimate with its interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hasim.solution import Capacity, ServiceAnswer, Solution
from hasim.solution.text import show_seconds, show_share
from hasim.stats import Estimate

_SECONDS_PER_YEAR = 365.0 * 86_400.0
_MOST_CAUSES = 6


def tell_solution(solution: Solution) -> str:
    """Return the whole answer as text.

    Parameters
    ----------
    solution : Solution

    Returns
    -------
    str
        Lines without a line break at the end.
    """
    lines = [f"{solution.model}: {solution.status.text}"]
    for name, answer in solution.services.items():
        lines += ["", f"{name}", *(f"  {line}" for line in _service(answer))]
    lines += [f"{name}  {estimate}" for name, estimate in solution.measures.items()]
    lines += ["", *_footer(solution)]
    return "\n".join(lines)


def _service(answer: ServiceAnswer) -> Iterator[str]:
    yield _row("availability", _range(answer.availability, show_share))
    yield _row("nines", _range(answer.nines, "{:.2f}".format))
    if answer.request_availability is not None:
        yield _row("requests served", _range(answer.request_availability, show_share))
    yield _row("downtime a year", _range(answer.downtime_s_per_year, show_seconds))
    yield _row("outages a year", _range(answer.outages_per_year, "{:.3g}".format))
    yield _row("mean outage", _range(answer.mttr_s, show_seconds))
    for key, title in (("p50", "half"), ("p95", "95 %"), ("p99", "99 %")):
        yield _row(f"{title} are over within", _range(answer.outage_length_s[key], show_seconds))
    yield from _stages(answer)
    yield from _causes(answer)
    if answer.capacity is not None:
        yield from _capacity(answer.capacity)
    for name, verdict in answer.objectives.items():
        words = {True: "met", False: "MISSED", None: "cannot be shown to be met"}[verdict.met]
        yield _row(f"objective {name}", f"{words} (target {verdict.target:.6g})")


def _stages(answer: ServiceAnswer) -> Iterator[str]:
    stages = [(name, e) for name, e in answer.mttr_stages_s.items() if e.value]
    if stages:
        yield "where the time of the mean outage goes"
    for name, estimate in stages:
        yield "  " + _row(name, _range(estimate, show_seconds))


def _causes(answer: ServiceAnswer) -> Iterator[str]:
    downtime = answer.downtime_s_per_year_by_cause
    causes = sorted(downtime, key=lambda name: -(downtime[name].value or 0.0))
    seen = [name for name in causes if downtime[name].value]
    if seen:
        yield "what causes it: downtime a year, outages a year"
    for name in seen[:_MOST_CAUSES]:
        outages = answer.outages_per_year_by_cause.get(name)
        rate = "" if outages is None or outages.value is None else f"; {outages.value:.3g} outages"
        yield "  " + _row(name, _range(downtime[name], show_seconds) + rate)
    if len(seen) > _MOST_CAUSES:
        rest = sum(downtime[name].value or 0.0 for name in seen[_MOST_CAUSES:])
        yield "  " + _row(f"{len(seen) - _MOST_CAUSES} others", show_seconds(rest))


def _capacity(capacity: Capacity) -> Iterator[str]:
    if capacity.headroom is None:
        return
    demand, full = capacity.demand_rps, capacity.full_rps
    if demand is not None and full is not None:
        yield _row("peak demand", f"{demand:g} rps of {full:g} rps")
    yield _row("headroom", f"{100.0 * capacity.headroom:.1f} % with everything in service")
    loss = capacity.headroom_after_loss
    if loss is not None:
        for what in ("replica", "host", "domain"):
            left = getattr(loss, what)
            if left is not None:
                yield _row(f"after loss of a {what}", f"{100.0 * left:.1f} % at worst")
        if loss.worst:
            yield _row("worst single loss", str(loss.worst))
    if capacity.short_s_per_year is not None:
        yield _row("short of capacity", _range(capacity.short_s_per_year, show_seconds) + " a year")


def _footer(solution: Solution) -> Iterator[str]:
    if solution.leaves_out:
        yield "what this model leaves out"
        yield from (f"  - {sentence}" for sentence in solution.leaves_out)
    yield from (f"engine: {sentence}" for sentence in solution.why)
    yield f"seed {solution.seed}; intervals are at 95 %"
    yield from (f"warning: {warning}" for warning in solution.warnings)


def _row(title: str, shown: str) -> str:
    return f"{title:<26}{shown}"


def _range(estimate: Estimate, show: object) -> str:
    """An estimate with its interval; what is not known is said."""
    assert callable(show)
    value, low, high = (None if x is None else str(show(x)) for x in estimate.ends)
    if value is not None and low == value == high:
        return value
    if value is not None and low is not None and high is not None:
        return f"{value}  ({low} to {high})"
    known: Mapping[str, str | None] = {"": value, "above ": low, "below ": high}
    parts = [f"{word}{text}" for word, text in known.items() if text is not None]
    return ", ".join(parts) or "not known"
