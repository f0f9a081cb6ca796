"""Each numbered rule of docs/semantics.md on a Process that can be worked out by hand."""

import math
from itertools import islice

import numpy as np
import pytest

from hasim.engines.kernels import codes, draws
from hasim.engines.reference import Simulation, simulate
from hasim.errors import SolveError
from hasim.laws import Exponential, Fixed
from hasim.process import (
    Alternative,
    Count,
    Gate,
    Holds,
    Minimum,
    Occupancy,
    Phase,
    Pool,
    Product,
    Quotient,
    Reaction,
    Schedule,
    Signal,
    Steps,
    Total,
)
from tests.engines.hand_made import (
    after,
    automaton,
    fork,
    moments,
    number_in,
    process,
    story,
    tell,
    to,
)

CREW = Pool("crew", 1)


def once(moment, *signals):
    return Schedule("calendar", moment, None, signals)


def idle(name, *reactions, **options):
    """An automaton that only reacts: (signal, phase, row or target)."""
    rows = [Reaction(s, p, to(row) if isinstance(row, str) else row) for s, p, row in reactions]
    targets = [a.target for one in rows for a in one.row.alternatives]
    phases = dict.fromkeys([p for _, p, _ in reactions] + targets)
    return automaton(name, phases=options.pop("phases", tuple(phases)), reactions=rows, **options)


def switch(name="switch", off=2.0, on=3.0):
    return automaton(name, after(off, "off", "on"), after(on, "on", "off"))


def stream_of(seed, replication=0):
    return draws.new_stream(seed, replication)


def uniform(stream):
    return draws.draw_uniform(stream, None, draws.ROW, 0, 0.0)


def exponential(stream, mean=1.0):
    return draws.draw_work(stream, None, 0, 0.0, codes.EXPONENTIAL, np.array([mean]), 0)


# ---------------------------------------------------------------------------- clocks


def test_rule_1_a_delay_runs_only_while_its_automaton_holds_the_token():
    phases = ("up", Phase("down", pool="crew"))
    units = [
        automaton(name, after(1.0, "up", "down"), after(2.0, "down", "up", "repair"), phases=phases)
        for name in "ab"
    ]
    assert moments(process(*units, pools=[CREW]), "repair", before=8.0) == [3.0, 5.0, 7.0]


def test_rule_1_a_delay_ends_when_the_integral_of_its_speed_reaches_its_work():
    worker = automaton("worker", after(4.0, "busy", "done", speed="on"))
    made = process(switch(), worker, nodes=[number_in("on", "on", "switch")])
    assert moments(made, "done", before=20.0) == [8.0]  # on during [2, 5) and from 7


def test_rule_2_losers_draw_too_in_order_of_automaton_then_delay():
    racers = [
        automaton(name, after(Exponential(3.0), "up", "x"), after(Exponential(5.0), "up", "y"))
        for name in "ab"
    ]
    stream = stream_of(1)
    works = [exponential(stream, mean) for mean in (3.0, 5.0, 3.0, 5.0)]
    ends = [time for time, *_ in story(process(*racers))]
    assert ends == sorted([min(works[:2]), min(works[2:])])


def test_rule_2_draws_of_work_come_after_all_choices():
    ends = [after(Exponential(4.0), phase, "done", f"end {phase}") for phase in ("left", "right")]
    row = fork(("left", 1.0), ("right", 1.0))
    automata = [
        automaton(
            name,
            *ends,
            phases=("idle", "left", "right", "done"),
            reactions=[Reaction("go", "idle", row)],
        )
        for name in "ab"
    ]
    made = process(*automata, signals=[Signal("go", ("a", "b"))], schedules=[once(1.0, "go")])
    stream = stream_of(1)
    sides = ["left" if uniform(stream) < 0.5 else "right" for _ in "ab"]
    times = [1.0 + exponential(stream, 4.0) for _ in "ab"]
    told = story(made)
    assert [phase for _, _, _, phase, _ in told[:2]] == sides
    ended = {one: time for time, _, one, _, _ in told[2:]}
    assert ended == dict(zip("ab", times, strict=True))


def test_rule_3_end_is_now_plus_remaining_over_the_speed_after_the_step():
    worker = automaton("w", after(1.0, "idle", "busy"), after(3.0, "busy", "done", speed="speed"))
    made = process(worker, nodes=[Count("speed", ((Occupancy("w", "busy"), 7),), unit=0.1)])
    assert moments(made, "done") == [1.0 + 3.0 / (0.1 * 7)]


