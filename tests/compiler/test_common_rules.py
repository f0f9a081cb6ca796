"""Rules that all mechanisms share: soft uses, tolerance, domains of one's own, changeovers, shares.

Exact answers against closed forms and against small chains that are written down here, without the
compiler; timelines of scripted incidents against what one works out by hand.
"""

import math
from itertools import product

import numpy as np
import pytest

import hasim
from tests.compiler.scenarios import NEVER, Scenario, compiled, names, system_of

pytestmark = pytest.mark.normal

DOWN = 10 / 110  # unavailability of what has mtbf 100 h and mttr 10 h
UNIT = "{mtbf: 100 h, mttr: 10 h}"


def exact(text, folder):
    """The exact answer for the only service."""
    solution = hasim.solve(system_of(text, folder))
    assert solution.engine in ("exact", "mixed")
    (service,) = solution.services.values()
    return service


def near(value, rel=1e-9):
    return pytest.approx(value, rel=rel, abs=0)


# ---------------------------------------------------------------------------- uses


def test_what_is_used_loses_its_share_of_the_work(tmp_path):
    text = f"""
    components: {{web: {UNIT}, ads: {UNIT}}}
    services: {{shop: {{needs: [web], uses: [{{name: ads, loses: 20 %}}]}}}}
    """
    answer = exact(text, tmp_path)
    assert answer.unavailability.value == near(DOWN)
    assert answer.request_availability.value == near((1 - DOWN) * (1 - 0.2 * DOWN))


def test_uses_at_every_depth_and_of_what_is_used(tmp_path):
    text = f"""
    components:
      web: {{mtbf: 100 h, mttr: 10 h, uses: [{{name: ads, loses: 20 %}}]}}
      ads: {{mtbf: 100 h, mttr: 10 h, uses: [{{name: faces, loses: 50 %}}]}}
      faces: {UNIT}
    services: {{shop: {{needs: [web]}}}}
    """
    up = 1 - DOWN
    ads = up * (1 - 0.5 * DOWN)
    served = up * (1 - 0.2 * (1 - ads))
    assert exact(text, tmp_path).request_availability.value == near(served)


def test_what_is_used_is_asked_for_its_part_of_the_load(tmp_path):
    text = """
    components:
      web: {uses: [{name: ads, calls: 3}]}
      ads: {capacity: 100 rps, replicas: 4, required: peak, mtbf: 100 h, mttr: 1 h}
    services: {shop: {needs: [web, ads], demand: {peak: 50 rps}}}
    """
    assert system_of(text, tmp_path).components["ads"].required == 2


# ---------------------------------------------------------------------------- tolerance


def test_a_need_is_missed_only_after_the_time_that_is_tolerated(tmp_path):
    text = f"""
    components: {{web: {{}}, token: {UNIT}}}
    services: {{shop: {{needs: [web, {{name: token, tolerates: 5 h}}]}}}}
    """
    answer = exact(text, tmp_path)
    assert answer.unavailability.value == near(DOWN * math.exp(-5 / 10))
    assert answer.mttr_s.value == near(36_000)  # what is left of an exponential repair


def test_a_tolerance_begins_anew_with_each_loss(tmp_path):
    text = f"""
    name: t
    components:
      web: {{}}
      key: {{failures: {{crash: {{after: '{NEVER}', repair: fixed(100 s)}}}}}}
    services: {{shop: {{needs: [web, {{name: key, tolerates: 70 s}}]}}}}
    """
    scenario = Scenario(compiled(text, tmp_path), (1000, "key.1 crash"), (1160, "key.1 crash"))
    told = scenario.timeline(3000, "shop")
    assert told == [
        "0 up",
        "1070 repair key.crash",
        "1100 up",
        "1230 repair key.crash",
        "1260 up",
    ]


POWER = f"""
name: t
domains: {{rack: {{level: rack, needs: [{{name: grid, tolerates: 600 s}}]}}}}
components:
  grid:
    spread: everywhere
    failures: {{cut: {{after: '{NEVER}', repair: fixed(1000 s)}}}}
  db:
    spread: [rack]
    start: 30 s
    failures: {{crash: {{after: '{NEVER}', repair: fixed(100 s)}}}}
services: {{shop: {{needs: [db]}}}}
"""


def test_a_start_after_a_tolerance_is_charged_to_what_was_missed(tmp_path):
    told = Scenario(compiled(POWER, tmp_path), (1000, "grid.1 cut")).timeline(5000, "shop")
    assert told == ["0 up", "1600 masked grid.cut", "2000 start grid.cut", "2030 up"]


# ---------------------------------------------------------------------------- within, shares

