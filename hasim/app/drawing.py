"""What is drawn of a draft, and what is found wrong about it.

Theory of operation: a picture is made from the one before it, so that an edit moves no more than it
must.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hasim.errors import Finding, ModelError
from hasim.store import SavedDraft

if TYPE_CHECKING:
    from hasim.description.sketch import Sketch

_NOTHING: Mapping[str, Any] = {"nodes": [], "edges": [], "elsewhere": []}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is shown of a draft.

    Parameters
    ----------
    of : SavedDraft
    elements : mapping
        What the canvas draws.
    findings : sequence of mapping
        All that was found, for the YAML editor.
    """

    of: SavedDraft
    elements: Mapping[str, Any]
    findings: Sequence[Mapping[str, object]]


def draw(draft: SavedDraft, before: Drawing | None = None) -> Drawing:
    """Return what is shown of a draft.

    Parameters
    ----------
    draft : SavedDraft
    before : Drawing, optional
        What was shown of it before.
    """
    if before is not None and (before.of.text, before.of.places) == (draft.text, draft.places):
        return before
    from hasim.reporting.canvas import canvas_of, told

    sketched, findings = _sketch(draft.text, draft.folder)
    drawn = None if before is None else before.elements
    said = [told(finding) for finding in findings]
    if sketched is None:  # half typed: what was drawn stays, with what is in the way
        return Drawing(draft, {**(drawn or _NOTHING), "elsewhere": said}, said)
    return Drawing(draft, canvas_of(sketched, draft.places, drawn), said)


def _sketch(text: str, folder: Path | None) -> tuple[Sketch | None, tuple[Finding, ...]]:
    """The sketch of a text with all findings; none where it is no YAML."""
    from hasim.description.sketch import sketch_text

    try:
        sketched = sketch_text(text, folder)
    except ModelError as error:
        return None, tuple(error.findings)
    return sketched, sketched.findings
