"""Parameters: where they may stand, how they are set, what they must not do."""

import time

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hasim.description import (
    SystemBuilder,
    check,
    draft_of,
    from_graph,
    read_text,
    resolve,
    resolved_text,
    with_settings,
)
from hasim.errors import ModelError
from hasim.topology import to_graph

TEXT = """\
name: shop-${env}
parameters: {env: prod, n: 2, gap: 20 s}
components:
  web: {replicas: "${n}", mtbf: 30 d, mttr: "${gap}"}
"""


def test_a_parameter_is_set_before_it_is_used():
    draft = with_settings(read_text(TEXT), [("parameters.n", "5"), ("parameters.env", "test")])
    system = resolve(draft)
    assert (system.name, system.components["web"].replicas) == ("shop-test", 5)


def test_what_is_wrong_about_a_parameter_that_was_set_is_told_where_it_is_used():
    draft = with_settings(read_text(TEXT, "m.yaml"), [("parameters.gap", "12 parsecs")])
    (finding,) = check(draft).findings
    assert str(finding).startswith(
        "m.yaml:4:39 components.web.mttr: 12 parsecs has the unknown unit parsecs (from ${gap}); "
    )


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("parameters.m", "parameters.m: there is no m in parameters; there are env, n, gap"),
        ("parameters.n.x", "parameters.n.x: parameters.n is the text 2, it has no key x"),
    ],
)
def test_only_a_parameter_that_is_there_is_set(key, message):
    with pytest.raises(ModelError) as error:
        with_settings(read_text(TEXT), [(key, "1")])
    assert str(error.value) == message


def test_a_model_without_parameters_has_none_to_set():
    with pytest.raises(ModelError, match="there is no n in parameters"):
        with_settings(read_text("name: x\ncomponents: {web: {}}\n"), [("parameters.n", "1")])


@pytest.mark.parametrize("text", [TEXT, "name: x\ncomponents: {web: {}}\n"])
def test_a_value_that_is_set_is_final(text):
    draft = with_settings(read_text(text), [("name", "costs ${env}")])
    assert resolve(draft).name == "costs ${env}"


def test_the_resolved_model_says_which_values_come_from_parameters():
    checked = check(read_text(TEXT))
    lines = resolved_text(checked.system, checked.origins).splitlines()
    assert "name: shop-prod  # from ${env}" in lines
    assert "    replicas: 2  # from ${n}" in lines
    assert not any(line.startswith("parameters") for line in lines)


@settings(max_examples=20)
@given(st.text(st.sampled_from("a${}"), min_size=1, max_size=12))
def test_any_text_is_written_so_that_it_is_no_parameter(text):
    system = resolve(draft_of({"name": "x", "components": {"web": {"kind": escaped(text)}}}))
    assert system.components["web"].kind == text
    assert resolve(read_text(resolved_text(system))) == system
    assert from_graph(to_graph(system)) == system


def escaped(text):
    return text.replace("${", "$${")


def test_a_builder_and_a_graph_may_have_parameters():
    web = {"replicas": "${n}", "mtbf": "30 d", "mttr": "20 s"}
    built = SystemBuilder("shop-prod").parameter("n", 2).component("web", **web).build()
    graph = networkx.DiGraph(name="shop-prod", parameters={"n": 2})
    graph.add_node("web", **web)
    assert built == from_graph(graph) == resolve(read_text(TEXT))


@pytest.mark.parametrize("n_uses", [1, 1000])
def test_parameters_that_would_fill_the_memory_are_refused_within_a_second(n_uses):
    long = "x" * (30_000_000 // n_uses // 2)
    values = {
        "name": "x",
        "parameters": {"a": long},
        "components": {f"c{i}": {"kind": "${a}" * (1000 // n_uses)} for i in range(n_uses)},
    }
    draft = draft_of(values)
    start = time.process_time()
    (finding,) = [f for f in check(draft).findings if f.severity == "error"]
    assert time.process_time() - start < 1
    assert "texts with parameters of over 10000000 characters in all" in str(finding)
