"""Desks: drafts, requests and what came of them, by several hands at once."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from hasim.errors import InputError, StudyError
from hasim.store import Desk, Study, study_file


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.study"


@pytest.fixture
def desk(path):
    with Desk.create(path, "Shop") as opened:
        yield opened


def change(path, command):
    """Change a file behind the back of hasim."""
    database = sqlite3.connect(path)
    with database:
        database.executescript(command)
    database.close()


# ---------------------------------------------------------------------------- the study itself


def test_a_study_has_a_title_and_a_beginning(desk, path):
    assert desk.title == "Shop"
    assert abs(desk.begun - path.stat().st_mtime) < 60
    desk.rename("Our shop")
    with Desk.open(path) as other:
        assert (other.title, other.begun) == ("Our shop", desk.begun)


def test_a_study_that_a_command_made_is_called_by_its_file(path):
    Study.open(path).close()
    with Desk.open(path) as desk:
        assert desk.title == "shop"
        assert desk.begun == path.stat().st_mtime
        assert desk.drafts() == desk.requests() == ()


def test_a_study_is_at_work_while_its_lock_is_held(desk, path):
    assert not desk.is_at_work
    with Study.open(path):
        assert desk.is_at_work
        desk.save("shop", "name: shop")  # the page is not locked out
    assert not desk.is_at_work


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file"),
        (b"name: shop\n" * 20, "a file of another kind"),
        (b"SQLite format 3\0" + b"\0" * 200, "a database of another program"),
        (b"SQLite format 3\0", "it is damaged"),
    ],
)
def test_what_is_no_study_is_not_opened(path, content, said):
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        Desk.open(path)
    assert not path.exists() if content is None else path.read_bytes() == content


def test_a_study_of_version_1_gets_a_desk_and_keeps_its_runs(path):
    change(
        path,
        f"PRAGMA application_id = {study_file.APPLICATION}; PRAGMA user_version = 1;"
        f"{study_file._TABLES}"
        "INSERT INTO runs VALUES (1, 'compare', 'shop', '0', '{}', '0.1', 'done', '{}');",
    )
    with Desk.open(path) as desk:
        desk.save("shop", "name: shop")
        assert desk.ask("run", {}) == 1
    with Study.read(path) as study:
        assert [run.kind for run in study.runs()] == ["compare"]


def test_a_study_of_a_newer_hasim_is_left_alone(desk, path):
    desk.close()
    change(path, f"PRAGMA user_version = {study_file.VERSION + 1}")
    with pytest.raises(InputError, match="a newer hasim made it"):
        Desk.open(path)


def test_a_copy_holds_all_of_one_moment(desk, tmp_path):
    desk.save("shop", "name: shop")  # stands in the log beside the file
    copy = tmp_path / "copy.study"
    copy.write_bytes(desk.copy())
    with Desk.open(copy) as other:
        assert other.title == "Shop"
        assert other.drafts() == desk.drafts()


def test_a_file_that_is_damaged_meanwhile_is_told(desk):
    desk.save("shop", "name: shop")
    desk.end(desk.ask("run", {}), "done", "", {"answer": 1})
    change(desk.path, "UPDATE drafts SET places = '{'; UPDATE requests SET answer = x'00'")
    for read in (desk.drafts, lambda: desk.draft("shop"), lambda: desk.answer(1)):
        with pytest.raises(InputError, match="it is damaged"):
            read()
    change(desk.path, "DROP TABLE drafts")
    with pytest.raises(StudyError, match="can no longer be written"):
        desk.save("shop", "name: shop")


# ---------------------------------------------------------------------------- drafts


def test_a_draft_is_found_as_it_was_saved(desk):
    places = {"component:web": (1.5, -2.0)}
    assert desk.save("shop", "name: shop", places=places, folder=Path("/models")) == 1
    draft = desk.draft("shop")
    assert (draft.name, draft.text, draft.version) == ("shop", "name: shop", 1)
    assert (draft.places, draft.folder) == (places, Path("/models"))
    assert desk.draft("other") is None


def test_what_is_not_said_of_a_draft_stays(desk):
    desk.save("shop", "one", places={"a": (1, 2)}, folder=Path("/models"))
    assert desk.save("shop", "two") == 2
    draft = desk.draft("shop")
    assert (draft.text, draft.places, draft.folder) == ("two", {"a": (1, 2)}, Path("/models"))
    assert desk.save("shop", "two", places={}) == 3
    assert desk.draft("shop").places == {}


def test_drafts_stay_in_the_order_in_which_they_were_made(desk):
    for name in ("b", "a", "c", "a"):
        desk.save(name, "")
    assert [draft.name for draft in desk.drafts()] == ["b", "a", "c"]
    desk.discard("a")
    desk.discard("never there")
    assert [draft.name for draft in desk.drafts()] == ["b", "c"]


def test_another_draft_with_a_name_that_one_had_has_a_higher_version(desk):
    desk.save("a", "one")
    last = desk.save("a", "two")
    desk.discard("a")
    again = desk.save("a", "three")
    assert again > last
    desk.save("b", "")
    desk.call("b", "c")
    assert desk.save("b", "") > 1
    desk.discard("a")
    desk.call("c", "a")
    assert desk.draft("a").version > again


def test_texts_are_kept_whatever_they_hold(desk):
    text = "'); DROP TABLE drafts; --\x00\N{GRINNING FACE}" * 100
    desk.save(text[:50], text)
    assert desk.draft(text[:50]).text == text


# ---------------------------------------------------------------------------- requests


def test_a_request_waits_is_worked_on_and_ends(desk):
    number = desk.ask("run", {"seed": 1})
    asked = desk.request(number)
    assert (asked.kind, asked.arguments, asked.status) == ("run", {"seed": 1}, "waiting")
    assert (asked.begun, asked.ended, asked.is_open, asked.is_to_stop) == (None, None, True, False)
    desk.begin(number)
    assert desk.request(number).status == "running"
    desk.end(number, "done", "all done", {"answer": [1, 2]})
    ended = desk.request(number)
    assert (ended.status, ended.message, ended.is_open) == ("done", "all done", False)
    assert ended.asked <= ended.begun <= ended.ended
    assert desk.answer(number) == {"answer": [1, 2]}


def test_requests_come_newest_first_and_by_kind(desk):
    numbers = [desk.ask(kind, {}) for kind in ("run", "report", "run")]
    assert numbers == [1, 2, 3]
    assert [one.number for one in desk.requests()] == [3, 2, 1]
    assert (desk.last("run").number, desk.last("report").number) == (3, 2)
    assert desk.last("size") is None
    assert desk.asked == 3


def test_what_is_not_there_is_none(desk):
    assert desk.request(7) is None
    assert desk.answer(7) is None
    assert desk.news(7) == ()


def test_news_are_told_in_order_and_of_one_request(desk):
    first, second = desk.ask("run", {}), desk.ask("run", {})
    desk.tell(first, {"share": 0.1})
    desk.tell(second, {"share": 0.5})
    desk.tell(first, {"share": 0.2})
    assert desk.news(first) == ({"share": 0.1}, {"share": 0.2})


def test_a_number_that_is_none_is_never_kept(desk):
    for write in (lambda: desk.ask("run", {"a": float("nan")}),
                  lambda: desk.tell(1, {"a": float("inf")})):  # fmt: skip
        with pytest.raises(ValueError, match="JSON"):
            write()


def test_a_wish_to_stop_is_seen_and_gone_when_it_waits_again(desk):
    number = desk.ask("run", {})
    desk.begin(number)
    desk.tell(number, {})
    desk.wish_to_stop(number)
    assert desk.request(number).is_to_stop
    desk.end(number, "stopped", "stopped", {"answer": 1})
    desk.wait_again(number)
    again = desk.request(number)
    assert (again.status, again.is_to_stop, again.message) == ("waiting", False, "")
    assert (again.begun, again.ended) == (None, None)
    assert (desk.answer(number), desk.news(number)) == (None, ())


def test_what_is_done_does_not_wait_again(desk):
    number = desk.ask("run", {})
    desk.tell(number, {"b": 2})
    desk.end(number, "done", "", {"a": 1})
    desk.wait_again(number)
    assert desk.request(number).status == "done"
    assert desk.news(number) == ({"b": 2},)
    assert desk.answer(number) == {"a": 1}


def test_a_draft_advances_from_its_newest_version_alone(desk):
    desk.save("shop", "one")
    new = replace(desk.draft("shop"), text="two", version=2)
    assert desk.advance(new)
    assert not desk.advance(replace(new, text="three"))
    assert desk.draft("shop") == new


# ---------------------------------------------------------------------------- several hands


def test_two_connections_see_each_other(desk, path):
    with Desk.open(path) as other:
        number = desk.ask("run", {})
        other.begin(number)
        desk.wish_to_stop(number)
        assert other.request(number).is_to_stop
        assert desk.request(number).status == "running"


@pytest.mark.normal
def test_all_that_many_connections_write_is_kept(desk, path):
    def write(hand):
        with Desk.open(path) as own:
            for _ in range(25):
                own.tell(own.ask("run", {"hand": hand}), {"hand": hand})
                own.save("shared", f"by {hand}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert desk.asked == 100
    hands = [request.arguments["hand"] for request in desk.requests()]
    assert sorted(hands) == sorted(list(range(4)) * 25)
    assert desk.draft("shared").version == 100


def test_a_draft_is_called_otherwise_and_no_two_have_one_name(tmp_path):
    with Desk.create(tmp_path / "a.study", "a") as desk:
        desk.save("shop", "name: shop\n", places={"component:web": (1.0, 2.0)})
        desk.save("other", "name: other\n")
        desk.call("shop", "bazaar")
        assert [draft.name for draft in desk.drafts()] == ["bazaar", "other"]
        assert desk.draft("bazaar").places == {"component:web": (1.0, 2.0)}
        for name in ("other", " "):
            with pytest.raises(InputError):
                desk.call("bazaar", name)
