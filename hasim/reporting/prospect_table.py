"""What may happen from now on, as text for a terminal.

Rules of this file: plain aligned lines, at most `WIDTH` wide; every estimate with its interval; a
chance too small for percent is told as one in so many.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from hasim.errors import list_words
from hasim.planner.prospect import EndingFailure, Prospect, ServiceProspect
from hasim.solution.text import show_seconds
from hasim.stats import Estimate

#: Columns of a line, as of the table of a Solution.
WIDTH = 100

#: So many failures that would end a service, and reasons, are told.
MOST_TOLD = 5

_TITLE, _VALUE = 34, 16

#: From here on a chance is a certainty to the reader.
_SURE = 0.999


def tell_prospect(prospect: Prospect) -> str:
    """Return the whole answer as text, without a line break at its end."""
    ahead = show_seconds(prospect.for_s)
    lines = [f"{prospect.model}: the next {ahead}, with {list_words(prospect.down)}"]
    for name, service in prospect.services.items():
        lines += ["", name, *(f"  {line}" for line in _tell_service(service, ahead))]
    whole = prospect.whole
    lines += ["", "until nothing is down and nothing is in progress"]
    lines += [f"  {_row('mean', whole.mean_s, show_seconds)}"]
    lines += [f"  {_row('95 % within', whole.p95_s, show_seconds)}"]
    lines += ["", *_tell_how(prospect)]
    return "\n".join(part for line in lines for part in _wrap(line.rstrip()))


def _tell_service(service: ServiceProspect, ahead: str) -> Iterator[str]:
    yield _tell_now(service)
    if _is_possible(service.downtime_now_s):
        yield _row("expected downtime by that", service.downtime_now_s, show_seconds)
    first = "another" if _is_possible(service.down_now) else "an"
    yield _row(f"chance of {first} outage", service.another_outage, show_chance)
    yield _row("expected downtime in all", service.downtime_s, show_seconds)
    yield _row(f"chance to be down after {ahead}", service.down_at_end, show_chance)
    if not service.down_until_repair:
        yield from _tell_endings(service.ended_by)


def _tell_now(service: ServiceProspect) -> str:
    """Whether what is down takes the service down at once."""
    chance = service.down_now
    if chance.low is None:
        return _row("down now", chance, show_chance)
    if chance.low > _SURE:
        how = "until a repair" if service.down_until_repair else "until another has taken over"
        return f"{'down now':<{_TITLE}}yes, {how}"
    if not _is_possible(chance):
        soon = ", but soon, until a repair" if service.down_until_repair else ""
        return f"{'down now':<{_TITLE}}no{soon}"
    return _row("chance to be down now", chance, show_chance)


def _tell_endings(endings: tuple[EndingFailure, ...]) -> Iterator[str]:
    if not endings:
        yield f"{'ended by one failure more':<{_TITLE}}nothing"
        return
    yield "one failure more that ends it, and its chance in that time"
    for one in endings[:MOST_TOLD]:
        yield f"  {one.name:<{_TITLE - 3}} {show_chance(one.chance)}"
    if len(endings) > MOST_TOLD:
        yield f"  {len(endings) - MOST_TOLD} more"


def _is_possible(estimate: Estimate) -> bool:
    """Whether it was seen or computed, rather than limited by how often it was not seen."""
    return bool(estimate.low if estimate.value is None else estimate.value)


def _tell_how(prospect: Prospect) -> Iterator[str]:
    yield from prospect.why[:MOST_TOLD]
    if len(prospect.why) > MOST_TOLD:
        yield f"{len(prospect.why) - MOST_TOLD} reasons more (--json tells them)"
    if prospect.histories is not None:
        yield f"{prospect.histories:,} histories, seed {prospect.seed}"
    if not prospect.is_precise:
        yield "the time was up first; give it more (--max-time)"


def show_chance(chance: float) -> str:
    """Return a chance in percent, or as one in so many where it is small."""
    if chance == 0.0 or chance >= 0.001:
        return f"{100.0 * chance:.3g} %"
    return f"1 in {1.0 / chance:,.0f}" if chance > 1e-9 else f"{chance:.2g}"


def _row(title: str, estimate: Estimate, show: Callable[[float], str]) -> str:
    return f"{title:<{_TITLE - 1}} {_show(estimate, show)}"


def _show(estimate: Estimate, show: Callable[[float], str]) -> str:
    value, low, high = (None if x is None else show(x) for x in estimate.ends)
    if estimate.exact:
        return str(value)
    match value, low, high:
        case None, None, None:
            return "not known"
        case None, _, _ if estimate.low:
            return f"above {low}"
        case None, _, _:
            return f"below {high}"
        case _, None, None:
            return f"{value:<{_VALUE}}no interval"
        case _:
            return f"{value:<{_VALUE}}{low or '?'} to {high or '?'}"


def _wrap(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [""]
