"""Answers with replaced laws, and when they are taken."""

import math

import pytest

from hasim import solve
from hasim.description import load
from hasim.errors import RefusedError
from hasim.laws import Exponential, Fixed, Lognormal, Weibull
from hasim.process import ByPhase, Label, ProcessBuilder
from hasim.solving import matched_answers


def pair(*, life=1000.0, crew="crew", repair=None):
    builder = ProcessBuilder("pair")
    builder.pool("crew", 1)
    repair = repair or Lognormal.from_mean_cv(8.0, 0.95)
    fails = Weibull.from_shape_mean(1.3, life)
    units = [
        builder.unit(f"u{i}", fails=fails, repair=repair, crew=crew, cause=f"u{i}")
        for i in range(2)
    ]
    builder.any_of("works", *[unit["up"] for unit in units])
    labels = ByPhase("u0", (("down", Label("repair", "u0")), ("up", Label("repair", "u1"))))
    builder.outages("system", "works", blame=labels)
    builder.share("both", builder.all_of("all", *[unit["up"] for unit in units]))
    return builder.build()


def test_auto_takes_it_where_laws_have_memory():
    solution = solve(pair())
    assert solution.status.code == "matched"
    assert "unavailability is known to within" in solution.status.text
    exact, why, lengths = solution.why
    assert exact.startswith("exact: u0 and u1 are not independent")
    assert why == (
        "matched: the laws of failure of u0, failure of u1, repair of u0 and 1 more were replaced "
        "by exponential stages close to them"
    )
    assert lengths.startswith("montecarlo: the lengths of outages were simulated, since")


def test_the_simulation_agrees():
    found = solve(pair(life=100.0), engine="matched", precision=0.01)["system"]
    simulated = solve(pair(life=100.0), engine="montecarlo", precision=0.01)["system"]
    for field in ("unavailability", "outages_per_year", "mttr_s", "mtbf_s"):
        one, other = getattr(found, field), getattr(simulated, field)
        assert one.low <= other.high, field
        assert other.low <= one.high, field


def test_every_figure_has_its_band_and_stages_add_up():
    answer = solve(pair(life=100.0), engine="matched")["system"]
    for one in (answer.unavailability, answer.outages_per_year, answer.mttr_s, answer.mtbf_s):
        assert one.low < one.value < one.high
    stages = math.fsum(one.value for one in answer.mttr_stages_s.values())
    assert stages == pytest.approx(answer.mttr_s.value, rel=1e-9)
    begun = math.fsum(one.value for one in answer.outages_per_year_by_cause.values())
    assert begun == pytest.approx(answer.outages_per_year.value, rel=1e-9)
    assert answer.outage_length_s["p95"].value is None


def test_a_band_that_is_too_wide_is_passed_over():
    solution = solve(pair(life=30.0, repair=Fixed(8.0)), precision=0.001, max_time=0.5)
    assert solution.engine == "montecarlo"
    assert any("with laws like these it is only to within" in why for why in solution.why)


def test_on_its_own_it_says_that_the_band_is_wide():
    solution = solve(pair(life=30.0, repair=Fixed(8.0)), engine="matched", precision=0.001)
    assert "(0.1 % was asked); try the engine montecarlo" in solution.status.text


def test_too_much_work_is_refused(monkeypatch):
    monkeypatch.setattr(matched_answers, "WORK", 100)
    with pytest.raises(RefusedError, match="states"):
        solve(pair(), engine="matched")


def test_what_is_exact_is_not_matched():
    builder = ProcessBuilder("single")
    unit = builder.unit("u", fails=Exponential(100.0), repair=Fixed(8.0))
    builder.any_of("works", unit["up"])
    builder.outages("system", "works")
    with pytest.raises(RefusedError, match="no law with memory stands in the way"):
        solve(builder.build(), engine="matched")
    assert solve(builder.build()).status.code == "exact"


def test_the_same_twice():
    assert solve(pair(), engine="matched") == solve(pair(), engine="matched")


COLD = """\
name: cold
crews: {oncall: {size: 1}}
components:
  db:
    replicas: 2
    redundancy: active-passive
    standby: cold
    crew: oncall
    failures:
      crash: {after: "weibull(shape 2, mean 200 h)", repair: "lognormal(mean 5 h, cv 0.5)"}
    failover: {detect: 30 s, promote: 5 min}
"""
RACING = """\
name: racing
components:
  db:
    replicas: 2
    redundancy: active-passive
    failures: {crash: {after: 30 d, repair: "uniform(low 50 s, high 80 s)"}}
    failover: {detect: 10 s, decide: "uniform(low 30 s, high 49 s)", promote: 20 s}
"""


def loaded(tmp_path, text):
    file = tmp_path / "model.yaml"
    file.write_text(text)
    return load(file)


def test_changes_that_take_more_than_all_are_refused(tmp_path):
    """The stage repair would last less than nothing, and stages not add up to the outage."""
    with pytest.raises(RefusedError, match="what its laws change is too much to be added up"):
        solve(loaded(tmp_path, COLD), engine="matched")


def test_doubts_that_nothing_removes_are_refused(tmp_path):
    """The value would be 25 % too low: E X^4 of the repairs matters."""
    text = (
        "name: four\ncrews: {ops: {size: 1}}\ncomponents: {web: {replicas: 4, crew: ops, failures: "
        '{f: {after: "gamma(mean 1000 h, cv 1.0001)", repair: "lognormal(mean 1 h, cv 1.2)"}}}}\n'
    )
    solution = solve(loaded(tmp_path, text), max_time=0.5)
    assert solution.engine == "montecarlo"
    told = next(why for why in solution.why if why.startswith("matched"))
    assert "varies so much that its band is not sure for 3 or more" in told
    assert solve(loaded(tmp_path, text), engine="matched").status.code == "matched"


def test_what_a_simulation_contradicts_is_passed_over(tmp_path):
    """Two sums of times that hardly vary race; the value would be 7 % off."""
    solution = solve(loaded(tmp_path, RACING))
    assert solution.engine == "montecarlo"
    assert solution["service"].mttr_stages_s["promote"].value == pytest.approx(20.0, rel=1e-3)
    told = next(why for why in solution.why if why.startswith("matched"))
    assert "unavailability of service would be 2.5" in told
    assert "and a simulation of" in told
