"""The workstation cluster of case A01, written from its words; rates per hour."""

from dataclasses import dataclass

import numpy as np

from tests.engines.exact.markov.examples import explore

CLASSES = ("left", "right", "left switch", "right switch", "backbone")
FAILURE = (1 / 500, 1 / 500, 1 / 4000, 1 / 4000, 1 / 5000)
REPAIR = (2.0, 2.0, 0.25, 0.25, 0.125)
SELECTION = 10.0


@dataclass(frozen=True)
class Cluster:
    chain: object
    premium: np.ndarray
    minimum: np.ndarray
    repairing: np.ndarray
    workstations_up: np.ndarray


def cluster(n):
    """A state is how many of each class are up, and the class under repair or None."""
    full = (n, n, 1, 1, 1)

    def successors(state):
        up, repaired = state
        for kind in range(5):
            if up[kind]:
                yield (changed(up, kind, -1), repaired), up[kind] * FAILURE[kind], 0
            if repaired is None and up[kind] < full[kind]:
                yield (up, kind), SELECTION, 0
        if repaired is not None:
            yield (changed(up, repaired, 1), None), REPAIR[repaired], 1

    chain, states, _ = explore((full, None), successors)
    return Cluster(
        chain,
        np.array([serves(up, n) for up, _ in states]),
        np.array([serves(up, 3 * n // 4) for up, _ in states]),
        np.array([0.0 if kind is None else REPAIR[kind] for _, kind in states]),
        np.array([(up[0] + up[1]) / (2 * n) for up, _ in states]),
    )


def changed(up, kind, by):
    return tuple(count + by * (place == kind) for place, count in enumerate(up))


def serves(up, m):
    left, right, left_switch, right_switch, backbone = up
    alone = (left >= m and left_switch) or (right >= m and right_switch)
    return bool(alone or (left + right >= m and left_switch and right_switch and backbone))
