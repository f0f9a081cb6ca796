"""Downtime of a gate in a window that begins in the long run.

Theory of operation: the chain of all that bears on the gate starts in the distribution that it has
in the long run, so that every window, whenever it begins, has the same law (markov/
interval_downtime.py). A calendar has no such moment-free start, and is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hasim.engines.exact.markov.chain import Chain, Flags
from hasim.engines.exact.markov.interval_downtime import DowntimeLaw
from hasim.engines.exact.modules import closure_of, restrict
from hasim.engines.exact.spaces import explore_once
from hasim.engines.exact.symmetry import find_classes
from hasim.engines.influences import supports
from hasim.errors import RefusedError
from hasim.process import Process


@dataclass(frozen=True, eq=False)
class LongRunDowntime:
    """A chain that starts in the long run, and where in it a gate does not hold.

    Parameters
    ----------
    chain : Chain
    down : ndarray of bool, shape (n,)
    """

    chain: Chain
    down: Flags

    @property
    def share(self) -> float:
        """Share of time down."""
        return float(self.chain.start[self.down].sum())

    def law(self, *, longest: float, largest: float, allowed: float) -> DowntimeLaw:
        """Return the law of the downtime; parameters and refusals as of `DowntimeLaw`."""
        return DowntimeLaw(self.chain, self.down, longest=longest, largest=largest, allowed=allowed)


def find_long_run_downtime(process: Process, gate: str, *, most_states: int) -> LongRunDowntime:
    """Return the chain of a gate, started in the long run.

    Parameters
    ----------
    process : Process
    gate : str
        That holds while a service is up.
    most_states : int
        Of everything that bears on it together.

    Raises
    ------
    RefusedError
        Where that is no Markov chain, has a calendar, or has more states.
    """
    if not supports(process)[gate]:
        raise RefusedError([f"{gate} depends on nothing that changes"])
    alone = restrict(process, closure_of(process, gate))
    if alone.schedules:
        raise RefusedError(["the calendar moves it, so its windows are not alike"])
    known = explore_once(
        alone, most_states=most_states, classes=find_classes(alone, individual=[gate])
    )
    shares = known.shares(gate, known.space.tell)
    start = shares / shares.sum()
    return LongRunDowntime(replace(known.chain, start=start), known.space.value(gate) == 0.0)
