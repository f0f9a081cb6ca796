"""Systems as pictures with marks that a canvas understands too."""

from __future__ import annotations

from hasim.reporting.answer_figures import MOST_DRAWN
from hasim.reporting.exhibits.exhibition import Mark, Picture
from hasim.reporting.figures import Table
from hasim.reporting.figures.drawing import show_share_of
from hasim.reporting.topology_picture import downtime_shares, draw_topology
from hasim.solution import Solution
from hasim.system import System


def picture_heat(system: System, solution: Solution, service: str | None = None) -> Picture | None:
    """A system, the warmer the more of the downtime is charged to a part.

    Parameters
    ----------
    system : System
    solution : Solution
    service : str, optional
        Its downtime only.

    Returns
    -------
    Picture or None
        None for more components than anybody reads.
    """
    if len(system.components) > MOST_DRAWN:
        return None
    shares = downtime_shares(solution, service)
    marks = {
        node: Mark(show_share_of(share), share)
        for name, share in shares.items()
        if share and (node := node_of(system, name))
    }
    ranked = sorted(shares.items(), key=lambda one: -one[1])
    return Picture(
        f"{service or system.name}.topology",
        _tell(service or "all services", ranked),
        "What needs what. A mark is a replica, in the colour and with the number of its domain; "
        "the warmer a box and its percentage, the more of the downtime is charged to it. What "
        "a domain needs is not drawn.",
        draw_topology(system, solution, service),
        marks,
        Table(("part", "of the downtime (share)"), tuple(ranked)),
    )


def picture_system(system: System) -> Picture | None:
    """A system as it is.

    Parameters
    ----------
    system : System

    Returns
    -------
    Picture or None
        None for more components than anybody reads.
    """
    if len(system.components) > MOST_DRAWN:
        return None
    drawn = [(name, "component", one.replicas) for name, one in system.components.items()]
    drawn += [(name, "service", 1) for name in system.services]
    return Picture(
        f"{system.name}.topology",
        "What needs what, and where it is",
        "A mark is a replica, in the colour and with the number of its domain. What a domain needs "
        "is not drawn.",
        draw_topology(system),
        {},
        Table(("part", "kind", "replicas"), tuple(drawn)),
    )


def node_of(system: System, name: str) -> str:
    """The node of the canvas that stands for a name of a system; empty where none does."""
    kinds = {
        "component": system.components,
        "service": system.services,
        "domain": system.domains,
    }
    return next((f"{kind}:{name}" for kind, names in kinds.items() if name in names), "")


def _tell(whose: str, ranked: list[tuple[str, float]]) -> str:
    if not ranked or not ranked[0][1]:
        return f"No downtime of {whose} is charged to a part"
    name, share = ranked[0]
    return f"{show_share_of(share)} of the downtime of {whose} is charged to {name}"
