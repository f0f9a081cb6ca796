"""What a case of the conformance suite is: a system, a question, and the answer that is known.

Rules of this file: data only. A process is made when the case is run, so that listing the cases
costs nothing; what is known keeps the unit of its source, and a case says how to get there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hasim.process import Process
from hasim.process.questions import Question

MINUTE = 60.0
HOUR = 60.0 * MINUTE
DAY = 24.0 * HOUR
#: Of 365 days, as availability is counted in the sources.
YEAR = 365.0 * DAY


@dataclass(frozen=True, slots=True)
class LongRunMean:
    """Long-run average of a level, which engines know as a measure and not as a question."""

    level: str


Asked = Question | LongRunMean


@dataclass(frozen=True, slots=True)
class Case:
    """One question about one system whose answer is known from elsewhere.

    Parameters
    ----------
    id, title, source : str
        The system, the same for all its questions, and who published or derived the answer.
    asked : str
        The question in words, with its parameters.
    value : float
        The answer, in the unit that `asked` names.
    tolerance : float
        Largest relative error of an exact answer: the digits of `value` that are certain.
    process : callable, optional
        Makes the system. Absent where it cannot be said yet; then `unbuilt` tells why.
    question : Question or LongRunMean, optional
        Present where `process` is.
    published : str
        The number as it is printed in the source; empty where there is a formula only.
    factor : float
        What an answer in seconds or per second is multiplied by.
    over : Question or LongRunMean, optional
        What the answer is divided by, such as downtime by the number of outages.
    complement : bool
        Whether 1 minus the answer is meant.
    unbuilt : str
        One sentence.
    beyond : str
        Why only simulation is asked: the refusal of others takes seconds, or `process` is too far
        from the system for an exact answer, though not for a simulated one; one sentence.
    """

    id: str
    title: str
    source: str
    asked: str
    value: float
    tolerance: float
    process: Callable[[], Process] | None = None
    question: Asked | None = None
    published: str = ""
    factor: float = 1.0
    over: Asked | None = None
    complement: bool = False
    unbuilt: str = ""
    beyond: str = ""

    def __post_init__(self) -> None:
        is_built = self.process is not None and self.question is not None
        assert is_built != bool(self.unbuilt), f"{self.name} is either built or says why not"

    @property
    def name(self) -> str:
        """The system and the question, such as ``A06 unavailability, c = 0.9``."""
        return f"{self.id} {self.asked}"
