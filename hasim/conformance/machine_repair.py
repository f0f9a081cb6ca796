"""The textbook's machine repair: exchangeable units, some of which must work, and few crews.

Theory of operation: the units are a population. The crews are no pool, which a population cannot
wait for, but the speed at which a repair advances: min(down, crews) / down.
"""

from __future__ import annotations

from hasim.laws import Exponential
from hasim.process import Process, ProcessBuilder


def repair_machines(
    units: int, required: int, *, life: float, repair: float, crews: int, stops: bool = False
) -> Process:
    """Make the Process, with the gates ``works`` and ``failed``.

    Parameters
    ----------
    units, required : int
    life, repair : float
        Mean seconds of one unit.
    crews : int
        Repairs that go on at once.
    stops : bool
        Whether units do not fail while fewer than required are up.
    """
    builder = ProcessBuilder(f"{required} of {units}")
    machines = builder.automaton("machines", "up", "down", count=units)
    speed = "running" if stops else None
    machines.delay("failure", "up", Exponential(life), "down", speed=speed)
    machines.delay("repair", "down", Exponential(repair), "up", speed="share-in-repair")
    builder.count("down", machines["down"])
    builder.constant("crews", crews)
    builder.minimum("in-repair", "down", "crews")
    builder.quotient("share-in-repair", "in-repair", "down")
    builder.at_least("works", required, machines["up"])
    builder.count("running", "works")
    builder.none_of("failed", "works")
    return builder.build()
