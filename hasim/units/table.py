"""The closed table of units, and the words in which their dimensions are spoken of."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

Dimension = Literal[
    "duration",
    "rate",
    "throughput",
    "bytes",
    "bandwidth",
    "probability",
    "money",
    "count",
    "number",
]

#: Calendar units wherever they are a length: a month is 30 d and a year 365 d (interface.md).
SECONDS_PER_HOUR: Final = 3600.0
SECONDS_PER_DAY: Final = 24 * SECONDS_PER_HOUR
SECONDS_PER_YEAR: Final = 365 * SECONDS_PER_DAY

#: Longest duration that is read: above the age of the universe (4.4e17 s); cubes stay finite.
MAX_DURATION: Final = 1e18
#: Shortest duration above zero that is read: a clock at one year resolves 4e-9 s.
MIN_DURATION: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of the table of units.

    Parameters
    ----------
    symbol : str
        The spelling that hasim prints.
    dimension : str
        What it measures.
    factor : Fraction
        Its size in the base unit: seconds, requests a second, bytes, bits a second, 1, the
        currency itself.
    meaning : str
        What it stands for, in words.
    others : tuple of str
        Further spellings that are read.
    """

    symbol: str
    dimension: Dimension
    factor: Fraction
    meaning: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """How a dimension is spoken of in messages.

    Parameters
    ----------
    noun, form : str
        ``{noun} is {form}`` is what is expected.
    example : str
        The right form, with ``{n}`` in place of the user's number.
    number : str
        What stands there where the user gave no number.
    """

    noun: str
    form: str
    example: str
    number: str


def _make_times() -> list[Unit]:
    day = 86400
    rows: list[tuple[str, Fraction | int, str, tuple[str, ...]]] = [
        ("ms", Fraction(1, 1000), "millisecond", ()),
        ("s", 1, "second", ()),
        ("min", 60, "minute", ()),
        ("h", 3600, "hour", ()),
        ("d", day, "day of 24 h", ()),
        ("week", 7 * day, "7 d", ("weeks",)),
        ("month", 30 * day, "30 d", ("months",)),
        ("year", 365 * day, "365 d", ("years", "y")),
    ]
    return [Unit(name, "duration", Fraction(size), words, more) for name, size, words, more in rows]


def _make_powers(
    base: int, prefixes: list[str], symbol: str, dimension: Dimension, noun: str
) -> list[Unit]:
    units = []
    for power, prefix in enumerate(prefixes):
        words = ["", f"{base} ", f"{base}^{power} "][min(power, 2)]
        units.append(Unit(f"{prefix}{symbol}", dimension, Fraction(base**power), f"{words}{noun}"))
    return units


def _make_currencies() -> list[Unit]:
    names = {
        "EUR": "euro",
        "USD": "dollar of the United States",
        "GBP": "pound sterling",
        "CHF": "Swiss franc",
        "JPY": "yen",
    }
    return [Unit(code, "money", Fraction(1), name) for code, name in names.items()]


#: The closed table of units, in the order in which it is printed.
UNITS: Final = (
    *_make_times(),
    Unit("rps", "throughput", Fraction(1), "request per second"),
    *_make_powers(1000, ["", "k", "M", "G", "T"], "B", "bytes", "bytes"),
    *_make_powers(1024, ["", "Ki", "Mi", "Gi", "Ti"], "B", "bytes", "bytes")[1:],
    *_make_powers(1000, ["", "k", "M", "G"], "bit/s", "bandwidth", "bits per second"),
    Unit("%", "probability", Fraction(1, 100), "hundredth"),
    *_make_currencies(),
)

BY_SPELLING: Final = {name: unit for unit in UNITS for name in (unit.symbol, *unit.others)}

#: What people write instead of a unit of the table, and which one they mean.
MEANT: Final = {
    wrong: right
    for right, words in {
        "s": "sec secs second seconds Sec S",
        "min": "mins minute minutes Min",
        "h": "hr hrs hour hours H",
        "d": "day days D",
        "week": "w wk wks",
        "month": "mo mon",
        "year": "yr yrs Y a",
        "ms": "msec millisecond milliseconds",
        "rps": "req/s requests/s reqs/s qps tps RPS /s",
        "%": "percent pct",
        "B": "b byte bytes",
        "kB": "KB K k",
        "MB": "mb Mb M",
        "GB": "gb Gb G",
        "TB": "tb Tb T",
        "bit/s": "bps b/s",
        "kbit/s": "kbps kb/s Kbit/s Kbps",
        "Mbit/s": "Mbps mbps Mb/s",
        "Gbit/s": "Gbps gbps Gb/s",
        "EUR": "€ eur euro euros",
        "USD": "$ usd dollar dollars",
        "GBP": "£ gbp",
    }.items()
    for wrong in words.split()
}

_TIMES = "ms s min h d week month year"

WORDING: Final[dict[Dimension, Wording]] = {
    "duration": Wording("a duration", f"a number and a unit ({_TIMES})", "{n} s or {n} h", "4"),
    "rate": Wording("a rate", f"a number per time ({_TIMES})", "{n} / year or {n} / h", "2"),
    "throughput": Wording("a throughput", "a number and the unit rps", "{n} rps", "500"),
    "bytes": Wording(
        "an amount of data",
        "a number and a unit (B kB MB GB TB KiB MiB GiB TiB)",
        "{n} GB or {n} GiB",
        "300",
    ),
    "bandwidth": Wording(
        "a bandwidth",
        "a number and a unit (bit/s kbit/s Mbit/s Gbit/s)",
        "{n} Mbit/s or {n} Gbit/s",
        "60",
    ),
    "probability": Wording("a probability", "a number from 0 to 1, or 0 % to 100 %", "{n} %", "95"),
    "money": Wording(
        "an amount of money",
        "a number and a currency (EUR USD GBP CHF JPY), per time or data where wanted",
        "{n} EUR or {n} EUR / h",
        "5",
    ),
    "count": Wording("a count", "a whole number without a unit", "{n}", "3"),
    "number": Wording("a number", "written without a unit", "{n}", "1.5"),
}


def select_units(dimension: Dimension) -> list[Unit]:
    """The units of one dimension, largest first."""
    units = [unit for unit in UNITS if unit.dimension == dimension]
    return sorted(units, key=lambda unit: unit.factor, reverse=True)


def list_units() -> str:
    """The closed table of units as text, one unit a line, for ``hasim schema --units``."""
    rows = [(unit.symbol, ", ".join(unit.others), unit.dimension, unit.meaning) for unit in UNITS]
    first, second, third = (max(len(row[i]) for row in rows) for i in range(3))
    lines = [f"{a:{first}}  {b:{second}}  {c:{third}}  {d}" for a, b, c, d in rows]
    notes = [
        "",
        "Compounds of durations: 1h30m, 2d 12h. m alone is refused (minute or month?).",
        "Rates are a number per time: 2 / year, 1 / 1000 h. Money may be per time, data or both.",
        "Probabilities may be bare numbers from 0 to 1; counts are bare whole numbers.",
    ]
    return "\n".join(lines + notes)
