"""The state space: closed forms, states counted by hand, refusals and errors of the model."""

import math
from itertools import pairwise

import numpy as np
import pytest

from hasim.engines.exact import statespace
from hasim.engines.exact.phase_type import PhaseType
from hasim.engines.exact.statespace import NO_END, explore
from hasim.errors import RefusedError, SolveError
from hasim.laws import Erlang, Exponential, Fixed, Hyperexponential, Lognormal
from hasim.process import (
    Alternative,
    Gate,
    Phase,
    Pool,
    ProcessBuilder,
    Reaction,
    Row,
    Signal,
)
from tests.engines.exact.chains import (
    end_rate,
    fall_rate,
    long_run,
    mean_time_to,
    share,
    unavailability,
)
from tests.engines.hand_made import after, automaton, fork, number_in, process, to

TEN, THREE = Exponential(10.0), Exponential(3.0)


def units(n, required, fails, repair, *, crews, speed=None, by_priority=False):
    """Units up until they fail, repaired by crews; the gate is called ``serves``."""
    builder = ProcessBuilder("units")
    builder.pool("crew", crews, by_priority=by_priority)
    made = [builder.automaton(f"u{i}", "up", "down") for i in range(n)]
    for unit in made:
        unit.delay("failure", "up", fails, "down", speed=speed, cause="wear")
        unit.delay("repair", "down", repair, "up")
        unit.needs("down", "crew")
    builder.at_least("serves", required, [unit["up"] for unit in made])
    builder.count("serving", "serves")
    builder.outages("service", "serves")
    return builder.build()


# ---------------------------------------------------------------------------- closed forms

PER_HOUR = 1 / 3600


@pytest.mark.parametrize(
    ("n", "required", "fails", "repairs", "crews", "expected"),
    [
        (5, 3, 0.001, 0.1, 1, 5.818292633718e-05),
        (5, 3, 0.001, 0.1, 2, 1.4415348807473e-05),
        (5, 3, 0.001, 0.1, 5, 9.5623253070166e-06),
        (3, 2, 0.0002, 0.25, 1, 3.833856011787e-06),
    ],
)
def test_units_and_crews(n, required, fails, repairs, crews, expected):
    laws = Exponential(1 / fails), Exponential(1 / repairs)
    space = explore(units(n, required, *laws, crews=crews))
    assert unavailability(space, "serves") == pytest.approx(expected, rel=1e-10)


def test_units_and_a_crew_in_frequency_and_first_failure():
    space = explore(units(5, 3, Exponential(1000.0), Exponential(10.0), crews=1))
    assert fall_rate(space, "serves") == pytest.approx(5.70309021145e-06, rel=1e-9)
    assert mean_time_to(space, "serves") == pytest.approx(180783.33333333, rel=1e-9)
    assert set(space.causes) == {"wear", None}


def test_no_failures_while_the_system_is_down():
    laws = Exponential(1000.0), Exponential(10.0)
    space = explore(units(5, 3, *laws, crews=1, speed="serving"))
    assert unavailability(space, "serves") == pytest.approx(5.7030967815524e-05, rel=1e-10)


def test_two_units_with_an_erlang_repair():
    hot = explore(units(2, 1, Exponential(100.0), Erlang(2, 8.0), crews=1))
    assert unavailability(hot, "serves") == pytest.approx(0.008401985923946, rel=1e-10)
    # Both up; either down in two stages; either first down in two stages and the other waiting.
    assert len(hot) == 1 + 2 * 2 + 2 * 2


def test_a_cold_standby_with_an_erlang_repair():
    builder = ProcessBuilder("cold")
    builder.pool("crew", 1)
    both = [builder.automaton(name, "up", "down") for name in "ab"]
    builder.count("b works", {both[0]["up"]: -1}, constant=1)
    for unit, speed in zip(both, (None, "b works"), strict=True):
        unit.delay("failure", "up", Exponential(100.0), "down", speed=speed)
        unit.delay("repair", "down", Erlang(2, 8.0), "up")
        unit.needs("down", "crew")
    builder.any_of("serves", *(unit["up"] for unit in both))
    space = explore(builder.build())
    assert unavailability(space, "serves") == pytest.approx(0.004535548094481, rel=1e-10)


