"""Uncertain quantities in a draft: middle values to read the model by, and where they stand.

Theory of operation
-------------------
Once parameters are used up, each ``{between: [30 d, 120 d]}`` is replaced by its middle value, so
that all that reads the draft meets plain quantities. When the system is there, each of them is
found again by its path in the resolved model, as the value that was typed: a text with the name of
an uncertain parameter, or a mapping with ``between`` in it. A *world*, in which all of them have
certain values, is the resolved model with these values in place, read again.

In a *world of a draft* the quantities are replaced by other values than the middle ones, before
anything is read. There `required: peak` carries the peak of that world.

Rules of this file
------------------
1. Where something uncertain cannot be found again in the resolved model, it is refused.
2. A draft without anything uncertain is not copied.
3. What follows from an uncertain quantity when the model is read, such as the count of
   ``required: peak``, is that of the middle value in every world of a System.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hasim.description.between import EXAMPLE, NESTED, check_key, is_between, read_between
from hasim.description.draft import Draft, Expansion, KeyPath, Value, key_text
from hasim.description.instances import Noted, told_once
from hasim.description.presets import place_in_system
from hasim.description.reading import Misread
from hasim.errors import InputError
from hasim.system import System, Uncertain, Varied
from hasim.system.plain import plain_system

_SHORT = ("availability", "mtbf", "mttr")


@dataclass(frozen=True, slots=True)
class Settled:
    """A draft in which everything has a certain value.

    Parameters
    ----------
    draft : Draft
        With middle values.
    open : dict
        Its values as they were typed, texts with the names of uncertain parameters in them.
    typed : tuple of KeyPath
        Where something uncertain was typed.
    misread : tuple of Misread
        What is wrong about it.
    """

    draft: Draft
    open: Mapping[str, Value] = field(default_factory=dict)
    typed: tuple[KeyPath, ...] = ()
    misread: tuple[Misread, ...] = ()


def settle(draft: Draft) -> Settled:
    """The draft with middle values for what is uncertain; itself if nothing is.

    What is wrong is among the findings of the draft, and not judged again.
    """
    expansion = draft.expansion or Expansion()
    if not expansion.templates and not _has_any(draft.values):
        return Settled(draft)
    walk = _Walk(draft, expansion.templates)
    values, opened = walk.split(draft.values, ())
    findings = (*draft.findings, *told_once(walk.noted))
    expansion = replace(expansion, faults=expansion.faults | walk.faults)
    settled = replace(draft, values=values, findings=findings, expansion=expansion)
    return Settled(settled, opened, tuple(walk.typed), tuple(walk.misread))


def uncertain_in(draft: Draft) -> dict[str, Uncertain]:
    """The uncertain quantities of a composed draft, by name: their keys, as they were typed."""
    expansion = draft.expansion or Expansion()
    walk = _Walk(draft, expansion.templates)
    walk.split(draft.values, ())
    texts = [expansion.templates[path] for path in walk.typed if path in expansion.templates]
    used = [one for one in expansion.uncertain if any(f"${{{one.parameter}}}" in t for t in texts)]
    return {one.name: one for one in used} | walk.found


def in_world(draft: Draft, shares: Mapping[str, float]) -> Draft:
    """A composed draft in which everything uncertain has a certain value.

    Parameters
    ----------
    draft : Draft
    shares : mapping of str to float
        The probability below the value of a quantity, by the names of `uncertain_in`; of one that
        is not named 0.5, which is its middle value.
    """
    expansion = draft.expansion or Expansion()
    walk = _Walk(draft, expansion.templates, shares)
    values, _ = walk.split(draft.values, ())
    findings = (*draft.findings, *told_once(walk.noted))
    faults = expansion.faults | walk.faults
    expansion = replace(expansion, faults=faults, uncertain=(), templates={})
    return replace(draft, values=values, findings=findings, expansion=expansion)


def with_uncertain(system: System, settled: Settled) -> tuple[System, list[KeyPath]]:
    """The system with what is uncertain about it, and the paths that could not be found in it."""
    plain = plain_system(system)
    values: dict[KeyPath, Value] = {}
    lost = []
    for path in settled.typed:
        found = _find(plain, (*place_in_system(path[:3]), *path[3:]))
        if found is None:
            lost.append(path)
        else:
            root, left = found
            values[root] = _value_at(settled.open, path[: len(path) - left])
    varied = sorted(values, key=key_text)
    named = [one for path in varied for one in _named(values[path], path)]
    expansion = settled.draft.expansion
    assert expansion is not None
    used = [one for one in expansion.uncertain if _is_used(one, values)]
    changes = {
        "uncertain": (*used, *named),
        "varied": tuple(Varied(path=path, text=json.dumps(values[path])) for path in varied),
    }
    return system.model_copy(update=changes), lost


def _has_any(values: Mapping[str, Value]) -> bool:
    left: list[tuple[KeyPath, Value]] = [((), values)]
    while left:
        path, value = left.pop()
        if isinstance(value, dict):
            if "between" in value and not _is_link(path):
                return True
            left += [((*path[:3], key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            left += [((*path[:3], 0), inner) for inner in value]
    return False


def _is_link(path: KeyPath) -> bool:
    """Whether a path is that of a link, which has a key `between` of its own."""
    return len(path) == 2 and path[0] == "links"


@dataclass(slots=True)
class _Walk:
    """The walk through a draft, and what it leaves behind."""

    draft: Draft
    templates: Mapping[KeyPath, str]
    shares: Mapping[str, float] = field(default_factory=dict)
    found: dict[str, Uncertain] = field(default_factory=dict)
    typed: list[KeyPath] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    faults: set[KeyPath] = field(default_factory=set)
    misread: list[Misread] = field(default_factory=list)

    def split(self, value: Value, path: KeyPath) -> tuple[Value, Value]:
        """A value with middle values, and as it was typed."""
        match value:
            case dict() if is_between(value) and not _is_link(path):
                return self._between(value, path)
            case dict():
                self._check_short(value, path)
                pairs = {key: self.split(inner, (*path, key)) for key, inner in value.items()}
                middles = {key: middle for key, (middle, _) in pairs.items()}
                return middles, {key: opened for key, (_, opened) in pairs.items()}
            case list():
                entries = [self.split(inner, (*path, i)) for i, inner in enumerate(value)]
                return [middle for middle, _ in entries], [opened for _, opened in entries]
            case str() if path in self.templates:
                self._take(path)
                template = self.templates[path]
                return self._filled(template) if self.shares else value, template
            case str():
                return value, value.replace("${", "$${")
        return value, value

    def _between(self, value: Value, path: KeyPath) -> tuple[Value, Value]:
        try:
            check_key(path)
            if any((*path, "between", i) in self.templates for i in range(2)):
                raise InputError(NESTED, "its values are known", EXAMPLE)
            uncertain = read_between(value, path[-1]).named(key_text(path))
        except InputError as error:
            self._error(path, error)
            return value, value
        self.typed.append(path)
        self.found[uncertain.name] = uncertain
        return self._text(uncertain), uncertain.plain

    def _text(self, uncertain: Uncertain) -> str:
        return uncertain.text(uncertain.at(self.shares.get(uncertain.name, 0.5)))

    def _filled(self, template: str) -> str:
        """A text with values for the uncertain parameters in it."""
        expansion = self.draft.expansion or Expansion()
        for one in expansion.uncertain:
            template = template.replace(f"${{{one.parameter}}}", self._text(one))
        return template.replace("$${", "${")

    def _take(self, path: KeyPath) -> None:
        """Note a text with an uncertain parameter in it."""
        try:
            check_key(path)
        except InputError as error:
            self._error(path, error)
        else:
            self.typed.append(path)

    def _check_short(self, value: dict[str, Value], path: KeyPath) -> None:
        """Find fault with a mean that follows from an uncertain one."""
        for key in _SHORT if len(path) == 2 and "availability" in value else ():
            if is_between(value.get(key)) or (*path, key) in self.templates:
                found = "one of mtbf and mttr follows from availability, and would be uncertain too"
                step = "write mtbf and mttr, without availability"
                self._error((*path, key), InputError(found, "", step))

    def _error(self, path: KeyPath, error: InputError) -> None:
        finding = self.draft.finding(path, error.found, error.expected, error.next_step)
        self.noted.append((self.draft.instance_of(path), finding))
        self.faults.add(path)
        self.misread.append(Misread(path, error))


# ---------------------------------------------------------------------------- in the system


def _find(plain: Value, path: KeyPath) -> tuple[KeyPath, int] | None:
    """The path of the text that a path leads to or through, and how many steps are left then."""
    root: list[str | int] = []
    owner = plain
    for i, step in enumerate(path):
        if isinstance(owner, list) and isinstance(step, str) and len(owner) == 1:
            root.append(0)  # one route, written without the list
            owner = owner[0]
        if isinstance(owner, dict) and step == "rate" and step not in owner and "after" in owner:
            return (*root, step), len(path) - i - 1
        if not _has(owner, step):
            return None
        owner = owner[step]
        root.append(step)
        if isinstance(owner, str):
            return tuple(root), len(path) - i - 1
    if path[:2] == ("costs", "components") and _has(owner, "replica"):
        return (*root, "replica"), 0  # the short form of a component's costs
    return None


def _has(owner: Value, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(owner, list) and step < len(owner)
    return isinstance(owner, dict) and step in owner


def _value_at(values: Value, path: KeyPath) -> Value:
    for step in path:
        values = values[step]
    return values


def _named(value: Value, path: KeyPath) -> Iterator[Uncertain]:
    """What is uncertain in a value by itself, not by a parameter."""
    if is_between(value):
        yield read_between(value, path[-1]).named(key_text(path))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _named(inner, (*path, key))


def _is_used(one: Uncertain, values: Mapping[KeyPath, Value]) -> bool:
    return any(f"${{{one.parameter}}}" in json.dumps(value) for value in values.values())
