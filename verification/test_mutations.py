"""Valid models mutated at random give findings or a system, never anything else.

What gives a system is also placed, asked for its demand and single points of failure, sent through
a graph, and written out and read back.
"""

import pytest
from hypothesis import given, settings

from hasim.description import from_graph, read_text, resolve, resolved_text
from hasim.losses import single_points_of_failure
from hasim.system import System
from hasim.topology import demand_on, placement, to_graph
from tests.description.mutated_models import (
    FOLDER,
    mutated_texts,
    mutated_values,
    system_or_findings,
)

MUTATIONS = {"text": mutated_texts(), "values": mutated_values()}


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_mutated_model_gives_findings_or_a_system(kind):
    systems = []

    @settings(max_examples=3000, deadline=None, derandomize=True, database=None)
    @given(MUTATIONS[kind])
    def run(model):
        system = system_or_findings(model)
        if system is not None:
            check_system(system)
            systems.append(system.name)

    run()
    assert len(systems) > 100  # else the mutations are too wild to say much


def check_system(system: System) -> None:
    assert len(placement(system)) == len(demand_on(system)) == len(system.components)
    if sum(component.replicas for component in system.components.values()) < 1000:
        assert set(single_points_of_failure(system)) == set(system.services)
    assert from_graph(to_graph(system)) == system
    assert resolve(read_text(resolved_text(system), folder=FOLDER)) == system
