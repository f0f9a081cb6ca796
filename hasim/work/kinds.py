"""What can be asked of a study: a model answered, models compared, a model sized, a report.

Theory of operation: the text of a model is read as a file would be, its question put to the same
public functions that the commands call, with the study as memory, and the answer made into what a
page shows. The arguments hold the texts, so that a draft may change while an older one is at work.

Rules of this file: nothing is computed here. The arguments are those of the commands of the same
name; what they leave out is as usual there.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from hasim.errors import ModelError
from hasim.solution import AT_A_LIMIT, STOPPED
from hasim.store import Recorded
from hasim.work.carrying_out import Job, Outcome

if TYPE_CHECKING:
    from hasim.description import Checked, Draft
    from hasim.reporting.reported import Reported
    from hasim.solution import Solution

#: A model as it stands in arguments: its name, text, and the folder of files that it names.
ModelText = Mapping[str, Any]

#: What is said while an answer becomes what a page shows.
_DRAWING: Final = "answered; its figures are being drawn"

#: How a request ends whose command would end with these exit statuses.
_STATUS: Final[Mapping[int, Literal["limit", "stopped"]]] = {
    AT_A_LIMIT: "limit",
    STOPPED: "stopped",
}

_USUAL: Final = MappingProxyType(
    {"engine": "auto", "precision": 0.05, "seed": 1, "max_time": 60.0, "sla": True}
)


def answer_model(job: Job) -> Outcome:
    """Answer a model: arguments ``model``, and those of `hasim run`."""
    job.say("the model is read, and what can be computed is computed")
    from hasim.reporting.exhibits.solved import exhibit_solution

    checked = _check(job.arguments["model"])
    solution = _solve(job, checked)
    job.say(_DRAWING)
    exhibition = exhibit_solution(_reported(job, job.arguments["model"], checked, solution))
    answer = {"exhibition": exhibition.to_dict(), "document": solution.to_dict()}
    return _ended(solution.exit_status, solution.status.text, answer)


def compare_models(job: Job) -> Outcome:
    """Compare models: arguments ``models`` or ``model`` and ``vary``, and those of the command."""
    job.say("the models are read, and what can be computed is computed")
    from hasim.planner.comparison import compare
    from hasim.reporting.exhibits.compared import exhibit_comparison

    systems = _candidates(job.arguments)
    options = _options(job, "engine", "rank_by", "indifference", "confidence", "precision")
    comparison = compare(
        systems,
        study=job.study,
        threads=job.threads,
        progress=job.tell,
        stop=job.is_to_stop,
        **{**options, **_options(job, "seed", "max_time")},
    )
    job.say(_DRAWING)
    exhibition = exhibit_comparison(comparison, systems)
    answer = {"exhibition": exhibition.to_dict(), "document": comparison.to_dict()}
    return _ended(comparison.exit_status, comparison.text, answer)


def size_model(job: Job) -> Outcome:
    """Size a model: arguments ``model``, ``targets``, ``vary``, and those of `hasim size`."""
    from hasim.description.space import read_space
    from hasim.description.variants import read_variation
    from hasim.planner import size
    from hasim.reporting.exhibits.sized import exhibit_sizing

    variations = [read_variation(text) for text in job.arguments.get("vary", ())]
    space = read_space(_draft(job.arguments["model"]), variations)
    sizing = size(
        space,
        job.arguments.get("targets", ()),
        study=job.study,
        threads=job.threads,
        progress=job.tell,
        stop=job.is_to_stop,
        **_options(job, "engine", "confidence", "seed", "max_time", "worlds", "keeps"),
    )
    answer = {"exhibition": exhibit_sizing(sizing).to_dict(), "document": sizing.to_dict()}
    return _ended(sizing.exit_status, sizing.text, answer)


def report_models(job: Job) -> Outcome:
    """Write the page of `hasim report`: arguments ``models``, and those of the command."""
    from hasim.reporting.report import write_report

    reported = []
    for model in job.arguments["models"]:
        checked = _check(model)
        job.say(f"answering {model['name']}")
        reported.append(_reported(job, model, checked, _solve(job, checked)))
    stopped = any(one.solution.exit_status == STOPPED for one in reported)
    html = write_report(reported)
    return _ended(STOPPED if stopped else 0, "the report is written", {"html": html})


KINDS: Final[Mapping[str, Callable[[Job], Outcome]]] = {
    "run": answer_model,
    "compare": compare_models,
    "size": size_model,
    "report": report_models,
}


# ---------------------------------------------------------------------------- from text to question


def _draft(model: ModelText) -> Draft:
    from hasim.description import read_text

    folder = model.get("folder")
    return read_text(model["text"], _file(model), folder=Path(folder) if folder else None)


def _file(model: ModelText) -> str:
    """What messages call the text of a model."""
    return f"{model['name']}.yaml"


def _check(model: ModelText) -> Checked:
    """A model that can be answered.

    Raises
    ------
    ModelError
        With all that is wrong about it.
    """
    from hasim.description import check

    checked = check(_draft(model))
    if checked.system is None:
        raise ModelError(checked.errors)
    return checked


def _candidates(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    from hasim.description.variants import read_variation, vary

    if "vary" in arguments:
        return vary(_draft(arguments["model"]), [read_variation(one) for one in arguments["vary"]])
    return {model["name"]: _check(model).system for model in arguments["models"]}


def _solve(job: Job, checked: Checked) -> Solution:
    """Answer a model with the study as memory, as a run of the study."""
    from hasim.system.plain import digest

    assert checked.system is not None
    asked = {**_USUAL, **_options(job, *_USUAL)}
    max_time = asked.pop("max_time")
    what_if = bool(job.arguments.get("what_if"))
    arguments = {**asked, "what_if": what_if}
    run = job.study.begin("run", checked.system.name, digest(checked.system), arguments)
    solution = _ask(job, what_if=what_if)(
        checked.system,
        max_time=max_time,
        threads=job.threads,
        progress=job.tell,
        stop=job.is_to_stop,
        **asked,
    )
    run.end(_STATUS.get(solution.exit_status, "done"), solution.to_dict())
    return solution


def _ask(job: Job, *, what_if: bool) -> Callable[..., Solution]:
    """Who answers a model; typical values in place of what is left out are not kept."""
    from hasim.planner import what_if as solve_and_more
    from hasim.runners import choose_runner
    from hasim.solving import solve

    if what_if:
        return solve_and_more
    return partial(solve, runner=Recorded(choose_runner(job.threads), job.study))


def _options(job: Job, *names: str) -> dict[str, Any]:
    """Those of some arguments that were given."""
    return {name: job.arguments[name] for name in names if name in job.arguments}


def _reported(job: Job, model: ModelText, checked: Checked, solution: Solution) -> Reported:
    from hasim.reporting.reported import Reported

    return Reported.of(
        checked,
        solution,
        file=_file(model),
        text=model["text"],
        command=_command(job, model, solution),
        title=solution.model,
    )


def _command(job: Job, model: ModelText, solution: Solution) -> str:
    """What gives the same answer on a terminal."""
    made, asked = solution.provenance, {**_USUAL, **_options(job, *_USUAL)}
    words = ["hasim", "run", _file(model), "--seed", str(made.seed)]
    words += ["--precision", f"{100 * made.precision:g}%", "--engine", asked["engine"]]
    words += ["--max-time", f"{asked['max_time']:g} s"]
    words += ["--sla"] if asked["sla"] else []
    words += ["--what-if"] if job.arguments.get("what_if") else []
    return shlex.join(words)


def _ended(exit_status: int, message: str, answer: Mapping[str, object]) -> Outcome:
    whole = {**answer, "exit_status": exit_status}
    return Outcome(_STATUS.get(exit_status, "done"), message, whole)
