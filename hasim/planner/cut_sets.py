"""Minimal cut sets: what takes a service down together, and no part of it does.

Theory of operation
-------------------
A cut set is a set of basic events (events.py) with which the service does not serve once all
failovers are through; it is minimal where the service serves without any one of them (Vesely et al.
1981, NUREG-0492, ch. VII; IEC 61025:2006). They are searched by size: a set is asked about
(hasim/losses.py) unless part of it is a cut set already. Losses only ever take, so looking at the
parts that are one smaller is enough. Events that are alike are counted, not told apart: of thirty
equal replicas any two are one question.

Rules of this file
------------------
1. Structure only: whether a set is likely is not asked.
2. At most `MOST_ASKED` sets are asked about; where that ends the search, the answer says to which
   size it is complete.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb, prod

from hasim.losses import services_lost
from hasim.planner.events import Event
from hasim.system import System
from hasim.topology import all_that_bears_on

LARGEST = 3
"""Events in the largest sets that are searched."""

MOST_ASKED = 40_000
"""So many sets are asked about at most: a few seconds."""

MOST_DRAWN = 500_000
"""So many sets of one size are looked at to find those worth asking about, at most: a second."""

Kinds = tuple[tuple[tuple[Event, ...], int], ...]
"""Events that are alike, and how many of them are in a set."""


@dataclass(frozen=True, slots=True)
class CutSets:
    """Minimal cut sets of one service that read alike, such as any 2 of the 3 replicas of one.

    Parameters
    ----------
    text : str
        ``any 2 of the 3 db``, ``a zone and a db``, ``zone a``.
    order : int
        Events in each of them.
    n_sets : int
        How many there are.
    example : tuple of str
        The names of the events of one of them.
    patterns : tuple of Kinds
        The sets themselves: so many of each lot of events that are alike.
    """

    text: str
    order: int
    n_sets: int
    example: tuple[str, ...]
    patterns: tuple[Kinds, ...]

    @property
    def chance(self) -> float:
        """A rough chance that one of them is complete, were all events independent."""
        return sum(
            prod(comb(len(lot), count) * lot[0].chance ** count for lot, count in pattern)
            for pattern in self.patterns
        )


@dataclass(frozen=True, slots=True)
class Search:
    """What was found.

    Parameters
    ----------
    services : mapping of str to tuple of CutSets
        By service, small sets first.
    complete_to : int
        All sets of at most so many events are there.
    """

    services: Mapping[str, tuple[CutSets, ...]]
    complete_to: int


def find_cut_sets(system: System, events: Sequence[Event], *, largest: int = LARGEST) -> Search:
    """The minimal cut sets of every service.

    Parameters
    ----------
    system : System
        A system without cycles.
    events : sequence of Event
    largest : int
        Events in the largest sets that are searched.
    """
    bearing = {name for service in system.services for name in all_that_bears_on(system, service)}
    lots = [lot for lot in _lots(events) if _bears(lot[0], bearing)]
    cuts: Cuts = {service: {} for service in system.services}
    asked, complete_to = 0, 0
    for size in range(1, largest + 1):
        if comb(len(lots) + size - 1, size) > MOST_DRAWN:
            break
        wanted = [drawn for drawn in _draws(lots, size) if _is_open(drawn, cuts)]
        asked += len(wanted)
        if asked > MOST_ASKED:
            break
        _add_cuts(system, lots, wanted, cuts)
        complete_to = size
    services = {
        service: tuple(_grouped([_pattern(lots, drawn) for drawn in found], events))
        for service, found in cuts.items()
    }
    return Search(services, complete_to)


Lot = tuple[Event, ...]
Drawn = tuple[int, ...]
"""Numbers of lots, one for each event of a set, ascending."""

Cuts = dict[str, dict[Drawn, None]]
"""The minimal cut sets found so far, by service."""


def _add_cuts(system: System, lots: Sequence[Lot], wanted: Sequence[Drawn], cuts: Cuts) -> None:
    """Ask which services some sets take down, and keep those that are minimal."""
    losses = [_lost(lots, drawn) for drawn in wanted]
    for drawn, struck in zip(wanted, services_lost(system, losses), strict=True):
        for service in struck:
            if not _holds_a_cut(drawn, cuts[service]):
                cuts[service][drawn] = None


def _lots(events: Sequence[Event]) -> list[Lot]:
    found: dict[tuple[str, ...], list[Event]] = {}
    for event in events:
        found.setdefault(event.alike, []).append(event)
    return [tuple(lot) for lot in found.values()]


def _bears(event: Event, names: set[str]) -> bool:
    return any(one in names or one.rpartition(".")[0] in names for one in event.lost)


def _draws(lots: Sequence[Lot], size: int) -> Iterator[Drawn]:
    """Yield all sets of a size for which there are so many events of each lot."""
    for drawn in combinations_with_replacement(range(len(lots)), size):
        if all(count <= len(lots[number]) for number, count in Counter(drawn).items()):
            yield drawn


def _is_open(drawn: Drawn, cuts: Cuts) -> bool:
    """Whether a set could be a minimal cut set of some service."""
    return any(not _holds_a_cut(drawn, found) for found in cuts.values())


def _holds_a_cut(drawn: Drawn, found: Mapping[Drawn, None]) -> bool:
    """Whether a proper part of a set is a cut set; sets have three events at most."""
    singles = any((one,) in found for one in drawn)
    return len(drawn) > 1 and (
        singles
        or (len(drawn) > 2 and any(drawn[:i] + drawn[i + 1 :] in found for i in range(len(drawn))))
    )


def _lost(lots: Sequence[Lot], drawn: Drawn) -> frozenset[str]:
    return frozenset(
        name
        for number, count in Counter(drawn).items()
        for event in lots[number][:count]
        for name in event.lost
    )


def _pattern(lots: Sequence[Lot], drawn: Drawn) -> Kinds:
    return tuple((lots[number], count) for number, count in Counter(drawn).items())


# ---------------------------------------------------------------------------- told together


def _grouped(patterns: Sequence[Kinds], events: Sequence[Event]) -> Iterator[CutSets]:
    """Sets of the same kinds of events, told as one."""
    sizes = Counter(event.kind for event in events)
    groups: dict[tuple[tuple[str, int], ...], list[Kinds]] = {}
    for pattern in patterns:
        kinds: Counter[str] = Counter()
        for alike, count in pattern:
            kinds[alike[0].kind] += count
        groups.setdefault(tuple(sorted(kinds.items())), []).append(pattern)
    for kinds_of, members in groups.items():
        n_sets = sum(prod(comb(len(lot), k) for lot, k in pattern) for pattern in members)
        example = tuple(event.name for lot, k in members[0] for event in lot[:k])
        everything = prod(comb(sizes[kind], k) for kind, k in kinds_of)
        text = " and ".join(
            _tell(kind, k, sizes[kind], alone=len(kinds_of) == 1) for kind, k in kinds_of
        )
        if n_sets == 1 and everything > 1:
            text = " and ".join(example)
        elif n_sets < everything:
            text = f"{text} ({n_sets} sets)"
        yield CutSets(text, len(example), n_sets, example, tuple(members))


def _tell(kind: str, count: int, of: int, *, alone: bool) -> str:
    if of == 1:
        return kind
    if of == count:
        return f"both {kind}" if of == 2 else f"all {of} {kind}"
    if alone:
        return f"any {count} of the {of} {kind}"
    return f"one {kind}" if count == 1 else f"{count} {kind}"
