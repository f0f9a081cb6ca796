"""What a study tells of its runs and of the candidates that were judged in them.

Rules of this file: plain data without clock times, durations or names of machines, so that two
studies of the same work tell the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: How far a run has come; one that was killed stays ``running`` until it goes on.
Status = Literal["running", "done", "limit", "stopped"]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One command of a study.

    Parameters
    ----------
    number : int
        From 1, in the order in which they were begun.
    kind : str
        The command: ``compare`` or ``size``.
    model : str
        What people call that which was asked about.
    inputs : str
        Hash of the content of all that was read.
    arguments : mapping of str to object
        All that determines the answer beside it.
    made : str
        Version of hasim.
    status : {"running", "done", "limit", "stopped"}
    document : mapping of str to object, or None
        The JSON document of the answer; None: there is none yet.
    """

    number: int
    kind: str
    model: str
    inputs: str
    arguments: Mapping[str, object]
    made: str
    status: Status
    document: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A design that was judged in a run.

    Parameters
    ----------
    number : int
        From 1; the same one whenever the run is done again.
    name : str
    verdict : str
        What became of it, in one word or a few.
    reason : str
        Why; empty where the verdict says all.
    words : mapping of str to object
        What was chosen: a value for each key that varies.
    cost : float or None
        In the unit of the run.
    figures : mapping of str to object
        What is known about it, as JSON.
    """

    number: int
    name: str
    verdict: str
    reason: str = ""
    words: Mapping[str, object] = field(default_factory=dict)
    cost: float | None = None
    figures: Mapping[str, object] = field(default_factory=dict)
