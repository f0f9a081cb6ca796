"""Questions about a Process, answered exactly."""

import math

import pytest

import hasim
from hasim.engines.exact.questions import answer_exactly
from hasim.errors import InputError, RefusedError
from hasim.laws import Exponential, Fixed
from hasim.process import ProcessBuilder
from hasim.process.questions import (
    Accumulated,
    DowntimeBeyond,
    LevelShare,
    LongRunShare,
    OutageLength,
    OutageRate,
    ReachedBy,
    TimeToReach,
    ValueAt,
)

FAILS, REPAIRS = 0.01, 0.5


def one_unit(repair=None):
    """A unit that starts up; ``down`` holds while it is down."""
    builder = ProcessBuilder("one")
    law = repair or Exponential(1 / REPAIRS)
    unit = builder.unit("unit", fails=Exponential(1 / FAILS), repair=law)
    builder.at_least("works", 1, [unit["up"]])
    builder.at_least("is down", 1, [unit["down"]])
    builder.count("units", [unit["up"]])
    return builder.build()


def pair(crews):
    """Two units, one needed."""
    builder = ProcessBuilder("pair")
    builder.pool("crew", crews)
    units = builder.units(
        "u", 2, fails=Exponential(1 / FAILS), repair=Exponential(1 / REPAIRS), crew="crew"
    )
    builder.count("units", [unit["up"] for unit in units])
    builder.at_least("works", 1, [unit["up"] for unit in units])
    builder.none_of("all down", "works")
    return builder.build()


def test_long_run_of_one_unit():
    process, up = one_unit(), REPAIRS / (FAILS + REPAIRS)
    assert answer_exactly(process, LongRunShare("works")) == pytest.approx(up, rel=1e-12, abs=0)
    here = LongRunShare("works", ("unit", "up"))
    assert answer_exactly(process, here) == pytest.approx(up, rel=1e-12, abs=0)
    assert answer_exactly(process, LongRunShare("is down", ("unit", "up"))) == 0.0
    assert answer_exactly(process, LevelShare("units", 0.0)) == pytest.approx(
        1 - up, rel=1e-12, abs=0
    )
    assert answer_exactly(process, OutageRate("works")) == pytest.approx(
        up * FAILS, rel=1e-12, abs=0
    )
    by = OutageRate("works", ("unit", "failure"))
    assert answer_exactly(process, by) == pytest.approx(up * FAILS, rel=1e-12, abs=0)


def test_lengths_of_outages_of_one_unit():
    length = answer_exactly(one_unit(), OutageLength("works", 0.95))
    assert length == pytest.approx(-math.log(0.05) / REPAIRS, rel=1e-9, abs=0)


@pytest.mark.parametrize("time", [0.0, 1e-3, 1.0, 100.0, 1e6])
def test_value_at_a_time(time):
    """Point availability of one unit: mu / (l + mu) + l / (l + mu) exp(-(l + mu) t)."""
    total = FAILS + REPAIRS
    expected = REPAIRS / total + FAILS / total * math.exp(-total * time)
    assert answer_exactly(one_unit(), ValueAt("works", time)) == pytest.approx(
        expected, rel=1e-10, abs=0
    )


@pytest.mark.parametrize("time", [1e-3, 1.0, 100.0, 1e6])
def test_accumulated_downtime(time):
    total = FAILS + REPAIRS
    expected = FAILS / total * (time + math.expm1(-total * time) / total)
    found = answer_exactly(one_unit(), Accumulated("is down", time))
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_reaching_a_gate():
    process = one_unit()
    reached = answer_exactly(process, ReachedBy("is down", 20.0))
    assert reached == pytest.approx(-math.expm1(-FAILS * 20.0), rel=1e-10, abs=0)
    assert answer_exactly(process, TimeToReach("is down")) == pytest.approx(
        1 / FAILS, rel=1e-12, abs=0
    )
    assert answer_exactly(process, TimeToReach("works")) == 0.0


def test_mean_time_to_the_loss_of_both():
    """Truth case A05 (Ellison 1993): (3 l + mu) / (2 l^2) whatever the number of crews."""
    expected = (3 * FAILS + REPAIRS) / (2 * FAILS**2)
    for crews in (1, 2):
        found = answer_exactly(pair(crews), TimeToReach("all down"))
        assert found == pytest.approx(expected, rel=1e-10, abs=0)


def test_downtime_beyond_an_amount_in_a_period():
    """Truth case F04: two hot units, one crew, a year; chance of over 4.38 h down."""
    builder = ProcessBuilder("F04")
    builder.pool("crew", 1)
    units = builder.units("u", 2, fails=Exponential(500.0), repair=Exponential(4.0), crew="crew")
    builder.at_least("works", 1, [unit["up"] for unit in units])
    process = builder.build()
    found = answer_exactly(process, DowntimeBeyond("works", 8760.0, 4.38))
    assert found == pytest.approx(0.09275317005, rel=1e-8, abs=0)


