"""explain(): sums add up, exact answers against closed forms, simulation against exact answers."""

import json

import pytest

import hasim
from tests.compiler.scenarios import system_of

YEAR = 365 * 86400.0

PAIR = "name: t\ncomponents: {a: {mtbf: 99 h, mttr: 1 h}, b: {replicas: 2, mtbf: 49 h, mttr: 1 h}}"
A, B = 0.01, 0.02


def explained(text, tmp_path, **options):
    return hasim.explain(system_of(text, tmp_path), **options)


def lines(one):
    return {line.text: line for line in one.cut_sets}


def test_cut_sets_against_their_probabilities(tmp_path):
    """A single unit and a pair in series: each cut set has its product, overlaps counted twice."""
    one = explained(PAIR, tmp_path).services["service"]
    whole = 1 - (1 - A) * (1 - B**2)
    found = lines(one)
    assert found["a"].downtime_s_per_year.value == pytest.approx(A * YEAR)
    assert found["both b"].downtime_s_per_year.value == pytest.approx(B**2 * YEAR)
    assert found["a"].share == pytest.approx(A / whole)
    assert one.failing_over_s_per_year.value == pytest.approx(0.0, abs=1e-6)


def test_sums_add_up(tmp_path):
    one = explained(PAIR, tmp_path).services["service"]
    down = one.answer.downtime_s_per_year.value
    assert abs(one.unexplained_by_cause_s) < 1e-9 * down
    assert abs(one.unexplained_by_stage_s) < 1e-9 * down


def test_changes_are_ranked_by_what_they_save(tmp_path):
    explanation = explained(PAIR, tmp_path)
    gains = explanation.services["service"].gains
    assert gains[0].text == "run 2 replicas of a (now 1)"
    before, after = 1 - (1 - A) * (1 - B**2), 1 - (1 - A**2) * (1 - B**2)
    assert gains[0].saved_s_per_year.value == pytest.approx((before - after) * YEAR)
    assert gains[0].left_s_per_year == pytest.approx(after * YEAR)
    saved = [gain.saved_s_per_year.value for gain in gains]
    assert saved == sorted(saved, reverse=True)
    assert explanation.n_tried == explanation.n_changes == 6


def test_takeover_is_no_cut_set(tmp_path):
    """Cold standby, fixed repair: all but none of the downtime is the minute of taking over."""
    text = """
    name: t
    components:
      db:
        replicas: 2
        redundancy: active-passive
        standby: cold
        failures: {crash: {after: 90 d, repair: 1 min}}
        failover: {promote: exponential(1 min)}
    """
    one = explained(text, tmp_path).services["service"]
    down = one.answer.downtime_s_per_year.value
    assert one.failing_over_s_per_year.value == pytest.approx(down, rel=1e-3)


def test_document_has_no_clock_times_and_is_the_same_again(tmp_path):
    first, second = (json.dumps(explained(PAIR, tmp_path).to_dict()) for _ in range(2))
    assert first == second
    document = json.loads(first)
    assert document["format"] == 1
    assert {one["text"] for one in document["services"]["service"]["cut_sets"]} == {"a", "both b"}


def test_stopped_before_anything_was_tried(tmp_path):
    one = explained(PAIR, tmp_path, engine="montecarlo", stop=lambda: True)
    assert one.status.code == "stopped"
    assert one.exit_status == 130
    assert one.services["service"].gains == ()


@pytest.mark.normal
def test_simulation_agrees_with_exact_answers(tmp_path):
    """At 95 % each; 4 times the half-width, so that a false alarm is rarer than 1 in 10,000."""
    exact = explained(PAIR, tmp_path).services["service"]
    simulated = explained(
        PAIR, tmp_path, engine="montecarlo", precision=0.02, max_time=20.0
    ).services["service"]
    for text, line in lines(simulated).items():
        assert _agree(line.downtime_s_per_year, lines(exact)[text].downtime_s_per_year.value)
    known = {gain.text: gain.saved_s_per_year.value for gain in exact.gains}
    assert len(simulated.gains) == len(known)
    for gain in simulated.gains:
        assert _agree(gain.saved_s_per_year, known[gain.text])
    after = 1 - (1 - A**2) * (1 - B**2)  # a twentieth of what is now, lost in the noise of that
    assert simulated.gains[0].text == "run 2 replicas of a (now 1)"
    assert simulated.gains[0].left_s_per_year == pytest.approx(after * YEAR, rel=0.2)
    saved = {one.item: one.improvement_s_per_year.value for one in exact.importance}
    for one in simulated.importance:
        assert one.birnbaum is None
        assert _agree(one.improvement_s_per_year, saved[one.item])


def _agree(estimate, value):
    half = max(estimate.high - estimate.value, estimate.value - estimate.low)
    return abs(estimate.value - value) <= 4 * half + 1e-9 * value
