"""Closed forms that every textbook has: k of n, one or two repairers, Erlang's formulas, M/M/1."""

from __future__ import annotations

from functools import partial

from hasim.conformance.cases import DAY, HOUR, Case, LongRunMean
from hasim.conformance.machine_repair import repair_machines
from hasim.conformance.queues import serve
from hasim.conformance.static_trees import happen
from hasim.process import Process, ProcessBuilder
from hasim.process.questions import LongRunShare

_FAILED, _WORKS = LongRunShare("failed"), LongRunShare("works")

# ---------------------------------------------------------------------------- independent parts

_INDEPENDENT = partial(
    Case, "T01", "Independent parts, each up 99 % of the time", "binomial formula, in fractions"
)


def need_some(parts: int, required: int) -> Process:
    """Make parts of which so many are required."""
    builder = ProcessBuilder(f"{required} of {parts}")
    down = [happen(builder, f"part {i}", 0.01) for i in range(parts)]
    builder.at_least("failed", parts - required + 1, down)
    builder.none_of("works", "failed")
    return builder.build()


_INDEPENDENT_CASES = (
    _INDEPENDENT("availability, 3 in series", 0.970299, 1e-12, partial(need_some, 3, 3), _WORKS),
    _INDEPENDENT("unavailability, 3 in parallel", 1e-6, 1e-12, partial(need_some, 3, 1), _FAILED),
    _INDEPENDENT("unavailability, 2 of 4", 3.97e-06, 1e-12, partial(need_some, 4, 2), _FAILED),
)

# ---------------------------------------------------------------------------- repairers

_REPAIRERS = partial(
    Case,
    "T02",
    "Two units of MTTF 90 d and MTTR 4 h, with one repairer or two",
    "(l / (l + m))^2 with two, 2 l^2 / (m^2 + 2 l m + 2 l^2) with one, in fractions",
)

_REPAIRER_CASES = tuple(
    _REPAIRERS(
        f"unavailability, crews = {crews}",
        value,
        1e-12,
        partial(repair_machines, 2, 1, life=90 * DAY, repair=4 * HOUR, crews=crews),
        _FAILED,
    )
    for crews, value in ((2, 3.4166891598703026e-06), (1, 6.833354972290746e-06))
)

# ---------------------------------------------------------------------------- queues

_QUEUES = partial(
    Case, "T03", "Queues with exponential service of mean 1", "Erlang 1917; M/M/1, in fractions"
)

#: Servers, offered load, places at which the line is cut off, and the chance to wait.
_WAITS = (
    (1, 0.8, 150, 0.8),
    (20, 16, 170, 0.2560777938390579),
    (100, 80, 250, 0.01964642663435951),
)

_QUEUE_CASES = (
    _QUEUES(
        "blocked (B), c = 5, a = 3",
        0.11005434782608696,
        1e-12,
        partial(serve, 3, 1.0, 5, 5),
        LongRunShare("all busy"),
    ),
    *(
        _QUEUES(
            f"made to wait (C), c = {c}, a = {a}",
            value,
            1e-12,
            partial(serve, a, 1.0, c, places),
            LongRunShare("all busy"),
        )
        for c, a, places, value in _WAITS
    ),
    *(
        _QUEUES(
            f"mean wait, c = {c}, a = {a}",
            value / (c - a),
            1e-12,
            partial(serve, a, 1.0, c, places),
            LongRunMean("waiting"),
            factor=1 / a,
        )
        for c, a, places, value in _WAITS
    ),
    *(
        _QUEUES(
            f"mean stay, one server, load {load}",
            value,
            1e-12,
            partial(serve, load, 1.0, 1, places),
            LongRunMean("customers"),
            factor=1 / load,
        )
        for load, places, value in ((0.5, 60, 2.0), (0.7, 100, 10 / 3), (0.9, 350, 10.0))
    ),
)

CASES = (*_INDEPENDENT_CASES, *_REPAIRER_CASES, *_QUEUE_CASES)
