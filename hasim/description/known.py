"""The text of a draft with all that is known about it, found out once for all who ask.

Theory of operation: a canvas, a form and a check ask about one text at the same moment, and reading
it takes most of their time. So what was read last is kept.

Rules of this file: a text that names files is read anew, since they may change while it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from hasim.description.composition import composed
from hasim.description.draft import Draft
from hasim.description.resolution import Checked, check
from hasim.description.yaml_file import read_text
from hasim.errors import Finding
from hasim.system.plain import plain_system

#: Words by which a draft names files.
_READING_FILES = ("include", "empirical")

#: So many drafts are kept: those that people have open.
_KEPT = 16


@dataclass(frozen=True)
class Known:
    """A draft with all that is known about it.

    Parameters
    ----------
    draft : Draft
        As it was typed.
    """

    draft: Draft

    @cached_property
    def whole(self) -> Draft:
        """The draft with what it includes and what its stamps make."""
        return composed(self.draft)

    @cached_property
    def checked(self) -> Checked:
        """What `hasim check` says."""
        return check(self.draft)

    @cached_property
    def plain(self) -> Mapping[str, Any]:
        """The resolved model, where it checks."""
        return plain_system(self.checked.system) if self.checked.system else {}

    @cached_property
    def notices(self) -> Mapping[str, list[Finding]]:
        """The findings by their keys."""
        by_key: dict[str, list[Finding]] = {}
        for finding in self.checked.findings:
            by_key.setdefault(finding.key, []).append(finding)
        return by_key


def know(text: str, folder: Path | None = None) -> Known:
    """What is known about the text of a draft.

    Parameters
    ----------
    text : str
        YAML, of a model that may be wrong or unfinished.
    folder : Path, optional
        Where the files are that it names; None: nowhere.

    Raises
    ------
    ModelError
        If it is no YAML mapping.
    """
    reads_files = folder is not None and any(word in text for word in _READING_FILES)
    return _read(text, folder) if reads_files else _keep(text, folder)


def _read(text: str, folder: Path | None) -> Known:
    return Known(read_text(text, folder=folder))


_keep = lru_cache(_KEPT)(_read)