ZONES = """
domains:
  a: {level: zone}
  b: {level: zone}
  feed: {level: feed, mtbf: 1000 h, mttr: 10 h}
components:
  web: {replicas: 2, spread: [a, b], mtbf: 100 h, mttr: 10 h,
        needs: [{name: db, within: zone}]SHARES}
  db: {replicas: 2, spread: [a, b], mtbf: 100 h, mttr: 10 h}
services: {shop: {needs: [web]}}
"""


def test_within_pairs_up_by_domain(tmp_path):
    answer = exact(ZONES.replace("SHARES", ""), tmp_path)
    assert answer.unavailability.value == near((1 - (1 - DOWN) ** 2) ** 2)


def test_what_is_missed_within_a_zone_is_tolerated_there(tmp_path):
    text = """
    domains: {a: {level: zone}, b: {level: zone}}
    components:
      web: {replicas: 2, spread: [a, b], needs: [{name: db, within: zone, tolerates: 5 h}]}
      db: {replicas: 2, spread: [a, b], mtbf: 100 h, mttr: 10 h}
    services: {shop: {needs: [web]}}
    """
    process = compiled(text, tmp_path)
    assert [name for name in names(process) if "tolerance" in name] == [
        "web tolerance in a",
        "web tolerance in b",
    ]
    zone = DOWN * math.exp(-5 / 10)
    answer = exact(text, tmp_path)
    assert answer.unavailability.value == near(zone**2, rel=1e-6)


def test_what_is_tolerated_within_a_zone_counts_for_capacity_alone(tmp_path):
    # Zone a, with two of three replicas, is down with its feed; zone b never is, so web serves.
    text = """
    domains: {feed: {mtbf: 100 h, mttr: 10 h}, a: {level: zone, shares: [feed]}, b: {level: zone}}
    components:
      web:
        replicas: 3
        capacity: 10 rps
        spread: [a, b]
        needs: [{name: cache, within: zone, tolerates: 10 min}]
      cache: {replicas: 4, spread: [a, b]}
    services: {shop: {needs: [web], demand: {peak: 12 rps}}}
    """
    answer = exact(text, tmp_path)
    assert answer.unavailability.value == 0
    assert answer.capacity.short_s_per_year.value == near(DOWN * 365 * 86400)


def test_what_is_shared_masks_all(tmp_path):
    answer = exact(ZONES.replace("SHARES", ", shares: [feed]"), tmp_path)
    feed = 10 / 1010
    assert answer.unavailability.value == near(1 - (1 - feed) * (1 - (1 - (1 - DOWN) ** 2) ** 2))


def test_a_need_within_a_zone_asks_for_as_many_as_it_says_there(tmp_path):
    text = """
    domains: {a: {level: zone}, b: {level: zone}}
    components:
      web: {replicas: 2, spread: [a, b], needs: [{name: db, within: zone, at_least: 2}]}
      db: {replicas: 6, spread: [a, b], mtbf: 100 h, mttr: 10 h}
    services: {shop: {needs: [web]}}
    """
    zone = 1 - sum(math.comb(3, k) * (1 - DOWN) ** k * DOWN ** (3 - k) for k in (2, 3))
    assert exact(text, tmp_path).unavailability.value == near(zone**2)


def test_the_loss_of_what_a_replica_needs_in_its_zone_is_told(tmp_path):
    text = f"""
    name: t
    domains: {{a: {{level: zone}}, b: {{level: zone}}}}
    components:
      web: {{replicas: 2, required: 2, spread: [a, b], needs: [{{name: db, within: zone}}]}}
      db:
        replicas: 2
        spread: [a, b]
        failures: {{crash: {{after: '{NEVER}', repair: fixed(9 s)}}}}
    services: {{shop: {{needs: [web]}}}}
    """
    told = Scenario(compiled(text, tmp_path), (100, "db.2 crash")).timeline(500, "shop")
    assert told == ["0 up", "100 repair db.crash", "109 up"]


def test_headroom_after_the_loss_of_a_zone_counts_what_is_needed_there(tmp_path):
    text = """
    domains: {a: {level: zone, mtbf: 1 year, mttr: 1 h}, b: {level: zone, mtbf: 1 year, mttr: 1 h}}
    components:
      web: {replicas: 4, capacity: 100 rps, spread: [a, b], needs: [{name: db, within: zone}]}
      db: {replicas: 2, spread: [a, b], mtbf: 100 h, mttr: 1 h}
    services: {shop: {needs: [web], demand: {peak: 100 rps}}}
    """
    capacity = hasim.solve(system_of(text, tmp_path))["shop"].capacity
    assert capacity.headroom == near(3.0)
    assert capacity.headroom_after_loss.replica == near(1.0)  # of db: its zone's web is lost too


