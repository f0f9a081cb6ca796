"""What check_process finds: one wrong thing each, with its key and the words that tell it."""

import math
import time
from dataclasses import replace

import pytest

from hasim.engines.record import MeasureColumns
from hasim.engines.reference import simulate
from hasim.errors import ModelError
from hasim.laws import Exponential, Fixed
from hasim.process import (
    Alternative,
    Automaton,
    Average,
    ByPhase,
    Charged,
    Count,
    Delay,
    FirstFailing,
    Gate,
    Holds,
    Label,
    Minimum,
    Occupancy,
    Outages,
    Phase,
    Pool,
    Process,
    Product,
    Quotient,
    Ranked,
    Rate,
    Reaction,
    Row,
    Schedule,
    Share,
    Signal,
    Steps,
    Total,
)

NODE = Automaton(
    "node",
    (Phase("up"), Phase("down", pool="crew")),
    (("up", 1.0),),
    (
        Delay("failure", ("up",), Exponential(1000.0), Row((Alternative("down"),))),
        Delay("repair", ("down",), Exponential(10.0), Row((Alternative("up"),))),
    ),
    (Reaction("strike", "up", Row((Alternative("down"),))),),
)
CROWD = Automaton(
    "crowd",
    (Phase("up"), Phase("down")),
    (("up", 1.0),),
    (Delay("failure", ("up",), Exponential(1000.0), Row((Alternative("down"),))),),
    count=3,
)
REPAIR = ByPhase("node", (("down", Label("repair", "node")),))
SOUND = Process(
    "sound",
    (NODE, CROWD),
    (Count("load", ((Occupancy("node", "up"), 1),)), Gate("ok", "load", ">=", 1)),
    (Pool("crew", 1),),
    (Signal("strike", ("node", "crowd")),),
    (Schedule("tests", 10.0, 10.0, ("strike",)),),
    (Share("available", "ok"), Outages("outages", "ok", REPAIR)),
)


def findings(**changes):
    """The findings about the sound Process with some changes, as lines."""
    with pytest.raises(ModelError) as caught:
        replace(SOUND, **changes)
    return [str(finding) for finding in caught.value.findings]


def with_node(**changes):
    return findings(automata=(replace(NODE, **changes), CROWD))


def with_alternative(**changes):
    way = replace(Alternative("down"), **changes)
    return with_node(delays=(replace(NODE.delays[0], row=Row((way,))), NODE.delays[1]))


def with_delay(**changes):
    return with_node(delays=(replace(NODE.delays[0], **changes), NODE.delays[1]))


def with_crowd(**changes):
    return findings(automata=(NODE, replace(CROWD, **changes)))


def with_node_table(*nodes):
    return findings(nodes=(*SOUND.nodes, *nodes))


def with_blame(blame, gate="ok"):
    return findings(measures=(Outages("outages", gate, blame),))


def test_a_sound_process_is_sound():
    assert SOUND.name == "sound"


def test_all_findings_come_at_once():
    found = findings(pools=(Pool("crew", 0),), measures=(Share("a", "no"), Average("b", "no")))
    assert [line.split(":")[0] for line in found] == [
        "measures.a.gate",
        "measures.b.level",
        "pools.crew.size",
    ]


# ------------------------------------------------------------------ names and references


def test_a_similar_name_is_suggested():
    assert with_alternative(target="dwn") == [
        "automata.node.delays.failure.row.1.target: "
        "there is no phase dwn; one of up, down; write down"
    ]


def test_long_lists_of_names_are_cut():
    phases = tuple(Phase(f"p{idx}") for idx in range(12))
    (line,) = with_node(phases=(*NODE.phases, *phases), start=(("nowhere", 1.0),))
    assert "one of up, down, p0, p1, p2, p3, p4, p5 and 6 more" in line


