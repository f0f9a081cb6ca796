"""What several systems have in common draws the same numbers."""

import dataclasses

import numpy as np
from scipy import stats

from hasim.engines import montecarlo
from hasim.engines.kernels import codes, draws
from hasim.engines.keys import keys_of, rows_of, shortest_means
from hasim.engines.record import DELAY
from hasim.laws import Exponential, Fixed, Weibull
from hasim.process import Gate, Outages, Phase, Pool
from tests.engines.hand_made import after, automaton, number_in, process

WINDOW = {"warmup": 0.0, "horizon": 50_000.0}


SHORT = Fixed(20.0)


def unit(name, fail, repair=SHORT, pool=None):
    return automaton(
        name,
        after(fail, "up", "down", "fail", cause=f"{name} fails"),
        after(repair, "down", "up", "repair"),
        phases=("up", Phase("down", pool) if pool else "down"),
    )


def system(*units, pools=()):
    names = [one.name for one in units]
    nodes = [number_in("n", "up", *names), Gate("serves", "n", ">=", 1)]
    return process(*units, nodes=nodes, pools=pools, measures=[Outages("out", "serves")])


def failures(made, means, name, replication=0):
    """The moments at which an automaton failed."""
    keys = keys_of(made, means)
    _, _, logs = montecarlo.simulate(
        made,
        seed=5,
        replications=range(replication, replication + 1),
        log=True,
        keys=keys,
        **WINDOW,
    )
    index = [a.name for a in made.automata].index(name)
    return [
        entry.time
        for entry in logs[0].entries()
        if entry.kind == DELAY and entry.automaton == index and entry.phase == 1
    ]


def test_rows_are_numbered_as_the_kernel_does():
    made = system(unit("a", Exponential(300.0)), unit("b", Exponential(500.0)))
    assert rows_of(made) == [
        ("delay", "a", "fail"),
        ("delay", "a", "repair"),
        ("delay", "b", "fail"),
        ("delay", "b", "repair"),
    ]


def test_a_component_fails_at_the_same_moments_in_two_systems():
    alone = system(unit("a", Exponential(300.0)))
    beside = system(unit("x", Weibull(1.5, 90.0)), unit("a", Exponential(300.0)))
    means = shortest_means([alone, beside])
    ours, theirs = failures(alone, means, "a"), failures(beside, means, "a")
    assert len(ours) > 100
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    assert failures(alone, means, "a", replication=1) != ours


def test_a_repair_that_takes_longer_does_not_shift_later_failures():
    quick = system(unit("a", Exponential(300.0), Fixed(1.0)))
    slow = system(unit("a", Exponential(300.0), Fixed(100.0)))
    means = shortest_means([quick, slow])
    ours, theirs = failures(quick, means, "a"), failures(slow, means, "a")
    assert len(theirs) < len(ours)
    assert all(np.isclose(ours, one, rtol=1e-12).any() for one in theirs)


def test_what_fails_more_seldom_fails_at_some_of_the_moments():
    often, seldom = system(unit("a", Exponential(300.0))), system(unit("a", Exponential(400.0)))
    means = shortest_means([often, seldom])
    ours, theirs = failures(often, means, "a"), failures(seldom, means, "a")
    found = [one for one in theirs if np.isclose(ours, one, rtol=1e-12).any()]
    assert len(found) > 0.9 * len(theirs)  # the others fell into repairs of the first
    assert 0.5 < len(theirs) / len(ours) < 0.95


def test_other_laws_draw_alike_where_the_same_happens_within_hours():
    one = system(unit("a", Exponential(3e5), Weibull(2.0, 20.0)))
    other = system(unit("a", Exponential(3e5), Weibull(2.0, 40.0)))
    window = {"warmup": 0.0, "horizon": 3e7}
    totals = []
    for made in (one, other):
        keys = keys_of(made, shortest_means([one, other]))
        rows, _, _ = montecarlo.simulate(made, seed=1, replications=range(30), keys=keys, **window)
        totals.append(rows[:, 3])
    assert np.corrcoef(totals)[0, 1] > 0.99


def test_times_to_points_are_exponential_whatever_the_share_of_points_and_the_moment():
    made = system(unit("a", Exponential(250.0)))
    keys = keys_of(made, {("a", "fail"): 100.0})
    stream = draws.new_stream(0, 0)
    works = []
    for replication in range(4000):
        draws.start_keys(keys, np.uint64(3), np.uint64(replication))
        now = 77.7 * (replication % 13)
        works.append(draws.draw_work(stream, keys, 0, now, codes.EXPONENTIAL, np.array([250.0]), 0))
    assert stats.kstest(works, "expon", (0.0, 250.0)).pvalue > 1e-3


def test_times_between_points_are_exponential_and_do_not_depend_on_each_other():
    made = system(unit("a", Exponential(100.0), Fixed(1e-9)))
    moments = failures(made, shortest_means([made]), "a")
    gaps = np.diff(moments)
    assert stats.kstest(gaps, "expon", (0.0, 100.0)).pvalue > 1e-3
    assert abs(np.corrcoef(gaps[1:], gaps[:-1])[0, 1]) < 4.0 / len(gaps) ** 0.5


def test_a_delay_with_a_speed_has_no_points():
    made = system(unit("a", Exponential(300.0)))
    (a,) = made.automata
    paced = dataclasses.replace(a.delays[0], speed="n")
    made = dataclasses.replace(
        made, automata=(dataclasses.replace(a, delays=(paced, a.delays[1])),)
    )
    assert shortest_means([made]) == {}


def test_a_crew_in_one_system_leaves_the_failures_of_the_other_as_they_are():
    free = system(*(unit(n, Exponential(300.0)) for n in "ab"))
    busy = system(
        *(unit(n, Exponential(300.0), pool="crew") for n in "ab"), pools=[Pool("crew", 1)]
    )
    means = shortest_means([free, busy])
    ours, theirs = failures(free, means, "b"), failures(busy, means, "b")
    same = [one for one in theirs if np.isclose(ours, one, rtol=1e-12).any()]
    assert len(same) > 0.95 * len(theirs)
