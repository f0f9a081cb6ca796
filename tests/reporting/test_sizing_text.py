"""What `hasim size` says: the answer, why nothing cheaper will do, and nothing twice."""

import pytest

from hasim.description import read_text
from hasim.description.space import read_space
from hasim.planner import size
from hasim.planner.sizing.answer import Effort, Group, Sizing
from hasim.planner.sizing.search import Excuse
from hasim.planner.sizing.targets import read_targets
from hasim.reporting.sizing_text import tell_open, tell_sizing
from hasim.stats import Estimate

MODEL = """
name: small
components:
  web: {replicas: 2, mtbf: 30 d, mttr: 2 h, needs: [db]}
  db: {replicas: 2, mtbf: 60 d, mttr: 6 h}
"""
COSTS = """costs:
  currency: EUR
  components: {web: 1000 EUR / year, db: 3000 EUR / year}
  downtime: 10 EUR / min
"""
OPTIONS = """options:
  components.web.replicas: [1, 2, 3]
  components.db.replicas: [1, 2, 3]
"""


def told(*targets, model=MODEL + COSTS + OPTIONS):
    return tell_sizing(size(read_space(read_text(model)), targets))


def excused(target, figure, *, grounds="parts", parts=("db",), text="", causes=None):
    """The line of one group of excuses in a text that has no more."""
    targets = () if target is None else read_targets([target], ["shop"], "EUR")
    excuse = Excuse(
        grounds, targets[0] if targets else None, "shop" if targets else None, parts,
        {"size": "small"}, None if figure is None else Estimate.of_exact(figure), text,
    )  # fmt: skip
    group = Group((excuse,), (7,), excuse, {"size": "small"}, causes or {})
    sizing = Sizing(
        "x", "impossible", "none of 7 designs meets all targets", targets, 0.95, 1, "EUR", None,
        (), (group,), 0, None, None, Effort(7, 0, 7, 1, 1, 0, 0),
    )  # fmt: skip
    lines = tell_sizing(sizing).split("\n")
    start = lines.index("why not the 7 designs") + 1
    return " ".join(line.strip() for line in lines[start : lines.index("", start)])


@pytest.mark.parametrize(
    ("target", "figure", "said"),
    [
        ("availability=99.9%", 0.00123, "availability 99.9 % is missed by db alone, 99.877 %"),
        ("availability=99.9999%", 1.23e-6, "by db alone, 99.999877 %"),
        ("downtime=1h", 2e-4, "downtime 1 h is missed by db alone, 1.75 h"),
        ("mttr=10min", 4990.0, "mttr 10 min is missed by db alone, 1.39 h"),
        ("outages_per_year=2", 12.345, "outages_per_year 2 is missed by db alone, 12.3"),
        ("headroom=20%", 0.1, "headroom 20 % is missed by db alone, 10 %"),
        ("headroom_after_loss=0%", -1.0, "alone, nothing is served after the worst loss"),
        ("headroom_after_loss=0%", -0.4, "alone, -40 %"),
    ],
)
def test_an_excuse_is_told_in_the_words_of_its_target(target, figure, said):
    assert said in excused(target, figure)


def test_an_excuse_of_all_parts_names_none():
    line = excused("availability=99.9%", 0.002, grounds="together", parts=("web", "db"))
    assert line == "7  shop: availability 99.9 % is missed, 99.800 % (with size=small)"


def test_an_excuse_of_some_parts_names_them():
    line = excused("availability=99.9%", 0.002, parts=("web", "db"))
    assert "is missed by web and db together" in line


def test_what_is_too_close_is_not_called_missed():
    line = excused("availability=99.9%", 0.001, grounds="open", parts=())
    assert (
        line
        == "7  shop: too close to availability 99.9 % to tell, about 99.900 % (with size=small)"
    )


def test_money_is_exceeded():
    line = excused("cost=5000EUR", 6000 / (365 * 86_400), grounds="money", parts=())
    assert line == "7  cost 5,000 EUR a year is exceeded, at best 6,000 EUR a year"


def test_what_cannot_be_built_is_told_with_its_finding():
    assert excused(None, None, grounds="building", parts=(), text="web: x") == (
        "7  cannot be built: web: x"
    )


