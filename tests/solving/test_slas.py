"""What becomes of promises, exactly and in simulated windows."""

import math

import numpy as np
import pytest
from scipy.stats import poisson

from hasim.description import SystemBuilder
from hasim.solving import solve
from hasim.solving.window_figures import MONTHS, PIECES, SimulatedWindows

HOUR, DAY = 3600.0, 86_400.0
PROMISE = {"target": "99.9 %", "credits": {"99.5 %": "10 %", "99 %": "25 %"}}


def unit(objective=None, mtbf="500 h", mttr="4 h"):
    builder = SystemBuilder("unit").component("db", mtbf=mtbf, mttr=mttr)
    return builder.service("shop", needs=["db"], objectives={"availability": objective}).build()


def pair(objective="99.95 %"):
    builder = SystemBuilder("pair").crew("ops")
    builder.component("web", replicas=2, mtbf="500 h", mttr="4 h", crew="ops")
    return builder.service("shop", needs=["web"], objectives={"availability": objective}).build()


def more_than(share, days):
    """Of a unit with 500 h up and 4 h down that begins in the long run, by counting (Takacs)."""
    period = days * 24.0
    a, b = (1 - share) * period / 500.0, share * period / 4.0
    counts = np.arange(400)
    more = (poisson.pmf(counts, a) * poisson.cdf(counts - 1, b)).sum()
    equal = (poisson.pmf(counts, a) * poisson.pmf(counts, b)).sum()
    return more + 4 / 504 * equal


def in_a_month(share):
    return (7 * more_than(share, 31) + 4 * more_than(share, 30) + more_than(share, 28)) / 12


# ---------------------------------------------------------------------------- exact


def test_a_unit_by_counting():
    answer = solve(unit(PROMISE), engine="exact")["shop"].sla
    assert answer.is_exact
    assert answer.month.breach.value == pytest.approx(in_a_month(1e-3), rel=1e-9)
    assert answer.year.breach.value == pytest.approx(more_than(1e-3, 365), rel=1e-9)
    tiers = [in_a_month(5e-3) - in_a_month(1e-2), in_a_month(1e-2)]
    assert [tier.chance.value for tier in answer.credit_tiers] == pytest.approx(tiers, rel=1e-9)
    credited = 0.1 * tiers[0] + 0.25 * tiers[1]
    assert answer.credit_share.value == pytest.approx(credited, rel=1e-9)
    assert answer.budget_spent.value == pytest.approx(4 / 504 / 1e-3, rel=1e-12)


@pytest.mark.normal
def test_quantiles_reach_as_far_as_they_must():
    # The median month of a unit that is mostly down has lost more than any contract names.
    answer = solve(unit("99.9 %", mtbf="4 h", mttr="12 h"), engine="exact")["shop"].sla
    quantiles = [one.value for one in answer.month.availability.values()]
    assert quantiles == sorted(quantiles, reverse=True)
    assert quantiles[0] == pytest.approx(0.25, abs=0.01)


def test_a_pair_has_the_law_of_its_chain():
    # Two units and one crew, by a matrix exponential of the joint transform: see case F04 for the
    # start with both up; here the mean over a month ties the tail to the share of time down.
    answer = solve(pair(), engine="exact")["shop"]
    points = [(1.0 - one.availability, one.chance.value) for one in answer.sla.month.below]
    assert [chance for _, chance in points] == sorted((c for _, c in points), reverse=True)
    assert answer.sla.budget_spent.value == pytest.approx(answer.unavailability.value / 5e-4)


def test_a_bare_target_is_told_only_where_that_takes_no_time():
    solution = solve(fixed_detection(), engine="exact")
    assert solution["shop"].sla is None
    assert not any("sla" in warning for warning in solution.warnings)


def fixed_detection(objective="99.95 %"):
    builder = SystemBuilder("slow").component(
        "web", failures={"crash": {"after": "500 h", "detect": "30 s", "repair": "4 h"}}
    )
    return builder.service("shop", needs=["web"], objectives={"availability": objective}).build()


def test_who_asks_more_is_told_why_there_is_nothing():
    solution = solve(fixed_detection({"target": "99.95 %"}), engine="exact")
    (warning,) = (one for one in solution.warnings if "sla" in one)
    assert warning.startswith("shop: sla has no value: ")
    assert warning.endswith("; hasim run --sla takes the time to find it")


def test_an_engine_that_only_computes_does_not_simulate():
    solution = solve(fixed_detection(), engine="exact", sla=True)
    assert solution["shop"].sla is None
    (warning,) = (one for one in solution.warnings if "sla" in one)
    assert "has memory" in warning
    assert warning.endswith("; --engine auto simulates it")


