"""Random pairs, quorums and crews whose laws have memory, for the bands of the engine matched.

Each is made from a number: the same number, the same model. Mean life over mean repair is between
10 and 10,000 (up to 300 where an outage takes three failures, lest a simulation see none).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from hasim.laws import Exponential, Fixed, Gamma, Law, Lognormal, Uniform, Weibull
from hasim.process import AutomatonBuilder, Process, ProcessBuilder, go

HOUR = 3600.0
REPAIR = 8 * HOUR


def random_model(number: int) -> Process:
    """Return the model of a number."""
    rng = np.random.default_rng(number)
    kind = ("pair", "quorum", "crew")[number % 3]
    made = {"pair": _pair, "quorum": _quorum, "crew": _crew}[kind](rng)
    return replace(made, name=f"{kind} {number}")


def _pair(rng: np.random.Generator) -> Process:
    """Active and standby, one repairer, detection and failover of any law."""
    builder = ProcessBuilder("pair")
    builder.pool("crew", 1)
    fails, repair = _laws(rng, 4.0)
    for name in "ab":
        node = builder.unit(name, fails=fails, repair=repair, crew="crew")
        builder.any_of(f"{name}.up", node["up"])
    detection = Fixed(REPAIR * 10 ** rng.uniform(-3, -1))
    _add_control(builder, detection, _timer(rng, REPAIR * 10 ** rng.uniform(-3, -1)))
    builder.outages("service", "serving")
    return builder.build()


def _add_control(builder: ProcessBuilder, detection: Law, failover: Law) -> None:
    phases = ("a-serves", "a-lost", "to-b", "b-serves", "b-lost", "to-a", "none")
    control: AutomatonBuilder = builder.automaton("control", *phases)
    for serving, other in ("ab", "ba"):
        found = go(f"to-{other}", when=f"{other}.up")
        not_found = go("none", unless=f"{other}.up")
        control.immediate(f"{serving}-serves", go(f"{serving}-lost", unless=f"{serving}.up"))
        control.delay(f"detect-{serving}", f"{serving}-lost", detection, found, not_found)
        control.immediate(f"to-{other}", not_found)
        control.delay(f"failover-{other}", f"to-{other}", failover, f"{other}-serves")
    control.immediate("none", go("to-a", when="a.up"), go("to-b", when="b.up", unless="a.up"))
    builder.any_of("serving", control["a-serves"], control["b-serves"])


def _quorum(rng: np.random.Generator) -> Process:
    """Three or five equal members, a majority of which is needed, and one or two repairers."""
    members = int(rng.choice([3, 5]))
    laws = _laws(rng, 4.0 if members == 3 else math.log10(300))
    return _group(members, members // 2 + 1, [laws] * members, int(rng.integers(1, 3)))


def _crew(rng: np.random.Generator) -> Process:
    """Two to four different units, all but one of which are needed, and one repairer."""
    units = int(rng.integers(2, 5))
    return _group(units, units - 1, [_laws(rng, 4.0) for _ in range(units)], 1)


def _group(n: int, needed: int, laws: list[tuple[Law, Law]], crew: int) -> Process:
    builder = ProcessBuilder("group")
    builder.pool("crew", crew)
    units = [
        builder.unit(f"unit.{i + 1}", fails=fails, repair=repair, crew="crew")
        for i, (fails, repair) in enumerate(laws)
    ]
    builder.at_least("serving", needed, [unit["up"] for unit in units])
    builder.outages("service", "serving")
    return builder.build()


def _laws(rng: np.random.Generator, most: float) -> tuple[Law, Law]:
    """Life and repair of a unit; the life is up to 10 ** most times as long."""
    repair = REPAIR * 10 ** rng.uniform(-0.3, 0.3)
    return _life(rng, repair * 10 ** rng.uniform(1.0, most)), _timer(rng, repair)


def _life(rng: np.random.Generator, mean: float) -> Law:
    shape = rng.uniform(0.7, 3.0)
    match rng.integers(4):
        case 0:
            return Exponential(mean)
        case 1:
            return Weibull.from_shape_mean(shape, mean)
        case 2:
            return Gamma(shape=shape, scale=mean / shape)
        case _:
            return _lognormal(mean, rng.uniform(0.5, 1.5))


def _timer(rng: np.random.Generator, mean: float) -> Law:
    shape = rng.uniform(0.7, 3.0)
    match rng.integers(5):
        case 0:
            return Fixed(mean)
        case 1:
            return Uniform(0.4 * mean, 1.6 * mean)
        case 2:
            return Weibull.from_shape_mean(shape, mean)
        case 3:
            return Gamma(shape=shape, scale=mean / shape)
        case _:
            return _lognormal(mean, rng.uniform(0.5, 1.5))


def _lognormal(mean: float, sigma: float) -> Law:
    return Lognormal(mu=math.log(mean) - sigma**2 / 2, sigma=sigma)
