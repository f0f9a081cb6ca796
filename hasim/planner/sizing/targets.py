"""What a design has to reach: targets, read from text, and held against what is known.

Theory of operation: a target is a figure of the Solution, a bound and, where a model has several
services, a service; without one it is asked of all of them. `FIGURES` is the table of what can be a
target: how its bound is written, which way is better, and where the figure comes from. What an
answer says about it is met, missed, or None where its interval holds the bound. Targets of money
are about the whole model and have the currency of its prices.

Rules of this file: a new figure of the Solution is one row; a figure that hasim does not model is
refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from hasim.errors import InputError, cut_list, show_value
from hasim.planner.columns import column_of
from hasim.solution import ServiceAnswer
from hasim.stats import NOTHING_KNOWN, Estimate
from hasim.system import System
from hasim.units import (
    SECONDS_PER_YEAR,
    Price,
    format_duration,
    format_number,
    format_probability,
    parse_duration,
    parse_money,
    parse_number,
    parse_price,
    parse_probability,
)

Source = Literal["outages", "structure", "solution", "money"]

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that can be a target.

    Parameters
    ----------
    key : str
        As people write it.
    better : {"less", "more"}
    source : {"outages", "structure", "solution", "money"}
        Whether it follows from when outages begin and end, from the structure alone, is known only
        where the whole design is solved, or is what the whole model costs.
    parse : callable
        From text to SI.
    write : callable
        Back to text.
    example : str
    read : callable
        Takes it from an answer.
    """

    key: str
    better: Literal["less", "more"]
    source: Source
    parse: Callable[[str], float]
    write: Callable[[float], str]
    example: str
    read: Callable[[ServiceAnswer], Estimate | None]


def _share(text: str) -> float:
    return parse_probability(text)


def _ratio(text: str) -> float:
    """A headroom: percent or a plain number, above 1 too."""
    stripped = text.strip()
    if stripped.endswith("%"):
        return parse_number(stripped[:-1].strip()) / 100.0
    return parse_number(stripped)


def _write_ratio(value: float) -> str:
    return f"{format_number(round(100.0 * value, 6))} %"


def _a_year(text: str) -> float:
    return parse_duration(text) / SECONDS_PER_YEAR


def _amount(text: str) -> float:
    return _price(text).amount


def _price(text: str) -> Price:
    """An amount a year, or a price by another time."""
    if "/" in text:
        return parse_price(text, "year")
    once = parse_money(text)
    return Price(once.amount / SECONDS_PER_YEAR, once.currency)


def _no_figure(answer: ServiceAnswer) -> None:
    """What the whole model costs is in no answer of a service."""


def _of_column(key: str) -> Callable[[ServiceAnswer], Estimate | None]:
    read = column_of(key).read
    assert read is not None, f"{key} is no figure of a service"
    return read


def _length(name: str) -> Callable[[ServiceAnswer], Estimate | None]:
    return lambda answer: answer.outage_length_s.get(name)


def _unavailability(answer: ServiceAnswer) -> Estimate | None:
    return answer.sla_unavailability or answer.unavailability


def _missed_requests(answer: ServiceAnswer) -> Estimate | None:
    served = answer.request_availability
    return None if served is None else served.complement()


_LENGTH: Final = (parse_duration, format_duration, "10 min")

#: What can be a target. Availabilities are held against unavailability, where nines have digits.
FIGURES: Final = (
    Figure("availability", "more", "outages", _share, format_probability, "99.95 %",
           _unavailability),
    Figure("downtime", "less", "outages", _a_year, lambda u: format_duration(u * SECONDS_PER_YEAR),
           "4 h", lambda answer: answer.unavailability),
    Figure("outages_per_year", "less", "outages", parse_number, format_number, "2",
           _of_column("outages_per_year")),
    Figure("mttr", "less", "outages", *_LENGTH, _of_column("mttr_s")),
    Figure("p50_outage", "less", "outages", *_LENGTH, _length("p50")),
    Figure("p95_outage", "less", "outages", *_LENGTH, _length("p95")),
    Figure("p99_outage", "less", "outages", *_LENGTH, _length("p99")),
    Figure("headroom", "more", "structure", _ratio, _write_ratio, "20 %", _of_column("headroom")),
    Figure("headroom_after_loss", "more", "structure", _ratio, _write_ratio, "0 %",
           _of_column("headroom_after_loss")),
    Figure("request_availability", "more", "solution", _share, format_probability, "99.9 %",
           _missed_requests),
    Figure("month_in_breach", "less", "solution", _share, format_probability, "5 %",
           _of_column("month_in_breach")),
    Figure("year_in_breach", "less", "solution", _share, format_probability, "5 %",
           _of_column("year_in_breach")),
    Figure("cost", "less", "money", _amount, format_number, "50000 EUR", _no_figure),
    Figure("total_cost", "less", "money", _amount, format_number, "50000 EUR", _no_figure),
)  # fmt: skip

#: Figures whose bound is an availability: they are held against the complement.
COMPLEMENTS: Final = ("availability", "request_availability")

