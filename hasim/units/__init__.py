"""Quantities: "4 h", "99.95 %", "1500 rps", "2 / year", "300 GB" to and from floats in SI.

Theory of operation
-------------------
A quantity is a decimal number and a unit of the closed table `UNITS`. Numbers are read as exact
fractions, multiplied by the exact factor of the unit and rounded once, so that ``0.1 h`` and
``6 min`` are the same float. Writing goes the other way: of the texts that read back to exactly
the same float, the shortest is taken.

Rules of this folder
--------------------
- A number without a unit is an error that shows the right form; only probabilities may be bare.
- Nothing is guessed: ``m`` alone is refused, a unit of another dimension is named as such.
- No text is read before its length is checked, and no power of ten above 999 is ever built.
"""

from hasim.units.prices import (
    Price,
    format_price,
    format_traffic,
    parse_any_price,
    parse_price,
    parse_traffic,
)
from hasim.units.reading import (
    MAX_QUANTITY,
    parse_bandwidth,
    parse_bytes,
    parse_count,
    parse_duration,
    parse_money,
    parse_number,
    parse_probability,
    parse_rate_per_time,
    parse_throughput,
)
from hasim.units.refusals import UnitError
from hasim.units.table import (
    MAX_DURATION,
    MIN_DURATION,
    SECONDS_PER_DAY,
    SECONDS_PER_HOUR,
    SECONDS_PER_YEAR,
    UNITS,
    Dimension,
    Unit,
    list_units,
)
from hasim.units.writing import (
    Money,
    find_duration_text,
    find_number_text,
    format_bandwidth,
    format_bytes,
    format_duration,
    format_number,
    format_probability,
    format_rate_per_time,
    format_throughput,
)

__all__ = [
    "MAX_DURATION",
    "MAX_QUANTITY",
    "MIN_DURATION",
    "SECONDS_PER_DAY",
    "SECONDS_PER_HOUR",
    "SECONDS_PER_YEAR",
    "UNITS",
    "Dimension",
    "Money",
    "Price",
    "Unit",
    "UnitError",
    "find_duration_text",
    "find_number_text",
    "format_bandwidth",
    "format_bytes",
    "format_duration",
    "format_number",
    "format_price",
    "format_probability",
    "format_rate_per_time",
    "format_throughput",
    "format_traffic",
    "list_units",
    "parse_any_price",
    "parse_bandwidth",
    "parse_bytes",
    "parse_count",
    "parse_duration",
    "parse_money",
    "parse_number",
    "parse_price",
    "parse_probability",
    "parse_rate_per_time",
    "parse_throughput",
    "parse_traffic",
]
