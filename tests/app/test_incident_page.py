"""The page of incidents: what its buttons do, and what it shows of it."""

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.normal


def page():
    import streamlit as st

    import hasim
    from hasim.app.views import incident as view
    from hasim.description.sketch import sketch_of
    from hasim.reporting.canvas import canvas_of

    if "play" not in st.session_state:
        system = hasim.load("models/shop.yaml")
        script = st.query_params.get("script", "")
        play = hasim.Incident.from_script(system, script)
        st.session_state["play"] = view.Play(("test",), play, canvas_of(sketch_of(system)))
    view.show_play(st.session_state["play"])


@pytest.fixture
def app():
    return AppTest.from_function(page, default_timeout=60).run()


def button(app, label):
    return next(one for one in app.button if one.label == label)


def kill(app, victim):
    chosen = next(one for one in app.selectbox if one.label == "What to kill")
    chosen.select(victim).run()
    return button(app, "Kill").click().run()


def played(app):
    return app.session_state["play"].incident


def shown(app):
    return " ".join(one.value for one in [*app.markdown, *app.caption]).replace("\\", "")


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


def test_a_link_plays_the_same_again():
    app = AppTest.from_function(page, default_timeout=60)
    app.query_params["script"] = "seed=1&fail=db.1@0s&until=30s"
    app.run()
    assert "down: fence" in shown(app)
