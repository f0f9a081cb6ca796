"""Five systems whose unavailability, outage rate and mean outage are known exactly.

Hours throughout; engines get seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hasim.laws import Exponential, Law, Lognormal, Weibull
from hasim.process import (
    Alternative,
    Automaton,
    Count,
    Delay,
    Gate,
    Label,
    Occupancy,
    Outages,
    Phase,
    Pool,
    Process,
    Row,
)

HOUR = 3600.0


@dataclass(frozen=True)
class Known:
    """A Process with one measure, `service`, and the true figures (per hour, hours)."""

    process: Process
    unavailability: float
    rate: float

    @property
    def mean(self) -> float:
        return self.unavailability / self.rate


def k_of_n(name: str, n: int, k: int, laws: tuple[Law, Law], crew: int | None = None) -> Process:
    """N equal units of which k are needed; `laws` are of life and repair, in seconds."""
    life, repair = laws
    phases = (Phase("up"), Phase("repair", pool=None if crew is None else "crew"))
    units = tuple(
        Automaton(
            f"unit.{i + 1}",
            phases,
            (("up", 1.0),),
            (
                Delay("failure", ("up",), life, to("repair"), cause="unit.failure"),
                Delay("repair", ("repair",), repair, to("up")),
            ),
        )
        for i in range(n)
    )
    return Process(
        name,
        units,
        nodes=(
            Count("units up", tuple((Occupancy(unit.name, "up"), 1) for unit in units)),
            Gate("service serves", "units up", ">=", float(k)),
        ),
        pools=() if crew is None else (Pool("crew", crew),),
        measures=(Outages("service", "service serves", Label("repair", "unit.failure")),),
    )


def to(phase: str) -> Row:
    return Row((Alternative(phase),))


def independent(name: str, n: int, k: int, laws: tuple[Law, Law]) -> Known:
    """Alternating renewal units: U is binomial, and an outage begins when the k-th of k fails."""
    life, repair = (law.mean / HOUR for law in laws)
    a = life / (life + repair)
    u = sum(math.comb(n, i) * a**i * (1 - a) ** (n - i) for i in range(k))
    rate = n * math.comb(n - 1, k - 1) * a ** (k - 1) * (1 - a) ** (n - k) / (life + repair)
    return Known(k_of_n(name, n, k, laws), u, rate)


def one_crew(name: str, n: int, k: int, failure: float, repair: float) -> Known:
    """Birth and death by number failed (truth/cases.yaml A07, r = 1); rates per hour."""
    weights = [1.0]
    for failed in range(n):
        weights.append(weights[-1] * (n - failed) * failure / repair)
    share = [weight / sum(weights) for weight in weights]
    u = sum(share[n - k + 1 :])
    laws = (Exponential(HOUR / failure), Exponential(HOUR / repair))
    return Known(k_of_n(name, n, k, laws, crew=1), u, share[n - k] * k * failure)


def duplex(
    name: str, *, failure: float, repair: float, switch: float, boot: float, c: float
) -> Known:
    """Two nodes, failover that works with probability c, reboot otherwise (cases.yaml A06)."""
    weights = {
        "2": 1.0,
        "1": 2 * failure / repair,
        "failover": 2 * failure * c / switch,
        "reboot": 2 * failure * (1 - c) / boot,
        "0": 2 * failure**2 / repair**2,
    }
    share = {phase: weight / sum(weights.values()) for phase, weight in weights.items()}
    u = share["failover"] + share["reboot"] + share["0"]
    covered = Row((Alternative("failover", weight=c), Alternative("reboot", weight=1 - c)))
    delays = (
        Delay("first", ("2",), Exponential(HOUR / (2 * failure)), covered, cause="node"),
        Delay("switch", ("failover",), Exponential(HOUR / switch), to("1")),
        Delay("boot", ("reboot",), Exponential(HOUR / boot), to("1")),
        Delay("second", ("1",), Exponential(HOUR / failure), to("0"), cause="node"),
        Delay("repair", ("1",), Exponential(HOUR / repair), to("2")),
        Delay("last", ("0",), Exponential(HOUR / repair), to("1")),
    )
    cluster = Automaton("cluster", tuple(Phase(phase) for phase in weights), (("2", 1.0),), delays)
    up = Count("nodes serve", ((Occupancy("cluster", "2"), 1), (Occupancy("cluster", "1"), 1)))
    process = Process(
        name,
        (cluster,),
        nodes=(up, Gate("service serves", "nodes serve", ">=", 1.0)),
        measures=(Outages("service", "service serves", Label("repair", "node")),),
    )
    return Known(process, u, share["2"] * 2 * failure + share["1"] * failure)


def exponential(life: float, repair: float) -> tuple[Law, Law]:
    return Exponential(life * HOUR), Exponential(repair * HOUR)


def weibull(shape: float, mean: float) -> Law:
    return Weibull(shape, mean * HOUR / math.gamma(1 + 1 / shape))


def lognormal(mean: float, cv: float) -> Law:
    variance = math.log1p(cv * cv)
    return Lognormal(math.log(mean * HOUR) - variance / 2, math.sqrt(variance))


PAIR = independent("pair", 2, 1, exponential(1000, 10))
TWO_OF_THREE = independent("two of three", 3, 2, (weibull(1.5, 1000), lognormal(10, 2)))
ONE_CREW = one_crew("one crew", 5, 3, failure=0.004, repair=0.1)
DUPLEX = duplex("duplex", failure=1 / 600, repair=1.0, switch=60.0, boot=4.0, c=0.9)
RARE_PAIR = independent("rare pair", 2, 1, exponential(32_000, 10))
