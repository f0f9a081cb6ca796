"""Who serves, who is to blame, how many requests are lost and when capacity is short."""

import pytest

from hasim.process import Outages, Share
from tests.compiler.scenarios import NEVER, Scenario, compiled, gates_and_levels, names


def component(name, more="", repair="100 s"):
    failures = f"{{crash: {{after: '{NEVER}', repair: 'fixed({repair})'}}}}"
    return f"  {name}: {{failures: {failures}{more}}}\n"


def model(*components, services="", more=""):
    text = "name: t\n" + more + "components:\n" + "".join(components)
    return text + (f"services:\n{services}" if services else "")


def zones(repair):
    fails = f"mtbf: '{NEVER}', mttr: fixed({repair})"
    return f"domains:\n  a: {{level: zone, {fails}}}\n  b: {{level: zone}}\n"


# ---------------------------------------------------------------------------- needs


def test_needs_are_followed_transitively(tmp_path):
    text = model(
        component("web", ", needs: [app]"), component("app", ", needs: [db]"), component("db")
    )
    told = Scenario(compiled(text, tmp_path), (1000, "db.1 crash")).timeline(5000)
    assert told == ["0 up", "1000 repair db.crash", "1100 up"]


def test_any_is_met_by_one_and_at_least_by_so_many(tmp_path):
    parts = [component(name) for name in "abc"]
    text = model(
        *parts,
        services=(
            "  one: {needs: [{any: [a, b]}]}\n  two: {needs: [{at_least: 2, of: [a, b, c]}]}\n"
        ),
    )
    scenario = Scenario(compiled(text, tmp_path), (1000, "a.1 crash"), (1050, "b.1 crash"))
    assert scenario.timeline(5000, "one") == ["0 up", "1050 repair a.crash", "1100 up"]
    scenario = Scenario(compiled(text, tmp_path), (1000, "a.1 crash"), (1050, "c.1 crash"))
    assert scenario.timeline(5000, "two") == ["0 up", "1050 repair a.crash", "1100 up"]
    assert scenario.at(5000).value("one serves")


def test_fewer_replicas_than_required_can_do_for_a_need(tmp_path):
    web = component("web", ", replicas: 3, required: 3, needs: [db]")
    text = model(
        web,
        component("db"),
        services="  all: {needs: [web]}\n  most: {needs: [{name: web, at_least: 2}]}\n",
    )
    process = compiled(text, tmp_path)
    scenario = Scenario(process, (1000, "web.1 crash"), (1050, "web.2 crash"))
    assert scenario.timeline(5000, "all") == ["0 up", "1000 repair web.crash", "1150 up"]
    scenario = Scenario(process, (1000, "web.1 crash"), (1050, "web.2 crash"))
    assert scenario.timeline(5000, "most") == ["0 up", "1050 repair web.crash", "1100 up"]
    # Its other needs are needs all the same.
    scenario = Scenario(process, (1000, "db.1 crash"))
    assert scenario.timeline(5000, "most") == ["0 up", "1000 repair db.crash", "1100 up"]


def test_a_service_can_be_needed(tmp_path):
    text = model(component("a"), services="  inner: {needs: [a]}\n  outer: {needs: [inner]}\n")
    told = Scenario(compiled(text, tmp_path), (1000, "a.1 crash")).timeline(5000, "outer")
    assert told == ["0 up", "1000 repair a.crash", "1100 up"]


def test_equal_needs_share_one_gate(tmp_path):
    parts = [component("a"), component("b"), component("x", ", needs: [{any: [a, b]}]")]
    parts.append(component("y", ", needs: [{any: [a, b]}]"))
    nodes = gates_and_levels(compiled(model(*parts), tmp_path))
    assert [name for name in nodes if name.startswith("any of")] == [
        "any of (a, b): sum",
        "any of (a, b)",
    ]


def test_what_cannot_fail_is_left_out(tmp_path):
    text = model("  solid: {replicas: 3}\n", component("web", ", needs: [solid]"))
    process = compiled(text, tmp_path)
    assert names(process) == ["web.1"]
    assert not any("solid" in name for name in gates_and_levels(process))


