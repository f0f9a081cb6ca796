"""A draft that is edited from the canvas, from the inspector and as YAML, in two tabs at once."""

import pytest

from hasim.app import session
from hasim.app.editing import Editing
from hasim.store import Desk

TEXT = "name: shop\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}  # the front\n"


@pytest.fixture
def desk(tmp_path):
    with Desk.create(tmp_path / "a.study", "a") as desk:
        desk.save("shop", TEXT)
        yield desk


@pytest.fixture
def editing(desk):
    return Editing(desk.draft("shop"))


def add(name, seq):
    return {"do": "add", "name": name, "role": None, "into": None, "seq": seq}


def test_operations_are_done_once_and_saved(desk, editing):
    steps = [add("db", 7), {"do": "connect", "from": "web", "to": "db", "seq": 8}]
    editing.take_operations(desk, steps)
    editing.take_operations(desk, [*steps, add("cache", 9)])
    text = desk.draft("shop").text
    assert editing.draft.text == text
    assert editing.applied == 9
    assert text.count("db") == 2
    assert "needs: [db]" in text
    assert "cache" in text
    assert "# the front" in text
    assert editing.refused == ()


def test_each_side_begins_an_epoch_of_the_other(desk, editing):
    canvas, text = editing.canvas_epoch, editing.text_epoch
    editing.take_text(desk, TEXT.replace("2", "3", 1))
    assert (editing.canvas_epoch, editing.text_epoch) == (canvas + 1, text)
    editing.take_operations(desk, [add("db", 1)])
    assert editing.text_epoch == text + 1


def test_what_cannot_be_done_is_told_and_the_rest_is_done(desk, editing):
    editing.take_operations(desk, [add("web", 1), add("db", 2)])
    (why,) = editing.refused
    assert "web" in why
    assert "db" in editing.draft.text
    editing.take_operations(desk, [add("cache", 3)])
    assert editing.refused == ()


def test_undo_and_redo_go_through_edits_of_all_sides(desk, editing):
    editing.take_text(desk, TEXT + "crews: {oncall: {size: 2}}\n")
    editing.take_operations(desk, [add("db", 1), {"do": "undo", "seq": 2}])
    assert editing.draft.text == TEXT + "crews: {oncall: {size: 2}}\n"
    editing.undo(desk)
    assert desk.draft("shop").text == TEXT
    editing.undo(desk)
    assert desk.draft("shop").text == TEXT
    editing.redo(desk)
    editing.redo(desk)
    assert "db" in desk.draft("shop").text
    editing.edit(desk, [{"do": "set", "path": ["components", "web", "replicas"], "value": "5"}])
    assert editing.future == []
    assert "replicas: 5" in desk.draft("shop").text


def test_places_are_kept_beside_the_text(desk, editing):
    editing.take_operations(
        desk, [{"do": "move", "places": {"component:web": [10, 20]}, "seq": 1}, add("db", 2)]
    )
    kept = desk.draft("shop")
    assert kept.places == {"component:web": (10.0, 20.0)}
    assert "db" in kept.text
    editing.undo(desk)
    editing.undo(desk)
    assert desk.draft("shop").places == {}


def test_operations_on_a_text_that_is_no_yaml_change_nothing(desk, editing):
    editing.take_text(desk, "components: [")
    editing.take_operations(desk, [add("db", 1)])
    assert desk.draft("shop").text == "components: ["
    (why,) = editing.refused
    assert "cannot be read" in why


def test_a_text_that_is_too_long_is_refused(desk, editing):
    editing.take_text(desk, "#" * (session.MOST_LETTERS + 1))
    assert desk.draft("shop").text == TEXT
    (why,) = editing.refused
    assert f"{session.MOST_LETTERS + 1:,} letters" in why


