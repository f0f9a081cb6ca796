"""Questions about changed systems: what the answer becomes, and which of some designs is best."""

from hasim.planner.comparison import Comparison, compare
from hasim.planner.moves import what_if

__all__ = ["Comparison", "compare", "what_if"]
