"""The simulator of `shop_by_hand`, with simpler numbers, against closed forms.

Each figure must lie within 4 standard errors (over at least 40 replications) of the exact value:
a false alarm has probability 3e-4 a figure, about 1 % for the 40 figures of this file.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from verification.by_hand.laws import (
    AT_ONCE,
    NEVER,
    exponential,
    fixed,
    lognormal_mean,
    probe,
    stretched,
)
from verification.by_hand.parameters import DAY, HOUR, MINUTE, SHOP, YEAR, Shop
from verification.by_hand.summary import CAUSES, STAGES, Results
from verification.shop_by_hand import simulate

# Nothing fails, and failover takes no time; each check lets something happen.
QUIET = replace(
    SHOP,
    zone_after=NEVER,
    edge_crash_after=NEVER,
    web_crash_after=NEVER,
    web_hardware_after=NEVER,
    db_crash_mean=math.inf,
    db_common_cause=0.0,
    db_latent=0.0,
    detect=AT_ONCE,
    decide=AT_ONCE,
    fence=AT_ONCE,
    promote=AT_ONCE,
    switch=AT_ONCE,
    coverage=1.0,
)


def assert_agrees(results: Results, name: str, exact: float, *, bias: float = 0.0) -> None:
    """`bias` is the relative error of a closed form that is only nearly exact."""
    value, error = results[name]
    assert abs(value - exact) <= 4 * error + bias * abs(exact), (name, value, error, exact)


def run(years: float, shop: Shop, warmup_years: float = 0.02) -> Results:
    return simulate(years, 1, shop=shop, warmup_years=warmup_years)


def test_web_is_binomial_and_requests_are_lost_until_detection():
    shop = replace(
        QUIET,
        web_crash_after=exponential(1 * HOUR),
        web_crash_detect=probe(100.0, misses=3),
        web_crash_repair=exponential(400.0),
    )
    results = run(4, shop)
    up, detect, repair = np.array([HOUR, 250.0, 400.0]) / (HOUR + 650.0)
    down_in = {"detect": 0.0, "repair": 0.0}
    served = two_out = 0.0
    for states in product("sdr", repeat=6):
        s, d, r = (states.count(letter) for letter in "sdr")
        weight = up**s * detect**d * repair**r
        if s >= 4:
            served += weight * s / (s + d)
        else:
            down_in["repair" if r >= 4 - s else "detect"] += weight
        two_out += weight * (s == 4)
    rate = two_out * 4 / HOUR
    assert_agrees(results, "unavailability", sum(down_in.values()))
    assert_agrees(results, "request_availability", served)
    assert_agrees(results, "outages_per_year", rate * YEAR)
    assert_agrees(results, "mttr_stages_s.detect", down_in["detect"] / rate)
    assert_agrees(results, "mttr_stages_s.repair", down_in["repair"] / rate)


def test_clocks_stand_still_while_another_mode_is_repaired():
    """Web fails by two modes with fixed operating times: A = 1 / (1 + sum of r_i / m_i)."""
    shop = replace(
        QUIET,
        web_spread=("a",),
        web_required=1,
        web_crash_after=fixed(7 * HOUR),
        web_crash_detect=None,
        web_crash_repair=exponential(1 * HOUR),
        web_hardware_after=fixed(math.pi * HOUR),
        web_hardware_detect=None,
        web_hardware_repair=exponential(2 * HOUR),
    )
    results = run(40, shop)
    assert_agrees(results, "unavailability", 1 - 1 / (1 + 1 / 7 + 2 / math.pi), bias=1e-4)
    crashes = YEAR / (7 * HOUR) / (1 + 1 / 7 + 2 / math.pi)
    assert_agrees(results, "outages_per_year_by_cause.web.crash", crashes, bias=1e-4)


def test_one_crew_repairs_web_first_come_first_served():
    mttf, mttr = 20 * HOUR, 4 * HOUR
    shop = replace(
        QUIET,
        oncall_size=1,
        web_hardware_after=exponential(mttf),
        web_hardware_detect=None,
        web_hardware_repair=exponential(mttr),
    )
    results = run(40, shop)
    weights = [math.perm(6, out) * (mttr / mttf) ** out for out in range(7)]
    p = np.array(weights) / sum(weights)
    rate = p[2] * 4 / mttf
    assert_agrees(results, "unavailability", p[3:].sum())
    assert_agrees(results, "outages_per_year", rate * YEAR)
    assert_agrees(results, "mttr_stages_s.repair", p[3] / rate)
    assert_agrees(results, "mttr_stages_s.crew", p[4:].sum() / rate)


def test_zones_mask_what_is_inside():
    """Two zones down stop the shop.

    With a and b down db waits and its first replica is charged, hence a; with c and another down
    the second of web's masked replicas in order is web.3, hence c.
    """
    p = 1 / 11
    shop = replace(QUIET, zone_after=exponential(10 * DAY), zone_repair=exponential(1 * DAY))
    results = run(400, shop, warmup_years=0.2)
    year = YEAR * p * p
    assert_agrees(results, "unavailability", 3 * p * p * (1 - p) + p**3)
    assert_agrees(results, "downtime_s_per_year_by_cause.a.failure", year)
    assert_agrees(results, "downtime_s_per_year_by_cause.b.failure", 0.0)
    assert_agrees(results, "downtime_s_per_year_by_cause.c.failure", year * 2 * (1 - p))
    value, _ = results["mttr_stages_s.masked"]
    assert value == pytest.approx(results["mttr_s"][0])


def test_a_short_masking_cancels_the_chain():
    shop = replace(
        QUIET,
        zones=("a", "b"),
        web_spread=("a", "b"),
        web_required=1,
        detect=SHOP.detect,
        zone_after=exponential(10 * DAY),
        zone_repair=fixed(10.0),
    )
    results = run(400, shop)
    assert_agrees(results, "outages_per_year_by_cause.a.failure", YEAR / (10 * DAY), bias=1e-4)
    assert results["outages_per_year_by_cause.b.failure"][0] < 0.01
    assert results["mttr_stages_s.detect"][0] == pytest.approx(10.0, rel=1e-3)


@pytest.mark.parametrize("crews", [1, 2])
def test_common_cause_with_few_and_enough_crews(crews):
    """States by replica: up, failed by its own crash (o), by the common cause (c)."""
    mttf, mttr, share = 20 * HOUR, 4 * HOUR, 0.3
    own, common, mend = (1 - share) / mttf, share / mttf, 1 / mttr
    both = crews == 2
    rates = {
        ("up", "o"): 2 * own,
        ("up", "cc"): common,
        ("o", "up"): mend,
        ("o", "oo"): own,
        ("o", "oc"): common,
        ("oo", "o"): mend * crews,
        ("cc", "up"): mend,
        ("oc", "c"): mend,  # the own crash came first
        ("oc", "o"): mend * both,
        ("c", "up"): mend,
        ("c", "co"): own,
        ("co", "o"): mend,  # the common cause came first
        ("co", "c"): mend * both,
    }
    p = stationary(rates)
    shop = replace(
        QUIET,
        oncall_size=crews,
        db_crash_mean=mttf,
        db_crash_repair=exponential(mttr),
        db_common_cause=share,
    )
    results = run(80, shop)
    assert_agrees(results, "unavailability", p["oo"] + p["cc"] + p["oc"] + p["co"])


def test_common_cause_of_all_failures():
    shop = replace(QUIET, db_crash_mean=20 * HOUR, db_common_cause=1.0)
    results = run(80, shop)
    assert_agrees(results, "unavailability", 4 / 24)
    assert_agrees(results, "outages_per_year_by_cause.db.crash.common", YEAR / (24 * HOUR))


CHAIN = replace(
    SHOP,
    zone_after=NEVER,
    edge_crash_after=NEVER,
    web_crash_after=NEVER,
    web_hardware_after=NEVER,
    db_common_cause=0.0,
    db_latent=0.0,
    db_crash_mean=1e6 * HOUR,
    db_crash_repair=fixed(2 * HOUR),
    coverage=0.7,
)


@pytest.mark.parametrize(
    ("manual", "spent"), [(30 * MINUTE, 30 * MINUTE), (10 * HOUR, 2 * HOUR - 5.0)]
)
def test_stages_of_the_chain(manual, spent):
    """The second manual takes longer than the repair, which begins where detect ends."""
    results = run(1e6, replace(CHAIN, manual=fixed(manual)))
    assert_agrees(results, "outages_per_year", YEAR / (1e6 * HOUR), bias=1e-4)
    exact = {
        "detect": 25.0,
        "decide": 5.0,
        "fence": 0.7 * 5.0,
        "promote": 0.7 * lognormal_mean(20.0, 60.0),
        "switch": 0.7 * 30.0,
        "manual": 0.3 * spent,
    }
    for stage, mean in exact.items():
        assert_agrees(results, f"mttr_stages_s.{stage}", mean, bias=1e-3)


def test_latent_failures_of_the_standby_are_found_by_test_or_need():
    """Between tests T apart the standby is dead with probability (1 - exp(-2 t / m)) / 2."""
    mean, period = 30 * DAY, 20 * DAY
    shop = replace(
        QUIET,
        db_crash_mean=mean,
        db_crash_repair=fixed(10.0),
        db_latent=1.0,
        db_test=period,
    )
    results = run(2000, shop, warmup_years=1.0)
    x = 2 * period / mean
    dead = (1 - (1 - math.exp(-x)) / x) / 2
    assert_agrees(results, "downtime_s_per_year", YEAR / mean * dead * 10.0, bias=1e-4)


def test_a_candidate_that_fails_starts_the_chain_again():
    """Attempts of mean d + m (1 - exp(-w / m)), each through with probability exp(-w / m)."""
    mean, detect = 1e5, 10.0
    shop = replace(
        QUIET,
        db_crash_mean=mean,
        db_crash_repair=fixed(0.1),
        detect=fixed(detect),
        fence=fixed(0.1 * mean),
        promote=fixed(0.5 * mean),
        switch=fixed(0.4 * mean),
    )
    results = run(100, shop, warmup_years=1.0)
    attempt = detect + mean * (1 - math.exp(-1))
    assert_agrees(results, "mttr_s", math.e * attempt, bias=1e-3)
    assert_agrees(results, "mttr_stages_s.detect", math.e * detect, bias=1e-3)


def test_a_stretched_law_is_the_same_law():
    assert stretched(fixed(3.0), 2.0)(random.Random(1)) == 6.0


def test_stages_add_up_to_mttr_and_causes_to_the_totals():
    results = simulate(400, 1)
    stages = sum(results[f"mttr_stages_s.{stage}"][0] for stage in STAGES)
    assert stages == pytest.approx(results["mttr_s"][0])
    for total in ("outages_per_year", "downtime_s_per_year"):
        causes = sum(results[f"{total}_by_cause.{cause}"][0] for cause in CAUSES)
        assert causes == pytest.approx(results[total][0])
    mttr, mtbf = results["mttr_s"][0], results["mtbf_s"][0]
    assert mttr / (mttr + mtbf) == pytest.approx(results["unavailability"][0])
    assert results["capacity.short_s_per_year"] == (0.0, 0.0)


def test_the_same_seed_gives_the_same_on_any_number_of_processes():
    one, two = (simulate(80, 3, processes=processes) for processes in (1, 2))
    assert {name: pair[0] for name, pair in one.items()} == pytest.approx(
        {name: pair[0] for name, pair in two.items()}, rel=0, abs=0, nan_ok=True
    )


def stationary(rates: dict[tuple[str, str], float]) -> dict[str, float]:
    states = sorted({state for pair in rates for state in pair})
    generator = np.zeros((len(states), len(states)))
    for (source, target), rate in rates.items():
        generator[states.index(source), states.index(target)] += rate
        generator[states.index(source), states.index(source)] -= rate
    system = np.vstack([generator.T, np.ones(len(states))])
    p = np.linalg.lstsq(system, np.eye(len(states) + 1)[-1], rcond=None)[0]
    return dict(zip(states, p, strict=True))
