"""The risk from now against closed forms, and simulation against what is computed."""

import math

import numpy as np
import pytest
from scipy.linalg import expm

from hasim import InputError, RefusedError, resolve, risk_from_now
from hasim.description.yaml_file import read_text

HOUR = 3600.0


def system_of(text):
    return resolve(read_text(text))


def one_unit(mtbf="1000 h", mttr="10 h"):
    return system_of(f"components: {{web: {{mtbf: {mtbf}, mttr: {mttr}}}}}")


def two_units(more=""):
    return system_of(f"components: {{web: {{replicas: 2, mtbf: 1000 h, mttr: 10 h{more}}}}}")


def outage_by(rate, repair, hours):
    """Chance that the second of two units fails within a time, the first being under repair."""
    one_down, both_up, both_down = range(3)
    pace = np.zeros((3, 3))
    pace[one_down, both_up], pace[one_down, both_down] = repair, rate
    pace[both_up, one_down] = 2.0 * rate
    pace -= np.diag(pace.sum(axis=1))
    return expm(pace * hours)[one_down, both_down]


def test_a_unit_that_is_down_by_the_two_state_formula():
    found = risk_from_now(one_unit(), down=["web.1"], for_s=24 * HOUR)
    service, fails, repairs = found.services["service"], 1e-3, 0.1
    pace = fails + repairs
    still = (fails + repairs * math.exp(-24 * pace)) / pace
    assert found.engine == "exact"
    assert service.down_now.value == 1.0
    assert service.down_until_repair
    assert service.down_at_end.value == pytest.approx(still, rel=1e-9)
    this_outage = (1.0 - math.exp(-24 * repairs)) / repairs * HOUR
    assert service.downtime_now_s.value == pytest.approx(this_outage, rel=1e-9)
    assert service.ended_by == ()


def test_a_unit_that_never_fails_again_is_down_with_the_tail_of_its_repair():
    found = risk_from_now(one_unit("1e12 h"), down=["web.1"], for_s=24 * HOUR)
    assert found.services["service"].down_at_end.value == pytest.approx(math.exp(-2.4), rel=1e-9)


def test_time_until_all_is_at_rest_of_one_repair():
    found = risk_from_now(one_unit(), down=["web.1"], for_s=HOUR).whole
    assert found.engine == "exact"
    assert found.mean_s.value == pytest.approx(10 * HOUR, rel=1e-9)
    assert found.p95_s.value == pytest.approx(-math.log(0.05) * 10 * HOUR, rel=1e-6)


def test_time_until_both_of_two_are_up_again():
    fails, repairs = 1e-3, 0.1
    mean = (1.0 + fails / (2.0 * repairs)) / repairs  # h = 1/(f+r) + f/(f+r) (1/2r + h)
    found = risk_from_now(two_units(), down=["web.1"], for_s=HOUR).whole
    assert found.mean_s.value == pytest.approx(mean * HOUR, rel=1e-9)


def test_chance_of_an_outage_while_one_of_two_is_down():
    service = risk_from_now(two_units(), down=["web.1"], for_s=72 * HOUR).services["service"]
    assert service.down_now.value == 0.0
    assert not service.down_until_repair
    expected = outage_by(1e-3, 0.1, 72.0)
    assert service.another_outage.value == pytest.approx(expected, rel=1e-9)


def test_a_tiny_chance_keeps_its_digits():
    service = risk_from_now(one_unit("1e14 h"), down=["web.1"], for_s=24 * HOUR)
    up = 24.0 - (1.0 - math.exp(-2.4)) / 0.1  # hours in which it can fail, on average
    chance = service.services["service"].another_outage.value
    assert chance == pytest.approx(1e-14 * up, rel=1e-6)


def test_which_failure_more_would_end_service():
    system = system_of(
        "domains: {a: {mtbf: 1 year, mttr: 1 h}, b: {mtbf: 1 year, mttr: 1 h}}\n"
        "components: {web: {replicas: 2, spread: [a, b], mtbf: 1000 h, mttr: 10 h}}"
    )
    service = risk_from_now(system, down=["a"], for_s=72 * HOUR).services["service"]
    assert [one.name for one in service.ended_by] == ["web.2", "b"]
    assert service.ended_by[0].chance == pytest.approx(-math.expm1(-0.072), rel=1e-12)
    assert service.ended_by[1].chance == pytest.approx(-math.expm1(-72.0 / 8760.0), rel=1e-12)


def test_the_chain_that_follows_a_failure_is_the_outage_of_now():
    system = system_of(
        "components:\n"
        "  db:\n"
        "    replicas: 2\n"
        "    redundancy: active-passive\n"
        "    failures: {crash: {after: 1e9 h, repair: 10 h}}\n"
        "    failover: {promote: exponential(1 min), coverage: 100 %}\n"
    )
    service = risk_from_now(system, down=["db.1"], for_s=HOUR).services["service"]
    assert service.down_now.value == 1.0
    assert not service.down_until_repair
    assert service.downtime_now_s.value == pytest.approx(60.0, rel=1e-6)
    assert [one.name for one in service.ended_by] == ["db.2"]


