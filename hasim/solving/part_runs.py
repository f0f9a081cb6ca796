"""Parts of systems simulated once each, so that many designs are known from few simulations.

Theory of operation
-------------------
A service serves when all of its parts do (engines/ancestry.py). A part is simulated by itself, with
keyed streams, in the same windows as all others, and what is kept of every replication is when it
was down. What is shared, such as a zone, goes through the same history in all of them, so that the
outages of a service made of some parts are those of the union of their spells, replication by
replication (engines/assembly.py): the very outages that a simulation of the whole would show.

Rules of this file
------------------
1. A part is one object for one Process: designs that have it in common share its spells.
2. Replications are played in blocks of `BLOCK`, whose results depend on the part, the window, the
   seed and their numbers only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from hasim.engines.assembly import Assembled, assemble
from hasim.engines.keys import keys_of, shortest_means
from hasim.engines.record import Spells
from hasim.process import Process
from hasim.runners import Runner
from hasim.solving.first_epochs import begin_at_once
from hasim.solving.pieces import Outages
from hasim.solving.plan import Plan, join_plans, make_plan
from hasim.solving.players import KernelPlayer

#: Replications of one piece of work.
BLOCK: Final = 8

Means = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Window:
    """The time that every replication of every part covers.

    Parameters
    ----------
    warmup, horizon : float
        Seconds before measuring, and measured.
    longest : float
        Seconds that an outage is assumed not to last longer than on average, where few were seen.
    """

    warmup: float
    horizon: float
    longest: float

    @classmethod
    def of(cls, processes: Iterable[Process]) -> Window:
        """Return the window that suits all of some Processes."""
        plan = join_plans([_plan(process) for process in processes])
        return cls(plan.warmup, plan.horizon, plan.longest_end)


def _plan(process: Process) -> Plan:
    begun = begin_at_once(process)
    return make_plan(begun, KernelPlayer.of(begun))


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a system, the same object wherever it is the same.

    Parameters
    ----------
    process : Process
        With one outage measure.
    """

    process: Process


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What the replications of some parts show of the service that they make.

    Parameters
    ----------
    spells : tuple of Spells
        One for each part, of the same replications.
    window : Window
    assembled : Assembled
    """

    spells: tuple[Spells, ...]
    window: Window
    assembled: Assembled

    def longer_than(self, seconds: float) -> Assembled:
        """Return the same with the outages counted that are longer than a length."""
        window = self.window
        return assemble(
            self.spells, warmup=window.warmup, horizon=window.horizon, longer_than=seconds
        )


@dataclass(eq=False)
class PartRuns:
    """The simulations of parts, each made when it is first asked for.

    Parameters
    ----------
    runner : Runner
    make_window : callable
        Returns the window of all replications; asked only where something is simulated.
    means : mapping
        The distance of the points of delays that parts share.
    seed : int
    step : callable, optional
        Called after every block; raises where nothing more is to be simulated.
    """

    runner: Runner
    make_window: Callable[[], Window]
    means: Means
    seed: int
    step: Callable[[], None] = lambda: None
    _spells: dict[Part, Spells] = field(default_factory=dict, init=False)

    @cached_property
    def window(self) -> Window:
        """The window of all replications."""
        return self.make_window()

    def sample(self, parts: Sequence[Part], replications: int, until: float) -> Sample:
        """Return what so many replications show of a service made of some parts.

        Parameters
        ----------
        parts : sequence of Part
        replications : int
            A multiple of `BLOCK`.
        until : float
            Moment of `time.monotonic` after which nothing is waited for.

        Raises
        ------
        TimeoutError
            Where that moment comes first, or as `step` says; what is done by then is kept.
        """
        for part in parts:
            self._simulate(part, replications, until)
        spells = tuple(self._spells[part].head(replications) for part in parts)
        window = self.window
        return Sample(
            spells, window, assemble(spells, warmup=window.warmup, horizon=window.horizon)
        )

    def _simulate(self, part: Part, replications: int, until: float) -> None:
        done = self._spells[part].replications if part in self._spells else 0
        if done >= replications:
            return
        chunks = [range(i, i + BLOCK) for i in range(done, replications, BLOCK)]
        pieces = [self._spells[part]] if part in self._spells else []
        try:
            with closing(self.runner.map(self._work(part), chunks, until=until)) as results:
                for result in results:
                    pieces.append(Spells(*result))
                    self.step()
        finally:
            if pieces:
                self._spells[part] = _joined(pieces)

    def _work(self, part: Part) -> Outages:
        begun = begin_at_once(part.process)
        own = shortest_means([begun])
        means = {place: min(self.means.get(place, mean), mean) for place, mean in own.items()}
        player = KernelPlayer.of(begun, keys_of(begun, means))
        return Outages(player, self.seed, self.window.warmup, self.window.horizon)


def _joined(pieces: list[Spells]) -> Spells:
    """All pieces as one, two by two, so that none is copied often."""
    while len(pieces) > 1:
        pairs = zip(pieces[::2], pieces[1::2], strict=False)
        odd = pieces[-1:] if len(pieces) % 2 else []
        pieces = [one.followed_by(other) for one, other in pairs] + odd
    return pieces[0]
