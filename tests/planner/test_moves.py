"""How far answers move: textbook models against closed forms, limits of time, Ctrl-C."""

import pytest

import hasim
from hasim.planner import what_if
from tests.compiler.scenarios import system_of

HOUR, DAY, YEAR = 3600.0, 86400.0, 365 * 86400.0


def move(solution, words):
    """The move of the only service, by what is put in."""
    (one,) = [one for one in solution.what_if if words in one.put_in]
    (found,) = one.services.values()
    return found


@pytest.mark.normal
def test_common_causes_against_the_beta_factor(tmp_path):
    """Ten rules, rule 3: 51 times at u = 0.001 and b = 5 %."""
    u, b = 1e-3, 0.05
    system = system_of(
        "name: t\ncomponents: {web: {replicas: 2, mtbf: 999 h, mttr: 1 h}}", tmp_path
    )
    solution = what_if(system)
    moved = move(solution, "common_cause 5 %")
    assert solution["service"].unavailability.value == pytest.approx(u**2)
    assert moved.unavailability.value == pytest.approx(b * u + ((1 - b) * u) ** 2, rel=0.01)
    assert moved.factor == pytest.approx(51, rel=0.01)


@pytest.mark.normal
def test_one_crew_against_two(tmp_path):
    """Mistake 11: the machine-repair model; mean time to failure 90 d, to repair 4 h."""
    text = "name: t\ncomponents: {web: {replicas: 2, mtbf: 90 d, mttr: 4 h}}"
    solution = what_if(system_of(text, tmp_path))
    rho = 4 * HOUR / (90 * DAY)
    alone = 2 * rho**2 / (1 + 2 * rho + 2 * rho**2)
    assert solution["service"].unavailability.value == pytest.approx((rho / (1 + rho)) ** 2)
    assert move(solution, "one crew").unavailability.value == pytest.approx(alone)
    assert (alone, (rho / (1 + rho)) ** 2) == (
        pytest.approx(6.833e-6, rel=1e-3),
        pytest.approx(3.417e-6, rel=1e-3),
    )


@pytest.mark.normal
def test_coverage_against_the_table_of_the_rules(tmp_path):
    """Rule 2: 4.1 min a year where failover always works, 101 where it does in 90 %."""
    text = """
    name: t
    components:
      db:
        replicas: 3
        redundancy: active-passive
        standby: cold
        failures: {crash: {after: 90 d, repair: fixed(8 h)}}
        failover: {promote: 60 s, manual: 4 h}
    """
    solution = what_if(system_of(text, tmp_path), precision=0.02)
    a_year = YEAR / (90 * DAY)
    minutes = {c: a_year * (c * 60 + (1 - c) * 4 * HOUR) / 60 for c in (1.0, 0.9)}
    assert minutes == {1.0: pytest.approx(4.06, abs=0.01), 0.9: pytest.approx(101, abs=0.1)}
    base = solution["service"].unavailability.value * YEAR / 60
    moved = move(solution, "coverage 90 %").unavailability.value * YEAR / 60
    assert base == pytest.approx(minutes[1.0], rel=0.03)
    assert moved == pytest.approx(minutes[0.9], rel=0.03)


@pytest.mark.normal
def test_tails_move_lengths_and_leave_the_unavailability_of_one_component(tmp_path):
    system = system_of("name: t\ncomponents: {web: {mtbf: 30 d, mttr: 4 h}}", tmp_path)
    solution = what_if(system)
    moved = move(solution, "repair lognormal")
    assert moved.factor == pytest.approx(1.0)
    assert moved.p95_outage_s.value > solution["service"].outage_length_s["p95"].value


@pytest.mark.normal
def test_the_answer_to_the_model_is_that_of_solve(pair):
    answered, plain = what_if(pair), hasim.solve(pair)
    document = answered.to_dict()
    assert [one["omission"] for one in document.pop("what_if")] == list(plain.leaves_out[:-2])
    assert document == plain.to_dict()


def test_what_was_not_reached_is_said(pair):
    solution = what_if(pair, engine="montecarlo", precision=1e-6, max_time=0.1)
    assert solution.status.code == "limit"
    assert all(not one.services for one in solution.what_if)
    assert "what if: the time was up after 0.1 s, 6 of 6 are not answered" in solution.warnings[-1]


def test_a_caller_that_stops_is_asked_no_more(pair):
    solution = what_if(pair, engine="montecarlo", precision=1e-6, stop=lambda: True)
    assert solution.status.code == "stopped"
    assert solution.warnings[-1] == "what if: stopped, 6 of 6 are not answered"


@pytest.mark.normal
def test_ctrl_c_keeps_what_there_is(pair):
    news = []

    def interrupted(progress):
        news.append(progress.about)
        if progress.about == "what if 3 of 6":
            raise KeyboardInterrupt

    solution = what_if(pair, progress=interrupted)
    assert [bool(one.services) for one in solution.what_if] == [True, True, *[False] * 4]
    assert solution.status.code == "stopped"
    assert solution.warnings[-1] == "what if: stopped, 4 of 6 are not answered"
    assert list(dict.fromkeys(news)) == ["what if 1 of 6", "what if 2 of 6", "what if 3 of 6"]


def test_what_the_engine_refuses_is_a_warning():
    mode = {"after": "30 d", "repair": "lognormal(mean 4 h, cv 1)"}
    builder = hasim.SystemBuilder("t").component("web", replicas=2, failures={"crash": mode})
    solution = what_if(builder.build(), engine="exact")
    (refused,) = [one for one in solution.what_if if "common_cause" in one.put_in]
    assert not refused.services
    assert any(word.startswith(f"what if {refused.put_in}: ") for word in solution.warnings)


@pytest.fixture
def pair():
    return (
        hasim.SystemBuilder("pair").component("web", replicas=2, mtbf="1000 h", mttr="10 h").build()
    )