#: What people ask for and hasim does not model yet.
NOT_MODELLED: Final[Mapping[str, str]] = {
    "rpo": "how much data a failure loses",
    "rto": "the time to recover data",
    "p99": "response times",
    "p95": "response times",
    "latency": "response times",
    "queue_age": "the age of what waits in queues",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A figure of a service and the bound that it has to keep.

    Parameters
    ----------
    figure : Figure
    service : str or None
        None: every service of the model.
    bound : float
        In SI, as it was given: an availability, not its complement; money a second.
    currency : str
        Of a target of money, else empty.
    """

    figure: Figure
    service: str | None
    bound: float
    currency: str = ""

    @property
    def name(self) -> str:
        """The figure, and the service where it is about one: ``checkout.mttr``."""
        return self.figure.key if self.service is None else f"{self.service}.{self.figure.key}"

    @property
    def text(self) -> str:
        """As people write it: ``availability 99.95 %``."""
        return f"{self.name} {self.write(self.bound)}"

    def write(self, value: float) -> str:
        """Return a value of the figure as people write it, such as ``50,000 EUR a year``."""
        if self.currency:
            return f"{value * SECONDS_PER_YEAR:,.0f} {self.currency} a year"
        return self.figure.write(value)

    @property
    def limit(self) -> float:
        """What the figure that is read is held against: the complement of an availability."""
        return 1.0 - self.bound if self.figure.key in COMPLEMENTS else self.bound

    @property
    def is_upper(self) -> bool:
        """Whether the figure that is read has to stay at or below the limit."""
        return self.figure.better == "less" or self.figure.key in COMPLEMENTS

    def judge(self, estimate: Estimate | None) -> bool | None:
        """Return whether a figure meets the target; None where its interval holds the bound."""
        known = estimate or NOTHING_KNOWN
        if self.is_upper:
            if known.high is not None and known.high <= self.limit:
                return True
            return False if known.low is not None and known.low > self.limit else None
        if known.low is not None and known.low >= self.limit:
            return True
        return False if known.high is not None and known.high < self.limit else None


def find_figure(key: str) -> Figure | None:
    """Return the figure of that name; None where there is none."""
    return next((figure for figure in FIGURES if figure.key == key), None)


def no_downtime() -> Target:
    """Return the target by which the downtime of evidence is read."""
    figure = find_figure("downtime")
    assert figure is not None
    return Target(figure, None, 0.0)


def read_targets(
    texts: Iterable[str], services: Iterable[str], currency: str | None = None
) -> tuple[Target, ...]:
    """Read targets such as ``availability=99.95%`` and ``checkout.mttr=10min``.

    Parameters
    ----------
    texts : iterable of str
    services : iterable of str
        Those of the model.
    currency : str, optional
        Of the prices of the model; None: it has none.

    Raises
    ------
    InputError
        For the first that cannot be meant: a figure that is none or is not modelled, a service that
        the model does not have, a bound in another unit or currency, a target twice.
    """
    names = tuple(services)
    targets: list[Target] = []
    for text in texts:
        target = _read_target(text, names)
        if target.figure.source == "money":
            _check_money(target, text, currency)
        if any((t.figure, t.service) == (target.figure, target.service) for t in targets):
            found = f"target {show_value(text)} is the second for {target.name}"
            raise InputError(found, "one bound for a figure", "leave one of them out")
        targets.append(target)
    return tuple(targets)


def objectives_as_targets(system: System) -> tuple[Target, ...]:
    """Return the objectives of a model as targets."""
    found = []
    for name, service in system.services.items():
        for figure in FIGURES:
            bound = getattr(service.objectives, figure.key, None)
            if bound is not None:
                found.append(Target(figure, name, bound))
    return tuple(found)


def _read_target(text: str, services: tuple[str, ...]) -> Target:
    key, sign, value = (part.strip() for part in text.partition("="))
    example = "write availability=99.95%"
    if not sign or not key.rpartition(".")[2] or not value:
        raise InputError(f"target {show_value(text)} is no target", "FIGURE=BOUND", example)
    service, dot, name = key.rpartition(".")
    if dot and service not in services:
        raise InputError(
            f"target {show_value(text)}: the model has no service {show_value(service)}",
            f"one of {cut_list(services, MOST_NAMED)}",
            "name one of them, or none for all",
        )
    figure = _figure(name, text)
    try:
        bound = figure.parse(value)
    except InputError as error:
        raise InputError(
            f"target {show_value(text)}: {error.found}",
            error.expected,
            f"write {key}={figure.example.replace(' ', '')}",
        ) from error
    currency = _price(value).currency if figure.source == "money" else ""
    return Target(figure, service or None, bound, currency)


def _check_money(target: Target, text: str, currency: str | None) -> None:
    """Refuse a target of money that the prices of the model cannot be held against."""
    found = f"target {show_value(text)}: "
    if target.service is not None:
        raise InputError(
            f"{found}{target.figure.key} is about the whole model, not {target.service}",
            "a bound for all of it",
            f"write {target.figure.key}=50000EUR",
        )
    if currency is None:
        raise InputError(
            f"{found}the model has no costs", "prices", "add costs, or leave the target out"
        )
    if target.currency != currency:
        raise InputError(
            f"{found}the prices of the model are in {currency}, not {target.currency}",
            "one currency",
            f"give the bound in {currency}",
        )


def _figure(name: str, text: str) -> Figure:
    figure = find_figure(name)
    if figure is not None:
        return figure
    keys = ", ".join(figure.key for figure in FIGURES)
    if name in NOT_MODELLED:
        raise InputError(
            f"target {show_value(text)}: {name} is about {NOT_MODELLED[name]}, which is not "
            "modelled yet",
            f"one of {keys}",
            "leave it out",
        )
    raise InputError(
        f"target {show_value(text)}: there is no figure {show_value(name)}",
        f"one of {keys}",
        "name one of them",
    )
