"""The elements of the canvas: what the widget draws, where, and that nothing meets."""

import itertools
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings

from hasim.description.sketch import sketch_text
from hasim.errors import ModelError
from hasim.reporting import canvas
from hasim.reporting.canvas import canvas_of
from hasim.reporting.domain_boxes import Box
from tests.description.mutated_models import FOLDER, mutated_texts

MODELS = sorted((Path(__file__).parents[2] / "models").glob("*.yaml"))

SHOP = """
domains:
  eu: {level: region}
  a: {level: zone, in: eu, mtbf: 2 years, mttr: 2 h}
  b: {level: zone, in: eu}
components:
  web: {kind: app, replicas: 6, required: 4, spread: [a, b], needs: [db], mtbf: 30 d, mttr: 1 h}
  db: {replicas: 2, spread: [a, b]}
services:
  shop: {needs: [web]}
"""


def drawn(text, *, places=None, before=None, folder=None):
    return canvas_of(sketch_text(text, folder), places, before)


def nodes(elements):
    return {node["id"]: node for node in elements["nodes"]}


def box_of(node):
    return Box(node["x"], node["y"], node["w"], node["h"])


def where(elements, *types):
    return {n["id"]: (n["x"], n["y"]) for n in elements["nodes"] if not types or n["type"] in types}


def meeting(elements):
    """Pairs of nodes with the same parent that meet, and nodes that stick out of their parent."""
    by_id = nodes(elements)
    boxes = {name: box_of(node) for name, node in by_id.items()}
    siblings = itertools.combinations(by_id.values(), 2)
    pairs = [(a["id"], b["id"]) for a, b in siblings if a["parent"] == b["parent"]]
    found = [(a, b) for a, b in pairs if boxes[a].meets(boxes[b])]
    inside = [(node["id"], node["parent"]) for node in by_id.values() if node["parent"]]
    return found + [(a, b) for a, b in inside if not boxes[b].holds(boxes[a])]


def large(count, *, needs=3, first=0):
    """A model of many components in six zones of two regions, in layers that need the next."""
    zones = {f"r{i}{z}": f"r{i}" for i in range(2) for z in "abc"}
    lines = ["domains:", *(f"  r{i}: {{level: region}}" for i in range(2))]
    lines += [f"  {zone}: {{level: zone, in: {region}}}" for zone, region in zones.items()]
    lines += ["components:"]
    for i in range(first, count):
        below = [i * 7 % 11 + i + 1 + 5 * k for k in range(1, needs) if i % 3 or k == 1]
        targets = ", ".join(dict.fromkeys(f"c{one}" for one in below if one < count))
        spread = ", ".join(list(zones)[i % 4 : i % 4 + 3])
        lines.append(f"  c{i}: {{replicas: 3, spread: [{spread}], needs: [{targets}]}}")
    return "\n".join(lines)


# ---------------------------------------------------------------------------- what is drawn


def test_nodes_say_what_they_are():
    found = nodes(drawn(SHOP))
    web, zone = found["component:web"], found["domain:a"]
    assert (web["name"], web["type"], web["role"]) == ("web", "component", "app")
    assert (web["says"], web["parent"]) == ("app, 4 of 6 needed", None)
    assert web["tells"][0].startswith("failure: after ")
    assert web["says"] not in web["tells"]
    assert (zone["level"], zone["says"], zone["parent"]) == ("zone", "zone", "domain:eu")
    assert found["service:shop"]["says"] == "service"
    member = found["member:web:a"]
    assert (member["says"], member["count"]) == ("web ×3", 3)
    assert (member["group"], member["parent"]) == ("component:web", "domain:a")
    assert member["tells"] == ["web.1", "web.3", "web.5"]
    assert found["member:db:b"]["says"] == "db"


def test_edges_join_nodes_and_all_is_json():
    elements = drawn(SHOP)
    edges = {edge["id"]: (edge["from"], edge["to"], edge["kind"]) for edge in elements["edges"]}
    assert edges["needs:web:db"] == ("component:web", "component:db", "needs")
    assert all(end in nodes(elements) for ends in edges.values() for end in ends[:2])
    assert json.loads(json.dumps(elements)) == elements
    assert elements == drawn(SHOP)


