"""Outage measures: when they begin and end, how long they last, and whose fault each second is.

Theory of operation: outages are looked at when time goes on, so what happens within one moment leaves no trace. While a service is down its
blame is read after every moment; time is added to a stage and a cause when the label changes.
"""

from __future__ import annotations

import math

import numpy as np

from hasim.engines.kernels.codes import BY_PHASE, CHARGED, LABEL, RANKED
from hasim.engines.kernels.compilation import inline, kernel
from hasim.engines.kernels.state import DIRTY, DOWN, NOW

u = np.uintp
_BINS_PER_OCTAVE = 128.0
_FIRST_BIN = 10 * 128


@inline
def _case_of_phase(watch, state, table):  # type: ignore[no-untyped-def]
    automaton = watch.first[u(table)]
    phase, holding = state.current[u(automaton)], state.holding[u(automaton)]
    for k in range(watch.case_ptr[u(table)], watch.case_ptr[u(table) + u(1)]):
        key = watch.case_key[u(k)]
        if key >> 1 == phase and not (key & 1 and holding):
            return np.int64(watch.case_blame[u(k)])
    return np.int64(-1)


@inline
def _first_failing(watch, state, table):  # type: ignore[no-untyped-def]
    for k in range(watch.case_ptr[u(table)], watch.case_ptr[u(table) + u(1)]):
        if state.value[u(watch.case_key[u(k)])] == 0.0:
            return np.int64(watch.case_blame[u(k)])
    return np.int64(watch.first[u(table)])


@inline
def _charged(watch, state, table, label):  # type: ignore[no-untyped-def]
    """Replace stage and cause of a label."""
    n_causes = watch.cause_column.shape[1]
    stage, cause = label // n_causes, label % n_causes
    if watch.first[u(table)] >= 0:
        stage = np.int64(watch.first[u(table)])
    automaton = watch.second[u(table)]
    if automaton >= 0:
        phase = state.current[u(automaton)]
        for k in range(watch.case_ptr[u(table)] + 1, watch.case_ptr[u(table) + u(1)]):
            if watch.case_key[u(k)] == phase:
                cause = np.int64(watch.case_blame[u(k)])
    return stage * n_causes + cause


