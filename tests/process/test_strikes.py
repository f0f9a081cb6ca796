"""Strikes: what is brought about is what happens, in every engine."""

import numpy as np
import pytest

from hasim import compile, resolve
from hasim.compiler.named_failures import strike_of
from hasim.description.yaml_file import read_text
from hasim.engines import reference
from hasim.engines.montecarlo import simulate
from hasim.engines.reference.simulation import Simulation
from hasim.process.strikes import end_of, is_strike, with_strikes

PROCESS = compile(
    resolve(
        read_text(
            "components: {web: {replicas: 2, failures: {\n"
            "  crash: {after: 'weibull(shape 2, scale 100 h)', repair: fixed(1 h)},\n"
            "  hardware: {after: 'weibull(shape 2, scale 300 h)', repair: fixed(3 h)}}}}\n"
        )
    )
)


def test_a_strike_at_the_start_leaves_the_phase_at_time_0():
    struck = with_strikes(PROCESS, [end_of(PROCESS, "web.1", "hardware")])
    assert Simulation(struck, seed=1).phase_of("web.1") == "hardware.repair"


def test_a_strike_comes_at_its_moment():
    struck = with_strikes(PROCESS, [end_of(PROCESS, "web.2", "crash", 5.0)])
    simulation = Simulation(struck, seed=1)
    times = [instant.time for instant in simulation.instants(before=3601.0)]
    assert 5.0 in times
    assert simulation.phase_of("web.2") == "crash.repair"
    list(simulation.instants(before=3606.0))
    assert simulation.phase_of("web.2") == "up"


def test_the_clock_of_what_struck_is_drawn_anew():
    strike = end_of(PROCESS, "web.1", "crash")
    assert all("crash" in way.resets for way in strike.row.alternatives)


def test_a_strike_on_what_is_down_does_nothing():
    twice = [end_of(PROCESS, "web.1", "hardware"), end_of(PROCESS, "web.1", "crash")]
    assert Simulation(with_strikes(PROCESS, twice), seed=1).phase_of("web.1") == "hardware.repair"


def test_no_way_to_fail_hidden_where_nothing_hides():
    assert strike_of(PROCESS, "web.1", "crash", hidden=True).row.alternatives == ()


def test_names_of_strikes():
    struck = with_strikes(PROCESS, [end_of(PROCESS, "web.1", "crash")])
    assert [signal.name for signal in struck.signals if is_strike(signal.name)] == ["strike 1"]


@pytest.mark.normal
def test_the_kernel_plays_strikes_as_the_reference_does():
    strikes = [end_of(PROCESS, "web.1", "crash"), end_of(PROCESS, "web.2", "hardware", 1800.0)]
    options = {"seed": 3, "replications": range(3), "warmup": 0.0, "horizon": 1e6}
    struck = with_strikes(PROCESS, strikes)
    plain, fast = reference.simulate(struck, **options), simulate(struck, **options)
    np.testing.assert_array_equal(plain[0], fast[0])
