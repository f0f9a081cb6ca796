"""The page of incidents: what its buttons do, and what it shows of it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.normal

SHOP = (Path(__file__).parents[2] / "models" / "shop.yaml").read_text(encoding="utf-8")


def page():
    import streamlit as st

    from hasim.app.views import incident

    if "elsewhere" not in st.query_params:
        incident.show()


def opened(shelf, text, **address):
    """The page with a study that has one draft."""
    study = shelf.put("an incident")
    with shelf.open(study) as desk:
        desk.save("draft", text)
    app = AppTest.from_function(page, default_timeout=60)
    app.query_params["study"] = study
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture
def app(shelf):
    return opened(shelf, SHOP)


def button(app, label):
    return next(one for one in app.button if one.label == label)


def kill(app, victim):
    chosen = next(one for one in app.selectbox if one.label == "What to kill")
    chosen.select(victim).run()
    return button(app, "Kill").click().run()


def played(app):
    return app.session_state["play"].incident


def shown(app):
    said = [*app.markdown, *app.caption, *app.metric]
    return " ".join(one.value for one in said).replace("\\", "")


def test_a_draft_may_have_any_name(shelf):
    study = shelf.put("an incident")
    with shelf.open(study) as desk:
        desk.save("two__lines_", SHOP)
    app = AppTest.from_function(page, default_timeout=60)
    app.query_params["study"] = study
    assert not app.run().exception


def test_nothing_has_happened_at_first(app):
    assert not app.exception
    assert "Kill something to begin." in shown(app)


def test_a_replica_is_killed_and_the_failover_steps_on(app):
    kill(app, "db.1")
    assert not app.exception
    assert "down: detect" in shown(app)
    button(app, "Step").click().run()
    assert "down: decide" in shown(app)
    assert played(app).script() in app.query_params["script"]
    assert "hasim trace shop.yaml" in app.code[0].value


def test_what_was_killed_is_no_victim_any_more(app):
    kill(app, "web.1")
    victims = next(one for one in app.selectbox if one.label == "What to kill").options
    assert "web.1" not in victims
    assert "db.2, a standby, unnoticed" in victims


def test_play_until_and_begin_again(app):
    kill(app, "a")
    button(app, "Play until then").click().run()
    assert played(app).is_well
    button(app, "Begin again").click().run()
    assert played(app).moments == ()


def test_a_wish_that_says_nothing_is_told(app):
    wish = next(one for one in app.text_input if one.label == "Play until")
    wish.set_value("soon").run()
    button(app, "Play until then").click().run()
    assert not app.exception
    assert "is nothing to play until" in app.error[0].value


def test_playing_goes_on_and_pauses(app):
    kill(app, "db.1")
    button(app, "Play").click().run()
    assert not app.exception
    assert played(app).now > 0.0
    button(app, "Pause").click().run()
    assert button(app, "Play")


def test_failures_are_noticed_later(app):
    kill(app, "db.1")
    app.selectbox(key="late").select("db").run()
    button(app, "Notice later").click().run()
    assert not app.exception
    assert "slow=db" in played(app).script()


def test_twins_beside_it(app):
    kill(app, "db.1")
    app.selectbox(key="another").select("db").run()
    assert not app.exception
    labels = [list(frame.value.iloc[:, 0]) for frame in app.dataframe]
    assert any("without the standby test" in column for column in labels)


def test_a_link_plays_the_same_again(shelf):
    app = opened(shelf, SHOP, script="seed=1&fail=db.1@0s&until=30s")
    assert "down: fence" in shown(app)


def test_back_and_forward_play_what_the_address_tells(app):
    kill(app, "db.1")
    killed = app.query_params["script"]
    button(app, "Step").click().run()
    stepped = app.query_params["script"]
    assert stepped != killed
    app.query_params["script"] = killed
    app.run()
    assert "down: detect" in shown(app)
    assert app.query_params["script"] == killed
    app.query_params["script"] = stepped
    app.run()
    assert "down: decide" in shown(app)


def test_what_is_done_before_the_browser_knows_the_address_counts(app):
    began = app.query_params.get("script", "")
    kill(app, "db.1")
    app.query_params["script"] = began or "seed=1"
    played(app).step()
    app.run()
    assert "down: decide" in shown(app)
    assert "until" in app.query_params["script"]


def test_who_comes_back_by_the_menu_finds_what_was_played(app):
    kill(app, "db.1")
    killed = app.query_params["script"]
    del app.query_params["script"]
    app.run()
    assert "down: detect" in shown(app)
    assert app.query_params["script"] == killed


def test_a_play_that_has_not_begun_leaves_the_address_alone(app):
    assert "script" not in app.query_params


PAIR = "name: pair\ncomponents: {web: {replicas: 2, mtbf: 90 d, mttr: 4 h}}\n"


def test_the_draft_of_a_study_is_played(shelf):
    app = opened(shelf, PAIR, script="fail=web.1@5s")
    assert not app.exception
    assert "web.1 fails (failure)" in shown(app)


def test_a_link_that_does_not_fit_is_told(shelf):
    app = opened(shelf, PAIR, script="fail=db.1@5s")
    assert "db.1 is nothing that fails by itself" in app.warning[0].value.replace("\\", "")
    assert "Kill something to begin." in shown(app)


def test_what_is_no_model_is_told(shelf):
    app = opened(shelf, "name: pair\ncomponents: {web: {replica: 2}}\n")
    assert not app.exception
    assert app.error[0].value == "This is no model yet."


def test_without_a_study_there_is_nothing_to_play(shelf):
    app = AppTest.from_function(page, default_timeout=60).run()
    assert "Nothing to play yet" in app.info[0].value


def test_an_incident_that_plays_goes_on_at_its_speed_when_its_page_is_shown_again(app):
    kill(app, "db.1")
    next(one for one in app.selectbox if one.label == "Speed").select("10 s a second").run()
    button(app, "Play").click().run()
    before = played(app).now
    app.query_params["elsewhere"] = "yes"
    app.run()
    assert "speed" not in app.session_state
    del app.query_params["elsewhere"]
    app.session_state["play"].pictured -= 1.0
    app.run()
    assert not app.exception
    assert next(one for one in app.selectbox if one.label == "Speed").value == "10 s a second"
    assert played(app).now >= before + 10.0