def test_a_gate_that_is_never_reached():
    builder = ProcessBuilder("never")
    unit = builder.unit("unit", fails=Exponential(1.0), repair=Exponential(1.0))
    builder.at_least("two", 2, [unit["up"]])
    process = builder.build()
    assert answer_exactly(process, TimeToReach("two")) == math.inf
    assert answer_exactly(process, ReachedBy("two", 10.0)) == 0.0
    with pytest.raises(RefusedError, match="no outage of two ever begins"):
        answer_exactly(process, OutageLength("two", 0.5))


def test_times_of_laws_with_memory_are_refused():
    with pytest.raises(RefusedError, match="repair of unit is fixed"):
        answer_exactly(one_unit(Fixed(2.0)), ValueAt("works", 1.0))
    share = answer_exactly(one_unit(Fixed(2.0)), LongRunShare("works"))
    assert share == pytest.approx(100.0 / 102.0, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (
            LongRunShare("work"),
            "work is no gate of the process; the name of one; did you mean works?",
        ),
        (LongRunShare("units"), "units is no gate"),
        (ValueAt("nothing", 1.0), "nothing is no level or gate"),
        (LevelShare("nothing", 1.0), "nothing is no level or gate"),
        (LongRunShare("works", ("unit", "upp")), "upp is no phase of unit"),
        (LongRunShare("works", ("units", "up")), "units is no automaton"),
        (OutageRate("works", ("unit", "fail")), "fail is no delay of unit"),
        (ValueAt("works", -1.0), "time -1"),
        (ValueAt("works", math.inf), "time inf"),
        (ReachedBy("works", math.nan), "time nan"),
        (Accumulated("works", -1.0), "until -1"),
        (DowntimeBeyond("works", 10.0, -1.0), "amount -1"),
        (OutageLength("works", 1.0), "share 1"),
        (OutageLength("works", ".5"), "share .5"),
        (ValueAt("works", "1 h"), "time '1 h' is no number"),
        (LongRunShare("works", "unit.up"), "'unit.up' is no pair"),
        ("works", "'works' is no question"),
    ],
)
def test_what_cannot_be_meant_is_refused(question, message):
    with pytest.raises(InputError) as caught:
        answer_exactly(one_unit(), question)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (LongRunShare("always"), 1.0),
        (OutageRate("always"), 0.0),
        (ValueAt("always", 5.0), 1.0),
        (ValueAt("one", 5.0), 1.0),
        (Accumulated("never", 5.0), 0.0),
        (ReachedBy("always", 0.0), 1.0),
        (ReachedBy("never", 5.0), 0.0),
        (TimeToReach("always"), 0.0),
        (TimeToReach("never"), math.inf),
        (DowntimeBeyond("never", 10.0, 1.0), 1.0),
        (DowntimeBeyond("always", 10.0, 1.0), 0.0),
        (DowntimeBeyond("never", 0.0, 0.0), 0.0),
    ],
)
def test_what_depends_on_nothing(question, answer):
    builder = ProcessBuilder("constant")
    builder.unit("unit", fails=Exponential(1.0), repair=Exponential(1.0))
    builder.constant("one", 1.0)
    builder.gate("always", "one", ">=", 1.0)
    builder.gate("never", "one", ">", 1.0)
    process = builder.build()
    assert answer_exactly(process, question) == answer
    with pytest.raises(RefusedError, match="no outage of always ever begins"):
        answer_exactly(process, OutageLength("always", 0.5))


def test_the_phase_of_a_population_is_no_question():
    builder = ProcessBuilder("many")
    many = builder.automaton("many", "up", "down", count=3)
    many.delay("fail", "up", Exponential(1.0), "down")
    many.delay("repair", "down", Exponential(1.0), "up")
    builder.at_least("works", 2, many["up"])
    with pytest.raises(InputError, match="many is a population"):
        answer_exactly(builder.build(), LongRunShare("works", ("many", "up")))


def test_ask_gives_an_estimate_without_an_interval():
    estimate = hasim.ask(one_unit(), TimeToReach("is down"))
    assert estimate.exact
    assert estimate.value == pytest.approx(1 / FAILS, rel=1e-12, abs=0)


def test_ask_says_which_engine_refuses():
    with pytest.raises(RefusedError, match="exact: repair of unit is fixed"):
        hasim.ask(one_unit(Fixed(2.0)), ValueAt("works", 1.0))
    with pytest.raises(InputError, match="magic answers no questions"):
        hasim.ask(one_unit(), TimeToReach("is down"), engine="magic")


def test_a_system_has_to_be_compiled_first():
    with pytest.raises(InputError, match=r"a System is no Process.*hasim\.compile"):
        hasim.ask(hasim.load("models/pair.yaml"), TimeToReach("is down"))
