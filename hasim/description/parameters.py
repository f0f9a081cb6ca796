"""Parameters: values with a name, which stand as ``${name}`` in the texts of a model.

Rules of this file
------------------
1. The value of a parameter is final: no parameter in it, no arithmetic.
2. ``$${`` is a literal ``${``, whether a model has parameters or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from hasim.description.between import is_between, read_between
from hasim.description.draft import KeyPath, Value, key_text
from hasim.errors import InputError, escape_text, show_value
from hasim.system import Uncertain

#: Most characters that all texts with parameters may have together: a third of the largest file.
MAX_INSERTED = 10_000_000

_MARK = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value with a name, and where it was given; if it is wrong, texts that name it are, too.

    Parameters
    ----------
    name, value : str
        The middle value of what is uncertain.
    path : KeyPath
    is_wrong : bool
    uncertain : Uncertain or None
        What it is the middle value of.
    """

    name: str
    value: str
    path: KeyPath
    is_wrong: bool = False
    uncertain: Uncertain | None = None


#: The parameters that a text may name.
Scope: TypeAlias = Mapping[str, Parameter]


def read_parameter(name: str, value: Value, path: KeyPath) -> Parameter:
    """The parameter of a name and a value.

    Raises
    ------
    InputError
        If the value is no text or number, or names a parameter itself.
    """
    if is_between(value) and path[0] == "parameters":
        return _uncertain_parameter(name, value, path)
    if not isinstance(value, str):
        raise InputError(show_value(value), "a parameter is a text or a number")
    marks = [mark[0] for mark in _MARK.finditer(value) if mark[0] != "$${"]
    if marks:
        found = f"{show_value(marks[0])} in the value of a parameter"
        raise InputError(found, "a parameter is made of no others", "write the value itself")
    return Parameter(name, value.replace("$${", "${"), path)


def _uncertain_parameter(name: str, value: Value, path: KeyPath) -> Parameter:
    """The parameter that is between two values, with the middle one for its value."""
    uncertain = read_between(value).named(key_text(path))
    return Parameter(name, uncertain.text(uncertain.at(0.5)), path, uncertain=uncertain)


class TooMuchError(InputError):
    """What parameters and stamps stand for is more than is read."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """Puts the values of parameters into texts.

    Parameters
    ----------
    scope : Mapping[str, Parameter]
        The parameters that a text may name.
    suggest : callable
        Gives the next step after an unknown name.
    """

    scope: Scope
    suggest: Callable[[str, Iterable[str]], str]

    def apply(self, text: str, room: int) -> tuple[str, tuple[Parameter, ...]]:
        """The text with the values of its parameters, and these.

        Parameters
        ----------
        text : str
            As it was typed.
        room : int
            Most characters that it may have then.

        Raises
        ------
        InputError
            If there is no such parameter, or a ``${`` is not closed.
        TooMuchError
            If the text gets too long.
        """
        used: dict[str, Parameter] = {}
        pieces = []
        start = 0
        for mark in _MARK.finditer(text):
            piece = "${" if mark[0] == "$${" else self._value(mark[1], used)
            pieces += [text[start : mark.start()], piece]
            start = mark.end()
            room -= len(piece)
            if room < 0:
                found = f"texts with parameters of over {MAX_INSERTED} characters in all"
                raise TooMuchError(found, "", "shorten the parameters")
        return "".join([*pieces, text[start:]]), tuple(used.values())

    def template(self, text: str, used: Iterable[Parameter]) -> str:
        """A text that was applied, with the names of its uncertain parameters still in it."""
        kept = {one.name: f"${{{one.name}}}" for one in used if one.uncertain}
        known = {one.name: one.value.replace("${", "$${") for one in used if not one.uncertain}
        values = {**known, **kept}
        return _MARK.sub(lambda mark: values[mark[1]] if mark[1] is not None else mark[0], text)

    def _value(self, name: str | None, used: dict[str, Parameter]) -> str:
        if name is None:
            raise InputError("a ${ that is not closed", "", "write ${name}, or $${ for ${ itself")
        if name not in self.scope:
            step = f"declare it under `parameters`, or write $${{{escape_text(name)}}} for the text"
            step = self.suggest(name, self.scope) if self.scope else step
            found = (
                f"there is no parameter {escape_text(name)}"
                if name.strip()
                else "a ${ } without a name"
            )
            raise InputError(found, "", step)
        used[name] = self.scope[name]
        return used[name].value
