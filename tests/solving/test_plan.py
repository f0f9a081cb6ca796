"""Warm-up, horizon and batch follow from laws, schedules and how often something happens."""

import numpy as np
import pytest

from hasim.laws import Exponential, Fixed, Gamma
from hasim.process import (
    Alternative,
    Automaton,
    Count,
    Delay,
    Gate,
    Holds,
    Label,
    Occupancy,
    Outages,
    Phase,
    Process,
    Row,
    Total,
)
from hasim.solving.plan import (
    EVENTS,
    EVENTS_IN_REPLICATION,
    LEAST_GROWTH,
    MOST_EVENTS_IN_REPLICATION,
    PILOT_EVENTS,
    PILOT_GROWTH,
    WARMUP_SHARE,
    Plan,
    make_plan,
)
from tests.solving.synthetic import period, single, unit


def happening(every):
    """An engine that counts one event every so many seconds."""

    def run(*, seed, replications, warmup, horizon):
        rows = np.zeros((len(replications), 9))
        rows[:, 1] = horizon // every
        return rows, np.zeros((1, 1), dtype=np.int64)

    return run


def test_the_horizon_holds_thousands_of_events():
    plan = make_plan(single(), happening(500.0))
    assert plan.horizon == pytest.approx(EVENTS * 500.0)
    assert plan.warmup == pytest.approx(WARMUP_SHARE * plan.horizon)
    assert plan.batch == 2
    assert not plan.idle


def test_a_large_model_that_ages_runs_for_twenty_of_its_longest_mean():
    plan = make_plan(single(unit(life=Gamma(shape=2.0, scale=500.0))), happening(0.01))
    assert plan.warmup == 5 * 1000.0
    assert plan.horizon == 20 * 1000.0
    assert plan.batch == 1


def test_what_does_not_age_is_not_waited_for_beside_frequent_events():
    plan = make_plan(single(), happening(0.01))
    assert plan.warmup + plan.horizon == pytest.approx(EVENTS_IN_REPLICATION * 0.01, rel=0.01)
    assert plan.warmup >= 5 * 10.0


def test_the_plan_does_not_depend_on_the_seed_of_the_user():
    seeds = []

    def run(*, seed, replications, warmup, horizon):
        seeds.append(seed)
        return happening(500.0)(
            seed=seed, replications=replications, warmup=warmup, horizon=horizon
        )

    make_plan(single(), run)
    assert set(seeds) == {0}


@pytest.mark.parametrize("rare", [unit("rare", Exponential(1e13)), unit("rare", Exponential(1e30))])
def test_no_pilot_has_millions_of_events_beside_a_rare_one(rare):
    busy, told = unit("busy", Exponential(60.0), Exponential(1.0)), []

    def run(*, seed, replications, warmup, horizon):
        told.append(horizon / 30.0)
        return happening(30.0)(seed=seed, replications=replications, warmup=warmup, horizon=horizon)

    make_plan(Process("mixed", (rare, busy)), run)
    assert PILOT_EVENTS <= max(told) <= PILOT_EVENTS * PILOT_GROWTH


def test_the_horizon_is_a_whole_number_of_periods():
    plan = make_plan(single(schedules=(period(7777.0),)), happening(20.0))
    assert plan.warmup == 5 * 7777.0
    assert plan.horizon / 7777.0 == pytest.approx(round(plan.horizon / 7777.0))
    assert plan.horizon >= 20 * 7777.0


def test_what_hardly_varies_gets_a_longer_warm_up():
    regular = unit(life=Gamma(shape=100.0, scale=10.0))  # cv 0.1
    plan = make_plan(single(regular), happening(2.0))
    assert plan.warmup == pytest.approx(5 * 1000.0 * 1e6 / (2 * np.pi**2 * (1e4 + 1e2)))


