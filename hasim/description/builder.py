"""Describing a system in Python, with the keys and values of the model language."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from hasim.description.draft import Draft, draft_of
from hasim.description.resolution import resolve
from hasim.errors import Finding
from hasim.system import System


class SystemBuilder:
    """Collects the parts of a system; `build` makes the System.

    Parameters
    ----------
    name : str
        Name of the model.
    description : str
        What it is about.
    folder : Path, optional
        Where files that laws and `include` name may be.

    Notes
    -----
    Values are those of the model language: text (``"4 h"``), numbers, lists, mappings, and laws
    (``hasim.Lognormal.from_median_p95(14400, 86400)``). Nothing is checked before `build`.

    Examples
    --------
    >>> builder = SystemBuilder("pair")
    >>> system = builder.component("web", replicas=2, mtbf="1000 h", mttr="10 h").build()
    >>> system.components["web"].required
    1
    """

    def __init__(self, name: str, description: str = "", *, folder: Path | None = None) -> None:
        self._values: dict[str, Any] = {"name": name}
        if description:
            self._values["description"] = description
        self._folder = folder
        self._findings: list[Finding] = []

    def domain(self, name: str, *, inside: str | None = None, **keys: Any) -> SystemBuilder:
        """Add a domain; ``inside`` is the key ``in`` of the language, a word of Python's own."""
        return self._add("domains", name, {**keys, "in": inside})

    def link(self, name: str, **keys: Any) -> SystemBuilder:
        """Add a link."""
        return self._add("links", name, keys)

    def crew(self, name: str, **keys: Any) -> SystemBuilder:
        """Add a crew."""
        return self._add("crews", name, keys)

    def component(self, name: str, **keys: Any) -> SystemBuilder:
        """Add a component."""
        return self._add("components", name, keys)

    def certificate(self, name: str, **keys: Any) -> SystemBuilder:
        """Add a certificate."""
        return self._add("certificates", name, keys)

    def service(self, name: str, **keys: Any) -> SystemBuilder:
        """Add a service."""
        return self._add("services", name, keys)

    def change(self, name: str, **keys: Any) -> SystemBuilder:
        """Add changes that reach several components."""
        return self._add("changes", name, keys)

    def maintenance(self, name: str, **keys: Any) -> SystemBuilder:
        """Add planned work."""
        return self._add("maintenance", name, keys)

    def parameter(self, name: str, value: str | float) -> SystemBuilder:
        """Add a parameter, which texts name as ``${name}``."""
        return self._put("parameters", name, value)

    def stamp(self, name: str, *, instances: Any, **sections: Any) -> SystemBuilder:
        """Add a stamp; ``instances`` is the key ``for`` of the language, a word of Python's own."""
        return self._add("stamps", name, {"for": instances, **sections})

    def include(self, *files: str) -> SystemBuilder:
        """Include files below the folder."""
        self._values.setdefault("include", []).extend(files)
        return self

    def monitoring(self, name: str, *, lasting: str | None = None, **keys: Any) -> SystemBuilder:
        """Add what watches; ``lasting`` is the key ``for`` of the language, a word of Python's."""
        return self._add("monitoring", name, {**keys, "for": lasting})

    def game_day(self, name: str, **keys: Any) -> SystemBuilder:
        """Add a drill."""
        return self._add("game_days", name, keys)

    def scenario(self, name: str, *, lasting: str | None = None, **keys: Any) -> SystemBuilder:
        """Add an incident; ``lasting`` is the key ``for`` of the language, a word of Python's."""
        return self._add("scenarios", name, {**keys, "for": lasting})

    def costs(self, currency: str, **keys: Any) -> SystemBuilder:
        """Set what it costs; a second call replaces the first."""
        given = {key: value for key, value in keys.items() if value is not None}
        self._values["costs"] = {"currency": currency, **given}
        return self

    def option(self, name: str, choices: Any) -> SystemBuilder:
        """Add what can be chosen: a key with its values, or a name with choices by name."""
        return self._put("options", name, choices)

    def draft(self) -> Draft:
        """What was collected, as text; raises ModelError where a value can be no text."""
        draft = draft_of(self._values, folder=self._folder)
        return replace(draft, findings=tuple(self._findings))

    def build(self) -> System:
        """The complete system.

        Raises
        ------
        ModelError
            With all that is wrong.
        """
        return resolve(self.draft())

    def _add(self, section: str, name: str, keys: dict[str, Any]) -> SystemBuilder:
        return self._put(section, name, {k: v for k, v in keys.items() if v is not None})

    def _put(self, section: str, name: str, value: Any) -> SystemBuilder:
        parts = self._values.setdefault(section, {})
        if name in parts:
            found = "it is added a second time"
            self._findings.append(
                Finding(None, f"{section}.{name}", found, "a name stands once", "rename one")
            )
        parts[name] = value
        return self
