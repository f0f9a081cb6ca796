"""An incident of each model: whatever can be killed can, and what follows can be shown."""

import json
from pathlib import Path

import pytest

import hasim

ROOT = Path(__file__).parents[3]
MODELS = sorted(path.name for path in (ROOT / "models").glob("*.yaml"))

#: Of models with many victims, so many are killed.
MOST_KILLED = 3


@pytest.mark.normal
@pytest.mark.parametrize("model", MODELS)
def test_whatever_can_be_killed_can(model):
    system = hasim.load(ROOT / "models" / model)
    calm = hasim.Incident(system)
    assert calm.is_well
    victims = list(calm.victims())
    for victim in victims[:: max(1, len(victims) // MOST_KILLED)]:
        incident = calm.beside(system)
        assert incident.kill(victim).says_something
        while incident.step() is not None and len(incident.moments) < 6:
            json.dumps(incident.frame(), allow_nan=False)
        assert incident.beside(system).moments == incident.moments
