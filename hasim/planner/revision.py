"""A change of a model: the keys that differ, and what that does to the answer.

Theory of operation: both systems are written as the complete keys of the model language, which are
held against each other, so that a default that was written out is no difference. Both are answered
together to the precision asked (answering.py), and differences are taken as in a comparison of two;
of services that only one of them has nothing is said but that.

Rules of this file: numbers and names; the words are those of reporting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hasim.planner.answering import Answers, Asking, answer_all
from hasim.planner.columns import columns_of
from hasim.planner.comparison import Difference
from hasim.planner.differences import find_real, tell_apart, twin_of
from hasim.solution import Solution
from hasim.solving import Progress
from hasim.system import System
from hasim.system.plain import plain_system

#: Keys that change no answer.
_WORDS = ("name", "description", "language")


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key that differs.

    Parameters
    ----------
    key : str
        Dotted path, such as ``components.web.replicas``.
    old, new : object
        Values of the model language; None where there is none.
    """

    key: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Revision:
    """A change of a model and what it does.

    Parameters
    ----------
    keys : tuple of KeyChange
    old, new : Solution
    differences : mapping of str to (mapping of str to Difference)
        By service that both have and by the keys of columns; new less old.
    """

    keys: tuple[KeyChange, ...]
    old: Solution
    new: Solution
    differences: Mapping[str, Mapping[str, Difference]]

    @property
    def exit_status(self) -> int:
        """That of the new model."""
        return self.new.exit_status

    def to_dict(self) -> dict[str, object]:
        """Return the JSON document of `hasim diff`."""
        return {
            "format": 1,
            "keys": [{"key": one.key, "old": one.old, "new": one.new} for one in self.keys],
            "differences": {
                service: {
                    key: {**one.estimate.to_dict(), "paired": one.paired, "real": one.real}
                    for key, one in differences.items()
                }
                for service, differences in self.differences.items()
            },
            "old": self.old.to_dict(),
            "new": self.new.to_dict(),
        }


def revise(
    old: System,
    new: System,
    *,
    engine: str = "auto",
    precision: float = 0.05,
    seed: int = 1,
    max_time: float = 60.0,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Revision:
    """Tell what a change of a model changes in the answer.

    Parameters
    ----------
    old, new : System
    engine, precision, seed, max_time, threads, progress, stop
        As those of `hasim.solve`, for both together.

    Raises
    ------
    InputError, RefusedError, SolveError
        As `hasim.solve` does for each; also where both are to be simulated and have no service in
        common.
    """
    asking = Asking(engine, precision, seed, max_time, threads, progress, stop)
    answers = answer_all({"old": old, "new": new}, asking)
    before, after = (
        replace(answers.solutions[key], model=system.name)
        for key, system in (("old", old), ("new", new))
    )
    differences = _differences(answers, [s for s in old.services if s in new.services])
    return Revision(tuple(find_changes(old, new)), before, after, differences)


def find_changes(old: System, new: System) -> Iterator[KeyChange]:
    """Yield the keys in which two systems differ, in the order of the language."""
    before, after = (
        {key: value for key, value in plain_system(one).items() if key not in _WORDS}
        for one in (old, new)
    )
    yield from _walk(before, after, ())


def _walk(
    old: Mapping[str, Any], new: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[KeyChange]:
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        at = (*path, key)
        is_section = len(at) == 1
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _walk(before, after, at)
        elif is_section and (before is None or after is None):
            yield from _walk(before or {}, after or {}, at)
        else:
            yield KeyChange(".".join(at), before, after)


def _differences(answers: Answers, services: list[str]) -> dict[str, dict[str, Difference]]:
    gaps = {}
    columns = columns_of(answers.solutions.values())
    for service in services:
        for column in columns:
            old, new = (
                twin_of(answers, name, column.of(answers.solutions[name], service), column)
                for name in ("old", "new")
            )
            gap = tell_apart(column, old, new, answers.samples.get(service))
            gaps[service, column.key] = gap
    real = find_real(gaps)
    return {
        service: {
            column.key: Difference(gap.estimate, gap.paired, (service, column.key) in real)
            for column in columns
            if (gap := gaps[service, column.key]).estimate.value is not None
        }
        for service in services
    }
