"""What there is to draw of a draft, however wrong or unfinished."""

import pytest
from hypothesis import given, settings

from hasim.description import check, read_text
from hasim.description.sketch import sketch_system, sketch_text
from hasim.errors import ModelError
from hasim.topology import placement
from tests.description.mutated_models import FOLDER, PATHS, mutated_texts

SHOP = """
domains:
  eu: {level: region}
  a: {level: zone, in: eu}
  b: {level: zone, in: eu}
components:
  web: {replicas: 3, spread: [a, b], needs: [db]}
  db: {replicas: 2, spread: [a, b], redundancy: active-passive, failover: {needs: [lock]}}
  lock: {spread: [a]}
services:
  shop: {needs: [web], uses: [lock]}
"""


def arrows(drawn):
    return [arrow.identifier for arrow in drawn.arrows]


def members(drawn):
    return {one.identifier: one.replicas for one in drawn.members}


def keys(findings):
    return [finding.key for finding in findings]


def test_parts_replicas_and_arrows():
    drawn = sketch_text(SHOP)
    assert (*drawn.services, *drawn.components) == ("shop", "web", "db", "lock")
    assert members(drawn) == {
        "member:web:a": (1, 3),
        "member:web:b": (2,),
        "member:db:a": (1,),
        "member:db:b": (2,),
        "member:lock:a": (1,),
    }
    assert arrows(drawn) == ["needs:web:db", "needs:shop:web", "uses:shop:lock", "takeover:db:lock"]
    assert (drawn.arrows[1].source_id, drawn.arrows[1].target_id) == (
        "service:shop",
        "component:web",
    )
    assert drawn.system is not None
    assert not drawn.locked


@pytest.mark.normal
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_checks_is_drawn_as_the_tool_means_it(path):
    text = path.read_text(encoding="utf-8")
    drawn = sketch_text(text, path.parent)
    checked = check(read_text(text, folder=path.parent))
    assert drawn.system == checked.system
    assert len(drawn.findings) == len(checked.findings)
    assert (drawn.components, drawn.services) == (
        checked.system.components,
        checked.system.services,
    )
    counts = dict.fromkeys(drawn.components, 0)
    for one in drawn.members:
        counts[one.group] += len(one.replicas)
    for name, places in placement(checked.system).items():
        assert counts[name] == sum(place.domain is not None for place in places)
    assert sketch_system(checked.system).arrows == drawn.arrows


def test_what_runs_on_hosts_is_where_they_are():
    text = "domains: {a: {}, b: {}}\ncomponents:\n  node: {replicas: 2, spread: [a, b]}\n"
    drawn = sketch_text(text + "  web: {replicas: 2, hosts: node}\n")
    web = [one for one in drawn.members if one.group == "web"]
    assert [(one.domain, one.hosts) for one in web] == [("a", ("node.1",)), ("b", ("node.2",))]
    assert "host:web:node" in arrows(drawn)


def test_needs_in_groups_and_of_domains_have_arrows():
    text = "domains: {a: {needs: [grid]}}\ncomponents: {grid: {}, x: {}, y: {}, z: {}}\n"
    needs = "{any: [x, {all: [y, {at_least: 1, of: [z, x]}]}]}"
    drawn = sketch_text(f"{text}services: {{shop: {{needs: [{needs}]}}}}")
    found = ["needs:a:grid", "needs:shop:x", "needs:shop:y", "needs:shop:z"]
    assert arrows(drawn) == found
    assert drawn.arrows[0].source_id == "domain:a"


# ---------------------------------------------------------------------------- what does not check


def test_an_unknown_name_has_a_finding_and_no_arrow():
    drawn = sketch_text("components: {web: {needs: [dbb, cache]}, cache: {}}")
    assert drawn.system is None
    assert arrows(drawn) == ["needs:web:cache", "needs:service:web"]
    assert keys(drawn.about["component:web"]) == ["components.web.needs[0]"]
    place = drawn.about["component:web"][0].place
    assert (place.line, place.column) == (1, 28)


def test_a_finding_about_a_need_is_at_its_arrow():
    drawn = sketch_text(
        "components: {web: {needs: [{name: db, at_least: 3}, db2]}, db: {}, db2: {}}"
    )
    assert keys(drawn.about["needs:web:db"]) == ["components.web.needs[0].at_least"]
    assert "needs:web:db2" not in drawn.about
    assert drawn.about["needs:web:db"] == drawn.about["component:web"]


def test_a_finding_about_a_route_is_at_its_arrow():
    edge = "{replicas: 2, routes: {to: web, layer: 5}}"
    drawn = sketch_text(f"components: {{edge: {edge}, web: {{replicas: 2}}}}")
    assert keys(drawn.about["routes:edge:web"]) == ["components.edge.routes.layer"]


def test_a_finding_about_a_host_is_at_its_arrow():
    text = "components: {node: {}, web: {hosts: [node, node.7], uses: [{name: ads, calls: x}]}"
    drawn = sketch_text(text + ", ads: {}}")
    assert keys(drawn.about["host:web:node"]) == ["components.web.hosts[1]"]
    assert keys(drawn.about["uses:web:ads"]) == ["components.web.uses[0].calls"]


