"""Standby and renewal: laws of any kind, proof tests, replacement by age, spares that wait."""

from __future__ import annotations

from functools import partial

from hasim.conformance.cases import HOUR, YEAR, Case
from hasim.laws import Erlang, Exponential, Fixed, Law, Lognormal, Weibull
from hasim.process import Process, ProcessBuilder, go
from hasim.process.questions import (
    Accumulated,
    LongRunShare,
    OutageRate,
    ReachedBy,
    TimeToReach,
)

# ---------------------------------------------------------------------------- insensitivity

_TWO_OF_THREE = partial(
    Case,
    "E01",
    "Two of three, Weibull lives and lognormal repairs, a crew for each",
    "alternating renewal and independence, closed form",
)


def renew_three() -> Process:
    """Make three units of which two are needed."""
    builder = ProcessBuilder("2 of 3")
    fails = Weibull.from_shape_mean(1.5, 1000 * HOUR)
    units = builder.units("unit", 3, fails=fails, repair=Lognormal.from_mean_cv(10 * HOUR, 2.0))
    builder.at_least("works", 2, [unit["up"] for unit in units])
    builder.none_of("failed", "works")
    return builder.build()


_DOWN, _UP, _OFTEN = LongRunShare("failed"), LongRunShare("works"), OutageRate("works")

_RENEWAL_CASES = (
    _TWO_OF_THREE("unavailability", 0.000292147634526, 1e-10, renew_three, _DOWN),
    _TWO_OF_THREE("failures per h", 5.82354088757e-05, 1e-10, renew_three, _OFTEN, factor=HOUR),
    _TWO_OF_THREE(
        "mean hours down", 5.0166666666667, 1e-10, renew_three, _DOWN, "", 1 / HOUR, _OFTEN
    ),
    _TWO_OF_THREE("mean hours up", 17166.66666667, 1e-10, renew_three, _UP, "", 1 / HOUR, _OFTEN),
)

# ---------------------------------------------------------------------------- one repairer

_TWO_UNITS = partial(
    Case,
    "E02",
    "Two units and one repairer, repairs of 8 h with memory",
    "Gnedenko; regenerative argument, closed form",
)

_LIFE = Exponential(100 * HOUR)
_FIXED, _STAGES = Fixed(8 * HOUR), Erlang(2, 8 * HOUR)


def hot_pair(repair: Law) -> Process:
    """Make two units that both fail, and one crew."""
    builder = ProcessBuilder("hot pair")
    builder.pool("crew", 1)
    units = builder.units("unit", 2, fails=_LIFE, repair=repair, crew="crew")
    builder.at_least("failed", 2, [unit["down"] for unit in units])
    return builder.build()


def cold_pair(repair: Law) -> Process:
    """Make a unit in use and one that waits without failing.

    The repair goes on when the second fails, so its work is kept from phase to phase.
    """
    builder = ProcessBuilder("cold pair")
    good = builder.automaton("good", "two", "one", "none")
    good.delay("first failure", "two", _LIFE, "one")
    good.delay("second failure", "one", _LIFE, "none")
    ways = go("two", unless="failed"), go("one", when="failed")
    good.delay("repair", ("one", "none"), repair, *ways, memory="resume")
    builder.any_of("failed", good["none"])
    return builder.build()


_REPAIR_CASES = (
    _TWO_UNITS(
        "unavailability, hot, fixed repair",
        0.005754407450376,
        1e-10,
        partial(hot_pair, _FIXED),
        _DOWN,
    ),
    _TWO_UNITS(
        "unavailability, cold, fixed repair",
        0.003106664942568,
        1e-10,
        partial(cold_pair, _FIXED),
        _DOWN,
    ),
    _TWO_UNITS(
        "hours to failure, hot, fixed repair",
        750.3332977832,
        1e-10,
        partial(hot_pair, _FIXED),
        TimeToReach("failed"),
        factor=1 / HOUR,
    ),
    _TWO_UNITS(
        "unavailability, hot, Erlang repair",
        0.008401985923946,
        1e-10,
        partial(hot_pair, _STAGES),
        _DOWN,
    ),
    _TWO_UNITS(
        "unavailability, cold, Erlang repair",
        0.004535548094481,
        1e-10,
        partial(cold_pair, _STAGES),
        _DOWN,
    ),
)

# ---------------------------------------------------------------------------- proof tests

_TESTED = partial(
    Case,
    "E05",
    "Latent failures found by a yearly proof test of all channels",
    "IEC 61508 architectures, exact integrals",
)


def fail_unseen(channels: int, needed: int, rate: float) -> Process:
    """Make channels that fail at a rate per hour, over one interval, which is like any other."""
    builder = ProcessBuilder(f"{needed} out of {channels}")
    group = builder.automaton("channels", "good", "failed", count=channels)
    group.delay("failure", "good", Exponential(HOUR / rate), "failed")
    builder.at_least("works", needed, group["good"])
    builder.none_of("failed", "works")
    return builder.build()


def prove_yearly(channels: int, needed: int, rate: float) -> Process:
    """Make channels that fail at a rate per hour and are as new after each test."""
    builder = ProcessBuilder(f"{needed} out of {channels}, tested")
    builder.signal("test")
    builder.schedule("yearly", "test", every=YEAR)
    good = []
    for i in range(channels):
        channel = builder.automaton(f"channel {i}", "good", "failed")
        channel.delay("failure", "good", Exponential(HOUR / rate), "failed")
        channel.on("test", "failed", "good")
        good.append(channel["good"])
    builder.at_least("works", needed, good)
    builder.none_of("failed", "works")
    return builder.build()


