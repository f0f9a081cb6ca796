"""The benchmark models by hand in SimPy, as good as it allows; README.md tells how they are tuned.

Rules of this file: one process a component, no polling, no logging, numbers drawn from numpy in
blocks, an interrupt only where something ends what was under way. An event is a timed transition,
as in the kernel: a strike is one, however many it hits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import simpy

from benchmarks.models import HOUR, TIERS, ZONES, Tier

_BLOCK = 4096

Draw = Callable[[], float]
Life = Iterator[simpy.Event]


class Tally:
    """Events, and the number and time of the outages of one service."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.events = 0
        self.outages, self.downtime, self.since = 0, 0.0, 0.0

    def fail(self) -> None:
        """The service is down from now on."""
        self.outages += 1
        self.since = self.env.now

    def recover(self) -> None:
        """The service is up again."""
        self.downtime += self.env.now - self.since


class Pair:
    """Model a: two nodes, one crew, detection and failover, with the same reading as models.py."""

    def __init__(self, seed: int = 1) -> None:
        self.env, self.rng = simpy.Environment(), np.random.default_rng(seed)
        self.tally = Tally(self.env)
        self.crew = simpy.Resource(self.env, 1)
        self.fails = _weibull(self.rng, 1.3, 1000 * HOUR)
        self.repair = _lognormal(self.rng, 8 * HOUR, 0.8)
        self.failover = draw_in_blocks(lambda n: self.rng.uniform(60.0, 300.0, n))
        self.up = [True, True]
        self.serving, self.target = 0, -1
        self.lost, self.found = self.env.event(), None
        self.nodes = [self.env.process(self._live(node)) for node in (0, 1)]
        self.control = self.env.process(self._control())

    def run(self, horizon: float) -> Tally:
        """Run until `horizon` seconds."""
        self.env.run(until=horizon)
        return self.tally

    def _live(self, node: int) -> Life:
        env, up, tally, crew = self.env, self.up, self.tally, self.crew
        fails, repair = self.fails, self.repair
        while True:
            yield env.timeout(fails())
            tally.events += 1
            up[node] = False
            if node == self.serving:
                self.serving = -1
                self.lost.succeed()
            elif node == self.target:
                self.control.interrupt()
            with crew.request() as turn:
                yield turn
                yield env.timeout(repair())
            tally.events += 1
            up[node] = True
            if self.found is not None:
                self.found.succeed(node)
                self.found = None

    def _control(self) -> Life:
        env, tally, node = self.env, self.tally, 0
        while True:
            yield self.lost
            tally.fail()
            yield env.timeout(30.0)
            tally.events += 1
            node = yield from self._fail_over(1 - node)
            tally.recover()
            self.serving, self.lost = node, env.event()

    def _fail_over(self, node: int) -> Iterator[simpy.Event]:
        """Make a node serve: the wanted one, or the first that is up, or is up again."""
        while True:
            if not self.up[node]:
                node = self.up.index(True) if True in self.up else -1
            if node < 0:
                self.found = self.env.event()
                node = yield self.found
            self.target = node
            try:
                yield self.env.timeout(self.failover())
            except simpy.Interrupt:
                continue
            self.target = -1
            self.tally.events += 1
            return node


