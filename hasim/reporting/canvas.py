"""The elements of the canvas: nodes and edges with their places, as JSON.

Theory of operation
-------------------
`Sketch` says what there is, `canvas_layout` where it stands; here each becomes what the widget of
the app draws. Services, components and domains are nodes; so are *members*, one for each component
and innermost domain, inside of the boxes of domains.

Rules of this file
------------------
1. Plain data only: dict, list, text, numbers, None. Equal sketches and places give equal elements.
2. Texts are texts: whoever draws them must not take them for markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hasim.description.sketch import DRAWN, Arrow, Member, Sketch, part_id
from hasim.errors import Finding, escape_text
from hasim.reporting.canvas_layout import Former, Places, Standing, stand
from hasim.reporting.domain_boxes import Box
from hasim.reporting.part_words import say, tell_more
from hasim.system import Component, Domain, Service

#: Most parts, members and arrows that are drawn: more would keep the browser and others waiting.
MOST_DRAWN = 5_000


def canvas_of(
    sketch: Sketch, places: Places | None = None, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The elements that the canvas of the app draws.

    Parameters
    ----------
    sketch : Sketch
    places : Mapping[str, (float, float)], optional
        Centres that somebody chose, by identifier (``component:web``, ``domain:a``), in pixels; a
        domain takes all with it that it holds. Identifiers of what is no longer there are ignored.
    before : dict, optional
        The elements of the picture before: what was in it stays where it was, and what is new
        comes where there is room. Without, everything is laid out afresh.

    Returns
    -------
    dict
        ``nodes``: ``id``, ``name``, ``type`` (service, component, domain, member), ``role``,
        ``says`` (one line), ``tells`` (more lines of a tooltip), ``parent``, centre ``x`` and
        ``y``, ``w``, ``h``, ``findings``, ``locked``; domains have a ``level``, members a
        ``group`` and a ``count``. ``edges``: ``id``, ``from``, ``to``, ``kind``, ``findings``, and
        ``points`` on the way where it passes other layers. ``elsewhere``: the findings about
        nothing drawn. ``corner``: where domains begin, which only the next picture asks for. Of
        more than `MOST_DRAWN` parts and arrows none is drawn, and ``elsewhere`` says so first.
    """
    if _size(sketch) > MOST_DRAWN:
        return _undrawn(sketch)
    standing = stand(sketch, places or {}, None if before is None else _former(before))
    nodes = [
        *(_domain(sketch, standing, name, part) for name, part in sketch.domains.items()),
        *(_member(sketch, standing, member) for member in sketch.members),
        *(_group(sketch, standing, name, part) for name, part in sketch.services.items()),
        *(_group(sketch, standing, name, part) for name, part in sketch.components.items()),
    ]
    return {
        "nodes": nodes,
        "edges": [_edge(sketch, standing, arrow) for arrow in sketch.arrows],
        "elsewhere": [told(finding) for finding in sketch.elsewhere()],
        "corner": [round(at, 1) for at in standing.corner],
    }


def _size(sketch: Sketch) -> int:
    return sum(map(len, (*(getattr(sketch, s) for s in DRAWN), sketch.members, sketch.arrows)))


def _undrawn(sketch: Sketch) -> dict[str, Any]:
    """The elements of what is too large: none, and why; all findings."""
    why = Finding(
        None,
        "",
        f"{_size(sketch):,} parts, replicas in domains and arrows are not drawn",
        f"at most {MOST_DRAWN:,}",
        "edit the YAML",
        "warning",
    )
    elsewhere = [told(finding) for finding in (why, *sketch.findings)]
    return {"nodes": [], "edges": [], "elsewhere": elsewhere, "corner": [0.0, 0.0]}


def told(finding: Finding) -> dict[str, Any]:
    """A finding as plain data: its words, and where it is in the YAML.

    Returns
    -------
    dict
        ``severity``, ``text`` (without the place), ``key``, ``file``, ``line`` and ``column``, the
        last three None where it has no place.
    """
    place = finding.place
    words = (finding.found, finding.expected, finding.next_step)
    return {
        "severity": finding.severity,
        "text": "; ".join(word for word in words if word),
        "key": escape_text(finding.key),
        "file": None if place is None else place.file,
        "line": None if place is None else place.line,
        "column": None if place is None else place.column,
    }


def _former(before: Mapping[str, Any]) -> Former:
    """Where things stood in a picture."""
    groups = {
        node["id"]: (node["x"], node["y"])
        for node in before["nodes"]
        if node["type"] in ("service", "component")
    }
    x, y = before.get("corner", (0.0, 0.0))
    return Former(groups, (x, y))


# ---------------------------------------------------------------------------- nodes


def _group(
    sketch: Sketch, standing: Standing, name: str, part: Component | Service
) -> dict[str, Any]:
    is_service = isinstance(part, Service)
    identifier = part_id("services" if is_service else "components", name)
    return {
        **_node(sketch, identifier, standing.boxes[identifier]),
        "name": name,
        "type": "service" if is_service else "component",
        "role": None if isinstance(part, Service) else part.kind,
        "says": say(part),
        "tells": tell_more(part),
        "parent": None,
    }


def _domain(sketch: Sketch, standing: Standing, name: str, part: Domain) -> dict[str, Any]:
    identifier = part_id("domains", name)
    outer = standing.outer[name]
    return {
        **_node(sketch, identifier, standing.boxes[identifier]),
        "name": name,
        "type": "domain",
        "role": None,
        "level": part.level,
        "says": say(part),
        "tells": tell_more(part),
        "parent": None if outer is None else part_id("domains", outer),
    }


def _member(sketch: Sketch, standing: Standing, member: Member) -> dict[str, Any]:
    group = part_id("components", member.group)
    count = len(member.replicas)
    return {
        **_node(sketch, member.identifier, standing.boxes[member.identifier]),
        "name": member.group,
        "type": "member",
        "role": sketch.components[member.group].kind,
        "says": member.group if count == 1 else f"{member.group} ×{count}",
        "tells": _tell_replicas(member),
        "parent": part_id("domains", member.domain),
        "group": group,
        "count": count,
        "locked": group in sketch.locked,
    }


#: Most replicas that a tooltip names one by one.
_MOST_NAMED = 12


def _tell_replicas(member: Member) -> list[str]:
    """The replicas, and what each runs on."""
    names = [f"{member.group}.{number}" for number in member.replicas]
    if member.hosts:
        pairs = zip(names, member.hosts, strict=True)
        names = [f"{name} on {host}" for name, host in pairs]
    rest = len(names) - _MOST_NAMED
    return [*names[:_MOST_NAMED], *([f"and {rest} more"] if rest > 0 else [])]


def _node(sketch: Sketch, identifier: str, box: Box) -> dict[str, Any]:
    """What all nodes have."""
    return {
        "id": identifier,
        "x": round(box.x, 1),
        "y": round(box.y, 1),
        "w": round(box.width, 1),
        "h": round(box.height, 1),
        "findings": [told(finding) for finding in sketch.about.get(identifier, ())],
        "locked": identifier in sketch.locked,
    }


# ---------------------------------------------------------------------------- edges


def _edge(sketch: Sketch, standing: Standing, arrow: Arrow) -> dict[str, Any]:
    edge = {
        "id": arrow.identifier,
        "from": arrow.source_id,
        "to": arrow.target_id,
        "kind": arrow.kind,
        "findings": [told(finding) for finding in sketch.about.get(arrow.identifier, ())],
    }
    way = standing.ways.get((arrow.source_id, arrow.target_id))
    return edge if way is None else {**edge, "points": [[round(x, 1), round(y, 1)] for x, y in way]}
