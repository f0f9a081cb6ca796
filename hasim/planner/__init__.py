"""Questions about systems: what a change does, where downtime comes from, which design is best."""

from hasim.planner.comparison import Comparison, compare
from hasim.planner.investigation import explain
from hasim.planner.moves import what_if

__all__ = ["Comparison", "compare", "explain", "what_if"]