def test_requests_within_a_zone_are_lost_zone_by_zone(tmp_path):
    """Each zone's web asks the db replicas there: those that serve, and those down unnoticed."""
    text = """
    domains: {a: {level: zone}, b: {level: zone}}
    components:
      web: {replicas: 2, spread: [a, b], needs: [{name: db, within: zone}]}
      db:
        replicas: 4
        spread: [a, b]
        failures: {crash: {after: 100 h, detect: exponential(5 h), repair: 10 h}}
    services: {shop: {needs: [web]}}
    """
    chances = {"up": 100 / 115, "unnoticed": 5 / 115, "repair": 10 / 115}
    served = 0.0
    for zones in product(product(chances, repeat=2), repeat=2):
        chance = math.prod(chances[phase] for zone in zones for phase in zone)
        shares = [
            zone.count("up") / (zone.count("up") + zone.count("unnoticed"))
            for zone in zones
            if "up" in zone
        ]
        served += chance * (sum(shares) / len(shares) if shares else 0.0)
    assert exact(text, tmp_path).request_availability.value == near(served)


# ---------------------------------------------------------------------------- cells


def test_cells_lose_their_own_users_only(tmp_path):
    text = f"""
    components: {{{", ".join(f"c{i}: {UNIT}" for i in range(4))}}}
    services: {{shop: {{needs: [{{cells: [c0, c1, c2, c3]}}], demand: {{peak: 100 rps}}}}}}
    """
    answer = exact(text, tmp_path)
    assert answer.unavailability.value == near(DOWN**4)
    assert answer.request_availability.value == near(1 - DOWN)
    three = exact(text.replace("c3]}", "c3], at_least: 3}"), tmp_path)
    assert three.unavailability.value == near(1 - (1 - DOWN) ** 4 - 4 * DOWN * (1 - DOWN) ** 3)


def test_the_load_of_a_cell_does_not_move(tmp_path):
    text = """
    components:
      c1: {capacity: 60 rps, mtbf: 100 h, mttr: 10 h}
      c2: {capacity: 60 rps, mtbf: 100 h, mttr: 10 h}
    services: {shop: {needs: [{cells: [c1, c2]}], demand: {peak: 100 rps}}}
    """
    capacity = exact(text, tmp_path).capacity
    assert capacity.headroom == near(0.2)
    assert capacity.short_s_per_year.value == 0


# ---------------------------------------------------------------------------- changeover


class Providers:
    """Providers that are changed over, as a chain: who is up, the stage, and the one in use."""

    def __init__(self, number, *, detect, switch, coverage, manual=None, failback=None):
        self.number, self.coverage = number, coverage
        self.helpless = "stuck" if manual is None else "manual"
        self.next = {"detect": "pick", "switch": "on", "manual": "by hand"}
        self.rates = {"detect": 1 / detect, "switch": 1 / switch}
        self.rates |= {"manual": 1 / manual} if manual else {}
        self.failback = failback

    def settle(self, up, stage, used):
        """Leave what takes no time, with probabilities."""
        others = [i for i in range(self.number) if up[i] and i != used]
        if stage in ("on", "switch"):
            return [(1.0, (up, stage if up[used] else "detect", used))]
        if stage in ("detect", "stuck", "manual", "wait") and up[used]:
            return self.settle(up, "on", used)
        if stage in ("pick", "by hand") and not others:
            return [(1.0, (up, "wait", used))]
        if stage == "by hand":
            return [(1.0, (up, "on", others[0]))]
        if stage == "pick" or (stage == "wait" and others):
            fails = (1 - self.coverage, (up, self.helpless, used))
            return [(self.coverage, (up, "switch", others[0])), fails]
        return [(1.0, (up, stage, used))]

    def moves(self, up, stage, used):
        """Rates, and where each leads with which probability."""
        for i in range(self.number):
            flipped = tuple(one != (i == j) for j, one in enumerate(up))
            yield (1 / 100 if up[i] else 1 / 10), self.settle(flipped, stage, used)
        if stage in self.rates:
            yield self.rates[stage], self.settle(up, self.next[stage], used)
        if stage == "on" and used and up[0] and self.failback:
            yield 1 / self.failback, self.settle(up, "on", 0)

    def unavailability(self):
        """Share of time in which none is in use."""
        states = [((True,) * self.number, "on", 0)]
        rates = []
        for state in states:
            for rate, targets in self.moves(*state):
                rates += [(state, target, rate * weight) for weight, target in targets if weight]
            states += dict.fromkeys(one for _, one, _ in rates if one not in states)
        generator = np.zeros((len(states), len(states)))
        for source, target, rate in rates:
            generator[states.index(source), states.index(target)] += rate
        generator -= np.diag(generator.sum(axis=1))
        balance = np.vstack([generator.T, np.ones(len(states))])
        shares = np.linalg.lstsq(balance, np.r_[np.zeros(len(states)), 1.0], rcond=None)[0]
        return sum(one for one, state in zip(shares, states, strict=True) if state[1] != "on")