def test_rule_4_a_new_speed_takes_the_work_done_so_far_off():
    worker = automaton("w", after(1.0, "busy", "done", speed="speed"))
    level = Count("speed", ((Occupancy("switch", "on"), -4),), constant=7, unit=0.1)
    made = process(switch(off=0.3, on=9.0), worker, nodes=[level])
    remaining = max(0.0, 1.0 - (0.1 * 7) * (0.3 - 0.0))
    assert moments(made, "done", before=9.0) == [0.3 + remaining / (0.1 * 3)]


def test_rule_4_a_clock_is_left_alone_while_its_speed_stays():
    ticker = automaton("ticker", after(0.1, "up", "up", "tick"))
    worker = automaton("w", after(1.0, "busy", "done", speed="speed"))
    level = Count("speed", ((Occupancy("ticker", "up"), 7),), unit=0.1)
    made = process(ticker, worker, nodes=[level])
    assert moments(made, "done", before=2.0) == [1.0 / (0.1 * 7)]


@pytest.mark.parametrize(
    ("memory", "resets", "ends"),
    [("restart", (), []), ("resume", (), [7.0]), ("resume", ("life",), [])],
)
def test_rule_5_work_is_discarded_or_kept_on_leaving(memory, resets, ends):
    unit = automaton(
        "unit",
        after(5.0, "up", "dead", "life", memory=memory),
        after(2.0, "up", "paused"),
        after(1.0, "paused", to("up", resets=resets), "wake"),
    )
    assert moments(process(unit), "life", before=20.0) == ends


@pytest.mark.parametrize(("memory", "ends"), [("restart", []), ("resume", [2.0])])
def test_rule_5_a_move_to_the_same_phase_leaves_and_enters(memory, ends):
    unit = automaton(
        "unit", after(1.0, "up", "up", "tick"), after(2.0, "up", "dead", "life", memory=memory)
    )
    assert moments(process(unit), "life", before=9.0) == ends


def test_rule_5_kept_work_is_used_up_by_the_next_time_live():
    unit = automaton(
        "unit",
        after(3.0, "up", "up", "life", memory="resume"),
        after(2.0, "up", "paused"),
        after(1.0, "paused", "up", "wake"),
    )
    # up [0, 2), [3, 4): life ends at 4, draws 3 anew and with it nap; up [4, 6), [7, 8): again.
    assert moments(process(unit), "life", before=9.0) == [4.0, 8.0]


def test_rule_6_ties_go_by_kind_then_automaton_then_delay():
    a = automaton("a", after(1.0, "up", "x"), after(1.0, "up", "y"))
    b = automaton("b", after(1.0, "up", "x"))
    c = idle("c", ("go", "here", "there"))
    made = process(b, a, c, signals=[Signal("go", ("c",))], schedules=[once(1.0, "go")])
    assert story(made) == [
        (1.0, "signal", "c", "there", "go"),
        (1.0, "delay", "b", "x", "x"),
        (1.0, "delay", "a", "x", "x"),
    ]


def test_rule_7_epochs_do_not_add_up_errors():
    there_and_back = idle("c", ("go", "here", "there"), ("go", "there", "here"))
    calendar = Schedule("calendar", 0.3, 0.1, ("go",))
    made = process(there_and_back, signals=[Signal("go", ("c",))], schedules=[calendar])
    assert [time for time, *_ in story(made, before=50.0)] == [0.3 + k * 0.1 for k in range(497)]


# ---------------------------------------------------------------------------- choice

AT_HOME = Gate("at home", "home", ">=", 1)


def test_rule_8_guard_unless_and_weight_decide_who_is_eligible():
    row = fork(
        Alternative("a", guard="away"),
        Alternative("b", unless="at home"),
        Alternative("c", weight="none"),
        Alternative("d", guard="at home", unless="away", weight="home"),
        Alternative("e", weight="negative"),
    )
    nodes = [
        number_in("home", "home", "x"),
        Count("none", ()),
        Count("negative", (), constant=-1),
        AT_HOME,
        Gate("away", "home", "<", 1),
    ]
    made = process(automaton("x", after(1.0, "home", row, "go")), nodes=nodes)
    assert story(made) == [(1.0, "delay", "x", "d", "go")]


