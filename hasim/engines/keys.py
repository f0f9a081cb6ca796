"""The keys by which several systems draw the same numbers for what they have in common.

Theory of operation
-------------------
A draw belongs to a place of a Process: the start of an automaton, a row, a delay, a signal that
picks at random. Its key is a hash of the names of that place, so that a place of the same name in
another Process has the same key: common random numbers (Law 2015, 11.2), with a stream for each use
as in L'Ecuyer et al. (2002), but found by name. Two systems drift apart all the same: once one of
them has failed once more than the other, its n-th repair answers another failure. Two things bring
them back in step.

1. An exponential delay at speed 1 ends at the next point of a Poisson process that belongs to its
   place and runs whether anybody waits or not; as it has no memory, that is its law. So a replica
   which is up in both systems fails in both at the same moment, whatever went before. Where its
   mean differs between the systems, the points have the rate of the shortest mean, and each system
   takes the share of them that it needs, by a mark that every point has.
2. All other draws are numbered anew every two hours or so, and so are the same where the same
   happens in both systems within that time: a repair that begins, a failover that succeeds or not.

A delay whose speed changes is no such process: what is left of it would tell where the next point
is. Nor is one of a population, whose speed grows with its members.

Rules of this file: the order of the places is that in which tabulation.py numbers them where
nothing is shared.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from hasim.engines.kernels.draws import KEY, PURPOSES
from hasim.laws import Exponential
from hasim.process import Automaton, Delay, Process

Place = tuple[str, ...]


def rows_of(process: Process) -> list[Place]:
    """The rows of a Process in the order of their numbers: of delays, reactions, phases.

    Parameters
    ----------
    process : Process

    Returns
    -------
    list of tuple of str
        ``("delay", automaton, delay)``, ``("signal", automaton, phase, signal)`` and
        ``("at once", automaton, phase)``.
    """
    automata = process.automata
    of_delays = [("delay", a.name, d.name) for a in automata for d in a.delays]
    of_signals = [("signal", a.name, r.phase, r.signal) for a in automata for r in a.reactions]
    at_once = [("at once", a.name, p.name) for a in automata for p in a.phases if p.immediate]
    return [*of_delays, *of_signals, *at_once]


def shortest_means(processes: Iterable[Process]) -> dict[Place, float]:
    """The shortest mean of each exponential delay at speed 1, over some processes.

    Parameters
    ----------
    processes : iterable of Process
        All that are to draw the same numbers.

    Returns
    -------
    dict of (str, str) to float
        Seconds, by automaton and delay.
    """
    means: dict[Place, float] = {}
    for process in processes:
        for automaton, delay in _delays(process):
            if _has_points(automaton, delay):
                place, mean = (automaton.name, delay.name), delay.law.mean
                means[place] = min(means.get(place, mean), mean)
    return means


def keys_of(process: Process, means: Mapping[Place, float]) -> NDArray[np.void]:
    """The keys of all that draws in a Process, as `draws.draw_work` looks them up.

    Parameters
    ----------
    process : Process
    means : mapping of (str, str) to float
        The mean distance of the points of each delay: the `shortest_means` of it and others.

    Returns
    -------
    ndarray of KEY
        First a record for each purpose, which holds where the keys of that purpose begin.
    """
    by_purpose = list(_places(process))
    starts = np.cumsum([len(PURPOSES), *map(len, by_purpose)])
    keys = np.zeros(starts[-1], dtype=KEY)
    keys["uses"][: len(PURPOSES)] = starts[: len(PURPOSES)]
    keys["key"][len(PURPOSES) :] = [_hash(place) for places in by_purpose for place in places]
    works = slice(starts[2], starts[3])
    distance = [means[a.name, d.name] if _has_points(a, d) else 0.0 for a, d in _delays(process)]
    keys["distance"][works] = distance
    keys["cell"][works] = [2.0 ** math.ceil(math.log2(one)) if one else 0.0 for one in distance]
    return keys


def _delays(process: Process) -> Iterator[tuple[Automaton, Delay]]:
    return ((a, d) for a in process.automata for d in a.delays)


def _has_points(automaton: Automaton, delay: Delay) -> bool:
    is_plain = automaton.count is None and delay.speed is None
    return is_plain and isinstance(delay.law, Exponential)


def _places(process: Process) -> Iterator[list[Place]]:
    """What draws, in the order of `PURPOSES`: starts, rows, work, signals."""
    yield [("start", automaton.name) for automaton in process.automata]
    yield rows_of(process)
    yield [("work", a.name, d.name) for a, d in _delays(process)]
    yield [("pick", signal.name) for signal in process.signals]


def _hash(place: Place) -> int:
    text = "\0".join(place).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little")
