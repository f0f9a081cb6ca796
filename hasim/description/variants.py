"""Variants of one model: every combination of some values at some keys.

Theory of operation: a variation is a key and the values that it takes in turn,
``components.web.replicas=3,4,5``. Variants are the product of all variations, the last one fastest,
each made as a setting of the command line would make it, and named after its values. What is wrong
about several variants is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from hasim.description.composition import with_settings
from hasim.description.draft import Draft
from hasim.description.resolution import resolve
from hasim.description.yaml_file import read_value
from hasim.errors import Finding, InputError, ModelError, show_value
from hasim.system import System

#: Most variants: more than anybody reads, and each pair of them has to be told apart.
MOST_VARIANTS = 20

_OPENING, _CLOSING, _QUOTES = "[{(", "]})", "\"'"


@dataclass(frozen=True, slots=True)
class Variation:
    """A key and the values that it takes.

    Parameters
    ----------
    key : str
        Dotted path, such as ``components.web.replicas``.
    values : tuple of str
        As they were typed.
    """

    key: str
    values: tuple[str, ...]


def read_variation(text: str) -> Variation:
    """Read ``KEY=VALUE,VALUE``; commas in brackets and quotes part nothing.

    Raises
    ------
    InputError
    """
    key, sign, values = text.partition("=")
    if not sign or not key.strip():
        raise InputError(
            f"{show_value(text)} is no variation",
            "KEY=VALUE,VALUE",
            "write components.web.replicas=3,4,5",
        )
    found = _split(values)
    if not all(found):
        raise InputError(
            f"{show_value(text)} has an empty value",
            "values with commas between them",
            f"write {key}=3,4,5",
        )
    twice = next((value for value in found if found.count(value) > 1), None)
    if twice is not None:
        found_text = f"{show_value(text)} has the value {show_value(twice)} twice"
        raise InputError(found_text, "different values", "leave one of them out")
    return Variation(key.strip(), tuple(found))


def vary(draft: Draft, variations: Sequence[Variation]) -> dict[str, System]:
    """Return the systems of all combinations, by names such as ``replicas=3, coverage=95%``.

    Parameters
    ----------
    draft : Draft
        Of the model, as it was read.
    variations : sequence of Variation

    Raises
    ------
    InputError
        For more than `MOST_VARIANTS` combinations, or a key that is varied twice.
    ModelError
        With all that is wrong about the model or, if nothing is, about its variants.
    """
    check_keys(variations)
    _check_number(variations)
    resolve(draft)
    names = _short_keys([one.key for one in variations])
    systems: dict[str, System] = {}
    findings: dict[Finding, None] = {}
    for values in product(*(one.values for one in variations)):
        typed = {one.key: value for one, value in zip(variations, values, strict=True)}
        try:
            system = _changed(draft, typed)
        except ModelError as error:
            findings.update(dict.fromkeys(error.findings))
            continue
        systems[", ".join(f"{names[key]}={value}" for key, value in typed.items())] = system
    if findings:
        raise ModelError(findings)
    return systems


def check_variations(draft: Draft, variations: Sequence[Variation]) -> None:
    """Refuse what `vary` refuses, as far as the first variant shows it: in no time.

    Raises
    ------
    InputError, ModelError
        As `vary` does.
    """
    check_keys(variations)
    _check_number(variations)
    _changed(draft, {one.key: one.values[0] for one in variations})


def _changed(draft: Draft, typed: Mapping[str, str]) -> System:
    settings = [(key, read_value(value, key)) for key, value in typed.items()]
    return resolve(with_settings(draft, settings))


def check_keys(variations: Sequence[Variation]) -> None:
    """Raise InputError if a key is varied twice."""
    keys = [one.key for one in variations]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise InputError(
            f"{show_value(twice)} is varied twice", "one variation for a key", "put them together"
        )


def _check_number(variations: Sequence[Variation]) -> None:
    number = prod(len(one.values) for one in variations)
    if number > MOST_VARIANTS:
        raise InputError(
            f"{number} candidates", f"at most {MOST_VARIANTS}", "vary fewer keys, or fewer values"
        )


def _short_keys(keys: Iterable[str]) -> dict[str, str]:
    """The ends of keys, with as many steps as tell them apart."""
    paths = {key: key.split(".") for key in keys}
    short = {}
    for key, steps in paths.items():
        others = [other for other_key, other in paths.items() if other_key != key]
        length = next(
            n for n in range(1, len(steps) + 1) if all(o[-n:] != steps[-n:] for o in others)
        )
        short[key] = ".".join(steps[-length:])
    return short


def _split(text: str) -> list[str]:
    """A text at its commas outside brackets and quotes."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if quote or letter in _QUOTES:
            quote = "" if letter == quote else quote or letter
        elif letter in _OPENING:
            depth += 1
        elif letter in _CLOSING:
            depth -= 1
        if letter == "," and not quote and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]
