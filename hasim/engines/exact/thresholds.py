"""How likely so many of some independent things are, and that one of them decides.

Theory of operation: few things are taken one after another. Of many, numbers of hits are added up
pairwise, as in a tournament, so that many things, and many such questions at once, are few
operations on large arrays. What is at or above the
threshold is one number. The way back from the last round to the first gives for each thing the
chance that the others have exactly one hit too few: then it decides. All are sums of products of
positive numbers, so nothing cancels. (The recursion for k of n: Barlow and Heidtmann 1984; the way
back is its derivative, Birnbaum's importance, Birnbaum 1969.)
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


#: Up to so many products plain Python is done before numpy has begun.
_FEW = 100

Rows = Sequence[Sequence[float]]


class Decision(NamedTuple):
    """Whether enough of some things are hits.

    Parameters
    ----------
    enough, too_few : float
        Probability of either.
    decides : list of float
        Probability that the others leave the decision to this one, for each thing.
    """

    enough: float
    too_few: float
    decides: list[float]


def decide_all(hits: Rows, misses: Rows, threshold: int) -> list[Decision]:
    """Return how likely at least `threshold` of some independent things are hits, several times.

    Parameters
    ----------
    hits, misses : sequence of sequence of float
        For each question, probability that a thing is a hit, and that it is none.
    threshold : int
        From 1 to the number of things.
    """
    n_things = len(hits[0])
    assert 1 <= threshold <= n_things, "nothing to decide"
    other_way = n_things - threshold + 1
    if other_way < threshold:
        swapped = decide_all(misses, hits, other_way)
        return [Decision(one.too_few, one.enough, one.decides) for one in swapped]
    if len(hits) * n_things * threshold <= _FEW:
        return [decide(*rows, threshold) for rows in zip(hits, misses, strict=True)]
    return _decide_in_rounds(np.array(hits), np.array(misses), threshold)


def decide(hits: Sequence[float], misses: Sequence[float], threshold: int) -> Decision:
    """Return one decision, thing by thing: what `decide_all` does in rounds.

    Parameters
    ----------
    hits, misses : sequence of float
        Probability that a thing is a hit, and that it is none.
    threshold : int
        From 1 to the number of things.
    """
    if threshold == 1:
        return _decide_by_one(hits, misses)
    too_few = [1.0] + [0.0] * (threshold - 1)
    before, enough = [], 0.0
    for hit, miss in zip(hits, misses, strict=True):
        before.append(too_few)
        enough += too_few[-1] * hit
        shifted = [0.0, *too_few]
        too_few = [miss * one + hit * other for one, other in zip(too_few, shifted, strict=False)]
    lacking, decides = [0.0] * (threshold - 1) + [1.0], []
    for counts, hit, miss in zip(reversed(before), reversed(hits), reversed(misses), strict=True):
        decides.append(sum(map(mul, counts, lacking)))
        shifted = [*lacking[1:], 0.0]
        lacking = [miss * one + hit * other for one, other in zip(lacking, shifted, strict=True)]
    return Decision(enough, sum(too_few), decides[::-1])


def _decide_by_one(hits: Sequence[float], misses: Sequence[float]) -> Decision:
    """One hit is enough: each decides where all others, before it and after it, are none."""
    none, enough, decides = 1.0, 0.0, []
    for hit, miss in zip(hits, misses, strict=True):
        decides.append(none)
        enough += none * hit
        none *= miss
    after = 1.0
    for place in range(len(misses) - 1, -1, -1):
        decides[place] *= after
        after *= misses[place]
    return Decision(enough, none, decides)


def _decide_in_rounds(hits: Floats, misses: Floats, threshold: int) -> list[Decision]:
    rounds = _count(hits, misses, threshold)
    final = rounds[-1][:, 0]
    enough, too_few = final[:, threshold], final[:, :threshold].sum(axis=1)
    decides = _go_back(rounds, threshold)[:, : hits.shape[1]]
    columns = enough.tolist(), too_few.tolist(), decides.tolist()
    return list(map(Decision, *columns))


def _count(hit: Floats, miss: Floats, most: int) -> list[Floats]:
    """Chances of 0, 1, ... hits, `most` and above as one, of ever larger groups of neighbours."""
    counts = np.stack((miss, hit), axis=2)
    rounds = [counts]
    while counts.shape[1] > 1:
        if counts.shape[1] % 2:
            counts = rounds[-1] = _with_a_miss(counts)
        counts = _add_up(counts[:, 0::2], counts[:, 1::2], most)
        rounds.append(counts)
    return rounds


def _with_a_miss(counts: Floats) -> Floats:
    """One group more, in which nothing is a hit."""
    none = np.zeros((counts.shape[0], 1, counts.shape[2]))
    none[:, :, 0] = 1.0
    return np.concatenate((counts, none), axis=1)


def _add_up(left: Floats, right: Floats, most: int) -> Floats:
    width = left.shape[2]
    total = np.zeros((*left.shape[:2], 2 * width - 1))
    for hits in range(width):
        total[:, :, hits : hits + width] += left[:, :, hits, np.newaxis] * right
    if total.shape[2] > most + 1:
        total[:, :, most] = total[:, :, most:].sum(axis=2)
        total = total[:, :, : most + 1]
    return total


def _go_back(rounds: list[Floats], most: int) -> Floats:
    """Chance that all outside a group have what it lacks, down to the single things.

    For each group and each number of hits in it: that they are with the rest one fewer than `most`.
    """
    lacking = np.zeros_like(rounds[-1])
    lacking[:, :, most - 1] = 1.0
    for counts in reversed(rounds[:-1]):
        width, widest = counts.shape[2], lacking.shape[2]
        before = np.zeros_like(counts)
        for hits in range(width):
            here = min(width, widest - hits)
            of_others = lacking[:, : counts.shape[1] // 2, hits : hits + here]
            before[:, 0::2, :here] += counts[:, 1::2, hits, np.newaxis] * of_others
            before[:, 1::2, :here] += counts[:, 0::2, hits, np.newaxis] * of_others
        lacking = before
    return lacking[:, :, 0]
