"""The models that are timed, written with ProcessBuilder.

Their words and numbers stay the same from one year to the next, so that ratios do too. Units are
seconds. Each node fails again as new after its repair; crews are first come, first served. The
exponential versions have the same means; `population` keeps exchangeable members as counts.

Each model measures ``service``: its outages and with them its unavailability; what else it
measures is said where it is built.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hasim.laws import Exponential, Fixed, Gamma, Law, Lognormal, Uniform, Weibull
from hasim.process import AutomatonBuilder, Process, ProcessBuilder, go

SECOND, MINUTE, HOUR = 1.0, 60.0, 3600.0

ZONES = (1, 2, 3)
UNIT_PHASES = ("up", "down", "dark", "restarting")


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier of b, m and r: the zone of each unit, its times, the shape of its failures."""

    name: str
    zones: tuple[int, ...]
    mtbf: float
    shape: float
    mttr: float
    required: int


TIERS = (
    Tier("lb", (1, 2), 4000 * HOUR, 1.2, 4 * HOUR, 1),
    Tier("app", (1, 1, 2, 2, 3, 3), 1500 * HOUR, 1.0, 2 * HOUR, 3),
    Tier("db", (1, 2, 3), 3000 * HOUR, 1.5, 6 * HOUR, 2),
)

#: How many of a tier model r needs.
REQUIRED_OF_DIAGRAM: Mapping[str, int] = MappingProxyType({"lb": 1, "app": 4, "db": 2})


def active_passive(*, exponential: bool = False) -> Process:
    """Model a: two nodes, one crew, detection and failover. Also measured: ``nodes-up``.

    A level-triggered reading of the text: where nobody serves, failover goes to the first node
    that is up, also one whose repair ended while detection or the other's failover still ran.
    """
    law = _choose_laws(exponential)
    builder = ProcessBuilder("active_passive")
    builder.pool("crew", 1)
    fails = law(1000 * HOUR, _weibull(1000 * HOUR, 1.3))
    repair = law(8 * HOUR, _lognormal(8 * HOUR, 0.8))
    nodes = [builder.unit(name, fails=fails, repair=repair, crew="crew") for name in "ab"]
    for node in nodes:
        builder.any_of(f"{node.name}.up", node["up"])
    _add_control(builder, law)
    builder.count("nodes", [node["up"] for node in nodes])
    builder.outages("service", "serving")
    builder.average("nodes-up", "nodes")
    return builder.build()


def three_tier(*, exponential: bool = False) -> Process:
    """Model b: three tiers in three zones that strike all inside, two crews.

    What restarts after a strike fails again as new; the repair of a zone needs no crew.
    """
    builder = ProcessBuilder("three_tier")
    builder.pool("crew", 2)
    return _build_tiers(builder, exponential=exponential, crew="crew")


def cluster(
    n_nodes: int,
    *,
    crews: int,
    required: int,
    exponential: bool = False,
    population: bool = False,
) -> Process:
    """Many nodes alike with few crews: models c and d.

    A population has no pool: the rate at which it is repaired is min(down, crews) repairs at once,
    which for exponential repairs is the same.
    """
    assert exponential or not population, "only exponential laws make a population"
    builder = ProcessBuilder("cluster")
    fails = Exponential(8760 * HOUR)
    repair = _choose_laws(exponential)(24 * HOUR, _lognormal(24 * HOUR, 0.8))
    if population:
        nodes = builder.automaton("nodes", "up", "down", count=n_nodes)
        nodes.delay("failure", "up", fails, "down")
        nodes.delay("repair", "down", repair, "up", speed="repaired-share")
        builder.count("down", nodes["down"])
        builder.constant("crews", crews)
        builder.minimum("repairs", "down", "crews")
        builder.quotient("repaired-share", "repairs", "down")
        builder.at_least("serving", required, nodes["up"])
    else:
        builder.pool("crew", crews)
        units = builder.units("node", n_nodes, fails=fails, repair=repair, crew="crew")
        builder.at_least("serving", required, [unit["up"] for unit in units])
    builder.outages("service", "serving")
    return builder.build()


def thousand(*, exponential: bool = False, population: bool = False) -> Process:
    """Model c: 1,000 nodes, 3 crews, up with 950."""
    return cluster(1000, crews=3, required=950, exponential=exponential, population=population)


def ten_thousand(*, exponential: bool = False, population: bool = False) -> Process:
    """Model d: 10,000 nodes, 50 crews, up with 9,500."""
    return cluster(10_000, crews=50, required=9500, exponential=exponential, population=population)


def big_markov(*, population: bool = False) -> Process:
    """Model m: the tiers and zones of b, exponential, each unit repaired by itself.

    As populations by tier and zone it has 57,475 states and 703,560 transitions.
    """
    builder = ProcessBuilder("big_markov")
    if population:
        return _build_counted_tiers(builder)
    return _build_tiers(builder, exponential=True, crew=None)


def block_diagram() -> Process:
    """Model r: 1 of 2 balancers, 4 of 6 applications, 2 of 3 databases, repaired independently."""
    builder = ProcessBuilder("block_diagram")
    for tier in TIERS:
        fails, repair = Exponential(tier.mtbf), Exponential(tier.mttr)
        units = builder.units(tier.name, len(tier.zones), fails=fails, repair=repair)
        builder.at_least(tier.name, REQUIRED_OF_DIAGRAM[tier.name], [unit["up"] for unit in units])
    return _finish_tiers(builder)


