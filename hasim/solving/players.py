"""Engines made ready for one Process, which can travel to other processes.

Theory of operation: what makes an engine ready (tables of the kernel) stays where it is. A player
that is sent is its Process, its keys and their digest; whoever receives one makes it ready again,
unless they have one of the same digest, which they keep for a while.

Rules of this file: a player gives the same rows wherever it is.
"""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from hasim.process import Process

if TYPE_CHECKING:
    from hasim.engines.montecarlo import Simulator
    from hasim.engines.record import Spells

Batch = tuple[NDArray[np.float64], NDArray[np.int64]]

#: Players that arrived and are kept: a comparison of more candidates makes some ready again.
MOST_KEPT = 64


class Player(Protocol):
    """An engine made ready for one Process."""

    @property
    def content_key(self) -> str:
        """Hexadecimal digits that are the same for the same engine, Process and keys."""

    def __call__(self, *, seed: int, replications: range, warmup: float, horizon: float) -> Batch:
        """Return the rows of the replications and the histograms of all of them together."""


@dataclass(frozen=True, eq=False)
class KernelPlayer:
    """The engine montecarlo.

    Parameters
    ----------
    simulator : Simulator
    keys : ndarray of KEY or None
        With which the simulator was made.
    """

    simulator: Simulator
    keys: NDArray[np.void] | None = None

    @classmethod
    def of(cls, process: Process, keys: NDArray[np.void] | None = None) -> KernelPlayer:
        """Make the engine ready for a Process.

        Raises
        ------
        RefusedError
            Where numba is told not to compile.
        """
        from hasim.engines.montecarlo import Simulator

        return cls(Simulator.of(process, keys=keys), keys)

    @cached_property
    def content_key(self) -> str:
        """Digest of the Process and of the keys."""
        keys = b"" if self.keys is None else self.keys.tobytes()
        return _digest("montecarlo", self.simulator.process, keys)

    def __call__(self, *, seed: int, replications: range, warmup: float, horizon: float) -> Batch:
        """Return the rows of the replications and the histograms of all of them together."""
        return self.simulator.run(
            seed=seed, replications=replications, warmup=warmup, horizon=horizon
        )

    def windows(
        self, *, seed: int, replications: range, borders: Sequence[float]
    ) -> NDArray[np.float64]:
        """Return the rows of one window after another in each replication."""
        return self.simulator.run_windows(seed=seed, replications=replications, borders=borders)

    def spells(self, *, seed: int, replications: range, warmup: float, horizon: float) -> Spells:
        """Return when the outages of the first measure began and ended."""
        return self.simulator.spells(
            seed=seed, replications=replications, warmup=warmup, horizon=horizon
        )

    @cached_property
    def _packed(self) -> bytes:
        return pickle.dumps((self.simulator.process, self.keys), pickle.HIGHEST_PROTOCOL)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel as the Process and the keys."""
        return _arrive, (KernelPlayer.of, self.content_key, self._packed)


@dataclass(frozen=True, eq=False)
class ReferencePlayer:
    """The engine reference.

    Parameters
    ----------
    process : Process
    """

    process: Process

    @cached_property
    def content_key(self) -> str:
        """Digest of the Process."""
        return _digest("reference", self.process, b"")

    def __call__(self, *, seed: int, replications: range, warmup: float, horizon: float) -> Batch:
        """Return the rows of the replications and the histograms of all of them together."""
        from hasim.engines import reference

        rows, histograms, _ = reference.simulate(
            self.process, seed=seed, replications=replications, warmup=warmup, horizon=horizon
        )
        return rows, histograms

    def windows(
        self, *, seed: int, replications: range, borders: Sequence[float]
    ) -> NDArray[np.float64]:
        """Return the rows of one window after another in each replication."""
        from hasim.engines import reference

        return reference.simulate_windows(
            self.process, seed=seed, replications=replications, borders=borders
        )

    @cached_property
    def _packed(self) -> bytes:
        return pickle.dumps((self.process,), pickle.HIGHEST_PROTOCOL)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel as the Process."""
        return _arrive, (ReferencePlayer, self.content_key, self._packed)


@dataclass(frozen=True)
class JoinedPlayers:
    """Several players as one: the rows of each replication side by side (side_by_side.py).

    Parameters
    ----------
    members : tuple of Player
    """

    members: tuple[Player, ...]

    @property
    def content_key(self) -> str:
        """Digest of those of the members."""
        return hashlib.sha256(" ".join(m.content_key for m in self.members).encode()).hexdigest()

    def __call__(self, *, seed: int, replications: range, warmup: float, horizon: float) -> Batch:
        """Return the joined rows and histograms."""
        window = {"warmup": warmup, "horizon": horizon}
        results = [one(seed=seed, replications=replications, **window) for one in self.members]
        rows, histograms = zip(*results, strict=True)
        return np.hstack(rows), np.vstack(histograms)


#: Those that also measure one window after another in each replication.
WindowPlayer = KernelPlayer | ReferencePlayer


def _digest(engine: str, process: Process, keys: bytes) -> str:
    return hashlib.sha256(f"{engine} {process.content_hash} ".encode() + keys).hexdigest()


_kept: OrderedDict[str, WindowPlayer] = OrderedDict()
_keeping = Lock()


def _arrive(make: Callable[..., WindowPlayer], content_key: str, packed: bytes) -> WindowPlayer:
    """The player that was sent, made ready; or the one of the same digest that is kept."""
    with _keeping:
        if content_key not in _kept:
            player = make(*pickle.loads(packed))
            vars(player).update(content_key=content_key, _packed=packed)
            _kept[content_key] = player
        _kept.move_to_end(content_key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
        return _kept[content_key]
