"""Random Processes with schedules, solved by modules and instants, against one joint chain."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from hasim.engines.exact.engine import solve_exactly
from hasim.errors import RefusedError, SolveError
from hasim.process import Average, Outages, Rate, Row, Share
from tests.engines.exact.chains import markov_processes
from tests.engines.exact.joint_chain import JointChain
from tests.engines.random_processes import Profile

PROFILES = {
    "apart": Profile(
        (2, 3), population=10, pool=0, reaction=100, limit=0, epochs=100, emits=0, flips=0, speed=0
    ),
    "together": Profile((2, 3), population=10, pool=40, reaction=70, limit=50, epochs=100),
}


def with_round_periods(made):
    """Periods that fit together; what rings once is left out."""
    calendars = [
        replace(one, period={0.7: 0.75}.get(one.period, one.period))
        for one in made.schedules
        if one.period is not None
    ]
    return replace(made, schedules=tuple(calendars))


def apart(made):
    """Automata that only schedules reach: nothing is looked at, nothing waits for anything."""

    def blind(row):
        ways = (
            replace(way, guard=None, unless=None, emits=(), weight=number(way.weight))
            for way in row.alternatives
        )
        return Row(tuple(ways))

    def number(weight):
        return 1.0 if isinstance(weight, str) else weight

    automata = [
        replace(
            one,
            phases=tuple(replace(phase, immediate=None) for phase in one.phases),
            delays=tuple(replace(d, row=blind(d.row), speed=None) for d in one.delays),
            reactions=tuple(replace(r, row=blind(r.row)) for r in one.reactions),
        )
        for one in made.automata
    ]
    return replace(made, automata=tuple(automata))


def expected(joint, measure):
    match measure:
        case Share():
            return joint.mean(measure.gate)
        case Average():
            return joint.mean(measure.level)
        case Rate():
            delays = [(a.name, d.name) for a in joint.process.automata for d in a.delays]
            counted = np.isin(joint.space.delay, [delays.index(one) for one in measure.delays])
            return (joint.shares[joint.space.source] * joint.space.rate) @ counted
        case Outages():
            return joint.mean(measure.gate)


def compared(made):
    """What became of one Process; figures that differ fail."""
    made = with_round_periods(made)
    if not made.schedules:
        return "no schedule"
    try:
        found, joint = solve_exactly(made), JointChain(made)
    except (RefusedError, SolveError) as error:
        return type(error).__name__
    for measure in made.measures:
        value = expected(joint, measure)
        if isinstance(measure, Outages):
            outages = found.outages[measure.name]
            assert outages.availability == pytest.approx(value, rel=1e-8, abs=1e-10)
            falls = sum(joint.falls_by_delay(measure.gate).values())
            assert outages.rate == pytest.approx(falls, rel=1e-8, abs=1e-10)
        else:
            assert found.values[measure.name] == pytest.approx(value, rel=1e-8, abs=1e-10)
    return "compared"


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_random_processes(profile):
    seen = Counter()

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(markov_processes(PROFILES[profile], calendars=True))
    def compare(made):
        seen[compared(apart(made) if profile == "apart" else made)] += 1

    compare()
    assert seen["compared"] > 3, seen