MODELS: Mapping[str, Callable[[], Process]] = MappingProxyType(
    {
        "active_passive": active_passive,
        "three_tier": three_tier,
        "thousand": thousand,
        "ten_thousand": ten_thousand,
        "active_passive.exponential": lambda: active_passive(exponential=True),
        "three_tier.exponential": lambda: three_tier(exponential=True),
        "thousand.exponential": lambda: thousand(exponential=True),
        "ten_thousand.exponential": lambda: ten_thousand(exponential=True),
        "thousand.population": lambda: thousand(exponential=True, population=True),
        "ten_thousand.population": lambda: ten_thousand(exponential=True, population=True),
        "big_markov": big_markov,
        "big_markov.population": lambda: big_markov(population=True),
        "block_diagram": block_diagram,
    }
)


LawChoice = Callable[[float, Law], Law]


def _choose_laws(exponential: bool) -> LawChoice:
    """What to make of a mean and a law with that mean: the exponential law of the mean, or it."""
    if exponential:
        return lambda mean, shaped: Exponential(mean)
    return lambda mean, shaped: shaped


def _weibull(mean: float, shape: float) -> Law:
    return Exponential(mean) if shape == 1 else Weibull.from_shape_mean(shape, mean)


def _lognormal(mean: float, sigma: float) -> Law:
    return Lognormal(math.log(mean) - sigma * sigma / 2, sigma)


def _add_control(builder: ProcessBuilder, law: LawChoice) -> None:
    """The failover of a; ``none`` means that nobody serves and no failover runs."""
    detection = law(30 * SECOND, Fixed(30 * SECOND))
    failover = law(3 * MINUTE, Uniform(1 * MINUTE, 5 * MINUTE))
    phases = ("a-serves", "a-lost", "to-b", "b-serves", "b-lost", "to-a", "none")
    control = builder.automaton("control", *phases)
    for serving, other in ("ab", "ba"):
        found = go(f"to-{other}", when=f"{other}.up")
        not_found = go("none", unless=f"{other}.up")
        control.immediate(f"{serving}-serves", go(f"{serving}-lost", unless=f"{serving}.up"))
        control.delay(f"detect-{serving}", f"{serving}-lost", detection, found, not_found)
        control.immediate(f"to-{other}", not_found)
        control.delay(f"failover-{other}", f"to-{other}", failover, f"{other}-serves")
    control.immediate("none", go("to-a", when="a.up"), go("to-b", when="b.up", unless="a.up"))
    builder.any_of("serving", control["a-serves"], control["b-serves"])


def _build_tiers(builder: ProcessBuilder, *, exponential: bool, crew: str | None) -> Process:
    """The tiers of b, one automaton for each unit."""
    law = _choose_laws(exponential)
    restart = law(10 * MINUTE, Uniform(5 * MINUTE, 15 * MINUTE))
    for zone in ZONES:
        _add_zone(builder, zone, law)
    for tier in TIERS:
        fails = law(tier.mtbf, _weibull(tier.mtbf, tier.shape))
        repair = law(tier.mttr, _lognormal(tier.mttr, 1.0))
        units = []
        for number, zone in enumerate(tier.zones, start=1):
            unit = builder.automaton(f"{tier.name}.{number}", *UNIT_PHASES)
            if crew is not None:
                unit.needs("down", crew)
            _add_life(unit, zone, fails=fails, repair=repair, restart=restart)
            units.append(unit)
        builder.at_least(tier.name, tier.required, [unit["up"] for unit in units])
    return _finish_tiers(builder)


def _build_counted_tiers(builder: ProcessBuilder) -> Process:
    """The tiers of m, one population for each tier and zone."""
    for zone in ZONES:
        _add_zone(builder, zone, _choose_laws(exponential=True))
    restart = Exponential(10 * MINUTE)
    for tier in TIERS:
        fails, repair = Exponential(tier.mtbf), Exponential(tier.mttr)
        members = []
        for zone in sorted(set(tier.zones)):
            name, count = f"{tier.name}.zone.{zone}", tier.zones.count(zone)
            some = builder.automaton(name, *UNIT_PHASES, count=count)
            _add_life(some, zone, fails=fails, repair=repair, restart=restart)
            members.append(some)
        builder.at_least(tier.name, tier.required, [some["up"] for some in members])
    return _finish_tiers(builder)


def _finish_tiers(builder: ProcessBuilder) -> Process:
    builder.all_of("serving", *(tier.name for tier in TIERS))
    builder.outages("service", "serving")
    return builder.build()


def _add_zone(builder: ProcessBuilder, zone: int, law: LawChoice) -> None:
    """A zone that is down from its strike to its repair, and the signals that say so."""
    strike = builder.signal(f"zone.{zone}.strike")
    restore = builder.signal(f"zone.{zone}.restore")
    repair = law(2 * HOUR, Gamma.from_shape_mean(2.5, 2 * HOUR))
    automaton = builder.automaton(f"zone.{zone}", "up", "down")
    automaton.delay("strike", "up", Exponential(4380 * HOUR), go("down", emits=strike))
    automaton.delay("repair", "down", repair, go("up", emits=restore))


def _add_life(unit: AutomatonBuilder, zone: int, *, fails: Law, repair: Law, restart: Law) -> None:
    """Failure, repair, and what a strike does: all go dark at once and restart when it is over."""
    unit.delay("failure", "up", fails, "down")
    unit.delay("repair", "down", repair, "up")
    unit.delay("restart", "restarting", restart, "up")
    unit.on(f"zone.{zone}.strike", ("up", "down", "restarting"), "dark")
    unit.on(f"zone.{zone}.restore", "dark", "restarting")
