"""Options: what can be chosen about a system, for a search to choose from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from hasim.system.parts import Part


class Option(Part):
    """One thing that can be chosen, and the choices.

    Attributes
    ----------
    choices : Mapping[str, Mapping[str, str]]
        By their labels, the keys of the model that each sets, with their values as JSON; the value
        null removes the key.
    """

    choices: Mapping[str, Mapping[str, str]] = Field(min_length=1)


def plain_options(options: Mapping[str, Option]) -> dict[str, Any]:
    """The options in the words of the model language."""
    return {name: _plain(name, option) for name, option in options.items()}


def _plain(name: str, option: Option) -> Any:
    if is_of_one_key(name):
        return [_value(settings[name]) for settings in option.choices.values()]
    return {
        label: {key: _value(text) for key, text in settings.items()}
        for label, settings in option.choices.items()
    }


def is_of_one_key(name: str) -> bool:
    """Whether an option is named after the one key that it sets."""
    return "." in name or "[" in name


def _value(text: str) -> Any:
    return _escaped(json.loads(text))


def _escaped(value: Any) -> Any:
    """A value in whose texts nothing is taken for a parameter."""
    match value:
        case str():
            return value.replace("${", "$${")
        case list():
            return [_escaped(entry) for entry in value]
        case dict():
            return {key: _escaped(entry) for key, entry in value.items()}
    return value
