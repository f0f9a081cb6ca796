"""Targets as people type them: what each means, and the message for each wrong one."""

import pytest

from hasim.description import read_text, resolve
from hasim.errors import InputError
from hasim.planner.sizing.targets import FIGURES, objectives_as_targets, read_targets
from hasim.stats import Estimate
from hasim.units import SECONDS_PER_YEAR

KEYS = ("availability, downtime, outages_per_year, mttr, p50_outage, p95_outage, p99_outage, "
        "headroom, headroom_after_loss, request_availability, month_in_breach, year_in_breach, "
        "cost, total_cost")  # fmt: skip
DURATION = "a duration is a number and a unit (ms s min h d week month year)"
SHARE = "a probability is a number from 0 to 1, or 0 % to 100 %"
MONEY = ("an amount of money is a number and a currency (EUR USD GBP CHF JPY), per time or data "
         "where wanted")  # fmt: skip


def read(*texts, currency="EUR"):
    return read_targets(texts, ["checkout", "search"], currency)


@pytest.mark.parametrize(
    ("text", "bound", "shown"),
    [
        ("availability=99.95%", 0.9995, "availability 99.95 %"),
        ("availability = 0.9995", 0.9995, "availability 99.95 %"),
        ("checkout.availability=99%", 0.99, "checkout.availability 99 %"),
        ("downtime=4h", 4 * 3600 / SECONDS_PER_YEAR, "downtime 4 h"),
        ("outages_per_year=2", 2.0, "outages_per_year 2"),
        ("mttr=10min", 600.0, "mttr 10 min"),
        ("p50_outage=30s", 30.0, "p50_outage 30 s"),
        ("p95_outage=10min", 600.0, "p95_outage 10 min"),
        ("p99_outage=1h", 3600.0, "p99_outage 1 h"),
        ("headroom=20%", 0.2, "headroom 20 %"),
        ("headroom=1.5", 1.5, "headroom 150 %"),
        ("headroom_after_loss=0%", 0.0, "headroom_after_loss 0 %"),
        ("request_availability=99.9%", 0.999, "request_availability 99.9 %"),
        ("month_in_breach=5%", 0.05, "month_in_breach 5 %"),
        ("year_in_breach=0", 0.0, "year_in_breach 0 %"),
        ("cost=50000EUR", 50_000 / SECONDS_PER_YEAR, "cost 50,000 EUR a year"),
        ("cost=50000 EUR / year", 50_000 / SECONDS_PER_YEAR, "cost 50,000 EUR a year"),
        ("total_cost=10 EUR / h", 10 / 3600, "total_cost 87,600 EUR a year"),
    ],
)
def test_every_figure_is_read_and_shown(text, bound, shown):
    (target,) = read(text)
    assert target.bound == pytest.approx(bound, rel=1e-12)
    assert target.text == shown