def test_a_fixed_life_is_forgotten_by_the_spread_of_repairs():
    plan = make_plan(single(unit(life=Fixed(1000.0), repair=Exponential(100.0))), happening(2.0))
    assert plan.warmup == pytest.approx(5 * 1000.0 * 1e6 / (2 * np.pi**2 * 1e4))
    assert plan.in_step == ()


def two_clockworks():
    units = [unit(name, Fixed(1000.0), Fixed(10.0)) for name in ("a", "b")]
    up = Count("up", tuple((Occupancy(u.name, "up"), 1) for u in units))
    gate = Gate("serves", "up", ">=", 1.0)
    return Process("two", tuple(units), (up, gate), measures=(Outages("service", "serves"),))


def test_what_stays_in_step_is_named_and_does_not_run_for_ever():
    plan = make_plan(two_clockworks(), happening(500.0))
    assert plan.in_step[:2] == ("failure of a", "repair of a")
    assert plan.warmup + plan.horizon == pytest.approx(EVENTS_IN_REPLICATION * 500.0)


def test_a_fixed_step_that_waits_for_others_is_not_in_step():
    serves = Row((Alternative("starting", guard="serves"),))
    starter = Automaton(
        "start",
        (Phase("off", immediate=serves), Phase("starting"), Phase("running")),
        (("off", 1.0),),
        (Delay("start", ("starting",), Fixed(60.0), Row((Alternative("running"),))),),
    )
    base = single()
    process = Process("started", (*base.automata, starter), base.nodes, measures=base.measures)
    assert make_plan(process, happening(2.0)).warmup == 5 * 1000.0


def test_slow_clocks_take_longer():
    base = unit()
    slow = Delay("failure", ("up",), Exponential(1000.0), base.delays[0].row, speed="rate")
    process = Process(
        "slow",
        (Automaton("unit", base.phases, base.start, (slow, base.delays[1])),),
        nodes=(
            Count("up", ((Occupancy("unit", "up"), 1),)),
            Gate("serves", "up", ">=", 1.0),
            Count("half", ((Holds("serves"), 1),), unit=0.5),
            Total("rate", (("half", 0.5),)),
        ),
        measures=(Outages("service", "serves"),),
    )
    assert make_plan(process, happening(2.0)).warmup == 5 * 4000.0


def test_the_longest_end_is_the_longest_mean_without_a_cause():
    assert make_plan(single(), happening(500.0)).longest_end == 10.0


def test_where_nothing_happens_the_plan_says_so():
    still = Process(
        "still",
        (Automaton("unit", (Phase("up"),), (("up", 1.0),)),),
        nodes=(Count("up", ((Occupancy("unit", "up"), 1),)), Gate("serves", "up", ">=", 1.0)),
        measures=(Outages("service", "serves", Label("repair", "none")),),
    )
    plan = make_plan(still, happening(float("inf")))
    assert plan.idle
    assert plan.horizon > 0.0


def test_replications_grow_up_to_a_limit():
    plan = make_plan(single(), happening(500.0))
    longer = plan.lengthened(3.0)
    assert (longer.warmup, longer.horizon) == (3.0 * plan.warmup, 3.0 * plan.horizon)
    longest = longer.lengthened(1e9)
    assert longest.events == pytest.approx(MOST_EVENTS_IN_REPLICATION)
    assert longest.batch == 1
    assert longest.lengthened(1e9) is None
    assert longer.lengthened(0.99 * LEAST_GROWTH) is None


def test_what_grows_stays_a_whole_number_of_periods():
    plan = Plan(50.0, 200.0, longest_end=1.0, rate=1.0, period=20.0)
    assert plan.scaled(0.26).horizon == 60.0
    assert plan.lengthened(4.02).horizon == 820.0


def test_longer_replications_forget_a_common_start():
    regular = (("failure of a", 100.0), ("failure of b", 100.0))
    plan = Plan(200.0, 1000.0, longest_end=1.0, rate=1.0, regular=regular)
    assert plan.in_step == ("failure of a", "failure of b")
    assert plan.lengthened(4.0).in_step == ()
