"""A schedule that begins late counts in the long run as if it had begun at once."""

import pytest

from hasim import ask, compiler
from hasim.description import load
from hasim.process import Schedule
from hasim.process.questions import OutageLength, ValueAt
from hasim.solving import solve
from hasim.solving.first_epochs import begin_at_once
from hasim.units import SECONDS_PER_YEAR
from tests.solving.synthetic import single

DAILY = """
name: daily
components: {{web: {{replicas: 2, required: 2, mtbf: 10 h, mttr: 0.01 h}}}}
maintenance: {{p: {{on: [web], first: {first}, every: 1 d, takes: 1 h}}}}
"""

#: Both are out at once every 6 d: what matters is where the two stand to each other.
TOGETHER = """
name: together
components: {web: {replicas: 1}, db: {replicas: 1}}
services: {s: {needs: [{any: [web, db]}]}}
maintenance:
  patch: {on: [web], first: 4000 d, every: 2 d, takes: 2 h}
  vacuum: {on: [db], first: 3001 d, every: 3 d, takes: 2 h}
"""

SELDOM = """
name: seldom
components: {web: {replicas: 1}}
maintenance: {p: {on: [web], every: 5 years, takes: 30 d}}
"""


def loaded(tmp_path, text):
    file = tmp_path / "model.yaml"
    file.write_text(text)
    return load(file)


def daily(tmp_path, first):
    return loaded(tmp_path, DAILY.format(first=first))


@pytest.mark.parametrize(
    ("offset", "period", "first"),
    [
        (3.0, 10.0, 3.0),
        (10.0, 10.0, 10.0),
        (13.0, 10.0, 3.0),
        (70.0, 10.0, 10.0),
        (1e9, None, 1e9),
    ],
)
def test_a_first_epoch_comes_whole_periods_earlier(offset, period, first):
    process = single(schedules=(Schedule("test", offset, period, ("test",)),))
    (schedule,) = begin_at_once(process).schedules
    assert (schedule.offset, schedule.period) == (first, period)


@pytest.mark.parametrize("first", ["2 years", "30 years"])
def test_a_late_beginning_is_not_lost(tmp_path, first):
    model = daily(tmp_path, first)
    truth = solve(model, engine="exact")["service"].unavailability.value
    found = solve(model, engine="montecarlo", precision=0.01)["service"].unavailability
    assert truth == pytest.approx(0.0852, rel=1e-3)
    assert abs(found.value - truth) <= 2.0 * (found.high - found.low)


def test_lengths_beside_what_is_computed_are_those_of_the_long_run(tmp_path):
    solution = solve(daily(tmp_path, "30 years"))
    assert solution.engine == "mixed"
    # An hour for each of two replicas; without maintenance outages take minutes.
    assert solution["service"].outage_length_s["p95"].value == pytest.approx(7200.0, rel=0.02)


def test_a_question_about_lengths_is_one_of_the_long_run(tmp_path):
    process = compiler.compile(daily(tmp_path, "30 years"))
    gate = process.measures[0].gate
    found = ask(process, OutageLength(gate, 0.95), engine="montecarlo")
    assert found.value == pytest.approx(7200.0, rel=0.02)


def test_any_number_of_threads_gives_the_same(tmp_path):
    model = daily(tmp_path, "30 years")
    one, three = (solve(model, engine="montecarlo", threads=n) for n in (1, 3))
    assert one == three


def test_the_process_stays_what_was_asked(tmp_path):
    model = daily(tmp_path, "30 years")
    solution = solve(model, engine="montecarlo", precision=0.5)
    assert solution.provenance.model_hash == compiler.compile(model).content_hash


def test_histories_from_the_start_keep_the_true_beginning(tmp_path):
    process = compiler.compile(daily(tmp_path, "30 d"))
    gate = process.measures[0].gate
    during = [(day * 24.0 + 0.5) * 3600.0 for day in (29, 30)]
    before, after = (
        ask(process, ValueAt(gate, at), engine="montecarlo", precision=0.05) for at in during
    )
    assert before.low > 0.99
    assert after.high < 0.01


def test_what_stands_together_stays_together(tmp_path):
    model = loaded(tmp_path, TOGETHER)
    truth = solve(model, engine="exact")["s"].unavailability.value
    found = solve(model, engine="montecarlo")["s"].unavailability.value
    assert truth == pytest.approx(2.0 / (6.0 * 24.0))
    assert found == pytest.approx(truth, rel=0.01)


def test_long_periods_are_measured_whole(tmp_path):
    model = loaded(tmp_path, SELDOM)
    truth = 30 * 86_400 / (5 * SECONDS_PER_YEAR)
    for engine in ("exact", "montecarlo"):
        found = solve(model, engine=engine)["service"].unavailability.value
        assert found == pytest.approx(truth, rel=1e-9)
