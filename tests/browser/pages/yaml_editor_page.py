"""Pages that do with the editor what the app does: a draft, findings in it, edits by others."""

import streamlit as st

from hasim.app.yaml_editor import read_yaml_editor, show_yaml_editor

WORDS = {"wrong": "error", "odd": "warning"}
MANY = "".join(f"  web-{n}: {{replicas: 2, mtbf: 1000 h}}  # {n}\n" for n in range(2000))

state = st.session_state
state.setdefault("draft", "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h}\n")
state.setdefault("epoch", 1)
state.setdefault("changes", 0)


def note():
    typed = read_yaml_editor("editor", epoch=state.epoch)
    if typed.text is not None:
        state.draft = typed.text
    state.changes += 1


def change(text):
    state.draft, state.epoch = text, state.epoch + 1


def find():
    for number, line in enumerate(state.draft.split("\n"), start=1):
        for word, severity in WORDS.items():
            text = f"<b>{word}</b> is found in line {number}"
            place = {"line": number, "column": line.find(word) + 1}
            if word in line:
                yield {**place, "severity": severity, "text": text}


def design():
    findings = list(find())
    if findings:
        st.error("Something above the editor, which moves it.")
    inputs = {"epoch": state.epoch, "findings": findings, "on_change": note}
    show_yaml_editor(state.draft, key="editor", **inputs)
    st.button("Add on top", on_click=lambda: change("# new\n" + state.draft))
    st.button("Many lines", on_click=lambda: change(MANY))
    st.button("Reload")


def other():
    st.write("Another page.")


st.navigation([design, other]).run()
st.text(f"changes {state.changes}, epoch {state.epoch}, length {len(state.draft)}.")
st.code(state.draft[-3000:], language=None)
