"""Ten spaces that are small enough to try every design, to hold `hasim size` against.

Everything in them can be computed exactly, so that whether a design meets the targets is no matter
of chance. Each has something that makes a search err easily: zones or crews that parts share,
alternatives, quorums, takeovers, two services, equal costs, options that contradict each other,
targets of which more redundancy makes one better and another worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from hasim import compiler
from hasim.description import read_text, resolve
from hasim.description.space import Design, Space, read_space
from hasim.errors import ModelError
from hasim.planner.sizing.targets import Target, read_targets
from hasim.planner.sizing.traits import cost_lines
from hasim.solution import Solution
from hasim.solving import solve

_ZONES = """domains:
  a: {level: zone, mtbf: 1 year, mttr: 4 h}
  b: {level: zone, mtbf: 1 year, mttr: 4 h}"""

_MODELS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "shared zones": (
        f"""
{_ZONES}
components:
  web: {{replicas: 2, mtbf: 30 d, mttr: 2 h, spread: [a, b], needs: [db]}}
  db: {{replicas: 2, mtbf: 60 d, mttr: 6 h, spread: [a, b]}}
costs: {{currency: EUR, components: {{web: 0.1 EUR / h, db: 0.4 EUR / h}}}}
options:
  components.web.replicas: [1, 2, 3, 4]
  components.web.spread: [[a], [a, b]]
  components.db.replicas: [1, 2, 3]
  components.db.spread: [[a], [b], [a, b]]
""",
        ("availability=99.99%",),
    ),
    "shared crew": (
        """
crews: {ops: {size: 1}}
components:
  web:
    replicas: 3
    required: 2
    failures: {crash: {after: 10 d, repair: 4 h, crew: ops}}
    needs: [db]
  db: {replicas: 2, failures: {crash: {after: 30 d, repair: 12 h, crew: ops}}}
costs:
  currency: EUR
  components: {web: 0.1 EUR / h, db: 0.5 EUR / h}
  crews: {ops: 900 EUR / year}
options:
  components.web.replicas: [2, 3, 4, 5]
  components.web.required: [1, 2]
  components.db.replicas: [1, 2, 3]
  crews.ops.size: [1, 2, 3]
""",
        ("availability=99.9%",),
    ),
    "quorum or pair": (
        """
components:
  web: {replicas: 2, mtbf: 40 d, mttr: 1 h, needs: [db]}
  db:
    replicas: 3
    redundancy: quorum
    failures: {crash: {after: 50 d, repair: 8 h}}
costs: {currency: EUR, components: {web: 0.1 EUR / h, db: 0.3 EUR / h}}
options:
  components.web.replicas: [1, 2, 3]
  database:
    three: {}
    five: {components.db.replicas: 5}
    single: {components.db.redundancy: active-active, components.db.replicas: 1}
    double: {components.db.redundancy: active-active, components.db.replicas: 2}
  components.db.failures.crash.repair: [2 h, 8 h, 24 h]
  components.web.mttr: [10 min, 1 h]
""",
        ("availability=99.99%",),
    ),
    "active-passive": (
        """
components:
  web: {replicas: 2, mtbf: 40 d, mttr: 1 h, needs: [db]}
  db:
    replicas: 2
    redundancy: active-passive
    failures: {crash: {after: 20 d, repair: {exponential: 4 h}}}
    failover:
      promote: {exponential: 1 min}
      switch: {exponential: 2 min}
      coverage: 90 %
      manual: {exponential: 1 h}
costs:
  currency: EUR
  components: {web: 0.1 EUR / h, db: {replica: 0.4 EUR / h, standby: 100 %}}
  fixed: {drills: 0 EUR / year}
options:
  components.web.replicas: [1, 2, 3]
  components.db.replicas: [2, 3]
  standby:
    cold: {components.db.standby: cold, costs.components.db.standby: 20 %}
    warm: {components.db.standby: warm}
  takeovers:
    untried: {components.db.failover.coverage: 80 %}
    drilled: {components.db.failover.coverage: 98 %, costs.fixed.drills: 500 EUR / year}
  components.db.failover.switch: [{exponential: 30 s}, {exponential: 2 min}]
""",
        ("availability=99.97%",),
    ),
    "alternatives": (
        f"""
{_ZONES}
components:
  edge: {{replicas: 1, mtbf: 90 d, mttr: 1 h, needs: [{{any: [cache, origin]}}]}}
  cache: {{replicas: 1, mtbf: 10 d, mttr: 2 h, spread: [a]}}
  origin: {{replicas: 2, mtbf: 30 d, mttr: 5 h, spread: [a, b], needs: [db]}}
  db: {{replicas: 1, mtbf: 30 d, mttr: 3 h, spread: [b]}}