@pytest.mark.parametrize(
    ("found", "key"),
    [
        (lambda: with_alternative(guard="no"), "automata.node.delays.failure.row.1.guard"),
        (lambda: with_alternative(unless="no"), "automata.node.delays.failure.row.1.unless"),
        (lambda: with_alternative(weight="no"), "automata.node.delays.failure.row.1.weight"),
        (lambda: with_alternative(emits=("no",)), "automata.node.delays.failure.row.1.emits"),
        (lambda: with_alternative(resets=("no",)), "automata.node.delays.failure.row.1.resets"),
        (lambda: with_delay(phases=("up", "no")), "automata.node.delays.failure.phases"),
        (lambda: with_delay(speed="no"), "automata.node.delays.failure.speed"),
        (lambda: findings(pools=()), "automata.node.phases.down.pool"),
        (lambda: with_node(start=(("no", 1.0),)), "automata.node.start.no"),
        (lambda: findings(schedules=(Schedule("s", 1.0, None, ("no",)),)), "schedules.s.emits"),
        (lambda: findings(signals=(Signal("strike", ("no",)),)), "signals.strike.address"),
        (lambda: with_node_table(Count("n", ((Holds("no"), 1),))), "nodes.n.terms"),
        (lambda: with_node_table(Count("n", ((Occupancy("no", "up"), 1),))), "nodes.n.terms.no"),
        (
            lambda: with_node_table(Count("n", ((Occupancy("node", "no"), 1),))),
            "nodes.n.terms.node",
        ),
        (lambda: with_node_table(Total("n", (("no", 1.0),))), "nodes.n.terms"),
        (lambda: with_node_table(Minimum("n", ("no",))), "nodes.n.levels"),
        (lambda: with_node_table(Product("n", ("load", "no"))), "nodes.n.levels"),
        (lambda: with_node_table(Quotient("n", "no", "load", 0.0)), "nodes.n.dividend"),
        (lambda: with_node_table(Quotient("n", "load", "no", 0.0)), "nodes.n.divisor"),
        (lambda: with_node_table(Steps("n", "no", (), (0.0,))), "nodes.n.level"),
        (lambda: with_node_table(Gate("n", "no", ">", 0)), "nodes.n.level"),
        (lambda: with_node_table(Gate("n", "load", ">", 0, rises=("no",))), "nodes.n.rises"),
        (lambda: with_node_table(Gate("n", "load", ">", 0, falls=("no",))), "nodes.n.falls"),
        (lambda: findings(measures=(Rate("r", (("no", "x"),)),)), "measures.r.delays"),
        (lambda: findings(measures=(Rate("r", (("node", "x"),)),)), "measures.r.delays"),
        (lambda: findings(measures=(Outages("o", "no"),)), "measures.o.gate"),
        (lambda: with_blame(FirstFailing((("no", REPAIR),))), "measures.outages.blame.cases"),
        (
            lambda: with_blame(Ranked((("no", REPAIR),), 1, ("repair",))),
            "measures.outages.blame.members",
        ),
        (
            lambda: with_blame(ByPhase("no", (("down", Label("a", "b")),))),
            "measures.outages.blame.automaton",
        ),
        (
            lambda: with_blame(ByPhase("node", (("no", Label("a", "b")),))),
            "measures.outages.blame.cases",
        ),
        (
            lambda: with_blame(Charged(REPAIR, automaton="node", causes=(("no", "x"),))),
            "measures.outages.blame.causes",
        ),
    ],
)
def test_every_dangling_reference_is_found(found, key):
    (line,) = found()
    assert line.startswith(f"{key}: there is no ")


def test_reactions_lead_somewhere():
    row = Row((Alternative("up"),))
    found = with_node(reactions=(Reaction("no", "up", row), Reaction("strike", "no", row)))
    assert [line.split(":")[0] for line in found] == [
        "automata.node.reactions.no.up",
        "automata.node.reactions.strike.no",
    ]


def test_a_level_is_no_gate_and_a_gate_no_level():
    (guard,) = with_alternative(guard="load")
    assert guard.endswith("load is a level; a gate; compare the level with a threshold in a Gate")
    (weight,) = with_alternative(weight="ok")
    assert "ok is a gate; a level; count the gate" in weight


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (lambda: findings(name=""), "name: a Process without a name"),
        (lambda: with_node(name=""), "automata.an empty text: this automaton has no name"),
        (lambda: findings(automata=(NODE, NODE, CROWD)), "automaton node is there twice"),
        (lambda: with_node(phases=(*NODE.phases, Phase("up"))), "phase up is there twice"),
        (lambda: with_node(delays=(*NODE.delays, NODE.delays[0])), "delay failure is there twice"),
        (lambda: with_node_table(Total("load", ())), "node load is there twice"),
        (lambda: findings(pools=(Pool("crew", 1), Pool("crew", 1))), "pool crew is there twice"),
        (lambda: findings(signals=SOUND.signals * 2), "signal strike is there twice"),
        (lambda: findings(schedules=SOUND.schedules * 2), "schedule tests is there twice"),
        (lambda: findings(measures=(Share("a", "ok"),) * 2), "measure a is there twice"),
    ],
)
def test_names_are_unique_and_not_empty(found, line):
    assert any(line in one for one in found())