def test_rule_9_nothing_is_drawn_for_one_eligible_alternative():
    row = fork(Alternative("never", unless="at home"), Alternative("out"))
    x = automaton("x", after(1.0, "home", row, "go"), after(Exponential(2.0), "out", "end"))
    made = process(x, nodes=[number_in("home", "home", "x"), AT_HOME])
    assert moments(made, "end") == [1.0 + exponential(stream_of(1), 2.0)]


def test_rule_9_the_first_whose_running_sum_exceeds_u_times_total_is_chosen():
    row = fork(("a", 1.0), ("b", 2.0), ("c", 0.5), ("a", 0.5))
    made = process(automaton("x", after(1.0, "up", row, "go"), phases=("up", "a", "b", "c")))
    for seed in range(40):
        mark = uniform(stream_of(seed)) * 4.0
        chosen = "a" if mark < 1.0 else "b" if mark < 3.0 else "c" if mark < 3.5 else "a"
        assert story(made, seed=seed) == [(1.0, "delay", "x", chosen, "go")]


def test_rule_10_an_end_without_eligible_alternative_is_an_error():
    row = fork(Alternative("never", unless="at home"))
    made = process(
        automaton("x", after(1.0, "home", row, "go")),
        nodes=[number_in("home", "home", "x"), AT_HOME],
    )
    with pytest.raises(SolveError, match=r"x\.go ends at 1\.0 s and has no eligible alternative"):
        story(made)


def test_rule_10_signals_and_immediate_rows_without_one_wait_or_do_nothing():
    shut = to("never", unless="at home")
    x = automaton(
        "x",
        phases=(Phase("home", immediate=shut), "never"),
        reactions=[Reaction("go", "home", shut)],
    )
    made = process(
        x,
        nodes=[number_in("home", "home", "x"), AT_HOME],
        signals=[Signal("go", ("x",))],
        schedules=[once(1.0, "go")],
    )
    assert story(made) == []


# ---------------------------------------------------------------------------- steps


def test_rule_11_all_choose_on_the_values_before_the_step():
    a = idle("a", ("go", "up", to("down", guard="b up")))
    b = idle("b", ("go", "up", to("down", guard="a up")))
    nodes = [number_in("na", "up", "a"), Gate("a up", "na", ">=", 1)]
    nodes += [number_in("nb", "up", "b"), Gate("b up", "nb", ">=", 1)]
    made = process(
        a, b, nodes=nodes, signals=[Signal("go", ("a", "b"))], schedules=[once(1.0, "go")]
    )
    assert [one for _, _, one, _, _ in story(made)] == ["a", "b"]


def test_rule_11_emissions_are_queued_before_flips_each_in_order():
    signals = [Signal(name, ("c",)) for name in ("r1", "r2", "f1", "f2", "f3")]
    c = idle("c", *((name, "here", "here") for name in ("r1", "r2", "f1", "f2", "f3")))
    x = automaton("x", after(1.0, "up", to("down", emits=("r2", "r1")), "go"))
    nodes = [
        number_in("n", "up", "x"),
        Gate("g1", "n", "<", 1, rises=("f2", "f1"), falls=("r1",)),
        Gate("g2", "n", ">=", 1, rises=("r1",), falls=("f3",)),
    ]
    told = story(process(x, c, nodes=nodes, signals=signals))
    assert [by for *_, by in told] == ["go", "r2", "r1", "f2", "f1", "f3"]


def test_rule_11_resets_come_after_leaving():
    unit = automaton(
        "unit",
        after(3.0, "up", "dead", "life", memory="resume"),
        after(2.0, "up", to("paused", resets=("life",)), "nap"),
        after(1.0, "paused", "up", "wake"),
    )
    assert moments(process(unit), "life", before=9.0) == []


def test_rule_12_delivery_goes_before_immediate_moves_and_these_before_grants():
    a = automaton(
        "a",
        after(1.0, "up", to("down", emits=("go",)), "fail"),
        phases=("up", Phase("down", "crew")),
    )
    b = automaton("b", phases=(Phase("wait", immediate=to("gone", guard="a down")), "gone"))
    c = idle("c", ("go", "here", "there"))
    nodes = [number_in("n", "down", "a"), Gate("a down", "n", ">=", 1)]
    made = process(a, b, c, nodes=nodes, pools=[CREW], signals=[Signal("go", ("c",))])
    assert [kind for _, kind, *_ in story(made)] == ["delay", "signal", "immediate", "grant"]


