"""Parts simulated once each: their samples do not depend on how they came about."""

import math

import numpy as np
import pytest

from hasim import compiler
from hasim.description import read_text, resolve
from hasim.engines.ancestry import part_process, parts_of
from hasim.engines.keys import shortest_means
from hasim.process import Outages
from hasim.runners import Serial, Threads
from hasim.solving.part_runs import BLOCK, Part, PartRuns, Window

MODEL = """
name: two
domains: {a: {level: zone, mtbf: 200 d, mttr: 8 h}}
components:
  web: {mtbf: 20 d, mttr: 5 h, spread: [a], needs: [db]}
  db: {failures: {crash: {after: 10 d, repair: {fixed: 3 h}}}, spread: [a]}
"""
YEAR = 365 * 86_400.0
FOREVER = math.inf


@pytest.fixture(scope="module")
def process():
    return compiler.compile(resolve(read_text(MODEL)))


@pytest.fixture(scope="module")
def parts(process):
    (gate,) = [m.gate for m in process.measures if isinstance(m, Outages)]
    return tuple(
        Part(part_process(process, gates, name)) for name, gates in parts_of(process, gate)
    )


def runs_of(process, runner=None, seed=1):
    window = Window(0.0, 2 * YEAR, 8 * 3600.0)
    return PartRuns(runner or Serial(), lambda: window, shortest_means([process]), seed)


def numbers(sample):
    return sample.assembled.downtime.tolist(), sample.assembled.begun.tolist()


def test_a_second_look_adds_to_the_first(process, parts):
    step = runs_of(process)
    step.sample(parts, 2 * BLOCK, FOREVER)
    grown = step.sample(parts, 4 * BLOCK, FOREVER)
    assert numbers(grown) == numbers(runs_of(process).sample(parts, 4 * BLOCK, FOREVER))


def test_a_first_look_is_the_head_of_a_second(process, parts):
    runs = runs_of(process)
    many = runs.sample(parts, 4 * BLOCK, FOREVER)
    few = runs.sample(parts, BLOCK, FOREVER)
    assert few.assembled.downtime.tolist() == many.assembled.downtime[:BLOCK].tolist()


def test_the_number_of_threads_changes_nothing(process, parts):
    with_threads = runs_of(process, Threads(3)).sample(parts, 4 * BLOCK, FOREVER)
    assert numbers(with_threads) == numbers(runs_of(process).sample(parts, 4 * BLOCK, FOREVER))


def test_what_is_done_before_a_stop_is_kept(process, parts):
    runs = runs_of(process)
    blocks = []

    def stop_at_the_third():
        blocks.append(len(blocks))
        if len(blocks) == 3:
            raise TimeoutError

    runs.step = stop_at_the_third
    with pytest.raises(TimeoutError):
        runs.sample(parts[:1], 4 * BLOCK, FOREVER)
    kept = runs.sample(parts[:1], 4 * BLOCK, FOREVER)
    assert blocks == [0, 1, 2, 3]
    assert numbers(kept) == numbers(runs_of(process).sample(parts[:1], 4 * BLOCK, FOREVER))


def test_another_seed_is_another_sample(process, parts):
    one, other = (runs_of(process, seed=s).sample(parts, BLOCK, FOREVER) for s in (1, 2))
    assert numbers(one) != numbers(other)


def test_together_parts_are_down_as_long_as_any_and_no_longer_than_all_in_turn(process, parts):
    runs = runs_of(process)
    alone = [runs.sample((part,), BLOCK, FOREVER).assembled.downtime for part in parts]
    both = runs.sample(parts, BLOCK, FOREVER).assembled.downtime
    assert len(parts) == 2
    assert np.all(both >= np.maximum(*alone))
    assert np.all(both <= alone[0] + alone[1])
    assert both.sum() < alone[0].sum() + alone[1].sum()


def test_outages_longer_than_a_length_are_counted(process, parts):
    sample = runs_of(process).sample(parts, BLOCK, FOREVER)
    ended = sample.longer_than(0.0)
    assert ended.longer.tolist() == ended.ended.tolist()
    assert sample.longer_than(YEAR).longer.sum() == 0
    assert 0 < sample.longer_than(3.5 * 3600.0).longer.sum() < ended.ended.sum()


def test_what_is_not_done_in_time_is_not_waited_for(process, parts):
    with pytest.raises(TimeoutError):
        runs_of(process).sample(parts, BLOCK, 0.0)


def test_a_window_suits_all_processes(process, parts):
    own = [Window.of([part.process]) for part in parts]
    joined = Window.of(part.process for part in parts)
    assert joined.horizon >= max(one.horizon for one in own)
    assert joined.warmup >= max(one.warmup for one in own)
