"""When a walk may end early, and what the steps left out add up to."""

import math

import numpy as np
import pytest

from hasim.engines.exact.markov import transient
from hasim.engines.exact.markov.absorption import reached_by
from hasim.engines.exact.markov.poisson import weigh_count, weigh_excess
from hasim.engines.exact.markov.settling import Settled, Settling
from hasim.engines.exact.markov.transient import accumulated
from tests.engines.exact.markov.examples import birth_death, chain_of, crew_chain


@pytest.mark.parametrize("weigh", [weigh_count, weigh_excess])
@pytest.mark.parametrize("step", [64, 700, 900])
def test_the_rest_is_what_the_steps_would_add_up_to(weigh, step):
    shares, loss, weights = np.array([0.3, 0.5, 0.2]), 1e-3, weigh(800.0)
    rest = Settled(step, shares, 1, loss).weigh_rest(weights)
    expected = np.zeros(3)
    for later in range(step, weights.stop):
        kept = (1.0 - loss) ** (later - step)
        expected += weights.at(later) * np.array([0.3 * kept, 0.5 + 0.5 * (1 - kept), 0.2 * kept])
    np.testing.assert_allclose(rest, expected, rtol=1e-11)


def test_without_a_sink_nothing_changes_any_more():
    rest = Settled(10, np.array([0.25, 0.75]), None, 0.0).weigh_rest(weigh_excess(100.0))
    assert rest.sum() == pytest.approx(90.0, rel=1e-11)
    assert rest[1] == pytest.approx(3.0 * rest[0], rel=1e-14)


@pytest.mark.parametrize("kind", ["reached", "stayed"])
def test_a_walk_to_a_rare_sink_settles(monkeypatch, kind):
    chain, down = crew_chain(5, 1, 0.001, 0.1), np.arange(6) >= 3
    times = np.array([2000.0, 50_000.0])

    def answer():
        if kind == "reached":
            return reached_by(chain, down, times)
        stopped = transient.restrict(chain, np.arange(4))
        without_return = ~((stopped.source == 3) & (stopped.target == 2))
        parts = (stopped.source, stopped.target, stopped.rate)
        lossy = transient.Chain(4, *(part[without_return] for part in parts), stopped.start)
        return accumulated(lossy, np.array([1.0, 1.0, 1.0, 0.0]), times)

    monkeypatch.setattr(transient, "_time_of_squaring", lambda n, steps: math.inf)
    walked = answer()
    assert walked.method == "uniformisation until settled"
    monkeypatch.setattr(transient, "_time_of_squaring", lambda n, steps: 0.0)
    np.testing.assert_allclose(walked.values, answer().values, rtol=1e-10)


def test_a_walk_that_still_changes_has_not_settled():
    # An Erlang time of three stages: the shares outside the sink never keep their shape.
    chain = birth_death([1.0] * 3, [0.0] * 3)
    settling = Settling(chain, 1.02, 10_000, 1e-10)
    assert settling.look(64, np.array([0.1, 0.3, 0.5, 0.1])) is None
    assert settling.look(128, np.array([0.01, 0.04, 0.2, 0.75])) is None


def test_a_choice_of_sinks_is_never_settled():
    chain = chain_of(3, [(0, 1, 1.0), (0, 2, 1.0)])
    assert Settling(chain, 1.02, 10_000, 1e-10).look(64, chain.start) is None
