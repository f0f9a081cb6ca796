"""The keys by which two systems draw the same numbers for what they have in common.

Theory of operation
-------------------
A draw belongs to a place of a Process: the start of an automaton, a row, a delay, a signal that
picks at random. Its key is a hash of the names of that place, so that a place of the same name in
another Process has the same key. With (seed, replication) and how often the place has drawn before
it says where the stream starts (kernels/draws.py): a failure mode of a replica then has the same
lives in two candidates, however differently they go on from there. These are common random numbers
(Law 2015, 11.2), kept in step as by the streams of L'Ecuyer et al. (2002), but found by name.

Rules of this file: the order of the places is that in which tabulation.py numbers them where
nothing is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from hasim.engines.kernels.draws import KEY, PURPOSES
from hasim.process import Process

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


def keys_of(process: Process) -> NDArray[np.void]:
    """The keys of all that draws in a Process, as `draws.draw_work` looks them up.

    Parameters
    ----------
    process : Process

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
    return keys


def _places(process: Process) -> Iterator[list[Place]]:
    """What draws, in the order of `PURPOSES`: starts, rows, work, signals."""
    yield [("start", automaton.name) for automaton in process.automata]
    yield rows_of(process)
    yield [("work", a.name, d.name) for a in process.automata for d in a.delays]
    yield [("pick", signal.name) for signal in process.signals]


def _hash(place: Place) -> int:
    text = "\0".join(place).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little")
