"""What the reference engine measures: rules 24 to 26 of docs/semantics.md, worked out by hand."""

import pytest

from hasim.engines.record import bin_of
from hasim.engines.reference import simulate
from hasim.process import (
    Average,
    ByPhase,
    Charged,
    FirstFailing,
    Gate,
    Label,
    Outages,
    Phase,
    Pool,
    Ranked,
    Rate,
    Reaction,
    Share,
    Signal,
)
from tests.engines.hand_made import after, automaton, measure, number_in, process, to


def unit(name, up, down, cause=None):
    return automaton(
        name, after(up, "up", "down", "fail", cause=cause), after(down, "down", "up", "repair")
    )


def gate_of(*names, least=1, gate="serves"):
    """Holds while at least so many of the automata are up."""
    return [number_in(f"{gate} count", "up", *names), Gate(gate, f"{gate} count", ">=", least)]


def test_share_average_rate_and_events():
    made = process(
        unit("x", 3.0, 1.0),
        nodes=gate_of("x"),
        measures=[
            Share("share", "serves"),
            Average("average", "serves count"),
            Rate("rate", (("x", "repair"),)),
        ],
    )
    row = measure(made, warmup=1.0, horizon=10.0)  # down during [3, 4), [7, 8), [11, ..)
    assert row == {"time": 10.0, "events": 4, "share": 8.0, "average": 8.0, "rate": 2}


def outages(made, warmup, horizon, *columns):
    row = measure(made, warmup, horizon)
    return tuple(row[f"out {column}"] for column in columns)


@pytest.mark.parametrize(
    ("warmup", "horizon", "begun", "downtime", "ended"),
    [
        (0.0, 8.0, 1, 3.0, 0),  # [5, 8) of [5, 10)
        (0.0, 5.0, 0, 0.0, 0),  # begins at the end, which belongs to the next window
        (5.0, 5.0, 1, 5.0, 0),  # begins at the start and ends at the end
        (6.0, 4.0, 0, 4.0, 0),
        (6.0, 4.5, 0, 4.0, 1),
        (10.0, 6.0, 1, 1.0, 1),  # ends at the start; the next begins at 15
    ],
)
def test_rule_25_time_is_split_at_the_borders_and_events_at_a_border_belong_to_the_later(
    warmup, horizon, begun, downtime, ended
):
    made = process(unit("x", 5.0, 5.0), nodes=gate_of("x"), measures=[Outages("out", "serves")])
    assert outages(made, warmup, horizon, "begun", "downtime", "ended") == (begun, downtime, ended)


def test_rule_25_the_whole_length_is_taken_down_in_the_window_in_which_it_ends():
    made = process(unit("x", 5.0, 5.0), nodes=gate_of("x"), measures=[Outages("out", "serves")])
    _, histograms, _ = simulate(made, seed=1, replications=range(2), warmup=9.0, horizon=20.0)
    assert histograms.shape == (1, 6400)
    assert histograms[0, bin_of(5.0)] == histograms.sum() == 4  # ends at 10 and 20, twice


def test_an_outage_can_begin_at_the_start():
    x = automaton("x", after(2.0, "down", "up"))
    made = process(x, nodes=gate_of("x"), measures=[Outages("out", "serves", Label("s", "c"))])
    columns = ("begun", "downtime", "ended", "begun by c")
    assert outages(made, 0.0, 9.0, *columns) == (1, 2.0, 1, 1)


def test_rule_24_an_outage_that_settling_ends_does_not_exist():
    y = automaton("y", phases=("idle", "up"), reactions=[Reaction("help", "idle", to("up"))])
    nodes = gate_of("x", "y")
    nodes[1] = Gate("serves", "serves count", ">=", 1, falls=("help",))
    made = process(
        unit("x", 3.0, 9.0),
        y,
        nodes=nodes,
        signals=[Signal("help", ("y",))],
        measures=[Outages("out", "serves")],
    )
    assert outages(made, 0.0, 9.0, "begun", "downtime", "ended") == (0, 0.0, 0)


def test_rule_24_an_outage_of_length_zero_does_not_exist_nor_does_a_break_in_one():
    blink = unit("x", 3.0, 0.0)
    made = process(blink, nodes=gate_of("x"), measures=[Outages("out", "serves")])
    assert outages(made, 0.0, 10.0, "begun", "ended") == (0, 0)
    returns = automaton(
        "x", after(3.0, "down", "up"), after(0.0, "up", "lost"), after(4.0, "lost", "up", "again")
    )
    made = process(returns, nodes=gate_of("x"), measures=[Outages("out", "serves")])
    assert outages(made, 0.0, 10.0, "begun", "downtime", "ended") == (1, 10.0, 0)


# ---------------------------------------------------------------------------- causes and blame


def test_rule_25_an_outage_counts_for_the_cause_of_the_delay_or_else_of_the_blame():
    units = [unit("x", 2.0, 2.0, "flood"), unit("y", 5.0, 9.0)]
    blame = Label("repair", "crash")
    made = process(
        *units, nodes=gate_of("x", "y", least=2), measures=[Outages("out", "serves", blame)]
    )
    columns = (
        "begun",
        "begun by flood",
        "begun by crash",
        "downtime by flood",
        "downtime by crash",
    )
    # x is down during [2, 4), [6, 8) and [10, 12), y during [5, 14).
    assert outages(made, 0.0, 13.0, *columns) == (2, 1, 1, 0.0, 10.0)


def test_rule_25_the_cause_is_that_of_the_event_in_which_it_began():
    units = [unit("x", 2.0, 9.0, "first"), unit("y", 2.0, 9.0, "second")]
    made = process(*units, nodes=gate_of("x", "y", least=2), measures=[Outages("out", "serves")])
    assert outages(made, 0.0, 9.0, "begun by first", "begun by second") == (1, 0)


