"""Downtime by the kind of its cause."""

import pytest

from hasim.description import SystemBuilder
from hasim.solving import solve
from hasim.solving.kinds import add_up
from hasim.stats import NOTHING_KNOWN, Estimate


def planned():
    builder = SystemBuilder("t").component(
        "web", replicas=2, required=2, mtbf="100 d", mttr="1 h", changes={"rate": "1 / week"}
    )
    bad = {"strategy": "recreate", "failure_rate": "10 %", "rollback": "30 min"}
    builder.change("config", scope=["web"], rate="1 / d", **bad)
    builder.maintenance("patch", on=["web"], every="30 d", takes="10 min")
    return builder.maintenance("upgrade", on=["web"], every="90 d", takes="20 min").build()


def test_kinds_add_up_to_the_downtime():
    service = solve(planned(), engine="exact")["service"]
    kinds, causes = service.downtime_s_per_year_by_kind, service.downtime_s_per_year_by_cause
    assert list(kinds) == ["failure", "change", "maintenance"]
    total = sum(one.value for one in kinds.values())
    assert total == pytest.approx(service.downtime_s_per_year.value)
    works = causes["patch"].value + causes["upgrade"].value
    assert kinds["maintenance"].value == pytest.approx(works)
    assert kinds["change"].value == pytest.approx(causes["config"].value)


@pytest.mark.normal
def test_a_simulated_sum_has_an_interval_of_its_own():
    exact = solve(planned(), engine="exact")["service"].downtime_s_per_year_by_kind
    found = solve(planned(), engine="montecarlo", precision=0.1)["service"]
    for kind, estimate in found.downtime_s_per_year_by_kind.items():
        assert estimate.low < exact[kind].value < estimate.high


def test_a_system_without_planned_work_has_no_kinds():
    system = SystemBuilder("t").component("web", mtbf="100 d", mttr="1 h").build()
    answer = solve(system, engine="exact")
    assert answer["service"].downtime_s_per_year_by_kind == {}
    assert answer.to_dict()["services"]["service"]["downtime_s_per_year_by_kind"] is None


def test_what_is_not_known_makes_its_sum_unknown():
    times = {"patch": Estimate(3.0, 2.0, 5.0), "crash": NOTHING_KNOWN, "other": Estimate(1, 1, 1)}
    found = add_up(times, {"patch": "maintenance", "push": "change"})
    assert found["maintenance"] == Estimate(3.0, 2.0, 5.0)
    assert found["failure"] == NOTHING_KNOWN
    assert found["change"] == Estimate(0.0, 0.0, 0.0)
