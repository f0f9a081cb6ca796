"""Tables for a terminal, in lots where they are too wide."""

import pytest

from hasim.reporting.text_table import WIDTH, fold

WIDE = "w" * 44


def test_a_table_that_fits_is_one():
    assert list(fold([["name", "a", ""], ["x", "1", "met"]])) == ["  name  a", "  x     1  met"]


@pytest.mark.parametrize(
    ("keys", "titles", "lots"),
    [
        (1, ["n", WIDE, WIDE, "last"], [["n", WIDE, WIDE], ["n", "last"]]),
        (
            2,
            ["n", "key", WIDE, "w" * 45, "last"],
            [["n", "key", WIDE], ["n", "key", "w" * 45, "last"]],
        ),
        (1, ["n", "w" * 120, "last"], [["n", "w" * 120], ["n", "last"]]),
    ],
)
def test_lots_begin_with_the_keys(keys, titles, lots):
    lines = list(fold([titles, ["1"] * len(titles)], keys))
    assert [line.split() for line in lines[::3]] == lots
    assert lines[2::3] == [""] * (len(lots) - 1)


def test_a_column_without_a_title_stays_with_the_one_before():
    lines = list(fold([["n", WIDE, "against", ""], ["1", "2", "3", "v" * 41]]))
    assert lines[-1].split() == ["1", "3", "v" * 41]
    assert max(map(len, lines)) <= WIDTH
