"""A writer that is killed leaves all that it was told is kept, and nobody has to clean up."""

import os
import subprocess
import sys
from contextlib import suppress
from random import Random

import pytest

from hasim.store import Study

WRITER = """
import sys
import numpy as np
from hasim.store import Study

with Study.open(sys.argv[1]) as study:
    number = study.chunks
    while True:
        study.keep(str(number), (np.full(200, number),))
        print(number, flush=True)
        number += 1
"""


@pytest.mark.normal
@pytest.mark.parametrize("seed", range(4))
def test_what_was_said_to_be_kept_is_kept(seed, tmp_path):
    path, random = tmp_path / "a.study", Random(seed)
    for _ in range(3):
        with writer(path) as process:
            for _ in range(random.randrange(1, 200)):
                said = int(process.stdout.readline())
            assert f"written by process {process.pid}" in refusal(path)
            process.kill()
            said = int((process.stdout.read().split() or [said])[-1])
        with Study.read(path) as study:
            assert study.chunks in (said + 1, said + 2)  # it may die between keeping and saying
            assert not study.is_at_work
            assert all(study.find(str(n))[0][0] == n for n in range(study.chunks))
    assert path.with_name("a.study-lock").exists()
    Study.open(path).close()
    assert [one.name for one in tmp_path.iterdir()] == ["a.study"]


@pytest.mark.normal
def test_a_study_is_whole_or_empty_whenever_its_making_is_cut_off(tmp_path):
    random = Random(7)
    for number in range(12):
        path = tmp_path / f"{number}.study"
        with writer(path) as process:
            while not path.exists():
                assert process.poll() is None
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=random.uniform(0.0, 0.02))
            process.kill()
        with Study.open(path) as study:
            study.begin("size", "shop", "hash", {})
            assert len(study.runs()) == 1


def writer(path):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    words = [sys.executable, "-c", WRITER, path]
    return subprocess.Popen(words, stdout=subprocess.PIPE, env=environment)


def refusal(path):
    with pytest.raises(ValueError, match="written by") as refused:
        Study.open(path)
    return str(refused.value)