def test_every_figure_is_in_the_list_of_keys():
    assert ", ".join(figure.key for figure in FIGURES) == KEYS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("availability=5 min", f"5 min is a duration, not a probability; {SHARE}; "
                               "write availability=99.95%"),
        ("availability=99.95", f"99.95 is above 1; {SHARE}; write availability=99.95%"),
        ("mttr=99%", f"99% is a probability, not a duration; {DURATION}; "
                     "write mttr=10min"),
        ("p95_outage=10", f"10 is not a duration; {DURATION}; write p95_outage=10min"),
        ("search.downtime=5", f"5 is not a duration; {DURATION}; "
                              "write search.downtime=4h"),
        ("outages_per_year=5%", "5% is a percentage; it is a plain number here; "
                                "write outages_per_year=2"),
        ("headroom=lots", "lots is not a number; a number is written without a unit; "
                          "write headroom=20%"),
        ("month_in_breach=5 h", f"5 h is a duration, not a probability; {SHARE}; "
                                "write month_in_breach=5%"),
        ("rpo=5min", "rpo is about how much data a failure loses, which is not modelled yet; "
                     f"one of {KEYS}; leave it out"),
        ("p95=200ms", "p95 is about response times, which is not modelled yet; "
                      f"one of {KEYS}; leave it out"),
        ("nonsense=1", f"there is no figure nonsense; one of {KEYS}; name one of them"),
        ("shop.availability=99%", "the model has no service shop; one of checkout, search; "
                                  "name one of them, or none for all"),
        ("cost=5", f"5 is not {MONEY.split(' is ', 1)[0]}; {MONEY}; "
                   "write cost=50000EUR"),
        ("cost=5 USD", "the prices of the model are in EUR, not USD; one currency; "
                       "give the bound in EUR"),
        ("cost=5 EUR / GB", "5 EUR / GB is paid for GB; expected money per time; "
                            "write cost=50000EUR"),
        ("checkout.cost=5EUR", "cost is about the whole model, not checkout; "
                               "a bound for all of it; write cost=50000EUR"),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_meant_is_one_message(text, said):
    with pytest.raises(InputError) as raised:
        read(text)
    assert str(raised.value) == f"target {text}: {said}"


@pytest.mark.parametrize("text", ["availability", "availability=", "=99%", "checkout.=1"])
def test_what_is_no_target_shows_the_form(text):
    with pytest.raises(InputError) as raised:
        read(text)
    said = f"target {text} is no target; FIGURE=BOUND; write availability=99.95%"
    assert str(raised.value) == said


def test_an_empty_target_is_named_so():
    with pytest.raises(InputError, match="target an empty text is no target"):
        read("")


def test_a_figure_has_one_bound():
    with pytest.raises(InputError) as raised:
        read("checkout.mttr=5min", "checkout.mttr=10min")
    assert str(raised.value) == (
        "target checkout.mttr=10min is the second for checkout.mttr; one bound for a figure; "
        "leave one of them out"
    )


def test_two_services_may_have_two_bounds_of_a_figure():
    assert len(read("checkout.mttr=5min", "search.mttr=10min", "mttr=1h")) == 3


def test_money_without_prices_is_refused():
    with pytest.raises(InputError) as raised:
        read("total_cost=5 EUR", currency=None)
    assert str(raised.value) == (
        "target total_cost=5 EUR: the model has no costs; prices; add costs, or leave the target "
        "out"
    )


@pytest.mark.parametrize(
    ("text", "ends", "met"),
    [
        ("availability=99%", (0.009, 0.0095), True),
        ("availability=99%", (0.009, 0.01), True),
        ("availability=99%", (0.011, 0.012), False),
        ("availability=99%", (0.009, 0.011), None),
        ("mttr=10min", (600.0, 600.0), True),
        ("mttr=10min", (601.0, 700.0), False),
        ("mttr=10min", (500.0, None), None),
        ("headroom=20%", (0.2, 0.3), True),
        ("headroom=20%", (0.1, 0.19), False),
        ("headroom=20%", (0.1, 0.3), None),
    ],
)
def test_an_interval_meets_misses_or_leaves_open(text, ends, met):
    (target,) = read(text)
    assert target.judge(Estimate(ends[0], *ends)) is met


def test_what_is_not_known_leaves_a_target_open():
    assert read("mttr=10min")[0].judge(None) is None


def test_objectives_of_the_model_are_targets():
    system = resolve(
        read_text(
            "name: x\n"
            "components: {web: {capacity: 10 rps}}\n"
            "services:\n"
            "  shop: {needs: [web], demand: {peak: 5 rps},\n"
            "         objectives: {availability: 99.9 %, headroom: 20 %, p95_outage: 5 min}}\n"
        )
    )
    texts = [target.text for target in objectives_as_targets(system)]
    assert texts == ["shop.availability 99.9 %", "shop.p95_outage 5 min", "shop.headroom 20 %"]
