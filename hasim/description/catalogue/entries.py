"""What the catalogue is made of: entries with values and facts, and the sources they rest on.

Rules of this file
------------------
1. A value is what a preset writes into a model, in the words of the model language; a fact is what
   the language has no key for, kept for people and for mechanisms to come.
2. Every figure has a grade and at least one source. What an entry simply is, such as a database
   with a standby, is no figure and has neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Grade = Literal["A", "B", "C", "D"]
PresetPart = Literal[
    "component", "domain", "crew", "mode", "failover", "standby", "monitoring", "certificate", "tls"
]

#: The parts of a model that can name a preset.
PARTS: tuple[PresetPart, ...] = get_args(PresetPart)

_EXAMPLES: Mapping[PresetPart, str] = {
    "component": "components: {{db: {{{}}}}}",
    "domain": "domains: {{a: {{{}}}}}",
    "crew": "crews: {{oncall: {{{}}}}}",
    "mode": "failures: {{crash: {{{}}}}}",
    "failover": "failover: {{{}}}",
    "standby": "standby: {{{}}}",
    "monitoring": "monitoring: {{pager: {{{}}}}}",
    "certificate": "certificates: {{wildcard: {{{}}}}}",
    "tls": "tls: {{{}}}",
}

#: What a part must say and no preset does, in an example.
_OPEN: Mapping[PresetPart, Mapping[str, str]] = {
    "mode": {"after": "90 d", "repair": "4 h"},
    "certificate": {"on": "[web]", "every": "90 d"},
    "tls": {"clients": "50000"},
}

#: How far a figure can be trusted.
GRADES: Mapping[str, str] = {
    "A": "read where it was first published: documentation, source code, paper, incident report",
    "B": "read where somebody else quotes it",
    "C": "computed from figures of grade A and B, as the note says",
    "D": "judgement or memory: not verified, a placeholder for a figure of your own",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from.

    Parameters
    ----------
    id : str
        What values and facts call it.
    title, address : str
        For people to find it; of several places, one after the other.
    """

    id: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class PresetValue:
    """One value that a preset fills in.

    Parameters
    ----------
    key : tuple of str
        Its path below the part: ``("failover", "detect")``.
    value : Any
        As the model language writes it: text, or a mapping of texts.
    range : tuple of two str or None
        What is seen, or may be tried, lowest and highest; of a law, of its mean.
    grade : str or None
        None where it is no figure but what the thing is.
    sources : tuple of str
        Their ids.
    note : str
        What the figure rests on; may be empty.
    """

    key: tuple[str, ...]
    value: Any
    range: tuple[str, str] | None
    grade: Grade | None
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing worth knowing that no key of the language holds.

    Parameters
    ----------
    name : str
    value : str
        With its unit where it has one of the model language.
    unit : str
        What the value is of, such as ``of outages``; may be empty.
    range : tuple of two str or None
        Lowest and highest.
    grade : str
    sources : tuple of str
        Their ids.
    note : str
        May be empty.
    """

    name: str
    value: str
    unit: str
    range: tuple[str, str] | None
    grade: Grade
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue knows of one thing.

    Parameters
    ----------
    name : str
        What ``preset`` calls it.
    part : str or None
        The part of a model that may name it; None: it has facts only.
    what : str
        One line.
    as_of : str
        When its figures held, where they are settings of a product; may be empty.
    values : tuple of PresetValue
        Those that it takes from other entries included.
    facts : tuple of Fact
    """

    name: str
    part: PresetPart | None
    what: str
    as_of: str
    values: tuple[PresetValue, ...]
    facts: tuple[Fact, ...]

    @property
    def figures(self) -> tuple[PresetValue | Fact, ...]:
        """The values and the facts."""
        return (*self.values, *self.facts)

    @property
    def owner(self) -> str:
        """The part in words; empty for facts alone."""
        return (self.part or "").replace("mode", "failure mode")

    @property
    def kind(self) -> str:
        """The kind of a component, if it says one; else the part."""
        kinds = [value.value for value in self.values if value.key == ("kind",)]
        return str(kinds[0]) if kinds else self.part or "facts"

    @property
    def worst_grade(self) -> Grade | None:
        """The worst grade of its values, or of its facts where no value has one."""
        grades = [value.grade for value in self.values if value.grade]
        return max(grades or [fact.grade for fact in self.facts], default=None)

    @property
    def example(self) -> str:
        """How a model names it, with what it leaves to the user; empty for facts alone."""
        if self.part is None:
            return ""
        keys = {value.key[0].replace("rate", "after") for value in self.values}
        left = _OPEN.get(self.part, {})
        own = [f"{key}: {value}" for key, value in left.items() if key not in keys]
        return _EXAMPLES[self.part].format(", ".join([*own, f"preset: {self.name}"]))
