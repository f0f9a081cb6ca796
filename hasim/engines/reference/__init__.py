"""The reference engine: plain and slow, what kernels are held against and `trace` steps through."""

from hasim.engines.reference.replications import simulate, simulate_windows
from hasim.engines.reference.simulation import Instant, Simulation

__all__ = ["Instant", "Simulation", "simulate", "simulate_windows"]
