"""Waterfalls: means and quantiles of the laws, as often as a step is one."""

import pytest

from hasim.planner.waterfall import find_waterfalls
from tests.compiler.scenarios import system_of


def test_failover(tmp_path):
    text = """
    name: t
    components:
      db:
        replicas: 2
        redundancy: active-passive
        mtbf: 90 d
        mttr: 4 h
        failover:
          detect: {heartbeat: 10 s, misses: 3}
          promote: {lognormal: {median: 20 s, p95: 60 s}}
          switch: 30 s
          coverage: 90 %
          manual: exponential(30 min)
    """
    (one,) = find_waterfalls(system_of(text, tmp_path))
    steps = {step.stage: step for step in one.steps}
    assert (one.name, one.kind, list(steps)) == (
        "db",
        "failover",
        ["detect", "promote", "switch", "manual"],
    )
    assert (steps["detect"].mean_s, steps["detect"].p95_s) == (25.0, pytest.approx(29.5))
    assert steps["promote"].p95_s == pytest.approx(60.0, rel=1e-3)
    assert steps["manual"].p95_s == pytest.approx(1800 * 2.995732, rel=1e-6)  # -ln 0.05
    assert steps["manual"].share == pytest.approx(0.1)
    shares = 25 + 0.9 * (steps["promote"].mean_s + 30) + 0.1 * 1800
    assert one.mean_s == pytest.approx(shares)


def test_what_takes_no_time_has_no_waterfall(tmp_path):
    text = """
    name: t
    components:
      db: {replicas: 2, redundancy: active-passive, mtbf: 9 d, mttr: 1 h, failover: instant}
    """
    assert find_waterfalls(system_of(text, tmp_path)) == ()
