"""The table of units is closed, and printed whole."""

from fractions import Fraction

from hasim.units import UNITS, list_units


def test_no_spelling_means_two_units() -> None:
    spellings = [name for unit in UNITS for name in (unit.symbol, *unit.others)]
    assert len(spellings) == len(set(spellings))
    assert "m" not in spellings


def test_months_and_years_have_one_length() -> None:
    factors = {unit.symbol: unit.factor for unit in UNITS}
    assert factors["month"] == Fraction(30 * 86400)
    assert factors["year"] == Fraction(365 * 86400)


def test_the_table_prints_every_unit() -> None:
    lines = list_units().splitlines()
    assert [line.split()[0] for line in lines[: len(UNITS)]] == [unit.symbol for unit in UNITS]
    assert lines[7].split() == ["year", "years,", "y", "duration", "365", "d"]
