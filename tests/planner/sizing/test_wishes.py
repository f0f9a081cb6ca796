"""The design of least regret against arithmetic by hand, on models that are answered exactly."""

import json
from math import ceil, fsum
from pathlib import Path

import pytest

from hasim.description import read_model, read_text
from hasim.description.space import read_space
from hasim.errors import InputError
from hasim.planner.sizing import wishes
from hasim.planner.sizing.optimum import size
from hasim.planner.sizing.wishes import sample_worlds
from hasim.store import Study

MODELS = Path(__file__).resolve().parents[3] / "models"
HOURS_A_YEAR = 8760.0

#: One replica is up 99.5 % where m / (m + 4 h) >= 0.995, from 796 h (33.2 d) on; two are anywhere.
BET = """
name: bet
components: {web: {mtbf: {between: [10 d, 90 d]}, mttr: 4 h}}
services: {site: {needs: [web]}}
costs: {currency: EUR, components: {web: 1 EUR / h}}
options: {components.web.replicas: [1, 2]}
"""
ENOUGH = 796.0

#: As many servers as carry the peak of the world; 5,760 rps is the middle peak: 3 servers of 2,000.
CROWD = """
name: crowd
components: {web: {replicas: 3, required: peak, capacity: 2000 rps, mtbf: 1000 d, mttr: 1 h}}
services: {site: {needs: [web], demand: {peak: {between: [3500 rps, 9500 rps]}}}}
costs: {currency: EUR, components: {web: {between: [1 EUR / h, 4 EUR / h]}}}
options: {components.web.replicas: [2, 3, 4, 5]}
"""


def times_to_failure(worlds, seed=1):
    """Hours, in each world: log-uniform between 10 d and 90 d."""
    return [240.0 * 9.0**share for (share,) in sample_worlds(1, worlds, seed).tolist()]


def space_of(text):
    return read_space(read_text(text, "x.yaml"))


def sized(text, *targets, **options):
    return size(space_of(text), targets, **options)


def replicas(standing):
    return int(standing.choices["components.web.replicas"])


@pytest.mark.normal
def test_two_designs_and_one_time_to_failure():
    """Middle: 30 d, where one replica is up 99.45 %. Worlds with 796 h or more regret a second."""
    sizing = sized(BET, "availability=99.5%", worlds=32)
    enough = sum(hours >= ENOUGH for hours in times_to_failure(32))
    assert 0 < enough < 32
    regret = sizing.regret
    assert regret.least == regret.nominal
    two, one = regret.candidates
    assert (replicas(two), two.kept, two.cost) == (2, 32, 2 * HOURS_A_YEAR)
    assert two.mean_regret == pytest.approx(HOURS_A_YEAR * enough / 32)
    assert two.most_regret == pytest.approx(HOURS_A_YEAR)
    assert (replicas(one), one.kept, one.mean_regret) == (1, enough, 0.0)
    assert one.missed == {"site: availability 99.5 %": 32 - enough}
    assert one.influences[0].name == "components.web.mtbf"
    assert one.influences[0].correlation < -0.8
    assert (regret.hopeless, regret.searched, regret.surety) == (0, 0, 0.0)
    assert sizing.exit_status == 0


@pytest.mark.normal
def test_a_bet_is_taken_where_it_is_allowed_to_fail():
    regret = sized(BET, "availability=99.5%", worlds=32, keeps=0.3).regret
    assert (replicas(regret.least), replicas(regret.nominal)) == (1, 2)
    assert regret.surety == pytest.approx(-HOURS_A_YEAR)
    assert regret.is_kept


@pytest.mark.normal
def test_the_price_of_downtime_is_part_of_the_costs():
    """At 100 EUR a minute the second replica pays in every world: 4 h / (m + 4 h) of a year."""
    text = BET.replace("currency: EUR,", "currency: EUR, downtime: 100 EUR / min,")
    regret = sized(text, "availability=98%", worlds=16).regret
    assert (replicas(regret.nominal), replicas(regret.least)) == (1, 2)
    down = [4.0 / (hours + 4.0) for hours in times_to_failure(16)]
    minute = 100.0 * HOURS_A_YEAR * 60.0
    one = fsum(HOURS_A_YEAR + minute * u for u in down) / 16
    two = fsum(2 * HOURS_A_YEAR + minute * u * u for u in down) / 16
    assert regret.nominal.mean_cost == pytest.approx(one)
    assert regret.least.mean_cost == pytest.approx(two)
    assert regret.nominal.mean_regret == pytest.approx(one - two)
    assert regret.surety == pytest.approx(two - one)


@pytest.mark.normal
@pytest.mark.parametrize(("keeps", "expected"), [(0.75, 4), (1.0, 5)])
def test_uncertain_demand_and_price(keeps, expected):
    """Of 2,000 rps each so many servers as carry the peak: the rest is regretted at its price."""
    sizing = sized(CROWD, "availability=99.9%", worlds=32, keeps=keeps)
    points = sample_worlds(2, 32, 1).tolist()  # prices, then demands: in the order of the names
    prices = [4.0**share for share, _ in points]
    needed = [ceil(3500.0 * (9500.0 / 3500.0) ** share / 2000.0) for _, share in points]
    assert replicas(sizing.regret.nominal) == 3
    assert replicas(sizing.regret.least) == expected
    for one in sizing.regret.candidates:
        number = replicas(one)
        regrets = [
            (number - need) * price * HOURS_A_YEAR
            for need, price in zip(needed, prices, strict=True)
            if need <= number
        ]
        assert one.kept == len(regrets)
        assert one.mean_regret == pytest.approx(fsum(regrets) / len(regrets))
        assert one.most_regret == pytest.approx(max(regrets))
    missed = sizing.regret.nominal.missed
    assert missed == {"cannot be built (components.web.required)": sum(n > 3 for n in needed)}


