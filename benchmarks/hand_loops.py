"""Loops written by hand in numba for one model each, with the kernel's own draws."""

from __future__ import annotations

import math

import numba
import numpy as np

from hasim.engines.kernels.codes import EXPONENTIAL, LOGNORMAL
from hasim.engines.kernels.draws import draw_work, start_stream

HOUR = 3600.0
_compile = numba.njit(error_model="numpy", nogil=True)


@_compile
def _set_leaf(key, winner, size, i, end):
    place = size + i
    key[place] = end
    place >>= 1
    while place > 0:
        left = place << 1
        pick = left + (key[left + 1] < key[left])
        key[place] = key[pick]
        winner[place] = winner[pick]
        place >>= 1


@_compile
def _cluster(n, crews, required, horizon, seed, parameters):
    """Nodes up or down in an array, a ring of those that wait; events, outages, downtime."""
    stream = np.zeros(4, dtype=np.uint64)
    start_stream(stream, np.uint64(seed), np.uint64(0))
    size = 1
    while size < n:
        size *= 2
    key = np.full(2 * size, np.inf)
    winner = np.zeros(2 * size, dtype=np.int32)
    for i in range(size):
        winner[size + i] = i
    up = np.ones(n, dtype=np.bool_)
    queue = np.zeros(n, dtype=np.int32)
    for i in range(n):
        key[size + i] = draw_work(stream, i, EXPONENTIAL, parameters, 0)
    for place in range(size - 1, 0, -1):
        pick = 2 * place + (key[2 * place + 1] < key[2 * place])
        key[place] = key[pick]
        winner[place] = winner[pick]
    head, waiting, free, serving = 0, 0, crews, n
    events, outages, downtime, since = 0, 0, 0.0, 0.0
    while key[1] < horizon:
        now, i = key[1], winner[1]
        events += 1
        if up[i]:
            up[i] = False
            serving -= 1
            if serving == required - 1:
                outages += 1
                since = now
            if free > 0:
                free -= 1
                _set_leaf(
                    key, winner, size, i, now + draw_work(stream, i, LOGNORMAL, parameters, 1)
                )
            else:
                queue[(head + waiting) % n] = i
                waiting += 1
                _set_leaf(key, winner, size, i, np.inf)
        else:
            up[i] = True
            serving += 1
            if serving == required:
                downtime += now - since
            _set_leaf(key, winner, size, i, now + draw_work(stream, i, EXPONENTIAL, parameters, 0))
            if waiting > 0:
                j = queue[head % n]
                head += 1
                waiting -= 1
                _set_leaf(
                    key, winner, size, j, now + draw_work(stream, j, LOGNORMAL, parameters, 1)
                )
            else:
                free += 1
    return events, outages, downtime


def cluster(n: int, crews: int, required: int, horizon: float, seed: int = 1) -> int:
    """Run models c and d; return the number of events."""
    mu = math.log(24 * HOUR) - 0.8**2 / 2
    parameters = np.array([8760 * HOUR, mu, 0.8])
    return int(_cluster(n, crews, required, horizon, seed, parameters)[0])