def test_rule_13_immediate_moves_go_by_urgency_then_automaton():
    def waiting(name, urgency):
        return automaton(
            name, phases=(Phase("w", immediate=to("gone", guard="open"), urgency=urgency), "gone")
        )

    door = automaton("door", after(1.0, "shut", "ajar"))
    nodes = [number_in("n", "ajar", "door"), Gate("open", "n", ">=", 1)]
    made = process(door, waiting("a", 1), waiting("b", 1), waiting("c", 0), nodes=nodes)
    assert [one for _, _, one, _, _ in story(made)] == ["door", "c", "a", "b"]


def test_rule_14_the_emitter_is_not_reached():
    a = automaton(
        "a",
        after(1.0, "up", to("down", emits=("go",)), "fail"),
        reactions=[Reaction("go", "down", to("up"))],
    )
    b = idle("b", ("go", "here", "there"))
    made = process(a, b, signals=[Signal("go", ("a", "b"))])
    assert [(kind, one) for _, kind, one, _, _ in story(made)] == [("delay", "a"), ("signal", "b")]


def limited(choose, limit=2):
    """Five that enter `ready` at 5, 4, 3, 2 and 1 and are called at 6; the third does not react."""
    automata = [
        automaton(
            f"a{idx}",
            after(5.0 - idx, "away", "ready"),
            reactions=[Reaction("go", "ready", to("called", guard="never" if idx == 2 else None))],
            phases=("away", "ready", "called"),
        )
        for idx in range(5)
    ]
    address = tuple(one.name for one in automata)
    nodes = [Count("zero", ()), Gate("never", "zero", ">=", 1)]
    signals = [Signal("go", address, limit, choose)]
    return process(*automata, nodes=nodes, signals=signals, schedules=[once(6.0, "go")])


@pytest.mark.parametrize(
    ("choose", "limit", "called"),
    [
        ("order", 2, ["a0", "a1"]),
        ("longest", 2, ["a3", "a4"]),
        ("longest", 3, ["a1", "a3", "a4"]),
        ("random", 9, ["a0", "a1", "a3", "a4"]),
    ],
)
def test_rule_14_a_limit_is_kept_among_those_who_can_react(choose, limit, called):
    told = story(limited(choose, limit))
    assert [one for _, kind, one, _, _ in told if kind == "signal"] == called


@pytest.mark.parametrize("seed", range(10))
def test_rule_14_a_random_choice_swaps_forward(seed):
    reached, stream = ["a0", "a1", "a3", "a4"], stream_of(seed)
    for i in range(2):
        j = i + math.floor(uniform(stream) * (4 - i))
        reached[i], reached[j] = reached[j], reached[i]
    told = story(limited("random"), seed=seed)
    assert [one for _, kind, one, _, _ in told if kind == "signal"] == sorted(reached[:2])


def test_rule_15_a_loop_within_an_instant_is_an_error_that_names_the_last_to_move():
    x = automaton(
        "hare",
        phases=(Phase("a", immediate=to("b", guard="go")), Phase("b", immediate=to("a")), "c"),
    )
    door = automaton("door", after(1.0, "shut", "ajar"))
    nodes = [number_in("n", "ajar", "door"), Gate("go", "n", ">=", 1)]
    with pytest.raises(SolveError, match=r"10,000 steps at 1\.0 s .* hare moved last"):
        story(process(x, door, nodes=nodes))


def test_rule_15_a_clock_that_stands_still_is_an_error():
    with pytest.raises(SolveError, match=r"events at 0\.0 s: time does not pass"):
        story(process(automaton("x", after(0.0, "a", "b"), after(0.0, "b", "a"))))


# ---------------------------------------------------------------------------- pools


def queue_of(order):
    """One crew, busy until 10; b then a ask for it, a with the better priority."""
    holder = automaton(
        "holder", after(10.0, "work", "home"), phases=(Phase("work", "crew"), "home")
    )
    a = automaton("a", after(2.0, "up", "down"), phases=("up", Phase("down", "crew", priority=1)))
    b = automaton("b", after(1.0, "up", "down"), phases=("up", Phase("down", "crew", priority=2)))
    return process(holder, a, b, pools=[Pool("crew", 1, order)])


@pytest.mark.parametrize(("order", "first"), [("fifo", "b"), ("priority", "a")])
def test_rule_16_grants_go_by_request_or_by_priority(order, first):
    grants = [entry for entry in story(queue_of(order)) if entry[1] == "grant"]
    assert grants == [
        (0.0, "grant", "holder", "work", "crew"),
        (10.0, "grant", first, "down", "crew"),
    ]


