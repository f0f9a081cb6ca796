"""Outage measures: when they begin and end, how long they last, and whose fault each second is.

Theory of operation: outages are looked at when time goes on, so what happens within one moment
leaves no trace. While a service with a blame is down, that is read after every moment; time is
added to a stage and a cause when the label changes. A label is stage x number of causes + cause.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hasim.engines.kernels.codes import BY_PHASE, CHARGED, LABEL, RANKED
from hasim.engines.kernels.compilation import inline, kernel
from hasim.engines.kernels.world import (
    DIRTY,
    DOWN,
    ERROR,
    FULL,
    INDEX,
    N_CAUSES,
    N_SPELLS,
    NOW,
    SPELT,
)

u = np.uintp
_BINS_PER_OCTAVE = 128.0
_FIRST_BIN = 10 * 128


class _Blamed(NamedTuple):
    """What a blame reads: handing over the whole world would cost more than the reading."""

    automaton: NDArray[Any]
    node: NDArray[Any]
    blame: NDArray[Any]
    case: NDArray[Any]
    item: NDArray[np.int32]
    n_causes: int


@inline
def _blamed(world):
    n_causes = world.whole[N_CAUSES]
    return _Blamed(world.automaton, world.node, world.blame, world.case, world.item, n_causes)


@inline
def _case_of_phase(world, table):
    thing = world.automaton[u(world.blame[u(table)].first)]
    for k in range(world.blame[u(table)].case0, world.blame[u(table)].case1):
        key = world.case[u(k)].key
        if key >> 1 == thing.current and not (key & 1 and thing.holding):
            return np.int64(world.case[u(k)].blame)
    return np.int64(-1)


@inline
def _first_failing(world, table):
    for k in range(world.blame[u(table)].case0, world.blame[u(table)].case1):
        if world.node[u(world.case[u(k)].key)].value == 0.0:
            return np.int64(world.case[u(k)].blame)
    return np.int64(world.blame[u(table)].first)


@inline
def _charged(world, table, label):
    """Replace stage and cause of a label."""
    n_causes = world.n_causes
    stage, cause = label // n_causes, label % n_causes
    if world.blame[u(table)].first >= 0:
        stage = np.int64(world.blame[u(table)].first)
    if world.blame[u(table)].second >= 0:
        phase = world.automaton[u(world.blame[u(table)].second)].current
        for k in range(world.blame[u(table)].case0 + 1, world.blame[u(table)].case1):
            if world.case[u(k)].key == phase:
                cause = np.int64(world.case[u(k)].blame)
    return stage * n_causes + cause


@inline
def _rank(world, order, label):
    """How advanced a label's stage is; the ranks of an order stand in `item` after their number."""
    if label < 0:
        return np.int64(-1)
    return np.int64(world.item[u(order + 1 + label // world.n_causes)])


@inline
def _is_ranked(world, order, case, rank):
    """Whether the member of a case does not serve and is as advanced as `rank`."""
    member = world.case[u(case)]
    down = world.node[u(member.key)].value == 0.0
    return down and _rank(world, order, member.label) == rank


@inline
def _pick(world, table):
    """The label of the (required - serving)-th most advanced member, labels being in the cases."""
    first, stop = world.blame[u(table)].case0, world.blame[u(table)].case1
    order = world.blame[u(table)].second
    place, label = np.int64(world.blame[u(table)].first), np.int64(-1)
    for k in range(first, stop):
        place -= np.int64(world.node[u(world.case[u(k)].key)].value)
    place = max(place, np.int64(1))
    for rank in range(world.item[u(order)] - 1, -2, -1):
        for k in range(first, stop):
            if place > 0 and _is_ranked(world, order, k, rank):
                label = np.int64(world.case[u(k)].label)
                place -= 1
    return label


@kernel
def label_of(world, table):
    """Label of a blame now; -1 where it names none."""
    table = np.int64(table)
    while table >= 0:
        blame = world.blame[u(table)]
        if blame.kind == LABEL:
            return np.int64(blame.first) * world.n_causes + np.int64(blame.second)
        if blame.kind == CHARGED:
            inner = label_of(world, np.int64(world.case[u(blame.case0)].blame))
            return _charged(world, table, inner) if inner >= 0 else inner
        if blame.kind == RANKED:
            for k in range(blame.case0, blame.case1):
                world.case[u(k)].label = label_of(world, np.int64(world.case[u(k)].blame))
            return _pick(world, table)
        if blame.kind == BY_PHASE:
            table = _case_of_phase(world, table)
        else:
            table = _first_failing(world, table)
    return np.int64(-1)


@inline
def _charge(world, result, measure):
    """Add the time since the label was last read to its stage and cause."""
    outage = world.outage[u(measure)]
    if outage.label >= 0:
        n_causes = world.whole[N_CAUSES]
        spent = world.real[NOW] - outage.label_since
        result[u(world.item[u(outage.stage0 + outage.label // n_causes)])] += spent
        result[u(world.item[u(outage.cause0 + outage.label % n_causes)])] += spent
    outage.label_since = world.real[NOW]


@inline
def _begin(world, result, measure):
    outage, now = world.outage[u(measure)], world.real[NOW]
    outage.is_down = 1
    outage.down_begun = now
    outage.down_since = now
    outage.label_since = now
    outage.label = -1
    if outage.root >= 0:
        world.whole[DOWN] += 1
        outage.label = label_of(_blamed(world), np.int64(outage.root))
    cause = np.int64(outage.last_cause)
    if cause < 0 and outage.label >= 0:
        cause = np.int64(outage.label % world.whole[N_CAUSES])
    result[u(outage.begun)] += 1.0
    if cause >= 0:
        result[u(world.item[u(outage.begun0 + cause)])] += 1.0


@inline
def bin_of(length, n_bins):
    """The bin that an outage of so many seconds belongs to (see engines/record.py)."""
    place = np.int64(math.floor(math.log2(length) * _BINS_PER_OCTAVE))
    return min(max(place + _FIRST_BIN, np.int64(0)), n_bins - 1)


@inline
def _keep_spell(world, spells, measure, end):
    """Write an outage down where those of its measure are asked for; an error where it is full."""
    if spells is None:
        return
    if len(spells) == 0 or measure != world.whole[SPELT]:
        return
    place = world.whole[N_SPELLS]
    if place == len(spells):
        world.whole[ERROR] = FULL
        return
    spells[u(place)].begin = world.outage[u(measure)].down_begun
    spells[u(place)].end = end
    spells[u(place)].replication = world.whole[INDEX]
    world.whole[N_SPELLS] = place + 1


@inline
def _finish(world, result, histograms, measure):
    outage, now = world.outage[u(measure)], world.real[NOW]
    _charge(world, result, measure)
    outage.is_down = 0
    if outage.root >= 0:
        world.whole[DOWN] -= 1
    result[u(outage.begun + 1)] += now - outage.down_since
    result[u(outage.begun + 2)] += 1.0
    place = bin_of(now - outage.down_begun, histograms.shape[1])
    histograms[u(measure), u(place)] += 1
    _keep_spell(world, world.spells, measure, now)


@inline
def _read_label(world, result, measure):
    label = label_of(_blamed(world), np.int64(world.outage[u(measure)].root))
    if label != world.outage[u(measure)].label:
        _charge(world, result, measure)
        world.outage[u(measure)].label = label


@inline
def settle_outages(world, result, histograms):
    """Take note, as time goes on, of what has begun, ended or changed its label at this moment."""
    for k in range(world.whole[DIRTY]):
        measure = world.work[DIRTY, u(k)]
        outage = world.outage[u(measure)]
        outage.is_dirty = 0
        down = world.node[u(outage.gate)].value == 0.0
        if down and not outage.is_down:
            _begin(world, result, measure)
        elif outage.is_down and not down:
            _finish(world, result, histograms, measure)
    world.whole[DIRTY] = 0
    if world.whole[DOWN] > 0:
        for measure in range(len(world.outage)):
            if world.outage[u(measure)].is_down and world.outage[u(measure)].root >= 0:
                _read_label(world, result, measure)


@inline
def start_outages(world):
    """Nothing is down before the start; what is down then begins when time first goes on."""
    world.whole[DOWN] = 0
    for measure in range(len(world.outage)):
        outage = world.outage[u(measure)]
        outage.is_down = 0
        outage.label = -1
        outage.last_cause = -1
        outage.is_dirty = 1
        world.work[DIRTY, u(measure)] = measure
    world.whole[DIRTY] = len(world.outage)


@inline
def cut_outages(world, result):
    """Split the time of what is down at the border of a window: add what is before it."""
    for measure in range(len(world.outage)):
        outage = world.outage[u(measure)]
        if outage.is_down:
            _charge(world, result, measure)
            result[u(outage.begun + 1)] += world.real[NOW] - outage.down_since
            outage.down_since = world.real[NOW]


@inline
def keep_open_spell(world, spells):
    """Write down, at the end of a replication, the outage that has not ended."""
    if spells is None:
        return
    measure = world.whole[SPELT]
    if len(spells) > 0 and world.outage[u(measure)].is_down:
        _keep_spell(world, spells, measure, np.inf)
