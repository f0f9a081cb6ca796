"""Which engine answers, and why; each is imported only when it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hasim.errors import InputError
from hasim.process import Process
from hasim.solving.players import KernelPlayer, Player, ReferencePlayer

EngineName = Literal["montecarlo", "reference"]

_NAMES = ("auto", "exact", "matched", "bounds", "montecarlo", "reference")


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine that answers.

    Parameters
    ----------
    name : str
    why : tuple of str
        One sentence for each engine considered.
    run : Player
    step_by_step : bool
        Whether it is so slow that it is asked for one replication at a time, in one thread.
    """

    name: EngineName
    why: tuple[str, ...]
    run: Player
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
        return Engine(
            "reference",
            ("reference: asked for; plain and slow, it plays the model event by event",),
            ReferencePlayer(process),
            step_by_step=True,
        )
    reason = "montecarlo: simulation, which takes any model"
    if name != "auto":
        reason = "montecarlo: asked for; it plays many histories of the model and averages them"
    why = (*passed_over, reason)
    return Engine("montecarlo", why, KernelPlayer.of(process), step_by_step=False)