@pytest.mark.parametrize(
    "repair", [Erlang(3, 2.0), Hyperexponential((0.2, 0.8), (7.0, 0.5)), Exponential(2.0)]
)
def test_one_unit_depends_on_means_only(repair):
    space = explore(units(1, 1, Hyperexponential((0.5, 0.5), (3.0, 30.0)), repair, crews=1))
    cycle = 16.5 + repair.mean
    assert unavailability(space, "serves") == pytest.approx(repair.mean / cycle, rel=1e-12)
    assert end_rate(space, 0) == pytest.approx(1 / cycle, rel=1e-12)


def test_a_substitute_law_is_taken():
    made = units(1, 1, Exponential(9.0), Lognormal(0.0, 1.0), crews=1)
    repair = PhaseType(((1.0, 3, 1.0),))
    space = explore(made, stand_ins={("u0", "repair"): repair})
    assert unavailability(space, "serves") == pytest.approx(3 / 12, rel=1e-12)
    assert len(space) == 4


# ---------------------------------------------------------------------------- stages


def test_stages_of_one_rate_are_shared_by_branches():
    law = PhaseType(((0.5, 1, 1.0), (0.5, 2, 1.0)))
    made = units(1, 1, Exponential(9.0), Fixed(1.5), crews=1)
    space = explore(made, stand_ins={("u0", "repair"): law})
    assert len(space) == 3
    assert (space.delay == NO_END).sum() == 1


@pytest.mark.parametrize(("memory", "resets"), [("restart", ()), ("resume", ()), ("resume", "job")])
def test_interrupted_work(memory, resets):
    """A job of two stages is interrupted; the mean time to its end shows what was kept."""
    worker = automaton(
        "worker",
        after(Erlang(2, 2.0), "busy", "done", "job", memory=memory),
        after(Exponential(1.0), "busy", "away", "interruption"),
        after(Exponential(1.0), "away", to("busy", resets=("job",) if resets else ()), "return"),
        phases=("busy", "away", "done"),
    )
    nodes = [number_in("n", "done", "worker"), Gate("at work", "n", "<", 1)]
    space = explore(process(worker, nodes=nodes))
    kept = memory == "resume" and not resets
    # A stage is cut short with probability 1/2, and then its time and one of rest go by: each
    # visit lasts 1/2. Kept: two stages need four visits, two of them with a rest. Lost: by
    # x = 1/2 + (1 + x)/2 + y/2 and y = 1/2 + (1 + x)/2.
    assert mean_time_to(space, "at work") == pytest.approx(4.0 if kept else 6.0, rel=1e-12)
    # With kept work, "away" knows the stage; without it, it does not.
    assert len(space) == (5 if memory == "resume" else 4)


def test_a_speed_scales_every_stage():
    def mean(law, *options):
        a = automaton("a", after(law, "up", "down", "fail", speed="speed"), phases=("up", "down"))
        nodes = [number_in("speed", "up", "a", unit=0.25), Gate("up", "speed", ">", 0)]
        return mean_time_to(explore(process(a, nodes=nodes)), "up")

    assert mean(Erlang(3, 3.0)) == pytest.approx(12.0, rel=1e-12)
    assert mean(Hyperexponential((0.5, 0.5), (1.0, 3.0))) == pytest.approx(8.0, rel=1e-12)


def test_a_long_chain_is_no_deep_recursion():
    space = explore(units(1, 1, Exponential(9.0), Erlang(1000, 1.0), crews=1))
    assert len(space) == 1001


def test_without_speed_nothing_happens():
    a = automaton("a", after(TEN, "up", "down", "fail", speed="zero"), phases=("up", "down"))
    space = explore(process(a, nodes=[number_in("zero", "down", "a")]))
    assert (len(space), len(space.rate)) == (1, 0)


