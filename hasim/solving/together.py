"""Several models simulated together, so that their differences are known better than they are.

Theory of operation
-------------------
Streams are keyed (engines/keys.py): what two models have in common fails, and is repaired, alike in
both, so that most of the chance cancels in the difference of replication n of one and replication n
of the other (common random numbers; Law 2015, 11.2). All replications have one window, the longest
that any of the models asks for. Beside the precision asked, the caller may end the run: after each
round it is shown the downtime and outages of every replication so far.

Rules of this file: every model is simulated, also those that an engine could compute; the result
depends on models, seed, precision and the caller's decision only, not on time or threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hasim.engines.keys import keys_of, shortest_means
from hasim.errors import InputError
from hasim.process import Process
from hasim.runners import Runner, choose_runner
from hasim.solution import Solution
from hasim.solving.campaign import Campaign, Limits, Outcome, Progress
from hasim.solving.engine_choice import Engine
from hasim.solving.first_epochs import begin_at_once
from hasim.solving.layout import Layout
from hasim.solving.plan import Plan, join_plans, make_plan
from hasim.solving.players import JoinedPlayers, KernelPlayer
from hasim.solving.side_by_side import SideBySide
from hasim.solving.simulated_answers import read_simulation
from hasim.solving.stage import Stage
from hasim.solving.task import Task, prepare
from hasim.system import System

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """What each replication of each model saw of one service.

    Parameters
    ----------
    downtime : ndarray of float64, shape (models, replications)
        Seconds in the window.
    outages : ndarray of float64, shape (models, replications)
        How many began in the window.
    window : float
        Seconds.
    """

    downtime: Floats
    outages: Floats
    window: float


@dataclass(frozen=True, slots=True)
class Together:
    """The answers to several models, and what their differences are made from.

    Parameters
    ----------
    solutions : tuple of Solution
        In the order of the models.
    samples : mapping of str to Samples
        By service; of those that all models have.
    """

    solutions: tuple[Solution, ...]
    samples: Mapping[str, Samples]


def solve_together(
    models: Sequence[System | Process],
    *,
    precision: float = 0.05,
    seed: int = 1,
    max_time: float = 60.0,
    told_time: float | None = None,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    is_decided: Callable[[Mapping[str, Samples]], bool] | None = None,
    runner: Runner | None = None,
) -> Together:
    """Simulate several models with common random numbers.

    Parameters
    ----------
    models : sequence of System or Process
        At least one; each has a service, or `Outages` measure, that all others have.
    precision, seed, max_time, threads, progress, stop, runner
        As in `solve`; the precision is that of every model, the time is for all together.
    told_time : float, optional
        The limit as a person gave it, told where it was reached; None: `max_time`.
    is_decided : callable, optional
        Asked after every round whether what is known is enough, however precise it is.

    Returns
    -------
    Together

    Raises
    ------
    InputError
        Where there is nothing that all models measure.
    SolveError
        Where a model misbehaves while it runs.
    """
    started = time.monotonic()
    told_time = max_time if told_time is None else told_time
    tasks = [prepare(model, precision, seed) for model in models]
    ensemble = _Ensemble.of(tasks)
    limits = Limits(precision, max_time - (time.monotonic() - started), stop)
    campaign = Campaign(
        ensemble.engine,
        ensemble.layout.joint,
        ensemble.plan,
        seed=seed,
        watched_columns=ensemble.watched_columns,
        is_decided=None if is_decided is None else lambda one: is_decided(ensemble.samples(one)),
    )
    outcome = campaign.run(runner or choose_runner(threads), limits, progress)
    return Together(
        tuple(
            read_simulation(task, ensemble.engine, part, layout, told_time)
            for task, part, layout in zip(
                tasks, ensemble.split(outcome), ensemble.layout.members, strict=True
            )
        ),
        {} if campaign.last is None else ensemble.samples(campaign.last),
    )


@dataclass(frozen=True)
class _Ensemble:
    """All models made ready to run as one.

    Parameters
    ----------
    layout : SideBySide
    engine : Engine
        Of the joined rows.
    plan : Plan
        For all of them.
    services : tuple of str
        Those that all models have.
    watched_columns : ndarray of int64, shape (services, 2, models)
        Where the joined rows hold downtime and outages.
    """

    layout: SideBySide
    engine: Engine
    plan: Plan
    services: tuple[str, ...]
    watched_columns: NDArray[np.int64]

    @classmethod
    def of(cls, tasks: Sequence[Task]) -> _Ensemble:
        layout = SideBySide.of([Layout.of(task.process, task.facts.guards) for task in tasks])
        services = _in_common(tasks, layout)
        processes = [begin_at_once(task.process) for task in tasks]
        means = shortest_means(processes)
        players = [KernelPlayer.of(p, keys_of(p, means)) for p in processes]
        plans = [make_plan(p, player) for p, player in zip(processes, players, strict=True)]
        why = "montecarlo: simulated together with the other models, with common random numbers"
        engine = Engine("montecarlo", (why,), JoinedPlayers(tuple(players)), step_by_step=False)
        return cls(layout, engine, join_plans(plans), services, _columns(layout, services))

    def samples(self, stage: Stage) -> dict[str, Samples]:
        """What the replications of a stage have shown of each service."""
        figures = stage.samples
        return {
            service: Samples(figures[:, place, 0].T, figures[:, place, 1].T, stage.plan.horizon)
            for place, service in enumerate(self.services)
        }

    def split(self, outcome: Outcome) -> list[Outcome]:
        """What the run left of each model."""
        if outcome.tally is None:
            return [outcome] * len(self.layout.members)
        tallies = self.layout.take_apart(outcome.tally)
        return [Outcome(tally, outcome.ending, outcome.plan) for tally in tallies]


def _in_common(tasks: Sequence[Task], layout: SideBySide) -> tuple[str, ...]:
    first, *others = layout.members
    services = tuple(s for s in first.outages if all(s in one.outages for one in others))
    if not services:
        names = ", ".join(task.process.name for task in tasks)
        found = f"{names} have no service in common"
        raise InputError(found, "a service that all have", "call it the same in all of them")
    return services


def _columns(layout: SideBySide, services: Sequence[str]) -> NDArray[np.int64]:
    """Where the joined rows hold downtime and outages, by service, these two, and model."""
    outages = [
        [layout.joint.outages[f"{number} {name}"] for number in range(len(layout.members))]
        for name in services
    ]
    return np.array([[[o.downtime for o in row], [o.begun for o in row]] for row in outages])
