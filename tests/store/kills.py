"""Killing a command that writes a study, again and again, until it comes to its end.

The command is a list of words for `hasim`, without `--study`; whatever it is, its export must be
that of an undisturbed one, and nothing that was kept may have been computed again.
"""

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from random import Random

from hasim.errors import InputError
from hasim.store import Study

HASIM = [sys.executable, "-c", "from hasim.cli import main; main()"]

#: Seconds after which a command that does not end is a failure.
PATIENCE = 120.0

#: Seconds between two looks at the study.
LOOK = 0.002


@dataclass(frozen=True)
class Moment:
    """When a process is killed: when so many more results are kept, and some seconds later."""

    results: int
    seconds: float


def draw_moments(random: Random, number: int, results: int) -> list[Moment]:
    """Moments spread over a command that keeps so many results, one in five before the first."""
    share = 2 * results // number
    return [
        Moment(random.randrange(share) if random.random() < 0.8 else 0, random.uniform(0.0, 0.05))
        if place
        else Moment(0, random.uniform(0.2, 1.5))  # while it starts, or makes the file
        for place in range(number)
    ]


def run_undisturbed(words, study):
    """Run a command on a study; returns its status."""
    return start(words, study).wait(timeout=PATIENCE)


def run_killed(words, study, moments):
    """Run a command on a study and kill it at each moment; returns how many results it had then."""
    return [_kill_at(moment, words, study) for moment in moments]


def interrupt(words, study, moment):
    """Run a command on a study and send it Ctrl-C at a moment; returns its status."""
    process = start(words, study)
    _wait_for(moment, process, study)
    process.send_signal(signal.SIGINT)
    return process.wait(timeout=PATIENCE)


def start(words, study, **options):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(
        [*HASIM, *map(str, words), "--study", study],
        stdout=subprocess.DEVNULL,
        stderr=options.pop("stderr", subprocess.DEVNULL),
        env=environment,
        **options,
    )


def _kill_at(moment, words, study):
    process = start(words, study)
    _wait_for(moment, process, study)
    process.kill()
    process.wait()
    return results_in(study)


def _wait_for(moment, process, study):
    goal = results_in(study) + moment.results
    while not _ends_within(process, LOOK) and results_in(study) < goal:
        pass
    _ends_within(process, moment.seconds)


def _ends_within(process, seconds):
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def results_in(study):
    """How many results a study has; none where it is not there, or not made yet."""
    try:
        with Study.read(study) as opened:
            return opened.chunks
    except InputError:
        return 0


def computed_again(study):
    """How many results were kept a second time."""
    connection = sqlite3.connect(study)
    (kept,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
    (numbered,) = connection.execute("SELECT seq FROM sqlite_sequence").fetchone()
    connection.close()
    return numbered - kept


def exported(study):
    """All that `hasim study export` writes of a study."""
    from hasim.reporting.study_export import export_csv, export_json

    with Study.read(study) as opened:
        runs = opened.runs()
        return "".join([*export_csv(opened, runs), *export_json(opened, runs)])


def contents(study):
    """The keys and the results of a study."""
    connection = sqlite3.connect(study)
    rows = connection.execute("SELECT key, value FROM chunks ORDER BY key").fetchall()
    connection.close()
    return rows
