"""One field as a widget with its help, its message and what the catalogue knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from hasim.app.exhibition import named, plain
from hasim.app.inspector.answers import Answers
from hasim.app.inspector.law_editor import show_law_editor
from hasim.description.forms import Field, Notice, Suggestion, put
from hasim.errors import InputError

Typed = str | Sequence[str]
OnChange = Callable[[], None]

#: Pixels of the name of a law before its input.
_LABEL_WIDTH = 112

#: Pixels of what opens beside a field.
_HELP_WIDTH = 360

_SIGNS = {"error": ":red[✗", "warning": ":orange[⚠"}


def show_field(answers: Answers, field: Field) -> None:
    """Show a field that holds one value or a list of them."""
    name = answers.name(field.path, "field", (field.value, field.choices))
    with st.container(gap=None):
        typed = (_show_law if field.form == "law" else _show_plain)(answers, field, name)
        if field.origin.startswith("from"):
            st.caption(f":small[{plain(field.origin)}]")
        error = _tell(answers, name, field, typed)
        show_notices(field.findings, error)


def _show_plain(answers: Answers, field: Field, name: str) -> Typed:
    """A widget under its label, with what the catalogue knows beside it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xxsmall", wrap=False):
        shown = _with_refused(answers, field, name)
        ask = _WIDGETS.get(field.form, _ask_text)
        typed = ask(shown, name, _taking(answers, field, name), answers.is_locked)
        if field.suggestions and not answers.is_locked:
            _show_help(answers, field)
    return typed


