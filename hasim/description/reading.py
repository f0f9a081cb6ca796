"""Reading a draft key by key: what is wrong is noted, and reading goes on.

Rules of this file
------------------
1. A wrong value is noted with its place, and a harmless one is used in its stead, so that all
   findings of all kinds come out together and none of them follows from another.
2. Every value that nobody typed leaves its origin, for ``hasim check --resolved``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from hasim.description.composer import UNPRINTABLE
from hasim.description.draft import Draft, KeyPath, Value
from hasim.description.instances import Noted
from hasim.description.vocabulary import (
    COUNTS,
    KEYS,
    MAX_SUGGESTIONS,
    MEANT,
    NOT_YET,
    Part,
    names_of,
    suggestion,
)
from hasim.errors import InputError, show_value
from hasim.laws import Exponential, Fixed, Law, parse_detection, parse_law
from hasim.system import MAX_COUNT, Redundancy
from hasim.units import parse_count, parse_duration, parse_number, parse_probability

T = TypeVar("T")
Bare = Literal["exponential", "fixed"]

#: Longest name or other text of one line: a line of a terminal holds two of them.
MAX_TEXT = 60

#: Largest priority and number of calls: nobody counts further.
MAX_NUMBER = 1_000_000

#: The beginning of a part, for messages and for those who add one.
EXAMPLES: Mapping[Part, str] = {
    "model": "name: shop, components: ...",
    "domain": "level: zone",
    "crew": "size: 2",
    "component": "replicas: 2, mtbf: 1000 h, mttr: 10 h",
    "domain mode": "after: 30 d, repair: 4 h",
    "mode": "after: 30 d, repair: 4 h",
    "standby": "rate: 50 %, latent: 10 %, test: 30 d",
    "failover": "detect: 30 s, promote: 20 s",
    "service": "needs: [web]",
    "demand": "peak: 1500 rps",
    "objectives": "availability: 99.9 %",
    "sla": "target: 99.95 %, window: month",
    "need": "name: web",
    "route": "to: web",
    "changeover": "detect: 30 s, switch: 10 s",
    "use": "name: web, loses: 10 %",
    "link": "between: [a, b], cut: {after: 90 d, lasts: 1 min}",
    "cut": "after: 90 d, lasts: 1 min",
    "relocate": "detect: 50 s, decide: 5 min, start: 10 s",
    "failback": "after: 1 h, takes: 30 s",
    "certificate": "on: [web], every: 90 d, missed: 2 %, renew: 3 h",
    "tls": "clients: 50000, handshake: 1 ms, cores: 8",
    "stamp": "for: [eu, us], components: ...",
    "own change": "rate: 100 / year, failure_rate: 20 %, rollback: 30 min",
    "change": "scope: [web], rate: 100 / year, failure_rate: 20 %, rollback: 30 min",
    "maintenance": "on: [web], every: 30 d, takes: 2 h",
    "shift": "from: 08:00, to: 20:00, size: 4",
    "monitoring": "for: 5 min, acknowledge: 5 min",
    "game day": "on: [db], every: 90 d",
    "scenario": "events: [{at: 0 s, fail: db.1}]",
    "event": "at: 0 s, fail: db.1",
    "costs": "currency: EUR, components: {web: 0.10 EUR / h}",
    "component costs": "replica: 0.10 EUR / h, storage: 500 GB, storage_price: ...",
}

_NAME = re.compile(r"[\w-]+")


@dataclass(slots=True)
class Group:
    """What the readers of other components want to know of a component first."""

    replicas: int | None  # None: wrong, so that nothing is judged by it
    redundancy: Redundancy
    kind: str | None


@dataclass(frozen=True, slots=True)
class Filled:
    """Where a value comes from that a preset filled in.

    Parameters
    ----------
    name : str
        The preset.
    grade : str or None
        The grade of the value; None where it is no figure.
    preset : KeyPath
        The key that names the preset.
    range : tuple of two str or None
        The lowest and the highest value that the catalogue knows.
    """

    name: str
    grade: str | None
    preset: KeyPath
    range: tuple[str, str] | None = None

    @property
    def origin(self) -> str:
        """What ``hasim check --resolved`` says of the value."""
        grade = f" (grade {self.grade})" if self.grade else ""
        return f"from preset {self.name}{grade}"


class UnknownNameError(InputError):
    """A name that nothing in the model has."""


@dataclass(frozen=True, slots=True)
class Misread:
    """A value that is wrong by itself, whatever else the model says.

    Parameters
    ----------
    path : KeyPath
    error : InputError
        `UnknownNameError`: it would be right if something had the name.
    """

    path: KeyPath
    error: InputError


@dataclass(slots=True)
class Ledger:
    """What is noted while a draft is read."""

    draft: Draft
    noted: list[Noted] = field(default_factory=list)
    origins: dict[KeyPath, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # name -> section it is declared in
    groups: dict[str, Group] = field(default_factory=dict)
    peaks: list[str] = field(default_factory=list)  # components with `required: peak`
    faults: set[KeyPath] = field(default_factory=set)
    touched: set[KeyPath] = field(default_factory=set)  # faults and all that they stand in
    filled: dict[KeyPath, Filled] = field(default_factory=dict)  # by presets
    muted: set[KeyPath] = field(default_factory=set)  # of which enough has been said
    misread: list[Misread] = field(default_factory=list)
    suggestions: int = 0

    @classmethod
    def of(cls, draft: Draft) -> Ledger:
        """The ledger for a draft, which knows what could not be expanded in it."""
        ledger = cls(draft)
        for path in draft.expansion.faults if draft.expansion else ():
            ledger._touch(path)
            ledger.muted.update(path[:end] for end in range(min(3, len(path)), len(path) + 1))
        return ledger

    def error(self, path: KeyPath, found: str, expected: str = "", next_step: str = "") -> None:
        """Note what is wrong about a key."""
        self._touch(path)
        if path not in self.muted:
            finding = self.draft.finding(path, found, expected, next_step)
            self.noted.append((self.draft.instance_of(path), finding))

    def refuse(self, path: KeyPath, error: InputError) -> None:
        """Note that a value is wrong by itself, whatever else the model says."""
        if path not in self.muted:
            self.misread.append(Misread(path, error))
        self.error(path, error.found, error.expected, error.next_step)

    def _touch(self, path: KeyPath) -> None:
        self.faults.add(path)
        self.touched.update(path[:end] for end in range(len(path) + 1))

    def is_touched(self, path: KeyPath) -> bool:
        """Whether something is wrong about a key or anything below it."""
        return path in self.touched

    def warn(self, path: KeyPath, found: str, expected: str = "", next_step: str = "") -> None:
        """Note what is doubtful about a key."""
        finding = self.draft.finding(path, found, expected, next_step, severity="warning")
        self.noted.append((self.draft.instance_of(path), finding))

    def suggest(self, word: str, words: list[str]) -> str:
        """The next step after an unknown word."""
        self.suggestions += 1
        return suggestion(word, words) if self.suggestions <= MAX_SUGGESTIONS else ""

    def declared(self, *sections: str) -> list[str]:
        """Names declared in some sections."""
        return [name for name, section in self.names.items() if section in sections]


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping of the draft that is being read."""

    ledger: Ledger
    path: KeyPath
    values: Mapping[str, Value]

    def has(self, key: str) -> bool:
        """Whether the key was typed."""
        return key in self.values

    def at(self, key: str) -> KeyPath:
        """Path of a key."""
        return (*self.path, key)

    def error(self, key: str, found: str, expected: str = "", next_step: str = "") -> None:
        """Note what is wrong about a key."""
        self.ledger.error(self.at(key), found, expected, next_step)

    def take(self, key: str, read: Callable[[Value], T], default: T) -> T:
        """The value of a key; the default where it was not typed or is wrong.

        Parameters
        ----------
        key : str
            Key of this section.
        read : callable
            Makes the value of the text, or raises InputError.
        default : T
            Stands for a key that was not typed; if it is None, no origin is noted, as there is
            nothing to print.
        """
        if key not in self.values:
            if default is not None:
                self.ledger.origins[self.at(key)] = "default"
            return default
        uses = self.ledger.draft.uses_at(self.at(key))
        if uses:
            names = dict.fromkeys(f"${{{use.name}}}" for use in uses)
            self.ledger.origins[self.at(key)] = f"from {' and '.join(names)}"
        try:
            return read(self.values[key])
        except InputError as error:
            self.ledger.refuse(self.at(key), error)
            return default

    def section(self, key: str, part: Part) -> Section:
        """The mapping under a key; empty where there is none."""
        if key not in self.values:
            return Section(self.ledger, self.at(key), {})
        return open_section(self.ledger, self.at(key), self.values[key], part)

    def law(self, key: str, bare: Bare, default: Law | None) -> Law | None:
        """The law under a key, where a bare duration is the parameter of a certain law."""
        folder = self.ledger.draft.folder
        return self.take(
            key, lambda value: parse_law(value, bare=bare, base_folder=folder), default
        )

    def step(self, key: str) -> Law:
        """The law of a step, where a bare duration is fixed; at once by default."""
        return self.law(key, "fixed", Fixed(0.0)) or Fixed(0.0)

    def detection(self, key: str, default: Law | None) -> Law | None:
        """The law of a detection: a law, or how often is looked."""
        folder = self.ledger.draft.folder
        return self.take(key, lambda value: parse_detection(value, base_folder=folder), default)

    def reference(self, key: str, *sections: str) -> str | None:
        """The name under a key of something declared in one of some sections."""
        return self.take(key, lambda value: read_reference(self.ledger, value, *sections), None)