def test_a_system_that_cannot_fail_compiles(tmp_path):
    process = compiled(model("  web: {replicas: 2}\n"), tmp_path)
    assert Scenario(process).timeline(100) == ["0 up"]
    (outages,) = [one for one in process.measures if isinstance(one, Outages)]
    assert outages.blame is None


@pytest.mark.normal
def test_a_chain_of_thousands_compiles(tmp_path):
    parts = [component(f"c{i}", f", needs: [c{i + 1}]") for i in range(3000)]
    process = compiled(model(*parts, component("c3000")), tmp_path)
    assert len(process.automata) == 3001


# ---------------------------------------------------------------------------- blame


def test_the_first_need_in_declaration_order_is_charged_and_the_deepest(tmp_path):
    parts = [component("web", ", needs: [cache, db]"), component("db"), component("cache")]
    process = compiled(model(*parts), tmp_path)
    incident = [(1000, "web.1 crash"), (1010, "db.1 crash"), (1020, "cache.1 crash")]
    assert Scenario(process, *incident).timeline(5000) == [
        "0 up",
        "1000 repair web.crash",
        "1010 repair db.crash",
        "1020 repair cache.crash",
        "1120 up",
    ]


@pytest.mark.parametrize(
    ("required", "timeline"),
    [
        (3, ["1000 repair web.crash", "1010 masked a.failure", "1210 up"]),
        (2, ["1010 repair web.crash", "1100 up"]),
        (1, []),
    ],
)
def test_the_replica_that_keeps_a_group_from_serving_is_charged(tmp_path, required, timeline):
    # web.1 is in zone a, masked from 1010 to 1210; web.2 is under repair from 1000 to 1100.
    zone = zones("200 s")
    web = component("web", f", replicas: 3, required: {required}, spread: [a, b, b]")
    process = compiled(model(web, more=zone), tmp_path)
    scenario = Scenario(process, (1000, "web.2 crash"), (1010, "a failure"))
    assert scenario.timeline(5000) == ["0 up", *timeline]


# ---------------------------------------------------------------------------- requests


DETECTED = f"{{crash: {{after: '{NEVER}', detect: 60 s, repair: fixed(100 s)}}}}"


def detected(name, more=""):
    return f"  {name}: {{failures: {DETECTED}{more}}}\n"


def test_an_undetected_replica_loses_its_share_until_it_is_ejected(tmp_path):
    process = compiled(model(detected("web", ", replicas: 4")), tmp_path)
    scenario = Scenario(process, (1000, "web.1 crash"), (1030, "web.2 crash"))
    level = "service requests served"
    assert scenario.at(1010).value(level) == 3 / 4
    assert scenario.at(1040).value(level) == 2 / 4
    assert scenario.at(1070).value(level) == 2 / 3  # web.1 is ejected
    assert scenario.at(1100).value(level) == 1.0
    assert scenario.at(1200).value(level) == 1.0


def test_a_masked_replica_gets_no_requests(tmp_path):
    zone = zones("40 s")
    web = detected("web", ", replicas: 3, spread: [a, b, b]")
    process = compiled(model(web, more=zone), tmp_path)
    scenario = Scenario(process, (1000, "web.1 crash"), (1010, "a failure"))
    level = "service requests served"
    assert scenario.at(1005).value(level) == pytest.approx(2 / 3)
    assert scenario.at(1020).value(level) == 1.0  # masked
    assert scenario.at(1055).value(level) == pytest.approx(2 / 3)  # unmasked, still undetected
    assert scenario.at(1061).value(level) == 1.0


def test_a_replica_that_starts_gets_no_requests(tmp_path):
    process = compiled(model(detected("web", ", replicas: 2, start: 30 s")), tmp_path)
    scenario = Scenario(process, (1000, "web.1 crash"))
    level = "service requests served"
    assert scenario.at(1059).value(level) == 0.5
    assert scenario.at(1161).value(level) == 1.0  # repaired, starting
    assert scenario.at(1161).value("web serving") == 1