costs:
  currency: EUR
  components:
    {{edge: 0.05 EUR / h, cache: 0.1 EUR / h, origin: 0.1 EUR / h, db: 0.2 EUR / h}}
options:
  components.edge.replicas: [1, 2, 3]
  components.cache.replicas: [1, 2, 3]
  components.cache.spread: [[a], [b]]
  components.origin.replicas: [1, 2]
  components.db.replicas: [1, 2]
""",
        ("availability=99.98%",),
    ),
    "two services": (
        """
components:
  shop: {replicas: 2, mtbf: 30 d, mttr: 1 h, needs: [db]}
  admin: {replicas: 1, mtbf: 20 d, mttr: 6 h, needs: [db]}
  db: {replicas: 2, mtbf: 60 d, mttr: 6 h}
services: {buying: {needs: [shop]}, running: {needs: [admin]}}
costs: {currency: EUR, components: {shop: 0.1 EUR / h, admin: 0.1 EUR / h, db: 0.4 EUR / h}}
options:
  components.shop.replicas: [1, 2, 3]
  components.admin.replicas: [1, 2]
  components.db.replicas: [1, 2, 3]
  components.db.mttr: [1 h, 6 h, 24 h]
""",
        ("buying.availability=99.99%", "running.availability=99.9%"),
    ),
    "no costs": (
        """
components:
  edge: {replicas: 1, mtbf: 90 d, mttr: 1 h, needs: [web]}
  web: {replicas: 2, mtbf: 20 d, mttr: 3 h, needs: [db]}
  db: {replicas: 2, mtbf: 60 d, mttr: 6 h}
options:
  components.edge.replicas: [1, 2, 3]
  components.web.replicas: [1, 2, 3, 4]
  components.web.mttr: [1 h, 3 h]
  components.db.replicas: [1, 2, 3]
""",
        ("availability=99.995%",),
    ),
    "headroom": (
        f"""
{_ZONES}
components:
  web:
    replicas: 6
    required: peak
    capacity: 100 rps
    mtbf: 30 d
    mttr: 2 h
    spread: [a, b]
    needs: [db]
  db: {{replicas: 2, capacity: 400 rps, mtbf: 60 d, mttr: 2 h, spread: [a, b]}}
services: {{shop: {{needs: [web], demand: {{peak: 300 rps}}}}}}
costs: {{currency: EUR, components: {{web: 0.1 EUR / h, db: 0.4 EUR / h}}}}
options:
  components.web.replicas: [2, 3, 4, 5, 6]
  size:
    small: {{components.web.capacity: 100 rps, costs.components.web: 0.1 EUR / h}}
    large: {{components.web.capacity: 150 rps, costs.components.web: 0.16 EUR / h}}
  components.web.spread: [[a], [a, b]]
  components.db.replicas: [1, 2]
""",
        ("headroom=30%", "headroom_after_loss=0%", "availability=99.5%"),
    ),
    "several targets": (
        """
components:
  web: {replicas: 2, mtbf: 30 d, mttr: 2 h, needs: [db]}
  db: {replicas: 2, required: 1, mtbf: 60 d, mttr: 6 h}
costs:
  currency: EUR
  components: {web: 0.1 EUR / h, db: 0.4 EUR / h}
  fixed: {people: 0 EUR / year}
options:
  components.web.replicas: [1, 2, 3]
  components.web.mttr: [5 min, 2 h]
  components.db.replicas: [1, 2, 3]
  components.db.required: [1, 2]
  people:
    few: {components.db.mttr: 6 h}
    many: {components.db.mttr: 1 h, costs.fixed.people: 2000 EUR / year}
    all: {components.db.mttr: 20 min, costs.fixed.people: 9000 EUR / year}
""",
        ("availability=99.98%", "outages_per_year=1", "mttr=2h"),
    ),
    "common cause": (
        """
crews: {dba: {size: 1}}
components:
  web: {replicas: 2, mtbf: 30 d, mttr: 1 h, needs: [queue]}
  queue: {replicas: 2, mtbf: 45 d, mttr: 2 h, needs: [db]}
  db:
    replicas: 2
    failures: {crash: {after: 40 d, repair: 5 h, crew: dba, common_cause: 5 %}}
costs: {currency: EUR, components: {web: 0.1 EUR / h, queue: 0.1 EUR / h, db: 0.2 EUR / h}}
options:
  components.web.replicas: [1, 2, 3]
  components.queue.replicas: [1, 2, 3]
  components.db.replicas: [1, 2, 3]
  components.db.failures.crash.common_cause: [1 %, 5 %]
  crews.dba.size: [1, 2]
