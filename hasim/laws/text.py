"""Laws from what stands in a model: a bare duration, a text, or a mapping.

Theory of operation
-------------------
Whatever was written becomes a `_Request`: the name of a law, its parameters as they were written,
and the style, text or mapping. A request is compared with the table `FORMS`. If it has exactly the
parameters of a form, these are read and the law is built; if not, the error shows the nearest
forms in the same style, with the user's own values where they can be read.

Rules of this file
------------------
- Time and depth are linear in the text: no recursion, no backtracking, no long text in difflib.
- Whatever is wrong is a `LawError`, also what `UnitError` tells.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from hasim.errors import EXCERPT_LENGTH, InputError, escape_text, list_words, show_value
from hasim.laws.bounded import Fixed
from hasim.laws.exponentials import Exponential
from hasim.laws.families import Law
from hasim.laws.forms import (
    FORMS,
    Kind,
    Parameter,
    Style,
    find_form,
    get_single,
    order_forms,
)
from hasim.laws.parameters import LawError
from hasim.laws.samples import read_samples
from hasim.units import UnitError, parse_count, parse_duration, parse_number, parse_probability

#: Longest text of a law: that of an empirical law with its most durations.
MAX_LENGTH: Final = 5_000_000

#: How many laws are kept once they are read, of texts up to how long: a search reads the same
#: ones for each design.
_KEPT: Final = 4096
_SHORT: Final = 200

Bare = Literal["exponential", "fixed"]

_CALL: Final = re.compile(r"\s*([A-Za-z_][\w-]*)\s*\(", re.ASCII)
_NAMED: Final = re.compile(r"([A-Za-z_][\w-]*)(?:\s*[:=]\s*|\s+)(.*)|([A-Za-z_][\w-]*)", re.DOTALL)
_PUNCTUATION: Final = re.compile(r"[\[\],]")
_DETECTION: Final = frozenset({"probe", "heartbeat", "lease"})
#: What laws are called elsewhere.
_SYNONYMS: Final = {
    "exp": "exponential",
    "expo": "exponential",
    "poisson": "exponential",
    "constant": "fixed",
    "const": "fixed",
    "deterministic": "fixed",
    "triangular": "uniform",
    "normal": "lognormal",
    "hyper": "hyperexponential",
    "csv": "empirical",
}
_EXAMPLES: Final = "4 h, exponential(mean 4 h) or lognormal(median 4 h, p95 24 h)"


@dataclass(frozen=True, slots=True)
class _Request:
    """A law as it was written."""

    family: str
    given: dict[str, object]
    style: Style


def parse_law(value: object, *, bare: Bare, base_folder: Path | None = None) -> Law:
    """The law that stands in a model.

    Parameters
    ----------
    value : object
        A bare duration (``4 h``), a text (``lognormal(median 4 h, p95 24 h)``), a mapping
        (``{lognormal: {median: 4 h, p95: 24 h}}``), or a law itself.
    bare : {"exponential", "fixed"}
        What a bare duration means here.
    base_folder : Path or None
        The model's folder, below which files of empirical laws lie; None refuses files.

    Returns
    -------
    Law
        With its parameters in seconds.

    Raises
    ------
    LawError
        If it is no law; its next step is the nearest valid form.
    """
    match value:
        case Mapping():
            return _build(_read_mapping(value), base_folder)
        case str() if len(value) <= _SHORT and "empirical" not in value:
            return _read_short(value, bare)
        case str():
            return _read_text(value, bare, base_folder)
    return value if isinstance(value, Law) else _read_bare(value, bare)


@lru_cache(_KEPT)
def _read_short(text: str, bare: Bare) -> Law:
    """The law of a text that names no file."""
    return _read_text(text, bare, None)


def _read_text(text: str, bare: Bare, base_folder: Path | None) -> Law:
    call = _CALL.match(text)
    if call is not None:
        return _build(_read_call(text, call), base_folder)
    word = text.strip()
    if word[:1].isalpha() and not _is_number(word):
        raise _reject_word(word)
    return _read_bare(text, bare)


def _read_bare(value: object, bare: Bare) -> Law:
    """The law that a bare duration means."""
    try:
        duration = parse_duration(value)
    except UnitError as error:
        raise LawError(error.found, error.expected, error.next_step) from None
    if duration == 0 and bare == "exponential":
        found = f"{show_value(value)} is no mean of an exponential law"
        step = "write a longer one, or fixed(0 s) for what takes no time"
        raise LawError(found, "a mean is above 0", step)
    match bare:
        case "exponential":
            return Exponential(duration)
        case "fixed":
            return Fixed(duration)


def _is_number(word: str) -> bool:
    """Whether a word is a number all the same: nan, inf."""
    return word[:3].lower() in ("nan", "inf")


def is_rest_of_law(key: object) -> bool:
    """Whether a key of a mapping is what an unquoted law leaves behind its comma.

    ``{after: lognormal(median 4 h, p95 24 h)}`` is a mapping with a second key ``p95 24 h)``. The
    law before it is diagnosed by `parse_law`, so that this key needs no finding of its own.
    """
    return isinstance(key, str) and key.rstrip().endswith(")") and "(" not in key


def _reject_word(word: str) -> LawError:
    """The error for words: the name of a law alone, or misspelt, or no law at all."""
    if word in FORMS:
        return _reject_parameters(_Request(word, {}, "text"))
    meant = _suggest_family(word)
    if meant:
        shown = order_forms(meant, ())[0].show({}, "text")
        return LawError(f"{show_value(word)} is not a law", f"{meant} is one", f"write {shown}")
    found = f"{show_value(word)} is neither a duration nor a law"
    return LawError(found, f"the laws are {list_words(list(FORMS))}", f"write {_EXAMPLES}")


# --- from text and mappings to a request ---------------------------------------------------------


def _read_call(text: str, call: re.Match[str]) -> _Request:
    """The request of a text such as ``lognormal(median 4 h, p95 24 h)``."""
    if len(text) > MAX_LENGTH:
        raise LawError(f"{show_value(text)} is too long", f"at most {MAX_LENGTH} characters")
    family = call[1]
    inside = text[call.end() :].rstrip()
    if not inside.endswith(")"):
        if ")" in inside:
            rest = escape_text(inside[inside.rindex(")") + 1 :].strip())
            raise LawError(f"{show_value(text)} has {rest} after its end", "", "remove it")
        raise _reject_cut(text, family, inside)
    _check_family(family, "text")
    parts = _split(inside[:-1])
    return _Request(family, _name_parts(family, parts, text), "text")


def _reject_cut(text: str, family: str, inside: str) -> LawError:
    """The error for a law that YAML cut at the comma, with the rest of it guessed."""
    whole = 'such as "lognormal(median 4 h, p95 24 h)"'
    meant = family if family in FORMS else _suggest_family(family)
    if meant is not None:
        pairs = (_NAMED.fullmatch(part) for part in _split(inside[:EXCERPT_LENGTH]))
        given = {pair[1]: pair[2] for pair in pairs if pair and pair[1]}
        form = order_forms(meant, given)[0]
        whole = f'such as "{form.show(_keep_readable(form.parameters, given), "text")}"'
    return LawError(
        f"{show_value(text)} is a law that ends at its comma",
        "inside { } the text of a law needs quotes",
        f"put the law in quotes, {whole}",
    )


def _split(inside: str) -> list[str]:
    """The parts between commas that are outside of brackets."""
    parts, start, depth = [], 0, 0
    for mark in _PUNCTUATION.finditer(inside):
        if mark[0] == "," and depth == 0:
            parts.append(inside[start : mark.start()].strip())
            start = mark.end()
        depth += {"[": 1, "]": -1, ",": 0}[mark[0]]
    return [*parts, inside[start:].strip()] if inside.strip() else []


def _name_parts(family: str, parts: list[str], text: str) -> dict[str, object]:
    """Parameters by name; the only one of a law may come without."""
    single = get_single(family)
    given: dict[str, object] = {}
    for part in parts:
        named = _NAMED.fullmatch(part)
        if named is not None and (named[1] or named[3]):
            name, written = named[1] or named[3], named[2]
        elif single is not None and len(parts) == 1:
            return {single.name: part}
        else:
            shown = order_forms(family, ())[0].show({}, "text")
            found = f"{escape_text(part) or 'nothing'} in {show_value(text)} has no name"
            raise LawError(found, "parameters are a name and a value", f"write {shown}")
        is_path = single is not None and single.kind == "file" and len(parts) == 1
        if single is not None and is_path and not _is_parameter(family, name):
            return {single.name: part}
        if name in given:
            raise LawError(
                f"{escape_text(name)} stands twice in {show_value(text)}", "", "remove one"
            )
        given[name] = written
    return given


def _is_parameter(family: str, name: str) -> bool:
    return any(name in form.names for form in FORMS[family])


def _read_mapping(mapping: Mapping[object, object]) -> _Request:
    """The request of a mapping such as ``{lognormal: {median: 4 h, p95: 24 h}}``."""
    keys = [key if isinstance(key, str) else show_value(key) for key in mapping]
    if len(keys) != 1:
        raise _reject_keys(keys)
    family, inner = keys[0], next(iter(mapping.values()))
    if family in _DETECTION or any(_is_parameter(law, family) for law in FORMS):
        raise _reject_keys(keys)
    _check_family(family, "mapping")
    if isinstance(inner, Mapping):
        names = [key if isinstance(key, str) else show_value(key) for key in inner]
        return _Request(family, dict(zip(names, inner.values(), strict=True)), "mapping")
    single = get_single(family)
    if inner is None:
        return _Request(family, {}, "mapping")
    if single is None:
        shown = order_forms(family, ())[0].show({}, "mapping")
        found = f"{show_value(inner)} under {family} is not a mapping"
        raise LawError(found, f"{family} has several parameters, with names", f"write {shown}")
    return _Request(family, {single.name: inner}, "mapping")


def _reject_keys(keys: list[str]) -> LawError:
    """The error for a mapping that does not have the name of a law as its only key."""
    words = escape_text(list_words(keys[:5])) if keys else ""
    shown = f"a mapping with {words}" if keys else "an empty mapping"
    families = [key for key in keys if key in FORMS]
    if _DETECTION.intersection(keys):
        step = "write it under detect, or write a law here"
        return LawError(f"{shown} is a way to detect", "it is no law of its own", step)
    if families:
        form = order_forms(families[0], ())[0].show({}, "mapping")
        found = f"{words} stand side by side where one law is expected"
        return LawError(found, "parameters stand inside the law", f"write {form}")
    fitting = [family for family in FORMS if keys and find_form(family, keys)]
    if fitting:
        found = f"{words} without the name of a law"
        forms = [order_forms(family, keys)[0].show({}, "mapping") for family in fitting[:2]]
        return LawError(found, "the name comes first", f"write {list_words(forms, 'or')}")
    step = "write {lognormal: {median: 4 h, p95: 24 h}} or another law"
    return LawError(f"{shown} is not a law", f"the laws are {list_words(list(FORMS))}", step)


def _check_family(family: str, style: Style) -> None:
    """Refuse a law that does not exist, with the one that was probably meant."""
    if family in FORMS:
        return
    found = f"{show_value(family)} is not a law"
    meant = _suggest_family(family)
    if meant is None:
        shown = order_forms("lognormal", ())[0].show({}, style)
        expected = f"the laws are {list_words(list(FORMS))}"
        raise LawError(found, expected, f"write one of them, such as {shown}")
    shown = order_forms(meant, ())[0].show({}, style)
    raise LawError(found, f"did you mean {meant}?", f"write {shown}")


# --- from a request to a law ---------------------------------------------------------------------


def _build(request: _Request, base_folder: Path | None) -> Law:
    form = find_form(request.family, request.given)
    if form is None:
        raise _reject_parameters(request)
    values = []
    for parameter in form.parameters:
        try:
            values.append(_read_value(parameter.kind, request.given[parameter.name], base_folder))
        except UnitError as error:
            found = f"{parameter.name} of {request.family}: {error.found}"
            raise LawError(found, error.expected, error.next_step) from None
    return form.build(*values)


def _reject_parameters(request: _Request) -> LawError:
    """The error for parameters that make no form: unknown ones, too few, or too many."""
    family, given = request.family, dict(request.given)
    known = sorted({name for form in FORMS[family] for name in form.names})
    unknown = [name for name in given if name not in known]
    for name in unknown[:3]:
        meant = _suggest(name, known)
        if meant and meant not in given:
            given[meant] = given[name]
    forms = order_forms(family, given)
    expected = f"{family} takes {list_words([_list_names(f.parameters) for f in forms], 'or')}"
    if unknown:
        found = f"{family} has no parameter {escape_text(unknown[0])}"
    elif not given:
        found = f"{family} has no parameters"
    elif missing := [p for p in forms[0].parameters if p.name not in given]:
        together = [name for name in given if name in forms[0].names]
        if len(together) == len(given):
            found = f"{family} with {list_words(together)} needs {_list_names(missing)} too"
        else:
            found = f"{list_words(list(given))} of {family} do not go together"
    else:
        extra = [name for name in given if name not in forms[0].names]
        found = f"{list_words(extra)} of {family} is too much beside the others"
    shown = [
        form.show(_keep_readable(form.parameters, given), request.style)
        if form.names & set(given)
        else form.show({}, request.style)
        for form in forms
    ]
    return LawError(found, expected, f"write {list_words(shown, 'or')}")


def _list_names(parameters: Iterable[Parameter]) -> str:
    return list_words([parameter.name for parameter in parameters])


def _keep_readable(parameters: Iterable[Parameter], given: Mapping[str, object]) -> dict[str, str]:
    """The user's own values, as text, for those parameters that they can be read for."""
    kept = {}
    for parameter in parameters:
        value = given.get(parameter.name)
        if value is None or parameter.kind not in ("duration", "number", "count"):
            continue
        try:
            _read_value(parameter.kind, value, None)
        except InputError:
            continue
        kept[parameter.name] = show_value(value)
    return kept