def test_rule_16_the_first_pool_grants_first():
    a = automaton("a", phases=(Phase("p", "second"),))
    b = automaton("b", phases=(Phase("p", "first"),))
    made = process(a, b, pools=[Pool("first", 1), Pool("second", 1)])
    assert [by for *_, by in story(made)] == ["first", "second"]


def test_rule_17_a_move_within_the_pool_keeps_the_token():
    phases = ("up", Phase("look", "crew"), Phase("repair", "crew"))
    units = [
        automaton(
            name,
            after(1.0, "up", "look"),
            after(1.0, "look", "repair"),
            after(1.0, "repair", "up"),
            phases=phases,
        )
        for name in "ab"
    ]
    told = story(process(*units, pools=[CREW]), before=3.5)
    assert [(time, one) for time, kind, one, _, _ in told if kind == "grant"] == [
        (1.0, "a"),
        (3.0, "b"),
    ]


@pytest.mark.parametrize(("via", "second"), [("elsewhere", "b"), (None, "a")])
def test_rule_17_a_request_keeps_its_place_unless_it_is_withdrawn(via, second):
    holder = automaton(
        "holder", after(10.0, "work", "home"), phases=(Phase("work", "crew"), "home")
    )
    row = to("elsewhere" if via else "later")
    a = automaton(
        "a",
        after(1.0, "elsewhere", "later"),
        phases=(Phase("early", "crew"), "elsewhere", Phase("later", "crew")),
        reactions=[Reaction("go", "early", row)],
    )
    b = automaton("b", phases=(Phase("down", "crew"),))
    made = process(
        holder, a, b, pools=[CREW], signals=[Signal("go", ("a",))], schedules=[once(2.0, "go")]
    )
    grants = [one for _, kind, one, _, _ in story(made) if kind == "grant"]
    assert grants == ["holder", second]


def job(name, start, work, priority=0, **options):
    """Free until `start`, then at work for so long, with a token of the crew."""
    return automaton(
        name,
        after(start, "free", "work", "start"),
        after(work, "work", "done", "finish", **options),
        phases=("free", Phase("work", "crew", priority), "done"),
    )


def tokens(made, before=math.inf):
    """When which automaton gets or loses a token, or ends its work."""
    return [
        (time, kind if by == "crew" else by, one)
        for time, kind, one, _, by in story(made, before)
        if by in ("crew", "finish")
    ]


@pytest.mark.parametrize(("memory", "ends"), [("restart", 13.0), ("resume", 9.0)])
def test_rule_18_a_more_urgent_request_takes_the_token(memory, ends):
    slow = job("slow", 1.0, 6.0, 2, memory=memory)
    quick = job("quick", 5.0, 2.0, 1)
    made = process(slow, quick, pools=[Pool("crew", 1, "priority", preempts=True)])
    assert tokens(made) == [
        (1.0, "grant", "slow"),
        (5.0, "revoke", "slow"),
        (5.0, "grant", "quick"),
        (7.0, "finish", "quick"),
        (7.0, "grant", "slow"),
        (ends, "finish", "slow"),
    ]


def test_rule_18_equals_and_pools_that_do_not_preempt_are_left_alone():
    jobs = [job("a", 1.0, 6.0, 1), job("b", 2.0, 1.0, 1)]
    equal = process(*jobs, pools=[Pool("crew", 1, "priority", preempts=True)])
    urgent = [job("a", 1.0, 6.0, 1), job("b", 2.0, 1.0, 0)]
    patient = process(*urgent, pools=[Pool("crew", 1, "priority")])
    for made in (equal, patient):
        assert [one for one in tokens(made) if one[1] == "revoke"] == []


def test_rule_18_the_last_come_of_the_lowest_priority_loses():
    """It keeps its place: c is interrupted, and goes before d, who asked before it was."""
    jobs = [job("a", 1.0, 9.0, 1), job("b", 2.0, 9.0, 2), job("c", 3.0, 9.0, 2)]
    late = [job("d", 4.0, 9.0, 2), job("e", 5.0, 1.0, 1)]
    made = process(*jobs, *late, pools=[Pool("crew", 3, "priority", preempts=True)])
    assert tokens(made, before=7.0) == [
        (1.0, "grant", "a"),
        (2.0, "grant", "b"),
        (3.0, "grant", "c"),
        (5.0, "revoke", "c"),
        (5.0, "grant", "e"),
        (6.0, "finish", "e"),
        (6.0, "grant", "c"),
    ]


