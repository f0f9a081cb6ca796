"""Compiling every variant of the kernel ahead of its first use."""

from __future__ import annotations

from hasim.engines.assembly import assemble
from hasim.engines.exact.statespace import explore
from hasim.engines.keys import keys_of, shortest_means
from hasim.engines.montecarlo import Simulator
from hasim.laws import Exponential
from hasim.process import (
    Alternative,
    Automaton,
    Count,
    Delay,
    Gate,
    Occupancy,
    Outages,
    Phase,
    Pool,
    Process,
    Reaction,
    Row,
    Schedule,
    Signal,
)
from hasim.process.automata import Memory


def compile_all() -> None:
    """Run a tiny Process through each variant: with and without signals, clocks, revocation, keys.

    And explore one, and unite outages.
    """
    for signals in (False, True):
        for clocks, preempts in ((False, False), (True, False), (True, True)):
            simulator = Simulator.of(_tiny(signals=signals, clocks=clocks, preempts=preempts))
            simulator.run(seed=1, replications=range(1), warmup=1.0, horizon=10.0)
    plain = _tiny(signals=False, clocks=False, preempts=False)
    keys = keys_of(plain, shortest_means([plain]))
    keyed = Simulator.of(plain, keys=keys)
    spells = keyed.spells(seed=1, replications=range(1), warmup=1.0, horizon=10.0)
    assemble([spells], warmup=1.0, horizon=10.0)
    explore(plain, plain_transitions=0)


def _tiny(*, signals: bool, clocks: bool, preempts: bool) -> Process:
    def delay(name: str, phase: str, target: str) -> Delay:
        memory: Memory = "resume" if clocks else "restart"
        return Delay(name, (phase,), Exponential(1.0), Row((Alternative(target),)), memory)

    unit = Automaton(
        "unit",
        (Phase("up"), Phase("down")),
        (("up", 1.0),),
        (delay("fail", "up", "down"), delay("repair", "down", "up")),
        (Reaction("test", "down", Row((Alternative("up"),))),) if signals else (),
    )
    signal = (Signal("test", ("unit",)),) if signals else ()
    calendar = (Schedule("calendar", 1.0, None, ("test",)),) if signals else ()
    nodes = (Count("n", ((Occupancy("unit", "up"), 1),)), Gate("serves", "n", ">=", 1.0))
    measures = (Outages("unit", "serves"),)
    pools = (Pool("crew", 1, "priority", preempts=True),) if preempts else ()
    return Process("tiny", (unit,), nodes, pools, signal, calendar, measures)
