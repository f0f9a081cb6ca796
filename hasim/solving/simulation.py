"""One simulation, from the plan to what is left when it ends: of a whole answer or a part of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

from hasim.engines.record import EVENTS
from hasim.errors import RefusedError
from hasim.process import Process
from hasim.runners import Runner, Threads, choose_runner
from hasim.solution import Provenance
from hasim.solving.campaign import GRACE, Campaign, Limits, Outcome, Progress
from hasim.solving.engine_choice import Engine
from hasim.solving.layout import Layout
from hasim.solving.plan import Plan, make_plan

#: After long preparations a first batch is waited for so much of their time, lest they be in vain.
GRACE_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the caller waits, how they are told and heard meanwhile, and who may work.

    Parameters
    ----------
    started : float
        The moment of `time.monotonic` from which the limit counts.
    max_time : float
        Seconds.
    progress : callable or None
    stop : callable or None
    threads : int or None
    runner : Runner or None
        None: so many threads.
    """

    started: float
    max_time: float
    progress: Callable[[Progress], None] | None
    stop: Callable[[], bool] | None
    threads: int | None
    runner: Runner | None = None

    @property
    def spent(self) -> float:
        """Seconds of it that are over."""
        return time.monotonic() - self.started

    def runner_for(self, engine: Engine) -> Runner:
        """Return who does the work of an engine."""
        return self.runner or choose_runner(1 if engine.step_by_step else self.threads)


def simulate(
    process: Process,
    engine: Engine,
    patience: Patience,
    *,
    precision: float,
    seed: int,
    plan: Plan | None = None,
    layout: Layout | None = None,
) -> Outcome:
    """Run replications until the answer is precise enough or a limit is reached.

    Parameters
    ----------
    process : Process
    engine : Engine
        Made ready for the Process.
    patience : Patience
    precision : float
        Relative half-width of unavailability, for every `Outages` measure.
    seed : int
    plan : Plan, optional
        Of the first replications, where it has been made.
    layout : Layout, optional
        Of the rows, where more than the measures is to be told.

    Raises
    ------
    RefusedError
        Where the engine is so slow that there is no plan within the limit.
    """
    first = plan or _plan(process, engine, patience)
    campaign = Campaign(engine, layout or Layout.of(process), first, seed=seed)
    spent = patience.spent
    grace = max(GRACE, spent * GRACE_SHARE)
    limits = Limits(precision, patience.max_time - spent, patience.stop, grace=grace)
    return campaign.run(patience.runner_for(engine), limits, patience.progress)


def with_simulated(provenance: Provenance, outcome: Outcome) -> Provenance:
    """Return where an answer comes from whose replications are those of a simulation."""
    plan, tally = outcome.plan, outcome.tally
    return replace(
        provenance,
        replications=0 if tally is None else tally.replications,
        warmup_s=plan.warmup,
        horizon_s=plan.horizon,
        events=0 if tally is None else int(tally.totals[EVENTS]),
    )


def _plan(process: Process, engine: Engine, patience: Patience) -> Plan:
    """Make the plan; a slow engine is waited for no longer than the limit allows."""
    if not engine.step_by_step:
        return make_plan(process, engine.run)
    until = max(patience.started + patience.max_time, time.monotonic()) + GRACE
    with closing(
        Threads(1).map(lambda one: make_plan(one, engine.run), [process], until=until)
    ) as plans:
        try:
            return next(plans)
        except TimeoutError as error:
            text = (
                f"{engine.name}: {process.name} is so large that within {patience.max_time:g} s it "
                "does not even see how often something happens; take the engine montecarlo, or "
                "give it more time (--max-time)"
            )
            raise RefusedError([text]) from error
