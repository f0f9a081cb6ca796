"""From sums over replications to estimates with 95 % intervals, and when there are enough."""

from hasim.stats.estimate import NOTHING_KNOWN, Estimate
from hasim.stats.tally import Tally

__all__ = ["NOTHING_KNOWN", "Estimate", "Tally"]
