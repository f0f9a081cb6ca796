"""The answers of one kind in a study: which one is shown, how far it is, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from hasim.app.exhibition import show_exhibition
from hasim.app.moments import moment
from hasim.app.requesting import show_request
from hasim.store import Desk, Request


class Shown(NamedTuple):
    """What is shown: the number of its request, and its exhibition, empty where none can be."""

    number: int
    exhibition: Mapping[str, Any]


def show_answers(desk: Desk, kind: str) -> Shown | None:
    """Show the answer that the address names, or else the last; returns what is shown.

    Parameters
    ----------
    desk : Desk
    kind : str
        Of the requests; also what the address calls it.
    """
    requests = [one for one in desk.requests() if one.kind == kind]
    if not requests:
        return None
    request = _choose(requests, kind)
    show_request(desk, request)
    answer = desk.answer(request.number)
    if answer is None:
        return Shown(request.number, {})
    exhibition = answer.get("exhibition", {})
    is_shown = show_exhibition(exhibition, key=f"{kind}-{request.number}")
    return Shown(request.number, exhibition if is_shown else {})


def _choose(requests: list[Request], kind: str) -> Request:
    named = st.query_params.get(kind, "")
    numbers = [one.number for one in requests]
    place = next((at for at, number in enumerate(numbers) if str(number) == named), 0)
    if len(requests) == 1:
        return requests[0]
    lines = {one.number: _line(one, len(requests) - at) for at, one in enumerate(requests)}
    chosen = st.selectbox(
        "Answers of this study",
        numbers,
        index=place,
        format_func=lines.__getitem__,
        key=f"chosen-{kind}-{len(requests)}-{requests[0].status}-{named}",
    )
    st.query_params[kind] = str(chosen)
    return next(one for one in requests if one.number == chosen)


def _line(request: Request, place: int) -> str:
    """What a request is called in a list."""
    models = ", ".join(request.models)
    return f"{place}. {models}, {moment(request.asked)}: {request.message or request.status}"
