"""Processes of which only a part need be gone through, with crews, stages, strikes and guards."""

import numpy as np
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import linalg

from hasim.laws import Erlang, Exponential, Hyperexponential
from hasim.process import ByPhase, Label, ProcessBuilder, go

FAR = 10**9


def machines(n, crew, required, *, fails=lambda i: 1000.0, repair=lambda i: 10.0, name="machines"):
    """Units with a crew; the system works while `required` of them are up."""
    builder = ProcessBuilder(name)
    builder.pool("crew", crew)
    units = [
        builder.unit(
            f"u{i}", fails=Exponential(fails(i)), repair=Exponential(repair(i)), crew="crew"
        )
        for i in range(n)
    ]
    builder.at_least("works", required, [unit["up"] for unit in units])
    builder.outages("system", "works")
    return builder.build()


@st.composite
def repairable(draw, rarest=20.0):
    """A Process whose parts always find their way home, with measures of all kinds."""
    builder = ProcessBuilder("repairable")
    n = draw(st.integers(3, 4))
    builder.pool("crew", draw(st.integers(1, 2)), by_priority=draw(st.booleans()))
    seconds = st.floats(0.5, 2.0)
    units = [builder.automaton(f"u{i}", "up", "found", "down") for i in range(n)]
    strikes = draw(st.booleans())
    flips = "bell" if draw(st.booleans()) else ()
    many = builder.at_least("many", n - 1, [unit["up"] for unit in units], falls=flips)
    pace = builder.steps("pace", builder.count("up", {u["up"]: 1 for u in units}), 0.6, {2.0: 1.0})
    if strikes:
        builder.signal("strike")
    if flips:
        builder.signal("bell")
        bell = builder.automaton("bell", "quiet", "rings")
        bell.on("bell", "quiet", "rings")
        bell.delay("stops", "rings", Exponential(0.01), "quiet")
    for i, unit in enumerate(units):
        ways = ["found"]
        if draw(st.booleans()):
            ways = [go("found", weight=0.7), go("down", weight=0.3)]
        elif draw(st.booleans()):
            ways = [go("found", when=many), go("down", unless=many)]
        mean = rarest * n * draw(seconds)
        unit.delay("failure", "up", Exponential(mean), *ways, cause=draw(st.sampled_from("ab")))
        unit.delay("search", "found", Exponential(0.3 * draw(seconds)), "down")
        unit.delay(
            "repair",
            "down",
            draw(repairs(seconds)),
            "up",
            speed=draw(st.sampled_from([None, pace])),
        )
        if i or draw(st.booleans()):
            unit.needs("down", "crew", priority=i % 2)
        if strikes and i % 2:
            unit.on("strike", "up", "down")
    if strikes:
        shock = builder.automaton("shock", "quiet", "over")
        over = Exponential(0.5)
        shock.delay("hit", "quiet", Exponential(200.0), go("over", emits="strike"), cause="hit")
        shock.delay("calm", "over", over, "quiet")
    other = builder.unit("other", fails=Exponential(50.0), repair=Exponential(1.0))
    builder.at_least("enough", draw(st.integers(1, n - 1)), [unit["up"] for unit in units])
    builder.all_of("works", "enough", other["up"])
    level = builder.count("capacity", {unit["up"]: 1 for unit in units}, unit=2.0)
    first = ByPhase("u1", (("down", Label("repair", "a")),), (("down", Label("crew", "b")),))
    builder.outages("system", "works", blame=draw(st.sampled_from([None, first])))
    builder.share("most", many)
    builder.average("units", level)
    builder.rate("repairs", *(unit.ended("repair") for unit in units))
    return builder.build()


@st.composite
def repairs(draw, seconds):
    mean = draw(seconds)
    return draw(
        st.sampled_from(
            [
                Exponential(mean),
                Erlang(mean=mean, stages=2),
                Hyperexponential((0.6, 0.4), (0.5 * mean, 1.5 * mean)),
            ]
        )
    )


def hitting_times(space, home):
    """Mean time to one state from each."""
    n = len(space)
    off = space.source != space.target
    source, target, rate = space.source[off], space.target[off], space.rate[off]
    out = np.bincount(source, rate, minlength=n)
    rows, columns = np.concatenate([source, np.arange(n)]), np.concatenate([target, np.arange(n)])
    matrix = sparse.coo_array((np.concatenate([-rate, out]), (rows, columns)), shape=(n, n))
    others = np.flatnonzero(np.arange(n) != home)
    times = np.zeros(n)
    times[others] = linalg.spsolve(matrix.tocsc()[others][:, others], np.ones(n - 1))
    return times
