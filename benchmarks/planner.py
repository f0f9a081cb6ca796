"""What pairing saves, and how often a ranking is wrong.

`planner.paired_gain`: shop.yaml and the same with an mtbf of the database that is 10 % longer, both
by Monte Carlo, are told apart when the interval of their difference no longer holds 0. The number
of replications that takes is proportional to the variance of a replication's difference, so the
ratio of CPU times is (variance unpaired x cost unpaired) / (variance paired x cost paired), both
over the same windows. The unpaired variance is the sum of those of the two; the unpaired cost is
that of two plain simulations (streams without keys), the paired that of the two with keyed streams,
so what keys cost is counted.

`planner.wrong_rankings`: 200 comparisons, each with another seed, of three candidates that are down
for 1 %, 1.1 % and 1.21 % of the time, promised to be right with 95 %. A comparison is wrong if any
statement about a pair is not the order that is known; 10 % are what must not be called alike.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.timing import time_least
from hasim import compiler
from hasim.description import draft_of, read_model, resolve, with_settings
from hasim.engines.keys import keys_of, shortest_means
from hasim.engines.montecarlo import Simulator
from hasim.planner.comparison import compare
from hasim.solving.first_epochs import begin_at_once
from hasim.solving.together import solve_together
from hasim.system import System

_SHOP = Path(__file__).parent.parent / "models" / "shop.yaml"
_LONGER = ("components.db.failures.crash.after", "99 d")
YEAR = 365 * 86_400.0

#: Years of a timed run, and comparisons that are judged.
YEARS, COMPARISONS = 2000, 200


def measure_planner() -> dict[str, float]:
    """The figures with a target, and those behind them."""
    return measure_paired_gain() | {"planner.wrong_rankings": measure_wrong_rankings()}


def measure_paired_gain() -> dict[str, float]:
    """How many times the CPU time two plain simulations take until two shops are told apart."""
    draft = read_model(_SHOP)
    shops = [resolve(draft), resolve(with_settings(draft, [_LONGER]))]
    together = solve_together(shops, precision=0.05, seed=1, max_time=120.0)
    downtime = together.samples["checkout"].downtime
    apart = float(downtime.var(axis=1, ddof=1).sum())
    paired = float((downtime[1] - downtime[0]).var(ddof=1))
    plain, keyed = _time_plain(shops), _time_keyed(shops)
    return {
        "planner.paired_gain": apart * plain / (paired * keyed),
        "planner.variance_ratio": apart / paired,
        "planner.cost_of_keys": keyed / plain,
    }


def measure_wrong_rankings(comparisons: int = COMPARISONS) -> float:
    """The share of comparisons with a wrong statement about any pair."""
    candidates = {name: _single(u) for name, u in (("a", 0.01), ("b", 0.011), ("c", 0.0121))}
    wrong = 0
    for seed in range(1, comparisons + 1):
        told = compare(candidates, engine="montecarlo", seed=seed, max_time=60.0)
        wrong += set(told.contests["service"].verdicts.values()) != {"better"}
    return wrong / comparisons


def _single(unavailability: float) -> System:
    """One replica that is repaired in an hour on average."""
    hours = (1.0 - unavailability) / unavailability
    component = {"mtbf": f"{hours!r} h", "mttr": "1 h"}
    return resolve(draft_of({"name": "single", "components": {"web": component}}))


def _time_plain(shops: list[System]) -> float:
    return _time([Simulator.of(begin_at_once(compiler.compile(shop))) for shop in shops])


def _time_keyed(shops: list[System]) -> float:
    processes = [begin_at_once(compiler.compile(shop)) for shop in shops]
    means = shortest_means(processes)
    return _time([Simulator.of(one, keys=keys_of(one, means)) for one in processes])


def _time(simulators: list[Simulator]) -> float:
    """Seconds of CPU time of a run of each."""

    def run() -> None:
        for simulator in simulators:
            rows, _ = simulator.run(seed=1, replications=range(1), warmup=0.0, horizon=YEARS * YEAR)
            assert np.isfinite(rows).all()

    run()
    return time_least(run, 3)
