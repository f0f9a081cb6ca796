"""solve(): a model in, a Solution out."""

import json
import math
import threading
import time

import pytest

from hasim.description import load
from hasim.errors import InputError, RefusedError
from hasim.laws import Exponential, Uniform, Weibull
from hasim.process import Process, ProcessBuilder, go
from hasim.solving import compute, simulation, solve
from hasim.solving.simulation import Patience, simulate
from tests.solving.synthetic import all_measures, engine, single, unit

PAIRS_OF_LIMITS = [
    ({"precision": 0.0}, "precision 0"),
    ({"precision": 1.5}, "precision 1.5"),
    ({"precision": math.nan}, "precision nan"),
    ({"seed": -1}, "seed -1"),
    ({"max_time": -1.0}, "max_time -1"),
    ({"threads": 0}, "threads 0"),
    ({"engine": "monte-carlo"}, "monte-carlo is not an engine"),
]


@pytest.mark.parametrize(("given", "message"), PAIRS_OF_LIMITS)
def test_what_cannot_be_meant_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        solve(single(), **given)


def test_a_process_without_measures_is_refused():
    base = single()
    with pytest.raises(RefusedError, match="single measures nothing"):
        solve(Process("single", base.automata, base.nodes))


def test_a_slow_engine_that_cannot_even_plan_in_time_is_refused(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(simulation, "GRACE", 0.0)
    slow = engine(lambda **_: over.wait(), step_by_step=True)
    patience = Patience(time.monotonic(), 0.01, None, None, 1)
    with pytest.raises(RefusedError, match=r"single is so large that within 0\.01 s .*--max-time"):
        simulate(single(), slow, patience, precision=0.05, seed=1)
    over.set()


@pytest.mark.normal
class TestOneUnit:
    """One unit, up 1000 s and down 10 s on average."""

    def test_the_answer_is_the_textbook(self):
        solution = solve(single(), engine="montecarlo", precision=0.02)
        answer = solution["service"]
        assert solution.status.code == "converged"
        assert solution.exit_status == 0
        assert answer.unavailability.precision <= 0.02
        for estimate, truth in (
            (answer.unavailability, 10 / 1010),
            (answer.outages_per_year, 31_536_000 / 1010),
            (answer.mttr_s, 10.0),
            (answer.mtbf_s, 1000.0),
            (answer.outage_length_s["p95"], 10.0 * math.log(20)),
        ):
            assert estimate.low < truth < estimate.high

    def test_the_same_bytes_on_any_number_of_threads(self):
        one, three = (solve(single(), engine="montecarlo", threads=n).to_dict() for n in (1, 3))
        assert json.dumps(one) == json.dumps(three)

    def test_another_seed_gives_another_answer(self):
        one, two = (solve(single(), engine="montecarlo", seed=seed) for seed in (1, 2))
        assert one["service"].unavailability != two["service"].unavailability

    def test_all_kinds_of_measures_are_answered(self):
        measures = solve(all_measures(), engine="montecarlo").measures
        assert measures["up"].low < 1000 / 1010 < measures["up"].high
        assert measures["failures"].low < 1 / 1010 < measures["failures"].high

    def test_stop_gives_what_it_had(self):
        solution = solve(single(), engine="montecarlo", precision=0.001, stop=lambda: True)
        assert solution.status.code == "stopped"
        assert solution.exit_status == 130
        assert solution["service"].unavailability.value is not None

    def test_a_limit_says_what_was_reached(self):
        solution = solve(single(), engine="montecarlo", precision=0.0001, max_time=0.0, threads=1)
        assert solution.status.code == "limit"
        assert solution.exit_status == 3
        assert "0.01 % was asked" in solution.status.text

    def test_nothing_seen_is_never_certainty(self):
        reliable = single(unit(life=Exponential(1e15)))
        solution = solve(reliable, engine="montecarlo", max_time=0.0, stop=None, threads=1)
        answer = solution["service"]
        if answer.outages_seen == 0:
            assert solution.status.code == "no_outage_seen"
            assert answer.availability.value is None
        assert "100 %" not in str(solution)


@pytest.mark.slow
def test_the_reference_gives_the_same_answer_bit_for_bit():
    fast, plain = (
        solve(single(), engine=engine, precision=0.2).to_dict()
        for engine in ("montecarlo", "reference")
    )
    for made in (fast, plain):
        del made["engine"], made["why"]
    assert fast == plain


def test_auto_takes_the_exact_engine_where_it_can():
    solution = solve(all_measures())
    assert solution.engine == "exact"
    assert solution.status.code == "exact"
    assert all(estimate.exact for estimate in solution.measures.values())


def test_auto_tells_why_the_exact_engine_was_passed_over():
    builder = ProcessBuilder("race")
    unit = builder.automaton("unit", "up", "down")
    unit.delay("wear", "up", Uniform(50.0, 60.0), "down")
    unit.delay("crash", "up", Uniform(20.0, 90.0), "down")
    unit.delay("repair", "down", Exponential(1.0), "up")
    builder.at_least("works", 1, [unit["up"]])
    builder.outages("service", "works")
    solution = solve(builder.build(), precision=0.3)
    assert solution.status.code == "matched"
    assert solution.why[:2] == (
        "exact: wear of unit is uniform and races with others, so its state has memory (and 1 more "
        "such)",
        "matched: the laws of wear of unit, crash of unit were replaced by exponential stages "
        "close to them",
    )


def test_exact_lengths_of_outages():
    """The length of an exponential outage: -log(1 - p) times its mean."""
    lengths = solve(single())["service"].outage_length_s
    mean = solve(single())["service"].mttr_s.value
    for level, estimate in zip((0.50, 0.95, 0.99), lengths.values(), strict=True):
        assert estimate.value == pytest.approx(-mean * math.log(1.0 - level), rel=1e-9)


def test_exact_figures_that_have_no_value_are_told():
    builder = ProcessBuilder("fixed")
    unit = builder.unit("unit", fails=Exponential(90.0), repair=Uniform(5.0, 15.0))
    builder.at_least("works", 1, [unit["up"]])
    builder.outages("service", "works")
    solution = solve(builder.build(), engine="exact")
    assert solution["service"].unavailability.value == pytest.approx(0.1, rel=1e-12)
    lengths = solution["service"].outage_length_s
    assert all(estimate.value is None for estimate in lengths.values())
    (warning,) = solution.warnings
    assert "outage_length_s has no value" in warning
    assert "repair of unit is uniform" in warning


UNLIMITED = """\
name: unlimited
domains: {z: {mtbf: 100 h, mttr: 1 h}}
components:
  a: {mtbf: 100 h, mttr: 1 h, capacity: 10 rps, spread: [z]}
  c: {mtbf: 100 h, mttr: 1 h, spread: everywhere}
services: {s: {needs: [{any: [a, c]}], demand: {peak: 10 rps}}}
"""


def loaded(tmp_path, text):
    file = tmp_path / "model.yaml"
    file.write_text(text)
    return load(file)


def test_headroom_without_a_limit_has_no_number(tmp_path):
    solution = solve(loaded(tmp_path, UNLIMITED))
    assert solution["s"].capacity.headroom_after_loss.domain is None
    json.dumps(solution.to_dict(), allow_nan=False)


def test_an_availability_that_cannot_be_told_from_1_is_told(tmp_path):
    text = "name: six\ncomponents: {web: {replicas: 6, mtbf: 10000 h, mttr: 1 h}}\n"
    solution = solve(loaded(tmp_path, text))
    assert solution["service"].unavailability.value == pytest.approx(1e-24, rel=1e-3, abs=0)
    assert solution["service"].availability.value is None
    assert any("availability has no value" in warning for warning in solution.warnings)


def test_a_refusal_names_few_of_many_reasons():
    with pytest.raises(RefusedError) as caught:
        solve(load("models/worked_example.yaml"), engine="exact")
    assert len(caught.value.refusals) == 6
    assert caught.value.refusals[-1].startswith("... and ")


@pytest.mark.parametrize("engine", ["auto", "exact", "bounds"])
def test_a_long_run_that_depends_on_chance_is_refused(engine):
    """Beside a part that only a simulation could answer."""
    builder = ProcessBuilder("trap")
    ends = builder.automaton("ends", "begun", "lost", "kept")
    ends.delay("end", "begun", Exponential(1.0), go("lost"), go("kept"))
    worn = builder.automaton("worn", "up", "down")
    worn.delay("wear", "up", Weibull.from_shape_mean(2.0, 10.0), "down")
    worn.delay("crash", "up", Exponential(10.0), "down")
    worn.delay("repair", "down", Exponential(1.0), "up")
    builder.any_of("works", ends["kept"], worn["up"])
    builder.outages("system", "works")
    with pytest.raises(RefusedError, match="ends can end for ever in lost or in kept"):
        solve(builder.build(), engine=engine)


def test_what_cannot_fail_is_answered(tmp_path):
    solution = solve(loaded(tmp_path, "name: rock\ncomponents: {web: {replicas: 2}}\n"))
    assert solution.engine == "exact"
    assert solution["service"].unavailability.value == 0.0
    assert any("never down" in warning for warning in solution.warnings)


def test_what_can_be_computed_is_not_simulated():
    solution = compute(load("models/pair.yaml"))
    assert not isinstance(solution, tuple)
    assert solution == solve(load("models/pair.yaml"))


def test_what_cannot_be_computed_is_told_with_reasons():
    reasons = compute(load("models/shop.yaml"))
    assert isinstance(reasons, tuple)
    assert [reason.split(":")[0] for reason in reasons] == ["exact", "matched", "bounds"]
