"""Reading `options`: what can be chosen about a model.

Theory of operation
-------------------
An option that is named after a key lists the values of that key; one with a name of its own has
choices by name, each of which sets several keys. A choice sets keys as ``--set`` does: when
parameters and stamps are used up, unless it sets one of those itself.

Rules of this file
------------------
1. No two options set the same key, nor one a key inside of the other's, so that every choice goes
   with every other and their order means nothing.
2. What is found here is wrong whatever else is chosen: the form of `options`, a key that leads
   nowhere in the model as it is written. `choices` judges the values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import prod

from hasim.description.draft import Draft, Expansion, KeyPath, Value, change_values, parse_key
from hasim.description.inclusion import included
from hasim.description.reading import is_name, read_text
from hasim.description.resolved import value_text
from hasim.description.vocabulary import KEY_SHAPES, Part, names_of, suggestion
from hasim.errors import Finding, InputError, ModelError, list_words, show_value
from hasim.system.options import Option, is_of_one_key
from hasim.system.plain import SECTIONS

#: The key of the model that holds the options.
OPTIONS = "options"

#: Most designs: what a search can still look through one by one where no bound helps it.
MOST_DESIGNS = 10_000_000

#: Most options: four times as many as there can be of two choices each.
MOST_OPTIONS = 100

#: Most choices of one option: nobody writes more, and each is judged by itself.
MOST_CHOICES = 1_000

#: Sections that are used up before anything else is set.
_EARLY = ("include", "parameters", "stamps")

_BY_KEY = "write components.web.replicas: [3, 4, 5]"
_BY_NAME = "write small: {components.web.capacity: 250 rps}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to settle an option.

    Parameters
    ----------
    label : str
        Its name, or the value as it is typed.
    settings : tuple of (str, Value)
        The keys that it sets, as ``--set`` takes them, and their values; None removes a key.
    """

    label: str
    settings: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class DesignOption:
    """One thing that can be chosen.

    Parameters
    ----------
    name : str
        A key of the model, or a name without dots.
    choices : tuple of Choice
        In the order in which they are typed.
    """

    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A key that a choice sets.

    Parameters
    ----------
    option, choice : str, int
        Whose it is.
    path : tuple of str
        The steps of the key.
    value : Value
    typed : KeyPath
        Where it was typed: ``options``, the option ...
    """

    option: str
    choice: int
    path: tuple[str, ...]
    value: Value
    typed: KeyPath

    @property
    def key(self) -> str:
        """The key, as a finding names it."""
        return ".".join(self.path)

    @property
    def is_early(self) -> bool:
        """Whether it is about something that is used up before the model is read."""
        return self.path[0] in _EARLY


@dataclass(slots=True)
class Reading:
    """Options that are being read, and what is wrong about them."""

    draft: Draft
    early: Draft | None  # with parameters and stamps; None: it was composed when it came
    uncertain: frozenset[KeyPath]  # what uncertain parameters stand in
    findings: list[Finding] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    dropped: set[KeyPath] = field(default_factory=set)  # where settings that are wrong stand

    def error(self, path: KeyPath, found: str, expected: str = "", next_step: str = "") -> None:
        """Note what is wrong."""
        self.findings.append(self.draft.finding(path, found, expected, next_step))

    def refuse(self, path: KeyPath, error: InputError) -> None:
        """Note what is wrong about a value."""
        self.error(path, error.found, error.expected, error.next_step)

    @property
    def left(self) -> list[Setting]:
        """The settings of which the values can be judged."""
        return [one for one in self.settings if one.typed not in self.dropped]


def without_options(draft: Draft) -> Draft:
    """The draft of the model as it is written, with nothing to choose."""
    if OPTIONS not in draft.values:
        return draft
    values = {key: value for key, value in draft.values.items() if key != OPTIONS}
    return replace(draft, values=values)


def read_options(typed: Draft, draft: Draft) -> tuple[tuple[DesignOption, ...], Reading]:
    """The options of a model, and what is wrong about them.

    Parameters
    ----------
    typed, draft : Draft
        As it was read, and the same composed.
    """
    expansion = draft.expansion or Expansion()
    early = included(typed) if typed.expansion is None else None
    reading = Reading(draft, early, holding(expansion.templates))
    value = draft.values.get(OPTIONS, {})
    if not isinstance(value, dict):
        reading.error((OPTIONS,), show_value(value), "expected a mapping", _BY_KEY)
        return (), reading
    if len(value) > MOST_OPTIONS:
        found, expected = f"{len(value):,} options", f"at most {MOST_OPTIONS}"
        reading.error((OPTIONS,), found, expected, "leave some out")
        return (), reading
    options = tuple(_read_option(reading, name, inner) for name, inner in value.items())
    _find_contradictions(reading)
    _find_unreachable(reading)
    _check_size(reading, options)
    return options, reading


def as_data(options: Iterable[DesignOption]) -> dict[str, Option]:
    """The options as a System holds them: without those of parameters and stamps, used up in it."""
    return {
        option.name: Option(
            choices={
                choice.label: {key: json.dumps(value) for key, value in choice.settings}
                for choice in option.choices
            }
        )
        for option in options
        if not any(is_early(key) for choice in option.choices for key, _ in choice.settings)
    }


def typed_at(option: str, place: int, label: str, key: str) -> KeyPath:
    """Where a key that a choice sets, and its value, stand in the draft."""
    return (OPTIONS, option, place) if is_of_one_key(option) else (OPTIONS, option, label, key)


def is_early(key: str) -> bool:
    """Whether a key is about something that is used up before the model is read."""
    return key.partition(".")[0].partition("[")[0] in _EARLY


def holding(paths: Iterable[KeyPath]) -> frozenset[KeyPath]:
    """The paths of options, and all that they lead through."""
    return frozenset(
        path[:end] for path in paths if path[0] == OPTIONS for end in range(1, len(path) + 1)
    )


def overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two paths are the same, or one leads through the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


# ---------------------------------------------------------------------------- one option


def _read_option(reading: Reading, name: str, value: Value) -> DesignOption:
    path: KeyPath = (OPTIONS, name)
    if isinstance(value, (dict, list)) and len(value) > MOST_CHOICES:
        found, step = f"{len(value):,} choices", "leave some out"
        reading.error(path, found, f"at most {MOST_CHOICES:,}", step)
        return DesignOption(name, ())
    told = len(reading.findings)
    read = _read_values if is_of_one_key(name) else _read_named
    choices = read(reading, path, value)
    if choices is None:
        return DesignOption(name, ())
    if not choices:
        step = "write two choices or more, or remove it"
        reading.error(path, "an option without choices", "", step)
    elif len(choices) == 1:
        found, step = "an option with one choice leaves nothing to choose", "add another, or set it"
        finding = reading.draft.finding(path, found, "", step, severity="warning")
        reading.findings.append(finding)
    if not any(finding.severity == "error" for finding in reading.findings[told:]):
        _find_twins(reading, path, choices)
    return DesignOption(name, choices)


def _read_values(reading: Reading, path: KeyPath, value: Value) -> tuple[Choice, ...] | None:
    """The choices of an option that is named after a key."""
    name = str(path[-1])
    if not isinstance(value, list):
        expected = f"{name} is a key, whose values are a list"
        step = "give the option a name without dots" if isinstance(value, dict) else ""
        step = step or (f"write [{show_value(value)}, ...]" if isinstance(value, str) else _BY_KEY)
        reading.error(path, show_value(value), expected, step)
        return None
    for place, entry in enumerate(value):
        _note_setting(reading, (*path, place), name, place, entry)
    return tuple(Choice(_label(entry), ((name, entry),)) for entry in value)


def _label(value: Value) -> str:
    return value if isinstance(value, str) else value_text(value)


def _read_named(reading: Reading, path: KeyPath, value: Value) -> tuple[Choice, ...] | None:
    """The choices of an option with a name of its own."""
    name = str(path[-1])
    if not is_name(name):
        reading.error(path, f"{show_value(name)} is no name of an option, nor a key", "", _BY_KEY)
        return None
    if not isinstance(value, dict):
        expected = "a name without dots has choices by name"
        step = f"{_BY_NAME}, or name the option after a key"
        reading.error(path, show_value(value), expected, step)
        return None
    return tuple(
        _read_choice(reading, (*path, label), place, settings)
        for place, (label, settings) in enumerate(value.items())
    )


def _read_choice(reading: Reading, path: KeyPath, place: int, value: Value) -> Choice:
    label = str(path[-1])
    try:
        read_text(label)
    except InputError as error:
        reading.refuse(path, error)
    if value is None:
        value = {}
    if not isinstance(value, dict):
        reading.error(path, show_value(value), "expected keys and their values", _BY_NAME)
        return Choice(label, ())
    for key, inner in value.items():
        _note_setting(reading, (*path, key), key, place, inner)
    return Choice(label, tuple(value.items()))


def _note_setting(reading: Reading, typed: KeyPath, key: str, place: int, value: Value) -> None:
    """Note a key that a choice sets, if it is one."""
    try:
        path = _read_key(key)
    except InputError as error:
        if not is_of_one_key(str(typed[1])):
            reading.refuse(typed, error)
        elif place == 0:
            reading.refuse(typed[:2], error)
        return
    if typed in reading.uncertain:
        found = "an uncertain parameter in an option"
        step = "write {between: [30 d, 120 d]} itself"
        reading.error(typed, found, "its parameters have certain values", step)
        return
    reading.settings.append(Setting(str(typed[1]), place, path, value, typed))


def _read_key(key: str) -> tuple[str, ...]:
    """The steps of a key that a choice may set."""
    try:
        path = parse_key(key)
    except ModelError as error:
        found = f"{show_value(key)} is not the path of a key"
        raise InputError(found, "", "write components.web.replicas") from error
    if path[0] == OPTIONS:
        raise InputError("a choice that sets options", "it sets other keys", "remove it")
    return path


def _find_twins(reading: Reading, path: KeyPath, choices: tuple[Choice, ...]) -> None:
    """Find choices that are the same as another one."""
    seen: dict[str, str] = {}
    is_by_key = is_of_one_key(str(path[-1]))
    for place, choice in enumerate(choices):
        says = choice.label if is_by_key else value_text(dict(sorted(choice.settings)))
        if says in seen and is_by_key:
            found, step = f"{show_value(choice.label)} stands here twice", "leave one out"
            reading.error((*path, place), found, "different choices", step)
        elif says in seen:
            found = f"{show_value(choice.label)} sets the same as {show_value(seen[says])}"
            reading.error((*path, choice.label), found, "different choices", "leave one out")
        seen.setdefault(says, choice.label)


# ---------------------------------------------------------------------------- all of them


def _find_contradictions(reading: Reading) -> None:
    """Find keys that are set twice, by two options or by one choice, and set them once."""
    of_option = {(one.option, one.path): one for one in reversed(reading.settings)}
    for setting, other in _clashes(reversed(of_option.values()), lambda one: one.option):
        expected = "every choice goes with all choices of other options"
        found = _how_they_clash(setting, other, f"the option {other.option}")
        step = "put both into one option, choices by name"
        reading.error(_typed_key(setting), found, expected, step)
        same = (setting.option, setting.path)
        reading.dropped.update(
            one.typed for one in reading.settings if (one.option, one.path) == same
        )
    by_choice: dict[tuple[str, int], list[Setting]] = {}
    for setting in reading.left:
        by_choice.setdefault((setting.option, setting.choice), []).append(setting)
    for settings in by_choice.values():
        for setting, other in _clashes(settings, lambda one: one.typed):
            found = _how_they_clash(setting, other, "the same choice")
            reading.error(setting.typed, found, "a choice sets a key once", "put both into one")
            reading.dropped.add(setting.typed)


def _how_they_clash(setting: Setting, other: Setting, who: str) -> str:
    is_own = other.option != setting.option and is_of_one_key(other.option)
    if setting.path == other.path:
        return "it is an option itself" if is_own else f"{who} sets it too"
    where = "it is in" if len(setting.path) > len(other.path) else "it holds"
    return f"{where} {other.key}, which {'is an option itself' if is_own else f'{who} sets'}"


def _clashes(
    settings: Iterable[Setting], owner: Callable[[Setting], object]
) -> Iterator[tuple[Setting, Setting]]:
    """Each setting of a key that another owner sets before, or holds, or sets a key inside of."""
    at: dict[tuple[str, ...], dict[object, Setting]] = {}
    inside: dict[tuple[str, ...], dict[object, Setting]] = {}
    for setting in settings:
        path, own = setting.path, owner(setting)
        found = [at.get(path[:end], {}) for end in range(1, len(path) + 1)]
        others = {who: one for each in (*found, inside.get(path, {})) for who, one in each.items()}
        yield from ((setting, other) for who, other in others.items() if who != own)
        at.setdefault(path, {}).setdefault(own, setting)
        for end in range(1, len(path)):
            inside.setdefault(path[:end], {}).setdefault(own, setting)


def _find_unreachable(reading: Reading) -> None:
    """Find keys that lead nowhere in the model as it is written, and set them nowhere."""
    problems: dict[tuple[object, ...], InputError | None] = {}
    for setting in reading.settings:
        if setting.typed in reading.dropped:
            continue
        same = (setting.option, setting.path, setting.value is None)
        if same not in problems:
            problems[same] = problem = _find_problem(reading, setting)
            if problem is not None:
                reading.refuse(_typed_key(setting), problem)
        if problems[same] is not None:
            reading.dropped.add(setting.typed)


def _find_problem(reading: Reading, setting: Setting) -> InputError | None:
    """What keeps a key from being set, if anything does."""
    draft = reading.early if setting.is_early else reading.draft
    if draft is None:
        return None
    try:
        change_values(replace(draft, expansion=None), [(setting.path, setting.value)])
    except ModelError as error:
        first = error.findings[0]
        return InputError(first.found, first.expected, first.next_step)
    if setting.value is not None:
        return None
    match setting.path:
        case (section, name) if section in SECTIONS:
            parts = draft.values.get(section) or {}
            if name not in parts:
                step = suggestion(name, list(parts))
                return InputError(f"there is no {show_value(name)} in {section}", "", step)
    return _find_unknown(setting.path)


def _find_unknown(path: tuple[str, ...]) -> InputError | None:
    """What is wrong about a key that is removed and that the language does not know."""
    part: Part = "model"
    steps = iter(path)
    for step in steps:
        if step.isdigit():
            continue
        if step not in KEY_SHAPES[part]:
            return InputError("unknown key", "", suggestion(step, names_of(part)))
        shape = KEY_SHAPES[part][step]
        if shape.named is not None:
            next(steps, None)
        inner = shape.named or shape.part
        if inner is None:
            return None
        part = inner
    return None


def _typed_key(setting: Setting) -> KeyPath:
    """Where the key of a setting stands: the option, if that is named after it."""
    return setting.typed[:2] if is_of_one_key(setting.option) else setting.typed


def _check_size(reading: Reading, options: tuple[DesignOption, ...]) -> None:
    size = prod(len(option.choices) for option in options)
    if size <= MOST_DESIGNS:
        return
    largest = sorted(options, key=lambda option: -len(option.choices))[:3]
    named = [f"{option.name} ({len(option.choices)})" for option in largest]
    found = f"{size:,} designs; the largest options are {list_words(named)}"
    step = "leave choices out, or put options together that go together"
    reading.error((OPTIONS,), found, f"at most {MOST_DESIGNS:,}", step)
