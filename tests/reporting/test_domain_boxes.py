"""Boxes within boxes: what is in what, and what moves with what."""

from hasim.reporting.domain_boxes import Box, nest, place_domains


def test_rectangles_that_only_touch_do_not_meet():
    one = Box(0.0, 0.0, 10.0, 10.0)
    assert one.meets(Box(9.0, 9.0, 10.0, 10.0))
    assert not one.meets(Box(10.0, 0.0, 10.0, 10.0))
    assert one.holds(Box(2.0, 2.0, 6.0, 6.0))
    assert not one.holds(Box(2.0, 2.0, 6.1, 6.0))


def test_domains_around_themselves_are_cut_open_at_one_place():
    found = nest({"x": "a", "a": "b", "b": "a", "c": "c", "d": "gone"}, {}).outer
    assert found == {"x": "a", "a": None, "b": "a", "c": None, "d": None}


def test_a_very_deep_nest_is_drawn():
    names = [f"d{i}" for i in range(2000)]
    inside = dict(zip(names, [*names[1:], None], strict=True))
    boxes = place_domains(nest(inside, {"d0": ["web"]}), (0.0, 0.0), {}).domains
    assert all(boxes[outer].holds(boxes[name]) for name, outer in inside.items() if outer)


def test_a_sparse_box_beside_full_ones_has_cells_of_its_own():
    groups = [f"g{i}" for i in range(10)]
    members = {"a": groups, "b": groups, "c": ["g9"]}
    found = place_domains(nest(dict.fromkeys("abc"), members), (0.0, 0.0), {})
    rows = {name: found.members[name, "g9"].y for name in "abc"}
    assert rows["a"] == rows["b"] > rows["c"]


def test_many_domains_stand_in_several_rows():
    racks = {f"rack-{i}": "room" for i in range(30)}
    found = place_domains(nest({"room": None, **racks}, {}), (0.0, 0.0), {}).domains
    assert len({found[rack].y for rack in racks}) == 4