@pytest.mark.parametrize("target", ["100 %", "0 %"])
def test_a_target_without_a_budget_has_no_windows(target):
    solution = solve(unit(target), engine="exact")
    assert solution["shop"].sla is None


# ---------------------------------------------------------------------------- simulated


@pytest.mark.normal
@pytest.mark.parametrize("model", [pair(PROMISE | {"target": "99.95 %"}), unit(PROMISE)])
def test_simulated_windows_agree_with_exact_ones(model):
    exact = solve(model, engine="exact", sla=True)["shop"].sla
    solution = solve(model, engine="montecarlo", sla=True, precision=0.1)
    simulated = solution["shop"].sla
    assert not simulated.is_exact
    assert any("years in" in why for why in solution.why)
    for ours, theirs in pairs_of(exact, simulated):
        assert theirs.low is not None, "no interval"
        slack = 0.8 * (theirs.high - theirs.low)  # 3.5 standard errors: 27 figures, false in 1 %
        assert theirs.low - slack <= ours.value <= theirs.high + slack


def pairs_of(exact, simulated):
    for kind in ("month", "year"):
        ours, theirs = getattr(exact, kind), getattr(simulated, kind)
        yield from zip(
            (one.chance for one in ours.below), (one.chance for one in theirs.below), strict=True
        )
    yield exact.credit_share, simulated.credit_share
    yield exact.budget_spent, simulated.budget_spent
    yield exact.months_in_breach_per_year, simulated.months_in_breach_per_year
    for ours, theirs in zip(exact.spent_by, simulated.spent_by, strict=True):
        yield ours.chance, theirs.chance


@pytest.mark.normal
def test_excluded_work_leaves_downtime_and_time():
    # 2 h of excluded work every 30 d, and 1 h of other work every 10 d; nothing else is ever down.
    builder = SystemBuilder("planned").component("db")
    builder.maintenance("patch", on=["db"], every="30 d", first="5 d", takes="2 h", excluded=True)
    builder.maintenance("reboot", on=["db"], every="10 d", first="3 d", takes="1 h")
    builder.service("shop", needs=["db"], objectives={"availability": "99.5 %"})
    answer = solve(builder.build(), engine="montecarlo", sla=True)["shop"].sla
    possible = {1 - n / (8760 - 2 * m) for n in (36, 37) for m in (12, 13)}
    found = answer.year.availability["p50"].value
    assert min(abs(found - one) for one in possible) < 1e-9
    assert answer.year.breach.value == 0.0


@pytest.mark.normal
def test_the_reference_gives_the_same_windows():
    model = unit(PROMISE, mtbf="20 d", mttr="2 h")
    short = {"sla": True, "precision": 0.5, "max_time": 1.0}
    plain = solve(model, engine="reference", **short)["shop"].sla
    assert plain is not None
    exact = solve(model, engine="exact")["shop"].sla
    assert plain.month.breach.low < exact.month.breach.value < plain.month.breach.high


@pytest.mark.normal
def test_a_window_longer_than_can_be_simulated():
    model = unit(PROMISE, mtbf="1 s", mttr="0.1 s")
    solution = solve(model, engine="montecarlo", sla=True, precision=0.5)
    (warning,) = (one for one in solution.warnings if "sla" in one)
    assert "which is a longer window than can be simulated" in warning


# ---------------------------------------------------------------------------- windows of years


def pieces(**seconds):
    """One year of one replication, with downtime at some of its pieces, named by their last day."""
    time = np.diff([0, *PIECES]) * DAY
    down = np.zeros(len(PIECES))
    for day, lost in seconds.items():
        down[PIECES.index(int(day[1:]))] = lost
    return SimulatedWindows(down[None, None], time[None, None])


def test_months_add_up_their_pieces():
    windows = pieces(d7=60.0, d31=30.0, d38=10.0)
    shares = windows.shares("month")
    assert shares.shape == (1, 1, 12)
    assert shares[0, 0, 0] == pytest.approx(90.0 / (31 * DAY))
    assert shares[0, 0, 1] == pytest.approx(10.0 / (28 * DAY))
    assert windows.shares("year")[0, 0, 0] == pytest.approx(100.0 / (365 * DAY))
    assert sum(MONTHS) == PIECES[-1] == 365


def test_when_a_budget_is_spent():
    windows = pieces(d7=2000.0, d14=1000.0, d90=30_000.0)
    spent = {day: windows.is_spent("month", day, 1e-3).ravel()[0] for day in (7, 14, 21, 28)}
    assert spent == {7: 0.0, 14: 1.0, 21: 1.0, 28: 1.0}  # of 2678.4 s
    year = [float(windows.is_spent("year", day, 1e-3).item()) for day in (90, 181)]
    assert year == [1.0, 1.0]  # of 31536 s
    assert math.isclose(windows.is_spent("year", 90, 2e-3).item(), 0.0)
