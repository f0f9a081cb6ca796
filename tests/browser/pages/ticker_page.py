"""A page whose fragment runs again by itself, and another that is slow to come."""

import time

import streamlit as st

from hasim.app.ticking import run_again

state = st.session_state
state.setdefault("looks", 0)


@st.fragment
def watch():
    state.looks += 1
    with st.container(key="looks"):
        st.text(f"{state.looks} looks")
    run_again(0.05, key="watch")


def quick():
    watch()


def slow():
    time.sleep(2)
    st.title("Slow")


pages = [st.Page(quick, title="Quick"), st.Page(slow, title="Slow")]
st.navigation(pages, position="top").run()