def open_section(ledger: Ledger, path: KeyPath, value: Value, part: Part) -> Section:
    """The section at a path, its keys checked against the language."""
    if not isinstance(value, dict):
        example = f"{{{EXAMPLES[part]}}}"
        error = InputError(show_value(value), "expected a mapping", f"write {example}")
        ledger.refuse(path, error)
        return Section(ledger, path, {})
    known = {key.name for key in KEYS[part]}
    for key in value:
        if key not in known:
            _unknown_key(ledger, path, key, part)
    return Section(ledger, path, value)


def open_named(ledger: Ledger, path: KeyPath, value: Value) -> dict[str, Value]:
    """A mapping from names that the user gave, the names checked."""
    if not isinstance(value, dict):
        expected = "expected a mapping from names"
        ledger.refuse(path, InputError(show_value(value), expected, "write {web: {...}}"))
        return {}
    for name in value:
        if not is_name(name):
            _wrong_name(ledger, (*path, name), name)
    return value


def is_name(text: str) -> bool:
    """Whether a text is a name: letters, digits (not all of them digits), - and _."""
    is_word = bool(_NAME.fullmatch(text)) and text.isprintable()
    return is_word and not text.isdigit() and len(text) <= MAX_TEXT


def _wrong_name(ledger: Ledger, path: KeyPath, name: str) -> None:
    if len(name) > MAX_TEXT:
        found = f"a name of {len(name)} characters"
        ledger.refuse(path, InputError(found, f"at most {MAX_TEXT}", "shorten it"))
        return
    better = re.sub(r"[^\w]+", "-", name).strip("-")
    step = f"write {better}" if is_name(better) else "write a name such as web-1"
    expected = "a name has letters, digits (not only digits), - and _"
    ledger.refuse(path, InputError(f"{show_value(name)} is no name", expected, step))