# ------------------------------------------------------------------ automata


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (lambda: with_node(start=()), "start: no phase to start in"),
        (lambda: with_node(start=(("up", 0.5),)), "start: the probabilities add up to 0.5"),
        (lambda: with_node(start=(("up", 1.5), ("down", -0.5))), "start.up: a probability of 1.5"),
        (lambda: with_node(start=(("up", math.nan),)), "start.up: a probability of nan"),
        (lambda: with_node(start=(("up", 1.0), ("down", 0.0))), "start.down: a probability of 0"),
        (lambda: with_alternative(weight=0.0), "weight: a weight of 0.0"),
        (lambda: with_alternative(weight=-1.0), "weight: a weight of -1.0"),
        (lambda: with_alternative(weight=math.inf), "weight: a weight of inf"),
        (lambda: with_alternative(guard="ok", unless="ok"), "unless: guard and unless are both ok"),
        (lambda: with_delay(row=Row(())), "row: a row without alternatives"),
        (lambda: with_delay(phases=()), "phases: the delay is live in no phase"),
        (lambda: with_delay(phases=("up", "up")), "phase up is there twice"),
        (lambda: with_delay(law="exponential(4 h)"), "law: exponential(4 h) is not a law"),
        (lambda: with_delay(memory="keep"), "memory: keep is none of the choices"),
        (lambda: with_delay(cause=""), "cause: an empty name"),
        (lambda: with_node(reactions=NODE.reactions * 2), "two reactions to this signal"),
        (lambda: findings(pools=(Pool("crew", 0),)), "pools.crew.size: a pool of 0 tokens"),
        (lambda: findings(pools=(Pool("crew", 1.5),)), "pools.crew.size: a pool of 1.5 tokens"),
        (lambda: findings(pools=(Pool("crew", 1, "lifo"),)), "pools.crew.order: lifo is none"),
        (lambda: findings(pools=(Pool("crew", "ok"),)), "pools.crew.size: ok is a gate"),
        (lambda: findings(pools=(Pool("crew", "no"),)), "pools.crew.size: there is no level no"),
        (lambda: findings(pools=(Pool("crew", 1, "fifo", True),)), "crew.preempts: a pool that"),
    ],
)
def test_what_is_wrong_in_an_automaton_is_found(found, line):
    assert any(line in one for one in found())


def test_start_probabilities_may_miss_one_by_rounding():
    phases = tuple(Phase(f"p{idx}") for idx in range(10))
    start = tuple((phase.name, 0.1) for phase in phases)
    Process("rounded", (Automaton("a", phases, start),))


def test_a_row_may_emit_what_reaches_its_own_automaton():
    way = Alternative("down", emits=("strike",))
    delays = (replace(NODE.delays[0], row=Row((way,))), NODE.delays[1])
    replace(SOUND, automata=(replace(NODE, delays=delays), CROWD))


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (lambda: with_crowd(count=0), "automata.crowd.count: a population of 0"),
        (lambda: with_crowd(phases=(Phase("up", pool="crew"), Phase("down"))), "needs a token"),
        (
            lambda: with_crowd(
                phases=(Phase("up", immediate=Row((Alternative("down"),))), Phase("down"))
            ),
            "phases.up.immediate: a phase of a population has an immediate row",
        ),
        (
            lambda: with_crowd(delays=(replace(CROWD.delays[0], law=Fixed(3.0)),)),
            "law: the law of a population is fixed(value 3 s); exponential",
        ),
        (
            lambda: with_crowd(delays=(replace(CROWD.delays[0], phases=("up", "down")),)),
            "phases: a population's delay is live in up, down; one phase",
        ),
        (
            lambda: findings(signals=(Signal("strike", ("node", "crowd"), limit=1),)),
            "signals.strike.limit: crowd is a population in an address with a limit",
        ),
        (
            lambda: with_blame(ByPhase("crowd", (("down", Label("a", "b")),))),
            "automaton: crowd is a population",
        ),
    ],
)
def test_what_a_population_cannot_is_found(found, line):
    assert any(line in one for one in found())


