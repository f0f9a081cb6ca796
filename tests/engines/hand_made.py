"""Short ways to write a Process by hand, and to tell what happened in it."""

import math

from hasim.engines.record import Log
from hasim.engines.reference import Simulation, simulate
from hasim.laws import Fixed
from hasim.process import Alternative, Automaton, Count, Delay, Occupancy, Phase, Process, Row

KINDS = ("start", "delay", "immediate", "signal", "grant", "revoke")


def to(target, **options):
    """A row with one alternative."""
    return Row((Alternative(target, **options),))


def fork(*alternatives):
    """A row with several: pairs of target and weight, or alternatives."""
    return Row(
        tuple(
            one if isinstance(one, Alternative) else Alternative(one[0], weight=one[1])
            for one in alternatives
        )
    )


def after(law, phase, target, name=None, **options):
    """A delay in one phase; a number means so many seconds."""
    law = Fixed(law) if isinstance(law, (int, float)) else law
    row = target if isinstance(target, Row) else to(target)
    return Delay(name or target, (phase,), law, row, **options)


def automaton(name, *delays, phases=None, reactions=(), start=None, count=None):
    """Phases in order of mention unless given; it starts in the first."""
    if phases is None:
        phases = tuple(
            dict.fromkeys(
                p for d in delays for p in (*d.phases, *(a.target for a in d.row.alternatives))
            )
        )
    phases = tuple(phase if isinstance(phase, Phase) else Phase(phase) for phase in phases)
    return Automaton(
        name, phases, start or ((phases[0].name, 1.0),), delays, tuple(reactions), count
    )


def process(*automata, **parts):
    parts = {key: tuple(value) for key, value in parts.items()}
    return Process("by hand", automata, **parts)


def number_in(name, phase, *automata, **options):
    """A level: how many of the automata are in a phase."""
    return Count(name, tuple((Occupancy(one, phase), 1) for one in automata), **options)


def tell(process, log):
    """A log in names: (time, kind, automaton, phase, by)."""
    entries = log.entries() if isinstance(log, Log) else log
    delays = [delay.name for one in process.automata for delay in one.delays]
    pools = [p.name for p in process.pools]
    names = ([], delays, [], [s.name for s in process.signals], pools, pools)
    return [
        (
            time,
            KINDS[kind],
            process.automata[idx].name,
            process.automata[idx].phases[phase].name,
            names[kind][by] if by >= 0 else None,
        )
        for time, kind, idx, phase, by in entries
    ]


def story(process, before=math.inf, seed=1):
    """What happens after the start, in names."""
    entries = [
        entry for one in Simulation(process, seed=seed).instants(before) for entry in one.entries
    ]
    return [entry for entry in tell(process, entries) if entry[1] != "start"]


def moments(process, name, before=math.inf, seed=1):
    """When the delay of this name ended."""
    return [
        time
        for time, kind, _, _, by in story(process, before, seed)
        if (kind, by) == ("delay", name)
    ]


def measure(process, warmup=0.0, horizon=10.0, seed=1):
    """One replication's row by the names of its columns."""
    from hasim.engines.record import MeasureColumns

    rows, _, _ = simulate(process, seed=seed, replications=range(1), warmup=warmup, horizon=horizon)
    return dict(zip(MeasureColumns.of(process).names, rows[0].tolist(), strict=True))
