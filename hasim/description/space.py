"""The designs of a model: every combination of one choice of each of its options.

Theory of operation
-------------------
A design is made as settings of the command line would make it, but what all designs have in common
is done once: the model is composed, keys and values are read, places are looked up. What is left
for a design is to put its values in and to resolve. Options of parameters and stamps change what
is composed; such a model is composed once for each combination of their choices, and kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import TypeAlias

from hasim.description.choices import read_choices
from hasim.description.composition import composed, with_settings
from hasim.description.draft import (
    Draft,
    Expansion,
    KeyPath,
    Value,
    change_values,
    parse_key,
)
from hasim.description.options import (
    MOST_DESIGNS,
    OPTIONS,
    Choice,
    DesignOption,
    as_data,
    is_early,
    overlap,
    read_options,
    typed_at,
    without_options,
)
from hasim.description.resolution import check, misread, resolve
from hasim.description.resolved import value_text
from hasim.description.uncertain import in_world, uncertain_in
from hasim.description.variants import Variation, check_keys
from hasim.description.vocabulary import suggestion
from hasim.description.yaml_file import read_value
from hasim.errors import InputError, ModelError, Place, show_value
from hasim.system import Option, System, Uncertain
from hasim.system.options import is_of_one_key

__all__ = ["MOST_DESIGNS", "Choice", "Design", "DesignOption", "Space", "read_space"]

#: The index of the choice of each option.
Design: TypeAlias = tuple[int, ...]

#: Most composed models that are kept: as many as two options of ten choices each take.
_MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class _Change:
    """A key that a choice sets in a composed model, and where it and all below it was typed."""

    path: tuple[str, ...]
    value: Value
    positions: Mapping[KeyPath, Place | None]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What designs have in common: a composed model, and what each choice changes in it.

    Parameters
    ----------
    draft : Draft
        Composed, with the settings of parameters and stamps, without options.
    data : Mapping[str, Option]
        The options of the model for its System.
    options : tuple of DesignOption
        Those of the space, with the values that they have here.
    changes : tuple
        By option and choice.
    """

    draft: Draft
    data: Mapping[str, Option]
    options: tuple[DesignOption, ...]
    changes: tuple[tuple[tuple[_Change, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Space:
    """All designs of a model.

    Parameters
    ----------
    draft : Draft
        The model as it was read.
    options : tuple of DesignOption
        What there is to choose, in the order of the model, then of the command line.
    variations : tuple of Variation
        Those of the command line.
    shares : mapping of str to float
        The world of its systems: the probability below the value of each uncertain quantity, by
        name. Empty: middle values, and what is uncertain stays so.
    """

    draft: Draft
    options: tuple[DesignOption, ...]
    variations: tuple[Variation, ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)
    _grounds: dict[Design, _Ground] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def shape(self) -> tuple[int, ...]:
        """How many choices each option has."""
        return tuple(len(option.choices) for option in self.options)

    @property
    def size(self) -> int:
        """How many designs there are."""
        return prod(self.shape)

    def system(self, design: Design) -> System:
        """The complete system of a design.

        Raises
        ------
        ModelError
            If its choices do not go together; the findings are at the choices.
        """
        draft = self._draft(design)
        system = resolve(in_world(draft, self.shares) if self.shares else draft)
        return system.model_copy(update={"options": self._ground(design).data})

    def world(self, shares: Mapping[str, float]) -> Space:
        """The same designs in a world in which everything uncertain has a certain value."""
        other = replace(self, shares=shares)
        other._grounds.update(self._grounds)
        return other

    def uncertain(self) -> tuple[Uncertain, ...]:
        """The uncertain quantities of any design, by name; with the range that is found first.

        They are looked for in the first choices of all options and in what each other choice
        changes.
        """
        first = tuple(0 for _ in self.options)
        found: dict[str, Uncertain] = {}
        for axis, n in enumerate(self.shape):
            for choice in range(n):
                design = (*first[:axis], choice, *first[axis + 1 :])
                found = uncertain_in(self._draft(design)) | found
        return tuple(found[name] for name in sorted(found))

    def design(self, words: Mapping[str, str]) -> Design:
        """The design with these labels of choices, by option."""
        return tuple(
            next(i for i, one in enumerate(option.choices) if one.label == words[option.name])
            for option in self.options
        )

    def words(self, design: Design) -> dict[str, str]:
        """The label of the choice of each option, by the option's name."""
        pairs = zip(self.options, design, strict=True)
        return {option.name: option.choices[choice].label for option, choice in pairs}

    def settings(self, design: Design) -> tuple[tuple[str, str], ...]:
        """The keys and values that make the same system as ``--set KEY=VALUE``."""
        options = self._ground(design).options
        return tuple(
            (key, value_text(value))
            for option, choice in zip(options, design, strict=True)
            for key, value in option.choices[choice].settings
        )

    def _draft(self, design: Design) -> Draft:
        """The composed draft of a design."""
        ground = self._ground(design)
        chosen = [
            change
            for changes, choice in zip(ground.changes, design, strict=True)
            for change in changes[choice]
        ]
        return _with_changes(ground.draft, chosen)

    def _ground(self, design: Design) -> _Ground:
        """What the design has in common with all that have the same parameters and stamps."""
        early = tuple(
            choice if _is_early(option) else 0
            for option, choice in zip(self.options, design, strict=True)
        )
        if early not in self._grounds:
            if len(self._grounds) >= _MOST_KEPT:
                self._grounds.clear()
            self._grounds[early] = _ground_of(self, early)
        return self._grounds[early]


def read_space(draft: Draft, variations: Sequence[Variation] = ()) -> Space:
    """The designs that a model and the command line declare.

    Parameters
    ----------
    draft : Draft
        Of the model, as it was read.
    variations : sequence of Variation
        A variation of a key takes the place of every option that sets the key, one that it is in
        or one in it. One of an option by its name, ``instance=small,large``, leaves it these
        choices.

    Raises
    ------
    ModelError
        With all that is wrong about the model and its options.
    InputError
        If there is nothing to choose, or a variation is of nothing.
    """
    check_keys(variations)
    written = check(draft)
    if written.system is None:
        raise ModelError(written.errors)
    whole = _with_variations(composed(draft), variations)
    options, findings = read_choices(draft, whole, misread)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise ModelError(errors)
    if not options:
        raise InputError(
            "there is nothing to choose: the model has no options, and nothing is varied",
            "options: {components.web.replicas: [3, 4, 5]} in the model",
            "or --vary components.web.replicas=3,4,5",
        )
    return Space(draft, options, tuple(variations))


# ---------------------------------------------------------------------------- variations


def _with_variations(whole: Draft, variations: Sequence[Variation]) -> Draft:
    """The composed draft with the variations among its options."""
    options = dict(whole.values.get(OPTIONS, {}))
    positions = dict(whole.positions)
    expansion = whole.expansion or Expansion()
    typed = dict(expansion.typed)
    for one in variations:
        if not is_of_one_key(one.key):
            options[one.key] = _narrowed(options, one)
            continue
        path = parse_key(one.key)
        taken = [read_value(value, one.key) for value in one.values]
        options = _without_overlaps(options, one.key, path) | {one.key: taken}
        at: KeyPath = (OPTIONS, one.key)
        positions = {place: p for place, p in positions.items() if place[:2] != at} | {at: None}
        typed[at] = (f"--vary {one.key}",)
    expansion = replace(expansion, typed=typed)
    values = {**whole.values, OPTIONS: options}
    return replace(whole, values=values, positions=positions, expansion=expansion)


def _narrowed(options: Mapping[str, Value], one: Variation) -> dict[str, Value]:
    """The choices of an option that a variation leaves."""
    if one.key not in options:
        step = suggestion(one.key, [name for name in options if not is_of_one_key(name)])
        found = f"--vary {one.key}: there is no option {show_value(one.key)}"
        raise InputError(found, "a key, or an option of the model", step)
    choices = options[one.key]
    for label in one.values:
        if label not in choices:
            found = f"--vary {one.key}: it has no choice {show_value(label)}"
            raise InputError(found, "", suggestion(label, list(choices)))
    return {label: choices[label] for label in one.values}


def _without_overlaps(
    options: Mapping[str, Value], key: str, path: tuple[str, ...]
) -> dict[str, Value]:
    """The options but those that set a key, one that it is in or one in it."""
    return {
        name: value
        for name, value in options.items()
        if name == key or not any(overlap(path, parse_key(own)) for own in _keys_of(name, value))
    }


def _keys_of(name: str, value: Value) -> Iterator[str]:
    if is_of_one_key(name):
        yield name
        return
    for settings in value.values():
        yield from settings or ()


# ---------------------------------------------------------------------------- designs


def _is_early(option: DesignOption) -> bool:
    return any(is_early(key) for choice in option.choices for key, _ in choice.settings)


def _ground_of(space: Space, early: Design) -> _Ground:
    """The common ground of the designs with these choices of parameters and stamps."""
    draft = space.draft
    chosen = [
        option.choices[place]
        for option, place in zip(space.options, early, strict=True)
        if _is_early(option)
    ]
    settings = [(key, value) for one in chosen for key, value in one.settings if is_early(key)]
    whole = composed(with_settings(draft, settings) if settings else draft)
    if settings:
        _check_again(draft, whole)
    own, _ = read_options(draft, whole)
    varied = _with_variations(whole, space.variations)
    options, _ = read_options(draft, varied)
    written = without_options(whole)
    written = replace(written, expansion=written.expansion or Expansion())
    changes = tuple(
        tuple(
            tuple(_changes(varied, written, option, place, choice))
            for place, choice in enumerate(option.choices)
        )
        for option in options
    )
    return _Ground(written, as_data(own), options, changes)


def _check_again(typed: Draft, whole: Draft) -> None:
    """Find what is wrong about the options once parameters have other values."""
    _, findings = read_choices(typed, whole, misread)
    errors = [one for one in (*whole.findings, *findings) if one.severity == "error"]
    if errors:
        raise ModelError(errors)


def _changes(
    varied: Draft, written: Draft, option: DesignOption, place: int, choice: Choice
) -> Iterator[_Change]:
    """What a choice changes in the composed model."""
    for key, value in choice.settings:
        if not is_early(key):
            path = parse_key(key)
            at = _path_in(written.values, path)
            typed = typed_at(option.name, place, choice.label, key)
            yield _Change(path, value, _positions(varied, written, at, typed))


def _path_in(values: Value, path: tuple[str, ...]) -> KeyPath:
    """A path as findings have it: with numbers for the indices of lists."""
    steps: list[str | int] = []
    for step in path:
        index = int(step) if isinstance(values, list) else step
        steps.append(index)
        if isinstance(values, list) and int(step) < len(values):
            values = values[int(step)]
        else:
            values = values.get(step) if isinstance(values, dict) else None
    return tuple(steps)


def _positions(
    varied: Draft, written: Draft, at: KeyPath, typed: KeyPath
) -> dict[KeyPath, Place | None]:
    """Where a value that is set at a path, and all that it takes the place of, was typed."""
    own = varied.place_of(typed)
    replaced = {old: own for old in written.positions if old[: len(at)] == at}
    new = {
        (*at, *path[len(typed) :]): place
        for path, place in varied.positions.items()
        if path[: len(typed)] == typed
    }
    return {**replaced, **new, at: own}


def _with_changes(draft: Draft, changes: Sequence[_Change]) -> Draft:
    """The composed draft as settings would leave it, with the places of the choices."""
    positions = dict(draft.positions)
    for change in changes:
        positions |= change.positions
    changed = change_values(draft, ((change.path, change.value) for change in changes))
    return replace(changed, positions=positions)
