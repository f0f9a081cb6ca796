"""Quantities to text: short, and read back to the last bit."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hasim.units import (
    MAX_DURATION,
    MIN_DURATION,
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
    parse_bandwidth,
    parse_bytes,
    parse_duration,
    parse_money,
    parse_number,
    parse_probability,
    parse_rate_per_time,
    parse_throughput,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.05, "50 ms"),
        (0.5, "500 ms"),
        (1.5, "1.5 s"),
        (30, "30 s"),
        (90, "90 s"),
        (1800, "30 min"),
        (14400, "4 h"),
        (86400, "1 d"),
        (129600, "36 h"),
        (30 * 86400, "30 d"),
        (3.6e6, "1000 h"),
        (365 * 86400, "1 year"),
        (2 * 365 * 86400, "2 years"),
        (1e300, "1e300 s"),
    ],
)
def test_durations_are_written_short(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.05, "5 %"), (0.9999, "99.99 %"), (1, "100 %"), (1e-6, "1e-06")],
)
def test_probabilities_are_written_short(share: float, text: str) -> None:
    assert format_probability(share) == text


def test_other_quantities_are_written_short() -> None:
    assert format_throughput(1500.0) == "1500 rps"
    assert format_rate_per_time(parse_rate_per_time("100 / year")) == "100 / year"
    assert format_rate_per_time(parse_rate_per_time("1 / 7 d")) == "1 / week"
    assert format_bytes(3e11) == "300 GB"
    assert format_bytes(2.0**34) == "16 GiB"
    assert format_bytes(0) == "0 B"
    assert format_bandwidth(6e7) == "60 Mbit/s"
    assert format_number(1000.0) == "1000"
    assert format_number(1e22) == "1e22"
    assert str(Money(0.05, "EUR", "h")) == "0.05 EUR / h"


@given(st.floats(MIN_DURATION, MAX_DURATION))
def test_durations_read_back_exactly(seconds: float) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@given(st.floats(0, 1))
def test_probabilities_read_back_exactly(share: float) -> None:
    assert parse_probability(format_probability(share)) == share


@pytest.mark.parametrize(
    ("form", "parse"),
    [
        (format_throughput, parse_throughput),
        (format_rate_per_time, parse_rate_per_time),
        (format_bytes, parse_bytes),
        (format_bandwidth, parse_bandwidth),
        (format_number, parse_number),
        (lambda amount: str(Money(amount, "EUR", "GB")), lambda text: parse_money(text).amount),
    ],
)
@given(amount=st.floats(0, 1e18))
def test_other_quantities_read_back_exactly(
    form: Callable[[float], str], parse: Callable[[str], float], amount: float
) -> None:
    assert parse(form(amount)) == amount


def test_the_text_that_passes_a_test_is_found_or_there_is_none() -> None:
    assert find_duration_text(14400.000000000002, lambda value: value == 14400) == "4 h"
    assert find_duration_text(14400, lambda value: value == 14401) is None
    assert find_duration_text(1e300, lambda value: value == 1e300) is None
    assert find_number_text(1.2000000000000002, lambda value: value == 1.2) == "1.2"