#: Needed, channels, failures per hour, what is known, tolerance.
_PROVED = (
    (1, 1, 1e-6, 0.004367238360223, 1e-10),
    (1, 2, 1e-6, 2.541182952243e-05, 1e-9),
    (2, 3, 1e-6, 7.590288967772e-05, 1e-9),
    (1, 3, 1e-6, 1.662994447879e-07, 1e-8),
    (2, 3, 5e-5, 0.114549682955, 1e-10),
)

_TEST_CASES = (
    *(
        _TESTED(
            f"fails on demand, {k}oo{n}, rate {rate:g} per h",
            value,
            tolerance,
            partial(fail_unseen, n, k, rate),
            Accumulated("failed", YEAR),
            factor=1 / YEAR,
        )
        for k, n, rate, value, tolerance in _PROVED
    ),
    *(
        _TESTED(
            f"unavailability by calendar, {k}oo{n}, rate {rate:g}",
            value,
            tolerance,
            partial(prove_yearly, n, k, rate),
            _DOWN,
        )
        for k, n, rate, value, tolerance in _PROVED
    ),
)

# ---------------------------------------------------------------------------- replacement by age

_REPLACED = partial(
    Case,
    "E07",
    "Replacement by age, Weibull life of shape 2.5 and scale 1000 h, costs 1 and 5",
    "ReliaWiki, Optimum Replacement Time Example; PyPI reliability, documentation",
)

_NO_SEARCH = "what is best is not yet a question: an engine answers one design and compares none"
_NO_REWARD = "a cost for each end of a delay is not yet a measure"


def run_to_failure() -> Process:
    """Make a life after another; the gate ``even`` ceases to hold at every second failure."""
    builder = ProcessBuilder("run to failure")
    lives = builder.automaton("life", "even", "odd")
    law = Weibull(2.5, 1000 * HOUR)
    lives.delay("even failure", "even", law, "odd")
    lives.delay("odd failure", "odd", law, "even")
    builder.any_of("even", lives["even"])
    return builder.build()


_REPLACEMENT_CASES = (
    _REPLACED("best age in h", 493.046957597, 1e-8, published="493.047", unbuilt=_NO_SEARCH),
    _REPLACED(
        "cost per h at the best age",
        0.003462042738789,
        1e-9,
        published="0.0035",
        unbuilt=_NO_REWARD,
    ),
    _REPLACED(
        "cost per h without replacement",
        0.00563530248993,
        1e-9,
        run_to_failure,
        OutageRate("even"),
        factor=2 * 5 * HOUR,
    ),
)

# ---------------------------------------------------------------------------- warm standby

_WARM = partial(
    Case,
    "E10",
    "Four of six in warm standby, a mission of 15 years without repair",
    "kimmery.com, tutorial reliability 5",
)


def wait_warm() -> Process:
    """Make six units of which four work; a spare fails a tenth as often."""
    builder = ProcessBuilder("4 of 6 warm")
    units = builder.automaton("units", "good", "failed", count=6)
    units.delay("failure", "good", Exponential(HOUR / 2e-6), "failed", speed="speed")
    builder.count("good", units["good"])
    builder.constant("needed", 4)
    builder.minimum("active", "good", "needed")
    builder.total("strain", {"active": 0.9, "good": 0.1})
    builder.quotient("speed", "strain", "good")
    builder.at_least("failed", 3, units["failed"])
    return builder.build()


_WARM_CASES = (
    _WARM(
        "reliability at 131400 h",
        0.9049629593,
        1e-8,
        wait_warm,
        ReachedBy("failed", 131_400 * HOUR),
        "0.905",
        complement=True,
    ),
)

# ---------------------------------------------------------------------------- fixed times

_SERIES = partial(
    Case,
    "E11",
    "Two in series that fail after fixed times of operation and stop each other",
    "ReliaWiki, Repairable Systems Analysis Through Simulation",
)


def take_turns() -> Process:
    """Make two machines of which neither ages while the other is repaired."""
    builder = ProcessBuilder("series with fixed times")
    machines = []
    for name, hours in (("a", 100), ("b", 120)):
        machine = builder.automaton(name, "up", "down")
        machine.delay("failure", "up", Fixed(hours * HOUR), "down", speed="running")
        machine.delay("repair", "down", Fixed(10 * HOUR), "up")
        machines.append(machine["up"])
    builder.all_of("works", *machines)
    builder.count("running", "works")
    return builder.build()


_SERIES_CASES = (
    _SERIES(
        "availability over 300 h",
        0.8666666666666667,
        1e-12,
        take_turns,
        Accumulated("works", 300 * HOUR),
        "0.86667",
        factor=1 / (300 * HOUR),
    ),
    _SERIES(
        "failures in 300 h",
        4.0,
        1e-12,
        published="4",
        unbuilt="how often something happens up to a time is not yet a question",
    ),
)

CASES = (
    *_RENEWAL_CASES,
    *_REPAIR_CASES,
    *_TEST_CASES,
    *_REPLACEMENT_CASES,
    *_WARM_CASES,
    *_SERIES_CASES,
)