def test_memory_does_not_matter_in_a_population():
    delays = (replace(CROWD.delays[0], memory="resume"),)
    replace(SOUND, automata=(NODE, replace(CROWD, delays=delays)))


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (lambda: findings(signals=(Signal("strike", ("node",) * 2),)), "node comes twice or after"),
        (lambda: findings(signals=(Signal("strike", ("crowd", "node")),)), "node comes twice or"),
        (lambda: findings(signals=(Signal("strike", ("node",), 0),)), "limit: a limit of 0"),
        (lambda: findings(signals=(Signal("strike", (), None, "any"),)), "choose: any is none of"),
        (lambda: findings(schedules=(Schedule("s", 0.0, 1.0, ("strike",)),)), "s.offset: a first"),
        (lambda: findings(schedules=(Schedule("s", 1.0, 0.0, ("strike",)),)), "s.period: a period"),
        (lambda: findings(schedules=(Schedule("s", 1.0, None, ()),)), "s.emits: a schedule that"),
    ],
)
def test_what_is_wrong_in_signals_and_schedules_is_found(found, line):
    assert any(line in one for one in found())


# ------------------------------------------------------------------ levels and gates


@pytest.mark.parametrize(
    ("node", "line"),
    [
        (Count("n", ((Occupancy("node", "up"), 0.5),)), "n.terms: a weight of 0.5"),
        (Count("n", (), 0.5), "n.constant: a constant of 0.5"),
        (Count("n", (), 1, math.nan), "n.unit: nan; a finite number"),
        (Count("n", ((Occupancy("node", "up", "held"), 1),)), "held is none of the choices"),
        (Count("n", ((Occupancy("node", "up", "waiting"), 1),)), "in up, which needs none"),
        (Count("n", ((Occupancy("crowd", "up", "holding"), 1),)), "in up, which needs none"),
        (Total("n", (("load", math.inf),)), "n.terms.load: inf; a finite number"),
        (Total("n", (), math.nan), "n.constant: nan; a finite number"),
        (Steps("n", "load", (1.0,), (0.0,)), "n.values: 1 values for 1 thresholds"),
        (Steps("n", "load", (2.0, 1.0), (0.0, 0.0, 0.0)), "n.thresholds: 1.0 after 2.0"),
        (Steps("n", "load", (1.0, 1.0), (0.0, 0.0, 0.0)), "n.thresholds: 1.0 after 1.0"),
        (Steps("n", "load", (), (math.nan,)), "n.values: nan; a finite number"),
        (Minimum("n", ()), "n.levels: no level to read"),
        (Product("n", ()), "n.levels: no level to read"),
        (Quotient("n", "load", "load", math.inf), "n.otherwise: inf; a finite number"),
        (Gate("n", "load", "=>", 1), "n.comparison: => is none of the choices"),
        (Gate("n", "load", ">", math.nan), "n.threshold: nan; a finite number"),
    ],
)
def test_what_is_wrong_in_a_node_is_found(node, line):
    (found,) = with_node_table(node)
    assert line in found


def test_waiting_may_be_counted_where_there_is_a_pool():
    replace(SOUND, nodes=(*SOUND.nodes, Count("n", ((Occupancy("node", "down", "waiting"), 1),))))


def test_a_node_after_its_reader_is_found():
    assert findings(nodes=SOUND.nodes[::-1]) == [
        "nodes.ok: reads load, which is listed later; each node after all that it reads; "
        "list load before it"
    ]


def test_a_cycle_is_named_once_in_the_direction_of_reading():
    cycle = (
        Count("a", ((Holds("b"), 1),)),
        Gate("b", "c", ">", 0),
        Total("c", (("a", 1.0),)),
        Total("reader", (("a", 1.0),)),
    )
    assert with_node_table(*cycle) == [
        "nodes.a: levels and gates read one another in a circle: a -> b -> c -> a; "
        "let the feedback go through a phase or a speed"
    ]


def test_each_of_several_cycles_is_named():
    found = with_node_table(Total("a", (("a", 1.0),)), Total("b", (("b", 1.0),)))
    assert [line.split(";")[0].split(": ")[-1] for line in found] == ["a -> a", "b -> b"]


