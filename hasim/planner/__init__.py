"""Questions about changed systems: what the answer becomes where something is put in."""

from hasim.planner.moves import what_if

__all__ = ["what_if"]
