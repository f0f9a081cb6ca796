"""Questions asked of the exact engine and of simulation."""

import math

import numpy as np
import pytest

from hasim.errors import InputError, RefusedError
from hasim.laws import Erlang, Gamma
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
from hasim.solving.asking import ask
from hasim.stats.samples import estimate_chance, estimate_mean

HOUR = 3600.0


def pair():
    builder = ProcessBuilder("pair")
    nodes = builder.units("node", 2, fails="exponential(10 h)", repair="exponential(2 h)")
    builder.count("up", [node["up"] for node in nodes])
    builder.at_least("serving", 1, [node["up"] for node in nodes])
    builder.none_of("lost", *[node["up"] for node in nodes])
    return builder.build()


QUESTIONS = [
    LongRunShare("serving"),
    LongRunShare("serving", ("node.1", "down")),
    LevelShare("up", 1.0),
    LevelShare("serving", 0.0),
    OutageRate("serving"),
    OutageRate("serving", ("node.2", "failure")),
    OutageLength("serving", 0.9),
    ValueAt("up", 3 * HOUR),
    ValueAt("serving", 3 * HOUR),
    Accumulated("up", 20 * HOUR),
    Accumulated("lost", 20 * HOUR),
    ReachedBy("lost", 10 * HOUR),
    TimeToReach("lost"),
    DowntimeBeyond("serving", 50 * HOUR, HOUR),
]


LONG_RUN = [q for q in QUESTIONS if isinstance(q, LongRunShare | LevelShare | OutageRate)]


@pytest.mark.parametrize("question", LONG_RUN, ids=str)
def test_limits_hold_the_exact_answer(question):
    truth = ask(with_crew(), question, engine="exact").value
    found = ask(with_crew(), question, engine="bounds")
    assert found.low <= truth * (1.0 + 1e-9)
    assert truth * (1.0 - 1e-9) <= found.high


@pytest.mark.parametrize("question", LONG_RUN, ids=str)
def test_a_band_holds_what_the_stages_of_a_law_give(question):
    """Lives of nearly three stages are laws with memory, of which the exact answer is yet known."""
    nearly = Gamma(3.0 + 1e-12, 10 / 3 * HOUR)
    truth = ask(with_crew(Erlang(3, 10 * HOUR)), question, engine="exact").value
    found = ask(with_crew(nearly), question, engine="matched")
    assert found.low < truth < found.high
    assert found.value == pytest.approx(truth, rel=0.02)


@pytest.mark.parametrize("engine", ["matched", "bounds"])
def test_what_is_no_long_run_has_no_band(engine):
    with pytest.raises(RefusedError, match=f"{engine}: it tells shares of time and rates"):
        ask(pair(), TimeToReach("lost"), engine=engine)
    with pytest.raises(InputError, match="nowhere"):
        ask(pair(), LongRunShare("nowhere"), engine=engine)


def with_crew(fails="exponential(10 h)"):
    builder = ProcessBuilder("pair")
    builder.pool("crew", 1)
    nodes = builder.units("node", 2, fails=fails, repair="erlang(stages 2, mean 2 h)", crew="crew")
    builder.count("up", [node["up"] for node in nodes])
    builder.at_least("serving", 1, [node["up"] for node in nodes])
    builder.none_of("lost", *[node["up"] for node in nodes])
    return builder.build()


@pytest.mark.normal
@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_simulation_agrees_with_exact(question):
    truth = ask(pair(), question, engine="exact").value
    found = ask(pair(), question, engine="montecarlo", precision=0.04)
    assert found.low < found.high
    assert abs(found.value - truth) <= 3.5 * (found.high - found.low) / (2.0 * 1.96)


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_the_reference_answers_as_well(question):
    found = ask(pair(), question, engine="reference", precision=0.5)
    assert found == ask(pair(), question, engine="montecarlo", precision=0.5)


@pytest.mark.parametrize("question", [QUESTIONS[1], QUESTIONS[9], QUESTIONS[11]], ids=str)
def test_the_answer_is_the_same_on_any_number_of_threads(question):
    one, two = (
        ask(pair(), question, engine="montecarlo", precision=0.3, threads=n) for n in (1, 2)
    )
    assert one == two