def test_rule_18_the_priority_of_a_holder_is_that_of_its_phase_now():
    worker = automaton(
        "worker",
        after(3.0, "first", "second"),
        after(9.0, "second", "first", "finish"),
        phases=(Phase("first", "crew", 0), Phase("second", "crew", 2)),
    )
    made = process(
        worker, job("b", 1.0, 2.0, 1), pools=[Pool("crew", 1, "priority", preempts=True)]
    )
    assert tokens(made, before=6.0) == [
        (0.0, "grant", "worker"),
        (3.0, "revoke", "worker"),
        (3.0, "grant", "b"),
        (5.0, "finish", "b"),
        (5.0, "grant", "worker"),
    ]


def staffed(*jobs, order="fifo", unit=1.0):
    """As many in the crew as of three watchmen are there: 3 until 4, 1 until 10, then none."""
    leaving = (4.0, 4.0, 10.0)
    watch = [automaton(f"w{i}", after(t, "here", "gone")) for i, t in enumerate(leaving)]
    here = number_in("here", "here", "w0", "w1", "w2", unit=unit)
    return process(*jobs, *watch, nodes=[here], pools=[Pool("crew", "here", order)])


def test_rule_18_a_level_that_falls_takes_tokens_back_from_the_last_come():
    starts = {"a": 3.0, "b": 1.0, "c": 2.0}
    jobs = [job(name, start, 5.0, memory="resume") for name, start in starts.items()]
    assert tokens(staffed(*jobs)) == [
        (1.0, "grant", "b"),
        (2.0, "grant", "c"),
        (3.0, "grant", "a"),
        (4.0, "revoke", "a"),
        (4.0, "revoke", "c"),
        (6.0, "finish", "b"),
        (6.0, "grant", "c"),
        (9.0, "finish", "c"),
        (9.0, "grant", "a"),
        (10.0, "revoke", "a"),
    ]


def test_rule_18_a_level_that_falls_takes_tokens_back_by_priority_first():
    jobs = [job("a", 1.0, 9.0, 3), job("b", 2.0, 9.0, 1), job("c", 3.0, 9.0, 2)]
    lost = [one for one in tokens(staffed(*jobs, order="priority")) if one[1] == "revoke"]
    assert lost == [(4.0, "revoke", "a"), (4.0, "revoke", "c"), (10.0, "revoke", "b")]


@pytest.mark.parametrize(("unit", "granted"), [(0.9, 2), (0.3, 0), (-1.0, 0)])
def test_rule_18_there_are_as_many_tokens_as_the_level_has_wholes(unit, granted):
    jobs = [job(name, 1.0, 9.0) for name in "abc"]
    assert len(tokens(staffed(*jobs, unit=unit), before=3.0)) == granted


def test_rule_18_a_size_that_its_own_grants_undo_is_an_error():
    waiting = Count("waiting", ((Occupancy("a", "p", "waiting"), 1),))
    made = process(
        automaton("a", phases=(Phase("p", "crew"),)),
        nodes=[waiting],
        pools=[Pool("crew", "waiting")],
    )
    with pytest.raises(SolveError, match="a moved last"):
        story(made)


# ---------------------------------------------------------------------------- levels and gates

TWO, THREE, HALF = Count("two", (), 2), Count("three", (), 3), Count("half", (), 5, 0.1)


@pytest.mark.parametrize(
    ("node", "value"),
    [
        (Count("n", ((Occupancy("x", "up"), 3), (Occupancy("x", "down"), 50)), 4, 0.1), 0.1 * 7),
        (Count("n", ((Holds("yes"), 2), (Holds("no"), 7))), 2.0),
        (
            Total("n", (("half", 0.1), ("two", 0.2), ("three", 0.3)), 0.7),
            0.7 + 0.1 * 0.5 + 0.2 * 2 + 0.3 * 3,
        ),
        (Steps("n", "two", (1.0, 2.0, 3.0), (10.0, 11.0, 12.0, 13.0)), 12.0),
        (Steps("n", "half", (1.0,), (10.0, 11.0)), 10.0),
        (Minimum("n", ("two", "half", "three")), 0.5),
        (Product("n", ("half", "three", "three")), 4.5),
        (Quotient("n", "two", "three", 9.0), 2.0 / 3.0),
        (Quotient("n", "two", "zero", 9.0), 9.0),
        (Gate("n", "two", ">=", 2), True),
        (Gate("n", "two", ">", 2), False),
        (Gate("n", "two", "<=", 2), True),
        (Gate("n", "two", "<", 2), False),
        (Gate("n", "two", "==", 2), True),
    ],
)
def test_rule_19_values_of_levels_and_gates(node, value):
    gates = [Gate("yes", "two", ">=", 1), Gate("no", "two", ">=", 5)]
    nodes = [TWO, THREE, HALF, Count("zero", ()), *gates, node]
    made = process(automaton("x", phases=("up", "down")), nodes=nodes)
    assert Simulation(made, seed=1).value("n") == value