def _unknown_key(ledger: Ledger, path: KeyPath, key: str, part: Part) -> None:
    what = NOT_YET.get(part, {}).get(key)
    if what is not None:
        found = f"not yet: `{key}` ({what}) is not built"
        step = "remove it; docs/language.md lists what is there"
        ledger.refuse((*path, key), InputError(found, "", step))
        return
    meant = MEANT.get(part, {}).get(key)
    step = f"did you mean {meant}?" if meant else ledger.suggest(key, names_of(part))
    ledger.refuse((*path, key), InputError("unknown key", "", step))


# ---------------------------------------------------------------------------- single values


def read_text(value: Value) -> str:
    """A text of one line."""
    if not isinstance(value, str) or not value.strip():
        raise InputError(show_value(value), "expected a text")
    if len(value) > MAX_TEXT or not value.isprintable():
        expected = f"expected a text of one line, at most {MAX_TEXT} characters"
        raise InputError(show_value(value), expected)
    return value


def read_prose(value: Value) -> str:
    """A text of any length, which may be empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(show_value(value), "expected a text")
    bad = UNPRINTABLE.search(value)
    if bad:
        raise InputError(f"the character {bad[0]!a} that no text holds", "", "remove it")
    return value


def read_count(value: Value) -> int:
    """A whole number from 1 on."""
    count = parse_count(value)
    if not 1 <= count <= MAX_COUNT:
        limit = "less than 1" if count < 1 else f"more than {MAX_COUNT}"
        raise InputError(f"{show_value(value)} is {limit}", COUNTS)
    return count


def read_whole(value: Value) -> int:
    """A whole number that may be negative."""
    text = value if isinstance(value, str) else ""
    if not re.fullmatch(r"-?[0-9]{1,7}", text) or abs(int(text)) > MAX_NUMBER:
        raise InputError(
            f"{show_value(value)} is no whole number",
            f"expected a whole number, at most {MAX_NUMBER}",
        )
    return int(text)


def read_flag(value: Value) -> bool:
    """True or false."""
    if value not in ("true", "false"):
        raise InputError(f"{show_value(value)} is neither", "expected true or false")
    return bool(value == "true")


def read_number(value: Value) -> float:
    """A plain number, 0 or more."""
    number = parse_number(value)
    if number > MAX_NUMBER:
        raise InputError(f"{show_value(value)} is too large", f"at most {MAX_NUMBER}")
    return number


def read_period(value: Value) -> float:
    """The time from one test or drill to the next."""
    period = parse_duration(value)
    if period < 1.0:
        raise InputError(
            f"{show_value(value)} is too short", "tests are 1 s or more apart", "write 30 d"
        )
    return period


def read_ratio(value: Value) -> float:
    """A share that may be above 1: ``20 %``, ``150 %`` or ``0.2``."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        return parse_probability(text)
    except InputError as error:
        try:
            return read_number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except InputError:
            found = f"{show_value(value)} is no share"
            raise InputError(found, "expected a percentage such as 20 %, or 0.2") from error


