"""Model r as a diagram of RePyability."""

from __future__ import annotations

import surpyval
from repyability import PerfectReliability, RepairableRBD

from benchmarks.models import HOUR, REQUIRED_OF_DIAGRAM, TIERS


def build_diagram() -> RepairableRBD:
    """Return model r; times are hours, and a vote is a junction that never fails."""
    edges: list[tuple[str, str]] = []
    components: dict[str, object] = {}
    before = "input"
    for tier in TIERS:
        for number in range(len(tier.zones)):
            unit = f"{tier.name}.{number}"
            edges += [(before, unit), (unit, tier.name)]
            components[unit] = {
                "reliability": surpyval.Exponential.from_params([HOUR / tier.mtbf]),
                "repairability": surpyval.Exponential.from_params([HOUR / tier.mttr]),
            }
        components[tier.name] = PerfectReliability
        before = tier.name
    edges.append((before, "output"))
    return RepairableRBD(edges, components, dict(REQUIRED_OF_DIAGRAM))
