"""The inspector in a page: what is typed becomes an operation, and no text is lost."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hasim.app.inspector import path_of

pytestmark = pytest.mark.normal  # streamlit takes a second to import

SHOP = Path("models/shop.yaml").read_text(encoding="utf-8")

#: A page that shows the inspector of a draft in its session, and notes what came of it.
PAGE = """
import streamlit as st
from hasim.app.inspector import show_inspector

state = st.session_state
state.setdefault("taken", [])
show_inspector(state.draft, state.chosen, lambda new: state.taken.extend(new), key="i")
state.told, state.taken = state.taken, []
"""


def opened(chosen="component:db", draft=SHOP, page=PAGE):
    page = AppTest.from_string(page, default_timeout=20)
    page.session_state.draft, page.session_state.chosen = draft, chosen
    page.run()
    assert not page.exception
    return page


def field(page, kind, label):
    return next(one for one in getattr(page, kind) if one.label == label)


def told(page):
    return page.session_state.told


@pytest.mark.parametrize(
    ("chosen", "path"),
    [
        (None, ()),
        ("model", ()),
        ("component:web", ("components", "web")),
        ("component:db/failover", ("components", "db", "failover")),
        ("maintenance:patches", ("maintenance", "patches")),
        ("game_day:drill", ("game_days", "drill")),
    ],
)
def test_what_is_chosen_has_a_path(chosen, path):
    assert path_of(chosen) == path


@pytest.mark.parametrize(
    "chosen",
    [None, "component:web", "service:checkout", "domain:a", "crew:oncall", "component:gone"],
)
def test_everything_that_can_be_chosen_is_shown_and_nothing_is_told(chosen):
    assert told(opened(chosen)) == []


def test_a_text_becomes_an_operation_once():
    page = opened()
    field(page, "text_input", "replicas").set_value("3").run()
    assert told(page) == [{"do": "set", "path": ["components", "db", "replicas"], "value": "3"}]
    page.run()
    assert told(page) == []


LEAVING = f"""
import streamlit as st
if st.button("Leave"):
    st.stop()
{PAGE}"""


@pytest.mark.parametrize(
    ("kind", "label", "typed", "said"),
    [
        ("text_input", "replicas", "3", {"do": "set", "value": "3"}),
        ("text_input", "mtbf", "77 d", {"do": "set", "value": "77 d"}),
        ("selectbox", "redundancy", "active-active", {"do": "set", "value": "active-active"}),
        ("multiselect", "spread", [], {"do": "unset"}),
        ("multiselect", "spread", ["b"], {"do": "set", "value": ["b"]}),
    ],
)
def test_what_was_typed_is_told_though_the_same_click_leaves(kind, label, typed, said):
    page = opened(page=LEAVING)
    field(page, kind, label).set_value(typed)
    page.button[0].click().run()
    (operation,) = page.session_state.taken
    assert operation == {**said, "path": ["components", "db", label]}


def test_an_emptied_field_is_unset():
    page = opened()
    field(page, "text_input", "replicas").set_value("").run()
    assert told(page) == [{"do": "unset", "path": ["components", "db", "replicas"]}]


def test_a_wrong_text_stays_with_its_message_while_others_are_filled_in():
    page = opened()
    field(page, "text_input", "replicas").set_value("many").run()
    assert told(page) == []
    assert any("many is not a count" in one.value for one in page.markdown)
    page.session_state.draft = SHOP.replace("coverage: 95 %", "coverage: 96 %")
    page.run()
    assert field(page, "text_input", "replicas").value == "many"
    assert field(page, "text_input", "coverage").value == "96 %"


def chosen_again(page, meanwhile="component:web"):
    """Choose another part, and then the same one again."""
    before = page.session_state.chosen
    for part in (meanwhile, before):
        page.session_state.chosen = part
        page.run()
        assert told(page) == []


def shown(page):
    return " ".join(one.value for one in page.markdown)


@pytest.mark.parametrize(
    ("label", "typed", "said"),
    [
        ("replicas", "many", "many is not a count"),
        ("mtbf", "often", "often is neither a duration nor a law"),
    ],
)
def test_a_wrong_text_is_there_again_when_its_part_is(label, typed, said):
    page = opened()
    field(page, "text_input", label).set_value(typed).run()
    assert said in shown(page)
    chosen_again(page)
    assert field(page, "text_input", label).value == typed
    assert said in shown(page)
    chosen_again(page)
    assert field(page, "text_input", label).value == typed


@pytest.mark.parametrize("mended", ["3", "2"])  # another value, and the one that the draft has
def test_a_wrong_text_is_forgotten_once_it_is_mended(mended):
    page = opened()
    field(page, "text_input", "replicas").set_value("many").run()
    chosen_again(page)
    field(page, "text_input", "replicas").set_value(mended).run()
    assert [one["value"] for one in told(page)] == ([] if mended == "2" else ["3"])
    chosen_again(page)
    assert field(page, "text_input", "replicas").value == "2"


def test_a_wrong_text_gives_way_to_another_value_of_the_draft():
    page = opened()
    field(page, "text_input", "replicas").set_value("many").run()
    chosen_again(page)
    two, three = "replicas: 2\n    redundancy", "replicas: 3\n    redundancy"
    page.session_state.draft = SHOP.replace(two, three)
    page.run()
    assert (field(page, "text_input", "replicas").value, told(page)) == ("3", [])
    assert "many" not in shown(page)


def test_a_change_from_elsewhere_shows_and_the_same_answer_can_be_given_again():
    page = opened()
    field(page, "text_input", "replicas").set_value("3").run()
    page.session_state.draft = SHOP.replace(
        "replicas: 2\n    redundancy", "replicas: 3\n    redundancy"
    )
    page.run()
    assert (field(page, "text_input", "replicas").value, told(page)) == ("3", [])
    page.session_state.draft = SHOP
    page.run()
    assert (field(page, "text_input", "replicas").value, told(page)) == ("2", [])
    field(page, "text_input", "replicas").set_value("3").run()
    assert told(page)[0]["value"] == "3"


def test_names_are_chosen():
    page = opened()
    field(page, "multiselect", "needs").set_value(["edge"]).run()
    assert told(page)[0]["value"] == ["edge"]
    assert field(page, "multiselect", "spread").value == ["a", "b"]


def test_a_list_without_names_is_empty():
    page = opened("component:web", "components: {web: {replicas: 1, needs: []}}")
    assert field(page, "multiselect", "needs").value == []
    assert not told(page)
    assert "expected the name" not in " ".join(one.value for one in page.markdown)


def test_a_choice_is_chosen():
    page = opened()
    field(page, "selectbox", "redundancy").set_value("quorum").run()
    assert told(page)[0]["value"] == "quorum"


def test_findings_stand_at_their_field():
    page = opened("component:web", "components: {web: {replicas: 0, needs: [db]}}")
    shown = " ".join(one.value for one in page.markdown)
    assert "0 is less than 1" in shown
    assert "there is no component or service db" in shown


def test_a_name_from_a_draft_means_nothing_to_markdown():
    page = opened("component:a__b__", "components: {a__b__: {}}")
    assert page.subheader[0].value.startswith("a\\_\\_b\\_\\_")


def test_text_that_is_no_yaml_is_told():
    page = opened("component:web", "components: [")
    assert page.warning[0].value == "The YAML cannot be read as it is."


def test_a_failure_mode_is_added_by_name():
    page = opened()
    field(page, "text_input", "Name of a new one of failures").set_value("disk").run()
    next(one for one in page.button if one.label == "Add *to failures*").click().run()
    assert told(page) == [
        {
            "do": "set",
            "path": ["components", "db", "failures", "disk"],
            "value": {"after": "30 d", "repair": "4 h"},
        }
    ]


def test_a_part_is_removed():
    page = opened()
    next(one for one in page.button if one.label == "Remove crash").click().run()
    assert told(page) == [{"do": "unset", "path": ["components", "db", "failures"]}]


def test_failures_of_a_preset_are_seen_and_written_out():
    patroni = Path("models/patroni.yaml").read_text(encoding="utf-8")
    page = opened("component:postgres", patroni)
    assert next(one for one in page.text_input if one.label == "repair").disabled
    next(one for one in page.button if one.label.startswith("Write them out")).click().run()
    assert told(page)[0]["path"] == ["components", "postgres", "failures"]
