"""One clock with memory at a time: closed forms, chains of stages, lives, and what is refused."""

import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hasim.engines.exact.engine import solve_exactly
from hasim.engines.exact.regenerative import solve_one_clock
from hasim.engines.exact.statespace import explore
from hasim.errors import NoLongRunError, RefusedError, SolveError
from hasim.laws import Empirical, Erlang, Exponential, Fixed, Gamma, Lognormal, Uniform, Weibull
from hasim.process import ProcessBuilder, go
from hasim.solving import solve
from tests.engines.exact.chains import PROFILES, assert_same_long_run, markov_processes
from tests.slowness import slow_but


def crew_of_one(fails, repair, *, n=2, needed=1):
    builder = ProcessBuilder("crowd")
    builder.pool("crew", 1)
    units = builder.units("u", n, fails=fails, repair=repair, crew="crew")
    builder.at_least("works", needed, [unit["up"] for unit in units])
    builder.outages("system", "works")
    return builder.build()


@pytest.mark.parametrize(("fixed", "life"), [(8.0, 30.0), (8.0, 1e5), (1.0, 0.1)])
def test_two_units_with_one_crew_and_fixed_repairs(fixed, life):
    """Machine repair, two machines (Takács 1962, chapter 5): g = E exp(-repair / life)."""
    g = math.exp(-fixed / life)
    late = fixed - life * -math.expm1(-fixed / life)
    round_ = g * life / 2 + fixed
    found = solve_exactly(crew_of_one(Exponential(life), Fixed(fixed))).outages["system"]
    assert found.unavailability == pytest.approx(late / round_, rel=1e-9, abs=0)
    assert found.rate == pytest.approx(-math.expm1(-fixed / life) / round_, rel=1e-12, abs=0)


def test_wear_that_races_with_crashes():
    """One unit, a Weibull life against an exponential one: a renewal process (Cox 1962, 7.1)."""
    wear, crash = Weibull(2.0, 10.0), 10.0
    builder = ProcessBuilder("race")
    unit = builder.automaton("unit", "up", "worn", "crashed")
    unit.delay("wear", "up", wear, "worn")
    unit.delay("crash", "up", Exponential(crash), "crashed")
    unit.delay("renew", "worn", Exponential(3.0), "up")
    unit.delay("restart", "crashed", Fixed(0.5), "up")
    builder.any_of("works", unit["up"])
    builder.share("works", "works")
    builder.rate("worn out", ("unit", "wear"))
    # E exp(-X / 10) for a Weibull law of shape 2 and scale 10, by completing the square.
    worn = 1.0 - math.sqrt(math.pi) / 2 * math.exp(0.25) * math.erfc(0.5)
    up = crash * (1.0 - worn)
    round_ = up + worn * 3.0 + (1.0 - worn) * 0.5
    found = solve_exactly(builder.build())
    assert found.values["works"] == pytest.approx(up / round_, rel=1e-12)
    assert found.values["worn out"] == pytest.approx(worn / round_, rel=1e-12)
    assert found.notes == (
        "of what has memory (wear of unit, restart of unit) no two ever run at once",
    )


def test_members_are_counted():
    """Six machines and one crew: against the chain that tells the stages of the repair."""
    counted = solve_exactly(crew_of_one(Exponential(50.0), nearly(2), n=6, needed=4))
    staged = solve_exactly(crew_of_one(Exponential(50.0), Erlang(2, 8.0), n=6, needed=4))
    one, other = counted.outages["system"], staged.outages["system"]
    assert one.unavailability == pytest.approx(other.unavailability, rel=1e-11, abs=0)
    assert one.rate == pytest.approx(other.rate, rel=1e-11, abs=0)
    assert counted.notes[0] == "the 6 members of u are interchangeable and counted, 7 states"


def nearly(stages, mean=8.0):
    """A law with memory that is one of two stages but for 1e-13."""
    shape = stages * (1.0 + 1e-13)
    return Gamma(shape, mean / shape)


