"""docs/process_builder.md: its code runs, its output is what is printed, its numbers are exact."""

import math
import re
from pathlib import Path

import pytest

from hasim.engines.exact.questions import answer_exactly
from hasim.process.questions import ReachedBy, TimeToReach
from tests.process.markov import Chain

PAGE = (Path(__file__).parents[2] / "docs" / "process_builder.md").read_text(encoding="utf-8")
HOUR = 3600.0
MINUTES_A_YEAR = 525600


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture(scope="module")
def page():
    names = {}
    for block in blocks("python"):
        exec(compile(block, "process_builder.md", "exec"), names)
    return names


def test_the_first_example_is_the_textbook_pair():
    names = {}
    exec(blocks("python")[0], names)
    unavailability = Chain(names["process"]).unavailability("service")
    assert unavailability == pytest.approx((10 / 1010) ** 2, rel=1e-12)


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        (0.9, 3.665431416279e-06),
        (0.95, 2.323294243152e-06),
        (0.99, 1.249581910719e-06),
        (1.0, 9.811534673417e-07),
    ],
)
def test_duplex_with_coverage_is_case_a06(page, coverage, expected):
    chain = Chain(page["duplex"](coverage))
    assert chain.unavailability("service") == pytest.approx(expected, rel=1e-10)


def test_downtime_of_the_duplex_by_stage_is_case_a06(page):
    chain = Chain(page["duplex"](0.9))
    downtime = [
        chain.share_in("processors", phase) * MINUTES_A_YEAR
        for phase in ("failover", "reboot", "none")
    ]
    assert downtime == pytest.approx([0.437852, 1.45951, 0.0291902], rel=4e-6)


CASES_OF_A07 = [
    (5, 3, 0.001, 0.1, 1, 5.818292633718e-05),
    (5, 3, 0.001, 0.1, 2, 1.4415348807473e-05),
    (5, 3, 0.001, 0.1, 5, 9.5623253070166e-06),
    (3, 2, 0.0002, 0.25, 1, 3.833856011787e-06),
]


@pytest.mark.parametrize(("n", "k", "failures", "repairs", "crews", "expected"), CASES_OF_A07)
def test_k_of_n_counted_is_case_a07(page, n, k, failures, repairs, crews, expected):
    process = page["k_of_n_counted"](n, k, crews, failures, repairs)
    assert Chain(process).unavailability("service") == pytest.approx(expected, rel=1e-10)


def test_k_of_n_unit_by_unit_is_case_a07(page):
    chain = Chain(page["k_of_n"](3, 2, 1, 0.0002, 0.25))
    assert chain.unavailability("service") == pytest.approx(3.833856011787e-06, rel=1e-10)


@pytest.mark.parametrize(("crews", "expected"), [(1, 5.818292633718e-05), (2, 1.4415348807473e-05)])
def test_five_units_one_by_one_are_case_a07(page, crews, expected):
    chain = Chain(page["k_of_n"](5, 3, crews, 0.001, 0.1))
    assert chain.unavailability("service") == pytest.approx(expected, rel=1e-10)


def test_outage_rate_of_k_of_n_is_case_a07(page):
    chain = Chain(page["k_of_n_counted"](5, 3, 1, 0.001, 0.1))
    assert chain.outage_rate("service") * HOUR == pytest.approx(5.70309021145e-06, rel=1e-9)


def test_the_pair_with_exponential_laws_is_model_a(page):
    laws = ("exponential(1000 h)", "exponential(8 h)", "exponential(30 s)", "exponential(3 min)")
    chain = Chain(page["pair"](*laws))
    assert chain.unavailability("service") == pytest.approx(1.8416e-4, rel=1e-5)


def test_the_cardiac_assist_system_is_case_b02(page):
    process = page["cardiac_assist"]()
    failed_by = answer_exactly(process, ReachedBy("failed", HOUR))
    assert failed_by == pytest.approx(0.65790029696905, rel=1e-11)
    life = answer_exactly(process, TimeToReach("failed"))
    assert life / HOUR == pytest.approx(0.85973600037066, rel=1e-11)


def test_three_with_one_spare_are_case_b07(page):
    life = answer_exactly(page["three_with_one_spare"](), TimeToReach("failed"))
    assert life / HOUR == pytest.approx(14 / 11, rel=1e-12)


def test_the_numbers_of_the_page_are_those_tested_here():
    for *_, expected in CASES_OF_A07:
        digits, _, exponent = repr(expected).partition("e")
        assert f"{digits}e{exponent}" in PAGE


def test_what_the_page_prints_is_what_is_printed(page):
    assert blocks("text") == [str(page["duplex"](0.9)) + "\n"]


def test_answers_to_questions_are_those_on_the_page(page):
    fails, repairs = 1 / (1000 * HOUR), 1 / (10 * HOUR)
    assert page["loss"] == pytest.approx(51500 * HOUR, rel=1e-12)
    assert page["loss"] == pytest.approx((3 * fails + repairs) / (2 * fails**2), rel=1e-12)
    one = fails / (fails + repairs) * -math.expm1(-(fails + repairs) * HOUR)
    assert page["soon"] == pytest.approx(one**2, rel=1e-9)