def _show_law(answers: Answers, field: Field, name: str) -> Typed:
    """A law in one line: there are many of them in a failover."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", wrap=False):
        st.markdown(f":small[{plain(field.key)}]", help=_help(field), width=_LABEL_WIDTH)
        typed = st.text_input(
            field.key,
            _with_refused(answers, field, name).value or "",
            key=name,
            placeholder=_placeholder(field),
            disabled=answers.is_locked,
            label_visibility="collapsed",
            on_change=_taking(answers, field, name),
        )
        if not answers.is_locked:
            _show_help(answers, field)
    return typed


def _with_refused(answers: Answers, field: Field, name: str) -> Field:
    """The field as its widget begins: with what was refused, where something was."""
    typed = answers.refused(name, field)
    if typed is None:
        return field
    if isinstance(typed, str):
        return replace(field, value=typed)
    return replace(field, value=None, entries=tuple(typed))


def show_notices(notices: Sequence[Notice], error: InputError | None = None) -> None:
    """Show what is wrong: what was just typed, or else what the draft has."""
    told = [("error", str(error))] if error else [(one.severity, one.text) for one in notices]
    for severity, text in told:
        st.markdown(f":small[{_SIGNS[severity]} {plain(text)}]]")


def _taking(answers: Answers, field: Field, name: str) -> OnChange:
    """What takes the text of a widget as soon as it is typed."""

    def take() -> None:
        typed = st.session_state[name]
        _tell(answers, name, field, "" if typed is None else typed)
        answers.hand_over()

    return take


def _tell(answers: Answers, name: str, field: Field, typed: Typed) -> InputError | None:
    """Note what was typed where that is not what the draft has."""
    if answers.is_locked:
        return None
    if isinstance(typed, list):
        is_same = typed == _entries(field)
    else:
        is_same = str(typed).strip() == (field.value or "")
    if is_same:
        answers.forget(field)
        return None
    return answers.tell(name, field, typed)


# ---------------------------------------------------------------------------- widgets


def _ask_text(field: Field, name: str, on_change: OnChange, is_locked: bool) -> Typed:
    return st.text_input(
        field.key,
        field.value or "",
        key=name,
        help=_help(field),
        placeholder=_placeholder(field),
        disabled=is_locked,
        on_change=on_change,
    )


def _ask_mapping(field: Field, name: str, on_change: OnChange, is_locked: bool) -> Typed:
    return st.text_area(
        field.key,
        field.value or "",
        key=name,
        help=_help(field),
        placeholder=field.example,
        disabled=is_locked,
        on_change=on_change,
        height=76,
    )


def _ask_choice(field: Field, name: str, on_change: OnChange, is_locked: bool) -> Typed:
    """One of what there is; or, where others are possible, something typed."""
    words = field.words or field.choices
    options = list(words) if field.value in (None, *words) else [str(field.value), *words]
    chosen = st.selectbox(
        field.key,
        options,
        index=None if field.value is None else options.index(field.value),
        key=name,
        help=_help(field),
        placeholder=_placeholder(field),
        disabled=is_locked,
        on_change=on_change,
        accept_new_options=field.form not in ("choice", "flag"),
    )
    return chosen or ""


def _ask_word(field: Field, name: str, on_change: OnChange, is_locked: bool) -> Typed:
    """A text, chosen where there are known ones."""
    return (_ask_choice if field.choices else _ask_text)(field, name, on_change, is_locked)


def _ask_names(field: Field, name: str, on_change: OnChange, is_locked: bool) -> Typed:
    """Several of what there is; as text where one stands twice."""
    entries = _entries(field)
    if len(set(entries)) < len(entries):
        return _ask_text(field, name, on_change, is_locked)
    return st.multiselect(
        field.key,
        list(dict.fromkeys([*entries, *field.words, *field.choices])),
        default=entries,
        key=name,
        help=_help(field),
        placeholder=_placeholder(field) or "choose",
        disabled=is_locked,
        on_change=on_change,
        accept_new_options=True,
    )


def _entries(field: Field) -> list[str]:
    """What was typed, one by one; a list may be empty."""
    if field.entries is not None:
        return list(field.entries)
    return [field.value] if field.value else []


_WIDGETS: Mapping[str, Callable[[Field, str, OnChange, bool], Typed]] = {
    "choice": _ask_choice,
    "flag": _ask_choice,
    "name": _ask_word,
    "text": _ask_word,
    "names": _ask_names,
    "mapping": _ask_mapping,
}


def _placeholder(field: Field) -> str:
    if field.meant:
        return field.meant
    return f"such as {field.example}" if field.example else ""


def _help(field: Field) -> str:
    words = [plain(field.meaning)]
    if field.words and field.form not in ("choice", "flag"):
        words.append(f"Or {', '.join(f'`{word}`' for word in field.words)}.")
    if field.default:
        words.append(f"Default: {plain(field.default)}.")
    if field.example:
        words.append(f"Such as `{field.example}`.")
    return " ".join(words)


# ---------------------------------------------------------------------------- what helps


def _show_help(answers: Answers, field: Field) -> None:
    """What opens beside a field: the law with its density, typical values with their sources."""
    is_law = field.form == "law"
    what = f"Typical values{' and the law' if is_law else ''} of {field.key}"
    popover = st.popover(
        named("", what),
        icon=":material/show_chart:" if is_law else ":material/menu_book:",
        help=what,
        type="tertiary",
        key=answers.name(field.path, "help"),
        on_change="rerun",
    )
    if popover.open:
        with popover, st.container(width=_HELP_WIDTH):
            if is_law:
                show_law_editor(answers, field)
            for number, one in enumerate(field.suggestions):
                _show_suggestion(answers, field, one, number)


def _show_suggestion(answers: Answers, field: Field, one: Suggestion, number: int) -> None:
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(one.value)}**", width="stretch")
            name = answers.name(field.path, f"use {number}", one.value)
            label = named("Use it", f"{one.value} as {field.key}")
            if st.button(label, key=name, type="secondary"):
                answers.operations.append(put(field.path, one.value))
        st.caption(f"{plain(one.entry)}: {plain(one.what)}")
        st.caption(_support(one), help=plain(one.meaning))
        for title, address in one.sources:
            st.caption(f":small[{plain(title)} · {plain(address)}]")


def _support(one: Suggestion) -> str:
    words = [f"Grade **{one.grade}**"] if one.grade else []
    words += [f"seen from {plain(one.range[0])} to {plain(one.range[1])}"] if one.range else []
    return " · ".join([*words, *([plain(one.note)] if one.note else [])])
