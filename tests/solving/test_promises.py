"""From the law of the downtime of windows to what becomes of a promise."""

import math

import numpy as np
import pytest
from scipy.stats import poisson

from hasim.solving.promises import Promise, allowed_by, describe_exactly
from hasim.system import Credit, Sla

DAY = 86_400.0
MONTHS = {31: 7 / 12, 30: 4 / 12, 28: 1 / 12}
SCALE = 900.0


class Waiting:
    """No downtime with chance 1 - T / (T + 50 d); else it is exponential, whatever the period."""

    def beyond(self, periods, amounts):
        return np.where(
            amounts < periods, periods / (periods + 50 * DAY) * np.exp(-amounts / SCALE), 0.0
        )


def tail(days, amount):
    return days / (days + 50) * math.exp(-amount / SCALE)


def promise(target=0.9995, **sla):
    return Promise(target, Sla(**sla), is_asked=True)


def described(promised, largest=0.05):
    return describe_exactly(promised, Waiting(), 3e-4, largest)


def of_months(share):
    return sum(weight * tail(days, share * days * DAY) for days, weight in MONTHS.items())


def test_a_month_is_one_of_three_lengths():
    answer = described(promise())
    assert answer.month.breach.value == pytest.approx(of_months(5e-4), rel=1e-12)
    assert answer.year.breach.value == pytest.approx(tail(365, 5e-4 * 365 * DAY), rel=1e-12)
    assert answer.months_in_breach_per_year.value == pytest.approx(12 * of_months(5e-4), rel=1e-12)


def test_chances_are_told_at_the_target_the_tiers_and_what_contracts_name():
    credits = (Credit(below=0.9991, share=0.1),)
    answer = described(promise(0.9993, credits=credits))
    shares = [one.availability for one in answer.month.below]
    assert shares == sorted(shares, reverse=True)
    assert {1.0, 0.9999, 0.99, 0.9991, 0.9993} <= set(shares)
    by_share = {one.availability: one.chance.value for one in answer.month.below}
    assert by_share[1.0] == pytest.approx(of_months(0.0), rel=1e-12)
    assert by_share[0.9991] == pytest.approx(of_months(9e-4), rel=1e-12)


def test_quantiles_are_where_the_tail_is():
    answer = described(promise())
    for name, chance in {"p10": 0.1, "p5": 0.05, "p1": 0.01}.items():
        share = 1.0 - answer.month.availability[name].value
        assert of_months(share) == pytest.approx(chance, rel=1e-4)
    assert answer.month.availability["p50"].value == 1.0  # 2 of 3 months have no downtime


def test_a_quantile_beyond_the_law_is_not_known():
    answer = describe_exactly(promise(), Beyond(), 0.5, 0.01)
    assert answer.month.availability["p50"].value is None


class Beyond:
    """Nearly always more than is asked about."""

    def beyond(self, periods, amounts):
        return np.where(amounts < periods, 0.9, 0.0)


def test_the_deepest_tier_applies_alone():
    credits = (Credit(below=0.999, share=0.1), Credit(below=0.99, share=0.25))
    answer = described(promise(credits=credits))
    shallow, deep = of_months(1e-3), of_months(1e-2)
    assert [one.chance.value for one in answer.credit_tiers] == pytest.approx(
        [shallow - deep, deep]
    )
    expected = 0.1 * (shallow - deep) + 0.25 * deep
    assert answer.credit_share.value == pytest.approx(expected, rel=1e-12)


def test_credits_and_the_budget_are_those_of_the_window():
    credits = (Credit(below=0.9995, share=0.1),)
    answer = described(promise(window="year", credits=credits))
    assert answer.credit_share.value == pytest.approx(0.1 * answer.year.breach.value)
    assert answer.promised is answer.year
    assert [one.day for one in answer.spent_by] == [90, 181, 273]
    spent = tail(90, 5e-4 * 365 * DAY)
    assert answer.spent_by[0].chance.value == pytest.approx(spent, rel=1e-12)


def test_the_budget_of_a_month_over_its_days():
    answer = described(promise())
    assert answer.budget_spent.value == pytest.approx(3e-4 / 5e-4)
    assert [one.day for one in answer.spent_by] == [7, 14, 21, 28]
    for one in answer.spent_by:
        expected = sum(w * tail(one.day, 5e-4 * days * DAY) for days, w in MONTHS.items())
        assert one.chance.value == pytest.approx(expected, rel=1e-12)


def test_without_credits_nothing_is_credited():
    answer = described(promise())
    assert answer.credit_share is None
    assert answer.credit_tiers == ()


@pytest.mark.parametrize(("typed", "allowed"), [(0.999, 1e-3), (0.9995, 5e-4), (0.99999, 1e-5)])
def test_what_is_allowed_is_what_was_typed(typed, allowed):
    assert allowed_by(typed) == allowed


def test_the_tail_of_a_unit_in_the_long_run():
    # Begun in the long run: more failures than ends, or as many and down at the start.
    from hasim.engines.exact.markov.takacs import exceedance

    failing, ending, period, amount = 1 / 500, 1 / 4, 720.0, 3.0
    down = failing / (failing + ending)
    a, b = failing * (period - amount), ending * amount
    counts = np.arange(80)
    more = (poisson.pmf(counts, a) * poisson.cdf(counts - 1, b)).sum()
    equal = (poisson.pmf(counts, a) * poisson.pmf(counts, b)).sum()
    found = exceedance(failing, ending, np.array([period]), np.array([amount]), down)[0]
    assert found == pytest.approx(more + down * equal, rel=1e-12)
