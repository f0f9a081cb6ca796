"""Which engine answers, and why; each is imported only when it is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from hasim.errors import InputError
from hasim.process import Process

EngineName = Literal["montecarlo", "reference"]

_NAMES = ("auto", "exact", "matched", "bounds", "montecarlo", "reference")


class Run(Protocol):
    """An engine made ready for one Process."""

    def __call__(
        self, *, seed: int, replications: range, warmup: float, horizon: float
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the rows of the replications and the histograms of all of them together."""


class RunWindows(Protocol):
    """An engine made ready to measure one window after another in each replication."""

    def __call__(
        self, *, seed: int, replications: range, borders: Sequence[float]
    ) -> NDArray[np.float64]:
        """Return the rows [replication, window, column]; borders are ascending seconds."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine that answers.

    Parameters
    ----------
    name : str
    why : tuple of str
        One sentence for each engine considered.
    run : Run
    step_by_step : bool
        Whether it is so slow that it is asked for one replication at a time, in one thread.
    """

    name: EngineName
    why: tuple[str, ...]
    run: Run
    step_by_step: bool


def choose_engine(name: str, process: Process, passed_over: tuple[str, ...] = ()) -> Engine:
    """Return the simulation of that name; for ``auto``, where the exact engine was passed over.

    Raises
    ------
    InputError
        For a name that no engine has.
    """
    if name not in _NAMES:
        raise InputError(
            f"{name} is not an engine", f"one of {', '.join(_NAMES)}", "leave it out for auto"
        )
    if name == "reference":
        from hasim.engines import reference

        return Engine(
            "reference",
            ("reference: asked for; plain and slow, it plays the model event by event",),
            partial(_run_reference, reference.simulate, process),
            step_by_step=True,
        )
    from hasim.engines.montecarlo import Simulator

    reason = "montecarlo: simulation, which takes any model"
    if name != "auto":
        reason = "montecarlo: asked for; it plays many histories of the model and averages them"
    why = (*passed_over, reason)
    return Engine("montecarlo", why, Simulator.of(process).run, step_by_step=False)


def choose_windows(name: EngineName, process: Process) -> RunWindows:
    """Return the simulation of that name, for windows."""
    if name == "reference":
        from hasim.engines import reference

        return partial(reference.simulate_windows, process)
    from hasim.engines.montecarlo import Simulator

    return Simulator.of(process).run_windows


class _Simulate(Protocol):
    def __call__(
        self,
        process: Process,
        *,
        seed: int,
        replications: range,
        warmup: float,
        horizon: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], object]: ...


def _run_reference(
    simulate: _Simulate,
    process: Process,
    *,
    seed: int,
    replications: range,
    warmup: float,
    horizon: float,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rows, histograms, _ = simulate(
        process, seed=seed, replications=replications, warmup=warmup, horizon=horizon
    )
    return rows, histograms