class Shop:
    """Model b: three tiers in three zones that strike all inside, two crews."""

    def __init__(self, seed: int = 1) -> None:
        self.env, self.rng = simpy.Environment(), np.random.default_rng(seed)
        self.tally = Tally(self.env)
        self.crew = simpy.Resource(self.env, 2)
        self.restart = draw_in_blocks(lambda n: self.rng.uniform(300.0, 900.0, n))
        self.back = {zone: self.env.event() for zone in ZONES}
        self.spare = {tier.name: len(tier.zones) - tier.required for tier in TIERS}
        self.n_failing = 0
        self.units: dict[int, list[simpy.Process]] = {zone: [] for zone in ZONES}
        for tier in TIERS:
            self._populate(tier)
        for zone in ZONES:
            self.env.process(self._strike(zone))

    def run(self, horizon: float) -> Tally:
        """Run until `horizon` seconds."""
        self.env.run(until=horizon)
        return self.tally

    def _populate(self, tier: Tier) -> None:
        fails = _weibull(self.rng, tier.shape, tier.mtbf)
        repair = _lognormal(self.rng, tier.mttr, 1.0)
        for zone in tier.zones:
            life = self._live(tier.name, zone, fails, repair)
            self.units[zone].append(self.env.process(life))

    def _lose(self, tier: str) -> None:
        self.spare[tier] -= 1
        if self.spare[tier] == -1:
            self.n_failing += 1
            if self.n_failing == 1:
                self.tally.fail()

    def _gain(self, tier: str) -> None:
        self.spare[tier] += 1
        if self.spare[tier] == 0:
            self.n_failing -= 1
            if self.n_failing == 0:
                self.tally.recover()

    def _live(self, tier: str, zone: int, fails: Draw, repair: Draw) -> Life:
        env, tally, crew = self.env, self.tally, self.crew
        while True:
            is_up = True
            try:
                yield env.timeout(fails())
                is_up = False
                tally.events += 1
                self._lose(tier)
                with crew.request() as turn:
                    yield turn
                    yield env.timeout(repair())
            except simpy.Interrupt:
                if is_up:
                    self._lose(tier)
                yield from self._stay_dark(zone)
            tally.events += 1
            self._gain(tier)

    def _stay_dark(self, zone: int) -> Life:
        while True:
            try:
                yield self.back[zone]
                yield self.env.timeout(self.restart())
            except simpy.Interrupt:
                continue
            return

    def _strike(self, zone: int) -> Life:
        strike = _weibull(self.rng, 1.0, 4380 * HOUR)
        repair = draw_in_blocks(lambda n: self.rng.gamma(2.5, 2 * HOUR / 2.5, n))
        while True:
            yield self.env.timeout(strike())
            self.tally.events += 1
            for unit in self.units[zone]:
                unit.interrupt()
            yield self.env.timeout(repair())
            self.tally.events += 1
            before, self.back[zone] = self.back[zone], self.env.event()
            before.succeed()


class Cluster:
    """Models c and d: nodes that fail, wait for a crew and are repaired."""

    def __init__(self, n_nodes: int, crews: int, required: int, seed: int = 1) -> None:
        self.env, self.rng = simpy.Environment(), np.random.default_rng(seed)
        self.tally = Tally(self.env)
        self.crew = simpy.Resource(self.env, crews)
        self.spare = n_nodes - required
        self.fails = draw_in_blocks(lambda n: self.rng.exponential(8760 * HOUR, n))
        self.repair = _lognormal(self.rng, 24 * HOUR, 0.8)
        for _ in range(n_nodes):
            self.env.process(self._live())

    def run(self, horizon: float) -> Tally:
        """Run until `horizon` seconds."""
        self.env.run(until=horizon)
        return self.tally

    def _live(self) -> Life:
        env, tally, crew, fails, repair = self.env, self.tally, self.crew, self.fails, self.repair
        while True:
            yield env.timeout(fails())
            tally.events += 1
            self.spare -= 1
            if self.spare == -1:
                tally.fail()
            with crew.request() as turn:
                yield turn
                yield env.timeout(repair())
            tally.events += 1
            self.spare += 1
            if self.spare == 0:
                tally.recover()


def bare_timeouts(n: int) -> int:
    """A bare loop of timeouts, the most that SimPy can do; returns their number."""
    env = simpy.Environment()

    def loop() -> Life:
        for _ in range(n):
            yield env.timeout(1.0)

    env.process(loop())
    env.run()
    return n


def draw_in_blocks(sample: Callable[[int], np.ndarray]) -> Draw:
    """Make a function that hands out one number at a time and draws many."""

    def draw_for_ever() -> Iterator[float]:
        while True:
            yield from sample(_BLOCK).tolist()

    return draw_for_ever().__next__


def _weibull(rng: np.random.Generator, shape: float, mean: float) -> Draw:
    scale = mean / math.gamma(1.0 + 1.0 / shape)
    return draw_in_blocks(lambda n: scale * rng.weibull(shape, n))


def _lognormal(rng: np.random.Generator, mean: float, sigma: float) -> Draw:
    return draw_in_blocks(lambda n: rng.lognormal(math.log(mean) - sigma * sigma / 2, sigma, n))
