"""Importance measures against closed forms, worked out without the product."""

import pytest

import hasim
from hasim.planner.importance import (
    find_items,
    slope,
    unavailabilities,
    weigh,
    with_rate,
    without,
)
from tests.compiler.scenarios import system_of

YEAR = 365 * 86400.0
DIGITS = 1e-8


def weighed(text, tmp_path, item):
    process = hasim.compile(system_of(text, tmp_path))
    (one,) = [found for found in find_items(process) if found.name == item]
    whole = unavailabilities(process)["service"]
    never = unavailabilities(without(process, one))["service"]
    return weigh(one, slope(process, one), "service", whole, never)


def value(estimate):
    assert estimate.exact
    return estimate.value


def test_series(tmp_path):
    """U = 1 - (1 - a)(1 - b): dU/da = 1 - b."""
    text = "name: t\ncomponents: {a: {mtbf: 99 h, mttr: 1 h}, b: {mtbf: 49 h, mttr: 1 h}}"
    a, b = 0.01, 0.02
    whole = 1 - (1 - a) * (1 - b)
    one = weighed(text, tmp_path, "a.failure")
    assert value(one.unavailability) == pytest.approx(a, rel=DIGITS)
    assert value(one.birnbaum) == pytest.approx(1 - b, rel=DIGITS)
    assert value(one.criticality) == pytest.approx((1 - b) * a / whole, rel=DIGITS)
    assert value(one.fussell_vesely) == pytest.approx(1 - b / whole, rel=DIGITS)
    assert value(one.improvement_s_per_year) == pytest.approx((whole - b) * YEAR, rel=DIGITS)


def test_parallel(tmp_path):
    """U = a b: dU/da = b, and without either nothing is left."""
    text = """
    name: t
    components: {a: {mtbf: 99 h, mttr: 1 h}, b: {mtbf: 49 h, mttr: 1 h}}
    services: {service: {needs: [{any: [a, b]}]}}
    """
    one = weighed(text, tmp_path, "a.failure")
    assert value(one.birnbaum) == pytest.approx(0.02, rel=DIGITS)
    assert value(one.criticality) == pytest.approx(1.0, rel=DIGITS)
    assert value(one.fussell_vesely) == 1.0


def test_two_of_three(tmp_path):
    """U = 3 q^2 - 2 q^3: each replica's Birnbaum importance is 2 q (1 - q)."""
    text = "name: t\ncomponents: {web: {replicas: 3, required: 2, mtbf: 900 h, mttr: 100 h}}"
    q = 0.1
    one = weighed(text, tmp_path, "web.failure")
    assert one.replicas == 3
    assert value(one.birnbaum) == pytest.approx(2 * q * (1 - q), rel=DIGITS)
    whole = 3 * q**2 - 2 * q**3
    assert value(one.criticality) == pytest.approx(6 * q**2 * (1 - q) / whole, rel=DIGITS)


def test_two_units_and_one_crew(tmp_path):
    """Machine repair: with r = L/M, p1 = 2 r p0 and p2 = 2 r^2 p0; U = p2, q = p1 / 2 + p2.

    dU/dq = (dU/dr) / (dq/dr), with N = 1 + 2 r + 2 r^2 and N' = 2 + 4 r.
    """
    text = """
    name: t
    crews: {one: {size: 1}}
    components: {web: {replicas: 2, mtbf: 90 h, mttr: 9 h, crew: one}}
    """
    r = 0.1
    n, dn = 1 + 2 * r + 2 * r**2, 2 + 4 * r
    q = (r + 2 * r**2) / n
    du = (4 * r * n - 2 * r**2 * dn) / n**2
    dq = ((1 + 4 * r) * n - (r + 2 * r**2) * dn) / n**2
    one = weighed(text, tmp_path, "web.failure")
    assert value(one.unavailability) == pytest.approx(q, rel=DIGITS)
    assert value(one.birnbaum) == pytest.approx(du / dq / 2, rel=DIGITS)
    assert value(one.criticality) == pytest.approx(q * du / dq / (2 * r**2 / n), rel=DIGITS)


def test_a_common_cause_in_series_with_the_replicas(tmp_path):
    """Weight of the event itself: a service of two replicas goes with it, so nearly 1."""
    text = """
    name: t
    components:
      db: {replicas: 2, failures: {crash: {after: 90 d, repair: 4 h, common_cause: 5 %}}}
    """
    one = weighed(text, tmp_path, "db.crash.common")
    assert value(one.birnbaum) == pytest.approx(1.0, abs=0.01)
    assert one.replicas == 1


def test_an_item_without_phases_of_its_own_has_no_slope():
    process = hasim.compile(hasim.load("models/deployments.yaml"))
    (change,) = [one for one in find_items(process) if one.name == "web.change"]
    assert slope(process, change) is None
    never = unavailabilities(without(process, change))
    assert never["shop"] < unavailabilities(process)["shop"]


def test_a_rate_is_a_factor_of_all_its_delays(tmp_path):
    text = "name: t\ncomponents: {web: {mtbf: 900 h, mttr: 100 h}}"
    process = hasim.compile(system_of(text, tmp_path))
    (item,) = find_items(process)
    changed = with_rate(process, item, 3.0)
    assert unavailabilities(changed)["service"] == pytest.approx(0.25, rel=1e-12)


@pytest.mark.normal
@pytest.mark.parametrize("model", ["patroni", "shop", "on_call", "discovery", "power", "patching"])
def test_every_item_of_a_model_can_be_left_out(model):
    process = hasim.compile(hasim.load(f"models/{model}.yaml"))
    for item in find_items(process):
        causes = {d.cause for a in without(process, item).automata for d in a.delays}
        assert item.name not in causes
