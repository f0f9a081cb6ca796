"""The walk through the designs of a space, cheapest first, to the first that meets all targets.

Theory of operation
-------------------
Every design that is not ruled out yet is examined: its structure against headroom, each part of
each service by itself, then all parts of a service together. Whatever rules it out rules out all
designs that have the same choices in the options that matter for it, in one step (grid.py). Where
all parts together miss an availability, parts are dropped as long as the others miss it by
themselves: the fewer are left, the more designs are ruled out with them.

What passes all of this is solved by itself, as `hasim run` would, and has to agree. So the first
design that is found is the cheapest: every cheaper one has an excuse. Of designs that cost the same
the most available one comes first, as the first look at their parts shows it; so many are compared
as `MOST_EQUAL` says. What costs more than is allowed is ruled out at once.

Rules of this file
------------------
1. What is found does not depend on time or threads, only whether it is found.
2. Only what holds for every design with some choices rules them out: what cannot be built says
   nothing of others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final, Literal

from hasim.description.space import Design
from hasim.errors import ModelError
from hasim.planner.sizing.evidence import BY_PARTS, LOOKS, Computed, Evidence, Examiner
from hasim.planner.sizing.grid import ROUNDING, Grid
from hasim.planner.sizing.survey import with_choice
from hasim.planner.sizing.targets import Target, no_downtime
from hasim.planner.sizing.traits import Book
from hasim.solution import Solution
from hasim.stats import Estimate
from hasim.system import System
from hasim.units import SECONDS_PER_YEAR

#: What an excuse rests on: what is paid, the structure, parts by themselves, all parts of a
#: service, the whole design solved, that it cannot be built, or that it is too close to the target
#: to tell.
Grounds = Literal["money", "structure", "parts", "together", "solution", "building", "open"]


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why a design is not taken, and all others with the same choices.

    Parameters
    ----------
    grounds : str
        One of `Grounds`.
    target : Target or None
        What it misses; None where it cannot be built.
    service : str or None
    parts : tuple of str
        Which of its parts miss it by themselves.
    choices : mapping of str to str
        What all the designs have in common, label by option.
    figure : Estimate or None
        What was found of the figure of the target, for these parts.
    text : str
        The finding, where it cannot be built.
    """

    grounds: Grounds
    target: Target | None
    service: str | None
    parts: tuple[str, ...]
    choices: Mapping[str, str]
    figure: Estimate | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Promising:
    """A design that nothing rules out before it is solved.

    Parameters
    ----------
    design : tuple of int
    unavailability : tuple of float
        Of each service whose outages are looked at, as a first look at its parts shows it.
    headrooms : tuple of float
        Headroom, and that after a loss, of each service; -inf where it has none.
    """

    design: Design
    unavailability: tuple[float, ...]
    headrooms: tuple[float, ...]

    def adds_to(self, other: Promising) -> bool:
        """Whether something is noticeably better than in another design, or nothing is known."""
        if not self.unavailability and all(math.isinf(one) for one in self.headrooms):
            return True
        is_safer = any(
            own < (1.0 - NOTICED) * its
            for own, its in zip(self.unavailability, other.unavailability, strict=True)
        )
        return is_safer or any(
            own > its + NOTICED for own, its in zip(self.headrooms, other.headrooms, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A design that meets all targets.

    Parameters
    ----------
    seen : Promising
    system : System
    solution : Solution
    """

    seen: Promising
    system: System
    solution: Solution


@dataclass
class Count:
    """How designs were decided.

    Parameters
    ----------
    looked_at : int
        Designs that were examined one by one.
    put_together : int
        How often all parts of a service were looked at together.
    solved : int
        Designs that were solved by themselves.
    """

    looked_at: int = 0
    put_together: int = 0
    solved: int = 0


#: Designs of equal cost that are compared.
MOST_EQUAL: Final = 16

#: Designs that are passed over because they add nothing to those found.
MOST_ALIKE: Final = 400

#: The share of downtime, and the headroom, that make a design worth telling beside another.
NOTICED: Final = 0.05

_DOWNTIME: Final = no_downtime()

#: Designs that differ in options that do not matter for a headroom, of which all are looked at.
MOST_FREED: Final = 64

Aims = Mapping[str, Sequence[Target]]


@dataclass(frozen=True, slots=True)
class Search:
    """A search through a space.

    Parameters
    ----------
    book : Book
    grid : Grid
    examiner : Examiner
    aims : mapping of str to sequence of Target
        By service: each with the targets that are asked of it.
    budgets : sequence of Target
        Those of money.
    solve : callable
        Solves a system.
    step : callable
        Called before each design is looked at, with its place; raises where the search is to end.
    looks : int
        How many looks at more and more replications a design is worth.
    """

    book: Book
    grid: Grid[Excuse]
    examiner: Examiner
    aims: Aims
    budgets: Sequence[Target]
    solve: Callable[[System], Solution]
    step: Callable[[int], None]
    count: Count = field(default_factory=Count)
    looks: int = len(LOOKS)

    def run(self) -> Iterator[Found]:
        """Yield the designs that meet all targets, cheapest first."""
        return self.others((), 0)

    def others(self, known: Sequence[Found], start: int) -> Iterator[Found]:
        """Yield designs that meet all targets, cheapest first, from a place in the order of costs.

        Each is noticeably better in something than every one before, and than those known: what
        costs more and changes nothing is passed over, and after `MOST_ALIKE` of these it ends.
        """
        told = [one.seen for one in known]
        for seen in self.promising(start, told):
            found = self._solved(seen) if _adds_to_all(seen, told) else None
            if found is not None:
                told.append(seen)
                yield found

    def promising(self, start: int = 0, told: Sequence[Promising] = ()) -> Iterator[Promising]:
        """Yield what only solving could rule out: cheapest first, then most available.

        Parameters
        ----------
        start : int
            Place in the order of costs.
        told : sequence of Promising
            What adds nothing to these, which may become more by then, is not looked at any further.
        """
        for target in self.budgets:
            self._rule_out_dearer(target)
        equal: list[Promising] = []
        limit, looked_at, alike = 0.0, 0, 0
        for place, design in self.grid.walk(start):
            cost = float(self.grid.cost[design])
            if equal and (cost > limit or looked_at >= MOST_EQUAL):
                yield from sorted(equal, key=lambda one: sum(one.unavailability))
                equal = []
                if self.grid.reason_of(design) is not None:
                    continue
            if not equal:
                limit, looked_at = cost * (1.0 + ROUNDING), 0
            looked_at += 1
            self.step(place)
            if told and self._adds_nothing(design, told):
                alike += 1
                if alike > MOST_ALIKE:
                    break
            elif self._passes(design):
                equal.append(self._promise(design))
        yield from sorted(equal, key=lambda one: sum(one.unavailability))

    def _adds_nothing(self, design: Design, told: Sequence[Promising]) -> bool:
        try:
            return not _adds_to_all(self._promise(design), told)
        except ModelError:
            return False

    def _passes(self, design: Design) -> bool:
        """Whether nothing rules a design out before it is solved."""
        self.count.looked_at += 1
        try:
            if self._lacks_headroom(design) or self._is_down(design):
                return False
            self.book.space.system(design)
        except ModelError as error:
            words = self.book.space.words(design)
            self._rule_out(design, range(len(design)), Excuse(
                "building", None, None, (), words, None, str(error.findings[0])
            ))  # fmt: skip
            return False
        return True

    def _is_down(self, design: Design) -> bool:
        """Whether a service is down too long, too often, or too long at once."""
        for service, targets in self.aims.items():
            asked = [target for target in targets if target.figure.source == "outages"]
            if asked and self._is_down_too_long(service, asked, design):
                return True
        return False

    def _promise(self, design: Design) -> Promising:
        down = []
        for service in self.book.services:
            names = self.book.parts(service, design)
            figure = self._evidence(service, names, design, 0).figure(_DOWNTIME)
            value = None if figure is None else figure.value
            down.append(math.inf if value is None else value)
        spare = [
            -math.inf if value is None else value
            for known in self.book.capacity(design).values()
            for value in (known.headroom, known.after_loss)
        ]
        return Promising(design, tuple(down), tuple(spare))

    def _solved(self, seen: Promising) -> Found | None:
        system = self.book.space.system(seen.design)
        self.count.solved += 1
        solution = self.solve(system)
        if self._misses(solution, seen.design) or self._overspends(solution, seen.design):
            return None
        return Found(seen, system, solution)

    def _rule_out_dearer(self, target: Target) -> None:
        """Rule out what runs for more than is allowed, downtime aside."""
        limit = target.bound * (1.0 + ROUNDING)
        least = self.grid.least_above(limit)
        if least is not None:
            figure = Estimate.of_exact(least)
            self.grid.rule_out_dearer(limit, Excuse("money", target, None, (), {}, figure))

    def _overspends(self, solution: Solution, design: Design) -> bool:
        for target in self.budgets:
            if target.figure.key == "total_cost":
                assert solution.costs is not None, "without prices there is no target of money"
                figure = solution.costs.total_per_year.scaled(1.0 / SECONDS_PER_YEAR)
                met = target.judge(figure)
                if not met:
                    grounds: Grounds = "open" if met is None else "money"
                    self._excuse(
                        grounds, target, None, (), design, range(len(design)), figure=figure
                    )
                    return True
        return False

    def _lacks_headroom(self, design: Design) -> bool:
        for service, targets in self.aims.items():
            for target in targets:
                if target.figure.source == "structure" and self._misses_headroom(
                    target, service, design
                ):
                    axes, best = self._mattering(target, service, design)
                    figure = Estimate.of_exact(best)
                    self._excuse("structure", target, service, (), design, axes, figure=figure)
                    return True
        return False

    def _misses_headroom(self, target: Target, service: str, design: Design) -> bool:
        return not target.judge(Estimate.of_exact(self._headroom(target, service, design)))

    def _headroom(self, target: Target, service: str, design: Design) -> float:
        known = self.book.capacity(design)[service]
        value = known.headroom if target.figure.key == "headroom" else known.after_loss
        assert value is not None, "targets of headroom that nothing can have are refused"
        return value

    def _mattering(
        self, target: Target, service: str, design: Design
    ) -> tuple[tuple[int, ...], float]:
        """The options without which a headroom is missed all the same, and the best of it."""
        kept, free = list(self.book.structural), [design]
        for axis in self.book.structural:
            wider = [
                with_choice(one, axis, choice)
                for one in free
                for choice in range(self.book.space.shape[axis])
            ]
            if len(wider) <= MOST_FREED and all(
                self._is_no_way_out(target, service, one) for one in wider
            ):
                kept.remove(axis)
                free = wider
        return tuple(kept), max(self._headroom(target, service, one) for one in free)

    def _is_no_way_out(self, target: Target, service: str, design: Design) -> bool:
        """Whether a headroom is missed; one that cannot be built may be one with other choices."""
        try:
            return self._misses_headroom(target, service, design)
        except ModelError:
            return False

    def _is_down_too_long(self, service: str, targets: Sequence[Target], design: Design) -> bool:
        names = self.book.parts(service, design)
        by_parts = [target for target in targets if target.figure.key in BY_PARTS]
        for target, name in product(by_parts, names if len(names) > 1 else ()):
            evidence = self._evidence(service, (name,), design, 0)
            if evidence.judge(target) is False:
                self._parts_miss(target, service, (name,), design, evidence)
                return True
        return self._misses_together(service, names, targets, design)

    def _misses_together(
        self, service: str, names: tuple[str, ...], targets: Sequence[Target], design: Design
    ) -> bool:
        self.count.put_together += 1
        left = list(targets)
        evidence: Evidence | None = None
        for look in range(self.looks):
            evidence = self._evidence(service, names, design, look)
            verdicts = [(target, evidence.judge(target)) for target in left]
            missed = next((target for target, met in verdicts if met is False), None)
            if missed is not None:
                self._all_miss(missed, service, names, design, look)
                return True
            left = [target for target, met in verdicts if met is None]
            if not left:
                return False
            if isinstance(evidence, Computed) and not self.examiner.may_simulate:
                break
        assert evidence is not None
        axes = self.book.part_axes(service, names)
        self._excuse("open", left[0], service, names, design, axes, figure=evidence.figure(left[0]))
        return True

    def _all_miss(
        self, target: Target, service: str, names: tuple[str, ...], design: Design, look: int
    ) -> None:
        """Find as few parts as miss a target by themselves, and rule out all that have them."""
        blamed = names
        if target.figure.key in BY_PARTS:
            for name in names:
                fewer = tuple(one for one in blamed if one != name)
                if len(fewer) > 1 and (
                    self._evidence(service, fewer, design, look).judge(target) is False
                ):
                    blamed = fewer
        self._parts_miss(target, service, blamed, design,
                         self._evidence(service, blamed, design, look))  # fmt: skip

    def _parts_miss(
        self,
        target: Target,
        service: str,
        names: tuple[str, ...],
        design: Design,
        evidence: Evidence,
    ) -> None:
        is_all = names == self.book.parts(service, design) and len(names) > 1
        axes = self.book.part_axes(service, names)
        grounds: Grounds = "together" if is_all else "parts"
        self._excuse(grounds, target, service, names, design, axes, figure=evidence.figure(target))

    def _evidence(
        self, service: str, names: tuple[str, ...], design: Design, look: int
    ) -> Evidence:
        """What is known of some parts together: computed at the first look, if that can be."""
        parts = tuple(self.book.part(service, name, design) for name in names)
        computed = None
        if look == 0:
            computed = self.examiner.compute(
                parts, lambda: self.book.together(service, names, design)
            )
        return computed or self.examiner.simulate(parts, look)

    def _misses(self, solution: Solution, design: Design) -> bool:
        """Whether the solution shows a target missed, or leaves open what nothing else shows."""
        for service, targets in self.aims.items():
            for target in targets:
                figure = target.figure.read(solution[service])
                met = target.judge(figure)
                if met is False or (met is None and target.figure.source == "solution"):
                    grounds: Grounds = "solution" if met is False else "open"
                    self._excuse(
                        grounds, target, service, (), design, range(len(design)), figure=figure
                    )
                    return True
        return False

    def _excuse(
        self,
        grounds: Grounds,
        target: Target,
        service: str | None,
        parts: tuple[str, ...],
        design: Design,
        axes: Sequence[int],
        *,
        figure: Estimate | None,
    ) -> None:
        words = self.book.space.words(design)
        names = [option.name for option in self.book.space.options]
        choices = {names[axis]: words[names[axis]] for axis in axes}
        self._rule_out(design, axes, Excuse(grounds, target, service, parts, choices, figure))

    def _rule_out(self, design: Design, axes: Sequence[int], excuse: Excuse) -> None:
        self.grid.rule_out({axis: design[axis] for axis in axes}, excuse)


def _adds_to_all(seen: Promising, told: Sequence[Promising]) -> bool:
    return all(seen.adds_to(one) for one in told)
