"""All cases of the conformance suite, in the order of their names."""

from __future__ import annotations

from hasim.conformance import (
    clusters,
    downtime,
    dynamic_trees,
    queues,
    standby,
    static_trees,
    storage,
    textbook,
)
from hasim.conformance.cases import Case

_GROUPS = (clusters, static_trees, dynamic_trees, storage, queues, standby, downtime, textbook)

#: Questions about one system stay in the order in which they are asked.
CASES: tuple[Case, ...] = tuple(
    sorted((case for group in _GROUPS for case in group.CASES), key=lambda case: case.id)
)
