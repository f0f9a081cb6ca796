"""Prices and traffic: text to base units and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hasim.units import (
    UnitError,
    format_price,
    format_traffic,
    parse_any_price,
    parse_price,
    parse_traffic,
)

DAY = 86_400.0


@pytest.mark.parametrize(
    ("text", "expected", "amount", "currency"),
    [
        ("3600 EUR / h", "h", 1.0, "EUR"),
        ("3600 EUR per h", "year", 1.0, "EUR"),
        ("60USD/min", "min", 1.0, "USD"),
        ("0.05 EUR / GB", "GB", 5e-11, "EUR"),
        ("1 CHF / TB", "GB", 1e-12, "CHF"),
        ("0.3 EUR / GB / month", "GB / month", 0.3 / (1e9 * 30 * DAY), "EUR"),
        ("0.3 EUR / month / GB", "GB / month", 0.3 / (1e9 * 30 * DAY), "EUR"),
        ("0 GBP / h", "h", 0.0, "GBP"),
    ],
)
def test_a_price_is_money_in_base_units(text, expected, amount, currency):
    price = parse_price(text, expected)
    assert price.amount == pytest.approx(amount, rel=1e-15)
    assert price.currency == currency


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("5 EUR", "h", "5 EUR is paid once; expected money per time; write 5 EUR / h"),
        ("5 EUR / GB", "year", "5 EUR / GB is paid for GB; expected money per time"),
        ("5 EUR / h", "GB", "5 EUR / h is paid for h; expected money per amount of data"),
        ("5 EUR / GB", "GB / month", "money per amount of data and time"),
        ("5 EUR / GB / GB", "GB / month", "is paid for GB and GB"),
        ("5 EUR / fortnight", "h", "is paid for fortnight"),
        ("5 DEM / h", "h", "unknown unit DEM"),
        ("5 / h", "h", "is not an amount of money"),
        ("-5 EUR / h", "h", "is negative"),
        ("0,5 EUR / h", "h", "has a comma"),
        ("1e30 EUR / h", "h", "is too large"),
    ],
)
def test_what_is_no_such_price_is_refused(text, expected, words):
    with pytest.raises(UnitError) as caught:
        parse_price(text, expected)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.096 EUR / h", "h"),
        ("100 EUR / month", "h"),
        ("90000 EUR / year", "year"),
        ("0.1 EUR / GB / month", "GB / month"),
        ("0.96 USD / GiB / year", "GB / month"),
        ("50 EUR / min", "min"),
        ("0 EUR / h", "h"),
    ],
)
def test_a_price_is_written_in_the_unit_that_people_expect(text, expected):
    price = parse_price(text, expected)
    assert format_price(price.amount, price.currency, expected) == text


@pytest.mark.normal
@given(
    amount=st.floats(0.0, 1e18, allow_subnormal=False),
    expected=st.sampled_from(["h", "year", "min", "GB", "GB / month"]),
)
def test_every_amount_comes_back_from_its_text(amount, expected):
    text = format_price(amount, "EUR", expected)
    assert parse_price(text, expected).amount == amount


def test_a_price_of_any_kind_keeps_its_unit():
    assert parse_any_price("0.1 EUR / month / GB") == (0.1, "EUR / GB / month")
    assert parse_any_price("3 USD/h") == (3.0, "USD / h")
    with pytest.raises(UnitError):
        parse_any_price("3 USD")


def test_traffic_is_data_per_time():
    assert parse_traffic("86.4 GB / d") == pytest.approx(1e6)
    assert format_traffic(parse_traffic("2 TB / month")) == "2 TB / month"
    assert format_traffic(0.0) == "0 B / s"
    for text in ("2 TB", "2 TB / EUR", "2 EUR / month", "2 TB / d / d"):
        with pytest.raises(UnitError):
            parse_traffic(text)


@pytest.mark.normal
@given(st.floats(0.0, 1e18, allow_subnormal=False))
def test_every_traffic_comes_back_from_its_text(rate):
    assert parse_traffic(format_traffic(rate)) == rate
