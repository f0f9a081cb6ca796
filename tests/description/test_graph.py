from pathlib import Path

import networkx
import pytest

from hasim.description import from_graph, load
from hasim.errors import ModelError
from hasim.system import NeedName
from hasim.system.plain import SECTIONS
from hasim.topology import to_graph

ROOT = Path(__file__).resolve().parents[2]
MODELS = [*ROOT.glob("models/*.yaml"), *ROOT.glob("tests/cases/valid/*.yaml")]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_system_survives_the_way_through_a_graph(path):
    system = load(path)
    assert from_graph(to_graph(system)) == system


def test_nodes_carry_keys_and_edges_say_who_needs_whom():
    graph = to_graph(load(ROOT / "models/shop.yaml"))
    assert graph.nodes["web"]["capacity"] == "500 rps"
    assert graph.nodes["oncall"] == {"section": "crews", "size": "2"}
    assert set(graph.edges) == {("checkout", "edge"), ("edge", "web"), ("web", "db")}
    assert graph.graph["name"] == "shop"


def test_a_plain_graph_is_a_system():
    graph = networkx.DiGraph(name="plain")
    graph.add_node("db", mtbf="1000 h", mttr="10 h")
    graph.add_edge("web", "db", calls=3)
    graph.add_edge("web", "cache")
    system = from_graph(graph)
    assert system.components["web"].needs == (
        NeedName(name="db", calls=3.0),
        NeedName(name="cache"),
    )
    assert system.services["service"].needs == (NeedName(name="web"),)


def test_an_edge_adds_to_the_needs_of_its_node():
    graph = networkx.DiGraph(name="x")
    graph.add_node("web", needs=[{"any": ["a", "b"]}])
    graph.add_edges_from([("web", "a"), ("web", "db")])
    graph.add_node("b")
    assert to_graph(from_graph(graph)).nodes["web"]["needs"] == [{"any": ["a", "b"]}, "db"]


def test_graphml_keeps_a_plain_graph(tmp_path):
    graph = networkx.DiGraph(name="x")
    graph.add_edge("web", "db")
    networkx.write_graphml(graph, tmp_path / "g.graphml")
    assert from_graph(networkx.read_graphml(tmp_path / "g.graphml")) == from_graph(graph)


def test_findings_name_the_key():
    graph = networkx.DiGraph(name="x")
    graph.add_node("web", replica=2)
    with pytest.raises(ModelError) as error:
        from_graph(graph)
    assert str(error.value) == "components.web.replica: unknown key; did you mean replicas?"


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (networkx.Graph(), "graph: a Graph; expected a networkx.DiGraph"),
        (networkx.MultiDiGraph(), "graph: a MultiDiGraph; expected a networkx.DiGraph"),
        (
            networkx.DiGraph([(1, 2)]),
            f"graph: 1 in the section components; expected a text in one of {', '.join(SECTIONS)}",
        ),
    ],
)
def test_what_is_no_system(graph, message):
    with pytest.raises(ModelError) as error:
        from_graph(graph)
    assert str(error.value).splitlines()[0] == message


def test_needs_of_a_wrong_kind_are_findings():
    graph = networkx.DiGraph(name="x")
    graph.add_node("web", needs=3)
    graph.add_edge("web", "db")
    with pytest.raises(ModelError):
        from_graph(graph)
