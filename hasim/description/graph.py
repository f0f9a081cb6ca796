"""A networkx graph to a System; `hasim.topology.to_graph` is the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hasim.description.draft import draft_of
from hasim.description.resolution import resolve
from hasim.errors import Finding, ModelError, show_value
from hasim.system import System
from hasim.system.plain import SECTIONS

if TYPE_CHECKING:
    import networkx

#: Attributes that readers of GraphML leave in a graph.
_FOREIGN = ("node_default", "edge_default")


def from_graph(graph: networkx.DiGraph[str], *, folder: Path | None = None) -> System:
    """The complete system that a directed graph describes.

    Parameters
    ----------
    graph : networkx.DiGraph
        Nodes are components, or what their attribute ``section`` says: ``domains``, ``crews``,
        ``certificates``, ``services``; their other attributes are the keys of the model language.
        An edge a -> b says that a needs b, unless b stands in the ``needs`` or ``routes`` of a
        already; its attributes may be ``calls`` and ``at_least``. The graph's own attributes are
        the keys of the model.
    folder : Path, optional
        Where files that laws and `include` name may be.

    Raises
    ------
    ModelError
        With all that is wrong.
    """
    findings = []
    values: dict[Any, Any] = {k: v for k, v in graph.graph.items() if k not in _FOREIGN}
    if not graph.is_directed() or graph.is_multigraph():
        found = f"a {type(graph).__name__}"
        findings.append(Finding(None, "graph", found, "expected a networkx.DiGraph"))
    for name, attributes in graph.nodes.items():
        keys = {key: value for key, value in attributes.items() if value is not None}
        section = keys.pop("section", "components")
        if section not in SECTIONS or not isinstance(name, str):
            found = f"{show_value(name)} in the section {show_value(section)}"
            findings.append(
                Finding(None, "graph", found, f"expected a text in one of {', '.join(SECTIONS)}")
            )
            continue
        needs = keys.get("needs", [])
        known = [needs, keys.get("routes")]
        if isinstance(needs, list) and (added := list(_needs_by_edges(graph, name, known))):
            keys["needs"] = [*needs, *added]
        values.setdefault(section, {})[name] = keys
    if findings:
        raise ModelError(findings)
    return resolve(draft_of(values, folder=folder))


def _needs_by_edges(graph: networkx.DiGraph[str], name: str, known: object) -> Iterator[Any]:
    """The needs that edges add to those that the node names itself."""
    named = set(_names_in(known))
    for _, target, attributes in graph.out_edges(name, data=True):
        if target not in named:
            yield {"name": target, **attributes} if attributes else target


def _names_in(known: object) -> Iterator[str]:
    """Every text in needs and routes, at any depth: what else than names is text harms nobody."""
    match known:
        case str():
            yield known
        case Mapping():
            for value in known.values():
                yield from _names_in(value)
        case list() | tuple():
            for value in known:
                yield from _names_in(value)
        case _:
            return
