"""Questions about systems: what a change does, where downtime comes from, which design is best."""

from hasim.planner.comparison import Comparison, compare
from hasim.planner.from_now import risk_from_now
from hasim.planner.investigation import explain
from hasim.planner.moves import what_if
from hasim.planner.replays import replay
from hasim.planner.sizing.optimum import size

__all__ = ["Comparison", "compare", "explain", "replay", "risk_from_now", "size", "what_if"]
