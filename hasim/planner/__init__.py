"""Questions about changed systems: what the answer becomes, where it comes from, what to do."""

from hasim.planner.from_now import risk_from_now
from hasim.planner.investigation import explain
from hasim.planner.moves import what_if
from hasim.planner.replays import replay

__all__ = ["explain", "replay", "risk_from_now", "what_if"]
