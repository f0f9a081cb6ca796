"""A page with the canvas and a small session behind it: it applies operations to a drawing.

`?parts=N` draws N components, `?names=html` gives one a name of markup, `?look=1` makes a viewer,
`?drawn=0` starts empty. What was applied is shown as JSON, in the order in which it was applied.
"""

import copy
import json

import streamlit as st

from hasim.app.canvas import show_canvas
from hasim.app.canvas.widget import canvas_state

MARKUP = "<img src=x onerror=alert(1)>"


def node(identifier, x, y, **more):
    kind, name = identifier.split(":", 1)
    return {"id": identifier, "name": name, "type": kind, "x": x, "y": y, "findings": [], **more}


def needs(start, end, kind="needs"):
    name = f"{kind}:{start.split(':')[1]}:{end.split(':')[1]}"
    return {"id": name, "from": start, "to": end, "kind": kind, "findings": []}


def shop():
    error = {"severity": "error", "text": "components.db.required: 4 of 3 replicas can never be up"}
    doubt = {"severity": "warning", "text": "cache: nothing says how it is repaired"}
    nodes = [
        node("service:checkout", 300, 0, says="99.95 % wanted"),
        node("component:lb", 300, 110, role="load-balancer", says="1 of 2 needed"),
        node("component:web", 300, 220, role="service", says="4 of 6 needed"),
        node(
            "component:db", 180, 330, role="database", says="1 of 2, standby hot", findings=[error]
        ),
        node("component:cache", 420, 330, role="cache", says="2 replicas", findings=[doubt]),
        node("domain:eu", 800, 180, level="region", w=330, h=330),
        node("domain:a", 800, 115, level="zone", parent="domain:eu", w=290, h=130),
        node("domain:b", 800, 260, level="zone", parent="domain:eu", w=290, h=130),
        member("web", "a", 725, 100, count=3, role="service"),
        member("db", "a", 855, 100, count=1, role="database"),
        member("web", "b", 725, 245, count=3, role="service"),
    ]
    edges = [
        needs("service:checkout", "component:lb"),
        needs("component:lb", "component:web", "routes"),
        needs("component:web", "component:db"),
        needs("component:web", "component:cache", "uses"),
    ]
    return {"nodes": nodes, "edges": edges}


def member(group, domain, x, y, **more):
    parts = {"group": f"component:{group}", "parent": f"domain:{domain}", "w": 118, "h": 26}
    return {**node(f"member:{group}:{domain}", x, y, **parts, **more), "name": group}


def many(count):
    roles = ["load-balancer", "service", "database", "cache", "queue", "host", "firewall", "disk"]
    places = [(180 * (n % 20), 100 * (n // 20)) for n in range(count)]
    nodes = [
        node(f"component:{roles[n % 8]}-{n}", x, y, role=roles[n % 8], says="2 of 3 needed")
        for n, (x, y) in enumerate(places)
    ]
    edges = [
        needs(nodes[n - 20]["id"], nodes[n + step]["id"])
        for n in range(20, count - 1)
        for step in (0, 1)
    ]
    return {"nodes": nodes, "edges": edges}


def first_drawing():
    if "parts" in st.query_params:
        return many(int(st.query_params["parts"]))
    if st.query_params.get("drawn") == "0":
        return {"nodes": [], "edges": []}
    drawing = shop()
    if st.query_params.get("names") == "html":
        text = {"severity": "error", "text": MARKUP}
        drawing["nodes"][2] |= {"name": MARKUP, "says": MARKUP, "findings": [text]}
    return drawing


def start():
    return {
        "drawing": first_drawing(),
        "past": [],
        "ahead": [],
        "epoch": 1,
        "applied": 0,
        "log": [],
    }


def apply(desk, step):
    desk["log"].append(step)
    desk["applied"] = step["seq"]
    if step["do"] in ("undo", "redo"):
        turn(desk, *(("past", "ahead") if step["do"] == "undo" else ("ahead", "past")))
        return
    if step["do"] != "move":
        desk["past"].append(copy.deepcopy(desk["drawing"]))
        desk["ahead"] = []
    change = CHANGES.get(step["do"])
    if change:
        change(desk["drawing"], step)


def turn(desk, source, target):
    desk["epoch"] += 1
    if desk[source]:
        desk[target].append(desk["drawing"])
        desk["drawing"] = desk[source].pop()


def add(drawing, step):
    place = {
        "says": "1 replica" if step["do"] == "add" else "",
        "role": step.get("role"),
        "level": step.get("level"),
    }
    kinds = {"add": "component", "add_service": "service", "add_domain": "domain"}
    drawing["nodes"].append(node(f"{kinds[step['do']]}:{step['name']}", 0, 0, **place))


def connect(drawing, step):
    names = {one["name"]: one["id"] for one in drawing["nodes"] if one["type"] != "member"}
    drawing["edges"].append(needs(names[step["from"]], names[step["to"]]))


def delete(drawing, step):
    gone = {one["id"] for one in drawing["nodes"] if one["name"] in step["names"]}
    drawing["nodes"] = [one for one in drawing["nodes"] if one["id"] not in gone]
    drawing["edges"] = [one for one in drawing["edges"] if not {one["from"], one["to"]} & gone]


def move(drawing, step):
    for one in drawing["nodes"]:
        one["x"], one["y"] = step["places"].get(one["id"], (one["x"], one["y"]))


CHANGES = {
    "add": add,
    "add_service": add,
    "add_domain": add,
    "connect": connect,
    "delete": delete,
    "move": move,
}


def heard():
    desk = copy.deepcopy(st.session_state["desk"])
    for step in canvas_state("canvas", desk["applied"]).operations:
        apply(desk, step)
    st.session_state["desk"] = desk  # in one go: a rerun may stop this one between two statements


def marks():
    """Return marks that change each time, as those of an incident that is played do."""
    beat = st.session_state["beat"] = st.session_state.get("beat", 0) + 1
    phases = ["down", "detect", "promote", "up"]
    return {
        "component:db": {"phase": phases[beat % 4], "label": f"{beat % 60} s"},
        "component:web": {"heat": (beat % 10) / 10},
    }


@st.fragment(run_every=0.2)
def player(desk):
    show_canvas(
        desk["drawing"], epoch=1, applied=0, key="player", height=420, marks=marks(), editable=False
    )


st.set_page_config(layout="wide")
desk = st.session_state.setdefault("desk", start())
if st.query_params.get("look") == "1":
    player(desk)
else:
    with st.sidebar:
        if st.button("Load anew"):
            st.session_state["desk"] = {**start(), "epoch": desk["epoch"] + 1}
            st.rerun()
        chosen = "component:cache" if st.button("Choose cache") else None
        if st.button("Remark"):
            desk["drawing"]["nodes"][1]["says"] = "remarked"
            desk["drawing"]["nodes"][1]["x"] = 999
    state = show_canvas(
        desk["drawing"],
        epoch=desk["epoch"],
        applied=desk["applied"],
        key="canvas",
        height=600,
        chosen=chosen,
        past=len(desk["past"]),
        future=len(desk["ahead"]),
        on_change=heard,
    )
    desk = st.session_state["desk"]
    with st.container(key="epoch"):
        st.text(desk["epoch"])
    with st.container(key="log"):
        st.text(json.dumps(desk["log"]))
    with st.container(key="chosen"):
        st.text(json.dumps([list(state.chosen), state.opened]))
