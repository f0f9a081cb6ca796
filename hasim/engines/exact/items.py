"""What a level, a gate or a blame is computed from, one input after another.

Theory of operation: an *item* is a node, a table of a blame, or a *leaf*: whether an automaton is
in a phase, or which phase that is. Each item is a fold over its inputs: it starts from a value,
takes its inputs one by one, and ends as its own value. Only a count may take them in any order; all
others take them as listed. The value of a blame is a label (stage, cause), or None where it names
none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, assert_never

from hasim.process import (
    Blame,
    ByPhase,
    Charged,
    Count,
    FirstFailing,
    Gate,
    Label,
    Minimum,
    Node,
    Occupancy,
    Product,
    Quotient,
    Ranked,
    Steps,
    Total,
)
from hasim.process.comparisons import COMPARE


class PhaseNow(NamedTuple):
    """The leaf that is the phase of an automaton, with whether it waits for the token it needs."""

    automaton: str


Leaf = Occupancy | PhaseNow
Item = Leaf | Node | Blame
Names = tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Fold:
    """How an item is computed.

    Parameters
    ----------
    inputs : tuple of (Item or str)
        What it takes, in order; nodes by name.
    start : object
        The value before anything is taken.
    add : callable
        (value so far, number of the input, value of the input) -> value so far.
    finish : callable
        Value so far -> value of the item.
    in_any_order : bool
    """

    inputs: tuple[Leaf | Blame | str, ...]
    start: Any
    add: Callable[[Any, int, Any], Any]
    finish: Callable[[Any], Any]
    in_any_order: bool = False


def fold_of(item: Node | Blame) -> Fold:
    """Return how an item other than a leaf is computed."""
    match item:
        case Label():
            return _constant((item.stage, item.cause))
        case ByPhase():
            return _by_phase(item)
        case FirstFailing():
            return _first_failing(item)
        case Ranked():
            return _ranked(item)
        case Charged():
            return _charged(item)
        case _:
            return _node(item)


def _node(item: Node) -> Fold:
    match item:
        case Count():
            return _count(item)
        case Total():
            weights = [weight for _, weight in item.terms]
            return Fold(
                tuple(name for name, _ in item.terms),
                item.constant,
                lambda total, k, value: total + weights[k] * value,
                _same,
            )
        case Minimum():
            return Fold(item.levels, float("inf"), lambda least, _, value: min(least, value), _same)
        case Product():
            return Fold(item.levels, 1.0, lambda product, _, value: product * value, _same)
        case Quotient():
            return Fold(
                (item.dividend, item.divisor),
                0.0,
                lambda top, k, value: value if k == 0 else _divide(item, top, value),
                _same,
            )
        case Steps():
            return Fold((item.level,), None, _take, lambda value: _look_up(item, value))
        case Gate():
            compare = COMPARE[item.comparison]
            return Fold((item.level,), None, _take, lambda value: compare(value, item.threshold))
        case _:
            assert_never(item)


def _count(item: Count) -> Fold:
    weights = [weight for _, weight in item.terms]
    return Fold(
        tuple(term if isinstance(term, Occupancy) else term.gate for term, _ in item.terms),
        item.constant,
        lambda total, k, value: total + weights[k] * int(value),
        lambda total: item.unit * total,
        in_any_order=True,
    )


def _divide(item: Quotient, dividend: float, divisor: float) -> float:
    return item.otherwise if divisor == 0.0 else dividend / divisor


def _look_up(item: Steps, value: float) -> float:
    return item.values[sum(value >= threshold for threshold in item.thresholds)]


def _constant(value: object) -> Fold:
    return Fold((), value, _take, _same)


def _by_phase(item: ByPhase) -> Fold:
    """First the phase, then the parts, of which the one for that phase is kept."""
    keys = [(phase, True) for phase, _ in item.waiting] + [(p, False) for p, _ in item.cases]
    parts = tuple(part for _, part in item.waiting + item.cases)

    def choose(phase: str, waits: bool) -> int:
        if waits and (phase, True) in keys:
            return keys.index((phase, True))
        return keys.index((phase, False)) if (phase, False) in keys else -1

    def add(so_far: Any, k: int, value: Any) -> Any:
        if k == 0:
            return choose(*value), None
        number, found = so_far
        return (number, value) if number == k - 1 else (number, found)

    return Fold((PhaseNow(item.automaton), *parts), None, add, lambda so_far: so_far[1])


_HOLDS, _FAILS = "holds", "fails"


def _first_failing(item: FirstFailing) -> Fold:
    """Gate and part of each case in turn; what was found is kept as a tuple of one."""
    inputs = [one for gate, part in item.cases for one in (gate, part)]
    if item.otherwise is not None:
        inputs.append(item.otherwise)
    last = 2 * len(item.cases)

    def add(so_far: Any, k: int, value: Any) -> Any:
        if isinstance(so_far, tuple):
            return so_far
        if k == last or (k % 2 == 1 and so_far == _FAILS):
            return (value,)
        return _HOLDS if k % 2 == 1 or value else _FAILS

    def finish(so_far: Any) -> Names:
        return so_far[0] if isinstance(so_far, tuple) else None

    return Fold(tuple(inputs), _HOLDS, add, finish)


def _ranked(item: Ranked) -> Fold:
    """Gate and part of each member in turn; so far: (serving, fails now, (rank, label) sorted)."""
    rank = {stage: place for place, stage in enumerate(item.order)}
    inputs = tuple(one for gate, part in item.members for one in (gate, part))

    def add(so_far: Any, k: int, value: Any) -> Any:
        serving, fails, down = so_far
        if k % 2 == 0:
            return (serving, True, down) if not value else (serving + 1, False, down)
        if not fails:
            return so_far
        mine = -1 if value is None else rank.get(value[0], -1)
        place = sum(1 for other, _ in down if other >= mine)
        return (serving, False, (*down[:place], (mine, value), *down[place:]))

    def finish(so_far: Any) -> Names:
        serving, _, down = so_far
        place = min(max(item.required - serving, 1), len(down))
        return down[place - 1][1] if down else None

    return Fold(inputs, (0, False, ()), add, finish)


def _charged(item: Charged) -> Fold:
    causes = dict(item.causes)

    def add(so_far: Any, k: int, value: Any) -> Any:
        if k == 0:
            return value if value is None or item.stage is None else (item.stage, value[1])
        return so_far if so_far is None else (so_far[0], causes.get(value[0], so_far[1]))

    inputs: list[Leaf | Blame | str] = [item.blame]
    if item.automaton is not None:
        inputs.append(PhaseNow(item.automaton))
    return Fold(tuple(inputs), None, add, _same)


def _take(_: Any, __: int, value: Any) -> Any:
    return value


def _same(value: Any) -> Any:
    return value
