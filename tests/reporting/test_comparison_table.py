"""The table of a comparison."""

from dataclasses import replace

import pytest

from hasim.planner.comparison import compare
from hasim.reporting.comparison_table import (
    LONGEST_NAME,
    show_difference,
    show_figure,
    tell_comparison,
)
from hasim.reporting.text_table import WIDTH
from hasim.stats import Estimate
from tests.planner.candidates import paired_singles, single


def test_exact_candidates():
    text = tell_comparison(compare(paired_singles()))
    assert max(map(len, text.splitlines())) <= WIDTH
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0] == "the order is decided"
    assert "1 a 3.65 d" in lines
    assert "2 b 4.01 d +8.76 h worse" in lines
    assert "best in unavailability: a (exact)" in lines
    assert "nowhere better and somewhere worse than a: b and c" in lines
    assert any(line.startswith("engine exact") for line in lines)


def test_names_with_commas_are_numbered():
    names = ("replicas=3, x=1", "replicas=3, x=2")
    text = tell_comparison(compare(dict(zip(names, paired_singles().values(), strict=False))))
    assert "[2] replicas=3, x=2" in text
    assert "than [1]: [2]" in text


def test_names_too_long_for_the_table_stand_in_a_legend():
    names = ("a" * 50, "b" * 50)
    text = tell_comparison(compare(dict(zip(names, paired_singles().values(), strict=False))))
    assert f"[1]  {'a' * 50}" in text.splitlines()
    assert text.count("a" * 50) == 1


def test_objectives_and_what_is_alike():
    candidates = {name: single("1 h", availability="99.9 %") for name in ("a", "b")}
    text = tell_comparison(compare(candidates))
    assert "MISSED" in text
    assert "alike within 10 %: a with b" in text
    assert "best in unavailability: a and b, which are alike (exact)" in text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(-90.0, "seconds", "-1.5 min"), (0.0, "seconds", "0 s"), (1e-5, "share", "1e-05"),
     (-1.0, "ratio", "-100 %"), (4.567, "number", "4.57")],
)  # fmt: skip
def test_figures_in_their_units(value, unit, text):
    assert show_figure(value, unit) == text


@pytest.fixture
def long_names():
    """Two that are alike, with the longest names that are not numbered."""
    return {
        f"{'x' * (LONGEST_NAME - 1)}{n}": single(
            "1 h", mtbf=f"{90 + n}.123 h", availability="99.9 %"
        )
        for n in (1, 2)
    }


@pytest.mark.normal
def test_wide_tables_are_told_in_parts(long_names):
    text = tell_comparison(compare(long_names, engine="montecarlo"))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert sum(line.startswith("  candidate ") for line in text.splitlines()) == 2


def test_a_wide_order_is_told_in_parts(long_names):
    comparison = compare(long_names)
    wide = Estimate(0.0123, 0.0101, 0.0145)
    contest = comparison.contests["service"]
    standings = {
        name: replace(
            one,
            figures=dict.fromkeys(one.figures, wide),
            differences={key: replace(gap, estimate=wide) for key, gap in one.differences.items()},
        )
        for name, one in contest.standings.items()
    }
    told = replace(comparison, contests={"service": replace(contest, standings=standings)})
    lines = tell_comparison(told).splitlines()
    assert max(map(len, lines)) <= WIDTH
    order = [line.split() for line in lines if line.startswith(("  place ", "  1 "))]
    keys = [["place", "candidate"], *(["1", name] for name in long_names)]
    assert [words[:2] for words in order] == keys * 2


@pytest.mark.parametrize("figure", ["mttr_s", "p95_outage_s"])
def test_intervals_alone_promise_nothing(figure):
    comparison = compare(paired_singles(), rank_by=figure)
    assert "(exact)" in tell_comparison(comparison)
    ends = {name: Estimate(1.0 + n, 0.9 + n, 1.1 + n) for n, name in enumerate("abc")}
    contest = comparison.contests["service"]
    standings = {
        name: replace(one, figures={**one.figures, figure: ends[name]})
        for name, one in contest.standings.items()
    }
    told = replace(comparison, contests={"service": replace(contest, standings=standings)})
    assert "a (by intervals at 95 %, without a promise for all of them)" in tell_comparison(told)


def test_no_difference_is_not_the_same_as_none_seen():
    assert show_difference(Estimate.of_exact(0.0), "seconds") == "none"
    assert show_difference(Estimate(0.0, None, None), "seconds") == "none seen"
    assert show_difference(Estimate(0.0, -60.0, 60.0), "seconds") == "0 s (-1 min to 1 min)"
    assert show_difference(Estimate(90.0, 60.0, 120.0), "seconds") == "+1.5 min (1 min to 2 min)"


@pytest.mark.normal
def test_simulated_candidates_have_intervals_and_a_confidence():
    text = tell_comparison(compare(paired_singles(), engine="montecarlo"))
    assert "best in unavailability: a (sure at 95 %)" in text
    assert "±" in text
    assert "seed 1, " in text


@pytest.mark.normal
def test_what_is_undecided_is_told():
    text = tell_comparison(compare(paired_singles(), engine="montecarlo", max_time=0.0))
    assert "undecided: a with b and c; b with c" in text
