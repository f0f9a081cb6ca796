"""Random fault trees without repair, for hasim and, in Galileo's words, for Storm.

Basic events, spares, failures in order, dependencies, and gates over all of these, which may share.
What failures in order and spares read is read by no other such gate, and what a dependency brings
down takes part in neither, so that no two things that matter in order happen at one instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

from hasim.conformance.dynamic_trees import spare
from hasim.laws import Exponential
from hasim.process import Process, ProcessBuilder, go

Kind = Literal["plain", "spare", "order"]

MOST_EVENTS = 7


@dataclass(frozen=True)
class Source:
    """One basic event, or two that only matter together.

    Parameters
    ----------
    kind : {'plain', 'spare', 'order'}
        One event; a unit and its spare; a failure of the first before one of the second.
    rates : tuple of int
        Failures in 1,000 hours.
    dormancy : int
        Percent of the rate of a spare that is not in use.
    """

    kind: Kind
    rates: tuple[int, ...]
    dormancy: int = 100


@dataclass(frozen=True)
class Vote:
    """Fails when so many of its inputs have: sources first, then earlier votes."""

    inputs: tuple[int, ...]
    threshold: int


@dataclass(frozen=True)
class Tree:
    """A fault tree; the last vote is its top.

    `trigger` is a source and a plain source that fails with it, or None.
    """

    sources: tuple[Source, ...]
    votes: tuple[Vote, ...]
    trigger: tuple[int, int] | None


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Random trees of at most `MOST_EVENTS` basic events."""
    sources: list[Source] = []
    left = MOST_EVENTS
    rates = st.integers(1, 2000)
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(("plain", "plain", "spare", "order")))
        size = 1 if kind == "plain" else 2
        if size > left:
            break
        left -= size
        chosen = tuple(draw(rates) for _ in range(size))
        sources.append(Source(kind, chosen, draw(st.sampled_from((0, 30, 100)))))
    votes: list[Vote] = []
    for _ in range(draw(st.integers(1, 4))):
        known = len(sources) + len(votes)
        inputs = tuple(
            draw(st.lists(st.integers(0, known - 1), min_size=1, max_size=4, unique=True))
        )
        votes.append(Vote(inputs, draw(st.integers(1, len(inputs)))))
    plain = [number for number, source in enumerate(sources) if source.kind == "plain"]
    pairs = [(a, b) for a in plain for b in plain if a != b]
    trigger = draw(st.sampled_from(pairs)) if pairs and draw(st.booleans()) else None
    return Tree(tuple(sources), tuple(votes), trigger)


# ---------------------------------------------------------------------------- hasim


def as_process(tree: Tree) -> Process:
    """The tree for hasim, with the gate ``top``; times are in hours."""
    builder = ProcessBuilder("tree")
    if tree.trigger is not None:
        builder.signal("trigger")
    for number, source in enumerate(tree.sources):
        _ADD[source.kind](builder, number, source, tree)
    for number, vote in enumerate(tree.votes, start=len(tree.sources)):
        inputs = [f"failed {one}" for one in vote.inputs]
        builder.at_least(f"failed {number}", vote.threshold, inputs)
    builder.any_of("top", f"failed {len(tree.sources) + len(tree.votes) - 1}")
    return builder.build()


def _add_plain(builder: ProcessBuilder, number: int, source: Source, tree: Tree) -> None:
    event = builder.automaton(f"event {number}", "good", "failed")
    triggers = tree.trigger is not None and number == tree.trigger[0]
    failed = go("failed", emits="trigger") if triggers else go("failed")
    event.delay("failure", "good", _life(source, 0), failed)
    if tree.trigger is not None and number == tree.trigger[1]:
        event.on("trigger", "good", "failed")
    builder.any_of(f"failed {number}", event["failed"])


def _add_spare(builder: ProcessBuilder, number: int, source: Source, tree: Tree) -> None:
    unit = builder.automaton(f"unit {number}", "good", "failed")
    unit.delay("failure", "good", _life(source, 0), "failed")
    builder.any_of(f"needed {number}", unit["failed"])
    rate, dormancy = source.rates[1] / 1000.0, source.dormancy / 100.0
    second = spare(builder, f"spare {number}", rate, f"needed {number}", dormancy=dormancy)
    builder.all_of(f"failed {number}", unit["failed"], second["failed"])


def _add_order(builder: ProcessBuilder, number: int, source: Source, tree: Tree) -> None:
    first = builder.automaton(f"first {number}", "good", "failed")
    first.delay("failure", "good", _life(source, 0), "failed")
    builder.any_of(f"first failed {number}", first["failed"])
    second = builder.automaton(f"second {number}", "good", "in order", "too early")
    after = go("in order", when=f"first failed {number}")
    before = go("too early", unless=f"first failed {number}")
    second.delay("failure", "good", _life(source, 1), after, before)
    builder.any_of(f"failed {number}", second["in order"])


_ADD = {"plain": _add_plain, "spare": _add_spare, "order": _add_order}


def _life(source: Source, place: int) -> Exponential:
    return Exponential(1000.0 / source.rates[place])


# ---------------------------------------------------------------------------- Storm


def as_galileo(tree: Tree) -> str:
    """The part of the tree that its top depends on, in Galileo's words."""
    below = _below(tree)
    lines = [f'toplevel "n{len(tree.sources) + len(tree.votes) - 1}";']
    for number, vote in enumerate(tree.votes, start=len(tree.sources)):
        inputs = " ".join(f'"n{one}"' for one in vote.inputs)
        if number in below:
            lines.append(f'"n{number}" {vote.threshold}of{len(vote.inputs)} {inputs};')
    for number, source in enumerate(tree.sources):
        if number in below:
            lines += _tell_source(number, source)
    if tree.trigger is not None and below.issuperset(tree.trigger):
        lines.append('"trigger" fdep "n{}" "n{}";'.format(*tree.trigger))
    return "\n".join([*lines, ""])


def _below(tree: Tree) -> set[int]:
    """What the top depends on; a trigger counts where what it brings down does."""
    found: set[int] = set()
    new = {len(tree.sources) + len(tree.votes) - 1}
    while new:
        found |= new
        votes = [tree.votes[one - len(tree.sources)] for one in new if one >= len(tree.sources)]
        new = {one for vote in votes for one in vote.inputs}
        if tree.trigger is not None and tree.trigger[1] in found | new:
            new.add(tree.trigger[0])
        new -= found
    return found


def _tell_source(number: int, source: Source) -> Iterator[str]:
    if source.kind == "plain":
        yield _tell_event(f"n{number}", source.rates[0], 100)
        return
    word = "wsp" if source.kind == "spare" else "pand"
    yield f'"n{number}" {word} "a{number}" "b{number}";'
    yield _tell_event(f"a{number}", source.rates[0], 100)
    yield _tell_event(f"b{number}", source.rates[1], source.dormancy)


def _tell_event(name: str, rate: int, dormancy: int) -> str:
    return f'"{name}" lambda={rate / 1000:g} dorm={dormancy / 100:g};'
