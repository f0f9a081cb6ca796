import itertools

import pytest
from hypothesis import given, settings

from hasim.description import load, read_text, resolve
from hasim.losses import _Structure, serving, single_points_of_failure
from tests.compiler.random_systems import systems


def system_of(text):
    return resolve(read_text("name: x\n" + text))


def test_everything_serves_where_nothing_is_lost():
    assert all(serving(load("models/shop.yaml")).values())


def test_a_lost_domain_takes_what_is_inside():
    after = serving(load("models/shop.yaml"), ["eu"])
    assert not any(after.values())
    assert serving(load("models/shop.yaml"), ["c"])["web"]


def test_a_lost_host_takes_what_it_carries():
    system = load("models/worked_example.yaml")
    assert serving(system, ["server.1"])["orders"]
    assert not serving(system, ["server.1", "server.2"])["orders"]
    assert serving(system, ["server.1", "server.2"])["login"]


def test_the_loss_of_a_component_stops_what_needs_it():
    after = serving(load("models/shop.yaml"), ["db"])
    assert (after["a"], after["db"], after["web"], after["checkout"]) == (True, False, False, False)


NEEDS = {
    "[{any: [a, b]}]": {"a": True, "a b": False},
    "[{all: [a, b]}]": {"a": False, "b": False},
    "[{at_least: 2, of: [a, b, c]}]": {"a": True, "a c": False},
    "[{name: d, at_least: 1}]": {"d.1": True, "d.1 d.2": False},
    "[d]": {"d.1": False, "d.2": False},
}


@pytest.mark.parametrize("needs", NEEDS)
def test_every_kind_of_need(needs):
    system = system_of(
        f"components:\n  web: {{needs: {needs}}}\n  a: {{}}\n  b: {{}}\n  c: {{}}\n"
        "  d: {replicas: 2, required: 2}\n"
    )
    for lost, serves in NEEDS[needs].items():
        assert serving(system, lost.split())["web"] is serves


def test_a_need_for_fewer_replicas_is_judged_by_what_the_group_needs_too():
    system = system_of(
        "components:\n"
        "  web: {needs: [{name: app, at_least: 1}]}\n"
        "  app: {replicas: 3, required: 2, needs: [db]}\n  db: {}\n"
    )
    assert not serving(system, ["db"])["web"]
    assert serving(system, ["app.1", "app.2"])["web"]
    assert not serving(system, ["app.1", "app.2"])["app"]


def test_single_points_of_failure():
    system = load("models/single_point_of_failure.yaml")
    assert single_points_of_failure(system) == {"site": ("a", "balancer.1")}


def test_models_without_single_points():
    assert single_points_of_failure(load("models/shop.yaml")) == {"checkout": ()}
    points = single_points_of_failure(load("models/worked_example.yaml"))
    assert set(points.values()) == {()}


def test_what_cannot_fail_is_told_on_demand():
    system = system_of(
        "domains: {a: {level: zone}}\n"
        "components: {web: {replicas: 2, spread: [a], mtbf: 9 d, mttr: 1 h}}"
    )
    assert single_points_of_failure(system) == {"service": ()}
    assert single_points_of_failure(system, that_can_fail=False) == {"service": ("a",)}


def test_a_host_is_a_single_point_of_all_that_runs_on_it():
    system = system_of(
        "components:\n"
        "  web: {replicas: 2, hosts: [s.1]}\n"
        "  s: {replicas: 2, mtbf: 1 year, mttr: 1 d}\n"
    )
    assert single_points_of_failure(system) == {"service": ("s.1",)}


def test_groups_that_can_spare_no_replica():
    system = system_of("components: {web: {replicas: 2, required: 2, mtbf: 9 d, mttr: 1 h}}")
    assert single_points_of_failure(system) == {"service": ("web.1", "web.2")}


@settings(max_examples=25)
@given(systems())
def test_one_loss_at_a_time_tells_what_all_of_the_system_tells(system):
    """What is looked at from the loss on is what a look at everything finds."""
    structure = _Structure(system)
    names = [*system.domains, *system.components]
    names += [f"{name}.1" for name in system.components]
    for lost in itertools.chain(([one] for one in names), itertools.combinations(names[:5], 2)):
        gone, all_of_it = frozenset(lost), {}
        for name in structure.order:
            all_of_it[name] = structure._state(name, gone, all_of_it, None)
        found = structure.after(gone)
        assert {
            name: found.get(name, structure.full[name]) for name in structure.order
        } == all_of_it


def test_what_shares_a_domain_or_misses_its_own_is_lost_with_it():
    system = system_of(
        "domains: {a: {level: zone}, b: {level: zone}, feed: {level: feed, mtbf: 1 d, mttr: 1 h}}\n"
        "components:\n"
        "  web: {replicas: 2, required: 2, spread: [a, b], needs: [{name: db, within: zone}]}\n"
        "  db: {replicas: 2, spread: [a, b], shares: [feed], mtbf: 1 d, mttr: 1 h}\n"
        "services: {shop: {needs: [web]}}\n"
    )
    assert single_points_of_failure(system) == {"shop": ("feed", "db.1", "db.2")}
    assert not serving(system, ["db.2"])["web"]


@pytest.mark.normal
def test_a_chain_of_thousands_is_looked_at_link_by_link():
    parts = "".join(f"  c{i}: {{mtbf: 1 d, mttr: 1 h}}\n" for i in range(1000))
    system = system_of("components:\n" + parts)
    assert len(single_points_of_failure(system)["service"]) == 1000