def test_shares_of_groups_on_the_way_multiply_each_once(tmp_path):
    text = model(
        detected("web", ", replicas: 2, needs: [app, db]"),
        detected("app", ", replicas: 2, needs: [db]"),
        detected("db", ", replicas: 4"),
    )
    scenario = Scenario(
        compiled(text, tmp_path), (1000, "web.1 crash"), (1000, "app.1 crash"), (1000, "db.1 crash")
    )
    assert scenario.at(1010).value("service requests served") == 1 / 2 * 1 / 2 * 3 / 4


def test_no_request_is_served_while_the_service_is_down(tmp_path):
    text = model(detected("web", ", replicas: 2, required: 2"))
    scenario = Scenario(compiled(text, tmp_path), (1000, "web.1 crash"))
    assert scenario.at(1010).value("service requests served") == 0.0


def test_alternatives_share_requests_equally_over_those_that_serve(tmp_path):
    text = model(
        detected("a", ", replicas: 2"),
        component("b"),
        services="  one: {needs: [{any: [a, b]}]}\n",
    )
    scenario = Scenario(compiled(text, tmp_path), (1000, "a.1 crash"), (1030, "b.1 crash"))
    assert scenario.at(1010).value("one requests served") == (0.5 + 1.0) / 2
    assert scenario.at(1040).value("one requests served") == 0.5


def test_a_group_that_is_found_at_once_has_no_share(tmp_path):
    nodes = gates_and_levels(compiled(model(component("web", ", replicas: 2")), tmp_path))
    assert "web share served" not in nodes
    assert "service requests served" not in nodes


# ---------------------------------------------------------------------------- short of capacity


def test_up_with_less_capacity_than_the_peak_asks(tmp_path):
    web = component("web", ", replicas: 4, required: 1, capacity: 100 rps")
    text = model(web, services="  shop: {needs: [web], demand: {peak: 250 rps}}\n")
    scenario = Scenario(compiled(text, tmp_path), (1000, "web.1 crash"), (1050, "web.2 crash"))
    assert not scenario.at(1040).value("shop short")  # 3 of 4
    assert scenario.at(1060).value("shop short")  # 2 of 4
    assert not scenario.at(1110).value("shop short")


def test_what_cannot_be_short_while_it_serves_reads_nothing(tmp_path):
    web = component("web", ", replicas: 4, required: 3, capacity: 100 rps")
    text = model(web, services="  shop: {needs: [web], demand: {peak: 250 rps}}\n")
    process = compiled(text, tmp_path)
    assert gates_and_levels(process)["shop short: sum"].terms == ()
    assert [one.name for one in process.measures if isinstance(one, Share)] == ["shop short"]


def test_calls_and_several_services_add_up(tmp_path):
    text = model(
        component("db", ", replicas: 8, capacity: 100 rps"),
        services=(
            "  shop: {needs: [{name: db, calls: 3}], demand: {peak: 200 rps}}\n"
            "  blog: {needs: [db], demand: {peak: 100 rps}}\n"
            "  quiet: {needs: [db]}\n"
        ),
    )
    process = compiled(text, tmp_path)
    scenario = Scenario(process, (1000, "db.1 crash"), (1010, "db.2 crash"))
    assert not scenario.at(1005).value("blog short")  # 700 asked of 700
    assert scenario.at(1015).value("blog short")
    assert [one.name for one in process.measures if isinstance(one, Share)] == [
        "shop short",
        "blog short",
    ]


def test_those_alternatives_that_are_left_take_all(tmp_path):
    text = model(
        component("a", ", replicas: 2, required: 2, capacity: 100 rps"),
        component("b", ", replicas: 3, required: 1, capacity: 100 rps"),
        services="  shop: {needs: [{any: [a, b]}], demand: {peak: 250 rps}}\n",
    )
    scenario = Scenario(
        compiled(text, tmp_path), (1000, "a.1 crash"), (1050, "b.1 crash"), (1200, "b.2 crash")
    )
    assert not scenario.at(999).value("shop short")  # 125 of each
    assert not scenario.at(1010).value("shop short")  # 250 of b, which has 300
    assert scenario.at(1060).value("shop short")  # 250 of b, which has 200
    assert not scenario.at(1210).value("shop short")  # 125 of b, which has 200
