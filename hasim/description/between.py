"""`between: [low, high]`: a quantity that is not known better than that.

Rules of this file
------------------
1. What the two values are, their text says: a duration, a rate, requests per second, a share, a
   price, a number. A number without a percent sign is a share only under a key that holds shares.
2. Shares are equally likely on a linear scale, everything else on a logarithmic one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from hasim.description.draft import KeyPath, Value
from hasim.description.vocabulary import KEYS, Form
from hasim.errors import InputError, show_value
from hasim.laws.forms import FORMS
from hasim.system import Uncertain
from hasim.system.uncertain import Kind
from hasim.units import (
    parse_any_price,
    parse_duration,
    parse_number,
    parse_probability,
    parse_rate_per_time,
    parse_throughput,
)

NESTED = "a between inside a between"
EXAMPLE = "write {between: [30 d, 120 d]}"

_READERS: Mapping[Kind, Callable[[object], float]] = {
    "duration": parse_duration,
    "throughput": parse_throughput,
    "rate": parse_rate_per_time,
    "share": parse_probability,
    "number": parse_number,
}
_QUANTITY = (
    "expected a duration, a rate, requests per second, a share, a price or a number, above 0"
)


def _keys_of(*forms: Form) -> frozenset[str]:
    return frozenset(key.name for keys in KEYS.values() for key in keys if key.form in forms)


_SHARES = _keys_of("share", "ratio")
_COUNTS = _keys_of("count", "whole", "duty", "clients", "required", "layer", "weights") | {
    "misses",
    "passes",
    *(p.name for forms in FORMS.values() for f in forms for p in f.parameters if p.kind == "count"),
}


@dataclass(frozen=True, slots=True)
class Between:
    """Two values between which a quantity is.

    Parameters
    ----------
    low, high : float
        In seconds, per second, as a share, as a number, or in `unit`.
    kind : str
        What kind of quantity it is.
    unit : str
        Of a price; empty for everything else.
    """

    low: float
    high: float
    kind: Kind
    unit: str = ""

    def named(self, name: str) -> Uncertain:
        """The uncertain quantity of that name."""
        scale: Literal["linear", "log"] = "linear" if self.kind == "share" else "log"
        return Uncertain(
            name=name, low=self.low, high=self.high, scale=scale, kind=self.kind, unit=self.unit
        )


def is_between(value: Value) -> bool:
    """Whether a value is one that is not known exactly."""
    return isinstance(value, dict) and "between" in value


def check_key(path: KeyPath) -> None:
    """Refuse a path at which nothing uncertain can stand.

    Raises
    ------
    InputError
        If it holds a count, an objective or the budget, belongs to a scenario, or is the entry of a
        list.
    """
    key = path[-1]
    if key in _COUNTS:
        found = f"{key} is a count, and a count is not uncertain"
        raise InputError(found, "", "compare the model with other counts by --set")
    if "objectives" in path:
        found = "an objective is asked, and not uncertain"
        raise InputError(found, "", "write one value")
    if path == ("costs", "budget"):
        raise InputError("a budget is asked, and not uncertain", "", "write one value")
    if path[0] == "scenarios":
        found = "what happens in a scenario is said, and not uncertain"
        raise InputError(found, "", "write one value")
    if isinstance(key, int):
        raise InputError("the entry of a list is not uncertain", "", "write one value")


def read_between(value: Value, key: str | int = "") -> Between:
    """The two values of ``{between: [low, high]}``.

    Parameters
    ----------
    value : Value
        What was typed, with the key ``between``.
    key : str
        What it is the value of; empty: anything.

    Raises
    ------
    InputError
        If these are not two quantities of a kind, the lower one first and above 0 where it must be.
    """
    others = [name for name in value if name != "between"]
    if others:
        raise InputError(f"{show_value(others[0])} beside between", "it stands alone", EXAMPLE)
    ends = value["between"]
    if not isinstance(ends, list) or len(ends) != 2:
        found = f"a list of {len(ends)}" if isinstance(ends, list) else show_value(ends)
        raise InputError(found, "expected the lowest and the highest value", EXAMPLE)
    (low, kind, unit), (high, other, its) = (_read_end(end, key) for end in ends)
    if unit != its and kind == other:
        raise InputError(
            f"one is in {unit} and one in {its}", "both are in one unit", "convert one"
        )
    if kind != other:
        raise InputError(
            f"{show_value(ends[0])} is a {kind} and {show_value(ends[1])} a {other}",
            "both are of one kind",
            EXAMPLE,
        )
    if low >= high:
        found = f"{show_value(ends[0])} is not below {show_value(ends[1])}"
        step = f"write {{between: [{ends[1]}, {ends[0]}]}}" if low > high else f"write {ends[0]}"
        raise InputError(found, "the lowest value comes first", step)
    if low == 0 and kind != "share":
        found = f"the lowest value is {show_value(ends[0])}"
        raise InputError(found, "nothing is 0 on a logarithmic scale", EXAMPLE)
    return Between(low, high, kind, unit)


def _read_end(end: Value, key: str | int) -> tuple[float, Kind, str]:
    if is_between(end):
        raise InputError(NESTED, "its values are known", EXAMPLE)
    text = end.strip() if isinstance(end, str) else ""
    if text.endswith("%"):
        return parse_probability(text), "share", ""
    for kind, read in _READERS.items():
        if kind == "share" and key not in _SHARES:
            continue
        try:
            return read(text), kind, ""
        except InputError:
            continue
    try:
        number, unit = parse_any_price(text)
    except InputError as error:
        raise InputError(show_value(end), _QUANTITY, EXAMPLE) from error
    return number, "price", unit