@pytest.mark.parametrize("engine", ["exact", "montecarlo", "reference"])
@pytest.mark.parametrize(
    ("question", "message"),
    [
        (LongRunShare("servin"), "servin is no gate.*did you mean serving"),
        (ValueAt("up", -1.0), "seconds, 0 or more"),
        (Accumulated("up", math.inf), "seconds, 0 or more"),
        (ReachedBy("lost", math.nan), "time nan"),
        (ValueAt("up", True), "time True is no number"),
        (LongRunShare(5), "5 is no gate"),
        (LongRunShare("serving", (1, "down")), "1 is no automaton"),
        (LongRunShare("serving", ("node.1", None)), "None is no phase of node.1"),
        (LevelShare("up", math.nan), "value nan; a finite number"),
        (LevelShare("up", "x"), "value 'x'; a finite number"),
        (OutageLength("serving", "most"), "share most; more than 0"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(engine, question, message):
    with pytest.raises(InputError, match=message):
        ask(pair(), question, engine=engine)


def test_numbers_of_numpy_are_numbers():
    hour = np.int64(HOUR)
    assert ask(pair(), ValueAt("up", hour)) == ask(pair(), ValueAt("up", HOUR))


def single():
    builder = ProcessBuilder("single")
    unit = builder.unit("unit", fails="exponential(1 h)", repair="fixed(1 h)")
    builder.any_of("up", unit["up"])
    builder.constant("nothing", 0)
    builder.gate("never", "nothing", ">", 1)
    return builder.build()


@pytest.mark.normal
def test_a_gate_that_is_never_reached_has_no_mean_time():
    with pytest.raises(RefusedError, match="never is not reached in 64 of 64 histories"):
        ask(single(), TimeToReach("never"), engine="montecarlo")


def test_a_gate_that_never_holds_has_an_upper_limit():
    found = ask(single(), ReachedBy("never", HOUR), engine="montecarlo", precision=0.1)
    assert found.value is None
    assert found.low == 0.0
    assert 0.0 < found.high < 0.01


def test_a_gate_that_always_held_so_far_has_a_lower_limit():
    found = ask(single(), ReachedBy("up", HOUR), engine="montecarlo", precision=0.1)
    assert found.value is None
    assert 0.9 < found.low < found.high == 1.0


@pytest.mark.parametrize("question", [Accumulated("up", 0.0), DowntimeBeyond("up", 0.0, 0.0)])
def test_in_no_time_nothing_is_gained(question):
    assert ask(single(), question, engine="montecarlo").value == 0.0


def test_at_the_start_all_is_as_it_starts():
    found = ask(pair(), ValueAt("up", 0.0), engine="montecarlo")
    assert (found.value, found.low, found.high) == (2.0, None, None)


@pytest.mark.normal
def test_laws_with_memory_are_simulated():
    """Up for an exponential hour, then down for a fixed one: still up at two hours or up again.

    P(up at t) for t < 2 h is e^-t + integral of e^-s e^-(t - s - 1) = e^-t + (t - 1) e^-(t - 1).
    """
    found = ask(single(), ValueAt("up", 1.5 * HOUR), engine="montecarlo", precision=0.02)
    truth = math.exp(-1.5) + 0.5 * math.exp(-0.5)
    assert abs(found.value - truth) <= 3.5 * (found.high - found.low) / (2.0 * 1.96)


def test_means_and_chances_have_the_intervals_of_the_textbook():
    """Clopper and Pearson for 1 of 10; Student's t with 2 degrees of freedom: 4.3027."""
    one_of_ten = estimate_chance(1, 10)
    assert one_of_ten.ends == pytest.approx((0.1, 0.0025286, 0.4450161), rel=1e-4)
    mean = estimate_mean(np.array([1.0, 2.0, 3.0]))
    assert mean.ends == pytest.approx(
        (2.0, 2.0 - 4.30265 / 3**0.5, 2.0 + 4.30265 / 3**0.5), rel=1e-5
    )