def test_rule_25_the_cause_is_that_of_the_last_time_that_the_gate_ceased_to_hold():
    units = [unit("x", 2.0, 0.0, "first"), unit("y", 2.0, 9.0, "second")]
    made = process(*units, nodes=gate_of("x", "y", least=2), measures=[Outages("out", "serves")])
    columns = ("begun", "begun by first", "begun by second")  # x is back before y fails, all at 2
    assert outages(made, 0.0, 9.0, *columns) == (1, 0, 1)


def test_an_outage_without_any_cause_counts_for_none():
    made = process(unit("x", 2.0, 9.0), nodes=gate_of("x"), measures=[Outages("out", "serves")])
    row = measure(made)
    assert list(row) == ["time", "events", "out begun", "out downtime", "out ended"]


A, B, C = Label("detect", "a"), Label("crew", "b"), Label("repair", "c")


def stages(blame, horizon=20.0):
    """Downtime by stage and cause of a pair with one crew.

    x: up, detect at 2, waits and is granted at 3, repair until 7. y: fails at 4 and waits until 7,
    repair until 11.
    """

    def one(name, fails, looks):
        return automaton(
            name,
            after(fails, "up", "seen?"),
            after(looks, "seen?", "down"),
            after(4.0, "down", "back"),
            phases=("up", "seen?", Phase("down", "crew"), "back"),
        )

    nodes = [
        *gate_of("x", gate="x serves"),
        *gate_of("y", gate="y serves"),
        *gate_of("x", "y", least=2),
        *gate_of("x", "y", least=0, gate="serves too"),
    ]
    made = process(
        one("x", 2.0, 1.0),
        one("y", 4.0, 0.0),
        nodes=nodes,
        pools=[Pool("crew", 1)],
        measures=[Outages("out", "serves", blame)],
    )
    row = measure(made, horizon=horizon)
    words = ("out downtime in ", "out downtime by ")
    return {
        name.removeprefix("out downtime "): value
        for name, value in row.items()
        if name.startswith(words) and value
    }


def by_phase(name):
    cases = (("up", A), ("seen?", A), ("down", C), ("back", Label("start", "d")))
    return ByPhase(name, cases, (("down", B),))


def test_rule_26_by_phase_with_waiting_first():
    assert stages(by_phase("y"), 10.0) == {
        "in detect": 2.0,
        "by a": 2.0,
        "in crew": 3.0,
        "by b": 3.0,
        "in repair": 3.0,
        "by c": 3.0,
    }


def test_rule_26_first_failing_then_otherwise():
    blame = FirstFailing((("y serves", B), ("x serves", A)), C)
    assert stages(blame) == {"in crew": 16.0, "by b": 16.0, "in detect": 2.0, "by a": 2.0}
    blame = FirstFailing((("y serves", B),), C)
    assert stages(blame) == {"in crew": 16.0, "by b": 16.0, "in repair": 2.0, "by c": 2.0}
    assert stages(FirstFailing((("y serves", B),))) == {"in crew": 16.0, "by b": 16.0}


@pytest.mark.parametrize(
    ("required", "horizon", "by_stage"),
    [
        # [2, 3) x looks, [3, 7) x is repaired, [7, 11) x is back: always the more advanced.
        (1, 11.0, {"detect": 1.0, "repair": 4.0, "start": 4.0}),
        # Until 4 only x is missing; [4, 7) y waits, [7, 11) y is repaired, [11, 13) both are back.
        (2, 13.0, {"detect": 1.0, "repair": 5.0, "crew": 3.0, "start": 2.0}),
    ],
)
def test_rule_26_ranked_takes_the_member_that_is_still_missing(required, horizon, by_stage):
    members = (("x serves", by_phase("x")), ("y serves", by_phase("y")))
    found = stages(Ranked(members, required, ("detect", "crew", "repair", "start")), horizon)
    words = {f"in {stage}": seconds for stage, seconds in by_stage.items()}
    assert {name: seconds for name, seconds in found.items() if name[:3] == "in "} == words


def test_rule_26_ties_of_rank_go_to_the_first_member():
    first, second = Label("repair", "first"), Label("repair", "second")
    members = (("x serves", first), ("y serves", second))
    assert stages(Ranked(members, 1, ("repair",)))["by first"] == 18.0
    assert stages(Ranked(members, 2, ("repair",))) == {
        "in repair": 18.0,
        "by first": 2.0,
        "by second": 16.0,
    }


def test_rule_26_a_member_whose_blame_names_nothing_is_the_least_advanced():
    """No gate of its blame fails while y is up, so from 2 to 4 x has none."""
    members = (("x serves", FirstFailing((("y serves", B),))), ("y serves", A))
    ranked = Ranked(members, 2, ("detect", "crew"))
    # Until 4 only x is missing and names nothing; then B is first and y, with A, is second.
    assert stages(ranked) == {"in detect": 16.0, "by a": 16.0}
    members = (("x serves", FirstFailing((("serves too", B),))), ("y serves", A))
    assert stages(Ranked(members, 1, ("detect", "crew"))) == {"in detect": 16.0, "by a": 16.0}
    assert stages(Ranked(members, 2, ("detect", "crew"))) == {}


def test_rule_26_charged_replaces_stage_or_cause_or_both():
    assert stages(Charged(A, "start")) == {"in start": 18.0, "by a": 18.0}
    remembers = (("down", "while x is down"),)
    assert stages(Charged(A, None, "x", remembers)) == {
        "in detect": 18.0,
        "by a": 14.0,
        "by while x is down": 4.0,
    }
    assert stages(Charged(A, "start", "x", remembers)) == {
        "in start": 18.0,
        "by a": 14.0,
        "by while x is down": 4.0,
    }
