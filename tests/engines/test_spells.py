"""When outages begin and end."""

import math

import numpy as np
import pytest

from hasim.engines.ancestry import part_process
from hasim.engines.keys import keys_of, shortest_means
from hasim.engines.montecarlo import Simulator
from hasim.errors import SolveError
from hasim.laws import Exponential
from hasim.process import Alternative, Count, Gate, Outages, Row
from tests.engines.hand_made import after, automaton, number_in, process


def keyed(*units, gates):
    """A simulator of some units, with an outage measure for each gate."""
    names = [unit.name for unit in units]
    nodes = [number_in("n", "up", *names)]
    nodes += [Gate(name, "n", ">=", need) for name, need in gates.items()]
    made = process(*units, nodes=nodes, measures=[Outages(f"{name} out", name) for name in gates])
    return Simulator.of(made, keys=keys_of(made, shortest_means([made])))


def clock(up, down):
    return automaton("unit", after(up, "up", "down"), after(down, "down", "up"))


def test_outages_have_their_begin_and_end_unclipped_and_one_that_goes_on_none():
    simulator = keyed(clock(10.0, 5.0), gates={"serves": 1})
    spells = simulator.spells(seed=1, replications=range(2), warmup=12.0, horizon=30.0)
    np.testing.assert_array_equal(spells.begin, [10.0, 25.0, 40.0] * 2)
    np.testing.assert_array_equal(spells.end, [15.0, 30.0, math.inf] * 2)
    np.testing.assert_array_equal(spells.first, [0, 3, 6])


def test_what_begins_as_the_window_ends_is_not_seen_and_what_ends_then_is_open():
    simulator = keyed(clock(10.0, 5.0), gates={"serves": 1})
    options = {"seed": 1, "replications": range(1), "warmup": 0.0}
    assert len(simulator.spells(**options, horizon=10.0).begin) == 0
    assert simulator.spells(**options, horizon=15.0).end.tolist() == [math.inf]


def test_what_is_down_from_the_start_begins_then():
    simulator = keyed(clock(10.0, 5.0), gates={"never": 2})
    spells = simulator.spells(seed=1, replications=range(1), warmup=20.0, horizon=10.0)
    assert (spells.begin.tolist(), spells.end.tolist()) == ([0.0], [math.inf])


def test_a_measure_is_asked_for_by_its_name():
    units = [
        automaton(name, after(Exponential(mean), "up", "down"), after(1.0, "down", "up"))
        for name, mean in (("a", 9.0), ("b", 7.0))
    ]
    simulator = keyed(*units, gates={"one": 1, "both": 2})
    options = {"seed": 1, "replications": range(3), "warmup": 5.0, "horizon": 500.0}
    rows, _ = simulator.run(**options)
    for name in ("one out", "both out"):
        spells = simulator.spells(measure=name, **options)
        begun = np.add.reduceat(spells.begin >= 5.0, spells.first[:-1])
        np.testing.assert_array_equal(begun, rows[:, simulator.columns.outages[name].begun])


def test_more_outages_than_there_is_room_for_at_first_are_the_same():
    unit = automaton("unit", after(Exponential(1.0), "up", "down"), after(0.1, "down", "up"))
    simulator = keyed(unit, gates={"serves": 1})
    options = {"seed": 1, "warmup": 0.0, "horizon": 9000.0}
    spells = simulator.spells(replications=range(5, 12), **options)
    assert len(spells.begin) > 3 << 14
    for place in range(7):
        one = simulator.spells(replications=range(5 + place, 6 + place), **options)
        those = slice(*spells.first[place : place + 2])
        np.testing.assert_array_equal(spells.begin[those], one.begin)
        np.testing.assert_array_equal(spells.end[those], one.end)


def test_a_model_that_misbehaves_is_told():
    stuck = Row((Alternative("down", guard="never"),))
    unit = automaton("unit", after(1.0, "up", stuck, "fail"), phases=("up", "down"))
    simulator = keyed(unit, gates={"never": 2})
    with pytest.raises(SolveError, match="no alternative is eligible"):
        simulator.spells(seed=1, replications=range(1), warmup=0.0, horizon=10.0)


@pytest.mark.parametrize(("need", "begin"), [(1, []), (2, [0.0])])
def test_a_part_that_depends_on_nothing_is_always_up_or_always_down(need, begin):
    nodes = [Count("one", (), constant=1), Gate("serves", "one", ">=", need)]
    part = part_process(process(clock(10.0, 5.0), nodes=nodes), ["serves"], "part")
    simulator = Simulator.of(part, keys=keys_of(part, {}))
    spells = simulator.spells(seed=1, replications=range(1), warmup=5.0, horizon=10.0)
    assert spells.begin.tolist() == begin
