"""The compiled explorer finds what the plain one finds, in the same order, to the last bit."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from hasim.engines.exact import statespace
from hasim.engines.exact.exploring import compiled
from hasim.engines.exact.phase_type import match_two_moments
from hasim.engines.exact.statespace import explore
from hasim.engines.exact.symmetry import find_classes
from hasim.errors import RefusedError, SolveError
from hasim.laws import Erlang, Exponential, Hyperexponential, Lognormal, Weibull
from hasim.process import ProcessBuilder
from tests.engines.exact.chains import PROFILES, STAGED, markov_processes
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


def test_laws_put_in_the_place_of_others():
    made = crew_of([Lognormal(3.0, 0.8), Weibull(2.0, 50.0), Exponential(9.0)])
    matched = {
        ("unit.0", "failure"): match_two_moments(20.0, 1.7, 4),
        ("unit.1", "failure"): match_two_moments(44.0, 0.3, 4),
    }
    plain = explored(made, NEVER, stand_ins=matched)
    assert len(plain) > 50
    assert_equal(plain, explored(made, 0, stand_ins=matched))


def test_what_is_not_compiled_is_explored_in_plain(monkeypatch):
    monkeypatch.setattr(statespace, "_is_compilable", lambda process: False)
    monkeypatch.setattr(statespace, "MOST_PLAIN_STATES", 50)
    assert "more than 50 states" in explored(MADE["queue"], 0)


def test_too_many_transitions_are_refused(monkeypatch):
    monkeypatch.setattr(statespace, "MOST_TRANSITIONS", 200)
    monkeypatch.setattr(compiled, "_TRANSITIONS", 64)
    assert "ways between states" in explored(MADE["queue"], 0)


def test_a_speed_below_zero_is_an_error_of_the_model():
    builder = ProcessBuilder("slow")
    unit = builder.automaton("unit", "up", "down", "worse")
    unit.delay("fail", "up", Exponential(9.0), "down")
    unit.delay("repair", "down", Exponential(1.0), "worse")
    unit.delay("end", "worse", Exponential(1.0), "up", speed="pace")
    builder.count("pace", unit["down"], constant=-1)
    made = builder.build()
    said = explored(made, NEVER)
    assert said == "the speed of unit.end is -1.0, below 0"
    assert explored(made, 0) == said


def test_too_many_states_are_told_alike():
    said = explored(MADE["queue"], 0, most_states=50)
    assert said == explored(MADE["queue"], NEVER, most_states=50)
    assert "has more than 50 states: 51 were reached" in said


BUSY = Profile((1, 4), 20, 60, 70, immediate=40, reaction=60, limit=50, emits=40, flips=60)


@pytest.mark.normal
@pytest.mark.parametrize("profile", [*PROFILES, "busy"])
@pytest.mark.parametrize("law", STAGED)
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
