"""Stages given to a module explored without them: against the chain explored with them."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hasim.engines.exact.marked import explore_marked
from hasim.engines.exact.phase_type import PhaseType, Series
from hasim.engines.exact.staging import give_stages
from hasim.engines.exact.statespace import explore
from hasim.errors import NoLongRunError, RefusedError, SolveError
from hasim.laws import Exponential, Fixed, Lognormal
from hasim.process import ProcessBuilder, go
from tests.engines.exact.chains import PROFILES, assert_same_long_run, markov_processes
from tests.slowness import slow_but

STAGES = [
    Series((0.3, 0.5, 0.2), (0.4, 1.0, 2.5)),
    PhaseType(((0.25, 1, 0.3), (0.75, 2, 2.0))),
    PhaseType(((1.0, 3, 1.5),)),
    PhaseType(((0.5, 1, 0.2), (0.5, 1, 5.0))),
]


@pytest.mark.normal
@pytest.mark.parametrize(
    "profile",
    slow_but(
        "mixed", "signals", "immediate", among=["mixed", "pools", "tokens", "signals", "immediate"]
    ),
)
def test_random_processes(profile):
    seen = Counter()

    @settings(max_examples=80, suppress_health_check=list(HealthCheck))
    @given(st.data(), markov_processes(PROFILES[profile]))
    def both_agree(data, made):
        places = [
            (p, d)
            for p, one in enumerate(made.automata)
            if one.count is None
            for d in range(len(one.delays))
        ]
        assume(places)
        wanted = st.lists(st.sampled_from(places), min_size=1, max_size=3, unique=True)
        chosen = data.draw(wanted)
        laws = [data.draw(st.sampled_from(STAGES)) for _ in chosen]
        seen[compare(made, dict(zip(chosen, laws, strict=True)))] += 1

    both_agree()
    assert seen["same"] > 8


def compare(made, chosen):
    memory, stand_ins = with_memory(made, chosen)
    laws = {
        (one.name, d.name): d.law
        for one in memory.automata
        for d in one.delays
        if isinstance(d.law, Lognormal)
    }
    try:
        staged = explore(memory, most_states=1000, stand_ins=stand_ins)
        marked = explore_marked(memory, laws, most_states=1000)
        space, shares = give_stages(marked, stand_ins, "it", most_states=10_000)
    except (RefusedError, SolveError):
        return "refused"
    assert_same_long_run(space, shares, staged)
    return "same"


def with_memory(made, chosen):
    """A Process in which some delays have laws with memory, and stages to stand for them."""
    changed, stand_ins = [], {}
    for place, one in enumerate(made.automata):
        delays = []
        for number, delay in enumerate(one.delays):
            stages = chosen.get((place, number))
            if stages is not None:
                stand_ins[one.name, delay.name] = stages
                delay = replace(delay, law=Lognormal.from_mean_cv(stages.mean, 1.0))
            delays.append(delay)
        changed.append(replace(one, delays=tuple(delays)))
    return replace(made, automata=tuple(changed)), stand_ins


def pair():
    builder = ProcessBuilder("pair")
    builder.pool("crew", 1)
    units = [
        builder.unit(f"u{i}", fails=Lognormal.from_mean_cv(90.0 + i, 0.5), repair=Fixed(8.0))
        for i in range(2)
    ]
    builder.any_of("works", *[unit["up"] for unit in units])
    builder.outages("system", "works")
    return builder.build()


def marked_pair():
    made = pair()
    laws = {(one.name, d.name): d.law for one in made.automata for d in one.delays}
    return explore_marked(made, laws, most_states=100), dict.fromkeys(laws, STAGES[2])


def test_states_are_counted_before_they_are_made():
    marked, stand_ins = marked_pair()
    assert len(marked.space) == 4
    with pytest.raises(RefusedError, match="pair has more than 35 states: 36"):
        give_stages(marked, stand_ins, "pair", most_states=35)


def test_ways_tell_which_clocks_they_start():
    marked, _ = marked_pair()
    ends = marked.delays[:, None] == marked.space.delay[None, :]
    for clock, (automaton, delay) in enumerate(marked.clocks):
        starts_when = marked.clocks.index(
            (automaton, "repair" if delay == "failure" else "failure")
        )
        assert (marked.starts[:, clock] == ends[starts_when]).all()


def test_two_ends_for_ever_are_named():
    builder = ProcessBuilder("trap")
    unit = builder.automaton("unit", "up", "lost", "kept")
    unit.delay("end", "up", Fixed(1.0), go("lost"), go("kept"))
    unit.delay("other", "up", Exponential(1.0), "lost")
    builder.any_of("kept", unit["kept"])
    builder.share("kept", "kept")
    marked = explore_marked(builder.build(), {("unit", "end"): Fixed(1.0)}, most_states=9)
    with pytest.raises(NoLongRunError, match="trap can end for ever"):
        give_stages(marked, {("unit", "end"): STAGES[0]}, "trap", most_states=99)
