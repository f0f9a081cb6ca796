"""The same system with other values: worlds of what is uncertain, and one value changed.

Rules of this file
------------------
1. A world is read like any model, so that nothing has a meaning of its own in it.
2. Its texts are those of the resolved model, but for what is said to be another.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hasim.description.between import is_between
from hasim.description.draft import Draft, KeyPath, Value, key_text
from hasim.description.resolution import resolve
from hasim.system import System, Uncertain
from hasim.system.plain import plain_system
from hasim.system.uncertain import put_value


@dataclass(frozen=True, slots=True)
class Worlds:
    """Makes systems that differ from one in some values.

    Parameters
    ----------
    plain : dict
        The resolved system with middle values.
    varied : Mapping[KeyPath, Value]
        What is uncertain in it, by path.
    uncertain : Mapping[str, Uncertain]
        By name.
    """

    plain: dict[str, Any]
    varied: Mapping[KeyPath, Value]
    uncertain: Mapping[str, Uncertain]

    @classmethod
    def of(cls, system: System) -> Worlds:
        """The worlds of a system."""
        middle = system.at_middle().model_copy(update={"options": {}})
        varied: dict[KeyPath, Value] = {one.path: json.loads(one.text) for one in system.varied}
        return cls(plain_system(middle), varied, {one.name: one for one in system.uncertain})

    def world(self, values: Mapping[str, float]) -> System:
        """The system in which what is uncertain has these values.

        Parameters
        ----------
        values : Mapping[str, float]
            By name, in the units of `Uncertain`; what is not named has its middle value.
        """
        texts = {
            name: one.text(values.get(name, one.at(0.5))) for name, one in self.uncertain.items()
        }
        plain = copy.deepcopy(self.plain)
        for name, one in self.uncertain.items():
            if one.parameter:
                plain.setdefault("parameters", {})[one.parameter] = texts[name]
        for path, value in self.varied.items():
            put_value(plain, path, _filled(value, path, texts))
        return resolve(Draft(plain))

    def changed(self, path: KeyPath, value: Value) -> System:
        """The system with middle values and another value at a path."""
        plain = copy.deepcopy(self.plain)
        put_value(plain, path, value)
        return resolve(Draft(plain))


def _filled(value: Value, path: KeyPath, texts: Mapping[str, str]) -> Value:
    if is_between(value):
        return texts[key_text(path)]
    if isinstance(value, dict):
        return {key: _filled(inner, (*path, key), texts) for key, inner in value.items()}
    return value