""",
        ("downtime=1h",),
    ),
}

#: Some whose parts have to be simulated: repairs with memory that wait for each other, takeovers
#: in steps. No design is so near to its target that 2 % would decide.
_SIMULATED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "repairs with memory": (
        """
crews: {ops: {size: 2}}
components:
  web:
    replicas: 2
    failures: {crash: {after: 3 d, repair: {lognormal: {median: 1 h, p95: 9 h}}, crew: ops}}
    needs: [db]
  db: {replicas: 2, failures: {crash: {after: 5 d, repair: {fixed: 5 h}, crew: ops}}}
costs: {currency: EUR, components: {web: 1000 EUR / year, db: 3000 EUR / year}}
options:
  components.web.replicas: [1, 2, 3]
  components.db.replicas: [1, 2, 3]
  crews.ops.size: [2, 3]
""",
        ("availability=99.8%",),
    ),
    "takeovers in steps": (
        """
components:
  web: {replicas: 2, mtbf: 20 d, mttr: 1 h, needs: [db]}
  db:
    replicas: 2
    redundancy: active-passive
    standby: warm
    failures: {crash: {after: 10 d, repair: {lognormal: {median: 3 h, p95: 12 h}}}}
    failover:
      detect: {heartbeat: 10 s, misses: 3}
      promote: {lognormal: {median: 1 min, p95: 4 min}}
      switch: 30 s
      coverage: 90 %
      manual: {lognormal: {median: 1 h, p95: 4 h}}
costs:
  currency: EUR
  components: {web: 0.1 EUR / h, db: 0.4 EUR / h}
  fixed: {drills: 0 EUR / year}
options:
  components.web.replicas: [1, 2]
  components.db.replicas: [2, 3]
  components.db.failover.detect: [{heartbeat: 10 s, misses: 3}, {heartbeat: 1 s, misses: 3}]
  takeovers:
    untried: {components.db.failover.coverage: 80 %}
    drilled: {components.db.failover.coverage: 99 %, costs.fixed.drills: 5000 EUR / year}
""",
        ("availability=99.95%", "p95_outage=2h"),
    ),
}

NAMES, SIMULATED_NAMES = tuple(_MODELS), tuple(_SIMULATED)


@dataclass(frozen=True, slots=True)
class Tried:
    """What trying every design of a space shows.

    Parameters
    ----------
    costs : mapping of tuple of int to float
        Money a second, or replicas, of all that can be built.
    solutions : mapping of tuple of int to Solution
    """

    costs: Mapping[Design, float]
    solutions: Mapping[Design, Solution]

    def meets(self, design: Design, targets: Sequence[Target]) -> bool:
        """Whether a design meets all targets."""
        return all(
            self.is_met(target, service, design)
            for target in targets
            for service in self.solutions[design].services
            if target.service in (None, service)
        )

    def is_met(self, target: Target, service: str, design: Design) -> bool:
        """Whether a service keeps a target in a design."""
        figure = target.figure.read(self.solutions[design][service])
        return target.judge(figure) is True

    def cheapest(self, targets: Sequence[Target]) -> float | None:
        """Return what the cheapest design costs that meets the targets."""
        return min(
            (cost for design, cost in self.costs.items() if self.meets(design, targets)),
            default=None,
        )


def list_spaces() -> Iterator[tuple[str, Space, tuple[Target, ...]]]:
    """Yield the name of each of the ten, the space and what is to be reached in it."""
    for name in NAMES:
        yield name, *read_space_of(name)


def read_space_of(name: str) -> tuple[Space, tuple[Target, ...]]:
    """Return the space of a name and what is to be reached in it."""
    text, targets = {**_MODELS, **_SIMULATED}[name]
    space = read_space(read_text(f"name: {name.replace(' ', '-')}{text}"))
    return space, read_targets(targets, resolve(space.draft).services)


def try_all(space: Space, *, engine: str = "exact", precision: float = 0.05) -> Tried:
    """Solve every design of a space; equal ones once."""
    known: dict[str, Solution] = {}
    costs: dict[Design, float] = {}
    solutions: dict[Design, Solution] = {}
    for design in product(*map(range, space.shape)):
        try:
            system = space.system(design)
        except ModelError:
            continue
        costs[design] = sum(cost_lines(system).values())
        key = compiler.compile(system).content_hash
        if key not in known:
            known[key] = solve(system, engine=engine, precision=precision, sla=False)
        solutions[design] = known[key]
    return Tried(costs, solutions)