@pytest.mark.normal
def test_a_budget_is_kept_or_missed_by_the_prices_of_the_world():
    asked = ("availability=99.9%", "cost=90000EUR")
    regret = sized(CROWD, *asked, worlds=16, keeps=0.3).regret
    prices = [4.0**share for share, _ in sample_worlds(2, 16, 1).tolist()]
    five = next(one for one in regret.candidates if replicas(one) == 5)
    dear = sum(5 * price * HOURS_A_YEAR > 90000.0 for price in prices)
    assert five.missed == {"cost 90,000 EUR a year": dear}
    assert 0 < dear < 16


@pytest.mark.normal
def test_searching_finds_what_looking_at_all_designs_finds(monkeypatch):
    """Where the space is not looked at whole, optima of worlds and what is between them are."""
    whole = sized(CROWD, "availability=99.9%", worlds=32).regret
    monkeypatch.setattr(wishes, "MOST_BETWEEN", 3)
    found = sized(CROWD, "availability=99.9%", worlds=32).regret
    assert (whole.searched, found.searched) == (0, 8)
    assert found.least == whole.least


@pytest.mark.normal
def test_where_no_design_keeps_the_targets_often_enough_it_is_said_by_the_exit_status():
    text = CROWD.replace("[2, 3, 4, 5]", "[2, 3]")
    sizing = sized(text, "availability=99.9%", worlds=16)
    assert replicas(sizing.regret.least) == 3
    assert sizing.regret.hopeless == 16 - sizing.regret.least.kept > 0
    assert (sizing.regret.is_kept, sizing.exit_status) == (False, 1)


@pytest.mark.normal
def test_uncertain_parameters_and_choices_that_are_uncertain():
    """A parameter is one quantity wherever it stands; a choice has its own range."""
    text = """
    name: x
    parameters: {often: {between: [10 d, 90 d]}}
    components: {web: {replicas: 2, mtbf: "${often}", mttr: 4 h}}
    services: {site: {needs: [web]}}
    costs: {currency: EUR, components: {web: 1 EUR / h}}
    options:
      kind:
        plain: {components.web.replicas: 1}
        dear: {costs.components.web: {between: [2 EUR / h, 8 EUR / h]}}
    """
    regret = sized(text, "availability=99.5%", worlds=16).regret
    assert [one.name for one in regret.uncertain] == ["costs.components.web", "parameters.often"]
    prices = [2.0 * 4.0**share for share, _ in sample_worlds(2, 16, 1).tolist()]
    assert regret.least.choices == {"kind": "dear"}
    assert regret.least.mean_cost == pytest.approx(2 * HOURS_A_YEAR * fsum(prices) / 16)


@pytest.mark.normal
def test_without_costs_replicas_are_regretted():
    text = BET.replace("costs: {currency: EUR, components: {web: 1 EUR / h}}", "")
    regret = sized(text, "availability=99.5%", worlds=16).regret
    enough = sum(hours >= ENOUGH for hours in times_to_failure(16))
    assert (regret.least.cost, regret.least.mean_regret) == (2.0, enough / 16)


@pytest.mark.normal
def test_the_same_whatever_computes_and_from_a_study(tmp_path):
    def document(**options):
        sizing = sized(BET, "downtime=88h", worlds=8, engine="montecarlo", **options)
        return json.dumps(sizing.to_dict())

    first = document(threads=1)
    assert document(threads=2) == first
    for _ in range(2):
        with Study.open(tmp_path / "x.study") as study:
            assert document(study=study, threads=1) == first


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"worlds": 0}, "0 worlds"),
        ({"worlds": 5000}, "5000 worlds"),
        ({"worlds": 8, "keeps": 0.0}, "kept in 0 % of the worlds"),
        ({"worlds": 8, "keeps": 1.5}, "kept in 150 % of the worlds"),
    ],
)
def test_worlds_that_cannot_be_meant(options, said):
    with pytest.raises(InputError, match=said):
        sized(BET, "availability=99.5%", **options)


def test_nothing_uncertain():
    text = BET.replace("{between: [10 d, 90 d]}", "30 d")
    with pytest.raises(InputError, match="nothing is uncertain in bet") as error:
        sized(text, "availability=99.5%", worlds=8)
    assert "between: [30 d, 120 d]" in error.value.next_step


@pytest.mark.normal
def test_without_worlds_it_is_said_that_values_are_middle_ones():
    sizing = sized(BET, "availability=99.5%")
    assert "middle values of what is uncertain" in sizing.text
    assert sizing.regret is None
    assert "middle" not in sized(BET, "availability=99.5%", worlds=8).text


@pytest.mark.normal
def test_too_little_time_is_a_limit():
    sizing = sized(BET, "availability=99.5%", worlds=4096, max_time=2.0)
    assert sizing.exit_status == 3


@pytest.mark.slow
def test_the_story_of_the_model():
    """What models/shop_wishes.yaml says of itself."""
    space = read_space(read_model(MODELS / "shop_wishes.yaml"))
    regret = size(space, worlds=32, keeps=0.9).regret
    nominal, least = regret.nominal, regret.least
    assert (nominal.choices["instance"], nominal.choices["takeovers"]) == ("small", "untried")
    assert (least.choices["instance"], least.choices["takeovers"]) == ("medium", "drilled")
    assert nominal.kept < 16 < 0.9 * 32 <= least.kept
    assert 1.2 < least.cost / nominal.cost < 1.3
    assert regret.surety < 0.0