# ---------------------------------------------------------------------------- steps and choices


def test_a_start_with_probabilities_settles_and_draws():
    a = automaton(
        "a",
        after(Hyperexponential((0.25, 0.75), (1.0, 2.0)), "x", "z"),
        after(TEN, "z", "x"),
        phases=("x", Phase("y", immediate=fork(("x", 1.0), ("z", 3.0))), "z"),
        start=(("x", 0.2), ("y", 0.8)),
    )
    space = explore(process(a))
    in_x = space.phase("a") == 0
    np.testing.assert_allclose(space.start[in_x], [0.4 * 0.25, 0.4 * 0.75])
    np.testing.assert_allclose(space.start[~in_x], [0.6])


def test_a_population_starts_multinomially():
    crowd = automaton(
        "crowd",
        after(TEN, "x", "y"),
        phases=("x", "y", "z"),
        start=(("x", 0.5), ("y", 0.3), ("z", 0.2)),
        count=4,
    )
    space = explore(process(crowd))
    counts = [space.members("crowd", phase) for phase in "xyz"]
    assert space.start.sum() == pytest.approx(1.0)
    for members, p in zip(counts, (0.5, 0.3, 0.2), strict=True):
        assert space.start @ members == pytest.approx(4 * p)
        assert space.start @ members**2 == pytest.approx(4 * p * (1 - p) + 16 * p * p)


def test_every_member_of_a_population_chooses():
    crowd = automaton(
        "crowd",
        phases=("x", "y", "z"),
        reactions=[Reaction("s", "x", fork(("y", 1.0), ("z", 2.0)))],
        count=3,
    )
    caller = automaton("caller", after(TEN, "on", to("off", emits=("s",))))
    space = explore(process(crowd, caller, signals=[Signal("s", ("crowd",))]))
    in_z = dict(zip(space.members("crowd", "z")[space.target], space.rate * 10, strict=True))
    expected = {k: math.comb(3, k) * 2**k / 27 for k in range(4)}
    assert in_z == pytest.approx(expected)


def test_a_random_loop_within_an_instant_is_summed_up():
    """From x the way is y, and from y back to x or on; the weights say where it ends."""
    a = automaton(
        "a",
        after(TEN, "up", "x", "go"),
        after(THREE, "end1", "up"),
        after(THREE, "end2", "up", "again"),
        phases=(
            "up",
            Phase("x", immediate=fork(("y", 0.999999), ("end1", 1e-6))),
            Phase("y", immediate=fork(("x", 1 - 1e-9), ("end2", 1e-9))),
            "end1",
            "end2",
        ),
    )
    space = explore(process(a))
    reached = space.phase("a")[space.target]
    ways = dict(zip(reached[space.delay == 0], space.rate[space.delay == 0], strict=True))
    to_end1, to_end2 = 1e-6, 0.999999 * 1e-9
    assert ways[3] == pytest.approx(0.1 * to_end1 / (to_end1 + to_end2), rel=1e-9)
    assert ways[4] == pytest.approx(0.1 * to_end2 / (to_end1 + to_end2), rel=1e-9)


def reached(choose, limit, n=3):
    """What a signal makes of units that came to wait one after the other: shares of each."""
    waiters = [
        automaton(
            f"w{i}",
            after(Exponential(1.0), "out", "waits", "come"),
            after(Exponential(5.0), "served", "out", "leave"),
            phases=("out", "waits", "served"),
            reactions=[Reaction("call", "waits", to("served"))],
        )
        for i in range(n)
    ]
    caller = automaton("caller", after(TEN, "on", to("on", emits=("call",)), "tick"))
    signals = [Signal("call", tuple(w.name for w in waiters), limit, choose)]
    return explore(process(caller, *waiters, signals=signals))


