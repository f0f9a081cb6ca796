"""Answers whose lengths of outages alone are simulated."""

import math

import pytest

from hasim import solve
from hasim.description import load
from hasim.errors import RefusedError
from hasim.laws import Exponential, Fixed, Uniform, Weibull
from hasim.process import ProcessBuilder
from hasim.solving import lengths

FIXED = "name: one\ncomponents: {web: {failures: {c: {after: 100 h, repair: fixed(1 h)}}}}\n"
PROMISE = "services: {web-site: {needs: [web], objectives: {p95_outage: 2 h}}}\n"
NINES = FIXED.replace("{failures", "{replicas: 4, failures").replace("100 h", "1000 h")


def loaded(tmp_path, text):
    file = tmp_path / "model.yaml"
    file.write_text(text)
    return load(file)


def two(*, repairs):
    """Services of their own: one whose outages are exponential, and one with other repairs."""
    builder = ProcessBuilder("two")
    for name, repair, life in repairs:
        unit = builder.unit(name, fails=Exponential(life), repair=repair)
        builder.outages(name, builder.any_of(f"{name} works", unit["up"]))
    return builder.build()


def test_quantiles_of_uniform_repairs():
    """The share p of lengths uniform from 5 to 15 is below 5 + 10 p."""
    found = two(repairs=[("unit", Uniform(5.0, 15.0), 90.0)])
    solution = solve(found)
    answer = solution["unit"]
    assert solution.engine == "mixed"
    assert solution.status.code == "exact"
    assert answer.unavailability.exact
    for share, estimate in zip((0.50, 0.95, 0.99), answer.outage_length_s.values(), strict=True):
        assert estimate.low <= 5.0 + 10.0 * share <= estimate.high
    assert answer.outages_seen > 100
    assert solution.provenance.replications > 0
    assert solution.warnings == ()


def test_what_was_computed_stays_as_it_was():
    found = two(repairs=[("unit", Uniform(5.0, 15.0), 90.0), ("other", Exponential(9.0), 90.0)])
    mixed, exact = solve(found), solve(found, engine="exact")
    for name in ("unit", "other"):
        assert mixed[name].unavailability == exact[name].unavailability
        assert mixed[name].mttr_s == exact[name].mttr_s
    assert mixed["other"] == exact["other"]
    assert mixed.why[-1] == (
        "montecarlo: the lengths of outages of unit were simulated, since repair of unit is "
        "uniform, so its state has memory"
    )


def test_any_number_of_threads_gives_the_same():
    found = two(repairs=[("unit", Uniform(5.0, 15.0), 90.0)])
    assert solve(found, threads=1) == solve(found, threads=2)


def test_what_is_too_rare_is_left_out(tmp_path):
    solution = solve(loaded(tmp_path, NINES))
    assert solution.engine == "exact"
    assert solution["service"].outage_length_s["p95"].value is None
    (warning,) = solution.warnings
    assert "outages are too rare to be simulated in some seconds" in warning


def test_the_frequent_are_simulated_beside_the_rare(monkeypatch):
    monkeypatch.setattr(lengths, "MOST_EVENTS", 1e6)
    laws = [("often", Uniform(5.0, 15.0), 90.0), ("seldom", Weibull.from_shape_mean(2.0, 1.0), 1e9)]
    solution = solve(two(repairs=laws))
    assert solution["often"].outage_length_s["p50"].value == pytest.approx(10.0, rel=0.1)
    assert solution["seldom"].outage_length_s["p50"].value is None
    assert solution["seldom"].outages_seen is None
    assert [warning.split(":")[0] for warning in solution.warnings] == ["seldom"]


def test_an_objective_is_judged_by_them(tmp_path):
    solution = solve(loaded(tmp_path, FIXED + PROMISE), precision=0.2)
    assert solution.status.code == "exact"
    assert solution["web-site"].objectives["p95_outage"].met


def test_an_objective_has_what_is_rare_simulated(tmp_path):
    solution = solve(loaded(tmp_path, NINES + PROMISE), max_time=0.5)
    assert solution.engine == "mixed"
    assert any("the limit of 0.5 s was reached" in warning for warning in solution.warnings)
    assert solution["web-site"].objectives["p95_outage"].met is None


def test_stopping_keeps_what_was_computed():
    found = two(repairs=[("unit", Uniform(5.0, 15.0), 90.0)])
    solution = solve(found, stop=lambda: True)
    assert solution.status.code == "stopped"
    assert "stopped while lengths were simulated" in solution.status.text
    assert solution["unit"].unavailability.value == pytest.approx(0.1, rel=1e-12)


def test_without_a_simulation_both_reasons_are_told(monkeypatch):
    def refuse(*_):
        raise RefusedError(["montecarlo: no compiler"])

    monkeypatch.setattr(lengths, "choose_engine", refuse)
    solution = solve(two(repairs=[("unit", Fixed(5.0), 90.0)]))
    assert solution.engine == "exact"
    assert not math.isnan(solution["unit"].unavailability.value)
    assert "outage_length_s has no value: repair of unit is fixed" in solution.warnings[0]
    assert "could not be simulated either: montecarlo: no compiler" in solution.warnings[1]
