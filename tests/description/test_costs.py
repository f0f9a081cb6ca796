"""Costs from the builder, graphs, settings, included files, stamps and worlds."""

import pytest

import hasim
from hasim.description import from_graph, load, read_text, resolve, with_settings
from hasim.description.worlds import Worlds
from hasim.errors import ModelError
from hasim.pricing import running_costs
from hasim.topology import to_graph

MODEL = """
components: {web: {replicas: 2, mtbf: 90 d, mttr: 4 h}}
costs: {currency: EUR, components: {web: {instance: hetzner-ccx13}}, downtime: 60 EUR / min}
"""
HOUR = 3600.0


def per_hour(system):
    return running_costs(system).per_second * HOUR


def test_the_builder_sets_costs():
    builder = hasim.SystemBuilder("t").component("web", replicas=2, mtbf="90 d", mttr="4 h")
    keys = {"components": {"web": {"instance": "hetzner-ccx13"}}, "downtime": "60 EUR / min"}
    built = builder.costs("EUR", **keys).build()
    assert built.costs == resolve(read_text(MODEL)).costs


def test_a_graph_has_them_among_its_own_keys():
    graph = to_graph(resolve(read_text(MODEL)))
    assert graph.graph["costs"]["components"] == {"web": {"replica": "0.02 EUR / h"}}
    assert per_hour(from_graph(graph)) == pytest.approx(0.04)


def test_a_setting_changes_the_instance():
    draft = with_settings(read_text(MODEL), [("costs.components.web.instance", "hetzner-ccx23")])
    assert per_hour(resolve(draft)) == pytest.approx(2 * 0.0392)


def test_costs_may_stand_in_one_included_file(tmp_path):
    (tmp_path / "prices.yaml").write_text("costs: {currency: EUR, components: {web: 1 EUR / h}}")
    model = "include: [prices.yaml]\ncomponents: {web: {replicas: 2, mtbf: 90 d, mttr: 4 h}}\n"
    (tmp_path / "one.yaml").write_text(model)
    assert per_hour(load(tmp_path / "one.yaml")) == pytest.approx(2)
    (tmp_path / "two.yaml").write_text(f"{model}costs: {{currency: EUR}}\n")
    with pytest.raises(ModelError, match="`costs` stand in an included file already"):
        load(tmp_path / "two.yaml")


def test_parts_of_a_stamp_are_priced_by_their_full_names():
    text = "stamps: {region: {for: [eu, us], components: {web: {mtbf: 90 d, mttr: 4 h}}}}\n"
    text += "parameters: {price: 2 EUR / h}\n"
    text += 'costs: {currency: EUR, components: {eu-web: "${price}", us-web: 1 EUR / h}}'
    assert per_hour(resolve(read_text(text))) == pytest.approx(3)


def test_worlds_have_prices_of_their_own():
    text = "components: {web: {mtbf: 90 d, mttr: 4 h}}\ncosts: {currency: EUR, "
    text += "components: {web: {between: [1 EUR / h, 4 EUR / h]}}}"
    system = resolve(read_text(text))
    (one,) = system.uncertain
    assert (one.name, one.unit) == ("costs.components.web.replica", "EUR / h")
    assert per_hour(system) == pytest.approx(2)  # the geometric mean
    assert per_hour(Worlds.of(system).world({one.name: 3.0})) == pytest.approx(3)