def with_law(made, automaton, delay, law):
    """A Process in which one delay has another law."""
    changed = []
    for place, one in enumerate(made.automata):
        own = tuple(
            replace(d, law=law(d.law.mean), memory="restart", speed=None)
            if (place, number) == (automaton, delay)
            else d
            for number, d in enumerate(one.delays)
        )
        changed.append(replace(one, delays=own))
    return replace(made, automata=tuple(changed))


@pytest.mark.normal
@pytest.mark.parametrize(
    "profile",
    slow_but(
        "mixed", "tokens", "immediate", among=["mixed", "pools", "tokens", "signals", "immediate"]
    ),
)
def test_random_processes_as_with_stages(profile):
    """Any Process with one delay of nearly two stages against its chain with two stages."""
    seen = Counter()

    @settings(max_examples=120, suppress_health_check=list(HealthCheck))
    @given(st.data(), markov_processes(PROFILES[profile]))
    def both_agree(data, made):
        single = [(p, one) for p, one in enumerate(made.automata) if one.count is None]
        delays = [(p, d) for p, one in single for d in range(len(one.delays))]
        assume(delays)
        place, delay = data.draw(st.sampled_from(delays))
        seen[compare(made, place, delay)] += 1

    both_agree()
    assert seen["same"] > 5


def compare(made, place, delay):
    memory = with_law(made, place, delay, lambda mean: nearly(2, mean))
    staged = with_law(made, place, delay, lambda mean: Erlang(2, mean))
    try:
        space, shares = solve_one_clock(memory, (), "it")
        known = explore(staged, most_states=400)
    except (RefusedError, SolveError):
        return "refused"
    assert_same_long_run(space, shares, known)
    return "same"


def failover(promote, repair):
    """A pair, a failover of any law by which a passive unit takes over, one crew."""
    builder = ProcessBuilder("pair")
    pair = builder.automaton("pair", "both", "moving", "one", "none")
    pair.delay("lose", "both", Exponential(400.0), go("moving", weight=0.5), go("one", weight=0.5))
    pair.delay("promote", "moving", promote, "one")
    pair.delay("lose promoted", "moving", Exponential(800.0), "none")
    pair.delay("lose last", "one", Exponential(800.0), "none")
    pair.delay("mend", "one", Exponential(9.0), "both")
    pair.delay("mend first", "none", repair, "one")
    builder.any_of("works", pair["both"], pair["one"])
    builder.outages("system", "works")
    return builder.build()


@pytest.mark.parametrize("promote", [Fixed(1.5), Uniform(0.5, 4.0), Empirical((1.0, 1.0, 9.0))])
@pytest.mark.parametrize("repair", [Lognormal.from_mean_cv(9.0, 2.0), Weibull(0.8, 9.0)])
def test_lives_agree(promote, repair):
    made = failover(promote, repair)
    exact = solve_exactly(made).outages["system"]
    seen = solve(made, engine="montecarlo", precision=0.02, seed=7)["system"]
    assert seen.unavailability.low <= exact.unavailability <= seen.unavailability.high
    assert exact.unavailability / exact.rate == pytest.approx(seen.mttr_s.value, rel=0.03)


@pytest.mark.parametrize(
    "made",
    [
        crew_of_one(Weibull(2.0, 100.0), Exponential(8.0)),
        crew_of_one(Exponential(100.0), Empirical((0.0, 8.0))),
    ],
    ids=["two lives at once", "at once"],
)
def test_what_does_not_fit_is_refused_as_before(made):
    with pytest.raises(RefusedError, match="so its state has memory"):
        solve_exactly(made)


def test_a_clock_that_is_put_off_is_refused():
    builder = ProcessBuilder("put off")
    unit = builder.automaton("unit", "up", "off", "down")
    unit.delay("wear", "up", Fixed(50.0), "down", memory="resume")
    unit.delay("stop", "up", Exponential(10.0), "off")
    unit.delay("go on", "off", Exponential(1.0), go("up", when="there"), go("down", unless="there"))
    unit.delay("repair", "down", Exponential(1.0), "up")
    other = builder.unit("other", fails=Exponential(9.0), repair=Exponential(1.0))
    builder.any_of("there", other["up"])
    builder.any_of("works", unit["up"])
    builder.outages("system", "works")
    with pytest.raises(RefusedError, match="wear of unit is fixed"):
        solve_exactly(builder.build())


