"""Tables of figures in words: each number in the unit that the name of its column ends with."""

import pytest

from hasim.reporting.figures import Table, tell_table


def told(column, *cells):
    table = tell_table(Table((column,), tuple((cell,) for cell in cells)))
    return table.columns[0], [row[0] for row in table.rows]


@pytest.mark.parametrize(
    ("column", "cell", "text"),
    [
        ("length (s)", 12345.678901234, "3.43 h"),
        ("length (s)", 0.0, "0 s"),
        ("capacity (rps)", 1234.5678, "1,235 rps"),
        ("chance (share)", 0.97312345, "97.31 %"),
        ("chance (share)", 0.9999512345, "99.99512 %"),
        ("chance (share)", 1.0, "100 %"),
        ("headroom (share)", -0.25, "-25 %"),
    ],
)
def test_a_number_is_told_in_its_unit(column, cell, text):
    assert told(column, cell) == (column.partition(" (")[0], [text])


def test_what_is_counted_in_something_else_keeps_its_unit_in_the_name():
    assert told("cost a year (EUR)", 12345.678, 0.1234567) == (
        "cost a year (EUR)",
        ["12,346", "0.1235"],
    )
    assert told("outages a year", 1.0 / 3.0, 3) == ("outages a year", ["0.3333", "3"])


def test_texts_stay_and_what_is_not_known_is_empty():
    assert told("length (s)", "<b>", None) == ("length", ["<b>", ""])
