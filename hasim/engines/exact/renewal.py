"""An automaton by itself in the long run: only the means of its laws count.

Theory of operation: the phases of an automaton that nothing else touches are a semi-Markov process.
The long-run share of a phase and the rate of each way out of it follow from the mean times alone,
whatever the laws (insensitivity): they are those of the Markov chain in which each delay has the
rate 1 / mean. That holds for a delay that has its phase for itself, for an exponential one in any
race, and for one whose unfinished work is kept until it ends: its ends are a renewal process in the
time spent in the phase, however often others interrupt it (Cox 1962, section 4.1: one end for each
mean).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from functools import partial
from itertools import product
from typing import TypeVar

import numpy as np

from hasim.engines.exact.items import Leaf, PhaseNow
from hasim.engines.exact.markov.chain import Floats, make_chain
from hasim.engines.exact.named_chains import solve_named
from hasim.engines.exact.parts import Flow, Part
from hasim.engines.influences import depends, rows_of
from hasim.errors import RefusedError
from hasim.laws import Empirical, Exponential, Fixed
from hasim.process import Automaton, Delay

Place = TypeVar("Place", bound=Hashable)
Way = tuple[int, int, float, int]


def solve_renewal(automaton: Automaton, index: int) -> Part:
    """Return the long run of an automaton that is a module of its own.

    Raises
    ------
    RefusedError
        With a sentence for each item that makes means insufficient.
    """
    round_ = _read_round(automaton)
    if round_ is not None:
        return _solve_round(automaton, index, round_)
    refusals = list(_obstacles(automaton))
    if refusals:
        raise RefusedError(refusals)
    ways = list(_ways(automaton))
    shares = _solve_phases(automaton, ways)
    flows = tuple(
        Flow(source, target, float(shares[source]) * rate, index, delay)
        for source, target, rate, delay in ways
        if shares[source] > 0.0
    )
    return Part((index,), shares, flows, partial(_look, automaton))


def stays_in_step(automaton: Automaton) -> bool:
    """Whether a round of the automaton can take a time that is fixed, or one of a few values.

    Two such automata may keep in step for ever, and then the long-run share of a combination is not
    the product of the shares.
    """
    rigid = [delay for delay in automaton.delays if isinstance(delay.law, (Fixed, Empirical))]
    if not rigid:
        return False
    ways: dict[str, set[str]] = {phase.name: set() for phase in automaton.phases}
    for delay in rigid:
        for phase in delay.phases:
            ways[phase].update(way.target for way in delay.row.alternatives)
    return any(phase in _reached(onward, ways) for phase, onward in ways.items())


def _read_round(automaton: Automaton) -> list[tuple[int, int, float]] | None:
    """Phase, next phase and mean of each delay, if they follow one another through all phases.

    Nothing races then, nothing depends on anything, and each phase has its mean time of a round.
    This is nearly every component, so it is told without looking for obstacles one by one.
    """
    phases, delays = automaton.phases, automaton.delays
    if len(delays) != len(phases) or automaton.reactions or automaton.count is not None:
        return None
    place = {phase.name: i for i, phase in enumerate(phases) if phase.immediate is None}
    found = []
    for delay in delays:
        ways, law = delay.row.alternatives, delay.law
        if len(ways) != 1 or len(delay.phases) != 1 or delay.speed is not None or depends(ways[0]):
            return None
        source, target, mean = place.get(delay.phases[0]), place.get(ways[0].target), law.mean
        if source is None or target is None or not mean > 0.0 or isinstance(law, Empirical):
            return None
        found.append((source, target, mean))
    return found if _goes_round({source: target for source, target, _ in found}) else None


def _solve_round(automaton: Automaton, index: int, round_: list[tuple[int, int, float]]) -> Part:
    whole = math.fsum([mean for _, _, mean in round_])
    shares, rate = [0.0] * len(round_), 1.0 / whole
    flows = []
    for delay, (source, target, mean) in enumerate(round_):
        shares[source] = mean / whole
        flows.append(Flow(source, target, rate, index, delay))
    return Part((index,), np.array(shares), tuple(flows), partial(_look, automaton))


def _look(automaton: Automaton, leaf: Leaf) -> list[Hashable]:
    """The value of a leaf in each phase; a token that a phase needs is always there at once."""
    if isinstance(leaf, PhaseNow):
        return [(phase.name, False) for phase in automaton.phases]
    wanted = None if leaf.token == "waiting" else leaf.phase
    return [1 if phase.name == wanted else 0 for phase in automaton.phases]


def _obstacles(automaton: Automaton) -> Iterator[str]:
    name = automaton.origin.name or automaton.name
    if automaton.count is not None:
        yield f"{name} is a population, whose members race with one another"
    if automaton.reactions:
        yield f"{name} reacts to signals"
    if any(phase.immediate is not None for phase in automaton.phases):
        yield f"{name} has phases that are left at once"
    for row in rows_of(automaton):
        if any(depends(way) for way in row.alternatives):
            yield f"what {name} does next depends on the state of something"
            break
    reset = {kept for row in rows_of(automaton) for way in row.alternatives for kept in way.resets}
    for delay in automaton.delays:
        if not delay.law.mean > 0.0:
            yield f"{delay.name} of {name} takes no time"
        elif isinstance(delay.law, Empirical) and min(delay.law.values) == 0.0:
            yield f"{delay.name} of {name} takes no time at times"
        elif tied := _may_end_with(automaton, delay):
            yield f"{delay.name} and {tied} of {name} have fixed times and can end together"
        elif delay.speed is not None:
            yield f"the speed of {delay.name} of {name} varies"
        elif not _means_suffice(automaton, delay, reset):
            yield (
                f"{delay.name} of {name} is {type(delay.law).__name__.lower()} and races with "
                "others, so its state has memory"
            )


def _may_end_with(automaton: Automaton, delay: Delay) -> str | None:
    """An earlier delay that races with this one and can end at the very same moment."""
    for other in automaton.delays[: automaton.delays.index(delay)]:
        together = set(other.phases) & set(delay.phases)
        if together and all(isinstance(d.law, Fixed | Empirical) for d in (other, delay)):
            return other.name
    return None


def _means_suffice(automaton: Automaton, delay: Delay, reset: set[str]) -> bool:
    if isinstance(delay.law, Exponential):
        return True
    rivals = [d for d in automaton.delays if d is not delay and set(d.phases) & set(delay.phases)]
    kept = delay.memory == "resume" and len(delay.phases) == 1 and delay.name not in reset
    return kept or not rivals


def _ways(automaton: Automaton) -> Iterator[Way]:
    """Yield (phase, phase, rate while in the first, delay)."""
    place = {phase.name: i for i, phase in enumerate(automaton.phases)}
    for number, delay in enumerate(automaton.delays):
        weights = [float(way.weight) for way in delay.row.alternatives]
        rates = [weight / sum(weights) / delay.law.mean for weight in weights]
        for phase, (way, rate) in product(
            delay.phases, zip(delay.row.alternatives, rates, strict=True)
        ):
            yield place[phase], place[way.target], rate, number


def _goes_round(onward: Mapping[int, int]) -> bool:
    """Whether one round leads through all phases, from each of which a delay leads to another."""
    place, seen = 0, 0
    while place in onward:
        place, seen = onward[place], seen + 1
        if place == 0 or seen == len(onward):
            break
    return place == 0 and seen == len(onward)


def _solve_phases(automaton: Automaton, ways: list[Way]) -> Floats:
    names = [phase.name for phase in automaton.phases]
    start = np.zeros(len(names))
    for phase, chance in automaton.start:
        start[names.index(phase)] += chance
    source, target, rate = (np.array([way[k] for way in ways]) for k in range(3))
    whole = source.astype(np.int64), target.astype(np.int64), rate.astype(np.float64)
    chain = make_chain(len(names), *whole, start)
    return solve_named(chain, automaton.origin.name or automaton.name, names.__getitem__)


def _reached(starts: set[Place], ways: Mapping[Place, set[Place]]) -> set[Place]:
    found, new = set(starts), set(starts)
    while new:
        new = {onward for one in new for onward in ways[one]} - found
        found |= new
    return found