def test_findings_are_at_nodes_and_edges_and_elsewhere():
    elements = drawn("crews: {oncall: {size: x}}\ncomponents: {web: {needs: [dbb, db]}, db: {}}")
    (finding,) = nodes(elements)["component:web"]["findings"]
    assert (finding["severity"], finding["key"]) == ("error", "components.web.needs[0]")
    assert finding["text"].startswith("there is no component or service dbb")
    assert (finding["line"], finding["column"]) == (2, 28)
    assert [one["key"] for one in elements["elsewhere"]] == ["crews.oncall.size"]


def test_many_replicas_are_not_all_named():
    tells = nodes(drawn("domains: {a: {}}\ncomponents: {web: {replicas: 500, spread: [a]}}"))
    assert len(tells["member:web:a"]["tells"]) == 13
    assert tells["member:web:a"]["tells"][-1] == "and 488 more"


# ---------------------------------------------------------------------------- where it stands


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_nothing_meets_in_the_models(path):
    text = path.read_text(encoding="utf-8")
    assert meeting(drawn(text, folder=path.parent)) == []


@pytest.mark.normal
@pytest.mark.parametrize("count", [3, 12, 50, 200])
def test_nothing_meets_in_models_of_all_sizes(count):
    elements = drawn(large(count))
    assert meeting(elements) == []
    found = nodes(elements)
    edges = [edge for edge in elements["edges"] if edge["kind"] == "needs"]
    assert all(found[edge["from"]]["y"] < found[edge["to"]]["y"] for edge in edges)
    left, right = (
        f(n["x"] for n in found.values() if n["type"] == "component") for f in (min, max)
    )
    assert right - left < 5000


@pytest.mark.normal
@settings(max_examples=100, deadline=None)
@given(mutated_texts())
def test_nothing_meets_whatever_is_typed(text):
    try:
        elements = drawn(text, folder=FOLDER)
    except ModelError:
        return
    assert meeting(elements) == []
    assert meeting(drawn(text, folder=FOLDER, before=elements)) == []


def test_services_stand_on_top_and_what_is_alone_below():
    found = nodes(drawn(SHOP))
    assert found["service:shop"]["y"] < found["component:web"]["y"] < found["component:db"]["y"]
    text = SHOP.replace("components:", "components:\n  job: {needs: [db]}\n  lone: {}")
    found = nodes(drawn(text))
    assert found["component:job"]["y"] > found["service:shop"]["y"]
    assert found["component:lone"]["y"] > found["component:db"]["y"]


def test_a_group_has_the_same_cell_in_all_zones():
    text = SHOP.replace("db: {replicas: 2, spread: [a, b]}", "db: {spread: [b]}")
    text = text.replace("components:", "components:\n  edge: {replicas: 2, spread: [a, b]}")
    found = nodes(drawn(text))
    assert found["member:web:a"]["y"] == found["member:web:b"]["y"]
    assert found["member:edge:a"]["y"] == found["member:edge:b"]["y"]


def test_a_cycle_is_drawn():
    elements = drawn("components: {a: {needs: [b]}, b: {needs: [c]}, c: {needs: [a, c]}}")
    found = nodes(elements)
    assert found["component:a"]["y"] < found["component:b"]["y"] < found["component:c"]["y"]
    assert "needs:c:c" in {edge["id"] for edge in elements["edges"]}


def test_an_arrow_past_layers_has_points_on_its_way():
    text = "components: {a: {needs: [b, c]}, b: {needs: [c]}, c: {}}"
    edges = {edge["id"]: edge for edge in drawn(text)["edges"]}
    assert len(edges["needs:a:c"]["points"]) == 1
    assert "points" not in edges["needs:a:b"]
    moved = drawn(text, places={"component:c": (900.0, 900.0)})
    assert not any("points" in edge for edge in moved["edges"])


# ---------------------------------------------------------------------------- what somebody chose


