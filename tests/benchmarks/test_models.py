"""The benchmark models are what benchmarks/README.md says: sizes, laws, and known answers."""

import time

import pytest

from benchmarks.models import (
    HOUR,
    MODELS,
    active_passive,
    big_markov,
    block_diagram,
    cluster,
    ten_thousand,
    thousand,
    three_tier,
)
from hasim.laws import Exponential
from tests.process.markov import Chain


@pytest.mark.normal
def test_there_is_one_of_each():
    names = [build().name for build in MODELS.values()]
    assert set(names) == {"active_passive", "three_tier", "cluster", "big_markov", "block_diagram"}


@pytest.mark.normal
def test_every_model_measures_the_outages_of_its_service():
    for build in MODELS.values():
        assert "service" in [measure.name for measure in build().measures]


@pytest.mark.normal
@pytest.mark.parametrize("name", [name for name in MODELS if "exponential" in name])
def test_exponential_versions_have_the_same_means(name):
    plain, exponential = MODELS[name.removesuffix(".exponential")](), MODELS[name]()
    for one, other in zip(plain.automata[:20], exponential.automata[:20], strict=True):
        for delay, twin in zip(one.delays, other.delays, strict=True):
            assert isinstance(twin.law, Exponential)
            assert twin.law.mean == pytest.approx(delay.law.mean, rel=1e-12)


def test_active_passive_with_exponential_laws_has_the_known_unavailability():
    chain = Chain(active_passive(exponential=True))
    assert chain.unavailability("service") == pytest.approx(1 - 0.999815840, abs=1e-9)


def test_units_of_three_tier_are_where_they_belong():
    signals = {signal.name: signal.address for signal in three_tier().signals}
    assert signals["zone.1.strike"] == ("lb.1", "app.1", "app.2", "db.1")
    assert signals["zone.2.restore"] == ("lb.2", "app.3", "app.4", "db.2")
    assert signals["zone.3.strike"] == ("app.5", "app.6", "db.3")


def test_populations_of_a_cluster_answer_as_its_nodes_do():
    sizes = {"crews": 2, "required": 3, "exponential": True}
    nodes, counted = Chain(cluster(4, **sizes)), Chain(cluster(4, population=True, **sizes))
    expected = nodes.unavailability("service")
    assert counted.unavailability("service") == pytest.approx(expected, rel=1e-12)


def test_sizes_of_the_clusters():
    assert (len(thousand().automata), thousand().pools[0].size) == (1000, 3)
    assert ten_thousand(exponential=True, population=True).automata[0].count == 10_000
    assert thousand().automata[0].delays[1].law.mean == pytest.approx(24 * HOUR)


def test_thresholds_of_the_block_diagram():
    gates = {node.name: node for node in block_diagram().nodes}
    assert [gates[name].threshold for name in ("lb", "app", "db", "serving")] == [1, 4, 2, 3]


@pytest.mark.normal
def test_ten_thousand_automata_are_built_checked_and_hashed_in_well_under_a_second():
    started = time.process_time()
    process = ten_thousand()
    built = time.process_time()
    assert len(process.content_hash) == 64
    assert built - started < 1
    assert time.process_time() - built < 1


@pytest.mark.slow
def test_big_markov_has_the_states_and_transitions_of_its_text():
    chain = Chain(big_markov(population=True))
    assert len(chain.states) == 57_475
    assert sum(len(targets) for targets in chain.transitions.values()) == 703_560
