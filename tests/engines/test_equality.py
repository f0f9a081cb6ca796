"""The kernel and the reference live the same lives, bit for bit (docs/semantics.md, 30)."""

import dataclasses
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hasim.engines import montecarlo, reference
from hasim.engines.keys import keys_of, shortest_means
from hasim.engines.record import DELAY, GRANT, SIGNAL, MeasureColumns
from hasim.errors import SolveError
from hasim.laws import Exponential, Fixed, Lognormal, Weibull
from hasim.process import (
    ByPhase,
    Gate,
    Label,
    Outages,
    Phase,
    Pool,
    Rate,
    Reaction,
    Schedule,
    Share,
    Signal,
)
from tests.engines.hand_made import after, automaton, number_in, process, tell, to
from tests.engines.random_processes import PROFILES, processes

WINDOW = {"warmup": 5.0, "horizon": 20.0}
COLUMNS = ("time", "kind", "automaton", "phase", "by")


def result_of(engine, made, **options):
    """What an engine answers, or that it refuses to go on."""
    try:
        return engine.simulate(made, log=True, **options)
    except SolveError:
        return None


def assert_equal(made, replications=range(3, 5), seed=11, **window):
    """Both engines give the same logs, counts, sums and histograms; return the reference's.

    With one stream, and with a stream for each draw.
    """
    keys = keys_of(made, shortest_means([made]))
    assert_same(made, replications, seed, keys=keys, **window)
    return assert_same(made, replications, seed, **window)


def assert_same(made, replications, seed, **window):
    options = {"seed": seed, "replications": replications, **WINDOW, **window}
    plain, fast = (result_of(engine, made, **options) for engine in (reference, montecarlo))
    assert (plain is None) == (fast is None), "only one engine raises SolveError"
    if plain is None:
        return None
    for ours, theirs in zip(plain[2], fast[2], strict=True):
        assert_same_log(made, ours, theirs)
    assert_same_rows(made, plain[0], fast[0])
    np.testing.assert_array_equal(plain[1], fast[1])
    return plain


def assert_same_log(made, ours, theirs):
    if all(np.array_equal(getattr(ours, c), getattr(theirs, c)) for c in COLUMNS):
        return
    pairs = list(zip(tell(made, ours), tell(made, theirs), strict=False))
    place = next((i for i, (a, b) in enumerate(pairs) if a != b), len(pairs))
    before = "\n".join(f"  {ours}" for ours, _ in pairs[max(0, place - 8) : place])
    told = [tell(made, log)[place : place + 3] for log in (ours, theirs)]
    pytest.fail(f"after\n{before}\nreference {told[0]}\nkernel    {told[1]}")


def assert_same_rows(made, ours, theirs):
    exact = np.zeros(ours.shape[1], dtype=bool)
    columns = MeasureColumns.of(made)
    exact[1] = True
    for measure in made.measures:
        exact[columns.slices[measure.name]] = isinstance(measure, Rate | Outages)
    for place in columns.outages.values():
        exact[[place.downtime]] = exact[place.by_stage] = exact[place.by_cause] = False
    for column, name in enumerate(columns.names):
        tolerance = {"rtol": 0, "atol": 0} if exact[column] else {"rtol": 1e-9, "atol": 1e-9}
        np.testing.assert_allclose(theirs[:, column], ours[:, column], err_msg=name, **tolerance)


# ---------------------------------------------------------------------------- by hand


TEN, THREE = Exponential(10.0), Exponential(3.0)


def unit(name, fail, repair, pool="crew"):
    return automaton(
        name,
        after(fail, "up", "down", "fail", cause=f"{name} fails"),
        after(repair, "down", "up", "repair"),
        phases=("up", Phase("down", pool)),
    )


def pair(fail=TEN, repair=THREE):
    nodes = [number_in("n", "up", "a", "b"), Gate("serves", "n", ">=", 1)]
    blame = ByPhase(
        "a",
        (("up", Label("?", "b")), ("down", Label("repair", "a"))),
        (("down", Label("crew", "a")),),
    )
    return process(
        unit("a", fail, repair),
        unit("b", fail, repair),
        nodes=nodes,
        pools=[Pool("crew", 1)],
        measures=[
            Share("share", "serves"),
            Outages("out", "serves", blame),
            Rate("r", (("a", "fail"),)),
        ],
    )


def test_a_pair_with_one_crew():
    rows, histograms, _ = assert_equal(pair(), replications=range(20), horizon=200.0)
    assert histograms.sum() > 20
    assert rows[:, 1].sum() > 500


def test_a_pair_with_laws_of_all_kinds_and_ties():
    assert_equal(pair(Weibull(1.5, 10.0), Lognormal(1.0, 0.8)), horizon=500.0)
    assert_equal(pair(Fixed(2.0), Fixed(2.0)), horizon=50.0)