def _read_value(kind: Kind, value: object, base_folder: Path | None) -> object:
    match kind:
        case "duration":
            return parse_duration(value)
        case "number":
            return parse_number(value)
        case "signed":
            return _read_signed(value)
        case "count":
            return parse_count(value)
        case "probabilities":
            return tuple(parse_probability(item) for item in _read_list(value, "[90 %, 10 %]"))
        case "durations":
            return tuple(parse_duration(item) for item in _read_list(value, "[10 min, 8 h]"))
        case "file":
            if not isinstance(value, str) or not value.strip():
                found = f"the file of empirical is {show_value(value)}"
                raise LawError(found, "it is the path of a CSV file", "write file: repairs.csv")
            return read_samples(value.strip(), base_folder)


def _read_signed(value: object) -> float:
    is_negative = str(value).lstrip().startswith("-") if isinstance(value, str) else False
    if isinstance(value, str) and is_negative:
        return -parse_number(value.lstrip()[1:])
    if isinstance(value, (int, float)) and value < 0:
        return -parse_number(-value)
    return parse_number(value)


def _read_list(value: object, example: str) -> list[object]:
    """The items of a list, or of a text in brackets."""
    if isinstance(value, (list, tuple)):
        return list(value)
    text = value.strip() if isinstance(value, str) else ""
    if not (text.startswith("[") and text.endswith("]")) or text.count("[") != 1:
        raise UnitError(f"{show_value(value)} is not a list", "", f"write {example}")
    items = text[1:-1].split(",")
    return [item.strip() for item in items] if text[1:-1].strip() else []


def _suggest_family(word: str) -> str | None:
    return _SYNONYMS.get(word.lower()) or _suggest(word, FORMS)


def _suggest(word: str, known: Iterable[str]) -> str | None:
    close = difflib.get_close_matches(word[:EXCERPT_LENGTH].lower(), list(known), 1)
    return close[0] if close else None
