"""Files that a model includes: read, confined to its folder, merged.

Theory of operation
-------------------
The files are read depth first, in the order in which they are named, so that a file comes after
those that it includes itself; the model comes last. Their sections are then put together, name by
name. A file that is included twice counts once.

Rules of this file
------------------
1. Nothing outside the model's folder is opened, whatever names and links say.
2. However many files name each other, at most `MAX_FILES` are read, and as many bytes and aliased
   values in all as one model may have.
3. A file that cannot be read leaves the draft incomplete: what refers to its parts is not judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from hasim.description.draft import Draft, Expansion, KeyPath, Value
from hasim.description.yaml_file import Spent, read_included
from hasim.errors import Finding, InputError, ModelError, Place, escape_text, show_value
from hasim.system.plain import SECTIONS

#: Most files that a model may include: a file for each service of a large system.
MAX_FILES = 100

#: Keys that say what only the model as a whole can say.
_OF_THE_MODEL = ("language", "name", "description", "options")

_BELOW = "an included file lies in the model's folder or below it"


def included(draft: Draft) -> Draft:
    """The draft together with the files that it includes; itself if it includes none."""
    if "include" not in draft.values:
        return draft
    inclusion = _Inclusion(draft.folder)
    inclusion.findings += draft.findings
    if draft.file is not None:
        inclusion.opened.append((_real(Path(draft.file)), Path(draft.file)))
    inclusion.include(draft, draft.folder)
    values, positions = inclusion.merge(draft)
    return replace(
        draft,
        values=values,
        positions=positions,
        findings=tuple(inclusion.findings),
        expansion=None if inclusion.is_complete else Expansion(is_complete=False),
    )


def _real(path: Path) -> Path:
    """The path with all links resolved; as it is where that is impossible."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path


@dataclass(slots=True)
class _Inclusion:
    """What is known while files are read."""

    root: Path | None  # the model's folder
    opened: list[tuple[Path, Path]] = field(default_factory=list)  # real and shown, outermost first
    done: set[Path] = field(default_factory=set)
    parts: list[Draft] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)
    findings: list[Finding] = field(default_factory=list)
    is_complete: bool = True

    def include(self, draft: Draft, folder: Path | None) -> None:
        """Read the files that a draft names, from its own folder."""
        entries = draft.values["include"]
        if not isinstance(entries, list):
            example = entries if isinstance(entries, str) and entries else "parts/zones.yaml"
            step = f"write [{escape_text(example)}]"
            self._fail(draft.finding(("include",), show_value(entries), "expected a list", step))
            return
        if len(entries) > MAX_FILES:
            found = f"{len(entries)} files"
            expected = f"a model includes at most {MAX_FILES}"
            self._fail(draft.finding(("include",), found, expected, "join some of them"))
            return
        for i, entry in enumerate(entries):
            try:
                self._read(entry, folder)
            except InputError as error:
                path = ("include", i)
                self._fail(draft.finding(path, error.found, error.expected, error.next_step))
            except ModelError as error:
                self._fail(*error.findings)

    def _fail(self, *findings: Finding) -> None:
        self.is_complete = False
        self.findings += findings

    def _read(self, entry: Value, folder: Path | None) -> None:
        name = _name_of_file(entry)
        if folder is None or self.root is None:
            found = f"the file {escape_text(name)} has no folder to lie in"
            raise InputError(found, "", "give the model a folder")
        real, shown = _locate(name, folder, self.root), folder / name
        if any(real == opened for opened, _ in self.opened):
            raise InputError(self._cycle(real, shown), "files include each other in no circle")
        if real in self.done:
            return
        if len(self.done) + len(self.opened) > MAX_FILES:
            raise InputError(f"it is file number {MAX_FILES + 1}", f"at most {MAX_FILES} are read")
        self.done.add(real)
        part = read_included(real, str(shown), self.spent)
        self.findings += part.findings
        if "include" in part.values:
            self.opened.append((real, shown))
            self.include(part, shown.parent)
            self.opened.pop()
        self.parts.append(part)

    def _cycle(self, real: Path, shown: Path) -> str:
        names = [path for _, path in self.opened]
        start = next(i for i, (path, _) in enumerate(self.opened) if path == real)
        circle = [escape_text(str(path)) for path in [*names[start:], shown]]
        return f"a cycle: {' includes '.join(circle)}"

    # -- putting the files together

    def merge(self, model: Draft) -> tuple[dict[str, Value], dict[KeyPath, Place | None]]:
        """Values and positions of all files together, those of the model last."""
        values: dict[str, Value] = {}
        positions: dict[KeyPath, Place | None] = {}
        for draft in [*self.parts, model]:
            own = {key: value for key, value in draft.values.items() if key != "include"}
            twice: set[KeyPath] = set()
            for key, value in own.items():
                if key in (*SECTIONS, "parameters", "stamps"):
                    names = values.setdefault(key, {})
                    twice |= self._add(draft, key, value, names, positions)
                elif draft is not model and key in _OF_THE_MODEL:
                    found = f"`{key}` in an included file"
                    self.findings.append(
                        draft.finding((key,), found, "only the model has one", "remove it")
                    )
                elif key == "costs" and key in values:
                    found = "`costs` stand in an included file already"
                    self.findings.append(
                        draft.finding((key,), found, "a model has one", "put them together")
                    )
                else:
                    values[key] = value
            positions |= {at: pos for at, pos in draft.positions.items() if at[:2] not in twice}
        return values, positions

    def _add(
        self,
        draft: Draft,
        section: str,
        value: Value,
        names: dict[str, Value],
        positions: Mapping[KeyPath, Place | None],
    ) -> set[KeyPath]:
        """Add the names in a section of a file; returns those that were there already."""
        if not isinstance(value, dict):
            found, expected = show_value(value), "expected a mapping from names"
            self._fail(draft.finding((section,), found, expected))
            return set()
        twice: set[KeyPath] = set()
        for name in names.keys() & value.keys():
            path: KeyPath = (section, name)
            twice.add(path)
            first = positions.get(path)
            where = f", first in {first.file}:{first.line}" if first else ""
            found = f"{escape_text(name)} is declared here a second time{where}"
            self.findings.append(draft.finding(path, found, "a name stands once", "rename one"))
        names |= {name: part for name, part in value.items() if name not in names}
        return twice


# ---------------------------------------------------------------------------- where files may be


def _name_of_file(entry: Value) -> str:
    if not isinstance(entry, str) or not entry.strip():
        raise InputError(show_value(entry), "expected the name of a file")
    if "${" in entry:
        found = f"a parameter in the name of a file, {escape_text(entry)}"
        raise InputError(found, "files are read before parameters are", "write the name itself")
    return entry


def _locate(name: str, folder: Path, root: Path) -> Path:
    """The real path of a file that lies below the model's folder."""
    shown = escape_text(name)
    outside = InputError(f"{shown} lies outside the model's folder", _BELOW, "copy it there")
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise outside
    try:
        real_root = root.resolve()
        path = (folder / name).resolve()
        is_there = path.exists()
    except (OSError, RuntimeError, ValueError):  # loops of links, names too long, zero bytes
        raise InputError(f"{shown} cannot be reached", "", "check its name") from None
    if not path.is_relative_to(real_root):
        raise outside
    if not is_there:
        where = escape_text(str(folder))
        raise InputError(
            f"there is no file {shown}", f"it is looked for in {where}", "correct its name"
        )
    return path
