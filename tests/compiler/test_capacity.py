"""Headroom, now and after the worst single loss."""

import pytest

from hasim.compiler.capacity import capacity_of
from tests.compiler.scenarios import system_of

FAILS = "mtbf: 30 d, mttr: 1 h"


def capacity(text, tmp_path, service="shop"):
    return capacity_of(system_of(text, tmp_path))[service]


def test_headroom_is_least_over_the_components_with_capacity(tmp_path):
    text = f"""
    name: t
    components:
      web: {{replicas: 6, capacity: 500 rps, needs: [{{name: db, calls: 2}}], {FAILS}}}
      db: {{replicas: 4, capacity: 1000 rps, {FAILS}}}
      free: {{replicas: 2, {FAILS}}}
    services: {{shop: {{needs: [web, free], demand: {{peak: 1500 rps}}}}}}
    """
    found = capacity(text, tmp_path)
    assert found.headroom == pytest.approx(4000 / 3000 - 1)
    assert found.full == pytest.approx(2000)
    assert found.after_loss.replica == pytest.approx(0.0)
    assert found.after_loss.worst == "a replica of db"
    assert found.after_loss.host is None
    assert found.after_loss.domain is None


def test_a_zone_is_lost_with_all_that_is_inside(tmp_path):
    text = f"""
    name: t
    domains:
      eu: {{level: region}}
      a: {{level: zone, in: eu, {FAILS}}}
      b: {{level: zone, in: eu, {FAILS}}}
      c: {{level: zone, in: eu, {FAILS}}}
    components:
      web: {{replicas: 5, capacity: 100 rps, spread: [a, b, c], {FAILS}}}
    services: {{shop: {{needs: [web], demand: {{peak: 200 rps}}}}}}
    """
    found = capacity(text, tmp_path)
    assert (found.headroom, found.after_loss.replica, found.after_loss.domain) == (1.5, 1.0, 0.5)
    assert found.after_loss.worst == "zone a"
    assert found.after_loss.least == 0.5


def test_a_region_is_lost_with_its_zones_and_takes_the_service_down(tmp_path):
    text = f"""
    name: t
    domains:
      eu: {{level: region, {FAILS}}}
      a: {{level: zone, in: eu}}
      b: {{level: zone, in: eu}}
    components:
      web: {{replicas: 2, capacity: 100 rps, spread: [a, b]}}
    services: {{shop: {{needs: [web], demand: {{peak: 50 rps}}}}}}
    """
    found = capacity(text, tmp_path)
    assert found.after_loss.domain == -1.0
    assert found.after_loss.replica is None  # it cannot fail
    assert found.after_loss.worst == "region eu"


def test_a_failing_over_group_has_the_capacity_of_its_primary(tmp_path):
    text = f"""
    name: t
    components:
      db: {{replicas: 3, redundancy: active-passive, failover: instant, capacity: 100 rps, {FAILS}}}
    services: {{shop: {{needs: [db], demand: {{peak: 80 rps}}}}}}
    """
    found = capacity(text, tmp_path)
    assert found.headroom == pytest.approx(0.25)
    assert found.after_loss.replica == pytest.approx(0.25)


def test_a_host_is_lost_with_its_tenants(tmp_path):
    text = f"""
    name: t
    components:
      node: {{kind: host, replicas: 3, {FAILS}}}
      web: {{replicas: 6, capacity: 100 rps, hosts: node, {FAILS}}}
    services: {{shop: {{needs: [web], demand: {{peak: 200 rps}}}}}}
    """
    found = capacity(text, tmp_path)
    assert (found.after_loss.replica, found.after_loss.host) == (1.5, 1.0)
    assert found.after_loss.worst == "host node.1"


def test_what_a_loss_closes_through_needs_is_lost_too(tmp_path):
    text = f"""
    name: t
    domains:
      a: {{level: zone, needs: [power]}}
      b: {{level: zone}}
    components:
      power: {{{FAILS}, spread: everywhere}}
      web: {{replicas: 4, capacity: 100 rps, spread: [a, b]}}
    services:
      shop: {{needs: [web], demand: {{peak: 100 rps}}}}
      both: {{needs: [web, power], demand: {{peak: 100 rps}}}}
    """
    assert capacity(text, tmp_path).after_loss.domain == pytest.approx(0.0)
    assert capacity(text, tmp_path, "both").after_loss.replica == -1.0


def test_alternatives_that_are_left_take_all(tmp_path):
    text = f"""
    name: t
    components:
      a: {{replicas: 1, capacity: 200 rps, {FAILS}}}
      b: {{replicas: 2, capacity: 100 rps, {FAILS}}}
    services: {{shop: {{needs: [{{any: [a, b]}}], demand: {{peak: 100 rps}}}}}}
    """
    found = capacity(text, tmp_path)
    assert found.headroom == pytest.approx(3.0)  # 50 of each
    # Without a, b carries all: 200 / 100. Without one of b, the other half of b: 100 / 50.
    assert found.after_loss.replica == pytest.approx(1.0)


def test_without_demand_there_is_no_table_and_without_capacity_no_headroom(tmp_path):
    text = f"""
    name: t
    components: {{web: {{{FAILS}}}}}
    services:
      quiet: {{needs: [web]}}
      loud: {{needs: [web], demand: {{peak: 10 rps}}}}
    """
    table = capacity_of(system_of(text, tmp_path))
    assert list(table) == ["loud"]
    assert table["loud"].demand == 10
    assert table["loud"].headroom is None
    assert table["loud"].full is None
