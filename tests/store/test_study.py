"""Studies: what is kept is found again, runs go on, and whatever is in the way is told."""

import sqlite3

import numpy as np
import pytest

from hasim.errors import InputError, StudyError
from hasim.store import Candidate, Study, study_file
from hasim.store.arrays import pack_arrays, unpack_arrays


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.study"


ROWS = (np.arange(6.0).reshape(2, 3), np.array([1, 2], dtype=np.int64), np.array(0.5))


def is_same(one, other):
    return len(one) == len(other) and all(
        a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(one, other, strict=True)
    )


# ---------------------------------------------------------------------------- chunks


def test_what_is_kept_is_found_by_the_next_process(path):
    with Study.open(path) as study:
        assert study.find("a") is None
        study.keep("a", ROWS)
        assert study.has("a")
        assert is_same(study.find("a"), ROWS)
    with Study.open(path, create=False) as study:
        assert is_same(study.find("a"), ROWS)
        assert (study.has("b"), study.chunks) == (False, 1)


def test_closing_leaves_one_file(path):
    with Study.open(path) as study:
        study.keep("a", ROWS)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_result_of_another_version_is_not_found(path):
    with Study.open(path) as study:
        study.keep("a", ROWS)
    change(path, "UPDATE chunks SET made = '0.0.1'")
    with Study.open(path) as study:
        assert study.find("a") is None


def test_objects_are_never_packed():
    with pytest.raises(AssertionError, match="objects"):
        pack_arrays((np.array([{}]),))


@pytest.mark.parametrize(
    "packed", [b"", b"PK", b"\x93NUMPY", b"cos\nsystem\n", pack_arrays(ROWS)[:-9]]
)
def test_damaged_bytes_hold_no_arrays(packed):
    assert unpack_arrays(packed) is None


def test_pickled_objects_are_not_read(path):
    import io

    packed = io.BytesIO()
    np.savez(packed, np.array([{}], dtype=object))
    assert unpack_arrays(packed.getvalue()) is None


def test_every_flipped_bit_of_the_data_is_seen():
    packed = bytearray(pack_arrays((np.arange(50.0),)))
    packed[len(packed) // 2] ^= 1
    assert unpack_arrays(bytes(packed)) is None


def test_a_damaged_list_of_arrays_makes_none_of_them_vanish():
    packed = pack_arrays(ROWS)
    for place in range(packed.index(b"PK\x01\x02"), len(packed)):
        damaged = bytearray(packed)
        damaged[place] ^= 0x40
        arrays = unpack_arrays(bytes(damaged))
        assert arrays is None or is_same(arrays, ROWS), place


# ---------------------------------------------------------------------------- runs


def test_the_same_command_goes_on_and_another_stands_beside(path):
    with Study.open(path) as study:
        first = study.begin("compare", "shop", "hash", {"seed": 1, "engine": "auto"})
        first.end("limit", {"format": 1})
        again = study.begin("compare", "shop", "hash", {"engine": "auto", "seed": 1})
        other = study.begin("compare", "shop", "hash", {"engine": "auto", "seed": 2})
        assert (first.number, again.number, other.number) == (1, 1, 2)
        assert [run.status for run in study.runs()] == ["running", "running"]


def test_a_run_that_is_done_stays_so_while_it_is_done_again(path):
    with Study.open(path) as study:
        study.begin("size", "shop", "hash", {}).end("done", {"z": 1, "a": 2})
        study.begin("size", "shop", "hash", {})
        (run,) = study.runs()
    assert (run.status, list(run.document)) == ("done", ["z", "a"])


def test_candidates_are_written_once_and_read_in_their_order(path):
    two = Candidate(2, "replicas=6", "worse", "costs more", {"replicas": 6}, 12.5, {"a": None})
    one = Candidate(1, "replicas=5", "best")
    with Study.open(path) as study:
        run = study.begin("size", "shop", "hash", {})
        run.record([two, Candidate(1, "replicas=5", "undecided")])
        run.record([one])
        assert list(study.candidates(run.number)) == [one, two]
        assert study.verdicts(run.number) == {"best": 1, "worse": 1}


def test_rows_are_written_all_or_none(path):
    with Study.open(path) as study:
        run = study.begin("size", "shop", "hash", {})
        with pytest.raises(StudyError):
            run.record([Candidate(1, "a", "best"), Candidate(None, "b", "best")])
        assert list(study.candidates(run.number)) == []
        study.keep("a", ROWS)


def test_readers_read_while_another_writes(path):
    with Study.open(path) as study:
        study.keep("a", ROWS)
        with Study.read(path) as reader:
            assert is_same(reader.find("a"), ROWS)
            assert reader.is_at_work
            study.keep("b", ROWS)
            assert reader.chunks == 2
    with Study.read(path) as reader:
        assert not reader.is_at_work


# ---------------------------------------------------------------------------- what is in the way


def change(path, command):
    with sqlite3.connect(path) as connection:
        connection.execute(command)
    connection.close()


def refusal(path, **options):
    with pytest.raises(InputError) as refused:
        Study.open(path, **options)
    return str(refused.value)


OPENING = [Study.open, Study.read]


@pytest.mark.parametrize("open_study", OPENING)
def test_a_file_of_another_kind_is_refused_and_left_as_it_is(path, open_study):
    path.write_text("language: 1\nname: shop\n" * 20)
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"shop\.study cannot be used .*: it is a file of another"):
        open_study(path)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("open_study", OPENING)