def test_limits():
    by_order, at_random, longest = (reached(c, 1) for c in ("order", "random", "longest"))
    assert len(by_order) == 27
    assert len(at_random) == 27
    # Each set of waiting ones in every order: sum over k of C(3, k) 2^(3 - k) k!
    assert len(longest) == 8 + 3 * 4 + 3 * 2 * 2 + 6
    served = [
        [long_run(space) @ space.members(f"w{i}", "served") for i in range(3)]
        for space in (by_order, at_random, longest)
    ]
    assert served[0][0] > served[0][1] > served[0][2]
    assert served[1] == pytest.approx([served[1][0]] * 3, rel=1e-12)
    assert served[2] == pytest.approx(served[1], rel=1e-12)
    assert len(reached("longest", 3)) == 27 + (8 + 12 + 12 + 6 - 27)


def test_an_emitter_does_not_hear_itself():
    a, b = (
        automaton(
            name,
            after(TEN, "up", to("up", emits=("s",)), "tick"),
            phases=("up", "hit"),
            reactions=[Reaction("s", "up", to("hit"))],
        )
        for name in "ab"
    )
    space = explore(process(a, b, signals=[Signal("s", ("a", "b"))]))
    assert [space.tell(state) for state in range(len(space))] == [
        "a up, b up",
        "a up, b hit",
        "a hit, b up",
    ]
    # Ticks that reach nobody any more lead back to where they began, and count.
    loops = space.source == space.target
    assert loops.sum() == 2
    assert space.rate[loops] == pytest.approx([0.1, 0.1])


def test_a_priority_pool_serves_the_first_by_priority():
    names = ("low", "high", "last")
    machines = [
        automaton(
            name,
            after(TEN, "up", "down", "fail"),
            after(THREE, "down", "up", "repair"),
            phases=("up", Phase("down", "crew", priority)),
        )
        for name, priority in zip(names, (5, 1, 9), strict=True)
    ]
    space = explore(process(*machines, pools=[Pool("crew", 1, "priority")]))
    # Nobody's priority changes, so a queue is told by who is in it: up, or 3 holders x 2^2 waiting.
    assert len(space) == 1 + 3 * 4
    p = long_run(space)
    down = [p @ space.members(name, "down") for name in names]
    assert down[1] < down[0] < down[2]
    holds = sum(p @ space.holds_token(name) for name in names)
    assert holds == pytest.approx(1 - p[0], rel=1e-12)


def test_whoever_goes_on_to_the_same_pool_keeps_its_place():
    patient = automaton(
        "patient",
        after(TEN, "up", "a", "fail"),
        after(THREE, "a", "up", "cure"),
        phases=("up", Phase("a", "crew", 5), Phase("b", "crew", 0)),
        reactions=[Reaction("worse", "a", to("b"))],
    )
    healthy = automaton(
        "other",
        after(TEN, "up", "down", "fail"),
        after(THREE, "down", "up", "cure"),
        phases=("up", Phase("down", "crew", 3)),
    )
    storm = automaton("storm", after(TEN, "calm", to("calm", emits=("worse",)), "hit"))
    made = process(
        patient,
        healthy,
        storm,
        pools=[Pool("crew", 1, "priority")],
        signals=[Signal("worse", ("patient",))],
    )
    told = [explore(made).tell(state) for state in range(len(explore(made)))]
    assert "patient b (holding), other down (waiting), storm calm" in told
    assert "patient b (waiting), other down (holding), storm calm" in told


def interrupted(law, memory, arrivals=TEN):
    """A job that is interrupted by urgent ones, each of mean 3."""
    job = automaton(
        "job",
        after(law, "work", "done", "end", memory=memory),
        phases=(Phase("work", "crew", 1), "done"),
    )
    urgent = automaton(
        "urgent",
        after(arrivals, "away", "work", "arrival"),
        after(THREE, "work", "away", "end"),
        phases=("away", Phase("work", "crew", 0)),
    )
    nodes = [number_in("n", "done", "job"), Gate("at work", "n", "<", 1)]
    return process(job, urgent, nodes=nodes, pools=[Pool("crew", 1, "priority", preempts=True)])