def test_rule_19_occupancy_tells_waiting_from_holding():
    units = [automaton(name, phases=(Phase("down", "crew"),)) for name in "abc"]
    terms = {
        token: tuple((Occupancy(name, "down", token), 1) for name in "abc")
        for token in ("any", "waiting", "holding")
    }
    nodes = [Count(token, each) for token, each in terms.items()]
    simulation = Simulation(process(*units, nodes=nodes, pools=[Pool("crew", 2)]), seed=1)
    assert [simulation.value(token) for token in ("any", "waiting", "holding")] == [3, 1, 2]


def test_rule_20_a_guard_sees_every_completed_step_of_the_instant():
    b = idle("b", ("first", "here", "there"))
    c = idle("c", ("second", "here", to("there", guard="b there")))
    nodes = [number_in("n", "there", "b"), Gate("b there", "n", ">=", 1)]
    signals = [Signal("first", ("b",)), Signal("second", ("c",))]
    made = process(b, c, nodes=nodes, signals=signals, schedules=[once(1.0, "first", "second")])
    assert [one for _, _, one, _, _ in story(made)] == ["b", "c"]


# ---------------------------------------------------------------------------- populations


def test_rule_21_a_population_is_one_clock_whose_speed_follows_the_count():
    made = process(automaton("p", after(Exponential(10.0), "up", "down"), count=3))
    stream, now, ends = stream_of(1), 0.0, []
    for members in (3, 2, 1):
        now += exponential(stream) / (members * (1.0 / 10.0))
        ends.append(now)
    assert moments(made, "down") == ends


def test_rule_21_other_delays_of_the_phase_keep_their_work():
    made = process(
        automaton(
            "p",
            after(Exponential(1.0), "up", "x"),
            after(Exponential(9.0), "up", "y", speed="two"),
            count=2,
        ),
        nodes=[TWO],
    )
    stream = stream_of(1)
    x, y = exponential(stream), exponential(stream)
    first = x / 2.0
    assert first < y / ((2 * (1.0 / 9.0)) * 2.0), "the test needs x to be first"
    left = max(0.0, y - ((2 * (1.0 / 9.0)) * 2.0) * first)
    second = min(first + exponential(stream) / 1.0, first + left / ((1 * (1.0 / 9.0)) * 2.0))
    assert [time for time, *_ in story(made)] == [first, second]


def test_rule_21_a_phase_that_was_empty_draws_when_it_is_entered():
    made = process(
        automaton(
            "p",
            after(Exponential(1.0), "up", "down"),
            after(Exponential(9.0), "down", "out"),
            count=1,
        )
    )
    stream = stream_of(1)
    first = exponential(stream) / 1.0
    assert [time for time, *_ in story(made)] == [first, first + exponential(stream) / (1.0 / 9.0)]


def test_rule_22_every_member_chooses_for_itself_phase_by_phase():
    row = fork(("x", 1.0), ("y", 1.0))
    reactions = [Reaction("go", "up", row), Reaction("go", "x", to("up"))]
    p = automaton(
        "p", phases=("up", "x", "y"), reactions=reactions, count=4, start=(("up", 0.5), ("x", 0.5))
    )
    made = process(p, signals=[Signal("go", ("p",))], schedules=[once(1.0, "go")])
    stream = stream_of(3)
    starts = ["up" if uniform(stream) < 0.5 else "x" for _ in range(4)]
    moved = ["x" if uniform(stream) < 0.5 else "y" for _ in range(starts.count("up"))]
    moved += ["up"] * starts.count("x")
    assert 0 < starts.count("up") < 4, "the test needs members in both phases"
    assert [phase for *_, phase, _ in story(made, seed=3)] == moved