def test_an_edit_is_one_of_what_another_tab_has_saved(desk, editing):
    Editing(desk.draft("shop")).take_operations(desk, [add("db", 1)])
    epoch = editing.canvas_epoch
    editing.take_operations(desk, [add("cache", 1)])
    text = desk.draft("shop").text
    assert "db" in text
    assert "cache" in text
    assert editing.canvas_epoch > epoch
    editing.undo(desk)
    assert "db" in desk.draft("shop").text
    editing.undo(desk)
    assert desk.draft("shop").text == TEXT


def test_who_is_overtaken_while_editing_is_told_and_overwrites_nothing(desk, editing):
    other = Editing(desk.draft("shop"))
    other.take_operations(desk, [add("db", 1)])
    editing.take_text(desk, TEXT.replace("2", "3", 1))
    assert desk.draft("shop").text == other.draft.text == editing.draft.text
    assert "another tab" in editing.refused[0]


@pytest.mark.parametrize("leave", [lambda d: d.discard("shop"), lambda d: d.call("shop", "other")])
def test_what_is_done_to_a_draft_that_another_tab_took_away_is_a_draft_again(desk, editing, leave):
    leave(desk)
    editing.take_text(desk, TEXT + "# mine\n")
    assert desk.draft("shop").text == TEXT + "# mine\n"
    assert "it is there again" in editing.refused[0]
    editing.take_text(desk, TEXT + "# mine too\n")
    assert desk.draft("shop").text == TEXT + "# mine too\n"
    assert editing.refused == ()


def test_an_edit_that_is_whole_is_done_or_left(desk, editing):
    here, nowhere = (
        {"do": "set", "path": ["components", name, "mttr"], "value": "5 h"}
        for name in ("web", "nowhere")
    )
    editing.edit(desk, [here, nowhere], whole=True)
    assert desk.draft("shop").text == TEXT
    assert editing.refused[0].startswith("nothing was changed")
    assert len(editing.refused) == 2
    editing.edit(desk, [here], whole=True)
    assert "mttr: 5 h" in desk.draft("shop").text
    assert editing.refused == ()


def test_an_edit_moves_nothing_that_was_there_until_all_is_laid_out_anew(desk, editing):
    def places():
        return {
            node["id"]: (node["x"], node["y"])
            for node in editing.draw().elements["nodes"]
            if node["type"] == "component"
        }

    before = places()
    editing.take_operations(
        desk, [add("db", 1), {"do": "connect", "from": "db", "to": "web", "seq": 2}]
    )
    after = places()
    assert after["component:web"] == before["component:web"]
    moved = {"component:web": [500, 900]}
    editing.take_operations(desk, [{"do": "move", "places": moved, "seq": 3}])
    assert places()["component:web"] == (500.0, 900.0)
    epoch = editing.canvas_epoch
    editing.take_operations(desk, [{"do": "tidy", "seq": 4}])
    assert editing.canvas_epoch > epoch
    assert places()["component:web"] != (500.0, 900.0)
    assert desk.draft("shop").places == {}


def test_what_is_put_and_renamed_stays_in_its_place_and_is_undone_at_once(desk, editing):
    put = {"do": "move", "places": {"component:db": [30, 40]}, "joined": True, "seq": 2}
    editing.take_operations(desk, [add("db", 1), put])
    editing.take_operations(desk, [{"do": "rename", "name": "db", "to": "postgres", "seq": 3}])
    assert desk.draft("shop").places == {"component:postgres": (30.0, 40.0)}
    editing.undo(desk)
    assert desk.draft("shop").places == {"component:db": (30.0, 40.0)}
    editing.undo(desk)
    assert desk.draft("shop").text == TEXT


def test_what_was_drawn_stays_while_a_bracket_is_half_typed(desk, editing):
    drawn = [node["id"] for node in editing.draw().elements["nodes"]]
    editing.take_text(desk, TEXT + "crews: {on")
    broken = editing.draw()
    assert [node["id"] for node in broken.elements["nodes"]] == drawn
    (finding,) = broken.findings
    assert finding["severity"] == "error"
    assert broken.elements["elsewhere"] == [finding]