def test_causes_that_hardly_count_are_not_named():
    causes = {"db.crash": Estimate.of_exact(3600.0), "web.crash": Estimate.of_exact(1e-3)}
    line = excused("availability=99.9%", 0.002, causes=causes)
    assert line.endswith("most of it db.crash 1 h a year")


@pytest.mark.normal
def test_the_answer_stands_first_with_what_it_costs_with_and_without_downtime():
    lines = told("availability=99.9%").split("\n")
    assert lines[:2] == [
        "small: the cheapest design that meets all targets",
        "targets: availability 99.9 %",
    ]
    assert "  cost a year              8,000 EUR" in lines
    assert any(line.startswith("  with downtime            8,1") for line in lines)


@pytest.mark.normal
def test_an_answer_that_has_the_next_nine_already_says_so():
    assert "the answer has the next nine, availability 99.99 %, already" in told(
        "availability=99.9%"
    )


@pytest.mark.normal
def test_what_the_next_nine_costs_is_told_by_the_minute():
    text = told("availability=99.99%")
    assert "the next nine, availability 99.999 %, costs 3,000 EUR more (11,000 EUR)" in text
    assert "EUR for each minute of downtime avoided" in text


@pytest.mark.normal
def test_an_impossible_target_says_what_bounds_it():
    text = told("availability=99.99999999%")
    assert "none of 9 designs meets all targets" in text
    assert "the least downtime that each part can have in this space" in text
    assert "would be allowed" in text


@pytest.mark.normal
def test_a_bound_on_money_that_is_too_low_says_what_it_takes():
    text = told("availability=99.9%", "cost=7000EUR")
    assert "without the bound on money: 8,000 EUR a year, components.web.replicas=2" in text


@pytest.mark.normal
def test_without_costs_replicas_are_counted():
    text = told("availability=99.9%", model=MODEL + OPTIONS)
    assert "  replicas                 4" in text.split("\n")
    assert "EUR" not in text


@pytest.mark.normal
def test_lines_fit_a_terminal():
    assert all(len(line) <= 100 for line in told("availability=99.99%").split("\n"))


@pytest.mark.normal
def test_what_was_asked_is_told_where_it_is_not_shown_anyway():
    patch = "maintenance: {patch: {on: [db], every: 30 d, takes: 1 h, excluded: true}}\n"
    text = told("availability=99%", "mttr=9h", model=MODEL + COSTS + patch + OPTIONS)
    flat = " ".join(text.split())
    assert "; availability in the SLA 99." in flat
    assert "; mttr " in flat


def ended(decided, unit="EUR", **more):
    """What is told of a search that was stopped when so many of seven designs were decided."""
    sizing = Sizing(
        "x", "stopped", "stopped", (), 0.95, 1, unit, None, (), (), more.pop("too_close", 0), None,
        None, Effort(7, 0, decided, decided, 1, 0, 0), **more,
    )  # fmt: skip
    return list(tell_open(sizing))


def test_what_is_known_of_a_search_that_ended_early_is_told():
    none, bound, way_on = ended(3, least_open=8000.0)
    assert none == "no design that meets all targets is found yet"
    assert bound == "any that does costs at least 8,000 EUR a year: all cheaper ones are ruled out"
    assert way_on == "let it go on, give it more time, or leave fewer options open"
    assert ended(3, least_open=5.0, unit="replicas", too_close=1)[1] == (
        "any that does costs at least 5 replicas: all cheaper ones are ruled out or too close to "
        "the targets to tell"
    )


def test_where_no_design_is_decided_that_is_told():
    assert ended(0) == ["no design is decided yet", ended(3)[-1]]


def test_where_nothing_was_looked_at_nothing_is_said_to_be_dear():
    sizing = size(read_space(read_text(MODEL + COSTS + OPTIONS)), ["mttr=9h"], stop=lambda: True)
    assert "no design is cheaper" not in tell_sizing(sizing)


def test_of_no_downtime_nothing_is_allowed():
    assert "a year; nothing would be allowed" in " ".join(told("availability=100%").split())
