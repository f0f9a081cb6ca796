"""A System as an exhibition: what is there before anything is answered."""

from __future__ import annotations

from hasim.reporting.answer_figures import draw_ways_back
from hasim.reporting.exhibits.exhibition import Chart, Exhibition, Sheet, section_of
from hasim.reporting.exhibits.pictures import picture_system
from hasim.system import System


def exhibit_system(system: System) -> Exhibition:
    """Lay out a system: its picture, its components, and how it recovers.

    Parameters
    ----------
    system : System
    """
    rows = (
        (name, str(one.replicas), str(one.required), one.redundancy, ", ".join(one.spread))
        for name, one in system.components.items()
    )
    head = "component", "replicas", "required", "redundancy", "spread over"
    sections = [
        section_of("Topology", picture_system(system)),
        section_of("Components", Sheet("", head, tuple(rows))),
        section_of("How it recovers", *map(Chart.of, draw_ways_back(system))),
    ]
    lead = (system.description,) if system.description else ()
    return Exhibition(system.name, lead, tuple(one for one in sections if one.items))
