"""The pieces that a simulation is cut into: work that may be done by any runner.

Theory of operation: a chunk is a range of numbers of replications. What it gives depends on the
player, the seed, the window and these numbers alone, so they name it: a study finds what is done
already by the key, and two runs that ask the same share it.

Rules of this file: whoever changes what a chunk gives raises `FORMAT`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hasim.solving.players import Batch, KernelPlayer, Player, WindowPlayer

Floats = NDArray[np.float64]

#: Of what chunks give. Another format, other keys.
FORMAT = 1


@dataclass(frozen=True)
class Replications:
    """Replications with one window each.

    Parameters
    ----------
    player : Player
    seed : int
    warmup, horizon : float
        Seconds before the window, and its length.
    """

    player: Player
    seed: int
    warmup: float
    horizon: float

    def __call__(self, chunk: range) -> Batch:
        """Return the rows of the replications and the histograms of all of them together."""
        return self.player(
            seed=self.seed, replications=chunk, warmup=self.warmup, horizon=self.horizon
        )

    def key(self, chunk: range) -> str:
        """Return the name of what a chunk gives."""
        return _name("replications", self.player, self.seed, (self.warmup, self.horizon), chunk)


@dataclass(frozen=True)
class Windows:
    """Replications with one window after another.

    Parameters
    ----------
    player : WindowPlayer
    seed : int
    borders : tuple of float
        Seconds at which the windows begin, and the last one ends.
    """

    player: WindowPlayer
    seed: int
    borders: tuple[float, ...]

    def __call__(self, chunk: range) -> tuple[NDArray[np.float64]]:
        """Return the rows [replication, window, column]."""
        return (self.player.windows(seed=self.seed, replications=chunk, borders=self.borders),)

    def key(self, chunk: range) -> str:
        """Return the name of what a chunk gives."""
        return _name("windows", self.player, self.seed, self.borders, chunk)


@dataclass(frozen=True)
class Outages:
    """When the outages of replications began and ended.

    Parameters
    ----------
    player : KernelPlayer
        Of a Process with one outage measure.
    seed : int
    warmup, horizon : float
        Seconds before the window, and its length.
    """

    player: KernelPlayer
    seed: int
    warmup: float
    horizon: float

    def __call__(self, chunk: range) -> tuple[Floats, Floats, NDArray[np.int64]]:
        """Return begin, end and first of the spells (engines/record.py)."""
        spells = self.player.spells(
            seed=self.seed, replications=chunk, warmup=self.warmup, horizon=self.horizon
        )
        return spells.begin, spells.end, spells.first

    def key(self, chunk: range) -> str:
        """Return the name of what a chunk gives."""
        return _name("outages", self.player, self.seed, (self.warmup, self.horizon), chunk)


def _name(kind: str, player: Player, seed: int, times: tuple[float, ...], chunk: range) -> str:
    parts = [f"hasim chunk {FORMAT}", kind, player.content_key, str(seed)]
    parts += [float(moment).hex() for moment in times]
    return hashlib.sha256(" ".join([*parts, repr(chunk)]).encode()).hexdigest()
