"""Questions about changed systems: what the answer becomes, where it comes from, what to do."""

from hasim.planner.investigation import explain
from hasim.planner.moves import what_if

__all__ = ["explain", "what_if"]