def read_reference(ledger: Ledger, value: Value, *sections: str) -> str:
    """A name that is declared in one of some sections."""
    if not isinstance(value, str):
        kinds = " or ".join(section.removesuffix("s") for section in sections)
        raise InputError(show_value(value), f"expected the name of a {kinds}")
    if ledger.names.get(value) in sections:
        return value
    owner = ledger.names.get(value)
    kinds = " or ".join(section.removesuffix("s") for section in sections)
    if owner:
        raise InputError(f"{value} is a {owner.removesuffix('s')}", f"expected a {kinds}")
    names = ledger.declared(*sections)
    step = ledger.suggest(value, names) if names else f"declare it under `{sections[0]}`"
    raise UnknownNameError(f"there is no {kinds} {show_value(value)}", "", step)


def read_domains(section: Section, key: str, form: str = "[a, b]") -> tuple[str, ...]:
    """The domains that a key lists; none where it was not typed.

    Parameters
    ----------
    section : Section
    key : str
    form : str
        What may be written, for the message.
    """
    if not section.has(key):
        section.ledger.origins[section.at(key)] = "default"
        return ()
    value = section.values[key]
    if not isinstance(value, list):
        is_one = value in section.ledger.declared("domains")
        expected = "expected a list of domains" + (", or everywhere" if "or" in form else "")
        step = f"write [{value}]" if is_one else f"write {form}"
        section.ledger.refuse(section.at(key), InputError(show_value(value), expected, step))
        return ()
    domains = [_read_domain(section, (*section.at(key), i), one) for i, one in enumerate(value)]
    return tuple(domain for domain in domains if domain)


def _read_domain(section: Section, path: KeyPath, entry: Value) -> str | None:
    try:
        return read_reference(section.ledger, entry, "domains")
    except InputError as error:
        section.ledger.refuse(path, error)
        return None


#: Used in the place of a law that is wrong.
STAND_IN: Law = Exponential(1.0)
