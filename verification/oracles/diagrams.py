"""Random block diagrams, for hasim and for RePyability.

Blocks stand in order; each is fed by the input or by some earlier blocks, passes while it works and
enough of these do, and all that feed nobody end in a last vote. Blocks that feed several others
make paths that share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import surpyval
from hypothesis import strategies as st
from repyability import PerfectReliability, RepairableRBD

from hasim.laws import Exponential, Gamma, Law, Weibull
from hasim.process import Process, ProcessBuilder

MOST_BLOCKS = 12


@dataclass(frozen=True)
class Times:
    """Hours: shape 1 is exponential, else a life is Weibull and a repair is gamma."""

    mean: float
    shape: float

    def as_life(self) -> Law:
        if self.shape == 1:
            return Exponential(self.mean)
        return Weibull.from_shape_mean(self.shape, self.mean)

    def as_repair(self) -> Law:
        if self.shape == 1:
            return Exponential(self.mean)
        return Gamma.from_shape_mean(self.shape, self.mean)


@dataclass(frozen=True)
class Block:
    """What feeds it (numbers of earlier blocks; none: the input), how many of these it needs."""

    feeders: tuple[int, ...]
    required: int
    life: Times
    repair: Times


@dataclass(frozen=True)
class BlockDiagram:
    """Blocks, and how many of those that feed nobody must pass."""

    blocks: tuple[Block, ...]
    required: int

    def ends(self) -> list[int]:
        """The blocks that feed nobody."""
        fed = {feeder for block in self.blocks for feeder in block.feeders}
        return [number for number in range(len(self.blocks)) if number not in fed]


SHAPES = st.sampled_from([1.0, 1.0, 0.75, 1.5, 3.0])
LIVES = st.builds(Times, st.integers(10, 100_000).map(float), SHAPES)
REPAIRS = st.builds(Times, st.integers(1, 50).map(float), SHAPES)


@st.composite
def block_diagrams(draw: st.DrawFn) -> BlockDiagram:
    """Random diagrams of 1 to `MOST_BLOCKS` blocks."""
    blocks: list[Block] = []
    for number in range(draw(st.integers(1, MOST_BLOCKS))):
        feeders: tuple[int, ...] = ()
        if number and draw(st.integers(0, 3)):
            chosen = st.lists(st.integers(0, number - 1), min_size=1, max_size=4, unique=True)
            feeders = tuple(sorted(draw(chosen)))
        required = draw(st.integers(1, max(1, len(feeders))))
        blocks.append(Block(feeders, required, draw(LIVES), draw(REPAIRS)))
    n_ends = len(BlockDiagram(tuple(blocks), 1).ends())
    return BlockDiagram(tuple(blocks), draw(st.integers(1, n_ends)))


def as_process(diagram: BlockDiagram) -> Process:
    """The diagram for hasim; measures ``service``. Times are in hours."""
    builder = ProcessBuilder("diagram")
    for number, block in enumerate(diagram.blocks):
        unit = builder.unit(
            f"unit {number}", fails=block.life.as_life(), repair=block.repair.as_repair()
        )
        if not block.feeders:
            builder.any_of(f"passes {number}", unit["up"])
            continue
        feeders = [f"passes {feeder}" for feeder in block.feeders]
        builder.at_least(f"fed {number}", block.required, feeders)
        builder.all_of(f"passes {number}", f"fed {number}", unit["up"])
    builder.at_least("works", diagram.required, [f"passes {end}" for end in diagram.ends()])
    builder.outages("service", "works")
    return builder.build()


def as_rbd(diagram: BlockDiagram) -> RepairableRBD:
    """The diagram for RePyability, whose last vote is a junction that never fails."""
    edges: list[tuple[object, object]] = []
    components: dict[object, object] = {"vote": PerfectReliability}
    votes: dict[object, int] = {"vote": diagram.required}
    for number, block in enumerate(diagram.blocks):
        edges += [(feeder, number) for feeder in block.feeders or ("input",)]
        votes[number] = block.required
        components[number] = {
            "reliability": _as_life(block.life),
            "repairability": _as_repair(block.repair),
        }
    edges += [(end, "vote") for end in diagram.ends()]
    edges.append(("vote", "output"))
    return RepairableRBD(edges, components, votes)


def _as_life(times: Times) -> object:
    if times.shape == 1:
        return surpyval.Exponential.from_params([1.0 / times.mean])
    scale = times.mean / math.gamma(1.0 + 1.0 / times.shape)
    return surpyval.Weibull.from_params([scale, times.shape])


def _as_repair(times: Times) -> object:
    if times.shape == 1:
        return surpyval.Exponential.from_params([1.0 / times.mean])
    return surpyval.Gamma.from_params([times.shape, times.shape / times.mean])
