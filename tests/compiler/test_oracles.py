"""Compiled systems against formulas and published values, by Monte Carlo.

Each estimate is held to 3.5 standard errors, which are themselves at most 3 % of the value, plus
what the formula neglects where it is an approximation. Seeds are fixed.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from hasim.compiler import compile
from hasim.engines.montecarlo import Simulator
from hasim.laws import Fixed
from hasim.process import Automaton, Process, Share
from tests.compiler.scenarios import compiled, system_of

pytestmark = pytest.mark.normal

HOUR, DAY, YEAR = 3600.0, 86400.0, 365 * 86400.0
BATCHES = 200


def means(process: Process, years: float, *columns: str) -> list[tuple[float, float]]:
    """Mean per second and its standard error, of columns of the results."""
    simulator = Simulator.of(process)
    horizon = years * YEAR / BATCHES
    rows, _ = simulator.run(
        seed=1, replications=range(BATCHES), warmup=0.2 * horizon, horizon=horizon
    )
    found = []
    for column in columns:
        values = rows[:, simulator.columns.names.index(column)] / horizon
        found.append((float(values.mean()), float(values.std() / math.sqrt(BATCHES))))
    return found


def agrees(process: Process, years: float, expected: float, column="service downtime", rough=0.0):
    ((mean, error),) = means(process, years, column)
    assert error <= 0.03 * expected
    assert abs(mean - expected) <= 3.5 * error + rough * expected, (mean, error, expected)


def simple(replicas, required, mtbf, mttr, more=""):
    return f"""
    name: t
    crews: {{one: {{size: 1}}, two: {{size: 2}}}}
    components:
      web: {{replicas: {replicas}, required: {required}, mtbf: '{mtbf}', mttr: '{mttr}'{more}}}
    """


# ---------------------------------------------------------------------------- k of n, crews


def test_a_pair_is_the_textbook(tmp_path):
    process = compiled(simple(2, 1, "1000 h", "10 h"), tmp_path)
    agrees(process, 20_000, (10 / 1010) ** 2)


def test_k_of_n_is_binomial(tmp_path):
    process = compiled(simple(5, 3, "1000 h", "50 h"), tmp_path)
    down = 50 / 1050
    binomial = sum(math.comb(5, j) * down**j * (1 - down) ** (5 - j) for j in (3, 4, 5))
    agrees(process, 30_000, binomial)


@pytest.mark.parametrize(("crew", "expected"), [("two", 3.417e-6), ("one", 6.833e-6)])
def test_one_crew_against_two(tmp_path, crew, expected):
    process = compiled(simple(2, 1, "90 d", "4 h", f", crew: {crew}"), tmp_path)
    agrees(process, 400_000, expected, rough=2e-4)


@pytest.mark.parametrize(("size", "expected"), [(1, 5.818292633718e-05), (2, 1.4415348807473e-05)])
def test_case_a07_k_of_n_with_crews(tmp_path, size, expected):
    text = simple(5, 3, "1000 h", "10 h", ", crew: one").replace(
        "one: {size: 1}", f"one: {{size: {size}}}"
    )
    agrees(compiled(text, tmp_path), 100_000 * size, expected)


def test_case_e01_laws_do_not_matter_where_repairs_are_independent(tmp_path):
    text = simple(3, 2, "weibull(shape 1.5, mean 1000 h)", "lognormal(mean 10 h, cv 2)")
    process = compiled(text, tmp_path)
    agrees(process, 30_000, 0.000292147634526)
    agrees(process, 30_000, 5.82354088757e-05 / HOUR, "service begun")


# ---------------------------------------------------------------------------- correlation


def test_the_beta_factor(tmp_path):
    text = """
    name: t
    components:
      web:
        replicas: 2
        failures: {crash: {after: 1000 h, repair: 1 h, common_cause: 10 %}}
    """
    u = 1e-3
    agrees(compiled(text, tmp_path), 5_000, 0.1 * u + (0.9 * u) ** 2, rough=3e-3)


def test_nested_domains_multiply(tmp_path):
    text = """
    name: t
    domains:
      eu: {level: region, mtbf: 1000 h, mttr: 5 h}
      a: {level: zone, in: eu, mtbf: 500 h, mttr: 5 h}
    components:
      node: {kind: host, spread: [a], mtbf: 400 h, mttr: 2 h}
      web: {hosts: node, mtbf: 300 h, mttr: 3 h}
    services: {service: {needs: [web]}}
    """
    up = (1000 / 1005) * (500 / 505) * (400 / 402) * (300 / 303)
    agrees(compiled(text, tmp_path), 500, 1 - up)


def test_two_groups_in_one_zone_share_its_fate(tmp_path):
    text = """
    name: t
    domains:
      a: {level: zone, mtbf: 500 h, mttr: 5 h}
      b: {level: zone, mtbf: 500 h, mttr: 5 h}
    components:
      web: {replicas: 2, spread: [a, b], needs: [db]}
      db: {replicas: 2, spread: [a, b]}
    """
    agrees(compiled(text, tmp_path), 10_000, (5 / 505) ** 2)


# ---------------------------------------------------------------------------- failing over


def test_coverage_is_the_first_order_term(tmp_path):
    # practice.md, rule 2: MTTF 90 d, failover 60 s, 4 h of repair, coverage 95 %: 52.5 min a year.
    text = """
    name: t
    components:
      db:
        replicas: 2
        redundancy: active-passive
        mtbf: 90 d
        mttr: 4 h
        failover: {switch: 60 s, coverage: 95 %}
    """
    rate, repair = 1 / (90 * DAY), 4 * HOUR
    single = rate * (0.95 * 60 + 0.05 * repair)
    assert single * YEAR / 60 == pytest.approx(52.5, rel=1e-3)
    double = rate**2 * repair**2
    agrees(compiled(text, tmp_path), 30_000, single + double, rough=5e-3)


def test_instant_failover_of_a_pair_is_two_independent_units(tmp_path):
    text = """
    name: t
    components:
      db: {replicas: 2, redundancy: active-passive, failover: instant, mtbf: 1000 h, mttr: 10 h}
    """
    agrees(compiled(text, tmp_path), 20_000, (10 / 1010) ** 2)


def test_a_latent_standby_is_dead_when_needed(tmp_path):
    # practice.md, S4: rate 0.5 a year, tested once a year: 21.3 %.
    text = """
    name: t
    components:
      db:
        replicas: 2
        redundancy: active-passive
        standby: {latent: 100 %, test: 1 year}
        failures: {crash: {rate: 0.5 / year, repair: fixed(1 s)}}
        failover: instant
    """
    process = _without_failures_of_primary(compile(system_of(text, tmp_path)))
    process = replace(process, measures=(*process.measures, Share("dead", "db.2 is dead")))
    expected = 1 - (1 - math.exp(-0.5)) / 0.5
    assert expected == pytest.approx(0.213, abs=5e-4)
    agrees(process, 20_000, expected, "dead", rough=1e-4)


def _without_failures_of_primary(process: Process) -> Process:
    def still(one: Automaton) -> Automaton:
        if one.name != "db.1":
            return one
        first, *rest = one.delays
        return replace(one, delays=(replace(first, law=Fixed(1e15)), *rest))

    return replace(process, automata=tuple(still(one) for one in process.automata))


# ---------------------------------------------------------------------------- requests


def test_requests_lost_until_a_failure_is_detected(tmp_path):
    text = """
    name: t
    components:
      web:
        replicas: 4
        failures: {crash: {after: 1000 h, detect: {probe: 60 s, misses: 3}, repair: 60 s}}
    """
    # Each failure loses a quarter of the requests for 150 s on average, up to terms of (u)^2.
    process = compiled(text, tmp_path)
    ((served, error),) = means(process, 2_000, "service requests served")
    expected = 150 / (1000 * HOUR)
    assert error <= 0.03 * expected
    assert abs((1 - served) - expected) <= 3.5 * error + 2e-3 * expected


def test_stages_and_causes_add_up_to_the_downtime(tmp_path):
    text = """
    name: t
    crews: {oncall: {size: 1}}
    domains:
      a: {level: zone, mtbf: 300 h, mttr: 2 h}
      b: {level: zone, mtbf: 300 h, mttr: 2 h}
    components:
      web:
        replicas: 3
        required: 2
        spread: [a, b]
        start: 1 min
        needs: [db]
        failures:
          crash: {after: 50 h, detect: 1 min, repair: 1 h, crew: oncall, common_cause: 10 %}
          disk: {after: 'weibull(shape 2, mean 200 h)', repair: 2 h, crew: oncall, priority: 1}
      db:
        replicas: 3
        redundancy: active-passive
        spread: [a, b]
        start: 2 min
        standby: {rate: 50 %, latent: 30 %, test: 1 d}
        failures: {crash: {after: 50 h, repair: 1 h, crew: oncall, common_cause: 10 %}}
        failover: {detect: 30 s, decide: 5 s, promote: 20 s, coverage: 80 %, manual: 10 min,
                   rebuild: 10 min}
    """
    simulator = Simulator.of(compiled(text, tmp_path))
    rows, _ = simulator.run(seed=1, replications=range(20), warmup=YEAR, horizon=10 * YEAR)
    columns = simulator.columns.outages["service"]
    downtime, begun = rows[:, columns.downtime], rows[:, columns.begun]
    assert np.allclose(rows[:, columns.by_stage].sum(axis=1), downtime)
    assert np.allclose(rows[:, columns.by_cause].sum(axis=1), downtime)
    assert (rows[:, columns.begun_by_cause].sum(axis=1) == begun).all()
    assert all(rows[:, columns.by_stage].sum(axis=0) > 0), columns.stages
