"""A request carried out: begun, watched, ended, whatever comes in between.

Theory of operation
-------------------
The worker takes the lock of the study, reads the request, does what its kind says (kinds.py), tells
how far it is, asks now and then whether it is to stop, and writes down what came of it. Whatever a
model can do wrong ends the request with one message; a bug does too, and says so.

Rules of this file: nothing about models is known here. A request that is begun is ended, unless the
process is killed; then the study says that it is running and nobody holds its lock.
"""

from __future__ import annotations

import math
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hasim.errors import HasimError, show_value
from hasim.store import Desk, Request, RequestStatus, Study

if TYPE_CHECKING:
    from hasim.solving import Progress

#: Seconds between two looks at the study: whether to stop, and news for the page; later the share
#: of the time so far, so that a long run has hundreds of news and not thousands.
_BETWEEN, _SHARE = 0.25, 0.005

#: Services whose figures are told: more are no news but a table.
_MOST_FIGURES = 12


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request.

    Parameters
    ----------
    status : RequestStatus
    message : str
        A sentence.
    answer : mapping of str to object, or None
        What a page shows of it, as JSON.
    """

    status: RequestStatus
    message: str
    answer: Mapping[str, object] | None


@dataclass(slots=True)
class Job:
    """A request that is being carried out, as those see it who do the work.

    Parameters
    ----------
    request : Request
    study : Study
    threads : int
    """

    request: Request
    study: Study
    threads: int
    _desk: Desk
    _begun: float = field(default_factory=time.monotonic)
    _told: float = -math.inf
    _looked: float = -math.inf
    _is_to_stop: bool = False

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What was asked."""
        return self.request.arguments

    def is_to_stop(self) -> bool:
        """Whether somebody wishes that this stops; the study is asked now and then."""
        now = time.monotonic()
        if not self._is_to_stop and now - self._looked >= _BETWEEN:
            self._looked = now
            request = self._desk.request(self.request.number)
            self._is_to_stop = request is None or request.is_to_stop
        return self._is_to_stop

    def say(self, about: str) -> None:
        """Say what is done from now on."""
        self._desk.tell(self.request.number, {"about": about})

    def tell(self, progress: Progress) -> None:
        """Tell how far the work is, now and then."""
        now = time.monotonic()
        if now - self._told >= max(_BETWEEN, _SHARE * (now - self._begun)):
            self._told = now
            self._desk.tell(self.request.number, _news(progress, now - self._begun))


def carry_out(path: Path, number: int, *, threads: int) -> None:
    """Carry out a request of a study.

    Parameters
    ----------
    path : Path
        Of the study.
    number : int
        Of the request.
    threads : int

    Raises
    ------
    InputError
        Where there is no such study, or another process works on it.
    StudyError
        Where it cannot be written any more.
    """
    with Study.open(path, create=False) as study, Desk.open(path) as desk:
        request = desk.request(number)
        if request is None or not request.is_open:
            return
        desk.begin(number)
        outcome = _do(Job(request, study, threads, desk))
        desk.end(number, outcome.status, outcome.message, outcome.answer)


def _do(job: Job) -> Outcome:
    from hasim.work.kinds import KINDS

    kind = job.request.kind
    if kind not in KINDS:
        why = f"this hasim knows no request {show_value(kind)}; take the one that asked it"
        return Outcome("failed", why, None)
    try:
        return KINDS[kind](job)
    except HasimError as error:
        return Outcome("failed", str(error), None)
    except MemoryError:
        return Outcome("failed", _TOO_LARGE, None)
    except Exception:  # noqa: BLE001  (the page has to say that this is ours to mend)
        text = traceback.format_exc(limit=-3)
        return Outcome("failed", f"{_BUG}\n\n{text}", None)


_TOO_LARGE = (
    "the worker has used all the memory that it may; give the model fewer replicas, or run it with "
    "`hasim run`, which takes what the machine has"
)
_BUG = "this is a fault of hasim, not of the model; please report it with the text below"


def _news(progress: Progress, spent: float) -> Mapping[str, object]:
    """Progress as JSON; what is not known yet is null."""
    precision = progress.precision if math.isfinite(progress.precision) else None
    return {
        "spent_s": spent,
        "left_s": progress.seconds_left,
        "replications": progress.replications,
        "precision": precision,
        "about": progress.about,
        "share": progress.share,
        "least": progress.least,
        "figures": [
            {"name": one.name, **one.estimate.to_dict(), "outages": _count(one.seen)}
            for one in progress.figures[:_MOST_FIGURES]
        ],
    }


def _count(seen: float) -> int | None:
    return int(seen) if math.isfinite(seen) else None
