"""The law editor: the kind of law, its parameters, its density, and the text that is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from hasim.app.exhibition import is_dark, named, plain
from hasim.app.inspector.answers import Answers
from hasim.description.draft import key_text
from hasim.description.forms import (
    Field,
    Sheet,
    law_of,
    put,
    read_field,
    sheet_of,
    sheets_for,
    text_of,
)
from hasim.errors import InputError
from hasim.laws import Law


def show_law_editor(answers: Answers, field: Field) -> None:
    """Show the law of a field, or the one that holds instead, to be changed."""
    written = field.value if field.value is not None else field.meant
    now = sheet_of(field, written)
    sheets = {sheet.name: sheet for sheet in sheets_for(field)}
    if now is not None:
        sheets[now.name] = now
    names = list(sheets)
    name = st.selectbox(
        "Kind of law",
        names,
        index=names.index(now.name) if now else 0,
        key=answers.name(field.path, "law", written),
    )
    text = text_of(field, _ask_parameters(answers, field, sheets[name], written))
    try:
        read_field(field, text)
    except InputError as error:
        st.markdown(f":small[:red[✗ {plain(str(error))}]]")
        return
    law = law_of(field, text)
    if law is not None:
        _show_density(key_text(field.path), law)
    _offer(answers, field, text)


def _ask_parameters(answers: Answers, field: Field, sheet: Sheet, written: str) -> Sheet:
    """The sheet with what was typed as its parameters."""
    columns = st.columns(len(sheet.parameters), gap="small")
    typed = [
        column.text_input(
            one.name,
            one.value,
            placeholder=one.example,
            key=answers.name(field.path, f"law {sheet.name} {one.name}", written),
        )
        for column, one in zip(columns, sheet.parameters, strict=True)
    ]
    filled = (replace(one, value=value) for one, value in zip(sheet.parameters, typed, strict=True))
    return replace(sheet, parameters=tuple(filled))


def _show_density(name: str, law: Law) -> None:
    from hasim.reporting.figures import for_theme

    drawn = _drawn(name, str(law), law)
    spec = for_theme(drawn["spec"], dark=is_dark())
    st.vega_lite_chart(spec=spec, theme=None, alt=drawn["claim"])
    st.caption(f"{plain(drawn['claim'])}. {plain(drawn['note'])}")


@st.cache_data(max_entries=256, show_spinner=False)
def _drawn(name: str, text: str, _law: Law) -> dict[str, Any]:
    """The density for a page, kept by the text of the law."""
    from hasim.reporting.figures import draw_law, spec_of

    figure = draw_law(name, _law)
    return {"spec": spec_of(figure), "claim": figure.claim, "note": figure.note}


def _offer(answers: Answers, field: Field, text: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.code(text, language=None, width="stretch")
        name = answers.name(field.path, "use law", text)
        label = named("Use it", f"{text} as {field.key}")
        if st.button(label, key=name, type="primary", disabled=text == field.value):
            answers.operations.append(put(field.path, read_field(field, text)))