@inline
def _pick(watch, state, table):  # type: ignore[no-untyped-def]
    """The label of the (required - serving)-th most advanced member, labels being in `scratch`."""
    n_causes = watch.cause_column.shape[1]
    first, stop = watch.case_ptr[u(table)], watch.case_ptr[u(table) + u(1)]
    place, label = np.int64(watch.first[u(table)]), np.int64(-1)
    for k in range(first, stop):
        place -= np.int64(state.value[u(watch.case_key[u(k)])])
    place = max(place, 1)
    for rank in range(watch.rank.shape[1] - 1, -2, -1):
        for k in range(first, stop):
            if state.value[u(watch.case_key[u(k)])] == 0.0:
                found = np.int64(state.scratch[u(k)])
                if watch.rank[watch.second[u(table)], found // n_causes] == rank and place > 0:
                    label = found
                    place -= 1
    return label


@kernel
def label_of(watch, state, table):  # type: ignore[no-untyped-def]
    """Stage x number of causes + cause of a blame now; -1 where it names none."""
    table = np.int64(table)
    while table >= 0:
        kind = watch.kind[u(table)]
        if kind == LABEL:
            n_causes = watch.cause_column.shape[1]
            return np.int64(watch.first[u(table)]) * n_causes + watch.second[u(table)]
        first, stop = watch.case_ptr[u(table)], watch.case_ptr[u(table) + u(1)]
        if kind == CHARGED:
            inner = label_of(watch, state, np.int64(watch.case_blame[u(first)]))
            return _charged(watch, state, table, inner) if inner >= 0 else inner
        if kind == RANKED:
            for k in range(first, stop):
                if state.value[u(watch.case_key[u(k)])] == 0.0:
                    state.scratch[u(k)] = label_of(watch, state, np.int64(watch.case_blame[u(k)]))
            return _pick(watch, state, table)
        if kind == BY_PHASE:
            table = _case_of_phase(watch, state, table)
        else:
            table = _first_failing(watch, state, table)
    return np.int64(-1)


@inline
def _charge(watch, state, row, measure):  # type: ignore[no-untyped-def]
    """Add the time since the label was last read to its stage and cause."""
    label = state.label[u(measure)]
    if label >= 0:
        n_causes = watch.cause_column.shape[1]
        spent = state.real[NOW] - state.label_since[u(measure)]
        row[watch.stage_column[measure, label // n_causes]] += spent
        row[watch.cause_column[measure, label % n_causes]] += spent
    state.label_since[u(measure)] = state.real[NOW]


@inline
def _read_label(watch, state, row, measure):  # type: ignore[no-untyped-def]
    label = label_of(watch, state, np.int64(watch.root[u(measure)]))
    if label != state.label[u(measure)]:
        _charge(watch, state, row, measure)
        state.label[u(measure)] = label


@inline
def _begin(watch, state, row, measure):  # type: ignore[no-untyped-def]
    now = state.real[NOW]
    state.is_down[u(measure)] = 1
    state.whole[DOWN] += 1
    state.down_begun[u(measure)] = now
    state.down_since[u(measure)] = now
    state.label_since[u(measure)] = now
    state.label[u(measure)] = label_of(watch, state, np.int64(watch.root[u(measure)]))
    cause = np.int64(state.outage_cause[u(measure)])
    if cause < 0 and state.label[u(measure)] >= 0:
        cause = state.label[u(measure)] % watch.cause_column.shape[1]
    row[watch.begun[u(measure)]] += 1.0
    if cause >= 0:
        row[watch.begun_column[measure, cause]] += 1.0


@inline
def _finish(watch, state, row, histograms, measure):  # type: ignore[no-untyped-def]
    now = state.real[NOW]
    _charge(watch, state, row, measure)
    state.is_down[u(measure)] = 0
    state.whole[DOWN] -= 1
    begun = watch.begun[u(measure)]
    row[begun + 1] += now - state.down_since[u(measure)]
    row[begun + 2] += 1.0
    place = int(math.floor(math.log2(now - state.down_begun[u(measure)]) * _BINS_PER_OCTAVE))
    place = min(max(place + _FIRST_BIN, 0), histograms.shape[1] - 1)
    histograms[measure, place] += 1


@inline
def settle_outages(watch, state, row, histograms):  # type: ignore[no-untyped-def]
    """Take note, as time goes on, of what has begun, ended or changed its label at this moment."""
    for k in range(state.whole[DIRTY]):
        measure = state.outage_dirty[u(k)]
        state.outage_is_dirty[u(measure)] = 0
        down = state.value[u(watch.gate[u(measure)])] == 0.0
        if down and not state.is_down[u(measure)]:
            _begin(watch, state, row, measure)
        elif state.is_down[u(measure)] and not down:
            _finish(watch, state, row, histograms, measure)
    state.whole[DIRTY] = 0
    if state.whole[DOWN] > 0:
        for measure in range(len(watch.gate)):
            if state.is_down[u(measure)]:
                _read_label(watch, state, row, measure)


@inline
def start_outages(watch, state):  # type: ignore[no-untyped-def]
    """Nothing is down before the start; what is down then begins when time first goes on."""
    state.whole[DIRTY] = 0
    state.whole[DOWN] = 0
    for measure in range(len(watch.gate)):
        state.is_down[u(measure)] = 0
        state.label[u(measure)] = -1
        state.outage_cause[u(measure)] = -1
        state.outage_is_dirty[u(measure)] = 1
        state.outage_dirty[u(measure)] = measure
        state.whole[DIRTY] += 1


@inline
def cut_outages(watch, state, row):  # type: ignore[no-untyped-def]
    """Split the time of what is down at the border of a window: add what is before to the row."""
    for measure in range(len(watch.gate)):
        if state.is_down[u(measure)]:
            _charge(watch, state, row, measure)
            row[watch.begun[u(measure)] + 1] += state.real[NOW] - state.down_since[u(measure)]
            state.down_since[u(measure)] = state.real[NOW]
