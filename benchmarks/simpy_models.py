"""The benchmark models by hand in SimPy: one process a component, no polling, drawing in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import simpy

HOUR = 3600.0
_BLOCK = 4096

Draw = Callable[[], float]


def blocks(sample: Callable[[int], np.ndarray]) -> Draw:
    """Return a function that hands out numbers drawn in blocks."""

    def endless() -> Iterator[float]:
        while True:
            yield from sample(_BLOCK).tolist()

    return endless().__next__


def _weibull(rng: np.random.Generator, shape: float, mean: float) -> Draw:
    from math import gamma

    scale = mean / gamma(1.0 + 1.0 / shape)
    return blocks(lambda n: scale * rng.weibull(shape, n))


def _lognormal(rng: np.random.Generator, mean: float, sigma: float) -> Draw:
    return blocks(lambda n: rng.lognormal(np.log(mean) - sigma * sigma / 2, sigma, n))


def _exponential(rng: np.random.Generator, mean: float) -> Draw:
    return blocks(lambda n: rng.exponential(mean, n))


class Tally:
    """Events, and the time and number of outages of one service."""

    def __init__(self, env: simpy.Environment, missing: int) -> None:
        self.env, self.missing = env, missing
        self.events = 0
        self.outages, self.downtime, self.since = 0, 0.0, 0.0

    def change(self, lost: int) -> None:
        """Count an event after which `lost` more (or fewer) are missing."""
        before, self.missing = self.missing, self.missing + lost
        if before <= 0 < self.missing:
            self.outages += 1
            self.since = self.env.now
        elif self.missing <= 0 < before:
            self.downtime += self.env.now - self.since


def cluster(n_nodes: int, crews: int, required: int, horizon: float, seed: int = 1) -> Tally:
    """Models c and d: nodes that fail, wait for a crew and are repaired."""
    env, rng = simpy.Environment(), np.random.default_rng(seed)
    tally = Tally(env, required - n_nodes)
    crew = simpy.Resource(env, crews)
    fails = _exponential(rng, 8760 * HOUR)
    repair = _lognormal(rng, 24 * HOUR, 0.8)

    def node() -> Iterator[simpy.Event]:
        while True:
            yield env.timeout(fails())
            tally.events += 1
            tally.change(1)
            with crew.request() as turn:
                yield turn
                yield env.timeout(repair())
            tally.events += 1
            tally.change(-1)

    for _ in range(n_nodes):
        env.process(node())
    env.run(until=horizon)
    return tally


def active_passive(horizon: float, seed: int = 1) -> Tally:
    """Model a: two nodes, one crew, detection and failover; level-triggered as in models.py."""
    env, rng = simpy.Environment(), np.random.default_rng(seed)
    tally = Tally(env, 0)
    crew = simpy.Resource(env, 1)
    fails = _weibull(rng, 1.3, 1000 * HOUR)
    repair = _lognormal(rng, 8 * HOUR, 0.8)
    failover = blocks(lambda n: rng.uniform(60.0, 300.0, n))
    up = [True, True]
    flip = [env.event(), env.event()]

    def node(i: int) -> Iterator[simpy.Event]:
        while True:
            yield env.timeout(fails())
            tally.events += 1
            _set(i, False)
            with crew.request() as turn:
                yield turn
                yield env.timeout(repair())
            tally.events += 1
            _set(i, True)

    def _set(i: int, value: bool) -> None:
        up[i] = value
        old, flip[i] = flip[i], env.event()
        old.succeed()

    def control() -> Iterator[simpy.Event]:
        serving = 0
        while True:
            while up[serving]:
                yield flip[serving]
            tally.change(1)
            yield env.timeout(30.0)
            target = 1 - serving
            while True:
                tally.events += 1
                while not up[target]:
                    if up[0] or up[1]:
                        target = 0 if up[0] else 1
                    else:
                        yield flip[0] | flip[1]
                done = env.timeout(failover())
                yield done | flip[target]
                if up[target]:
                    break
            serving = target
            tally.events += 1
            tally.change(-1)

    env.process(node(0))
    env.process(node(1))
    env.process(control())
    env.run(until=horizon)
    return tally


_TIERS = (
    ("lb", (0, 1), 4000 * HOUR, 1.2, 4 * HOUR, 1),
    ("app", (0, 0, 1, 1, 2, 2), 1500 * HOUR, 1.0, 2 * HOUR, 3),
    ("db", (0, 1, 2), 3000 * HOUR, 1.5, 6 * HOUR, 2),
)


def three_tier(horizon: float, seed: int = 1) -> Tally:
    """Model b: three tiers in three zones that strike all inside, two crews."""
    env, rng = simpy.Environment(), np.random.default_rng(seed)
    tally = Tally(env, 0)
    crew = simpy.Resource(env, 2)
    restart = blocks(lambda n: rng.uniform(300.0, 900.0, n))
    back = [env.event() for _ in range(3)]
    units: list[list[simpy.Process]] = [[], [], []]
    serving = {name: len(zones) for name, zones, *_ in _TIERS}
    required = {name: need for name, *_, need in _TIERS}

    def change(tier: str, by: int) -> None:
        tally.events += 1
        was = serving[tier] < required[tier]
        serving[tier] += by
        tally.change(int(serving[tier] < required[tier]) - int(was))

    def unit(tier: str, zone: int, fails: Draw, repair: Draw) -> Iterator[simpy.Event]:
        while True:
            is_up = True
            try:
                yield env.timeout(fails())
                is_up = False
                change(tier, -1)
                with crew.request() as turn:
                    yield turn
                    yield env.timeout(repair())
                change(tier, 1)
            except simpy.Interrupt:
                if is_up:
                    change(tier, -1)
                yield from dark(zone)
                change(tier, 1)

    def dark(zone: int) -> Iterator[simpy.Event]:
        while True:
            try:
                yield back[zone]
                yield env.timeout(restart())
                return
            except simpy.Interrupt:
                continue

    def place(zone: int) -> Iterator[simpy.Event]:
        strike = _exponential(rng, 4380 * HOUR)
        repair = blocks(lambda n: rng.gamma(2.5, 2 * HOUR / 2.5, n))
        while True:
            yield env.timeout(strike())
            tally.events += 1
            for one in units[zone]:
                one.interrupt()
            yield env.timeout(repair())
            tally.events += 1
            old, back[zone] = back[zone], env.event()
            old.succeed()

    for name, zones, mtbf, shape, mttr, _ in _TIERS:
        fails = _exponential(rng, mtbf) if shape == 1.0 else _weibull(rng, shape, mtbf)
        repair = _lognormal(rng, mttr, 1.0)
        for zone in zones:
            units[zone].append(env.process(unit(name, zone, fails, repair)))
    for zone in range(3):
        env.process(place(zone))
    env.run(until=horizon)
    return tally


def bare_timeouts(n: int) -> int:
    """A bare loop of timeouts: the most that SimPy can do."""
    env = simpy.Environment()

    def loop() -> Iterator[simpy.Event]:
        for _ in range(n):
            yield env.timeout(1.0)

    env.process(loop())
    env.run()
    return n
