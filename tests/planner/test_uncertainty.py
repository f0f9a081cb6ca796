"""Spreads and shares of variance against closed forms made without the compiler."""

import math

import pytest

import hasim
from hasim.errors import HasimError, InputError
from hasim.planner.uncertainty import propagate
from tests.compiler.scenarios import system_of

HOUR, DAY, YEAR = 3600.0, 86400.0, 365 * 86400.0

ONE = """
name: t
components: {web: {mtbf: {between: [30 d, 120 d]}, mttr: {between: [2 h, 6 h]}}}
services: {site: {needs: [web], objectives: {availability: 99.8 %}}}
"""
AFTER = "components.web.failures.failure.after"
REPAIR = "components.web.failures.failure.repair"


def moments(low, high):
    """Mean and mean square of what is log-uniform."""
    length = math.log(high / low)
    return (high - low) / length, (high**2 - low**2) / (2 * length)


def shares_of_a_product(first, second):
    """Sobol shares of the first factor of a product of two independent log-uniform ones."""
    (m1, s1), (m2, s2) = moments(*first), moments(*second)
    variance = s1 * s2 - (m1 * m2) ** 2
    return (s1 - m1**2) * m2**2 / variance, 1 - (s2 - m2**2) * m1**2 / variance


@pytest.mark.normal
def test_shares_of_a_single_unit(tmp_path):
    """U is mttr / mtbf within 1 %: a product, whose shares are known (Sobol 1993)."""
    found = propagate(system_of(ONE, tmp_path), rows=128)
    rate, repair = (1 / (120 * DAY), 1 / (30 * DAY)), (2 * HOUR, 6 * HOUR)
    influences = found.services["site"].influences
    for name, mine, other in ((AFTER, rate, repair), (REPAIR, repair, rate)):
        first, total = shares_of_a_product(mine, other)
        assert influences[name].first.value == pytest.approx(first, abs=0.08)
        assert influences[name].total.value == pytest.approx(total, abs=0.08)
        assert influences[name].first.low < first < influences[name].first.high
        assert influences[name].total.low < total < influences[name].total.high
    spread = found.services["site"].figures["unavailability"]
    assert spread.mean == pytest.approx(moments(*rate)[0] * moments(*repair)[0], rel=0.02)
    assert spread.p50 == pytest.approx(found.services["site"].middle_unavailability, rel=0.03)
    assert found.services["site"].chance == 0.0
    assert (found.engine, found.rows, found.worlds) == ("exact", 128, 512)


def test_one_quantity_has_all_of_the_variance_and_the_quantiles_of_its_law(tmp_path):
    text = ONE.replace("{between: [30 d, 120 d]}", "100 d")
    found = propagate(system_of(text, tmp_path), rows=16)
    one = found.services["site"]
    (influence,) = one.influences.values()
    assert influence.total.value == influence.first.value == 1.0
    mttr = one.figures["mttr_s"]
    assert mttr.p5 == pytest.approx(2 * HOUR * 3**0.05, rel=0.03)
    assert mttr.p95 == pytest.approx(2 * HOUR * 3**0.95, rel=0.03)


@pytest.mark.normal
def test_the_chance_of_an_objective_is_that_of_the_quantity(tmp_path):
    """99.8 % of 100 d is met with a repair below 100 d x 0.2 / 99.8 = 4.81 h."""
    text = ONE.replace("{between: [30 d, 120 d]}", "100 d")
    found = propagate(system_of(text, tmp_path), rows=16)
    met = math.log(100 * DAY * 0.002 / 0.998 / (2 * HOUR)) / math.log(3)
    assert found.services["site"].objectives["availability"] == pytest.approx(met, abs=0.07)


def test_what_a_parameter_is_used_for_moves_together(tmp_path):
    """Two units in series with one repair time have twice the spread of one, not sqrt 2 times."""
    text = """
    name: t
    parameters: {fix: {between: [2 h, 6 h]}}
    components:
      a: {mtbf: 1000 d, mttr: "${fix}"}
      b: {mtbf: 1000 d, mttr: "${fix}"}
    """
    found = propagate(system_of(text, tmp_path), rows=8)
    (name,) = (one.name for one in found.uncertain)
    spread = found.services["service"].figures["unavailability"]
    assert name == "parameters.fix"
    assert spread.p95 / spread.p5 == pytest.approx(3**0.9, rel=0.05)


def test_what_does_not_reach_the_service_has_no_share(tmp_path):
    text = """
    name: t
    components:
      a: {mtbf: 100 d, mttr: 1 h}
      b: {mtbf: 100 d, mttr: {between: [1 h, 2 h]}}
    services: {site: {needs: [a]}}
    """
    found = propagate(system_of(text, tmp_path), rows=8)
    assert found.services["site"].influences == {}


@pytest.mark.normal
def test_the_seed_and_nothing_else_decides(tmp_path):
    system = system_of(ONE, tmp_path)
    assert propagate(system, rows=8) == propagate(system, rows=8, max_time=50.0, threads=1)
    assert propagate(system, rows=8, seed=2) != propagate(system, rows=8)


@pytest.mark.normal
def test_simulated_worlds_tell_chance_from_ignorance(tmp_path):
    """A factor 16 of ignorance against what is known within 1 %: little chance, and mostly."""
    wide = ONE.replace("[2 h, 6 h]", "[1 h, 16 h]").replace("{between: [30 d, 120 d]}", "20 d")
    exact = propagate(system_of(wide, tmp_path), rows=8)
    found = propagate(system_of(wide, tmp_path), rows=8, engine="montecarlo")
    assert found.services["site"].chance < 0.1
    spread, true = (one.services["site"].figures["unavailability"] for one in (found, exact))
    assert spread.p50 == pytest.approx(true.p50, rel=0.1)
    assert spread.p95 == pytest.approx(true.p95, rel=0.1)
    again = propagate(system_of(wide, tmp_path), rows=8, engine="montecarlo", threads=1)
    assert again == found


def test_no_time_and_nothing_uncertain_are_refused(tmp_path):
    system = system_of(ONE, tmp_path)
    with pytest.raises(HasimError, match="not even 32 worlds"):
        propagate(system, rows=8, max_time=0.0)
    with pytest.raises(InputError, match="nothing is uncertain"):
        propagate(hasim.load("models/pair.yaml"))
    with pytest.raises(InputError, match="engine bounds"):
        propagate(system, engine="bounds")
