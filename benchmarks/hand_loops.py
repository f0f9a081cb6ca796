"""Loops written by hand for one model each: how fast a kernel could be that knew only that model.

Theory of operation: models a, c and d of benchmarks/models.py with everything that is fixed written
into the code. The draws are the kernel's own and come in the same order, so a loop gives the
kernel's figures to the last bit (tests/benchmarks/test_hand_loops.py); what differs is the time.

Rules of this file: speed first. Compiled code is cached in a folder of its own, named after the
sources that it is made of.
"""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks import models
from hasim.engines.kernels import compilation
from hasim.engines.kernels.codes import EXPONENTIAL, LOGNORMAL, UNIFORM, WEIBULL
from hasim.engines.kernels.draws import draw_work, new_stream
from hasim.engines.law_codes import law_entry
from hasim.engines.record import BINS_PER_OCTAVE, FIRST_OCTAVE, N_BINS

u = np.uintp
_FIRST_BIN = FIRST_OCTAVE * BINS_PER_OCTAVE
_LAST_BIN = N_BINS - 1

#: Phases of the control of a; node n serves, was lost, or is being failed over to.
_SERVES, _LOST, _TO, _NONE = 0, 1, 2, 3


class Figures(NamedTuple):
    """What a loop gives, as the kernel does: counts, seconds, lengths of the outages by bin."""

    events: int
    begun: int
    downtime: float
    ended: int
    nodes_up: float
    histogram: NDArray[np.int64]


def active_passive(horizon: float, seed: int = 1) -> Figures:
    """Run model a."""
    histogram = np.zeros(N_BINS, dtype=np.int64)
    return Figures(*_run_pair(new_stream(seed, 0), _pair_laws(), horizon, histogram), histogram)


def cluster(n_nodes: int, crews: int, required: int, horizon: float, seed: int = 1) -> Figures:
    """Run model c or d; `nodes_up` is not measured there."""
    size = 1 << (n_nodes - 1).bit_length()
    is_up, queue = np.zeros(n_nodes, dtype=np.int8), np.zeros(n_nodes + 1, dtype=np.int32)
    keys, winners = np.zeros((2, 2 * size), dtype=np.int64)
    histogram = np.zeros(N_BINS, dtype=np.int64)
    places = (is_up, queue, keys, winners)
    stream, laws = new_stream(seed, 0), _cluster_laws()
    counts = _run_cluster(stream, laws, crews, required, *places, horizon, histogram)
    return Figures(*counts, math.nan, histogram)


def draw_for_pair(figures: Figures) -> None:
    """Draw what a run of model a drew, and nothing else."""
    n_cycles = (figures.events - figures.begun - figures.ended) // 2
    _draw_for_pair(new_stream(1, 0), _pair_laws(), n_cycles, figures.ended)


def draw_for_cluster(figures: Figures) -> None:
    """Draw what a run of model c or d drew, and nothing else."""
    _draw_for_cluster(new_stream(1, 0), _cluster_laws(), figures.events // 2)


@functools.cache  # built outside what is timed
def _pair_laws() -> NDArray[np.float64]:
    """Failure at 0, repair at 2, failover at 4, detection at 6."""
    node, _, control = models.active_passive().automata
    laws = {delay.name: delay.law for delay in (*node.delays, *control.delays)}
    names = ("failure", "repair", "failover-b", "detect-a")
    return np.array([number for name in names for number in law_entry(laws[name])[1]])


@functools.cache
def _cluster_laws() -> NDArray[np.float64]:
    """Failure at 0, repair at 1."""
    node = models.cluster(1, crews=1, required=1).automata[0]
    return np.array([number for delay in node.delays for number in law_entry(delay.law)[1]])


def _in_own_folder(function: Callable[..., Any]) -> Any:
    """Compile with a cache that notices a change here or in the kernel."""
    digest = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    kept = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(compilation.CACHE / f"hand-loops-{digest}")
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)
    finally:
        numba.config.CACHE_DIR = kept


def _inline(function: Callable[..., Any]) -> Any:
    return numba.njit(forceinline=True, error_model="numpy", _nrt=False)(function)


@_inline
def _note_length(histogram, length):
    place = np.int64(math.floor(math.log2(length) * BINS_PER_OCTAVE)) - _FIRST_BIN
    histogram[u(min(max(place, 0), _LAST_BIN))] += 1


