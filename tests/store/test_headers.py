"""What is a study by its header stays one, whoever has it open and however that ended."""

import pytest

from hasim.errors import InputError
from hasim.store import Desk
from hasim.store.study_file import connect_reader, connect_writer, is_study


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "a.study"
    Desk.create(path, "a").close()
    return path


@pytest.mark.parametrize("connect", [connect_reader, connect_writer])
def test_a_study_that_is_open_here_is_one(study, connect):
    connection = connect(study)
    assert is_study(study)
    connection.close()
    assert is_study(study)


def test_what_is_damaged_behind_its_header_is_told_and_still_listed(study):
    broken = study.with_name("broken.study")
    broken.write_bytes(study.read_bytes()[:200])
    with pytest.raises(InputError, match="damaged") as told:
        connect_reader(broken)
    assert is_study(broken)
    assert told.value is not None  # its frames, which had the connection, are alive


def test_what_is_no_study_is_none(tmp_path):
    other = tmp_path / "other.study"
    assert not is_study(other)
    other.write_bytes(b"SQLite format 3\0 of another program")
    assert not is_study(other)
