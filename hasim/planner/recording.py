"""A comparison as a run of a study: what names it, and what it leaves for people to read.

Rules of this file: a run is named by the models as they are read, and by what the order depends on;
neither by the time that it may take nor by who computes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from hasim.errors import list_words
from hasim.store import Candidate, Run, Status, Study
from hasim.system import System
from hasim.system.plain import digest

if TYPE_CHECKING:
    from hasim.planner.comparison import Comparison, Standing

_STATUS: Mapping[str, Status] = {"decided": "done", "limit": "limit", "stopped": "stopped"}


def begin_comparison(
    study: Study, candidates: Mapping[str, System], arguments: Mapping[str, object]
) -> Run:
    """Begin the run of a comparison, or go on with it.

    Parameters
    ----------
    study : Study
    candidates : mapping of str to System
    arguments : mapping of str to object
        All that the order depends on beside them.
    """
    contents = [[name, digest(system)] for name, system in candidates.items()]
    inputs = hashlib.sha256(json.dumps(contents).encode()).hexdigest()
    names = dict.fromkeys(system.name for system in candidates.values())
    return study.begin("compare", ", ".join(names), inputs, arguments)


def end_comparison(run: Run, comparison: Comparison) -> None:
    """Write down how a comparison ended."""
    run.record(_candidates(comparison))
    run.end(_STATUS[comparison.code], comparison.to_dict())


def _candidates(comparison: Comparison) -> Iterator[Candidate]:
    contests = comparison.contests
    for number, name in enumerate(comparison.solutions, start=1):
        standings = {service: one.standings[name] for service, one in contests.items()}
        is_first = name == comparison.first
        verdicts = {
            service: "first" if is_first else one.verdict or "undecided"
            for service, one in standings.items()
        }
        is_mixed = len(set(verdicts.values())) > 1
        reasons = {
            service: ", ".join(filter(None, [verdicts[service] if is_mixed else "", _why(one)]))
            for service, one in standings.items()
        }
        yield Candidate(
            number,
            name,
            "mixed" if is_mixed else next(iter(verdicts.values())),
            _for_all(reasons),
            figures={service: _figures(one) for service, one in standings.items()},
        )


def _why(standing: Standing) -> str:
    return f"dominated by {list_words(standing.dominated_by)}" if standing.dominated_by else ""


def _for_all(words: Mapping[str, str]) -> str:
    """What is said of every service; by service, where that differs."""
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return "; ".join(f"{service}: {word}" for service, word in words.items() if word)


def _figures(standing: Standing) -> dict[str, object]:
    figures = {
        key: None if figure is None else figure.to_dict()
        for key, figure in standing.figures.items()
    }
    return {"place": standing.place, **figures}