@_in_own_folder
def _run_pair(stream, laws, horizon, histogram):  # noqa: C901  # one model, all of it
    """Model a: clocks and phases in local variables, the next event by two comparisons."""
    end_a = draw_work(stream, None, 0, 0.0, WEIBULL, laws, 0)
    end_b = draw_work(stream, None, 0, 0.0, WEIBULL, laws, 0)
    end_control = np.inf
    up_a, up_b = True, True
    is_crew_busy, is_a_waiting, is_b_waiting = False, False, False
    phase, node = _SERVES, 0
    events, begun, ended = 0, 0, 0
    nodes_up, n_up, n_since = 0.0, 2.0, 0.0
    downtime, since, is_down = 0.0, 0.0, False
    while True:
        end_node = min(end_a, end_b)
        now = min(end_node, end_control)
        if now >= horizon:
            break
        events += 1
        if end_node <= end_control:
            is_a = end_a <= end_b
            was_up = up_a if is_a else up_b
            nodes_up += n_up * (now - n_since)
            n_since = now
            if was_up:
                n_up -= 1.0
                hit = node == (0 if is_a else 1)
                if is_a:
                    up_a, end_a = False, np.inf
                else:
                    up_b, end_b = False, np.inf
                if hit and phase == _SERVES:
                    phase, end_control = _LOST, now + laws[6]
                    if not is_down:
                        is_down, since = True, now
                        begun += 1
                elif hit and phase == _TO:
                    phase, end_control = _NONE, np.inf
                    if up_a or up_b:
                        phase, node = _TO, (0 if up_a else 1)
                        end_control = now + draw_work(stream, None, 0, 0.0, UNIFORM, laws, 4)
                if is_crew_busy:
                    is_a_waiting, is_b_waiting = is_a, not is_a
                else:
                    is_crew_busy = True
                    end = now + draw_work(stream, None, 0, 0.0, LOGNORMAL, laws, 2)
                    if is_a:
                        end_a = end
                    else:
                        end_b = end
            else:
                n_up += 1.0
                end = now + draw_work(stream, None, 0, 0.0, WEIBULL, laws, 0)
                if is_a:
                    up_a, end_a = True, end
                else:
                    up_b, end_b = True, end
                if phase == _NONE:
                    phase, node = _TO, (0 if is_a else 1)
                    end_control = now + draw_work(stream, None, 0, 0.0, UNIFORM, laws, 4)
                is_crew_busy = is_a_waiting or is_b_waiting
                if is_a_waiting:
                    end_a = now + draw_work(stream, None, 0, 0.0, LOGNORMAL, laws, 2)
                elif is_b_waiting:
                    end_b = now + draw_work(stream, None, 0, 0.0, LOGNORMAL, laws, 2)
                is_a_waiting, is_b_waiting = False, False
        elif phase == _LOST:
            other_up = up_b if node == 0 else up_a
            phase, end_control = _NONE, np.inf
            if other_up:
                phase, node = _TO, 1 - node
            elif up_a or up_b:
                phase, node = _TO, (0 if up_a else 1)
            if phase == _TO:
                end_control = now + draw_work(stream, None, 0, 0.0, UNIFORM, laws, 4)
        else:
            phase, end_control = _SERVES, np.inf
            is_down = False
            downtime += now - since
            ended += 1
            _note_length(histogram, now - since)
    nodes_up += n_up * (horizon - n_since)
    if is_down:
        downtime += horizon - since
    return events, begun, downtime, ended, nodes_up


@_inline
def _set_leaf(keys, winners, size, node, end):
    """Winner tree over the bits of the ends, which order as they do; ties go to the left."""
    place, key, winner = u(size + node), np.float64(end).view(np.int64), np.int64(node)
    keys[place] = key
    while place > u(1):
        other = place ^ u(1)
        is_right = np.int64(place & u(1))
        rival, rival_winner = keys[other], winners[other]
        loses = rival - is_right < key
        key = rival if loses else key
        winner = rival_winner if loses else winner
        place >>= u(1)
        keys[place], winners[place] = key, winner


@_in_own_folder
def _run_cluster(stream, laws, crews, required, is_up, queue, keys, winners, horizon, histogram):
    """Models c and d: a winner tree, a ring of waiting nodes, a count of those up."""
    n = len(is_up)
    size = len(keys) >> 1
    keys[:] = np.float64(np.inf).view(np.int64)
    for node in range(size):
        winners[size + node] = node
    for node in range(n):
        is_up[node] = 1
        keys[size + node] = np.float64(draw_work(stream, None, 0, 0.0, EXPONENTIAL, laws, 0)).view(
            np.int64
        )
    for place in range(size - 1, 0, -1):
        pick = 2 * place + (keys[2 * place + 1] < keys[2 * place])
        keys[place], winners[place] = keys[pick], winners[pick]
    head, tail, free, n_up = 0, 0, crews, n
    events, begun, ended, downtime, since = 0, 0, 0, 0.0, 0.0
    while True:
        now = np.int64(keys[1]).view(np.float64)
        if now >= horizon:
            break
        events += 1
        node = np.int64(winners[1])
        if is_up[u(node)]:
            is_up[u(node)] = 0
            n_up -= 1
            if n_up == required - 1:
                since = now
                begun += 1
            end = np.inf
            if free > 0:
                free -= 1
                end = now + draw_work(stream, None, 0, 0.0, LOGNORMAL, laws, 1)
            else:
                queue[u(tail)] = node
                tail = tail + 1 if tail < n else 0
            _set_leaf(keys, winners, size, node, end)
        else:
            is_up[u(node)] = 1
            n_up += 1
            if n_up == required:
                downtime += now - since
                ended += 1
                _note_length(histogram, now - since)
            end = now + draw_work(stream, None, 0, 0.0, EXPONENTIAL, laws, 0)
            _set_leaf(keys, winners, size, node, end)
            if head == tail:
                free += 1
            else:
                node = np.int64(queue[u(head)])
                head = head + 1 if head < n else 0
                end = now + draw_work(stream, None, 0, 0.0, LOGNORMAL, laws, 1)
                _set_leaf(keys, winners, size, node, end)
    if n_up < required:
        downtime += horizon - since
    return events, begun, downtime, ended


@_in_own_folder
def _draw_for_pair(stream, laws, n_cycles, n_failovers):
    total = 0.0
    for _ in range(n_cycles):
        total += draw_work(stream, None, 0, 0.0, WEIBULL, laws, 0)
        total += draw_work(stream, None, 0, 0.0, LOGNORMAL, laws, 2)
    for _ in range(n_failovers):
        total += draw_work(stream, None, 0, 0.0, UNIFORM, laws, 4)
    return total


@_in_own_folder
def _draw_for_cluster(stream, laws, n_cycles):
    total = 0.0
    for _ in range(n_cycles):
        total += draw_work(stream, None, 0, 0.0, EXPONENTIAL, laws, 0)
        total += draw_work(stream, None, 0, 0.0, LOGNORMAL, laws, 1)
    return total
