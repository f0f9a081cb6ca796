"""The table of cases itself: names, sources, and values that can be had in fractions."""

from fractions import Fraction

import pytest

from hasim.conformance import CASES, Case
from hasim.conformance.static_trees import stand_in_line
from hasim.process.questions import LongRunShare

#: Columns of the report that a question has.
LONGEST = 44


def test_no_two_cases_have_one_name():
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_system_has_one_title_and_one_source():
    told = {(case.id, case.title, case.source) for case in CASES}
    assert len(told) == len({case.id for case in CASES})
    assert all(title and source for _, title, source in told)


def test_questions_fit_their_column():
    assert [case.asked for case in CASES if len(case.asked) > LONGEST] == []


def test_all_groups_are_there():
    systems = {case.id for case in CASES}
    for group, numbers in {
        "A": (1, 5, 6, 7, 9),
        "B": (1, 2, 4, 7, 10),
        "C": (1, 3, 5),
        "D": (1, 2, 3, 6),
        "E": (1, 2, 5, 7, 10, 11),
        "F": (1, 4),
        "G": (2, 3, 6, 7),
        "T": (1, 2, 3),
    }.items():
        assert {f"{group}{number:02}" for number in numbers} <= systems


def test_a_case_is_either_built_or_says_why_not():
    with pytest.raises(AssertionError, match="says why not"):
        Case("X", "x", "x", "x", 1.0, 1e-9)
    with pytest.raises(AssertionError, match="says why not"):
        Case(
            *("X", "x", "x", "x", 1.0, 1e-9),
            process=lambda: stand_in_line(3, 2, 0.1),
            question=LongRunShare("failed"),
            unbuilt="because",
        )


@pytest.mark.parametrize(
    ("asked", "n", "k", "share"),
    [
        ("unavailability, n = 20, k = 3, q = 0.1", 20, 3, Fraction(1, 10)),
        ("unavailability, n = 10, k = 2, q = 0.1", 10, 2, Fraction(1, 10)),
        ("unavailability, n = 60, k = 4, q = 0.01", 60, 4, Fraction(1, 100)),
        ("unavailability, n = 20, k = 3, q = 0.0045974", 20, 3, Fraction(45974, 10**7)),
    ],
)
def test_consecutive_failures_in_fractions(asked, n, k, share):
    """The chance that k neighbours are among n, by the length of the run that has just begun."""
    running, failed = [Fraction(1)] + [Fraction(0)] * (k - 1), Fraction(0)
    for _ in range(n):
        failed += running[-1] * share
        running = [sum(running) * (1 - share), *(chance * share for chance in running[:-1])]
    (value,) = (case.value for case in CASES if (case.id, case.asked) == ("G06", asked))
    assert abs(value / failed - 1) < 1e-13
