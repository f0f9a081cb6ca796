"""Who simulates: a worker that dies does not end a command as a reader that leaves does."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
import os, signal
from hasim.cli.runner_options import chosen_runner
from tests.runners.works import Square, WhoWorks, numbers

signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as every command has it
asked = {"runner": "processes", "workers": 2, "threads": None, "scheduler": None}
with chosen_runner(asked) as two:
    for worker in {*numbers(two.map(WhoWorks(), range(4)))}:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
    print(numbers(two.map(Square(), range(12))))
print(signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL)
"""


@pytest.mark.normal
def test_a_worker_that_dies_does_not_end_a_command():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [str([n * n for n in range(12)]), "True"]
