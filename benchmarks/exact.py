"""How long exact answers take: alone, and beside Storm and RePyability in the same process.

All sides get ready objects: hasim a Process, RePyability a diagram, Storm a parsed program, whose
states it finds as hasim finds those of its Process. What cannot be measured here is told with its
reason, which stands in the place of the figure.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

from benchmarks.matched import measure_matched
from benchmarks.models import big_markov, block_diagram
from benchmarks.sla import measure_sla
from benchmarks.static_models import STATIC_MODELS
from benchmarks.timing import time_least, time_once
from hasim.conformance.clusters import CASES, connect_workstations
from hasim.engines.exact.engine import solve_exactly
from hasim.engines.exact.markov.chain import make_chain
from hasim.engines.exact.markov.long_run import solve_long_run
from hasim.engines.exact.questions import answer_exactly
from hasim.engines.exact.statespace import explore
from hasim.engines.exact.symmetry import find_classes
from hasim.process import Process
from hasim.process.questions import LongRunShare, Question

Figures = dict[str, float]

REPETITIONS = 5
#: Seconds after which what takes long is not run once more.
LONG = 10.0
#: What takes less than a millisecond is run so many times in a row.
IN_A_ROW = 50
#: States of model m and to spare.
MOST_STATES = 100_000
MS = 1e3

#: Largest relative distance of Storm's answer, whose default precision is 1e-6, from ours.
STORM_PRECISION = 1e-5


def measure_static() -> Figures:
    """Block diagrams of many different components: unavailability and frequency of outages."""
    figures: Figures = {}
    for name, build in STATIC_MODELS.items():
        process = build()
        seconds = time_least(lambda process=process: solve_exactly(process), REPETITIONS)
        figures[f"ms.exact.static.{name}"] = seconds * MS
    return {"exact.static_ms": max(figures.values()), **figures}


def measure_cluster() -> Figures:
    """Case A01 with twice four workstations: all questions that it is asked anywhere, in turn."""
    asked = {case.question for case in CASES if case.id == "A01"}
    questions = sorted((q for q in asked if isinstance(q, Question)), key=repr)
    process = connect_workstations(4)
    # Under a new name, so that nothing kept from one turn can help the next.
    turns = iter([replace(process, name=f"turn {turn}") for turn in range(REPETITIONS + 1)])

    def answer() -> None:
        one = next(turns)
        for question in questions:
            answer_exactly(one, question)

    answer()
    return {
        "exact.cluster_ms": time_least(answer, REPETITIONS) * MS,
        "exact.cluster_questions": len(questions),
    }


def measure_repyability() -> Figures:
    """Model r: unavailability and frequency of outages, then unavailability alone."""
    from benchmarks.repyability import build_diagram

    process, diagram = block_diagram(), build_diagram()
    ours = solve_exactly(process).outages["service"].unavailability
    assert math.isclose(ours, diagram.mean_unavailability(), rel_tol=1e-9), "another model"
    share = LongRunShare("serving")
    runs: dict[str, Callable[[], object]] = {
        "hasim.both": lambda: solve_exactly(process),
        "hasim.alone": lambda: answer_exactly(process, share),
        "repyability.unavailability": diagram.mean_unavailability,
        "repyability.frequency": diagram.system_failure_frequency,
    }
    seconds = {name: _time_in_a_row(run) for name, run in runs.items()}
    theirs = seconds["repyability.unavailability"]
    return {
        "exact.repyability_ratio": (theirs + seconds["repyability.frequency"])
        / seconds["hasim.both"],
        "exact.repyability_ratio.unavailability_alone": theirs / seconds["hasim.alone"],
        **{f"us.exact.{name}": value * 1e6 for name, value in seconds.items()},
    }


def _time_in_a_row(run: Callable[[], object]) -> float:
    return time_least(lambda: [run() for _ in range(IN_A_ROW)], REPETITIONS) / IN_A_ROW


def measure_storm() -> Figures:
    """Model m, of populations by tier and zone: the same 57,475 states on both sides."""
    return _beside_storm("exact.storm_ratio", big_markov(population=True), lumped=False)


def measure_storm_lumped() -> Figures:
    """Model m, unit by unit, each side with the lumping that it has."""
    return _beside_storm("exact.storm_ratio_lumped", big_markov(), lumped=True)


def _beside_storm(key: str, process: Process, *, lumped: bool) -> Figures:
    from benchmarks.storm import Storm

    storm = Storm(lumped=lumped)
    answers: dict[str, float] = {}
    runs: dict[str, Callable[[], object]] = {
        "hasim": lambda: answers.update(hasim=solve_whole(process, lumped=lumped)),
        "storm": lambda: answers.update(storm=storm.solve()),
    }
    best = {name: _time_for_long(run) for name, run in runs.items()}
    off = answers["storm"] / answers["hasim"] - 1.0
    assert abs(off) < STORM_PRECISION, "another model"
    return {
        key: best["storm"] / best["hasim"],
        **{f"s.{key}.{name}": seconds for name, seconds in best.items()},
        f"{key}.difference": off,
        f"{key}.states_of_storm": storm.n_states,
    }


def _time_for_long(run: Callable[[], object]) -> float:
    times = [time_once(run)]
    while len(times) < REPETITIONS and sum(times) < LONG:
        times.append(time_once(run))
    return min(times)


def solve_whole(process: Process, *, lumped: bool) -> float:
    """Return the long-run share of time in which a Process does not serve, from all its states."""
    classes = find_classes(process) if lumped else ()
    space = explore(process, most_states=MOST_STATES, classes=classes)
    chain = make_chain(len(space), space.source, space.target, space.rate, space.start)
    shares = solve_long_run(chain).shares
    return float(shares[space.value("serving") == 0.0].sum())


#: Libraries that `make oracles` installs.
ORACLES = {"stormpy", "repyability", "surpyval"}

#: What is measured and under which key it is missed.
MEASURED: dict[str, Callable[[], Figures]] = {
    "exact.static_ms": measure_static,
    "exact.cluster_ms": measure_cluster,
    "exact.repyability_ratio": measure_repyability,
    "exact.storm_ratio": measure_storm,
    "exact.storm_ratio_lumped": measure_storm_lumped,
    "matched.pair_ms": measure_matched,
    "sla.takacs_ms": measure_sla,
}


def measure_exact() -> tuple[Figures, dict[str, str]]:
    """Return the figures, and a reason for each key that has none; each in a fresh process.

    All on one core: where others are at work too, threads of linear algebra wait for one another
    by turning round, which counts as CPU time and was half of what a cluster took.
    """
    one_core = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    figures: Figures = {}
    skipped: dict[str, str] = {}
    for key in MEASURED:
        words = [sys.executable, "-m", "benchmarks", "--exact", key]
        done = subprocess.run(words, check=True, capture_output=True, text=True, env=one_core)
        found = json.loads(done.stdout.splitlines()[-1])
        figures |= found["figures"]
        if found["skipped"] is not None:
            skipped[key] = found["skipped"]
    return figures, skipped


def measure_one(key: str) -> str:
    """Measure what belongs to a key; return the figures, or why there are none, as JSON."""
    figures: Figures = {}
    skipped = None
    try:
        figures = MEASURED[key]()
    except ModuleNotFoundError as error:
        if error.name not in ORACLES:
            raise
        skipped = f"{error.name} is not installed: make oracles"
    return json.dumps({"figures": figures, "skipped": skipped})
