"""A search as a run of a study: what names it, and what it leaves for people to read.

Rules of this file: as those of planner/recording.py. A row is a design that was found, or a
statement that ruled designs out, with how many.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from hasim.description.space import Space
from hasim.planner.columns import COLUMNS
from hasim.planner.sizing.answer import Code, Pick, Sizing
from hasim.planner.sizing.search import Excuse
from hasim.planner.sizing.targets import Target
from hasim.store import Candidate, Run, Status, Study
from hasim.system import System
from hasim.system.plain import digest

_STATUS: Mapping[Code, Status] = {
    "found": "done",
    "impossible": "done",
    "limit": "limit",
    "stopped": "stopped",
}


def begin_sizing(
    study: Study,
    space: Space,
    written: System,
    targets: Sequence[Target],
    arguments: Mapping[str, object],
) -> Run:
    """Begin the run of a search, or go on with it.

    Parameters
    ----------
    study : Study
    space : Space
    written : System
        The model as it is written.
    targets : sequence of Target
    arguments : mapping of str to object
        All that the answer depends on beside them.
    """
    options = [
        [option.name, [[choice.label, repr(choice.settings)] for choice in option.choices]]
        for option in space.options
    ]
    asked = [target.text for target in targets]
    inputs = hashlib.sha256(json.dumps([digest(written), options]).encode()).hexdigest()
    return study.begin("size", written.name, inputs, {"targets": asked, **arguments})


def end_sizing(run: Run, sizing: Sizing) -> None:
    """Write down how a search ended."""
    run.record(_rows(sizing))
    run.end(_STATUS[sizing.code], sizing.to_dict())


def _rows(sizing: Sizing) -> Iterator[Candidate]:
    picks = [] if sizing.pick is None else [(sizing.pick, "answer")]
    picks += [(pick, "alternative") for pick in sizing.alternatives]
    number = 0
    for number, (pick, verdict) in enumerate(picks, start=1):
        yield Candidate(
            number, _name(pick.choices), verdict, words=pick.choices, cost=pick.cost,
            figures=_figures(pick),
        )  # fmt: skip
    if sizing.regret is not None:
        number, least = number + 1, sizing.regret.least
        yield Candidate(
            number, _name(least.choices), "least regret", words=least.choices, cost=least.cost,
            figures={"worlds_kept": least.kept, "mean_regret": least.mean_regret},
        )  # fmt: skip
    for group in sizing.excuses:
        for excuse, designs in zip(group.excuses, group.numbers, strict=True):
            number += 1
            yield Candidate(
                number,
                _name(excuse.choices),
                "too close" if excuse.grounds == "open" else "ruled out",
                _reason(excuse),
                words=excuse.choices,
                figures={
                    "designs": designs,
                    "figure": None if excuse.figure is None else excuse.figure.to_dict(),
                },
            )


def _name(choices: Mapping[str, str]) -> str:
    return ", ".join(f"{option}={label}" for option, label in choices.items()) or "every design"


def _reason(excuse: Excuse) -> str:
    if excuse.target is None:
        return excuse.text
    service = f"{excuse.service}: " if excuse.service else ""
    parts = f" by {', '.join(excuse.parts)}" if excuse.parts else ""
    return f"{service}{excuse.target.text}{parts}"


def _figures(pick: Pick) -> dict[str, object]:
    figures: dict[str, object] = {}
    for service in pick.solution.services:
        estimates = {column.key: column.of(pick.solution, service) for column in COLUMNS}
        figures[service] = {
            key: None if estimate is None else estimate.to_dict()
            for key, estimate in estimates.items()
        }
    return figures
