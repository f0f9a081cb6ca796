"""A Solution as a few plain lines, for a prompt or a log; hasim.reporting makes the full table."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hasim.solution.answers import ServiceAnswer, Solution
from hasim.stats import Estimate

_STEPS = (("years", 31_536_000.0), ("d", 86_400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0))


def to_text(solution: Solution) -> str:
    """Return the text, without a line break at its end."""
    lines = [f"{solution.model}: {solution.engine}, {solution.status.text}"]
    for name, answer in solution.services.items():
        lines += [f"{name}", *(f"  {line}" for line in _service_lines(answer))]
    costs = solution.costs
    if costs is not None:
        lines.append(
            _line(f"costs a year, {costs.currency}", costs.total_per_year, "{:.6g}".format)
        )
    lines += [f"{name}  {estimate}" for name, estimate in solution.measures.items()]
    lines += [f"warning: {warning}" for warning in solution.warnings]
    return "\n".join(lines)


def show_seconds(seconds: float) -> str:
    """Return a length of time to three digits in the largest unit that it reaches."""
    for unit, size in _STEPS:
        if seconds >= size:
            number = seconds / size
            shown = f"{number:.0f}" if 999.5 <= number < 1e6 else f"{number:.3g}"
            return f"{shown} {'year' if (shown, unit) == ('1', 'years') else unit}"
    return f"{seconds:.3g} s"


def show_share(share: float) -> str:
    """Return a share in percent, with three digits of its distance from 100 %."""
    rest = 1.0 - share
    digits = 2
    while rest * 10.0**digits < 1.0 - 1e-3 and digits < 14:
        digits += 1
    return f"{100.0 * share:.{digits}f} %"


def _service_lines(answer: ServiceAnswer) -> Iterator[str]:
    yield _line("availability", answer.availability, show_share)
    yield _line("outages a year", answer.outages_per_year, "{:.3g}".format)
    yield _line("downtime a year", answer.downtime_s_per_year, show_seconds)
    yield _line("mean outage", answer.mttr_s, show_seconds)
    yield _line("95 % of outages within", answer.outage_length_s["p95"], show_seconds)
    for name, verdict in answer.objectives.items():
        words = {True: "met", False: "missed", None: "not shown"}[verdict.met]
        yield f"{'objective ' + name:<24}{words} (target {verdict.target:.6g})"


def _line(title: str, estimate: Estimate, show: Callable[[float], str]) -> str:
    value, low, high = (None if x is None else show(x) for x in estimate.ends)
    match (value, low, high):
        case (None, None, None):
            shown = "not known"
        case (None, low, None):
            shown = f"above {low}"
        case (None, _, high):
            shown = f"below {high}"
        case (value, None, None):
            shown = f"{value}"
        case _:
            shown = f"{value}  ({low or '?'} to {high or '?'})"
    return f"{title:<24}{shown}"