# ------------------------------------------------------------------ measures


@pytest.mark.parametrize(
    ("blame", "line"),
    [
        (Label("", "x"), "blame: a label without stage or cause"),
        (ByPhase("node", ()), "blame.cases: a table without cases"),
        (FirstFailing(()), "blame.cases: a table without cases"),
        (ByPhase("node", REPAIR.cases * 2), "case down is there twice"),
        (ByPhase("node", (), (("up", Label("a", "b")),)), "waiting for a token in up"),
        (Ranked((("ok", REPAIR),), 2, ("repair",)), "required: 2 of 1 members required"),
        (Ranked((("ok", REPAIR),), 0, ("repair",)), "required: 0 of 1 members required"),
        (Ranked((("ok", REPAIR),), 1, ("crew",)), "order: members can be in repair, which"),
        (Ranked((("ok", REPAIR),), 1, ("repair",) * 2), "stage repair is there twice"),
        (Charged(REPAIR), "blame: neither the stage nor the cause is replaced"),
        (Charged(REPAIR, automaton="node"), "causes: an automaton without causes"),
        (Charged(REPAIR, "x", causes=(("up", "y"),)), "causes: an automaton without causes"),
    ],
)
def test_what_is_wrong_in_a_blame_is_found(blame, line):
    assert any(line in one for one in with_blame(blame))


def test_a_replaced_stage_is_the_one_that_the_order_must_hold():
    renamed = Charged(REPAIR, stage="promote")
    measures = (Outages("o", "ok", Ranked((("ok", renamed),), 1, ("promote",))),)
    replace(SOUND, measures=measures)


def test_a_phase_in_which_blame_is_asked_and_silent_is_found():
    phases = (*NODE.phases, Phase("dark"))
    node = replace(
        NODE, phases=phases, reactions=(Reaction("strike", "up", Row((Alternative("dark"),))),)
    )
    (line,) = findings(automata=(node, CROWD))
    assert line == (
        "measures.outages.blame.node: ok fails in dark, which has no case; "
        "a case for every phase in which it can be asked; add a case"
    )


def test_a_phase_that_nothing_leads_to_needs_no_case():
    replace(SOUND, automata=(replace(NODE, phases=(*NODE.phases, Phase("dark"))), CROWD))


def test_waiting_alone_leaves_holding_without_an_answer():
    blame = ByPhase("node", (), (("down", Label("crew", "node")),))
    (line,) = with_blame(blame)
    assert "ok fails in down, which has no case" in line


def test_earlier_cases_may_answer_for_a_phase():
    nodes = (
        *SOUND.nodes,
        Count("n", ((Occupancy("node", "down"), 1),)),
        Gate("idle", "n", "==", 0),
    )
    silent = ByPhase("node", (("up", Label("a", "b")),))
    blame = FirstFailing((("idle", Label("repair", "node")), ("ok", silent)))
    replace(SOUND, nodes=nodes, measures=(Outages("o", "ok", blame),))


def test_blame_behind_a_gate_that_reads_others_too_may_charge_nothing():
    nodes = (*SOUND.nodes, Count("n", ((Holds("ok"), 1), (Occupancy("crowd", "up"), 1))))
    nodes = (*nodes, Gate("both", "n", ">=", 4))
    process = replace(SOUND, nodes=nodes, measures=(Outages("o", "both", REPAIR),))
    rows, _, _ = simulate(process, seed=1, replications=range(1), warmup=0.0, horizon=3000.0)
    columns = MeasureColumns.of(process).outages["o"]
    assert 0.0 < rows[0, columns.by_stage].sum() < 0.9 * rows[0, columns.downtime]


def test_a_deep_and_shared_blame_is_checked_in_linear_time():
    blame = REPAIR
    for _ in range(3000):
        blame = FirstFailing((("ok", blame),), blame)
    started = time.process_time()
    process = replace(SOUND, measures=(Outages("o", "ok", blame),))
    assert len(process.content_hash) == 64
    assert time.process_time() - started < 1


def test_many_wrong_references_are_told_in_time():
    units = tuple(replace(NODE, name=f"n{idx}", start=(("nowhere", 1.0),)) for idx in range(2000))
    started = time.process_time()
    assert len(findings(automata=(NODE, CROWD, *units))) == 2000
    assert time.process_time() - started < 1
