"""The inspector of the Design page: a form laid out as widgets, what is filled in as operations.

Theory of operation
-------------------
The form of the chosen part comes from description.forms. Its common fields are seen at once, short
ones two in a row; the others open by subject, and so do the parts inside: failure modes, a
failover, a standby. A value that the draft takes changes the draft; one that cannot be read stays
in its widget with the message below it (answers.py says how).

Rules of this room: what a key holds and which values are right is known to description.forms alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hasim.app.exhibition import named, plain
from hasim.app.inspector.answers import Answers
from hasim.app.inspector.inputs import show_field, show_notices
from hasim.description.draft import KeyPath
from hasim.description.forms import (
    Field,
    Form,
    Group,
    Operation,
    add,
    count_errors,
    form_of,
    put,
    remove,
    write_out,
)
from hasim.errors import InputError, ModelError

#: Sections whose name is no plural.
_SECTIONS = {"monitoring": "monitoring", "maintenance": "maintenance"}

#: Kinds of input that need the whole width, as messages do.
_WIDE = ("law", "names", "mapping", "list")

_WITH_PARTS = ("part", "parts", "rows")

_IN_DETAIL = "in detail"


def show_inspector(
    text: str,
    chosen_id: str | None,
    take: Callable[[Sequence[Operation]], None],
    *,
    folder: Path | None = None,
    key: str,
) -> bool:
    """Show the fields of a part of a draft, and let what is filled in be taken.

    Parameters
    ----------
    text : str
        The draft.
    chosen_id : str or None
        What is chosen, such as ``component:web``; None: the model.
    take : callable
        Given operations for `description.editing.apply_operations`: before the page runs again
        where something was typed, else when all is shown.
    folder : Path, optional
        Where files that the model names may be.
    key : str
        The same for a draft as long as it is open, whatever is edited in it.

    Returns
    -------
    bool
        Whether something was taken now, so that the page is to run again.
    """
    try:
        form = form_of(text, path_of(chosen_id), folder)
    except ModelError as error:
        st.warning("The YAML cannot be read as it is.", icon=":material/edit_off:")
        for finding in error.findings:
            st.caption(plain(str(finding)))
        return False
    except InputError:
        st.caption("Choose a part of the system to see what it holds.")
        return False
    answers = Answers(key, text, take, bool(form.locked))
    with st.container(key=f"{key}-inspector", gap="small"):
        _show_heading(form)
        _show_form(answers, form)
    return answers.hand_over()


def path_of(chosen_id: str | None) -> KeyPath:
    """The path of what is chosen on the canvas; empty for the model."""
    kind, _, name = (chosen_id or "model").partition(":")
    if not name:
        return ()
    if kind == "member":  # the replicas of a component in one domain
        return ("components", name.partition(":")[0])
    return (_SECTIONS.get(kind, f"{kind}s"), *name.split("/"))


def _show_heading(form: Form) -> None:
    st.subheader(f"{plain(form.name)} :gray[:small[{plain(form.part)}]]", anchor=False)
    if form.locked:
        st.info(plain(form.locked), icon=":material/lock:")


def _show_form(answers: Answers, form: Form) -> None:
    """The common fields of a form, and the others by subject in what can be opened."""
    show_notices(form.findings)
    if form.short is not None:
        show_field(answers, form.short)
        return
    common, *others = form.groups
    _show_group(answers, common)
    for group in others:
        name = answers.name(form.path, f"group {group.subject}")
        with _opened(group.subject, f"{group.n_set} set", group.n_set, group.n_errors, name):
            _show_group(answers, group)


def _show_group(answers: Answers, group: Group) -> None:
    """Fields below each other, short ones two in a row."""
    row: list[Field] = []
    for field in group.fields:
        is_wide = field.form in (*_WIDE, *_WITH_PARTS) or bool(field.findings)
        if row and (len(row) == 2 or is_wide):
            _show_row(answers, row)
            row = []
        if field.form in _WITH_PARTS:
            _show_parts(answers, field)
        elif is_wide:
            show_field(answers, field)
        else:
            row.append(field)
    _show_row(answers, row)


def _show_row(answers: Answers, row: list[Field]) -> None:
    if not row:
        return
    for column, field in zip(st.columns(2, gap="small"), row, strict=False):
        with column:
            show_field(answers, field)


def _opened(title: str, summary: str, shown: object, errors: int, name: str) -> DeltaGenerator:
    """What holds more fields: its title, what is in it, and whether something is wrong in it."""
    label = f"**{plain(title)}**"
    label += f" :gray[:small[{plain(summary)}]]" if shown else ""
    label += " :red[✗]" if errors else ""
    return st.expander(label, expanded=bool(errors), key=name)


# ---------------------------------------------------------------------------- parts inside


def _show_parts(answers: Answers, field: Field) -> None:
    """A field with forms inside: one, one by name, or one for each entry of a list."""
    if field.choices and not field.parts:
        _list_names(field)
        return
    if field.form == "part" and not isinstance(field.typed, list):
        _show_part(answers, field)
        return
    st.markdown(f":small[{plain(field.key)}]", help=plain(field.meaning))
    show_notices(field.findings)
    is_given = field.written is not None
    for part in field.parts:
        _show_one(replace(answers, is_locked=answers.is_locked or is_given), field, part)
    if is_given and not answers.is_locked:
        _offer_to_write_out(answers, field)
    elif not answers.is_locked:
        _offer_to_add(answers, field)


def _offer_to_write_out(answers: Answers, field: Field) -> None:
    """What a preset gives is changed once it stands in the draft."""
    writer = answers.name(field.path, "write out")
    told = "They come from the preset, which adds none beside typed ones."
    label = named("Write them out to change them", field.key)
    if st.button(label, icon=":material/edit:", key=writer, help=told):
        answers.operations.append(write_out(field))


def _list_names(field: Field) -> None:
    """Parts that are drawn are chosen on the canvas."""
    names = ", ".join(plain(name) for name in field.choices)
    st.caption(f"**{plain(field.key)}** {names}")


def _show_part(answers: Answers, field: Field) -> None:
    """The only part that a key holds: in detail, as a word, or not at all."""
    words = field.value or field.origin
    summary = field.inner.summary if field.inner else (field.value or "")
    name = answers.name(field.path, "part")
    title = field.key.replace("_", " ")
    with _opened(title, summary or "not set", True, count_errors(field), name):
        st.caption(plain(field.meaning))
        if field.words:
            _ask_word(answers, field)
        elif field.inner is None and field.example:
            show_field(answers, field)
        show_notices(field.findings)
        if field.inner is not None:
            _show_form(answers, field.inner)
        if not answers.is_locked:
            _offer_part(answers, field, is_there=bool(words))


def _offer_part(answers: Answers, field: Field, *, is_there: bool) -> None:
    """Buttons that add the part of a field, or take it away."""
    with st.container(horizontal=True):
        if field.inner is None and not field.words:
            label = named("Add in detail", field.key) if field.example else f"Add {field.key}"
            if st.button(label, icon=":material/add:", key=answers.name(field.path, "add")):
                answers.operations.append(add(field))
        if is_there and field.typed is not None:
            remover = answers.name(field.path, "remove")
            label = named("Remove", field.key)
            if st.button(label, icon=":material/delete:", type="tertiary", key=remover):
                answers.operations.append(remove(field))


def _ask_word(answers: Answers, field: Field) -> None:
    """A word for the part, or its details."""
    options = [*field.words, _IN_DETAIL]
    now = _IN_DETAIL if field.inner is not None and field.typed is not None else field.value
    chosen = st.segmented_control(
        field.key,
        options,
        default=now if now in options else None,
        key=answers.name(field.path, "word", now),
        label_visibility="collapsed",
        disabled=answers.is_locked,
    )
    if chosen in (now, None):
        return
    answers.operations.append(add(field) if chosen == _IN_DETAIL else put(field.path, chosen))


def _show_one(answers: Answers, field: Field, part: Form) -> None:
    """One of several parts."""
    title = part.name if isinstance(part.path[-1], str) else f"{field.key} {part.path[-1] + 1}"
    with _opened(title, part.summary, part.summary, part.n_errors, answers.name(part.path, "part")):
        _show_form(answers, part)
        remover = answers.name(part.path, "remove")
        is_typed = field.typed is not None and not answers.is_locked
        if is_typed and st.button(
            f"Remove {plain(title)}", icon=":material/delete:", type="tertiary", key=remover
        ):
            answers.operations.append(remove(field, part))


def _offer_to_add(answers: Answers, field: Field) -> None:
    """Add one more part, with a name where parts have names."""
    if field.form != "parts":
        adder = answers.name(field.path, "add", len(field.parts))
        if st.button(f"Add to {field.key}", icon=":material/add:", type="tertiary", key=adder):
            answers.operations.append(add(field))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        count = len(field.parts)
        name = st.text_input(
            f"Name of a new one of {field.key}",
            placeholder="name of a new one",
            key=answers.name(field.path, "new", count),
            label_visibility="collapsed",
        )
        label = named("Add", f"to {field.key}")
        adder = answers.name(field.path, "add", count)
        is_asked = st.button(label, icon=":material/add:", key=adder)
    if not is_asked:
        return
    try:
        answers.operations.append(add(field, name.strip()))
    except InputError as error:
        show_notices((), error)
