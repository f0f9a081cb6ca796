"""A Process in words: one golden text that uses every feature, and what keeps long ones short."""

from dataclasses import replace
from pathlib import Path

from hasim.process import (
    ByPhase,
    Charged,
    FirstFailing,
    Label,
    Origin,
    ProcessBuilder,
    Ranked,
    go,
)

GOLDEN = Path(__file__).with_name("everything.txt")


def everything():
    """A Process without sense that uses every feature."""
    builder = ProcessBuilder("everything")
    builder.pool("crew", 1, by_priority=True)
    builder.pool("slots", 3)
    builder.pool("shift", "load", preempts=True)
    for name in ("a", "b"):
        node = builder.automaton(
            name, "up", "pick", "down", "dark", start={"up": 0.75, "down": 0.25}
        )
        node.needs("down", "crew", priority=2)
        node.delay("wear", ("up", "dark"), "weibull(shape 2, mean 90 d)", "down", memory="resume")
        node.delay(
            "crash", "up", "exponential(30 d)", go("pick", emits=("alarm", "strike")), cause="x"
        )
        node.delay("repair", "down", "fixed(4 h)", go("up", resets="wear"), speed="pace")
        node.immediate(
            "pick",
            go("up", when="ok", weight=0.9),
            go("down", unless="ok", weight="pace"),
            urgency=1,
        )
        node.on("strike", "up", "dark")
        node.on("test", ("dark", "down"), go("up", when="ok"))
    crowd = builder.automaton("crowd", "in", "out", count=1000)
    crowd.delay("leave", "in", "exponential(1 h)", "out")
    builder.signal("strike")
    builder.signal("alarm", to=(), limit=1, choose="random")
    builder.signal("test", limit=1, choose="longest")
    builder.signal("first", to=("a", "b"), limit=2)
    builder.schedule("monthly", "test", every="30 d", first="1 d")
    builder.schedule("once", ("first", "test"), first=90.0)
    builder.count("load", {node["up"]: 2, "ok": -1, crowd["in"]: 1}, constant=5, unit=0.5)
    builder.any_of("ok", node.waiting("down"), node.holding("down"), rises="strike", falls="alarm")
    builder.total("sum", {"load": 1.0, "pace": -2.5}, constant=1.0)
    builder.steps("table", "load", 0.0, {1.0: 0.5, 2.0: 1.0})
    builder.minimum("least", "load", "pace")
    builder.product("product", "load", "pace")
    builder.quotient("pace", "half", "ones", otherwise=1.0)
    builder.constant("half", 0.5)
    builder.constant("ones", 1.0)
    builder.none_of("idle", crowd["in"])
    builder.share("available", "ok")
    builder.average("mean-load", "load")
    builder.rate("crashes", ("a", "crash"), ("b", "crash"))
    table = ByPhase("a", (("down", Label("repair", "a")),), (("down", Label("crew", "a")),))
    ranked = Ranked(
        (("ok", table), ("idle", Label("masked", "z"))), 1, ("masked", "crew", "repair")
    )
    blame = FirstFailing(
        (("ok", ranked), ("idle", Charged(table, "promote", "b", (("down", "b"), ("dark", "z"))))),
        Charged(table, stage="switch"),
    )
    builder.outages("service", "ok", blame=blame)
    builder.outages("again", "idle", blame=table)
    return builder.build()


def test_everything_in_words():
    assert str(everything()) + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_neighbours_alike_are_told_once():
    builder = ProcessBuilder("many")
    nodes = builder.units("node", 1000, fails="exponential(1 d)", repair="exponential(1 h)")
    builder.at_least("serving", 990, [node["up"] for node in nodes])
    text = str(builder.build())
    assert "automata node.1, node.2 … node.1000 (1,000 alike)" in text
    assert "serving.count = (node.1:up + node.2:up + … + node.1000:up, 1,000 terms)" in text
    assert len(text.splitlines()) < 20


def test_an_origin_is_named():
    process = everything()
    automaton = replace(process.automata[0], origin=Origin("db.1", "failures"))
    text = str(replace(process, automata=(automaton, *process.automata[1:])))
    assert (
        "automaton a\n    starts in up (0.75), down (0.25)\n    made from db.1 by failures" in text
    )


def test_equal_tables_share_a_number_whether_or_not_they_are_one_object():
    process = everything()
    outages = process.measures[-1]
    copy = replace(outages, blame=replace(outages.blame))
    assert str(replace(process, measures=(*process.measures[:-1], copy))) == str(process)


def test_a_deep_blame_is_told_without_recursion():
    process = everything()
    blame = Label("repair", "a")
    for _ in range(2000):
        blame = FirstFailing((("ok", blame),), blame)
    measures = (replace(process.measures[-1], blame=blame),)
    assert "table 2000" in str(replace(process, measures=measures))
