"""The page on which an incident is played: kill something, watch what follows, compare."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from hasim import Incident, InputError
from hasim.app import session, shell
from hasim.app.canvas import canvas_state, show_canvas
from hasim.app.drawing import draw
from hasim.app.exhibition import plain, show_items
from hasim.app.heading import show_study
from hasim.app.ticking import run_again
from hasim.app.troubles import told
from hasim.app.widget_names import widget_name
from hasim.store import Desk, SavedDraft

_HEIGHT = 460

#: Seconds between two pictures while it plays, and the seconds of the incident in each; None: one
#: moment that says something.
_SPEEDS: dict[str, tuple[float, float | None]] = {
    "a moment a second": (1.0, None),
    "real time": (0.5, 0.5),
    "10 s a second": (0.5, 5.0),
    "1 min a second": (0.5, 30.0),
    "10 min a second": (0.5, 300.0),
    "1 h a second": (0.5, 1800.0),
}

#: Pictures that are made up for where one took longer; after more the incident has stood still.
_MOST_DUE = 6

_SCRIPT = "script"


@dataclass(slots=True)
class Play:
    """What is played in this tab.

    Parameters
    ----------
    of : tuple
        Study, draft and version that it is an incident of.
    incident : Incident
    elements : mapping
        What the canvas draws.
    is_playing : bool
        Whether it goes on by itself.
    speed : str
        One of `_SPEEDS`, kept while another page is shown.
    pictured : float
        When the last picture was due, by the monotonic clock.
    script : str
        What is played, as the address told it last.
    address : str
        What the address told when it was read or written last.
    """

    of: tuple[object, ...]
    incident: Incident
    elements: Mapping[str, Any]
    is_playing: bool = False
    speed: str = next(iter(_SPEEDS))
    pictured: float = 0.0
    script: str = ""
    address: str = ""

    @property
    def key(self) -> str:
        """The name of the canvas in the session."""
        return widget_name("incident", *self.of)


def show() -> None:
    """Show the page."""
    show_study("Nothing to play yet: open a model from Start, or draw one.", _show)


def _show(_: Desk, draft: SavedDraft | None) -> None:
    if draft is not None:
        with told():
            show_play(_play_of(draft))


def show_play(play: Play) -> None:
    """Show what is played, again and again while it goes on."""
    _show_stage(play)
    if not play.is_playing:
        _show_course(play)
        _keep_in_address(play)


def _play_of(draft: SavedDraft) -> Play:
    """What this tab plays of a draft; what the address tells where that was changed to.

    The browser may not know yet what the address was made when something is done next.
    """
    of = (session.identifier(), draft.name, draft.version)
    play: Play | None = st.session_state.get("play")
    named = st.query_params.get(_SCRIPT, "")
    if play is None or play.of != of:
        play = st.session_state["play"] = _begin(of, draft, named)
    elif named != play.address and play.script == play.incident.script():
        if named or not shell.is_arriving("incident"):  # Back, Forward, or a link
            play = st.session_state["play"] = _begin(of, draft, named)
        else:
            _write_address(play)
    return play


def _keep_in_address(play: Play) -> None:
    """Let the address tell what was done; only that, so that Back leaves a play not begun."""
    if play.script != play.incident.script():
        play.script = play.incident.script()
        _write_address(play)


def _write_address(play: Play) -> None:
    play.address = st.query_params[_SCRIPT] = play.script


def _begin(of: tuple[object, ...], draft: SavedDraft, script: str) -> Play:
    from hasim.description import read_text, resolve
    from hasim.reporting.exhibits.incident import check_playable

    system = resolve(read_text(draft.text, folder=draft.folder))
    check_playable(system)
    try:
        incident = Incident.from_script(system, script)
    except InputError as error:
        st.warning(plain(f"The link does not fit: {error}"), icon=":material/link_off:")
        incident = Incident(system)
    elements = draw(draft).elements
    return Play(of, incident, elements, script=incident.script(), address=script)


# ---------------------------------------------------------------------------- the stage


@st.fragment
def _show_stage(play: Play) -> None:
    from hasim.reporting.exhibits.incident import (
        cards_of_services,
        picture_of_machine,
        sheet_of_clocks,
    )
    from hasim.reporting.incidents.frame import thing_at

    incident = play.incident
    play.speed = st.session_state.setdefault("speed", play.speed)
    if play.is_playing:
        _go_on(play)
    chosen = canvas_state(play.key, 0).chosen
    element = chosen[0] if chosen else None
    _show_controls(play, element)
    frame = incident.frame()
    left, right = st.columns([3, 2])
    with left:
        st.markdown(f"**{frame['clock']}**")
        show_canvas(
            play.elements,
            epoch=1,
            applied=0,
            key=play.key,
            height=_HEIGHT,
            marks=frame["marks"],
            editable=False,
            label="The system in the incident",
            on_change=_nothing,
        )
        for sentence in frame["says"]:
            st.caption(plain(sentence))
    with right:
        shown = cards_of_services(incident), sheet_of_clocks(incident)
        show_items([one.to_dict() for one in shown if one is not None], key="present")
    thing = thing_at(incident, element)
    if thing:
        show_items([picture_of_machine(incident, thing).to_dict()], key="machine")
    if play.is_playing:
        run_again(_SPEEDS[play.speed][0], key="play")


def _nothing() -> None:
    """Let a choice on the canvas show the page again."""


def _go_on(play: Play) -> None:
    """Play on for the pictures that are due; stop where all is well again."""
    between, seconds = _SPEEDS[play.speed]
    if seconds is not None:
        play.incident.run_for(seconds * _due(play, between))
    if (seconds is None and play.incident.step() is None) or play.incident.is_well:
        play.is_playing = False
        st.rerun()


def _due(play: Play, between: float) -> int:
    """How many pictures are due since the last; one where it has stood still."""
    now = time.monotonic()
    due = round((now - play.pictured) / between)
    if due > _MOST_DUE:
        play.pictured = now
        return 1
    play.pictured += due * between
    return due


def _show_controls(play: Play, element: str | None) -> None:
    from hasim.reporting.incidents.frame import victims_at

    victims = victims_at(play.incident, element)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        victim = st.selectbox(
            "What to kill",
            list(victims),
            format_func=lambda name: victims.get(name, name),
            index=0 if len(victims) == 1 else None,
            placeholder="Choose here or on the canvas",
            key=f"victim-{element}-{len(play.incident.moments)}",
            help="Choose on the canvas to see fewer",
        )
        if st.button("Kill", type="primary", icon=":material/bolt:", disabled=victim is None):
            _do(play, lambda: play.incident.kill(str(victim)))
        if st.button("Step", icon=":material/skip_next:", shortcut="Right"):
            _do(play, lambda: play.incident.step() or st.toast("Nothing is to come."))
        playing = play.is_playing
        icon = ":material/pause:" if playing else ":material/play_arrow:"
        if st.button("Pause" if playing else "Play", icon=icon, key="play-pause"):
            play.is_playing = not playing
            st.rerun()
        st.selectbox("Speed", list(_SPEEDS), key="speed")
        with st.popover("More", icon=":material/tune:"):
            _show_more(play)


def _do(play: Play, act: Any) -> None:
    """Do something, or tell why it cannot be done; then show all of the page."""
    with told():
        act()
        if not play.is_playing:
            st.rerun()


def _show_more(play: Play) -> None:
    """What is needed now and then: detection that takes longer, another history, another time."""
    incident = play.incident
    name = st.selectbox("Notice failures later of", list(incident.system.components), key="late")
    by = st.text_input("By", "2 min", key="late-by")
    if st.button("Notice later", icon=":material/hourglass:"):
        _do(play, lambda: incident.delay_detection(str(name), by))
    wish = st.text_input("Play until", "all is well", key="wish")
    if st.button("Play until then", icon=":material/fast_forward:"):
        _do(play, lambda: incident.run_until(wish))
    seed = st.number_input("Seed", 0, 2**53 - 1, incident.seed, key=f"seed-{incident.seed}")
    others = st.toggle(
        "Other things fail by themselves too", incident.others, key=f"others-{incident.others}"
    )
    if st.button("Begin again", icon=":material/restart_alt:"):
        play.incident = Incident(incident.system, seed=int(seed), others=others)
        play.is_playing = False
        st.rerun()


# ---------------------------------------------------------------------------- its course


def _show_course(play: Play) -> None:
    """What has happened so far, as a whole; not while it plays."""
    from hasim.reporting.exhibits.incident import (
        chart_of_incident,
        sheet_of_timeline,
        sheet_of_twins,
    )

    incident = play.incident
    if not incident.moments:
        st.caption("Kill something to begin.")
        return
    timeline, course, beside, link = st.tabs(["Timeline", "Capacity", "Beside it", "Link"])
    with timeline:
        show_items([sheet_of_timeline(incident).to_dict()], key="timeline")
    with course:
        charts = (chart_of_incident(incident, name) for name in incident.services)
        show_items([one.to_dict() for one in charts if one is not None], key="course")
    with beside:
        names = list(incident.system.components)
        name = st.selectbox(
            "The same incident, with one thing otherwise about",
            names,
            index=None,
            key="another",
            placeholder="a component",
        )
        if name is not None:
            show_items([sheet_of_twins(incident, name).to_dict()], key="beside")
    with link:
        st.caption("The address of this page plays this incident again. In a terminal:")
        st.code(incident.command, language="bash", wrap_lines=True)
