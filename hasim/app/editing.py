"""A draft that is edited in this tab: one text, edited from the canvas, the inspector and as YAML.

Theory of operation
-------------------
The draft of the study is the one truth; each edit is a text to the next text, saved at once. The
canvas and the YAML editor show what they are given and take another text only in a new *epoch* of
their own: an edit of one side begins an epoch of the other, never of itself. Operations of the
canvas have rising numbers and are done once. What was before an edit is kept for undo, in this tab
only. A version that grows with each save tells of edits in another tab: an edit is always one of
the newest text, and is saved only where nobody was faster.

Rules of this file: what an operation means is known to description.editing alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from hasim.app import session
from hasim.app.drawing import Drawing, draw
from hasim.description.editing import apply_operations
from hasim.errors import InputError, ModelError
from hasim.store import Desk, SavedDraft

#: Former texts that are kept for undo.
_MOST_KEPT = 200

_OVERTAKEN = "another tab changed this draft at the same moment; look at it and edit once more"

_OTHER = "nothing was changed, since this draft is another model"

_GONE = "another tab discarded or renamed this draft; it is there again, with what was done here"

#: Operations that are about more than the text.
_ABOUT_ALL = ("undo", "redo", "move", "tidy")

Operation = Mapping[str, Any]
Places = Mapping[str, tuple[float, float]]


@dataclass(slots=True)
class Editing:
    """The editing of one draft in this tab.

    Parameters
    ----------
    draft : SavedDraft
        As it is now.
    canvas_epoch, text_epoch : int
        Grow whenever the canvas, or the YAML editor, is to show another text.
    applied : int
        The number of the last operation of the canvas that was done.
    past, future : list of SavedDraft
        What undo and redo bring back, the nearest last.
    refused : tuple of str
        What could not be done of the last edit, and why.
    drawing : Drawing or None
        What the canvas showed last, which the next one changes as little as it can.
    """

    draft: SavedDraft
    canvas_epoch: int = 1
    text_epoch: int = 1
    applied: int = 0
    past: list[SavedDraft] = field(default_factory=list)
    future: list[SavedDraft] = field(default_factory=list)
    refused: tuple[str, ...] = ()
    drawing: Drawing | None = None

    def draw(self) -> Drawing:
        """Return what the canvas draws of the draft."""
        self.drawing = draw(self.draft, self.drawing)
        return self.drawing

    def take_operations(self, desk: Desk, operations: Iterable[Operation]) -> None:
        """Do what was done on the canvas and not done here yet."""
        new = [one for one in operations if one["seq"] > self.applied]
        if not new:
            return
        self.catch_up(desk.draft(self.draft.name))
        self.applied = new[-1]["seq"]
        self.refused = ()
        waiting: list[Operation] = []
        for one in new:
            if one["do"] in _ABOUT_ALL:
                self._apply(desk, waiting)
                waiting = []
                self._act(desk, one)
            else:
                waiting.append({key: value for key, value in one.items() if key != "seq"})
        self._apply(desk, waiting)

    def edit(self, desk: Desk, operations: Sequence[Operation], *, whole: bool = False) -> None:
        """Do what was chosen elsewhere on the page, such as in the inspector.

        Parameters
        ----------
        desk : Desk
        operations : sequence of Operation
        whole : bool
            Whether nothing is to be done where anything cannot be.
        """
        self.catch_up(desk.draft(self.draft.name))
        self.refused = ()
        self._apply(desk, operations, whole=whole)

    def take_text(self, desk: Desk, text: str) -> None:
        """Take what was typed as YAML."""
        if text != self.draft.text:
            try:
                session.check_length(text)
            except InputError as error:
                self.refused = (_say(error),)
                return
            self.refused = ()
            self._remember()
            self._save(desk, text=text)
            self.canvas_epoch += 1

    def catch_up(self, newest: SavedDraft | None) -> None:
        """Take over what another tab has saved; undo brings back what was before."""
        if newest is not None and newest.version != self.draft.version:
            self._remember()
            self.draft = newest
            self.canvas_epoch += 1
            self.text_epoch += 1

    def undo(self, desk: Desk) -> None:
        """Bring back what was before the last edit."""
        self._step(desk, self.past, self.future)

    def redo(self, desk: Desk) -> None:
        """Take back the last undo."""
        self._step(desk, self.future, self.past)

    def _act(self, desk: Desk, operation: Operation) -> None:
        match operation["do"]:
            case "undo":
                self.undo(desk)
            case "redo":
                self.redo(desk)
            case "tidy":
                self._remember()
                self._save(desk, places={})
                self.drawing = None
                self.canvas_epoch += 1
            case _:
                if not operation.get("joined"):
                    self._remember()
                moved = {part: (x, y) for part, (x, y) in operation["places"].items()}
                self._save(desk, places={**self.draft.places, **moved})

    def _apply(self, desk: Desk, operations: Sequence[Operation], *, whole: bool = False) -> None:
        if not operations:
            return
        try:
            edited = apply_operations(self.draft.text, operations)
        except ModelError as error:
            self.refused = (f"the YAML cannot be read: {error}",)
            self.canvas_epoch += 1
            return
        self.refused += tuple(_say(error) for _, error in edited.refused)
        if whole and edited.refused:
            self.refused = (_OTHER, *self.refused)
        elif edited.text != self.draft.text:
            self._remember()
            places = _carried(self.draft.places, operations)
            self._save(desk, text=edited.text, places=places)
        self.text_epoch += 1
        self.canvas_epoch += 1

    def _step(self, desk: Desk, source: list[SavedDraft], target: list[SavedDraft]) -> None:
        if source:
            before, kept = self.draft, source[-1]
            if self._save(desk, text=kept.text, places=kept.places):
                source.pop()
                target.append(before)
        self.text_epoch += 1
        self.canvas_epoch += 1

    def _remember(self) -> None:
        if not self.past or self.past[-1] is not self.draft:
            self.past.append(self.draft)
        del self.past[:-_MOST_KEPT]
        self.future.clear()

    def _save(
        self,
        desk: Desk,
        *,
        text: str | None = None,
        places: Places | None = None,
    ) -> bool:
        """Save the draft otherwise, unless another tab has; whether it was saved."""
        text = self.draft.text if text is None else text
        places = self.draft.places if places is None else places
        new = replace(self.draft, text=text, places=places, version=self.draft.version + 1)
        if desk.advance(new):
            self.draft = new
            return True
        if desk.draft(new.name) is None:
            version = desk.save(new.name, text, places=places, folder=new.folder)
            self.draft = replace(new, version=version)
            self.refused += (_GONE,)
            return True
        self.refused += (_OVERTAKEN,)
        self.catch_up(desk.draft(self.draft.name))
        return False


def editing_of(desk: Desk, draft: SavedDraft) -> Editing:
    """Return the editing of a draft in this tab, with what other tabs have made of it."""
    kept: dict[tuple[str, str], Editing] = st.session_state.setdefault("editing", {})
    key = (str(session.identifier()), draft.name)
    editing = kept.setdefault(key, Editing(draft))
    editing.catch_up(draft)
    return editing


def forget_editing(draft: SavedDraft) -> None:
    """Let go what this tab kept of a draft that is gone."""
    st.session_state.get("editing", {}).pop((str(session.identifier()), draft.name), None)


def _carried(places: Places, operations: Iterable[Operation]) -> Places:
    """Places with those of parts that are renamed under their new names."""
    for one in operations:
        if one["do"] == "rename":
            places = {_renamed(part, one["name"], one["to"]): at for part, at in places.items()}
    return places


def _renamed(part: str, old: str, new: str) -> str:
    kind, _, name = part.partition(":")
    return f"{kind}:{new}" if name == old else part


def _say(error: InputError) -> str:
    return "; ".join(text for text in (error.found, error.expected, error.next_step) if text)
