"""How long outages last: the distribution, where all that bears on one is a Markov chain."""

from __future__ import annotations

from collections.abc import Iterable

from hasim.engines.exact.markov.sojourn import describe_sojourn
from hasim.engines.exact.modules import closure_of, restrict
from hasim.engines.exact.phase_type import AS_THEY_ARE, StandIns
from hasim.engines.exact.spaces import explore_once
from hasim.engines.exact.symmetry import find_classes
from hasim.process import Outages, Process

#: States of all modules together; the survival function is computed dozens of times.
MOST_STATES = 1_000


def find_lengths(
    process: Process,
    measure: Outages,
    levels: Iterable[float],
    stand_ins: StandIns = AS_THEY_ARE,
) -> list[float]:
    """Return lengths that given shares of the outages of a measure do not exceed.

    Parameters
    ----------
    process : Process
    measure : Outages
    levels : iterable of float
        Shares, such as 0.95.
    stand_ins : mapping of (str, str) to StagedLaw, optional
        Laws put in the place of those of the Process, by automaton and delay.

    Returns
    -------
    list of float
        Seconds; empty where no outage ever begins.

    Raises
    ------
    RefusedError
        Where a law has memory, or the states of all modules together are too many.
    """
    closure = closure_of(process, measure.gate)
    if not closure.automata:
        return []
    alone = restrict(process, closure)
    classes = find_classes(alone, individual=[measure.gate])
    known = explore_once(alone, most_states=MOST_STATES, classes=classes, stand_ins=stand_ins)
    down = known.space.value(measure.gate) == 0
    shares = known.shares(process.name, known.space.tell)
    sojourn = describe_sojourn(known.chain, shares, down)
    return [sojourn.quantile(level) for level in levels] if sojourn.inside is not None else []