# ---------------------------------------------------------------------------- start, draws, log


def test_rule_23_the_start_is_drawn_where_there_are_several_and_settled_without_flips():
    x = automaton(
        "x",
        after(Exponential(1.0), "b", "end"),
        phases=("a", "b", "end"),
        start=(("a", 0.25), ("b", 0.75)),
    )
    door = automaton("door", phases=(Phase("shut", immediate=to("ajar")), "ajar"))
    c = idle("c", ("go", "here", "there"))
    nodes = [number_in("n", "a", "x"), number_in("m", "b", "x")]
    nodes += [Gate("g", "n", ">=", 0, rises=("go",)), Gate("h", "m", ">=", 0, rises=("go",))]
    made = process(x, door, c, nodes=nodes, signals=[Signal("go", ("c",))])
    for seed in range(10):
        stream = stream_of(seed)
        phase = "a" if uniform(stream) < 0.25 else "b"
        (first, *rest) = Simulation(made, seed=seed).instants()
        assert tell(made, first.entries) == [
            (0.0, "start", "x", phase, None),
            (0.0, "start", "door", "shut", None),
            (0.0, "start", "c", "here", None),
            (0.0, "immediate", "door", "ajar", None),
        ]
        assert [one.time for one in rest] == ([exponential(stream)] if phase == "b" else [])


def test_rule_28_a_stream_belongs_to_seed_and_replication():
    made = process(automaton("x", after(Exponential(1.0), "a", "a", "tick")))
    options = {"warmup": 0.0, "horizon": 9.0, "log": True}
    _, _, logs = simulate(made, seed=5, replications=range(2, 4), **options)
    assert logs[0].time[1] == exponential(stream_of(5, 2))
    assert logs[1].time[1] == exponential(stream_of(5, 3))


def test_rule_30_the_log_has_an_entry_for_every_automaton_that_a_step_changed():
    unit = automaton(
        "unit",
        after(9.0, "up", "never"),
        after(1.0, "up", to("down", emits=("go",)), "fail"),
        after(2.0, "down", "out", "repair"),
        phases=("up", Phase("down", "crew"), Phase("out", immediate=to("up")), "never"),
    )
    p = idle("p", ("go", "here", "there"), count=2)
    made = process(
        p, unit, pools=[Pool("spare", 1), CREW], signals=[Signal("x", ()), Signal("go", ("p",))]
    )
    _, _, (log,) = simulate(made, seed=1, replications=range(1), warmup=0.5, horizon=3.0, log=True)
    assert log.entries() == [
        (0.0, 0, 0, 0, -1),
        (0.0, 0, 0, 0, -1),
        (0.0, 0, 1, 0, -1),
        (1.0, 1, 1, 1, 1),
        (1.0, 3, 0, 1, 1),
        (1.0, 3, 0, 1, 1),
        (1.0, 4, 1, 1, 1),
        (3.0, 1, 1, 2, 2),
        (3.0, 2, 1, 0, -1),
    ]


# ---------------------------------------------------------------------------- stepping


def test_instants_can_be_stepped_with_a_pause():
    simulation = Simulation(process(switch()), seed=1)
    assert [one.time for one in simulation.instants(before=6.0)] == [0.0, 2.0, 5.0]
    assert simulation.phase_of("switch") == "off"
    assert [one.time for one in islice(simulation.instants(), 3)] == [5.0, 7.0, 10.0]


def test_an_injected_end_comes_at_its_moment_and_a_draw_does_not():
    made = process(
        automaton("x", after(Fixed(5.0), "up", "down"), after(1.0, "down", "up", "repair"))
    )
    simulation = Simulation(made, seed=1)
    simulation.inject(2.0, "x", "down")
    entries = [entry for one in simulation.instants(before=9.0) for entry in one.entries]
    assert [(time, by) for time, *_, by in tell(made, entries)[1:]] == [
        (2.0, "down"),
        (3.0, "repair"),
        (8.0, "down"),
    ]


def test_a_delay_that_does_not_run_cannot_be_injected():
    made = process(
        automaton("x", after(Fixed(5.0), "up", "down"), after(9.0, "down", "up", "repair"))
    )
    simulation = Simulation(made, seed=1)
    simulation.inject(6.0, "x", "down")
    with pytest.raises(SolveError, match=r"x\.down cannot end at 6\.0 s: it does not run then"):
        list(simulation.instants(before=9.0))
