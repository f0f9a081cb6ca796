"""Random numbers: the one place where the engines draw.

Theory of operation: a stream is four 64-bit words, xoshiro256++ (Blackman and Vigna 2021) started
by splitmix64 from (seed, replication). Unit exponential and standard normal variates come from
ziggurats of 256 layers (Marsaglia and Tsang 2000), with the layer and the position taken from
different bits of one word. Laws are sampled from these.

Streams can be keyed (docs/semantics.md, 28): before each draw the stream is started anew
from (seed, replication, key of what draws, hour, how often it has drawn in it), so that two systems
that have something in common draw the same numbers for it, whatever else they do. An exponential
delay then ends at the next point of a Poisson process of its own, whenever it begins to wait: the
processes of two systems are the same but for points that the slower of them leaves out.

Rules of this file: every draw names its purpose and index, by which keyed streams find the key and
which a single stream, `keys` None, ignores. Kernel and reference call these same functions, so that
their events agree bit for bit.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hasim.engines.kernels.codes import (
    EMPIRICAL,
    ERLANG,
    EXPONENTIAL,
    FIXED,
    GAMMA,
    LOGNORMAL,
    UNIFORM,
    WEIBULL,
)
from hasim.engines.kernels.compilation import inline, kernel, shared

PURPOSES = START, ROW, WORK, SIGNAL = 0, 1, 2, 3

#: What draws: its key; how often it has drawn in this hour, and the hour; the mean distance of its
#: points, 0 where it has none, and the length of the cells in which they are made. The records at
#: the places of `PURPOSES` hold in `uses` where the keys of that purpose begin, the first of them
#: in `key` what the replication adds.
KEY = np.dtype(
    [("key", np.uint64), ("uses", np.int64), ("hour", np.int64)]
    + [(name, np.float64) for name in ("distance", "cell")]
)

#: Of the hours of keyed streams: one over their length in seconds, a power of two near two hours.
#: What happens within minutes of each other in two systems is in one of them; see keys.py.
_HOURS = 1.0 / 8192.0

#: Room for the draws of one thing in one hour.
_DRAWS_IN_HOUR = 1 << 24

#: A point is over when it is no more than rounding later than now.
_ROUNDING = 1.0 + 2.0**-50

u = np.uintp

_LAYERS = 256
_EXPONENTIAL_EDGE = 7.69711747013104972
_NORMAL_EDGE = 3.6541528853610088
_SCALE = 2.0**53


def _exponential_tables() -> tuple[NDArray[np.float64], ...]:
    edge = _EXPONENTIAL_EDGE
    area = (edge + 1.0) * math.exp(-edge)
    return _tables(edge, area, lambda x: math.exp(-x), lambda y: -math.log(y))


def _normal_tables() -> tuple[NDArray[np.float64], ...]:
    edge = _NORMAL_EDGE
    tail = math.sqrt(math.pi / 2.0) * math.erfc(edge / math.sqrt(2.0))
    area = edge * math.exp(-0.5 * edge * edge) + tail
    return _tables(
        edge, area, lambda x: math.exp(-0.5 * x * x), lambda y: math.sqrt(-2.0 * math.log(y))
    )


def _tables(edge, area, density, inverse):
    limit, width, height = (np.zeros(_LAYERS) for _ in range(3))
    base = area / density(edge)
    limit[0] = edge / base * _SCALE
    width[0], width[-1] = base / _SCALE, edge / _SCALE
    height[0], height[-1] = 1.0, density(edge)
    x = edge
    for layer in range(_LAYERS - 2, 0, -1):
        wider = x
        x = inverse(area / x + density(x))
        limit[layer + 1] = x / wider * _SCALE
        width[layer], height[layer] = x / _SCALE, density(x)
    return limit, width, height


_EXP_LIMIT, _EXP_WIDTH, _EXP_HEIGHT = _exponential_tables()
_NORMAL_LIMIT, _NORMAL_WIDTH, _NORMAL_HEIGHT = _normal_tables()


@inline
def _splitmix(state):
    z = state
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@shared
def start_stream(stream, seed, replication):
    """Fill `stream` (uint64[4]) with the start of the stream of (seed, replication)."""
    golden = np.uint64(0x9E3779B97F4A7C15)
    state = _splitmix(np.uint64(seed) + golden) ^ (
        np.uint64(replication) * np.uint64(0xD1342543DE82EF95)
    )
    for word in range(4):
        state = state + golden
        stream[word] = _splitmix(state)


@shared
def start_keys(keys, seed, replication):
    """Have nothing drawn yet in the replication that follows; nothing to do without keys."""
    if keys is None:
        return
    golden = np.uint64(0x9E3779B97F4A7C15)
    mixed = _splitmix(np.uint64(seed) + golden)
    keys[START].key = _splitmix(mixed ^ (np.uint64(replication) + golden))
    for place in range(len(PURPOSES), len(keys)):
        keys[place].uses = 0
        keys[place].hour = -1


@inline
def _turn_to(stream, keys, purpose, index, now):
    """Start the stream of the next draw of what stands at `index` among those of a purpose."""
    drawer = keys[u(keys[purpose].uses + index)]
    hour = np.int64(now * _HOURS)
    if hour != drawer.hour:
        drawer.hour = hour
        drawer.uses = 0
    number = np.uint64(hour * _DRAWS_IN_HOUR + drawer.uses)
    start_stream(stream, keys[START].key ^ drawer.key, number)
    drawer.uses += 1


@inline
def _next_word(stream):
    s0, s1, s2, s3 = stream[0], stream[1], stream[2], stream[3]
    total = s0 + s3
    result = ((total << np.uint64(23)) | (total >> np.uint64(41))) + s0
    shifted = s1 << np.uint64(17)
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << np.uint64(45)) | (s3 >> np.uint64(19))
    stream[0], stream[1], stream[2], stream[3] = s0, s1, s2, s3
    return result


@inline
def _uniform(stream):
    return np.float64(_next_word(stream) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inline
def _unit_exponential(stream):
    while True:
        word = _next_word(stream)
        layer = word & np.uint64(255)
        position = np.float64(word >> np.uint64(11))
        x = position * _EXP_WIDTH[layer]
        if position < _EXP_LIMIT[layer]:
            return x
        if layer == 0:
            return _EXPONENTIAL_EDGE - math.log(1.0 - _uniform(stream))
        low, high = _EXP_HEIGHT[layer], _EXP_HEIGHT[layer - np.uint64(1)]
        if low + _uniform(stream) * (high - low) < math.exp(-x):
            return x


@inline
def _normal_tail(stream):
    while True:
        x = -math.log(1.0 - _uniform(stream)) / _NORMAL_EDGE
        y = -math.log(1.0 - _uniform(stream))
        if y + y > x * x:
            return _NORMAL_EDGE + x


@inline
def _flipped(x, flip):
    """A number with the bit of its sign flipped or not; a branch would be guessed wrong."""
    return np.uint64(np.float64(x).view(np.uint64) ^ flip).view(np.float64)


@inline
def _standard_normal(stream):
    while True:
        word = _next_word(stream)
        layer = word & np.uint64(255)
        flip = (~word & np.uint64(256)) << np.uint64(55)
        position = np.float64(word >> np.uint64(11))
        x = position * _NORMAL_WIDTH[layer]
        if position < _NORMAL_LIMIT[layer]:
            return _flipped(x, flip)
        if layer == 0:
            return _flipped(_normal_tail(stream), flip)
        low, high = _NORMAL_HEIGHT[layer], _NORMAL_HEIGHT[layer - np.uint64(1)]
        if low + _uniform(stream) * (high - low) < math.exp(-0.5 * x * x):
            return _flipped(x, flip)


def _unit_gamma(stream, shape):
    """Marsaglia and Tsang (2000), with the power of a uniform for shapes below 1."""
    boost = 1.0
    if shape < 1.0:
        boost = (1.0 - _uniform(stream)) ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = _standard_normal(stream)
        v = 1.0 + c * x
        if v <= 0.0:
            continue
        v = v * v * v
        if math.log(1.0 - _uniform(stream)) < 0.5 * x * x + d - d * v + d * math.log(v):
            return boost * d * v


def _rare_law(stream, code, parameters, place):
    if code == GAMMA:
        return parameters[place + u(1)] * _unit_gamma(stream, parameters[place])
    if code == ERLANG:
        total = 0.0
        for _ in range(int(parameters[place])):
            total += _unit_exponential(stream)
        return parameters[place + u(1)] * total
    size = int(parameters[place])
    place += u(1)
    if code == EMPIRICAL:
        return parameters[place + u(_uniform(stream) * size)]
    mark, branch = _uniform(stream), 0
    while branch < size - 1 and mark >= parameters[place + u(branch)]:
        mark -= parameters[place + u(branch)]
        branch += 1
    return parameters[place + u(size + branch)] * _unit_exponential(stream)


_unit_gamma = inline(_unit_gamma)
_rare_law = kernel(_rare_law)


@inline
def _until_next_point(stream, keys, index, now, mean):
    """Time until the next point of delay `index` that is its own at this mean.

    The points are a Poisson process of the rate 1 / distance, each with a mark in [0, 1); those
    with a mark below distance / mean are one of the rate 1 / mean (Lewis and Shedler 1979). They
    are made anew in every cell of time, from its beginning, so that none has to be remembered.
    """
    drawer = keys[u(keys[WORK].uses + index)]
    cell = np.int64(now / drawer.cell)
    while True:
        start_stream(stream, keys[START].key ^ drawer.key, np.uint64(cell))
        point = np.float64(cell) * drawer.cell
        end = point + drawer.cell
        point += drawer.distance * _unit_exponential(stream)
        while point < end:
            is_own = _uniform(stream) * mean < drawer.distance
            if is_own and point > now * _ROUNDING:
                return point - now
            point += drawer.distance * _unit_exponential(stream)
        cell += 1


@shared
def draw_uniform(stream, keys, purpose, index, now):
    """One number in [0, 1), a multiple of 2**-53."""
    if keys is not None:
        _turn_to(stream, keys, purpose, index, now)
    return _uniform(stream)


@shared
def draw_work(stream, keys, index, now, code, parameters, start):
    """Work of delay `index`: a law by `code`, its parameters from place `start` on; seconds."""
    place = u(start)
    if keys is not None:
        if code == EXPONENTIAL and keys[u(keys[WORK].uses + index)].distance > 0.0:
            return _until_next_point(stream, keys, index, now, parameters[place])
        _turn_to(stream, keys, WORK, index, now)
    if code == EXPONENTIAL:
        return parameters[place] * _unit_exponential(stream)
    if code == FIXED:
        return parameters[place]
    if code == LOGNORMAL:
        return math.exp(parameters[place] + parameters[place + u(1)] * _standard_normal(stream))
    if code == WEIBULL:
        return parameters[place + u(1)] * math.pow(_unit_exponential(stream), parameters[place])
    if code == UNIFORM:
        return parameters[place] + parameters[place + u(1)] * _uniform(stream)
    return _rare_law(stream, code, parameters, place)


def new_stream(seed: int, replication: int) -> NDArray[np.uint64]:
    """Return the stream of (seed, replication) at its start, uint64[4]."""
    stream = np.zeros(4, dtype=np.uint64)
    start_stream(stream, np.uint64(seed), np.uint64(replication))
    return stream
