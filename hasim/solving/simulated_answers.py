"""The Solution of a simulation of everything, whoever ran it."""

from __future__ import annotations

import math

from hasim.solution import Solution
from hasim.solving.answers import Reader
from hasim.solving.campaign import Outcome
from hasim.solving.engine_choice import Engine
from hasim.solving.layout import Layout
from hasim.solving.simulation import with_simulated
from hasim.solving.task import Task
from hasim.solving.watching import watch
from hasim.solving.wording import write_status, write_warnings
from hasim.stats.stopping import worst_precision


def read_simulation(
    task: Task, engine: Engine, outcome: Outcome, layout: Layout, max_time: float
) -> Solution:
    """Return the Solution of what a simulation left.

    Parameters
    ----------
    task : Task
    engine : Engine
        Who ran it.
    outcome : Outcome
    layout : Layout
        Of the rows.
    max_time : float
        The limit that it had, in seconds.
    """
    plan, tally = outcome.plan, outcome.tally
    reader = Reader(task.process, layout, plan, tally)
    answers = reader.services()
    reached = math.inf if tally is None else worst_precision(watch(layout, tally, plan))
    status = write_status(
        outcome, answers, asked=task.precision, reached=reached, max_time=max_time
    )
    return task.solution(
        engine=engine.name,
        why=engine.why,
        status=status,
        services=task.with_facts(answers, reader),
        measures=reader.measures(),
        warnings=write_warnings(outcome, answers),
        provenance=with_simulated(task.provenance, outcome),
    )
