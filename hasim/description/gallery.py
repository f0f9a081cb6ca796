"""The gallery: models to begin with, by the question that each answers.

Theory of operation: every model beside the schema belongs to it; which question a model stands
under is said in gallery/questions.yaml, and what is not said there stands under the last heading.
So a new model is shown as soon as its file is there.

Rules of this file: nothing is checked or drawn here, so that all of it is read in an instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hasim.description.yaml_file import read_text

FOLDER = Path(__file__).parent.parent / "models"

#: What stands above the models that questions.yaml does not name.
MORE = "More"

#: Beginnings of comments that say nothing about a model.
_ASIDES = ("yaml-language-server:", "Try:")


@dataclass(frozen=True, slots=True)
class Example:
    """A model of the gallery.

    Parameters
    ----------
    name : str
        Of its file.
    title : str
        The name as people write it.
    about : str
        What it is or asks; empty where it does not say.
    text : str
    """

    name: str
    title: str
    about: str
    text: str


@cache
def examples() -> Mapping[str, tuple[Example, ...]]:
    """Return the examples by question."""
    paths = {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}
    questions = read_text((FOLDER / "gallery" / "questions.yaml").read_text(encoding="utf-8"))
    shown = {
        question: tuple(_example(paths.pop(name)) for name in names)
        for question, names in questions.values.items()
    }
    more = tuple(map(_example, paths.values()))
    return {**shown, MORE: more} if more else shown


def title_of(name: str) -> str:
    """Return the name of a file as people write it."""
    words = " ".join(name.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:]


def about(text: str) -> str:
    """Return what the text of a model says of itself: its description, or its first comment.

    Raises
    ------
    ModelError
        If it is no YAML mapping that could be a model.
    """
    described = read_text(text).values.get("description")
    return described if isinstance(described, str) else " ".join(_first_comment(text))


def _example(path: Path) -> Example:
    text = path.read_text(encoding="utf-8")
    return Example(path.stem, title_of(path.stem), about(text), text)


def _first_comment(text: str) -> Iterator[str]:
    """The lines of the first paragraph of comments at the top."""
    is_begun = False
    for line in text.splitlines():
        said = line.removeprefix("#").strip()
        if not line.startswith("#") or (is_begun and not said):
            return
        if said and not said.startswith(_ASIDES):
            is_begun = True
            yield said
