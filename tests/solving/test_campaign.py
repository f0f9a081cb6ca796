"""Rounds, limits and merging: the same bits however the work was dealt out."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from hasim.runners import Serial, Threads
from hasim.solving.campaign import Campaign, Limits
from hasim.solving.growth import FIRST_LOOK
from hasim.solving.layout import Layout
from hasim.solving.plan import MOST_EVENTS_IN_REPLICATION, Plan
from hasim.stats.stopping import FIRST_ROUND
from tests.solving.synthetic import Renewal, engine, single

PROCESS = single()
#: Two replications in a batch, which may become 100 times as long.
PLAN = Plan(2e4, 1e5, longest_end=10.0, rate=20_000 / 1.2e5)
#: So long already that only more replications can help.
LONGEST = replace(PLAN, rate=MOST_EVENTS_IN_REPLICATION / 1.2e5)
FIELDS = ("replications", "totals", "squares", "products", "present")
LOOK = FIRST_ROUND


def run(*, runner=Serial(), plan=PLAN, step_by_step=False, outages=30.0, trend=0.0, **limits):  # noqa: B008
    source = engine(Renewal(PROCESS, outages, trend=trend), step_by_step=step_by_step)
    campaign = Campaign(source, Layout.of(PROCESS), plan, seed=1)
    given = {"precision": 0.1, "max_time": 60.0} | limits
    return campaign.run(runner, Limits(**given))


def bits(outcome):
    tally = outcome.tally
    numbers = [np.asarray(getattr(tally, field)).tobytes() for field in FIELDS]
    lengths = [tally.histograms[group].tobytes() for group in sorted(tally.histograms)]
    return numbers + lengths


def stop_after(chunks):
    left = iter([False] * (chunks - 1))
    return lambda: next(left, True)


@pytest.mark.parametrize("outages", [1.0, 30.0])
def test_the_number_of_threads_changes_no_bit(outages):
    runners = (Serial(), Threads(2), Threads(5))
    serial, two, five = (run(runner=runner, outages=outages) for runner in runners)
    assert serial.ending == "precise"
    assert bits(serial) == bits(two) == bits(five)


def test_the_size_of_a_chunk_changes_no_bit():
    assert bits(run()) == bits(run(step_by_step=True))


def test_it_looks_after_whole_rounds_only():
    assert run(outages=30.0).tally.replications == 64
    assert run(outages=10.0).tally.replications in (96, 144)


def test_many_replications_are_replaced_by_longer_ones():
    outcome = run(outages=1.0)
    assert outcome.ending == "precise"
    assert outcome.tally.replications in (64, 96)
    assert outcome.plan.horizon > 4 * PLAN.horizon
    assert outcome.plan.warmup == pytest.approx(0.2 * outcome.plan.horizon)


def test_replications_that_cannot_grow_become_more():
    outcome = run(outages=1.0, plan=LONGEST)
    assert outcome.plan == LONGEST
    assert outcome.tally.replications in (486, 729, 1094)


def test_every_replication_has_a_stream_of_its_own():
    numbers, renewal = [], Renewal(PROCESS)

    def listen(*, replications, **rest):
        numbers.extend(replications)
        return renewal(replications=replications, **rest)

    Campaign(engine(listen), Layout.of(PROCESS), PLAN, seed=1).run(Serial(), Limits(0.1, 60.0))
    assert numbers == list(range(len(numbers)))


def test_what_changes_with_the_window_gets_a_longer_one():
    plan = replace(LONGEST, rate=LONGEST.rate / 4.0)
    steady, rising = (run(plan=plan, outages=300.0, trend=trend) for trend in (0.0, 0.3))
    assert steady.plan == plan
    assert (rising.ending, rising.tally.replications) == ("drifting", 64)
    assert rising.plan.events == pytest.approx(MOST_EVENTS_IN_REPLICATION)


def test_a_limit_of_time_keeps_what_was_done():
    outcome = run(max_time=0.0)
    assert outcome.ending == "limit"
    assert outcome.tally.replications == PLAN.batch
    assert outcome.plan == PLAN.scaled(FIRST_LOOK)


def test_what_was_seen_before_a_stage_began_is_kept():
    outcome = run(stop=stop_after(LOOK // 2 + 5))
    assert outcome.ending == "stopped"
    assert (outcome.plan, outcome.tally.replications) == (PLAN.scaled(FIRST_LOOK), LOOK)


@pytest.mark.parametrize("first", [0, 2 * PLAN.batch])
def test_a_batch_that_takes_too_long_does_not_hold_up_the_end(first):
    over, renewal = threading.Event(), Renewal(PROCESS)

    def stuck(*, replications, **rest):
        if replications.start >= first:
            over.wait()
        return renewal(replications=replications, **rest)

    campaign = Campaign(engine(stuck), Layout.of(PROCESS), PLAN, seed=1)
    outcome = campaign.run(Threads(2), Limits(0.2, max_time=0.2, grace=0.0))
    over.set()
    assert outcome.ending == "limit"
    assert (outcome.tally.replications if outcome.tally else 0) == first


def test_stop_keeps_what_was_done():
    outcome = run(stop=stop_after(3))
    assert outcome.ending == "stopped"
    assert outcome.tally.replications == 3 * PLAN.batch


def test_an_incomplete_batch_is_kept_too():
    outcome = run(stop=stop_after(11), step_by_step=True)
    assert outcome.tally.replications == 11


def test_precise_enough_with_the_last_chunk_is_precise():
    assert run(stop=stop_after(LOOK // 2 + 32)).ending == "precise"


@pytest.mark.parametrize("runner", [Serial(), Threads(2)], ids=str)
def test_ctrl_c_keeps_what_was_done(runner):
    renewal = Renewal(PROCESS)

    def interrupted(*, replications, **rest):
        if replications.start == 40:
            raise KeyboardInterrupt
        return renewal(replications=replications, **rest)

    campaign = Campaign(engine(interrupted), Layout.of(PROCESS), PLAN, seed=1)
    outcome = campaign.run(runner, Limits(0.2, 60.0))
    assert outcome.ending == "stopped"
    assert outcome.tally.replications == 40


def test_stopping_before_anything_leaves_nothing():
    def interrupted(**_):
        raise KeyboardInterrupt

    campaign = Campaign(engine(interrupted), Layout.of(PROCESS), PLAN, seed=1)
    assert campaign.run(Serial(), Limits(0.2, 60.0)).tally is None


def test_an_idle_model_ends_after_one_round():
    outcome = run(plan=replace(PLAN, rate=0.0), outages=0.0)
    assert outcome.ending == "idle"
    assert outcome.tally.replications == 64


def test_progress_is_told():
    told = []
    campaign = Campaign(engine(Renewal(PROCESS)), Layout.of(PROCESS), PLAN, seed=1)
    campaign.run(Serial(), Limits(0.2, 60.0, between_reports=0.0), told.append)
    assert [p.replications for p in told[:3]] == [2, 4, 6]
    assert told[-1].precision < told[2].precision
    assert 0.0 <= told[-1].seconds_left <= 60.0
