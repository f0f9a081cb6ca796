"""Solving: a System or a Process in, a Solution out.

Theory of operation: `solve` compiles a System, chooses an engine, plans replications (`plan.py`),
runs rounds of them until the answer is precise enough (`campaign.py`) and reads the answers out of
the tally (`answers.py`). docs/statistics.md tells why the intervals hold.
"""

from hasim.solving.asking import ask
from hasim.solving.campaign import Progress
from hasim.solving.solver import compute, compute_long_run, solve

__all__ = ["Progress", "ask", "compute", "compute_long_run", "solve"]
