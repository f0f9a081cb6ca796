"""The page to begin with: what it offers, and what one click on it makes."""

import pytest
import streamlit as st

from hasim.app.exhibition import plain

pytestmark = pytest.mark.normal

SHOP = "name: shop\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"


def texts(app):
    return [one.value for one in (*app.markdown, *app.caption, *app.error, *app.warning)]


def only_study(shelf):
    (kept,) = shelf.list()
    return kept


def keys(app, start):
    return [one.key for one in app.button if one.key and one.key.startswith(start)]


def test_the_gallery_shows_the_models_of_the_first_question(app):
    app.run()
    assert not app.exception
    assert "**Shop**" in texts(app)
    assert plain("Three-tier web shop in three zones") in texts(app)
    assert len(keys(app, "run-")) == len(keys(app, "open-")) > 2
    assert app.button(key="run-gallery-shop").label == "Run *Shop*"


def test_another_question_shows_other_models(app):
    app.run()
    app.button_group(key="question").set_value("What does a failover cost?").run()
    assert not app.exception
    assert "**Patroni**" in texts(app)
    assert "**Shop**" not in texts(app)


def test_looking_makes_no_study(app, shelf):
    app.run()
    assert shelf.identifiers() == ()


def test_run_is_one_click_to_a_request(app, shelf):
    app.run()
    app.button(key="run-gallery-shop").click().run()
    kept = only_study(shelf)
    with shelf.open(kept.identifier) as desk:
        (request,) = desk.requests()
        (draft,) = desk.drafts()
    assert (kept.title, draft.name, request.kind) == ("Shop", "shop", "run")
    assert request.arguments["model"]["text"] == draft.text
    assert request.arguments["seed"] == 1
    assert draft.folder is not None


def test_open_makes_a_draft_and_asks_nothing(app, shelf):
    app.run()
    app.button(key="open-gallery-pair").click().run()
    with shelf.open(only_study(shelf).identifier) as desk:
        assert [draft.name for draft in desk.drafts()] == ["pair"]
        assert desk.asked == 0


def test_a_new_system_has_a_name_that_the_language_takes(app, shelf):
    app.run()
    app.text_input(key="title").input("Our shop: 2nd try")
    app.button(key="draw-new").click().run()
    kept = only_study(shelf)
    with shelf.open(kept.identifier) as desk:
        (draft,) = desk.drafts()
    assert kept.title == "Our shop: 2nd try"
    assert draft.text == "language: 1\nname: Our-shop--2nd-try\n"


def test_an_uploaded_model_can_be_opened(app, shelf):
    app.run()
    app.file_uploader(key="file").upload("two_zones.yaml", SHOP.encode(), "text/yaml").run()
    app.button(key="open-file-two_zones").click().run()
    kept = only_study(shelf)
    with shelf.open(kept.identifier) as desk:
        (draft,) = desk.drafts()
    assert (kept.title, draft.name, draft.text, draft.folder) == (
        "Two zones", "two_zones", SHOP, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"- a\n- b\n", "bad.yaml:1:1: a list at top level"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"a: &x [1]\nb: {c: [", "bad.yaml:2"),
        (b"", "there is nothing in it"),
    ],
)
def test_what_is_no_model_is_refused_in_the_words_of_the_language(app, shelf, data, said):
    app.run()
    app.file_uploader(key="file").upload("bad.yaml", data, "text/yaml").run()
    assert not app.exception
    assert said in app.code[0].value
    assert keys(app, "open-file") == []
    assert shelf.identifiers() == ()


def test_a_text_that_aliases_blow_up_is_refused(app):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    app.run()
    app.text_area(key="pasted").input("\n".join(lines)).run()
    assert not app.exception
    assert len(app.code) == 1


def test_a_pasted_model_can_be_run(app, shelf):
    app.run()
    app.text_area(key="pasted").input(SHOP).run()
    app.button(key="run-pasted-shop").click().run()
    assert only_study(shelf).asked == 1


def test_names_are_text_whatever_they_hold(app, shelf):
    title = "<b>x</b> **y** [z](http://z.example)"
    shelf.put(title)
    app.run()
    (label,) = [one.proto.label for one in app.get("page_link")]
    assert label == r"\<b\>x\<\/b\> \*\*y\*\* \[z\]\(http\:\/\/z\.example\)"


def test_recent_studies_are_the_last_six(app, shelf):
    for number in range(8):
        shelf.put(f"number {number}")
    app.run()
    assert len(app.get("page_link")) == 6


def test_the_model_of_the_command_line_comes_first(app, shelf, tmp_path, monkeypatch):
    path = tmp_path / "mine.yaml"
    path.write_text(SHOP)
    monkeypatch.setenv("HASIM_APP_MODEL", str(path))
    st.cache_resource.clear()
    app.run()
    assert keys(app, "run-")[0] == "run-given-mine"
    app.button(key="open-given-mine").click().run()
    with shelf.open(only_study(shelf).identifier) as desk:
        assert desk.draft("mine").folder == tmp_path


def test_a_model_of_the_command_line_that_is_gone_is_told(app, tmp_path, monkeypatch):
    monkeypatch.setenv("HASIM_APP_MODEL", str(tmp_path / "gone.yaml"))
    st.cache_resource.clear()
    app.run()
    assert not app.exception
    assert "there is no such file" in app.code[0].value
    assert keys(app, "run-")


@pytest.mark.parametrize("named", ["../../etc/passwd", "A" * 22, "<script>", ""])
def test_a_link_to_no_study_is_told_and_the_page_stays(app, named):
    app.query_params["study"] = named
    app.run()
    assert not app.exception
    assert any("There is no study" in one.value for one in app.warning)
    assert keys(app, "run-")


def test_a_link_to_no_study_is_text_whatever_stands_in_it(app):
    app.query_params["study"] = "![](http://evil.example/a.png)"
    app.run()
    assert not app.exception
    (warning,) = app.warning
    assert r"\!\[\]\(" in warning.value