def test_a_standby_that_is_called_by_a_flip_and_tested_by_a_calendar():
    standby = automaton(
        "standby",
        after(Exponential(30.0), "ready", "latent", "fail", memory="resume"),
        after(Fixed(0.5), "starting", "active", "start"),
        after(Exponential(2.0), "repairing", "ready", "repair"),
        phases=("ready", "latent", "starting", "active", Phase("repairing", "crew")),
        reactions=[
            Reaction("need", "ready", to("starting")),
            Reaction("need", "latent", to("repairing")),
            Reaction("test", "latent", to("repairing")),
            Reaction("rest", "active", to("ready", resets=("fail",))),
        ],
    )
    nodes = [
        number_in("n", "up", "main"),
        Gate("main up", "n", ">=", 1, rises=("rest",), falls=("need",)),
        number_in("m", "active", "standby"),
        Gate("standby up", "m", ">=", 1),
    ]
    made = process(
        unit("main", Exponential(10.0), Exponential(3.0)),
        standby,
        nodes=nodes,
        pools=[Pool("crew", 1)],
        signals=[Signal(name, ("standby",)) for name in ("need", "rest", "test")],
        schedules=[Schedule("monthly", 7.0, 7.0, ("test",))],
        measures=[Outages("out", "main up", Label("s", "c"))],
    )
    _, _, logs = assert_equal(made, horizon=1000.0)
    assert set(logs[0].kind) == {0, DELAY, SIGNAL, GRANT}


def test_a_population_beside_single_automata():
    crowd = automaton(
        "crowd",
        after(Exponential(20.0), "up", "down", "fail"),
        after(Exponential(4.0), "down", "up", "repair", speed="share"),
        reactions=[Reaction("strike", "up", to("down"))],
        count=6,
    )
    storm = automaton(
        "storm", after(Exponential(50.0), "calm", to("calm", emits=("strike",)), "hit")
    )
    nodes = [number_in("share", "calm", "storm", unit=0.5), number_in("n", "up", "crowd")]
    made = process(
        crowd,
        storm,
        nodes=[*nodes, Gate("enough", "n", ">=", 4)],
        signals=[Signal("strike", ("crowd",))],
        measures=[Share("share of time", "enough"), Outages("out", "enough")],
    )
    assert_equal(made, horizon=500.0)


def test_an_outage_that_is_there_at_the_start():
    x = automaton("x", after(Exponential(5.0), "down", "up"), after(Exponential(5.0), "up", "down"))
    nodes = [number_in("n", "up", "x"), Gate("serves", "n", ">=", 1)]
    made = process(x, nodes=nodes, measures=[Outages("out", "serves")])
    rows, _, _ = assert_equal(made, warmup=0.0, horizon=1.0, replications=range(9))
    assert (rows[:, 2] >= 1).all()


def test_errors_of_the_model():
    for ends in (
        [after(0.0, "up", "up", "for ever")],
        [after(1.0, "up", to("x", guard="never"), "stuck")],
        [after(1.0, "up", "x"), after(9.0, "y", "up")],
    ):
        phases = ("up", Phase("x", immediate=to("y")), Phase("y", immediate=to("x")))
        nodes = [number_in("n", "x", "a"), Gate("never", "n", ">=", 2)]
        assert assert_equal(process(automaton("a", *ends, phases=phases), nodes=nodes)) is None


# ---------------------------------------------------------------------------- at random

EXAMPLES = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def features_of(made):
    """Names of what a Process uses, down to the types and options of its parts."""
    found = set()
    stack = [made]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(item)
        elif dataclasses.is_dataclass(item):
            name = type(item).__name__
            found.add(name)
            for part in dataclasses.fields(item):
                value = getattr(item, part.name)
                stack.append(value)
                if part.name == "size" and isinstance(value, str):
                    found.add(f"{name}.size of a level")
                if part.name in ("token", "memory", "choose", "order", "comparison", "preempts"):
                    found.add(f"{name}.{part.name} {value}")
                elif value not in (None, ()) and part.default in (None, ()):
                    found.add(f"{name}.{part.name}")
    return found


@pytest.mark.normal
@pytest.mark.parametrize("profile", PROFILES)
def test_random_processes(profile):
    seen = Counter()

    @EXAMPLES
    @given(processes(PROFILES[profile]), st.sampled_from([0.0, 5.0]))
    def both_agree(made, warmup):
        plain = assert_equal(made, warmup=warmup)
        seen.update(features_of(made))
        seen.update(["errors"] if plain is None else ["runs"])

    both_agree()
    assert seen["runs"] > 45
    if profile == "mixed":
        assert not {name for name in FEATURES if not seen[name]}


FEATURES = {
    *("Exponential", "Fixed", "Uniform", "Lognormal", "Weibull", "Gamma", "Erlang"),
    *("Hyperexponential", "Empirical", "Count", "Total", "Steps", "Minimum", "Product"),
    *("Quotient", "Gate", "Holds", "Share", "Average", "Rate", "Outages", "Label", "ByPhase"),
    *("FirstFailing", "Ranked", "Charged", "Schedule", "Signal.limit", "Automaton.count"),
    *("Alternative.guard", "Alternative.unless", "Alternative.emits", "Alternative.resets"),
    *("Delay.memory resume", "Delay.speed", "Delay.cause", "Phase.pool", "Phase.immediate"),
    *("Signal.choose order", "Signal.choose random", "Signal.choose longest", "Gate.rises"),
    *("Gate.falls", "Pool.order fifo", "Pool.order priority", "Occupancy.token waiting"),
    *("Occupancy.token holding", "Charged.stage", "Charged.automaton", "ByPhase.waiting"),
    *("Pool.preempts True", "Pool.size of a level"),
}
