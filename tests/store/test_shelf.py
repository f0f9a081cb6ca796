"""Shelves: studies under names that nobody guesses, and nothing else is touched."""

import os
import sqlite3

import pytest

from hasim.errors import InputError
from hasim.store import Desk, Shelf, Study
from hasim.store.lock import Lock


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "studies")


WRONG = [
    "",
    ".",
    "../../etc/passwd",
    "/etc/passwd",
    "A" * 22,  # none of that name
    "A" * 21,
    "A" * 23,
    "A" * 21 + "\n",
    "A" * 21 + "/",
    "A" * 20 + "\x00A",
    "Ä" * 22,
    "A" * 100_000,
]


def test_identifiers_are_long_and_never_alike(shelf):
    identifiers = [shelf.put("shop") for _ in range(3)]
    assert len(set(identifiers)) == 3
    assert {len(one) for one in identifiers} == {22}  # 128 bits


def test_the_folder_is_its_owner_s_alone(shelf):
    shelf.put("shop")
    assert shelf.folder.stat().st_mode & 0o077 == 0


def test_what_is_put_is_opened_by_its_identifier(shelf):
    identifier = shelf.put("shop")
    with shelf.open(identifier) as desk:
        assert desk.title == "shop"
        assert desk.path == shelf.path(identifier)


def test_a_shelf_without_a_folder_is_empty(shelf):
    assert shelf.identifiers() == ()
    assert list(shelf.list()) == []


@pytest.mark.parametrize("identifier", WRONG)
@pytest.mark.parametrize("method", ["open", "path", "describe", "delete"])
def test_a_wrong_identifier_is_no_study(shelf, identifier, method):
    shelf.put("shop")
    with pytest.raises(InputError, match="there is no study"):
        getattr(shelf, method)(identifier)


def test_a_link_on_the_shelf_is_no_study(shelf, tmp_path):
    Desk.create(tmp_path / "other.study", "other").close()
    shelf.put("shop")
    link = shelf.folder / f"{'L' * 22}.study"
    link.symlink_to(tmp_path / "other.study")
    with pytest.raises(InputError, match="there is no study"):
        shelf.open("L" * 22)
    with pytest.raises(InputError, match="there is no study"):
        shelf.delete("L" * 22)
    assert "L" * 22 not in shelf.identifiers()
    assert (tmp_path / "other.study").exists()


def test_what_is_no_study_is_left_alone(shelf):
    identifier = shelf.put("shop")
    for name in ("notes.txt", f"{'N' * 22}.study", "short.study"):
        (shelf.folder / name).write_text("mine")
    (shelf.folder / f"{'D' * 22}.study").mkdir()
    database = sqlite3.connect(shelf.folder / f"{'S' * 22}.study")
    database.execute("CREATE TABLE mine (a)")
    database.close()
    assert shelf.identifiers() == (identifier,)
    for other in ("N", "D", "S"):
        with pytest.raises(InputError, match="there is no study"):
            shelf.delete(other * 22)
    assert len(list(shelf.folder.iterdir())) == 6


def test_studies_come_in_the_order_of_their_last_change(shelf):
    identifiers = [shelf.put(title) for title in ("a", "b", "c")]
    for number, identifier in enumerate(identifiers):
        os.utime(shelf.path(identifier), (1000 + number, 1000 + number))
    assert [(one.title, one.changed) for one in shelf.list()] == [
        ("c", 1002.0), ("b", 1001.0), ("a", 1000.0),
    ]  # fmt: skip


def test_looking_changes_no_time(shelf):
    identifier = shelf.put("shop")
    os.utime(shelf.path(identifier), (1000, 1000))
    with shelf.open(identifier):
        assert shelf.describe(identifier).changed == 1000.0
    assert shelf.describe(identifier).changed == 1000.0


def test_what_stands_in_the_log_alone_is_a_change(shelf):
    identifier = shelf.put("shop")
    with shelf.open(identifier) as desk:
        desk.save("shop", "name: shop")
        os.utime(desk.path, (1000, 1000))
        assert shelf.describe(identifier).changed > 1000.0


def test_a_study_is_described_without_its_contents(shelf):
    identifier = shelf.put("shop")
    with shelf.open(identifier) as desk:
        desk.ask("run", {})
        begun = desk.begun
    kept = shelf.describe(identifier)
    assert (kept.title, kept.begun, kept.asked, kept.is_at_work) == ("shop", begun, 1, False)
    with Study.open(shelf.path(identifier)):
        assert shelf.describe(identifier).is_at_work


def test_a_damaged_study_does_not_hide_others(shelf):
    identifier, other = shelf.put("shop"), shelf.put("other")
    path = shelf.path(identifier)
    path.write_bytes(path.read_bytes()[:4096] + b"x" * 4096)
    assert set(shelf.identifiers()) == {identifier, other}
    assert [one.title for one in shelf.list()] == ["other"]
    with pytest.raises(InputError, match="it is damaged"):
        shelf.describe(identifier)
    shelf.delete(identifier)
    assert shelf.identifiers() == (other,)


def test_deleting_leaves_nothing(shelf):
    identifier = shelf.put("shop")
    with shelf.open(identifier) as desk:
        desk.save("shop", "name: shop")
        shelf.delete(identifier)  # another tab still has it open
    assert list(shelf.folder.iterdir()) == []
    with pytest.raises(InputError, match="there is no study"):
        shelf.open(identifier)


def test_a_study_that_is_worked_on_is_not_deleted(shelf):
    identifier = shelf.put("shop")
    lock = Lock(shelf.path(identifier))
    with pytest.raises(InputError, match="still works on this study"):
        shelf.delete(identifier)
    lock.release()
    shelf.delete(identifier)
    assert shelf.identifiers() == ()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"the folder of studies .* cannot be made"):
        Shelf(tmp_path / "file" / "studies").put("shop")


def test_what_cannot_be_deleted_is_told(shelf):
    identifier = shelf.put("a")
    path = shelf.path(identifier)
    path.with_name(f"{path.name}-lock").mkdir()
    with pytest.raises(InputError, match="cannot be deleted"):
        shelf.delete(identifier)