def test_cycles_of_all_kinds_are_drawn():
    text = """
domains: {a: {in: b}, b: {in: a}, c: {in: c}}
components:
  web: {needs: [db], spread: [a]}
  db: {needs: [web, db], hosts: [cache]}
  cache: {hosts: [db, web]}
"""
    drawn = sketch_text(text)
    assert set(arrows(drawn)) >= {"needs:web:db", "needs:db:web", "needs:db:db", "host:cache:db"}
    assert members(drawn) == {"member:web:a": (1,)}
    assert drawn.about["component:web"]


def test_wrong_types_are_skipped():
    text = """
domains: {a: 3, b: [x]}
components:
  web: {replicas: two, spread: a, needs: 7, mtbf: [1]}
  db: null
  x: {spread: [b, [c]], routes: web, hosts: {}}
services: nobody
crews: {oncall: {size: x}}
"""
    drawn = sketch_text(text)
    assert list(drawn.components) == ["web", "db", "x"]
    assert list(drawn.domains) == ["a", "b"]
    assert members(drawn) == {"member:x:b": (1,)}
    assert keys(drawn.about["crew:oncall"]) == ["crews.oncall.size"]
    assert keys(drawn.elsewhere()) == ["services", "crews.oncall.size"]


@pytest.mark.parametrize("text", ["name: x", "components: {}", "components:", "zork: [1]"])
def test_a_draft_without_components_is_an_empty_sketch(text):
    drawn = sketch_text(text)
    assert not drawn.components
    assert not drawn.services
    assert drawn.findings == drawn.elsewhere()
    assert drawn.findings


@pytest.mark.parametrize("text", ["", "[1]", "a: [", "text"])
def test_what_is_no_model_is_refused(text):
    with pytest.raises(ModelError):
        sketch_text(text)


@pytest.mark.normal
@settings(max_examples=200, deadline=None)
@given(mutated_texts())
def test_every_text_has_a_sketch_or_is_refused(text):
    try:
        drawn = sketch_text(text, FOLDER)
    except ModelError:
        return
    known = {*drawn.services, *drawn.components, *drawn.domains}
    assert {name for arrow in drawn.arrows for name in (arrow.source, arrow.target)} <= known
    assert {one.group for one in drawn.members} <= set(drawn.components)
    assert {one.domain for one in drawn.members} <= set(drawn.domains)
    told = {finding for findings in drawn.about.values() for finding in findings}
    assert told | set(drawn.elsewhere()) == set(drawn.findings)


# --------------------------------------------------------------------------- what is not typed here

STAMPED = """
parameters: {n: 2}
stamps:
  region:
    for: [eu, us]
    domains: {"${region}": {level: region}}
    components: {web: {replicas: "${n}", spread: ["${region}"], needs: [db, oops]}, db: {}}
components: {edge: {needs: [{any: [{each: region.web}]}]}}
"""


def test_stamped_parts_are_locked_and_share_their_findings():
    drawn = sketch_text(STAMPED)
    assert list(drawn.components) == ["edge", "eu-web", "eu-db", "us-web", "us-db"]
    assert "component:edge" not in drawn.locked
    assert drawn.locked >= {"component:eu-web", "component:us-db", "domain:eu", "service:service"}
    assert drawn.about["component:eu-web"] == drawn.about["component:us-web"]
    assert "stamps.region.components.web.needs[1]" in keys(drawn.about["component:eu-web"])
    assert arrows(drawn)[:2] == ["needs:edge:eu-web", "needs:edge:us-web"]
    assert members(drawn)["member:us-web:us"] == (1, 2)


def test_included_parts_are_locked(tmp_path):
    (tmp_path / "zones.yaml").write_text("domains: {a: {level: zone, mtbf: 1}}", encoding="utf-8")
    text = "include: [zones.yaml]\ndomains: {b: {level: zone}}\ncomponents: {web: {spread: [a, b]}}"
    drawn = sketch_text(text, tmp_path)
    assert drawn.locked == {"domain:a", "service:service"}
    assert drawn.about["domain:a"][0].place.file.endswith("zones.yaml")
    without = sketch_text(text)
    assert list(without.domains) == ["b"]
    assert "web" in without.components
    assert keys(without.findings) == ["include[0]"]


def test_options_are_set_aside_and_told():
    text = "components: {web: {needs: []}}\noptions: {components.web.replicas: [1, x]}"
    drawn = sketch_text(text)
    assert drawn.components["web"].replicas == 1
    assert drawn.system is None
    assert [key.startswith("options.") for key in keys(drawn.elsewhere())] == [True]


def test_presets_fill_what_is_drawn():
    drawn = sketch_text("components: {db: {preset: patroni-postgres, replicas: 2}}")
    assert drawn.components["db"].redundancy == "active-passive"
    assert drawn.components["db"].failures
