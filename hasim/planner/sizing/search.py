"""The walk through the designs of a space, cheapest first, to the first that meets all targets.

Theory of operation
-------------------
Every design that is not ruled out yet is examined: its structure against headroom, each part of
each service by itself, then all parts of a service together. Whatever rules it out rules out all
designs that have the same choices in the options that matter for it, in one step (grid.py). Where
all parts together miss an availability, parts are dropped as long as the others miss it by
themselves: the fewer are left, the more designs are ruled out with them.

What passes all of this is solved by itself, as `hasim run` would, and has to agree. So the first
design that is found is the cheapest: every cheaper one has an excuse.

Rules of this file: what is found does not depend on time or threads, only whether it is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from hasim.description.space import Design
from hasim.errors import ModelError
from hasim.planner.sizing.evidence import BY_PARTS, LOOKS, Computed, Evidence, Examiner
from hasim.planner.sizing.grid import Grid
from hasim.planner.sizing.targets import Target
from hasim.planner.sizing.traits import Book
from hasim.solution import Solution
from hasim.stats import Estimate
from hasim.system import System

#: What an excuse rests on: the structure, parts by themselves, all parts of a service, the whole
#: design solved, that it cannot be built, or that it is too close to the target to tell.
Grounds = Literal["structure", "parts", "together", "solution", "building", "open"]


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
class Found:
    """A design that meets all targets.

    Parameters
    ----------
    place : int
        In the order of costs.
    design : tuple of int
    system : System
    solution : Solution
    """

    place: int
    design: Design
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
    solve : callable
        Solves a system.
    step : callable
        Called before each design is looked at, with its place; raises where the search is to end.
    """

    book: Book
    grid: Grid[Excuse]
    examiner: Examiner
    aims: Aims
    solve: Callable[[System], Solution]
    step: Callable[[int], None]
    count: Count = field(default_factory=Count)

    def run(self, start: int = 0) -> Iterator[Found]:
        """Yield the designs that meet all targets, cheapest first."""
        for place, design in self.grid.walk(start):
            self.step(place)
            self.count.looked_at += 1
            try:
                found = self._examine(place, design)
            except ModelError as error:
                self._rule_out(design, range(len(design)), Excuse(
                    "building", None, None, (), {}, None, str(error.findings[0])
                ))  # fmt: skip
                continue
            if found is not None:
                yield found

    def _examine(self, place: int, design: Design) -> Found | None:
        if self._lacks_headroom(design):
            return None
        for service, targets in self.aims.items():
            asked = [target for target in targets if target.figure.source == "outages"]
            if asked and self._is_down_too_long(service, asked, design):
                return None
        system = self.book.space.system(design)
        self.count.solved += 1
        solution = self.solve(system)
        return None if self._misses(solution, design) else Found(place, design, system, solution)

    def _lacks_headroom(self, design: Design) -> bool:
        for service, targets in self.aims.items():
            for target in targets:
                if target.figure.source == "structure" and self._misses_headroom(
                    target, service, design
                ):
                    axes, best = self._mattering(target, service, design)
                    figure = Estimate.of_exact(best)
                    self._excuse("structure", target, service, (), design, axes, figure)
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
                _with_choice(one, axis, choice)
                for one in free
                for choice in range(self.book.space.shape[axis])
            ]
            if len(wider) <= MOST_FREED and all(
                self._is_no_way_out(target, service, one) for one in wider
            ):
                kept.remove(axis)
                free = wider
        best = max(self._headroom(target, service, one) for one in free if self._is_built(one))
        return tuple(kept), best

    def _is_no_way_out(self, target: Target, service: str, design: Design) -> bool:
        return not self._is_built(design) or self._misses_headroom(target, service, design)

    def _is_built(self, design: Design) -> bool:
        try:
            self.book.capacity(design)
        except ModelError:
            return False
        return True

    def _is_down_too_long(self, service: str, targets: Sequence[Target], design: Design) -> bool:
        names = self.book.parts(service, design)
        for target in targets:
            if target.figure.key in BY_PARTS and len(names) > 1:
                for name in names:
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
        for look in range(len(LOOKS)):
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
        self._excuse("open", left[0], service, names, design, axes, evidence.figure(left[0]))
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
        self._excuse(grounds, target, service, names, design, axes, evidence.figure(target))

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
                    self._excuse(grounds, target, service, (), design, range(len(design)), figure)
                    return True
        return False

    def _excuse(
        self,
        grounds: Grounds,
        target: Target,
        service: str,
        parts: tuple[str, ...],
        design: Design,
        axes: Sequence[int],
        figure: Estimate | None,
    ) -> None:
        words = self.book.space.words(design)
        names = [option.name for option in self.book.space.options]
        choices = {names[axis]: words[names[axis]] for axis in axes}
        self._rule_out(design, axes, Excuse(grounds, target, service, parts, choices, figure))

    def _rule_out(self, design: Design, axes: Sequence[int], excuse: Excuse) -> None:
        self.grid.rule_out({axis: design[axis] for axis in axes}, excuse)


def _with_choice(design: Design, axis: int, choice: int) -> Design:
    return (*design[:axis], choice, *design[axis + 1 :])