@pytest.mark.parametrize("memory", ["restart", "resume"])
def test_an_interrupted_exponential_delay_has_no_memory(memory):
    space = explore(interrupted(Exponential(4.0), memory))
    assert len(space) == 4
    # It is interrupted once in 10, for 3: time at work is stretched by 1 + 3/10 (Gaver 1962).
    assert mean_time_to(space, "at work") == pytest.approx(4.0 * 1.3, rel=1e-12)


def test_an_interrupted_delay_that_resumes_keeps_its_stage():
    kept, lost = (explore(interrupted(Erlang(2, 4.0), memory)) for memory in ("resume", "restart"))
    assert (len(kept), len(lost)) == (6, 5)
    assert mean_time_to(kept, "at work") == pytest.approx(4.0 * 1.3, rel=1e-12)
    # Begun anew, with new work: (1 / chance to end before an interruption - 1) times the mean time
    # to one and what it takes (Gaver 1962, "preemptive repeat different").
    done = (0.5 / (0.5 + 0.1)) ** 2
    assert mean_time_to(lost, "at work") == pytest.approx((1 / done - 1) * 13.0, rel=1e-12)


def test_a_level_of_none_lets_nobody_work():
    unit = automaton(
        "unit",
        after(TEN, "up", "down", "fail"),
        after(THREE, "down", "up", "repair"),
        phases=("up", Phase("down", "crew")),
    )
    guard = automaton("guard", after(TEN, "here", "gone"), after(TEN, "gone", "here"))
    made = process(
        unit, guard, nodes=[number_in("there", "here", "guard")], pools=[Pool("crew", "there")]
    )
    space = explore(made)
    told = {space.tell(state) for state in range(len(space))}
    assert told == {
        "unit up, guard here",
        "unit up, guard gone",
        "unit down (holding), guard here",
        "unit down (waiting), guard gone",
    }


# ---------------------------------------------------------------------------- reading


def test_what_a_state_space_tells():
    space = explore(units(2, 2, TEN, THREE, crews=1))
    assert (space.columns[0] != space.columns[1]).any()
    assert space.tell(0) == "u0 up, u1 up"
    assert "u0 down (holding), u1 down (waiting)" in map(space.tell, range(len(space)))
    assert list(space.value("serves")) == [1, 0, 0, 0, 0]
    assert list(space.value("serves.count")) == [2, 1, 1, 0, 0]
    assert list(space.phase("u0")) == [0, 1, 0, 1, 1]
    assert list(space.holds_token("u0")) == [False, True, False, True, False]
    assert share(space, "serves") == pytest.approx(1 / (1 + 0.6 + 0.18), rel=1e-12)


def test_a_population_has_no_phase():
    crowd = automaton("crowd", after(TEN, "x", "y"), count=2)
    space = explore(process(crowd))
    assert space.tell(1) == "crowd 1 x and 1 y"
    with pytest.raises(AssertionError, match="ask for members"):
        space.phase("crowd")


# ---------------------------------------------------------------------------- refusals and errors


def test_every_obstacle_is_told_once():
    builder = ProcessBuilder("shop")
    builder.units("db", 2, fails=TEN, repair=Lognormal(0.0, 1.0))
    timer = builder.automaton("timer", "on", "off")
    timer.delay("timeout", "on", Fixed(3.0), "off")
    builder.signal("tick")
    builder.schedule("weekly", "tick", every=7.0)
    with pytest.raises(RefusedError) as error:
        explore(builder.build())
    memory = "so its state has memory"
    assert error.value.refusals == (
        f"repair of db.1 is lognormal, {memory}",
        f"repair of db.2 is lognormal, {memory}",
        f"timeout of timer is fixed, {memory}",
        "weekly follows a calendar, so the state depends on the time",
    )


def test_too_many_states():
    made = units(6, 3, TEN, THREE, crews=1)
    with pytest.raises(RefusedError) as error:
        explore(made, most_states=100)
    (sentence,) = error.value.refusals
    assert sentence.startswith("units has more than 100 states: 101 were reached and ")
    assert len(explore(made, most_states=sum(math.perm(6, k) for k in range(7)))) == 1957


