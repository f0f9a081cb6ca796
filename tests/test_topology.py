import pytest

from hasim.description import load, read_text, resolve
from hasim.topology import (
    Link,
    Place,
    all_that_bears_on,
    cycles,
    demand_on,
    links,
    needed_first,
    placement,
    to_graph,
)


def system_of(text):
    return resolve(read_text("name: x\n" + text))


# ---------------------------------------------------------------------------- who needs whom


def test_links_are_all_that_can_make_one_thing_stop_another():
    system = system_of(
        "domains: {eu: {}, a: {in: eu, needs: [power]}}\n"
        "components:\n"
        "  web: {hosts: [node.1], needs: [{any: [db, cache]}, db]}\n"
        "  node: {spread: [a]}\n"
        "  db: {spread: [a]}\n  cache: {spread: [a]}\n  power: {spread: everywhere}\n"
    )
    assert [str(link) for link in links(system)] == [
        "a needs power",
        "a is in eu",
        "web needs db",
        "web needs cache",
        "web runs on node",
        "node is in a",
        "db is in a",
        "cache is in a",
        "service needs web",
    ]


def test_a_system_that_is_well_has_no_cycles():
    assert cycles(load("models/shop.yaml")) == []


def test_a_cycle_is_told_by_its_links_from_the_first_declared():
    system = system_of("components: {a: {needs: [b]}, b: {needs: [c]}, c: {needs: [d]}, d: {}}")
    more = [Link("d", "fails over with", "b"), Link("c", "fails over with", "b")]
    assert cycles(system, more) == [
        (Link("b", "needs", "c"), Link("c", "fails over with", "b")),
    ]


def test_cycles_that_share_a_member_are_told_once():
    system = system_of("components: {a: {}, b: {}, c: {}, d: {}}")
    pairs = ["ab", "ba", "bc", "cb", "cd", "da"]
    found = cycles(system, [Link(source, "needs", target) for source, target in pairs])
    assert found == [(Link("a", "needs", "b"), Link("b", "needs", "a"))]


def test_what_leads_to_a_cycle_or_away_from_it_is_not_in_it():
    system = system_of("components: {a: {}, b: {}, c: {}, d: {}, e: {}}")
    pairs = ["ab", "bb", "bc", "cd", "dd", "de"]
    found = cycles(system, [Link(source, "needs", target) for source, target in pairs])
    assert found == [(Link("b", "needs", "b"),), (Link("d", "needs", "d"),)]


@pytest.mark.normal
def test_a_long_cycle_is_found():
    n = 1500
    lines = [f"  c{i}: {{needs: [c{i + 1}]}}\n" for i in range(n)]
    system = system_of("components:\n" + "".join(lines) + f"  c{n}: {{}}\n")
    (cycle,) = cycles(system, [Link(f"c{n}", "needs", "c0")])
    assert len(cycle) == n + 1


def test_what_is_needed_comes_first():
    order = needed_first(load("models/shop.yaml"))
    assert order == ["eu", "a", "b", "c", "db", "web", "edge", "checkout"]


def test_the_graph_has_an_edge_for_each_need_by_name():
    graph = to_graph(load("models/worked_example.yaml"))
    assert graph.has_edge("orders", "orders-db")
    assert not graph.has_edge("orders", "server")
    assert graph.nodes["server"]["section"] == "components"


# ---------------------------------------------------------------------------- what runs where


def test_replicas_are_spread_round_robin():
    system = system_of(
        "domains: {a: {}, b: {}, c: {}}\ncomponents: {web: {replicas: 5, spread: [a, b, c]}}"
    )
    assert [place.domain for place in placement(system)["web"]] == ["a", "b", "c", "a", "b"]


def test_a_host_component_stands_for_its_replicas_with_alternating_domains():
    system = system_of(
        "domains: {a: {}, b: {}}\n"
        "components:\n"
        "  vm: {replicas: 4, hosts: node}\n"
        "  node: {replicas: 5, spread: [a, a, b]}\n"
    )
    assert [place.domain for place in placement(system)["node"]] == ["a", "a", "b", "a", "a"]
    assert placement(system)["vm"] == (
        Place("a", "node.1"),
        Place("b", "node.3"),
        Place("a", "node.2"),
        Place("a", "node.4"),
    )


def test_hosts_are_taken_in_their_order_and_again():
    system = system_of(
        "components:\n  db: {replicas: 3, hosts: [s2, s1.2]}\n  s1: {replicas: 2}\n  s2: {}\n"
    )
    hosts = [place.host for place in placement(system)["db"]]
    assert hosts == ["s2.1", "s1.2", "s2.1"]


def test_an_entry_of_several_replicas_gives_its_next_one_each_time():
    system = system_of(
        "components: {db: {replicas: 4, hosts: [s1, s2]}, s1: {replicas: 2}, s2: {replicas: 2}}"
    )
    hosts = [place.host for place in placement(system)["db"]]
    assert hosts == ["s1.1", "s2.1", "s1.2", "s2.2"]


def test_hosts_have_hosts():
    system = system_of(
        "domains: {a: {}}\n"
        "components: {app: {hosts: vm}, vm: {hosts: server}, server: {spread: [a]}}"
    )
    assert placement(system)["app"] == (Place("a", "vm.1"),)
    assert placement(system)["vm"] == (Place("a", "server.1"),)


# ---------------------------------------------------------------------------- who is asked how much


def demand_of(text):
    return demand_on(system_of(text))


def test_what_several_ask_adds_up_times_the_calls():
    demand = demand_of(
        "components:\n"
        "  web: {needs: [auth, {name: db, calls: 3}]}\n"
        "  app: {needs: [db]}\n"
        "  auth: {needs: [db]}\n"
        "  db: {}\n"
        "services:\n"
        "  shop: {needs: [web], demand: {peak: 100 rps}}\n"
        "  mail: {needs: [app], demand: {peak: 10 rps}}\n"
    )
    assert demand == {"web": 100, "app": 10, "auth": 100, "db": 100 + 300 + 10}


def test_alternatives_share_equally_and_at_least_takes_its_share():
    demand = demand_of(
        "components:\n"
        "  web: {needs: [{any: [a, {all: [b, c]}]}, {at_least: 2, of: [d, e, f]}]}\n"
        "  a: {}\n  b: {}\n  c: {}\n  d: {}\n  e: {}\n  f: {}\n"
        "services: {shop: {needs: [web], demand: {peak: 90 rps}}}\n"
    )
    shares = {"a": 45, "b": 45, "c": 45, "d": 60, "e": 60, "f": 60}
    assert demand == pytest.approx({"web": 90, **shares})


def test_a_needed_service_passes_its_demand_on():
    demand = demand_of(
        "components: {web: {needs: [login]}, auth: {}}\n"
        "services:\n"
        "  login: {needs: [auth], demand: {peak: 5 rps}}\n"
        "  shop: {needs: [web], demand: {peak: 100 rps}}\n"
    )
    assert demand == {"web": 100, "auth": 105}


def test_no_demand_is_none():
    assert demand_on(load("models/pair.yaml")) == {"web": 0.0}


def test_what_bears_on_a_service_goes_through_hosts_and_domains():
    system = system_of(
        "domains: {a: {level: zone, needs: [power]}}\n"
        "components:\n"
        "  web: {hosts: s}\n"
        "  s: {spread: [a]}\n"
        "  power: {spread: everywhere}\n"
        "  other: {spread: [a]}\n"
        "services: {shop: {needs: [web]}, rest: {needs: [other]}}\n"
    )
    assert all_that_bears_on(system, "shop") == {"shop", "web", "s", "a", "power"}
