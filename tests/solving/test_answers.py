"""What is read out of a tally, by name and in the user's units."""

import numpy as np
import pytest

from hasim.solving.answers import Reader
from hasim.solving.layout import Layout
from hasim.solving.plan import Plan
from hasim.stats import NOTHING_KNOWN
from hasim.units import SECONDS_PER_YEAR
from tests.solving.synthetic import Renewal, all_measures, single

PLAN = Plan(0.0, 1e5, longest_end=10.0, rate=0.1)


def reader_of(process, outages=1.0, replications=500, change=None):
    layout = Layout.of(process)
    rows, histograms = Renewal(process, outages)(
        seed=1, replications=range(replications), warmup=0.0, horizon=PLAN.horizon
    )
    if change is not None:
        change(rows, layout)
    return Reader(process, layout, PLAN, layout.tally(rows, histograms, batch=0))


def test_figures_hang_together():
    answer = reader_of(single()).services()["service"]
    assert answer.outages_seen > 400
    seconds = 500 * PLAN.horizon
    assert answer.outages_per_year.value == pytest.approx(
        answer.outages_seen / seconds * SECONDS_PER_YEAR
    )
    assert answer.availability.value == 1.0 - answer.unavailability.value
    down = answer.unavailability.value
    assert answer.downtime_s_per_year.value == pytest.approx(down * SECONDS_PER_YEAR)
    ratio = answer.mttr_s.value / (answer.mttr_s.value + answer.mtbf_s.value)
    assert ratio == pytest.approx(down)
    assert answer.nines.value == pytest.approx(-np.log10(down))


def test_stages_and_causes_add_up():
    answer = reader_of(single()).services()["service"]
    assert answer.mttr_stages_s == {"repair": answer.mttr_s}
    assert answer.outages_per_year_by_cause == {"unit.failure": answer.outages_per_year}
    downtime = answer.downtime_s_per_year_by_cause["unit.failure"]
    assert downtime.value == pytest.approx(answer.downtime_s_per_year.value)


def test_quantiles_are_named():
    lengths = reader_of(single(), outages=5.0).services()["service"].outage_length_s
    assert list(lengths) == ["p50", "p95", "p99"]
    assert lengths["p50"].low < 5.0 * np.log(2) < lengths["p50"].high


def served(share):
    """Fill the columns of the other measures: up all the time but for a share."""

    def change(rows, layout):
        rows[:, layout.averages["service requests served"]] = share * PLAN.horizon
        rows[:, layout.shares["up"]] = share * PLAN.horizon
        rows[:, layout.rates["failures"]] = 2

    return change


def test_other_measures_have_their_own_units():
    measures = reader_of(all_measures(), change=served(0.999)).measures()
    assert list(measures) == ["service requests served", "up", "failures"]
    assert measures["up"].value == pytest.approx(0.999)
    assert measures["service requests served"].value == pytest.approx(0.999)
    assert measures["failures"].value == pytest.approx(2 / PLAN.horizon)


def test_requests_lost_are_what_is_estimated():
    answer = reader_of(all_measures(), change=served(0.999)).services()["service"]
    assert answer.request_availability.value == pytest.approx(0.999)


def test_rounding_of_an_integral_is_not_a_loss():
    answer = reader_of(all_measures(), change=served(1.0 - 1e-13)).services()["service"]
    assert answer.request_availability.value is None
    assert answer.request_availability.low > 0.999
    assert answer.request_availability.high is None


def test_no_outage_gives_limits_only():
    answer = reader_of(single(), outages=0.0).services()["service"]
    seconds = 500 * PLAN.horizon
    assert answer.availability.value is None
    assert answer.availability.high is None
    assert answer.availability.low == pytest.approx(1 - 2.9957 * 10.0 / seconds)
    assert answer.unavailability.low == 0.0
    assert answer.nines.low > 5
    assert answer.mttr_s == NOTHING_KNOWN
    assert answer.mtbf_s.low == pytest.approx(seconds / 2.9957, rel=1e-4)
    assert answer.outages_per_year_by_cause["unit.failure"].value == 0.0


def test_no_replication_gives_nothing():
    process = all_measures()
    reader = Reader(process, Layout.of(process), PLAN, None)
    assert reader.services()["service"].unavailability == NOTHING_KNOWN
    assert set(reader.measures().values()) == {NOTHING_KNOWN}
