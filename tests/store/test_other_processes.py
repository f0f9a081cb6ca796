"""Other processes: a writer that is killed leaves all that was kept; who may not write may read."""

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from hasim.store import Shelf, Study

VISITOR = """
import sqlite3, sys

connection = sqlite3.connect(sys.argv[1])
print([name for (name,) in connection.execute("SELECT name FROM drafts ORDER BY number")])
connection.close()
"""

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


@pytest.mark.parametrize(
    "look", [lambda shelf, name: shelf.open(name).close(), lambda shelf, _: shelf.identifiers()]
)
def test_others_see_what_is_saved_although_one_left_the_study_when_it_had_been_looked_at(
    look, tmp_path
):
    """To close a descriptor takes SQLite's locks away: then who leaves removes the log."""
    shelf = Shelf(tmp_path)
    identifier = shelf.put("shop")
    with shelf.open(identifier) as desk:
        desk.save("before", "name: before")
        look(shelf, identifier)
        assert visit(desk.path) == "['before']"
        desk.save("after", "name: after")
        assert visit(desk.path) == "['before', 'after']"


def visit(path):
    words = [sys.executable, "-c", VISITOR, path]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def writer(path):
    words = [sys.executable, "-c", WRITER, path]
    return subprocess.Popen(words, stdout=subprocess.PIPE, env=found())


def found():
    """The environment in which this hasim is found."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def refusal(path):
    with pytest.raises(ValueError, match="written by") as refused:
        Study.open(path)
    return str(refused.value)


WITHOUT_RIGHTS = """
import encodings.idna, os, sys
from hasim.store import Study, study

if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
with Study.read(sys.argv[1]) as opened:
    print(opened.chunks)
for path in sys.argv[1:]:
    try:
        Study.open(path)
    except ValueError as error:
        print(error)
"""


@pytest.mark.normal
def test_who_may_not_write_may_read():
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "a.study", Path(folder) / "b.study"]
        with Study.open(paths[0]) as study:
            study.keep("a", ())
        paths[0].chmod(0o444)
        Path(folder).chmod(0o555)
        words = [sys.executable, "-c", WITHOUT_RIGHTS, *paths]
        done = subprocess.run(words, capture_output=True, text=True, env=found(), check=False)
        Path(folder).chmod(0o755)
    kept, *refused = done.stdout.splitlines()
    assert kept == "1", done.stderr
    assert ["permission denied" in line for line in refused] == [True, True]
