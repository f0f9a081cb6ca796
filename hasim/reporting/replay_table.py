"""An incident played through, as text: a table of the candidates, and the timeline of one history.

Rules of this file: plain aligned lines, at most `WIDTH` wide: where a table is wider, each
candidate has lines of its own; what was drawn has its interval, what was not has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from hasim.planner.replays import Replay, Suffered, incidents_of
from hasim.reporting.incidents.teller import Teller
from hasim.reporting.incidents.timeline import tell_history
from hasim.solution.text import show_seconds
from hasim.stats import Estimate
from hasim.system import Scenario, System

#: Columns of a line, as of the table of a Solution.
WIDTH = 100

_TITLES = ("candidate", "outages", "down", "longest outage", "against the first")


def tell_replay(replay: Replay, scenario: Scenario) -> Iterator[str]:
    """Yield the table: for each service a line of each candidate.

    Parameters
    ----------
    replay : Replay
    scenario : Scenario
        That was played.
    """
    about = f": {scenario.description}" if scenario.description else ""
    yield f"scenario {replay.scenario}{about}"
    yield (
        f"the {show_seconds(replay.lasts_s)} from its start, nothing else failing; "
        f"{_means_of(replay.repeats)}, seed {replay.seed}"
    )
    services = dict.fromkeys(name for some in replay.candidates.values() for name in some)
    for service in services:
        yield ""
        yield service
        rows = list(_rows(replay, service))
        titles = _TITLES if len(replay.candidates) > 1 else _TITLES[:-1]
        table = list(_align([titles, *(row[: len(titles)] for row in rows)]))
        is_wide = max(map(len, table)) > WIDTH
        yield from _one_below_the_other(rows) if is_wide else table


def tell_timelines(
    candidates: Mapping[str, System], scenario: Scenario, seed: int
) -> Iterator[str]:
    """Yield the timeline of the first history of each candidate."""
    for name, incident in incidents_of(candidates, scenario).items():
        yield ""
        yield f"timeline of {name}, the first of these histories"
        system = candidates[name]
        teller = Teller(system, seed=seed, process=incident.process, keys=incident.keys)
        yield from tell_history(teller, tuple(system.services), scenario.lasts)


def _means_of(repeats: int) -> str:
    return "a single history" if repeats == 1 else f"means of {repeats} histories"


def _rows(replay: Replay, service: str) -> Iterator[tuple[str, ...]]:
    for candidate, services in replay.candidates.items():
        if service not in services:
            yield candidate, "has no such service", "", "", ""
            continue
        yield candidate, *_cells(services[service])


def _cells(one: Suffered) -> tuple[str, ...]:
    longer = "" if one.longer_s is None else _show(one.longer_s, _show_signed)
    return (
        _show(one.outages, "{:.3g}".format),
        _show(one.down_s, show_seconds),
        _show(one.longest_s, show_seconds),
        longer,
    )


def _show(estimate: Estimate, show: Callable[[float], str]) -> str:
    assert estimate.value is not None, "a mean of histories has a value"
    if estimate.exact or estimate.low is None or estimate.high is None:
        return show(estimate.value)
    low, high = show(estimate.low), show(estimate.high)
    return f"{show(estimate.value)} ({low} to {high})"


def _show_signed(seconds: float) -> str:
    if seconds == 0.0:
        return "the same"
    return f"{'+' if seconds > 0.0 else '-'}{show_seconds(abs(seconds))}"


def _align(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()


def _one_below_the_other(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    width = max(map(len, _TITLES[1:]))
    for candidate, *cells in rows:
        yield f"  {candidate}"
        for title, cell in zip(_TITLES[1:], cells, strict=True):
            if cell:
                yield f"    {title:<{width}}  {cell}"
