"""Status and warnings say what was reached, why it ended, and what to do."""

import math
from dataclasses import replace

from hasim.solving.campaign import Outcome
from hasim.solving.plan import Plan
from hasim.solving.wording import write_status, write_warnings
from hasim.units import SECONDS_PER_YEAR
from tests.solving.synthetic import single
from tests.solving.test_answers import PLAN, reader_of


def told(ending, *, outages=1.0, reached=0.07, replications=500):
    reader = reader_of(single(), outages=outages, replications=replications)
    services = reader.services()
    outcome = Outcome(reader.tally, ending, PLAN)
    status = write_status(outcome, services, asked=0.05, reached=reached, max_time=60.0)
    return status, write_warnings(outcome, services)


def test_precise_enough():
    status, warnings = told("precise")
    assert (status.code, status.text) == (
        "converged",
        "unavailability is known to within 5 %, as asked",
    )
    assert warnings == ()


def test_a_limit_gives_a_remedy():
    status, _ = told("limit")
    assert status.code == "limit"
    assert status.text == (
        "the limit of 60 s was reached at a precision of 7 % (5 % was asked); "
        "give it more time (--max-time) or ask for less (--precision)"
    )


def test_stopped_tells_how_far_it_was():
    assert told("stopped")[0].text == "stopped at a precision of 7 % (5 % was asked)"
    status, _ = told("stopped", reached=math.inf)
    assert status.text == "stopped before it was known how precise this is"
    status, _ = told("stopped", outages=0.0, reached=math.inf)
    assert status.text == "stopped before anything was known"


def test_no_outage_seen_says_what_the_limits_assume():
    status, warnings = told("limit", outages=0.0, reached=math.inf)
    assert status.code == "no_outage_seen"
    assert status.text.startswith("no outage of service was seen, only upper limits are known")
    assert "rule of three" in warnings[0]
    assert "takes an outage to last 10 s on average at most" in warnings[0]


def test_an_idle_model_asks_whether_anything_can_fail():
    status, _ = told("idle", outages=0.0, reached=math.inf)
    assert status.text.endswith("nothing ever happens in this model; check that something can fail")


def test_an_idle_model_is_told_that_its_limits_are_idle_too():
    reader = reader_of(single(), outages=0.0)
    outcome = Outcome(reader.tally, "idle", replace(PLAN, rate=0.0))
    (warning,) = write_warnings(outcome, reader.services())
    assert warning.startswith("service: nothing that could begin an outage ever happens")


def test_few_outages_are_warned_of():
    _, warnings = told("limit", outages=0.2, replications=50)
    assert "outages were seen in" in warnings[0]
    assert any("p99 has no value" in warning for warning in warnings)


def test_one_replication_is_warned_of():
    _, warnings = told("limit", replications=1)
    assert warnings[0].startswith("there are no intervals")


def test_nothing_done_is_warned_of():
    reader = replace(reader_of(single()), tally=None)
    outcome = Outcome(None, "stopped", PLAN)
    assert write_warnings(outcome, reader.services()) == (
        "nothing is known: the run ended before its first replication did",
    )


def test_what_stays_in_step_is_warned_of():
    regular = (("failure of a", SECONDS_PER_YEAR), ("failure of b", SECONDS_PER_YEAR))
    plan = Plan(SECONDS_PER_YEAR, 4 * SECONDS_PER_YEAR, 10.0, 0.1, regular)
    outcome = Outcome(reader_of(single()).tally, "precise", plan)
    (warning,) = write_warnings(outcome, {})
    assert "failure of a and failure of b hardly vary" in warning
    assert "from 1 year to 5 years" in warning


def test_what_drifts_has_no_long_run():
    status, _ = told("drifting")
    assert status.code == "limit"
    assert status.text.startswith("the figures still change with the time that a history covers")
