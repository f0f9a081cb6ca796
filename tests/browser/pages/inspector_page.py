"""A page that does with the inspector what Design does: a draft, its edits, undo."""

from pathlib import Path

import streamlit as st

from hasim.app.inspector import show_inspector
from hasim.description.editing import apply_operations

state = st.session_state
state.setdefault("draft", Path("models/patroni.yaml").read_text(encoding="utf-8"))
state.setdefault("past", [])
state.setdefault("count", 0)


def take(operations):
    state.past.append(state.draft)
    state.draft = apply_operations(state.draft, operations).text
    state.count += 1


st.set_page_config(layout="wide")
st.html(Path("hasim/app/style.css"))
is_other = st.toggle("Another part")
left, right = st.columns([1, 1])
with right:
    chosen = "component:etcd" if is_other else "component:postgres"
    is_edited = show_inspector(state.draft, chosen, take, key="inspector")
with left:
    if st.button("Undo", disabled=not state.past):
        state.draft = state.past.pop()
        st.rerun()
    st.code(state.draft, language=None)
    with st.container(key="count"):
        st.text(f"{state.count} edits")
if is_edited:
    st.rerun()
