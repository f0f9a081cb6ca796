"""The state space against Monte Carlo, for what no other oracle knows: stages, order, chance."""

import numpy as np
import pytest

from hasim.engines import montecarlo
from hasim.engines.exact.statespace import explore
from hasim.engines.record import MeasureColumns
from hasim.laws import Erlang, Exponential, Hyperexponential
from hasim.process import Average, Gate, Outages, Phase, Pool, Rate, Reaction, Share, Signal
from tests.engines.exact.chains import long_run_of_many
from tests.engines.hand_made import after, automaton, fork, number_in, process, to

N_BATCHES, HORIZON = 100, 4000.0


def machine(name, place):
    """It wears out in stages that it keeps, is repaired by priority and hit by sparks."""
    return automaton(
        name,
        after(Erlang(3, 12.0), "up", to("down", emits=("spark",)), "wear", memory="resume"),
        after(Hyperexponential((0.7, 0.3), (1.0, 6.0)), "down", to("up", resets=("wear",)), "fix"),
        after(Erlang(2, 1.0), "hit", "up", "recover"),
        after(Exponential(15.0), "up", "idle", "pause"),
        after(Exponential(3.0), "idle", "up", "go on"),
        phases=("up", Phase("down", "crew", place), Phase("hit", "crew", 2), "idle"),
        reactions=[
            Reaction("spark", "up", fork(("hit", 1.0), ("down", 2.0))),
            Reaction("spark", "idle", to("up")),
        ],
    )


POOLS = {
    "fifo": Pool("crew", 1),
    "priority": Pool("crew", 1, "priority"),
    "preempting": Pool("crew", 1, "priority", preempts=True),
    "sized by a level": Pool("crew", "hands", "priority", preempts=True),
}


def workshop(choose, pool):
    machines = [machine(f"m{place}", place) for place in range(3)]
    nodes = [
        number_in("up", "up", *(one.name for one in machines)),
        Gate("works", "up", ">=", 2),
        number_in("hands", "up", *(one.name for one in machines), constant=2, unit=0.5),
    ]
    return process(
        *machines,
        nodes=nodes,
        pools=[pool],
        signals=[Signal("spark", tuple(one.name for one in machines), 1, choose)],
        measures=[
            Share("works", "works"),
            Average("up", "up"),
            Rate("fixes", tuple((one.name, "fix") for one in machines)),
            Outages("outages", "works"),
        ],
    )


@pytest.mark.normal
@pytest.mark.parametrize("choose", ["random", "longest", "order"])
@pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)
def test_a_workshop(choose, pool):
    made = workshop(choose, pool)
    space = explore(made)
    p = long_run_of_many(space)
    works = space.value("works")
    falls = (works[space.source] > 0) & (works[space.target] == 0)
    flow = p[space.source] * space.rate
    expected = {
        "works": p @ works,
        "up": p @ space.value("up"),
        "fixes": flow @ np.isin(space.delay, [1, 6, 11]),
        "outages begun": flow @ falls,
    }
    rows, _, _ = montecarlo.simulate(
        made, seed=7, replications=range(N_BATCHES), warmup=200.0, horizon=HORIZON
    )
    names = MeasureColumns.of(made).names
    for name, value in expected.items():
        found = rows[:, names.index(name)] / HORIZON
        error = found.std(ddof=1) / np.sqrt(N_BATCHES)
        assert error < 0.01 * value
        assert abs(found.mean() - value) < 4 * error, name
