"""Observed durations in a CSV file below the model's folder, for the empirical law.

The file has one column, a duration on each line: with its unit (``4 h``), or a bare number under
a first line that names the unit (``seconds``, ``minutes``, ``hours`` or ``days``). A first line
``duration`` is skipped, and so are empty lines and those that begin with #.
"""

from pathlib import Path
from typing import Final

from hasim.errors import KEY_LENGTH, escape_text
from hasim.laws.bounded import MAX_SAMPLES
from hasim.laws.parameters import LawError
from hasim.units import UnitError, parse_duration

#: Largest file that is read: 100 bytes for each of `MAX_SAMPLES` durations.
MAX_FILE_SIZE: Final = 10_000_000

_HEADERS: Final = {"seconds": "s", "minutes": "min", "hours": "h", "days": "d", "duration": ""}
_FORM: Final = "a file of durations has one column, of durations with units or under `seconds`"


def read_samples(file: str, base_folder: Path | None) -> tuple[float, ...]:
    """Seconds of the durations in a file.

    Parameters
    ----------
    file : str
        Path of the file, from the base folder.
    base_folder : Path or None
        The model's folder. The file must lie in it or below, links resolved.

    Raises
    ------
    LawError
        If there is no folder, the file is elsewhere, missing, too large, or not as it should be.
    """
    path = _locate(file, base_folder)
    lines = _read_lines(file, path)
    rows = [(i, cell) for i, cell in lines if cell and not cell.startswith("#")]
    unit = ""
    if rows and rows[0][1].lower() in _HEADERS:
        unit = _HEADERS[rows.pop(0)[1].lower()]
    if not rows:
        raise LawError(f"{escape_text(file)} holds no durations", _FORM, "write one on each line")
    if len(rows) > MAX_SAMPLES:
        found = f"{escape_text(file)} holds {len(rows)} durations"
        raise LawError(found, f"at most {MAX_SAMPLES} are read", "draw a sample of them")
    return tuple(_read_cell(file, line, cell, unit) for line, cell in rows)


def _read_cell(file: str, line: int, cell: str, unit: str) -> float:
    try:
        return parse_duration(f"{cell} {unit}" if unit and cell[-1:].isdigit() else cell)
    except UnitError as error:
        place = f"{escape_text(file)} line {line}"
        if "," in cell or ";" in cell:
            found = f"{place}: {escape_text(cell)} has several columns"
            raise LawError(found, _FORM, "keep the column of the durations") from None
        has_no_unit = not unit and cell[-1:].isdigit()
        step = f"{error.next_step}, or `seconds` as the first line"
        step = step if has_no_unit else error.next_step
        raise LawError(f"{place}: {error.found}", error.expected, step) from None


def _locate(file: str, base_folder: Path | None) -> Path:
    """The real path of a file that lies below the folder."""
    shown = escape_text(file)
    if base_folder is None:
        found = f"the file {shown} of empirical has no folder to lie in"
        raise LawError(found, "a law's file lies below the folder of its model", "write values")
    try:
        folder = base_folder.resolve()
        path = (folder / file).resolve()
        is_there, is_plain = path.exists(), path.is_file()
    except (OSError, RuntimeError, ValueError):  # loops of links, names too long, zero bytes
        found = f"the file {shown} of empirical cannot be reached"
        raise LawError(found, "", "check its name and its permissions") from None
    if not path.is_relative_to(folder):
        found = f"the file {shown} of empirical lies outside the model's folder"
        raise LawError(found, "a law's file lies below it", "copy the file there")
    if not is_there:
        found = f"the file {shown} of empirical does not exist"
        where = escape_text(str(base_folder), KEY_LENGTH)
        raise LawError(found, f"it is looked for in {where}", "correct its name")
    if not is_plain:
        raise LawError(f"the file {shown} of empirical is no plain file", _FORM)
    return path


def _read_lines(file: str, path: Path) -> list[tuple[int, str]]:
    """The stripped lines of a file with their numbers."""
    shown = f"the file {escape_text(file)} of empirical"
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE_SIZE + 1)
    except OSError as error:
        raise LawError(f"{shown} cannot be read: {error.strerror}") from None
    if len(content) > MAX_FILE_SIZE:
        limit = f"at most {MAX_FILE_SIZE // 1_000_000} MB are read"
        raise LawError(f"{shown} is too large", limit, "draw a sample of it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LawError(f"{shown} is not UTF-8 text", _FORM) from None
    return [(i, line.strip().strip('"').strip()) for i, line in enumerate(text.split("\n"), 1)]