@pytest.mark.parametrize(
    ("n_providers", "coverage", "manual", "failback"),
    [*product((2, 3), (1.0, 0.8), (None, 4), (None, 20))],
)
def test_a_changeover_is_its_chain(tmp_path, n_providers, coverage, manual, failback):
    names = [f"p{i}" for i in range(n_providers)]
    steps = f"detect: exponential(1 h), switch: exponential(2 h), coverage: {coverage}"
    steps += "" if manual is None else f", manual: exponential({manual} h)"
    steps += "" if failback is None else f", failback: {{after: exponential({failback} h)}}"
    text = f"""
    components: {{{", ".join(f"{name}: {UNIT}" for name in names)}}}
    services: {{pay: {{needs: [{{any: [{", ".join(names)}], failover: {{{steps}}}}}]}}}}
    """
    times = {"detect": 1, "switch": 2, "manual": manual, "failback": failback}
    expected = Providers(n_providers, coverage=coverage, **times).unavailability()
    assert exact(text, tmp_path).unavailability.value == near(expected, rel=1e-8)


CHANGEOVER = f"""
name: t
components:
  a: {{failures: {{crash: {{after: '{NEVER}', repair: fixed(1000 s)}}}}}}
  b: {{failures: {{crash: {{after: '{NEVER}', repair: fixed(50 s)}}}}}}
services:
  pay: {{needs: [{{any: [a, b], failover: {{detect: 30 s, switch: 10 s MORE}}}}]}}
"""


@pytest.mark.parametrize(
    ("more", "failures", "expected"),
    [
        (
            "",
            [(1000, "a.1 crash")],
            ["0 up", "1000 detect a.crash", "1030 switch a.crash", "1040 up"],
        ),
        (
            ", coverage: 0 %",
            [(1000, "a.1 crash")],
            ["0 up", "1000 detect a.crash", "1030 repair a.crash", "2000 up"],
        ),
        (
            ", coverage: 0 %, manual: 60 s",
            [(1000, "a.1 crash")],
            ["0 up", "1000 detect a.crash", "1030 manual a.crash", "1090 up"],
        ),
        (
            ", failback: {after: 100 s, takes: 5 s}",
            [(1000, "a.1 crash")],
            [
                "0 up",
                "1000 detect a.crash",
                "1030 switch a.crash",
                "1040 up",
                "2100 failback a.crash",
                "2105 up",
            ],
        ),
        (
            "",
            [(1000, "a.1 crash"), (1035, "b.1 crash")],
            [
                "0 up",
                "1000 detect a.crash",
                "1030 switch a.crash",
                "1035 detect a.crash",
                "1065 repair a.crash",
                "1085 up",
            ],
        ),
    ],
)
def test_a_changeover_step_by_step(tmp_path, more, failures, expected):
    process = compiled(CHANGEOVER.replace("MORE", more), tmp_path)
    assert Scenario(process, *failures).timeline(5000, "pay") == expected


def test_a_generator_that_may_not_start(tmp_path):
    """A battery bridges the start; where it fails, what is left of the cut counts."""
    text = """
    domains:
      hall:
        level: hall
        needs:
          - any: [grid, generator]
            failover: {switch: exponential(15 s), coverage: 98 %, failback: {}}
            tolerates: 10 min
    components:
      grid: {spread: everywhere, mtbf: 100 h, mttr: 10 h}
      generator: {spread: everywhere}
      db: {spread: [hall]}
    services: {shop: {needs: [db]}}
    """
    answer = exact(text, tmp_path)
    assert answer.unavailability.value == near(DOWN * 0.02 * math.exp(-600 / 36_000), rel=1e-7)


def test_all_requests_go_to_the_alternative_in_use(tmp_path):
    text = """
    components:
      a: {capacity: 100 rps, mtbf: 100 h, mttr: 10 h}
      b: {capacity: 60 rps, mtbf: 100 h, mttr: 10 h}
    services:
      pay: {needs: [{any: [a, b], failover: {switch: exponential(1 h)}}], demand: {peak: 80 rps}}
    """
    capacity = exact(text, tmp_path).capacity
    assert capacity.headroom == near(0.25)
    assert capacity.headroom_after_loss.replica == near(-0.25)
    assert capacity.short_s_per_year.value > 0
