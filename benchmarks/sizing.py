"""How many designs a search decides in a second, and how few it has to solve.

`planner.designs_per_s`: all designs of models/shop_options.yaml over the time by the clock that
`size` takes on the processors of this machine, from the space that was read to the whole answer
with alternatives, excuses and the next nine. Kernels are compiled before. A design is decided when
it is taken, ruled out with an excuse, or dearer than what was taken.

`planner.evaluated_share`: of the designs of models/shop_options_large.yaml the share that had to be
solved, put together from parts or by themselves, until the answer was found.

`planner.same_optimum`: in how many of ten spaces (spaces.py) `size` finds the same cost as solving
every single design does.
"""

from __future__ import annotations

import math
import time
from pathlib import Path

from benchmarks.spaces import NAMES, read_space_of, try_all
from hasim.description.document import load_space
from hasim.planner.sizing.answer import Sizing
from hasim.planner.sizing.optimum import size

YEAR = 365 * 86_400.0

_MODELS = Path(__file__).parent.parent / "models"
_SMALL = ("availability=99.95%", "headroom_after_loss=0%")
_LARGE = ("availability=99.95%", "p95_outage=10min")


def measure_sizing() -> dict[str, float]:
    """The figures with a target, and those behind them."""
    size(load_space(_MODELS / "shop_options.yaml"), ["availability=99%"], max_time=300.0)
    small, seconds = _time("shop_options.yaml", _SMALL)
    large, seconds_large = _time("shop_options_large.yaml", _LARGE)
    return {
        "planner.designs_per_s": small.effort.decided / seconds,
        "planner.evaluated_share": large.effort.evaluated / large.effort.designs,
        "planner.size_s": seconds,
        "planner.size_large_s": seconds_large,
        "planner.parts_of_large": float(large.effort.parts),
        "planner.same_optimum": float(sum(map(_is_same, NAMES))),
    }


def _is_same(name: str) -> bool:
    space, targets = read_space_of(name)
    sizing = size(space, targets)
    least = try_all(space).cheapest(targets) * (1.0 if sizing.unit == "replicas" else YEAR)
    return sizing.pick is not None and math.isclose(sizing.pick.cost, least, rel_tol=1e-9)


def _time(model: str, targets: tuple[str, ...]) -> tuple[Sizing, float]:
    space = load_space(_MODELS / model)
    started = time.perf_counter()
    sizing = size(space, targets, max_time=600.0)
    seconds = time.perf_counter() - started
    assert sizing.code == "found", f"{model}: {sizing.text}"
    return sizing, seconds
