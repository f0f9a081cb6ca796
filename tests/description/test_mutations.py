import pytest
from hypothesis import given, settings

from hasim.system import System
from tests.description.mutated_models import mutated_texts, mutated_values, system_or_findings


@pytest.mark.normal
@settings(max_examples=300)
@given(mutated_texts() | mutated_values())
def test_a_mutated_model_gives_findings_or_a_system(model):
    outcome = system_or_findings(model)
    assert outcome is None or isinstance(outcome, System)
