"""Text to quantities: what is read, and the exact message for what is not."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hasim.units import (
    SECONDS_PER_YEAR,
    Money,
    UnitError,
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

PARSERS: list[Callable[[object], object]] = [
    parse_bandwidth,
    parse_bytes,
    parse_count,
    parse_duration,
    parse_money,
    parse_number,
    parse_probability,
    parse_rate_per_time,
    parse_throughput,
]
DURATION = "a duration is a number and a unit (ms s min h d week month year)"
COMPOUND = "a compound duration has falling units, each once, fractions in the last part only"
RATE = "a rate is a number per time (ms s min h d week month year)"
PROBABILITY = "a probability is a number from 0 to 1, or 0 % to 100 %"
BYTES = "an amount of data is a number and a unit (B kB MB GB TB KiB MiB GiB TiB)"
BANDWIDTH = "a bandwidth is a number and a unit (bit/s kbit/s Mbit/s Gbit/s)"
#: Texts made of what quantities are made of, and of what terminals and files do not like.
TEXTS = st.text(
    st.sampled_from("0123456789.,eE+-_ /%mshdwyrpkMGTKBbit€∞naINFinf\x00\x1b\n\ud800é٣")
)
MONEY = (
    "an amount of money is a number and a currency (EUR USD GBP CHF JPY), "
    "per time or data where wanted"
)
PAID = "an amount of money is paid once, per time or per amount of data"
THROUGHPUT = "a throughput is a number and the unit rps"
COUNT = "a count is a whole number without a unit"
NUMBER = "a number is written without a unit"
AGE = "longer than the age of the universe; a duration is 0, or from 1e-9 s to 1e18 s"
CHECK = "check the number and its unit"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30 s", 30),
        ("4h", 14400),
        ("  4  h ", 14400),
        ("250 ms", 0.25),
        ("100 ms", 0.1),
        ("0.1 h", 360),
        (".5 min", 30),
        ("90 d", 90 * 86400),
        ("1 week", 7 * 86400),
        ("2 weeks", 14 * 86400),
        ("1 month", 30 * 86400),
        ("5 months", 150 * 86400),
        ("1 year", SECONDS_PER_YEAR),
        ("2 years", 2 * SECONDS_PER_YEAR),
        ("1y", SECONDS_PER_YEAR),
        ("1e3 h", 3.6e6),
        ("1_000 h", 3.6e6),
        ("0 s", 0),
        ("-0 s", 0),
        ("+4 h", 14400),
        ("1h30m", 5400),
        ("1 h 30 min", 5400),
        ("1h 30m 15s", 5415),
        ("2d12h", 216000),
        ("1 min 1.5 s", 61.5),
        ("1e18 s", 1e18),
        ("1e-9 s", 1e-9),
        ("1e-6 ms", 1e-9),
        ("1e00018 s", 1e18),
    ],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("parse", "value", "expected"),
    [
        (parse_rate_per_time, "2 / year", 2 / SECONDS_PER_YEAR),
        (parse_rate_per_time, "2/year", 2 / SECONDS_PER_YEAR),
        (parse_rate_per_time, "2 per year", 2 / SECONDS_PER_YEAR),
        (parse_rate_per_time, "1 / 1000 h", 1 / 3.6e6),
        (parse_rate_per_time, "1 / 1h30m", 1 / 5400),
        (parse_throughput, "1500 rps", 1500),
        (parse_bytes, "300 GB", 3e11),
        (parse_bytes, "16 GiB", 2**34),
        (parse_bytes, "1 kB", 1000),
        (parse_bytes, "1 KiB", 1024),
        (parse_bandwidth, "60 Mbit/s", 6e7),
        (parse_bandwidth, "60 Mbit / s", 6e7),
        (parse_probability, "95 %", 0.95),
        (parse_probability, "99.99 %", 0.9999),
        (parse_probability, "0.95", 0.95),
        (parse_probability, 0.95, 0.95),
        (parse_probability, 1e-7, 1e-7),
        (parse_probability, 0, 0),
        (parse_probability, 1, 1),
        (parse_count, 3, 3),
        (parse_count, "3", 3),
        (parse_count, 3.0, 3),
        (parse_number, 1.5, 1.5),
        (parse_number, "1.5", 1.5),
        (parse_money, "5000 EUR", Money(5000, "EUR")),
        (parse_money, "0.05 EUR / h", Money(0.05, "EUR", "h")),
        (parse_money, "0.09 USD/GB", Money(0.09, "USD", "GB")),
        (parse_money, "3 CHF per years", Money(3, "CHF", "year")),
    ],
)
def test_other_quantities_are_read(
    parse: Callable[[object], object], value: object, expected: object
) -> None:
    assert parse(value) == expected


def test_counts_stay_whole_numbers() -> None:
    assert type(parse_count(3.0)) is int


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (4, f"4 is not a duration; {DURATION}; write 4 s or 4 h"),
        (4.5, f"4.5 is not a duration; {DURATION}; write 4.5 s or 4.5 h"),
        ("4", f"4 is not a duration; {DURATION}; write 4 s or 4 h"),
        (0, f"0 is not a duration; {DURATION}; write 0 s or 0 h"),
        (True, f"true is not a duration; {DURATION}; write 4 s or 4 h"),
        (None, f"nothing is not a duration; {DURATION}; write 4 s or 4 h"),
        ("", f"an empty text is not a duration; {DURATION}; write 4 s or 4 h"),
        ({}, f"a mapping is not a duration; {DURATION}; write 4 s or 4 h"),
        (["4 h"], f"a list is not a duration; {DURATION}; write 4 s or 4 h"),
        ("soon", f"soon is not a duration; {DURATION}; write 4 s or 4 h"),
        ("1/2 h", f"1/2 h is not a duration; {DURATION}; write 1 s or 1 h"),
        ("5 m", "5 m is ambiguous: minute or month?; write 5 min or 5 months"),
        ("1 m", "1 m is ambiguous: minute or month?; write 1 min or 1 month"),
        ("1m30s", "1m30s is ambiguous: minute or month?; write 1 min or 1 month"),
        ("1d30m", "1d30m is ambiguous: minute or month?; write 30 min or 30 months"),
        ("5 hours", f"5 hours has the unknown unit hours; {DURATION}; write 5 h"),
        ("5 mins", f"5 mins has the unknown unit mins; {DURATION}; write 5 min"),
        ("5 yaer", f"5 yaer has the unknown unit yaer; {DURATION}; write 5 year"),
        ("5 zq", f"5 zq has the unknown unit zq; {DURATION}; write 5 s or 5 h"),
        ("5 rps", f"5 rps is a throughput, not a duration; {DURATION}; write 5 s or 5 h"),
        ("20 %", f"20 % is a probability, not a duration; {DURATION}; write 20 s or 20 h"),
        ("-4 h", "-4 h is negative; a duration is 0 or more; write 4 h"),
        ("1,5 h", "1,5 h has a comma in its number; write 1.5 h"),
        ("nan", f"nan is not a finite number; {DURATION}; write 4 s or 4 h"),
        ("inf h", f"inf h is not a finite number; {DURATION}; write 4 s or 4 h"),
        (math.nan, f"nan is not a finite number; {DURATION}; write 4 s or 4 h"),
        (-math.inf, f"-inf is not a finite number; {DURATION}; write 4 s or 4 h"),
        ("1e18 h", f"1e18 h is {AGE}; {CHECK}"),
        ("1e400 s", f"1e400 s is {AGE}; {CHECK}"),
        (
            "1e9999999 s",
            "1e9999999 s is outside what hasim computes with; "
            f"a duration is 0, or from 1e-9 s to 1e18 s; {CHECK}",
        ),
        (
            "1e-7 ms",
            "1e-7 ms is shorter than a nanosecond; "
            f"a duration is 0, or from 1e-9 s to 1e18 s; {CHECK}",
        ),
        ("1h90", f"1h90 has a part without a unit; {COMPOUND}; write 1h30m or 2d 12h"),
        (
            "30s1h",
            f"30s1h does not go from long units to short ones; {COMPOUND}; write 1h30m or 2d 12h",
        ),
        (
            "1h1h",
            f"1h1h does not go from long units to short ones; {COMPOUND}; write 1h30m or 2d 12h",
        ),
        (
            "1.5h30m",
            f"1.5h30m has a fraction before its last part; {COMPOUND}; write 1h30m or 2d 12h",
        ),
        (
            "9" * 200,
            f"{'9' * 57}... is too long to be a duration; {DURATION}; write 4 s or 4 h",
        ),
    ],
)
def test_what_is_no_duration_says_so(value: object, message: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_duration(value)
    assert str(caught.value) == message


REFUSED: dict[Callable[[object], object], list[tuple[object, str]]] = {
    parse_rate_per_time: [
        (2, f"2 is not a rate; {RATE}; write 2 / year or 2 / h"),
        ("2 h", f"2 h is a duration, not a rate; {RATE}; write 2 / year or 2 / h"),
        ("2 / m", "2 / m is ambiguous: minute or month?; write 2 / min or 2 / month"),
        ("2 / hours", f"2 / hours has the unknown unit hours; {RATE}; write 2 / h"),
        ("-2 / year", "-2 / year is negative; a rate is 0 or more; write 2 / year"),
        ("2 / 0 s", "2 / 0 s is a rate per no time; write 2 / year"),
        ("1e18 / ms", f"1e18 / ms is too large; a rate is at most 1e18; {CHECK}"),
    ],
    parse_throughput: [
        (500, f"500 is not a throughput; {THROUGHPUT}; write 500 rps"),
        ("500 req/s", f"500 req/s has the unknown unit req/s; {THROUGHPUT}; write 500 rps"),
        ("500 / s", f"500 / s has the unknown unit /s; {THROUGHPUT}; write 500 rps"),
        ("500 h", f"500 h is a duration, not a throughput; {THROUGHPUT}; write 500 rps"),
    ],
    parse_bytes: [
        (3, f"3 is not an amount of data; {BYTES}; write 3 GB or 3 GiB"),
        ("3 KB", f"3 KB has the unknown unit KB; {BYTES}; write 3 kB"),
    ],
    parse_bandwidth: [
        ("60 MB/s", f"60 MB/s counts bytes, not bits; {BANDWIDTH}; write 480 Mbit/s"),
        ("60 Mbps", f"60 Mbps has the unknown unit Mbps; {BANDWIDTH}; write 60 Mbit/s"),
    ],
    parse_probability: [
        (95, f"95 is above 1; {PROBABILITY}; write 95 % or 0.95"),
        (950, f"950 is above 1; {PROBABILITY}; write 100 % or less"),
        ("105 %", f"105 % is above 100 %; {PROBABILITY}; write 100 % or less"),
        (-0.1, "-0.1 is negative; a probability is 0 or more; write 0.1"),
        (math.nan, f"nan is not a finite number; {PROBABILITY}; write 95 %"),
        (True, f"true is not a probability; {PROBABILITY}; write 95 %"),
        ("4 h", f"4 h is a duration, not a probability; {PROBABILITY}; write 4 %"),
    ],
    parse_count: [
        (2.5, f"2.5 is not a count; {COUNT}; write 2 or 3"),
        ("3 h", f"3 h is a duration, not a count; {COUNT}; write 3"),
        (-1, "-1 is negative; a count is 0 or more; write 1"),
        (False, f"false is not a count; {COUNT}; write 3"),
        (1e30, f"1e+30 is too large; a count is at most 1e18; {CHECK}"),
    ],
    parse_number: [
        ("20 %", "20 % is a percentage; it is a plain number here; write 0.2"),
        ("4 h", f"4 h is a duration, not a number; {NUMBER}; write 4"),
    ],
    parse_money: [
        (5, f"5 is not an amount of money; {MONEY}; write 5 EUR or 5 EUR / h"),
        ("5 €", f"5 € has the unknown unit €; {MONEY}; write 5 EUR"),
        ("5 EUR / rps", f"5 EUR / rps is paid for an unknown unit; {PAID}; write 5 EUR / h"),
    ],
}


@pytest.mark.parametrize(
    ("parse", "value", "message"),
    [(parse, value, message) for parse, rows in REFUSED.items() for value, message in rows],
)
def test_what_is_no_quantity_says_so(
    parse: Callable[[object], object], value: object, message: str
) -> None:
    with pytest.raises(UnitError) as caught:
        parse(value)
    assert str(caught.value) == message


def test_a_huge_whole_number_is_refused_in_words() -> None:
    with pytest.raises(UnitError, match="a number of over 60 digits is too large"):
        parse_count(10**5000)


def test_messages_hold_no_control_characters() -> None:
    with pytest.raises(UnitError) as caught:
        parse_duration("-4 \x1b[31mh")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("parse", PARSERS)
@given(value=st.one_of(TEXTS, st.floats(), st.integers(), st.none(), st.booleans()))
def test_anything_is_read_or_refused(parse: Callable[[object], object], value: object) -> None:
    assert read_or_refuse(parse, value).isprintable()


def read_or_refuse(parse: Callable[[object], object], value: object) -> str:
    try:
        return str(parse(value))
    except UnitError as error:
        return str(error)


@given(
    number=st.decimals(min_value=0, max_value=10**6, places=3),
    unit=st.sampled_from(["ms", "s", "min", "h", "d", "week", "month", "year"]),
)
def test_reading_rounds_once(number: object, unit: str) -> None:
    thousandths: dict[str, int] = {
        "ms": 1,
        "s": 10**3,
        "min": 6 * 10**4,
        "h": 36 * 10**5,
        "d": 864 * 10**5,
    }
    thousandths |= {
        name: n * 864 * 10**5 for name, n in [("week", 7), ("month", 30), ("year", 365)]
    }
    millionths = int(str(number).replace(".", "")) * thousandths[unit]
    assert parse_duration(f"{number} {unit}") == millionths / 10**6
