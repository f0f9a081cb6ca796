"""Counts that nobody looks at between the flips of their gates; grants without waiting."""

import pytest

from hasim.engines.quiet_counts import find_cuts
from hasim.process import Average, Count, Gate, Occupancy, Outages, Phase, Pool
from tests.engines.hand_made import after, automaton, number_in, process, tell
from tests.engines.test_equality import assert_equal


def cycle(name, up, down, **options):
    return automaton(name, after(up, "up", "down"), after(down, "down", "up"), **options)


def cuts_of(comparison, threshold, unit=1.0, **parts):
    names = ("a", "b", "c")
    count = number_in("n", "up", *names, unit=unit)
    gate = Gate("g", "n", comparison, threshold)
    made = process(*(cycle(n, 2, 1) for n in names), nodes=[count, gate], **parts)
    return find_cuts(made, [[gate], []])[0]


@pytest.mark.parametrize(
    ("comparison", "threshold", "unit", "cuts"),
    [
        (">=", 2, 1.0, (2.0,)),
        (">", 2, 1.0, (3.0,)),
        ("<=", 1.5, 1.0, (2.0,)),
        ("<", 2, 1.0, (2.0,)),
        ("==", 2, 1.0, (2.0, 3.0)),
        (">=", -1, -0.5, (3.0,)),
        (">=", 99, 1.0, ()),
        (">=", 1, 0.0, ()),
    ],
)
def test_a_cut_is_where_the_gate_flips(comparison, threshold, unit, cuts):
    assert cuts_of(comparison, threshold, unit) == cuts


def test_a_count_that_is_averaged_has_no_cuts():
    assert cuts_of(">=", 2, measures=[Average("mean", "n")]) == ()


@pytest.mark.parametrize("comparison", [">=", ">", "<=", "<", "=="])
@pytest.mark.parametrize("unit", [1.0, -1.0, 0.1])
def test_flips_come_when_the_reference_has_them(comparison, unit):
    names = tuple("abcde")
    terms = tuple((Occupancy(name, "up"), (-1) ** k * (k + 1)) for k, name in enumerate(names))
    nodes = [Count("n", terms, 1, unit), Gate("g", "n", comparison, 3 * unit)]
    units = [cycle(name, 2.0 + k, 1.0 + k / 3) for k, name in enumerate(names)]
    assert_equal(process(*units, nodes=nodes, measures=[Outages("out", "g")]), horizon=200.0)


def test_a_token_given_back_goes_first_where_the_reference_gives_it():
    first = automaton(
        "first",
        after(1, "p", "q"),
        after(1, "q", "p"),
        phases=(Phase("p", "high"), Phase("q", "low")),
    )
    second = cycle("second", 0.25, 1.5, phases=(Phase("up", None), Phase("down", "high")))
    made = process(first, second, pools=[Pool("low", 1), Pool("high", 1)])
    assert_equal(made, horizon=50.0)


def test_a_free_token_is_granted_after_the_move():
    made = process(cycle("a", 2, 1, phases=("up", Phase("down", "crew"))), pools=[Pool("crew", 1)])
    (log,) = assert_equal(made, replications=range(1), horizon=3.0)[2]
    assert [entry[1:] for entry in tell(made, log)][1:3] == [
        ("delay", "a", "down", "down"),
        ("grant", "a", "down", "crew"),
    ]
