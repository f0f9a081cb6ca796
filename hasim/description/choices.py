"""What is wrong about the values of choices, each judged by itself.

Theory of operation
-------------------
In one round after another the first choices of all options, the second ones ... are set in the
model as it is written, of which the parts are read that are touched; the options do not touch each
other. Readers say which values are wrong by themselves (`Ledger.refuse`): of the wrong form, a
key that the language does not know, a name that nothing has.

Rules of this file
------------------
1. What readers find by comparing values, such as `required: 4` of 3 replicas, is no finding: with
   another choice it may be right. The designs tell it.
2. A name that nothing has is none either where a choice adds or replaces whole parts.
3. Of the parts that no setting touches nothing is read but their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from hasim.description.composition import with_settings
from hasim.description.draft import Draft, KeyPath, change_values
from hasim.description.options import (
    DesignOption,
    Reading,
    Setting,
    holding,
    read_options,
    without_options,
)
from hasim.description.reading import Misread, UnknownNameError
from hasim.errors import Finding, ModelError
from hasim.system.plain import SECTIONS

#: Makes of a draft all that is wrong about its values by themselves.
Judge = Callable[[Draft], list[Misread]]


def read_choices(
    typed: Draft, whole: Draft, judge: Judge
) -> tuple[tuple[DesignOption, ...], list[Finding]]:
    """The options of a model, and all that is wrong or doubtful about them.

    Parameters
    ----------
    typed : Draft
        As it was read.
    whole : Draft
        The same composed.
    judge : callable
    """
    options, reading = read_options(typed, whole)
    faults = holding(whole.expansion.faults if whole.expansion else ())
    settings = [
        one
        for one in reading.left
        if one.typed not in faults and not (one.is_early and reading.early is None)
    ]
    if settings:
        _judge_values(typed, reading, settings, judge)
    return options, reading.findings


def _judge_values(
    typed: Draft, reading: Reading, settings: Sequence[Setting], judge: Judge
) -> None:
    """Note which values are wrong by themselves."""
    written = without_options(reading.draft)
    adds_parts = any(one.is_early or len(one.path) <= 2 for one in settings)
    known = {_said(one) for one in judge(_reduced(written, settings))}
    rounds: dict[int, list[Setting]] = {}
    for setting in settings:
        rounds.setdefault(setting.choice, []).append(setting)
    for round_ in rounds.values():
        for wrong in judge(_reduced(_changed(typed, written, round_), round_)):
            if _said(wrong) not in known and not (adds_parts and _is_name(wrong)):
                _tell(reading, round_, wrong)


def _changed(typed: Draft, written: Draft, settings: Sequence[Setting]) -> Draft:
    """The model with some settings; as it is written where they lead nowhere together."""
    if not any(one.is_early for one in settings):
        return change_values(written, ((one.path, one.value) for one in settings))
    try:
        return with_settings(without_options(typed), [(one.key, one.value) for one in settings])
    except ModelError:
        return written


def _said(wrong: Misread) -> tuple[KeyPath, str]:
    return wrong.path, str(wrong.error)


def _is_name(wrong: Misread) -> bool:
    return isinstance(wrong.error, UnknownNameError)


def _reduced(draft: Draft, settings: Iterable[Setting]) -> Draft:
    """The draft with nothing in the parts that no setting touches but their names."""
    touched = {setting.path[:2] for setting in settings}
    values = dict(draft.values)
    for section in SECTIONS:
        parts = values.get(section)
        if isinstance(parts, dict) and (section,) not in touched:
            values[section] = {
                name: part if (section, name) in touched else {} for name, part in parts.items()
            }
    return replace(draft, values=values)


def _tell(reading: Reading, settings: Iterable[Setting], wrong: Misread) -> None:
    """Note what is wrong at the choice that made it so, if one did."""
    path = tuple(map(str, wrong.path))
    for setting in settings:
        length = len(setting.path)
        if path[:length] == setting.path:
            reading.refuse((*setting.typed, *wrong.path[length:]), wrong.error)
            return
        if setting.path[: len(path)] == path:
            reading.refuse(setting.typed, wrong.error)
            return
