"""Kernel and reference live the same lives on every model that ships."""

from pathlib import Path

import pytest

from hasim.compiler import compile
from hasim.description import load
from tests.engines.test_equality import assert_equal

MODELS = sorted((Path(__file__).parents[2] / "models").glob("*.yaml"))
DAY = 86_400.0


@pytest.mark.normal
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_models_have_equal_logs(model):
    process = compile(load(model))
    rows, _, logs = assert_equal(
        process, replications=range(2), warmup=30 * DAY, horizon=3 * 365 * DAY
    )
    assert rows[:, 1].sum() > 10
    assert all(len(log.time) > 10 for log in logs)
