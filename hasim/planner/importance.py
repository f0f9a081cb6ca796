"""Importance measures: which failures the downtime of each service hangs on, and by how much.

Theory of operation
-------------------
An item is what the outages of a model are counted for: a failure mode of a component, in all of its
replicas, a domain's, a common cause, a change. Its failure rate is a factor on the laws of its
delays in the compiled Process, so U, the unavailability, and q, the share of time in which one
replica is down by the item, are functions of that factor r, and

    dU/dq = (dU/dr) / (dq/dr)            at r = 1

is taken by central differences of exact solutions at 1 +- h and 1 +- h/2 with one step of
Richardson (1911): the solver subtracts nowhere, so that about nine digits are left. With n replicas

    Birnbaum                B = dU/dq / n                       (Birnbaum 1969)
    criticality             C = q dU/dq / U = n B q / U         (Lambert 1975)
    risk reduction          R = 1 - U(never fails) / U          (Cheok, Parry and Sherry 1998)
    improvement potential   I = U - U(never fails)              (Rausand and Hoyland 2004, ch. 5)

R is the Fussell-Vesely importance in the form that needs no cut sets; docs/explain.md compares the
two forms.

Rules of this file
------------------
1. Where members depend on one another (a crew, a common cause), these are total derivatives: what
   one failure makes others wait for is part of its weight.
2. What cannot be computed is None; nothing here simulates.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from hasim.compiler import common_cause, failures
from hasim.planner.events import phases_of_mode
from hasim.process import Automaton, Average, Count, Delay, Occupancy, Outages, Process, Row
from hasim.stats import Estimate
from hasim.units import SECONDS_PER_YEAR

STEP = 2e-3
"""Of the factor: the error of the difference is of order h^4, that of rounding of 1e-15 / h."""

_DOWN = "share of replicas that are down by an item"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that outages are counted for.

    Parameters
    ----------
    name : str
        ``db.crash``.
    automata : tuple of str
        Those in which it happens.
    phases : tuple of tuple of str
        Of each of them, those in which it is down by the item; empty where that is not known.
    """

    name: str
    automata: tuple[str, ...]
    phases: tuple[tuple[str, ...], ...]

    @property
    def owner(self) -> str:
        """The component, domain, certificate or change that it belongs to."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Importance:
    """How much a service hangs on an item; see the top of this file.

    Parameters
    ----------
    item : str
    replicas : int
        How many can be down by it.
    unavailability : Estimate or None
        Share of time in which one of them is.
    birnbaum, criticality : Estimate or None
    fussell_vesely : Estimate or None
        In the form of the risk reduction.
    improvement_s_per_year : Estimate or None
        The downtime a year that would be saved if it never failed.
    """

    item: str
    replicas: int
    unavailability: Estimate | None
    birnbaum: Estimate | None
    criticality: Estimate | None
    fussell_vesely: Estimate | None
    improvement_s_per_year: Estimate | None


def find_items(process: Process) -> tuple[Item, ...]:
    """What the outages of a Process are counted for, in the order in which it is first met."""
    found: dict[str, list[Automaton]] = {}
    for automaton in process.automata:
        for cause in dict.fromkeys(delay.cause for delay in automaton.delays if delay.cause):
            found.setdefault(cause, []).append(automaton)
    return tuple(
        Item(name, tuple(a.name for a in automata), tuple(_down(a, name) for a in automata))
        for name, automata in found.items()
    )


def without(process: Process, item: Item) -> Process:
    """The Process in which an item never fails."""
    automata = (
        _without_delays(one, item.name) if one.name in item.automata else one
        for one in process.automata
    )
    return replace(process, automata=tuple(automata))


def with_rate(process: Process, item: Item, factor: float) -> Process:
    """The Process in which an item fails so many times as often."""
    automata = (
        replace(one, delays=tuple(_scaled(delay, item.name, factor) for delay in one.delays))
        if one.name in item.automata
        else one
        for one in process.automata
    )
    return replace(process, automata=tuple(automata))


def bare(process: Process) -> Process:
    """The Process that measures its outages only, and blames nobody."""
    measures = (replace(m, blame=None) for m in process.measures if isinstance(m, Outages))
    return replace(process, measures=tuple(measures))


def unavailabilities(process: Process) -> Mapping[str, float]:
    """The exact unavailability of each service.

    Raises
    ------
    RefusedError
        Where it cannot be computed.
    """
    return _solve(bare(process))


@dataclass(frozen=True, slots=True)
class Slope:
    """How unavailabilities follow that of an item.

    Parameters
    ----------
    down : float
        Share of time in which one replica is down by it.
    slopes : mapping of str to float
        dU/dq by service.
    """

    down: float
    slopes: Mapping[str, float]


def slope(process: Process, item: Item) -> Slope | None:
    """The derivatives of all unavailabilities by that of an item; None where nothing tells it.

    Raises
    ------
    RefusedError
        Where they cannot be computed.
    """
    if not all(item.phases):
        return None
    watched = _watching(bare(process), item)
    down = _solve(watched)[_DOWN]
    wide, narrow = (_differences(watched, item, step) for step in (STEP, STEP / 2.0))
    if not all(one[_DOWN] for one in (wide, narrow)):
        return None
    slopes = {
        name: (4.0 * narrow[name] / narrow[_DOWN] - wide[name] / wide[_DOWN]) / 3.0
        for name in wide
        if name != _DOWN
    }
    return Slope(down, slopes)


def weigh(
    item: Item, found: Slope | None, service: str, whole: float, never: float | None
) -> Importance:
    """The importance of an item from exact figures.

    Parameters
    ----------
    item : Item
    found : Slope or None
    service : str
    whole, never : float
        Unavailability of the service as it is, and where the item never fails; None: not known.
    """
    exactly = Estimate.of_exact
    n = len(item.automata)
    share = potential = None
    if never is not None:
        saved = whole - never
        potential = exactly(saved).scaled(SECONDS_PER_YEAR)
        share = exactly(saved / whole) if whole else None
    if found is None:
        return Importance(item.name, n, None, None, None, share, potential)
    rising = found.slopes[service]
    critical = exactly(found.down * rising / whole) if whole else None
    return Importance(
        item.name, n, exactly(found.down), exactly(rising / n), critical, share, potential
    )


def _differences(process: Process, item: Item, step: float) -> Mapping[str, float]:
    more, less = (_solve(with_rate(process, item, 1.0 + sign * step)) for sign in (1.0, -1.0))
    return {name: more[name] - less[name] for name in more}


def _watching(process: Process, item: Item) -> Process:
    """The Process that measures too how much of the time a replica is down by an item."""
    pairs = zip(item.automata, item.phases, strict=True)
    terms = tuple((Occupancy(name, phase), 1) for name, phases in pairs for phase in phases)
    level = Count(_DOWN, terms, unit=1.0 / len(item.automata))
    measures = (*process.measures, Average(_DOWN, _DOWN))
    return replace(process, nodes=(*process.nodes, level), measures=measures)


def _solve(process: Process) -> dict[str, float]:
    from hasim.engines.exact.engine import solve_exactly

    found = solve_exactly(process)
    return {**{name: one.unavailability for name, one in found.outages.items()}, **found.values}


def _down(automaton: Automaton, cause: str) -> tuple[str, ...]:
    match automaton.origin.made_by:
        case failures.PASS:
            return phases_of_mode(automaton, cause.partition(".")[2])
        case common_cause.PASS:
            started = {phase for phase, _ in automaton.start}
            return tuple(one.name for one in automaton.phases if one.name not in started)
        case _:
            return ()


def _scaled(delay: Delay, cause: str, factor: float) -> Delay:
    return replace(delay, law=delay.law.scaled(1.0 / factor)) if delay.cause == cause else delay


def _without_delays(automaton: Automaton, cause: str) -> Automaton:
    """The automaton without the delays that count for a cause, and without what resets them."""
    gone = {delay.name for delay in automaton.delays if delay.cause == cause}
    kept = (delay for delay in automaton.delays if delay.name not in gone)
    return replace(
        automaton,
        phases=tuple(
            one if one.immediate is None else replace(one, immediate=_spared(one.immediate, gone))
            for one in automaton.phases
        ),
        delays=tuple(replace(one, row=_spared(one.row, gone)) for one in kept),
        reactions=tuple(replace(one, row=_spared(one.row, gone)) for one in automaton.reactions),
    )


def _spared(row: Row, gone: Collection[str]) -> Row:
    """The row that resets no delay that is gone."""
    return Row(
        tuple(
            replace(one, resets=tuple(name for name in one.resets if name not in gone))
            for one in row.alternatives
        )
    )