def test_a_place_that_was_chosen_moves_nothing_else():
    before = where(drawn(SHOP))
    after = where(drawn(SHOP, places={"component:web": (-400.0, 70.0), "component:gone": (0, 0)}))
    assert after.pop("component:web") == (-400.0, 70.0)
    assert after == {name: at for name, at in before.items() if name != "component:web"}


def test_a_domain_takes_along_what_it_holds_and_those_around_it_grow():
    text = SHOP + "  other: {needs: [db]}\n"
    before, after = drawn(text), drawn(text, places={"domain:b": (2000.0, 900.0)})
    by = tuple(b - a for a, b in zip(where(before)["domain:b"], (2000.0, 900.0), strict=True))
    moved = {
        name: tuple(b - a for a, b in zip(at, where(after)[name], strict=True))
        for name, at in where(before).items()
    }
    assert moved["member:web:b"] == pytest.approx(by)
    still = {name for name, shift in moved.items() if shift == (0, 0)}
    assert still == set(moved) - {"domain:b", "domain:eu", "member:web:b", "member:db:b"}
    assert meeting(after) == []


# ---------------------------------------------------------------------------- what was before


@pytest.mark.normal
def test_a_component_more_moves_no_other_one():
    text = large(30)
    before = drawn(text)
    for more in ("  new: {}", "  new: {needs: [c9]}", "  new: {spread: [r0a], needs: [c3, c7]}"):
        after = drawn(f"{text}\n{more}", before=before)
        groups = where(after, "component")
        assert groups.pop("component:new")
        assert groups == where(before, "component")
        assert meeting(after) == []


def test_an_arrow_more_moves_nothing_in_a_large_picture():
    before = drawn(large(30))
    after = drawn(large(30).replace("c29: {", "c29: {uses: [c11], "), before=before)
    assert where(after) == where(before)
    assert len(after["edges"]) == len(before["edges"]) + 1


def test_a_small_picture_is_laid_out_afresh_where_an_arrow_would_not_lead_down():
    before = drawn("components: {a: {}, b: {}}")
    after = drawn("components: {a: {needs: [b]}, b: {}}", before=before)
    assert after == drawn("components: {a: {needs: [b]}, b: {}}")


def test_another_model_is_laid_out_afresh():
    other = drawn("components: {x: {}, y: {}, z: {}}\nservices: {one: {needs: [x]}}")
    assert drawn(SHOP, before=other) == drawn(SHOP)


def test_the_same_picture_again_is_the_same():
    for text in (SHOP, large(30), "components: {}"):
        before = drawn(text)
        assert drawn(text, before=before) == before


def test_the_service_by_default_stands_above_what_was_put_in_its_place():
    text = "components: {lb: {}, web: {}}"
    chosen = {"component:lb": (0.0, 0.0), "component:web": (0.0, -102.0)}
    before = drawn("name: new")
    for elements in (drawn(text, places=chosen), drawn(text, places=chosen, before=before)):
        assert meeting(elements) == []
        assert where(elements, "component") == chosen


def test_a_place_that_was_chosen_stays_through_what_comes_after():
    places = {"component:web": (-700.0, 40.0), "domain:eu": (0.0, 1500.0)}
    before = drawn(SHOP, places=places)
    after = drawn(SHOP.replace("web: {", "web: {uses: [db2], "), places=places, before=before)
    assert where(after) == where(before)


def test_what_is_too_large_is_not_drawn_and_says_so(monkeypatch):
    monkeypatch.setattr(canvas, "MOST_DRAWN", 3)
    elements = drawn(SHOP)
    assert (elements["nodes"], elements["edges"]) == ([], [])
    assert "are not drawn; at most 3; edit the YAML" in elements["elsewhere"][0]["text"]


@pytest.mark.slow
def test_drawing_two_hundred_components_costs_less_than_reading_them():
    text = large(200)
    drawn(text)
    start = time.process_time()
    read = sketch_text(text)
    half = time.process_time()
    canvas_of(read)
    assert time.process_time() - half <= 0.7 * (half - start) + 0.05
