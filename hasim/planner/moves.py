"""How far an answer moves where typical values stand for what the model leaves out.

Theory of operation
-------------------
The model is solved, then the system of each correction, with the same engine, precision and seed.
All of them share the limit of time: each may take what is left of it, in the order in which the
sentences are told. What comes after the end of time, or after Ctrl-C, has no services and a
warning.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hasim.compiler.omissions import find_omissions
from hasim.errors import RefusedError, SolveError
from hasim.planner.corrections import Correction, correct
from hasim.solution import Move, ServiceAnswer, Solution, Status, WhatIf
from hasim.solving import Progress, solve
from hasim.system import System


def what_if(
    system: System,
    *,
    engine: str = "auto",
    precision: float = 0.05,
    seed: int = 1,
    sla: bool | None = None,
    max_time: float = 60.0,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Solution:
    """Answer a model, and again with the catalogue's value for each thing that it leaves out.

    Parameters
    ----------
    system : System
    engine, precision, seed, threads, progress, stop
        As those of `hasim.solve`, for every answer.
    sla : bool or None
        As that of `hasim.solve`, for the answer to the model itself.
    max_time : float
        Seconds for all answers together.

    Returns
    -------
    Solution
        That of the model, with `what_if`.

    Raises
    ------
    InputError, RefusedError, SolveError
        As `hasim.solve` does for the model; what is refused about a changed one becomes a warning.
    """
    inquiry = _Inquiry(
        time.monotonic(),
        max_time,
        progress,
        {"engine": engine, "precision": precision, "seed": seed, "threads": threads, "stop": stop},
    )
    base = inquiry.ask(system, sla=sla)
    questions = [
        _Question(omission.sentence, correction)
        for omission in find_omissions(system)
        if (correction := correct(system, omission)) is not None
    ]
    return inquiry.follow_up(base, questions)


@dataclass(frozen=True, slots=True)
class _Question:
    """What a model leaves out, and the system to ask instead."""

    sentence: str
    correction: Correction

    def answered(self, moves: Mapping[str, Move]) -> WhatIf:
        one = self.correction
        return WhatIf(self.sentence, one.put_in, one.grade, one.sources, moves)


@dataclass(frozen=True, slots=True)
class _Inquiry:
    """All that is asked within one limit of time."""

    started: float
    max_time: float
    progress: Callable[[Progress], None] | None
    options: Mapping[str, Any]

    @property
    def left(self) -> float:
        """Seconds."""
        return max(0.0, self.max_time - (time.monotonic() - self.started))

    def ask(self, system: System, about: str = "", *, sla: bool | None = False) -> Solution:
        progress = self.progress
        if progress is not None and about:
            progress = _labelled(progress, about)
            progress(Progress(0, math.inf, self.left))
        return solve(system, sla=sla, max_time=self.left, progress=progress, **self.options)

    def follow_up(self, base: Solution, questions: Sequence[_Question]) -> Solution:
        """Add what becomes of each question to the answer to the model."""
        answered, warnings = [], []
        stopped = base.status.code == "stopped"
        for number, question in enumerate(questions, start=1):
            if stopped or not self.left:
                break
            moves: Mapping[str, Move] = {}
            try:
                about = f"what if {number} of {len(questions)}"
                answer = self.ask(question.correction.system, about)
            except KeyboardInterrupt:
                stopped = True
                break
            except (RefusedError, SolveError) as error:
                warnings.append(f"what if {question.correction.put_in}: {error}")
            else:
                stopped = answer.status.code == "stopped"
                moves = _compare(base, answer)
            answered.append(question.answered(moves))
        unreached = questions[len(answered) :]
        if unreached:
            warnings.append(self._tell_unreached(len(unreached), len(questions), stopped=stopped))
        return replace(
            base,
            status=_stopped(base.status) if stopped else base.status,
            warnings=(*base.warnings, *warnings),
            what_if=(*answered, *(question.answered({}) for question in unreached)),
        )

    def _tell_unreached(self, missing: int, n: int, *, stopped: bool) -> str:
        why = "stopped" if stopped else f"the time was up after {self.max_time:g} s"
        step = "" if stopped else "; give it more (--max-time)"
        return f"what if: {why}, {missing} of {n} are not answered{step}"


def _labelled(progress: Callable[[Progress], None], about: str) -> Callable[[Progress], None]:
    return lambda news: progress(replace(news, about=about))


def _stopped(status: Status) -> Status:
    return status if status.code == "stopped" else Status("stopped", f"{status.text}; then stopped")


def _compare(base: Solution, answer: Solution) -> dict[str, Move]:
    return {name: _move(base[name], changed) for name, changed in answer.services.items()}


def _move(before: ServiceAnswer, after: ServiceAnswer) -> Move:
    old, new = before.unavailability.value, after.unavailability.value
    factor = new / old if old and new is not None else None
    return Move(after.unavailability, factor, after.outage_length_s["p95"])