LATENT = (
    "components:\n"
    "  db:\n"
    "    replicas: 2\n"
    "    redundancy: active-passive\n"
    "    standby: {latent: 50 %}\n"
    "    failures: {crash: {after: 1000 h, repair: 10 h}}\n"
    "    failover: {promote: exponential(1 min)}\n"
)


def test_a_standby_that_is_known_to_be_down_is_not_latent():
    found = risk_from_now(system_of(LATENT), down=["db.2"], for_s=HOUR)
    assert found.whole.mean_s.value < 11 * HOUR


def test_a_latent_standby_waits_until_it_is_needed():
    found = risk_from_now(system_of(LATENT), down={"db.2": "latent"}, for_s=HOUR)
    assert found.whole.mean_s.value > 900 * HOUR


@pytest.mark.normal
def test_time_until_all_is_at_rest_is_simulated_beyond_a_second_looked_ahead():
    found = risk_from_now(one_unit(), down=["web.1"], for_s=1.0, engine="montecarlo", precision=0.2)
    assert is_within(found.whole.mean_s, 10 * HOUR)
    assert is_within(found.whole.p95_s, -math.log(0.05) * 10 * HOUR)


@pytest.mark.normal
@pytest.mark.parametrize(
    "down", [{"db.1": "down"}, {"db.2": "latent"}, {"db.1": "down", "a": "down"}]
)
def test_simulation_agrees_with_what_is_computed(down):
    system = system_of(
        "domains: {a: {mtbf: 60 h, mttr: 4 h}, b: {mtbf: 60 h, mttr: 4 h}}\n"
        "components:\n"
        "  db:\n"
        "    replicas: 2\n"
        "    spread: [a, b]\n"
        "    redundancy: active-passive\n"
        "    standby: {latent: 20 %}\n"
        "    failures: {crash: {after: 40 h, repair: 3 h, common_cause: 10 %}}\n"
        "    failover: {detect: exponential(1 min), promote: exponential(10 min), coverage: 80 %,"
        " manual: exponential(1 h)}\n"
    )
    exact = risk_from_now(system, down=down, for_s=24 * HOUR, engine="exact")
    played = risk_from_now(system, down=down, for_s=24 * HOUR, engine="montecarlo", precision=0.3)
    for name in ("downtime_now_s", "another_outage", "downtime_s", "down_at_end"):
        value = getattr(exact.services["service"], name).value
        assert is_within(getattr(played.services["service"], name), value), name
    assert is_within(played.whole.mean_s, exact.whole.mean_s.value)
    assert is_within(played.whole.p95_s, exact.whole.p95_s.value)


def is_within(estimate, value):
    """Whether a value is within half more than the interval: 99.7 % of them are."""
    if value in (0.0, 1.0):
        return estimate.low <= value <= estimate.high
    reach = 0.75 * (estimate.high - estimate.low)
    return abs(value - (estimate.low + estimate.high) / 2.0) <= reach


@pytest.mark.normal
def test_what_is_not_seen_has_a_limit_only():
    system = two_units()
    found = risk_from_now(system, down=["web.1"], for_s=0.01, engine="montecarlo")
    chance = found.services["service"].another_outage
    assert chance.value is None
    assert 0.0 == chance.low < chance.high < 1e-4
    assert found.services["service"].downtime_s.value is None


@pytest.mark.normal
def test_threads_change_nothing():
    once, twice = (
        risk_from_now(
            two_units(), down=["web.1"], for_s=720 * HOUR, engine="montecarlo", threads=threads
        ).to_dict()
        for threads in (1, 2)
    )
    assert once == twice


def test_laws_with_memory_are_refused_by_the_exact_engine():
    system = system_of("components: {web: {failures: {crash: {after: fixed(30 d), repair: 1 h}}}}")
    with pytest.raises(RefusedError, match="memory"):
        risk_from_now(system, down=["web.1"], for_s=HOUR, engine="exact")


@pytest.mark.parametrize(
    ("down", "words"),
    [
        ({}, "nothing is down"),
        ({"web.9": "down"}, "web.9 is nothing that fails"),
        ({"wep.1": "down"}, "did you mean web.1?"),
        ({"web": "down"}, "write web.1"),
        ({"service": "down"}, "is a service"),
        ({"web.1": "donw"}, "write web.1=down"),
        ({"web.1": "latent"}, "cannot be down unnoticed"),
        ({"web.1": "down", "web.1.failure": "down"}, "the same thing"),
        ({"quiet.1": "down"}, "quiet cannot fail by itself"),
        ({"zone": "down"}, "zone cannot fail by itself"),
    ],
)
def test_what_cannot_be_down_is_one_clear_message(down, words):
    system = system_of(
        "domains: {zone: {}}\n"
        "components: {web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}, quiet: {}}\n"
        "services: {service: {needs: [web, quiet]}}"
    )
    with pytest.raises(InputError, match=words):
        risk_from_now(system, down=down, for_s=HOUR)