def test_what_goes_round_in_fixed_times_is_refused():
    builder = ProcessBuilder("round")
    builder.signal("ping")
    one = builder.automaton("one", "a", "b")
    one.delay("there", "a", Fixed(2.0), go("b", emits="ping"))
    one.delay("back", "b", Fixed(1.0), go("a", emits="ping"))
    two = builder.automaton("two", "c", "d")
    two.on("ping", "c", "d")
    two.on("ping", "d", "c")
    builder.all_of("works", one["a"], two["c"])
    builder.share("works", "works")
    with pytest.raises(RefusedError, match="goes round in fixed times"):
        solve_exactly(builder.build())


def test_a_fixed_round_beside_exponential_neighbours_is_refused():
    """It goes first to a preempting crew, so that it keeps its time whatever its neighbour does."""
    builder = ProcessBuilder("hidden")
    builder.pool("crew", 1, preempts=True)
    one = builder.automaton("one", "up", "down")
    one.needs("down", "crew", priority=0)
    one.delay("fail", "up", Fixed(20.0), "down")
    one.delay("mend", "down", Fixed(10.0), "up")
    two = builder.automaton("two", "up", "down")
    two.needs("down", "crew", priority=1)
    two.delay("fail", "up", Exponential(7.0), "down")
    two.delay("mend", "down", Exponential(3.0), "up")
    builder.any_of("works", one["up"], two["up"])
    builder.outages("system", "works")
    with pytest.raises(RefusedError, match="goes round in fixed times"):
        solve_exactly(builder.build())


def test_what_is_met_too_rarely_for_a_number_is_refused():
    """Two sides, from each of which only a clock of 11 days among moves each second leads away."""
    builder = ProcessBuilder("sides")
    sides = builder.automaton("sides", "a", "b", "off a", "off b")
    for here, there in ("ab", "ba"):
        sides.delay(f"survive {here}", here, Fixed(1e6), there)
        sides.delay(f"fall {here}", here, Exponential(1.0), f"off {here}")
        sides.delay(f"rise {here}", f"off {here}", Exponential(1.0), here)
    builder.any_of("works", sides["a"])
    builder.share("works", "works")
    with pytest.raises(RefusedError, match="sides has states that it meets too rarely"):
        solve_one_clock(builder.build(), (), "sides")


def test_too_many_states_are_told_with_the_law_that_limits_them():
    builder = ProcessBuilder("many")
    builder.pool("crew", 1)
    units = [
        builder.unit(f"u{i}", fails=Exponential(50.0 + i), repair=Fixed(1.0 + i), crew="crew")
        for i in range(9)
    ]
    builder.at_least("works", 5, [unit["up"] for unit in units])
    builder.outages("system", "works")
    with pytest.raises(
        RefusedError, match=r"repair of u0 is fixed.*, and many has more than 6,000"
    ):
        solve_exactly(builder.build())


def test_what_is_never_repaired_ends_down():
    builder = ProcessBuilder("end")
    unit = builder.automaton("unit", "up", "worn", "down")
    unit.delay("wear", "up", Fixed(5.0), "worn")
    unit.delay("crash", "up", Exponential(5.0), "down")
    unit.delay("break", "worn", Exponential(1.0), "down")
    builder.any_of("works", unit["up"])
    builder.outages("system", "works")
    figures = solve_exactly(builder.build()).outages["system"]
    assert (figures.unavailability, figures.availability, figures.rate) == (1.0, 0.0, 0.0)


def test_two_ends_for_ever_are_named():
    builder = ProcessBuilder("trap")
    unit = builder.automaton("unit", "up", "worn", "lost", "kept")
    unit.delay("wear", "up", Fixed(5.0), "worn")
    unit.delay("crash", "up", Exponential(5.0), "lost")
    unit.delay("end", "worn", Exponential(1.0), go("lost"), go("kept"))
    builder.any_of("kept", unit["kept"])
    builder.share("kept", "kept")
    with pytest.raises(NoLongRunError, match="can end for ever in"):
        solve_exactly(builder.build())