def test_a_database_of_another_program_is_left_as_it_is(path, open_study):
    change(path, "CREATE TABLE songs (title TEXT)")
    before = path.read_bytes()
    with pytest.raises(InputError, match="a database of another program"):
        open_study(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("open_study", OPENING)
def test_a_study_of_a_newer_hasim_is_refused(path, open_study):
    Study.open(path).close()
    change(path, "PRAGMA user_version = 3")
    with pytest.raises(InputError, match=r"a newer hasim made it \(version 3; this one knows 2\)"):
        open_study(path)


def test_an_empty_file_becomes_a_study(path):
    path.touch()
    with Study.open(path) as study:
        assert study.chunks == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (".", "it is a folder"),
        ("", "it is a folder"),
        ("no/such/folder/x.study", "there is no folder"),
        ("y" * 300, "file name too long"),
        ("/dev/null", "it is no file"),
        ("/proc/x.study", "cannot be used as a study"),
    ],
)
def test_where_no_study_can_be(name, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said in refusal(name)


@pytest.mark.parametrize("open_study", [Study.open, Study.read])
def test_a_link_to_itself_is_no_place_for_a_study(path, open_study):
    path.symlink_to(path.name)
    with pytest.raises(InputError, match="cannot be used as a study"):
        open_study(path)


def test_nothing_is_made_where_nothing_is_to_be_made(path):
    assert "there is no such file" in refusal(path, create=False)
    with pytest.raises(InputError, match="there is no such file"):
        Study.read(path)
    assert not path.exists()


def test_an_empty_file_is_not_read(path):
    path.touch()
    with pytest.raises(InputError, match="it is empty"):
        Study.read(path)


@pytest.mark.parametrize("keep", [50, 5000])
def test_a_damaged_file_is_told(path, keep):
    with Study.open(path) as study:
        for number in range(50):
            study.keep(f"{number}", ROWS)
    whole = path.read_bytes()
    path.write_bytes(whole[:keep] + b"\0" * (len(whole) - keep) if keep > 100 else whole[:keep])
    with pytest.raises(InputError, match="it is damaged"), Study.open(path) as study:
        [study.find(f"{number}") for number in range(50)]


def test_a_damaged_result_is_told(path):
    with Study.open(path) as study:
        study.keep("a", ROWS)
    change(path, "UPDATE chunks SET value = zeroblob(40)")
    with Study.open(path) as study, pytest.raises(InputError, match="it is damaged"):
        study.find("a")


def test_a_damaged_answer_is_told(path):
    with Study.open(path) as study:
        study.begin("size", "shop", "hash", {}).end("done", {})
    change(path, "UPDATE runs SET document = '{'")
    with Study.read(path) as study, pytest.raises(InputError, match="it is damaged"):
        study.runs()


def test_two_do_not_write_at_once(path):
    import os

    with Study.open(path):
        said = refusal(path)
    assert f"is being written by process {os.getpid()}; a study that nothing else writes" in said
    Study.open(path).close()


def test_the_lock_of_a_dead_writer_holds_nobody_up(path):
    path.with_name("shop.study-lock").write_text("12345")
    with Study.open(path) as study:
        study.keep("a", ROWS)
    assert not path.with_name("shop.study-lock").exists()


def test_what_is_no_lock_is_left_as_it_is(path):
    other = path.with_name("shop.study-lock")
    other.write_text("dear diary")
    assert "is in the place of the lock" in refusal(path)
    assert other.read_text() == "dear diary"


def test_a_full_disk_loses_nothing(path):
    with Study.open(path) as study:
        study.keep("a", ROWS)
        (pages,) = study._connection.execute("PRAGMA page_count").fetchone()
        study._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        large = (np.random.default_rng(1).random(5000),)
        with pytest.raises(StudyError, match="the disk is full; what it holds is kept"):
            study.keep("b", large)
        assert is_same(study.find("a"), ROWS)
        with Study.read(path) as reader:
            assert reader.chunks == 1
        study._connection.execute("PRAGMA max_page_count = 100000")
        study.keep("b", large)
    with Study.read(path) as reader:
        assert is_same(reader.find("b"), large)


def test_a_disk_that_becomes_read_only_loses_nothing(path):
    with Study.open(path) as study:
        study.keep("a", ROWS)
        study._connection.execute("PRAGMA query_only = 1")
        with pytest.raises(StudyError, match="it is read-only"):
            study.keep("b", ROWS)
        assert study.chunks == 1


def test_a_study_is_never_half_made(path):
    """Tables and header come together: a copy taken at any moment is empty or a study."""
    commands = []
    connection = sqlite3.connect(path, isolation_level=None)
    connection.set_trace_callback(commands.append)
    study_file._make_ready(connection)
    connection.close()
    commands = [one.strip(" ;\n") for one in commands]
    begun, ended = commands.index("BEGIN IMMEDIATE"), commands.index("COMMIT")
    making = [one.startswith(("CREATE", "PRAGMA application_id", "PRAGMA user_version ="))
              for one in commands]  # fmt: skip
    assert sum(making) == sum(making[begun:ended]) == 10
