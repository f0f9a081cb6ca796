"""When schedules ring, until everything repeats."""

from fractions import Fraction

import pytest

from hasim.engines.exact.calendar import Moment, read_calendar
from hasim.errors import RefusedError
from hasim.process import ProcessBuilder


def calendar(*schedules):
    builder = ProcessBuilder("calendar")
    builder.automaton("unit", "up", "down").on(builder.signal("ring"), "down", "up")
    for name, every, first in schedules:
        builder.schedule(name, "ring", every=every, first=first)
    return read_calendar(builder.build())


def test_epochs_of_one_moment_are_in_order_of_declaration():
    found = calendar(("a", 2.0, 4.0), ("b", 3.0, 1.0))
    assert found.span == 6
    rings = [(0, (0,)), (1, (1,)), (2, (0,)), (4, (0, 1))]
    assert found.moments == tuple(Moment(Fraction(at), places) for at, places in rings)


def test_what_rings_once_has_no_part_in_the_long_run():
    assert calendar(("once", None, 5.0)) is None
    assert len(calendar(("once", None, 5.0), ("a", 2.0, 2.0)).moments) == 1


def test_periods_that_hardly_fit_together_are_refused():
    with pytest.raises(RefusedError) as error:
        calendar(("a", 86400.0, None), ("b", 86401.0, None))
    assert error.value.refusals == (
        "a and b are in the same order again only after 172,801 epochs, "
        "and 5,000 are followed at most",
    )


def test_periods_that_are_no_round_numbers_fit_with_themselves():
    assert calendar(("a", 0.1, None)).span == Fraction(0.1)
