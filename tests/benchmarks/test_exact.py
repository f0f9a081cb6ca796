"""Exact answers that are timed: what is asked, and what happens where an oracle is not there."""

import json
import sys

import pytest

from benchmarks.exact import MEASURED, measure_one
from benchmarks.targets import TARGETS


def test_every_key_has_a_target():
    assert MEASURED.keys() <= TARGETS.keys()


@pytest.mark.parametrize(
    ("key", "oracle"),
    [("exact.storm_ratio", "stormpy"), ("exact.repyability_ratio", "repyability")],
)
def test_what_needs_a_missing_oracle_is_skipped_with_the_reason(monkeypatch, key, oracle):
    monkeypatch.setitem(sys.modules, oracle, None)
    for ours in ("benchmarks.storm", "benchmarks.repyability"):
        monkeypatch.delitem(sys.modules, ours, raising=False)
    found = json.loads(measure_one(key))
    assert found["figures"] == {}
    assert "is not installed: make oracles" in found["skipped"]
