"""Running costs against arithmetic by hand."""

import pytest

import hasim
from hasim.description import read_text, resolve
from hasim.pricing import CostLine, RunningCosts, running_costs

HOUR, DAY = 3600.0, 86_400.0
YEAR = 365 * DAY

MODEL = """
crews:
  oncall: {size: 2, shifts: [{from: 08:00, to: 20:00, size: 4}, {from: 20:00, to: 08:00, size: 1}]}
  day: {size: 3}
components:
  web: {replicas: 3, mtbf: 90 d, mttr: 4 h, crew: oncall, needs: [db, store]}
  db: {replicas: 3, mtbf: 1 year, mttr: 8 h, redundancy: active-passive, crew: day,
    failover: instant}
  store: {replicas: 5, redundancy: quorum, mtbf: 1 year, mttr: 8 h}
  free: {}
services: {shop: {needs: [web]}, admin: {needs: [db]}}
"""


def costs_of(text):
    return running_costs(resolve(read_text(f"{MODEL}costs: {{currency: EUR, {text}}}")))


def a_year(costs):
    return {(line.name, line.kind): line.per_second * YEAR for line in costs.lines}


def test_a_model_without_prices_has_no_costs():
    assert running_costs(resolve(read_text(MODEL))) is None


def test_replicas_cost_while_they_exist():
    found = a_year(costs_of("components: {web: 0.10 EUR / h, store: 0.20 EUR / h}"))
    assert found == {
        ("web", "replicas"): pytest.approx(3 * 0.10 * 8760),
        ("store", "replicas"): pytest.approx(5 * 0.20 * 8760),
    }


@pytest.mark.parametrize(("share", "paid"), [("100 %", 3.0), ("25 %", 1.5), ("0 %", 1.0)])
def test_a_standby_costs_its_share(share, paid):
    costs = costs_of(f"components: {{db: {{replica: 0.40 EUR / h, standby: {share}}}}}")
    assert costs.per_second == pytest.approx(paid * 0.40 / HOUR)


def test_storage_is_of_each_replica_and_transfer_of_the_group():
    keys = "storage: 500 GB, storage_price: 0.10 EUR / GB / month, "
    keys += "transfer: 2 TB / month, transfer_price: 0.05 EUR / GB"
    found = a_year(costs_of(f"components: {{store: {{{keys}}}}}"))
    assert found == {
        ("store", "replicas"): 0.0,
        ("store", "storage"): pytest.approx(5 * 500 * 0.10 * 365 / 30),
        ("store", "transfer"): pytest.approx(2000 * 0.05 * 365 / 30),
    }


def test_people_are_as_many_as_are_ever_on_duty():
    found = a_year(costs_of("crews: {oncall: 90000 EUR / year, day: 60000 EUR / year}"))
    assert found == {
        ("oncall", "people"): pytest.approx(4 * 90_000),
        ("day", "people"): pytest.approx(3 * 60_000),
    }


def test_lines_add_up():
    costs = costs_of("components: {web: 1 EUR / h}, fixed: {rent: 8760 EUR / year}")
    assert costs.per_second == pytest.approx(4 / HOUR)
    assert costs.lines[1] == CostLine("rent", "fixed", pytest.approx(1 / HOUR))


def test_downtime_costs_that_of_any_service_or_of_some():
    assert costs_of("downtime: 60 EUR / min").downtime == {"shop": 1.0, "admin": 1.0}
    assert costs_of("downtime: {shop: 3 EUR / min}").downtime == {"shop": 0.05}
    assert costs_of("budget: 1 EUR / year").downtime == {}


def test_the_default_service_has_the_price_of_any():
    text = "components: {web: {mtbf: 90 d, mttr: 4 h}}\ncosts: {currency: CHF, downtime: 6 CHF / h}"
    found = running_costs(resolve(read_text(text)))
    assert found == RunningCosts("CHF", (), {"service": pytest.approx(6 / HOUR)})


def test_prices_follow_what_is_changed_in_the_system():
    builder = hasim.SystemBuilder("t").component("web", replicas=2, mtbf="90 d", mttr="4 h")
    system = builder.costs("USD", components={"web": "0.10 USD / h"}).build()
    web = system.components["web"].model_copy(update={"replicas": 5})
    more = system.model_copy(update={"components": {"web": web}})
    assert running_costs(more).per_second == pytest.approx(2.5 * running_costs(system).per_second)
