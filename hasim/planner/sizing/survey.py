"""Which options matter for what: found by trying, so that most designs need not be looked at.

Theory of operation
-------------------
A *trait* is anything that a design has and that can be told equal or different: what one line of
its costs comes to, the structure of one component, the Process of one part. A design is
tried with each choice of each option and with each pair of choices of two options, the others being
those of one base design. An option *matters* for a trait where, with all else equal, the trait
differs between two of its choices. From then on a trait is known for all designs that agree in the
options that matter for it.

An influence that shows only where three options or more leave the base at once would go unseen.
So designs drawn at random are held against what is known about them by then; where a trait is
another than expected, all options are taken to matter for it.

Rules of this file
------------------
1. Options with many choices are tried at `MOST_TRIED` of them, ends included.
2. A design that cannot be built has no traits; its findings are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice, product
from random import Random
from typing import Final

from hasim.description.space import Design, Space
from hasim.errors import Finding, InputError, ModelError

#: Choices of one option that are tried.
MOST_TRIED: Final = 6

#: Designs that are looked at for one that can be built.
BASES_TRIED: Final = 500

#: Designs drawn at random to check what was found.
AUDITED: Final = 40

Trait = tuple[str, ...]
Traits = Mapping[Trait, object]


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found by trying.

    Parameters
    ----------
    base : tuple of int
        A design that can be built.
    traits : mapping of tuple of str to tuple of int
        For each trait the options that matter for it, ascending.
    """

    base: Design
    traits: Mapping[Trait, tuple[int, ...]]

    def axes(self, *traits: Trait) -> tuple[int, ...]:
        """Return the options that matter for any of some traits."""
        return tuple(sorted({axis for trait in traits for axis in self.traits.get(trait, ())}))

    def design(self, axes: Sequence[int], choices: Sequence[int]) -> Design:
        """Return the base with other choices for some options."""
        changed = list(self.base)
        for axis, choice in zip(axes, choices, strict=True):
            changed[axis] = choice
        return tuple(changed)


def take_survey(space: Space, look: Callable[[Design], Traits]) -> Survey:
    """Find out which options matter for which traits.

    Parameters
    ----------
    space : Space
    look : callable
        Returns the traits of a design; raises `ModelError` where it cannot be built.

    Raises
    ------
    InputError
        Where no design that can be built is found.
    """
    trial = _Trial(look)
    base = _find_base(space, trial)
    mattering: dict[Trait, set[int]] = {}
    for option, context in _comparisons(space, base):
        seen = [trial.traits(design) for design in context]
        known = [traits for traits in seen if traits is not None]
        for trait in dict.fromkeys(name for traits in known for name in traits):
            axes = mattering.setdefault(trait, set())
            if any(traits.get(trait) != known[0].get(trait) for traits in known[1:]):
                axes.add(option)
    found = Survey(base, {trait: tuple(sorted(axes)) for trait, axes in mattering.items()})
    wrong = _audit(space, found, trial)
    everything = tuple(range(len(space.shape)))
    return Survey(base, {**found.traits, **dict.fromkeys(wrong, everything)})


def find_base(space: Space, first: Sequence[Design]) -> Design | None:
    """Return a design that can be built, of some or of others; None where none is found."""
    for design in (*first, *islice(_candidates(space), BASES_TRIED)):
        try:
            space.system(design)
        except ModelError:
            continue
        return design
    return None


def _audit(space: Space, found: Survey, trial: _Trial) -> set[Trait]:
    """The traits that are not what they should be in some design drawn at random."""
    wrong: set[Trait] = set()
    for design in islice(_random_designs(space), AUDITED):
        actual = trial.traits(design)
        for trait in () if actual is None else {**found.traits, **actual}:
            axes = found.axes(trait)
            alike = trial.traits(found.design(axes, [design[axis] for axis in axes]))
            if alike is not None and alike.get(trait) != (actual or {}).get(trait):
                wrong.add(trait)
    return wrong


@dataclass(frozen=True, slots=True)
class _Trial:
    """Looks at each design once."""

    look: Callable[[Design], Traits]
    seen: dict[Design, Traits | None] = field(default_factory=dict)
    findings: dict[Finding, None] = field(default_factory=dict)

    def traits(self, design: Design) -> Traits | None:
        if design not in self.seen:
            try:
                self.seen[design] = self.look(design)
            except ModelError as error:
                self.findings.update(dict.fromkeys(error.findings))
                self.seen[design] = None
        return self.seen[design]


def _find_base(space: Space, trial: _Trial) -> Design:
    for design in islice(_candidates(space), BASES_TRIED):
        if trial.traits(design) is not None:
            return design
    errors = [f"{one.key}: {one.found}" for one in trial.findings if one.severity == "error"]
    raise InputError(
        f"none of {min(space.size, BASES_TRIED)} designs of the space can be built ({errors[0]})",
        "options that do not contradict each other",
        "look at one design with hasim check and --set",
    )


def _candidates(space: Space) -> Iterator[Design]:
    """Designs in which all options have their first choices, their last, then others at random."""
    yield tuple(0 for _ in space.shape)
    yield tuple(n - 1 for n in space.shape)
    yield from _random_designs(space)


def _random_designs(space: Space) -> Iterator[Design]:
    random = Random(0)
    while True:
        yield tuple(random.randrange(n) for n in space.shape)


def _tried(n: int) -> tuple[int, ...]:
    """The choices of an option of n that are tried."""
    if n <= MOST_TRIED:
        return tuple(range(n))
    return tuple(round(i * (n - 1) / (MOST_TRIED - 1)) for i in range(MOST_TRIED))


def _comparisons(space: Space, base: Design) -> Iterator[tuple[int, list[Design]]]:
    """Yield options with designs that differ in their choices only."""
    tried = [tuple(dict.fromkeys((base[f], *_tried(n)))) for f, n in enumerate(space.shape)]
    options = range(len(tried))

    def changed(changes: Mapping[int, int]) -> Design:
        return tuple(changes.get(axis, choice) for axis, choice in enumerate(base))

    for option in options:
        yield option, [changed({option: i}) for i in tried[option]]
    for one, other in combinations(options, 2):
        for i in tried[one][1:]:
            yield other, [changed({one: i, other: j}) for j in tried[other]]
        for j in tried[other][1:]:
            yield one, [changed({one: i, other: j}) for i in tried[one]]


def with_choice(design: Design, axis: int, choice: int) -> Design:
    """Return a design with another choice for one option."""
    return (*design[:axis], choice, *design[axis + 1 :])


def designs_over(space: Space, survey: Survey, axes: Sequence[int]) -> Iterator[Design]:
    """Yield the base with every combination of choices of some options."""
    for choices in product(*(range(space.shape[axis]) for axis in axes)):
        yield survey.design(axes, choices)
