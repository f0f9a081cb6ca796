"""Questions about changed systems: something put in, or something down already."""

from hasim.planner.from_now import risk_from_now
from hasim.planner.moves import what_if
from hasim.planner.replays import replay

__all__ = ["replay", "risk_from_now", "what_if"]
