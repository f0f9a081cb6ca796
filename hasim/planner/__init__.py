"""Questions about systems: what a change does, where downtime comes from, which design is best."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hasim.planner.comparison import Comparison, compare
    from hasim.planner.from_now import risk_from_now
    from hasim.planner.investigation import explain
    from hasim.planner.moves import what_if
    from hasim.planner.replays import replay
    from hasim.planner.sizing.optimum import size

_HOMES = {
    "Comparison": "comparison",
    "compare": "comparison",
    "explain": "investigation",
    "replay": "replays",
    "risk_from_now": "from_now",
    "size": "sizing.optimum",
    "what_if": "moves",
}

__all__ = ["Comparison", "compare", "explain", "replay", "risk_from_now", "size", "what_if"]


def __getattr__(name: str) -> object:
    """Import a question when it is first asked: each brings engines that the others do without."""
    if name not in _HOMES:
        raise AttributeError(f"module 'hasim.planner' has no attribute {name!r}")
    return getattr(import_module(f"hasim.planner.{_HOMES[name]}"), name)