def looping(*phases):
    return process(automaton("a", after(TEN, "up", "x"), phases=("up", *phases)))


def test_an_instant_without_end_is_an_error():
    for phases in (
        [Phase("x", immediate=to("y")), Phase("y", immediate=to("x"))],
        [Phase("x", immediate=fork(("y", 1.0), ("x", 1.0))), Phase("y", immediate=to("x"))],
    ):
        with pytest.raises(SolveError, match=r"without end; . moved last"):
            explore(looping(*phases))


def breeding(*ways):
    """Two automata that call each other louder and louder."""
    caller = automaton("caller", after(TEN, "on", to("off", emits=("s",))))
    a, b = (
        automaton(name, phases=("x",), reactions=[Reaction("s", "x", Row(ways))]) for name in "ab"
    )
    return process(caller, a, b, signals=[Signal("s", ("a", "b"))])


LOUD, QUIET = Alternative("x", emits=("s",) * 9), Alternative("x")


def test_signals_that_breed_are_an_error():
    with pytest.raises(SolveError, match=r"without end; . moved last"):
        explore(breeding(LOUD))


@pytest.mark.normal
def test_signals_that_may_breed_are_refused():
    with pytest.raises(RefusedError, match=r"one event can go on in over .* ways without"):
        explore(breeding(LOUD, QUIET))


@pytest.mark.normal
@pytest.mark.parametrize(
    "many",
    [
        [
            automaton(f"a{i}", after(Hyperexponential((0.5, 0.5), (1.0, 9.0)), "up", to("up")))
            for i in range(40)
        ],
        [
            automaton(f"a{i}", after(TEN, "up", to("x")), start=(("up", 0.5), ("x", 0.5)))
            for i in range(40)
        ],
    ],
    ids=["stages", "phases"],
)
def test_many_draws_in_one_instant_are_refused(many):
    with pytest.raises(
        RefusedError, match="begins so many stages in one instant that over 100,000"
    ):
        explore(process(*many))


def test_a_delay_that_ends_nowhere_is_an_error():
    nodes = [number_in("n", "x", "a"), Gate("never", "n", ">=", 2)]
    a = automaton("a", after(TEN, "up", to("x", guard="never"), "stuck"))
    with pytest.raises(SolveError, match=r"^a\.stuck ends and has no eligible alternative$"):
        explore(process(a, nodes=nodes))


def test_a_speed_below_0_is_an_error():
    a = automaton("a", after(TEN, "up", "x", "fall", speed="n"))
    with pytest.raises(SolveError, match=r"^the speed of a\.fall is -1\.0, below 0$"):
        explore(process(a, nodes=[number_in("n", "up", "a", unit=-1.0)]))


def test_a_reset_needs_no_work():
    """Naming a delay without kept work in `resets` changes nothing."""
    a = automaton(
        "a",
        after(Erlang(2, 1.0), "up", to("down", resets=("fail", "fix")), "fail"),
        after(Erlang(2, 1.0), "down", "up", "fix", memory="resume"),
    )
    assert len(explore(process(a))) == 4


def test_a_population_that_is_never_twice_in_one_state_is_refused_in_seconds(monkeypatch):
    """The compiled explorer would have to ask about each state (100 queues took minutes)."""
    monkeypatch.setattr(statespace, "MOST_PLAIN_STATES", 2_000)
    phases = [str(length) for length in range(7)]
    builder = ProcessBuilder("queues")
    queues = builder.automaton("queues", *phases, count=20)
    for shorter, longer in pairwise(phases):
        queues.delay(f"arrival {shorter}", shorter, TEN, longer)
        queues.delay(f"service {longer}", longer, THREE, shorter)
    with pytest.raises(RefusedError, match="queues has more than 2,000 states"):
        explore(builder.build(), most_states=100_000, plain_transitions=15_000)
