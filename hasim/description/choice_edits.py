"""Options of a model as rows of a table, and choices of them as edits of its text.

Theory of operation: an option is a name and its choices, each a value of the language, so that a
table of two columns holds all of them; what was changed in the table becomes operations on the
text, as does a design that was chosen.

Rules of this file: values are read as `--set` reads them; what they mean is judged by the checks of
the model that comes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hasim.description.draft import Value, parse_key
from hasim.description.options import OPTIONS
from hasim.description.resolved import value_text
from hasim.description.yaml_file import read_text, read_value

Operation = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option as a row of a table.

    Parameters
    ----------
    name : str
        A key of the model, or a name without dots.
    choices : str
        ``[4, 5, 6]`` or ``{small: {...}, large: {...}}``.
    """

    name: str
    choices: str


def option_rows(text: str) -> tuple[OptionRow, ...]:
    """Return the options of a model as its text has them, however wrong they are.

    Raises
    ------
    ModelError
        If the text is no YAML mapping.
    """
    options = read_text(text).values.get(OPTIONS)
    if not isinstance(options, dict):
        return ()
    return tuple(OptionRow(name, value_text(choices)) for name, choices in options.items())


def edits_of_rows(before: Iterable[OptionRow], after: Iterable[OptionRow]) -> tuple[Operation, ...]:
    """Return the operations that make some rows of others.

    Raises
    ------
    ModelError
        If choices are no YAML; the findings name the option.
    """
    old, new = ({row.name: row.choices for row in rows} for rows in (before, after))
    gone: list[Operation] = [_unset((OPTIONS, name)) for name in old if name not in new]
    return (
        *gone,
        *(
            _set((OPTIONS, name), read_value(choices, name))
            for name, choices in new.items()
            if old.get(name) != choices
        ),
    )


def edits_of_settings(settings: Iterable[Sequence[str]]) -> tuple[Operation, ...]:
    """Return the operations that make a model the design which some settings describe.

    Parameters
    ----------
    settings : iterable of (str, str)
        Key and value of each, as ``--set`` takes them; the value ``~`` removes a key.

    Raises
    ------
    InputError, ModelError
        For what is no key or no value.
    """
    return tuple(
        _set(path, value) if value is not None else _unset(path)
        for key, text in settings
        for path, value in [(parse_key(key), read_value(text, key))]
    )


def _set(path: Sequence[str], value: Value) -> Operation:
    return {"do": "set", "path": list(path), "value": value}


def _unset(path: Sequence[str]) -> Operation:
    return {"do": "unset", "path": list(path)}
