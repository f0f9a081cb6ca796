"""The compiled explorer finds what the plain one finds, in the same order, to the last bit."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from hasim.engines.exact.statespace import explore
from hasim.engines.exact.symmetry import find_classes
from hasim.errors import RefusedError, SolveError
from hasim.laws import Erlang, Exponential, Hyperexponential
from hasim.process import ProcessBuilder
from tests.engines.exact.chains import PROFILES, markov_processes
from tests.engines.random_processes import Profile

NEVER = 10**9


def explored(made, plain_transitions, **options):
    """The state space, or what was said instead."""
    try:
        return explore(made, plain_transitions=plain_transitions, **options)
    except (RefusedError, SolveError) as error:
        return str(error)


def told(space):
    """Each state without numbers that stand for something: local states and lines."""
    layout = space.layout
    n_places = len(layout.locals_of)
    for cells in space.columns:
        local = tuple(own.contents[cells[at]] for at, own in enumerate(layout.locals_of))
        yield local, tuple(layout.sequences.known[one] for one in cells[n_places:])


def assert_equal(plain, twin):
    if isinstance(plain, str):
        assert twin == plain
        return
    assert list(told(twin)) == list(told(plain))
    for name in ("start", "source", "target", "rate", "delay"):
        np.testing.assert_array_equal(getattr(twin, name), getattr(plain, name))


def crew_of(laws, *, crews=1, order="fifo", name="unit"):
    builder = ProcessBuilder("units")
    builder.pool("crew", crews)
    units = [
        builder.unit(f"{name}.{number}", fails=law, repair=Erlang(2, 3.0 + number), crew="crew")
        for number, law in enumerate(laws)
    ]
    builder.at_least("works", 2, [unit["up"] for unit in units])
    builder.outages("system", "works")
    made = builder.build()
    return replace(made, pools=tuple(replace(pool, order=order) for pool in made.pools))


MADE = {
    "queue": crew_of([Exponential(100.0 + k) for k in range(5)]),
    "priorities": crew_of([Exponential(100.0 + k) for k in range(4)], order="priority"),
    "stages": crew_of([Erlang(3, 50.0), Hyperexponential((0.5, 0.5), (9.0, 1.0)), Erlang(2, 9.0)]),
}


@pytest.mark.parametrize("after", [0, 7, 100])
@pytest.mark.parametrize("name", MADE)
def test_units_with_a_crew(name, after):
    assert_equal(explored(MADE[name], NEVER), explored(MADE[name], after))


def test_too_many_states_are_told_alike():
    said = explored(MADE["queue"], 0, most_states=50)
    assert said == explored(MADE["queue"], NEVER, most_states=50)
    assert "has more than 50 states: 51 were reached" in said


BUSY = Profile((1, 4), 20, 60, 70, immediate=40, reaction=60, limit=50, emits=40, flips=60)


@pytest.mark.normal
@pytest.mark.parametrize("profile", [*PROFILES, "busy"])
@pytest.mark.parametrize("law", [Exponential, lambda mean: Erlang(2, mean)], ids=["exp", "erlang"])
def test_random_processes(profile, law):
    seen = Counter()

    @settings(
        max_examples=25,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(markov_processes({**PROFILES, "busy": BUSY}[profile], law))
    def both_agree(made):
        for classes in {(), find_classes(made, individual=[])}:
            options = {"most_states": 300, "classes": classes}
            plain = explored(made, NEVER, **options)
            assert_equal(plain, explored(made, 0, **options))
            seen["refused" if isinstance(plain, str) else "found"] += 1
            seen["lumped"] += bool(classes)

    both_agree()
    assert seen["found"] > 3, seen
