"""Files of durations: what they hold, and that nothing outside the model's folder is read."""

import os
from pathlib import Path

import pytest

from hasim.laws import Empirical, LawError, parse_law

DURATION = "a duration is a number and a unit (ms s min h d week month year)"
FORM = "a file of durations has one column, of durations with units or under `seconds`"


def read(folder: Path | None, file: str) -> object:
    return parse_law({"empirical": file}, bare="fixed", base_folder=folder)


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ("4 h\n20 min\n", (1200, 14400)),
        ("seconds\n3\n1.5\n\n# a comment\n2e1", (1.5, 3, 20)),
        ("Hours\n2\n1", (3600, 7200)),
        ("duration\n4 h\n", (14400,)),
        ('"seconds"\r\n"3"\r\n', (3,)),
        ("\ufeffseconds\n3\n", (3,)),
        ("seconds\n3\n1 min\n", (3, 60)),
    ],
)
def test_files_of_durations_are_read(
    tmp_path: Path, content: str, values: tuple[float, ...]
) -> None:
    (tmp_path / "repairs.csv").write_text(content, encoding="utf-8", newline="")
    assert read(tmp_path, "repairs.csv") == Empirical(values)


def test_all_ways_to_name_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "my repairs.csv").write_text("4 h\n")
    for value in (
        {"empirical": "data/my repairs.csv"},
        {"empirical": {"file": "data/my repairs.csv"}},
        "empirical(data/my repairs.csv)",
        "empirical(file data/my repairs.csv)",
    ):
        assert parse_law(value, bare="fixed", base_folder=tmp_path) == Empirical((14400,))


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "repairs.csv").write_text("4 h\n")
    (tmp_path / "link.csv").symlink_to("repairs.csv")
    assert read(tmp_path, "link.csv") == Empirical((14400,))


OUTSIDE = "lies outside the model's folder; a law's file lies below it; copy the file there"


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    model, secret = tmp_path / "model", tmp_path / "secret.csv"
    model.mkdir()
    secret.write_text("4 h\n")
    (model / "link.csv").symlink_to(secret)
    (model / "door").symlink_to(tmp_path)
    for file in ("../secret.csv", "link.csv", "door/secret.csv", "/etc/passwd", "../none.csv"):
        with pytest.raises(LawError) as caught:
            read(model, file)
        assert str(caught.value) == f"the file {file} of empirical {OUTSIDE}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", f"x.csv holds no durations; {FORM}; write one on each line"),
        (b"seconds\n", f"x.csv holds no durations; {FORM}; write one on each line"),
        (
            b"4\n",
            f"x.csv line 1: 4 is not a duration; {DURATION}; "
            "write 4 s or 4 h, or `seconds` as the first line",
        ),
        (
            b"4 h\n\n-3 h\n",
            "x.csv line 3: -3 h is negative; a duration is 0 or more; write 3 h",
        ),
        (b"hours\n4\nx\n", f"x.csv line 3: x is not a duration; {DURATION}; write 4 s or 4 h"),
        (
            b"id,length\n1,4 h\n",
            f"x.csv line 1: id,length has several columns; {FORM}; "
            "keep the column of the durations",
        ),
        (b"\xff\xfe4\x00", f"the file x.csv of empirical is not UTF-8 text; {FORM}"),
        (
            b"1 s\n" * 100_001,
            "x.csv holds 100001 durations; at most 100000 are read; draw a sample of them",
        ),
        (
            b"#" * 10_000_001,
            "the file x.csv of empirical is too large; at most 10 MB are read; draw a sample of it",
        ),
        (
            b"0 s\n",
            "the mean of empirical is 0; the mean is above 0; "
            "write fixed(0 s) for what takes no time",
        ),
    ],
    ids=lambda value: str(value[:20]),
)
def test_wrong_files_say_what_and_where(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(LawError) as caught:
        read(tmp_path, "x.csv")
    assert str(caught.value) == message


def test_files_that_are_not_there(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    refused = {
        "none.csv": f"does not exist; it is looked for in {tmp_path}; correct its name",
        ".": f"is no plain file; {FORM}",
        "pipe": f"is no plain file; {FORM}",
        "a\0b": "cannot be reached; check its name and its permissions",
    }
    for file, message in refused.items():
        with pytest.raises(LawError) as caught:
            read(tmp_path, file)
        shown = file.replace("\0", "\\x00")
        assert str(caught.value) == f"the file {shown} of empirical {message}"


def test_links_in_a_circle_and_endless_names_are_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for file in ("loop", "x" * 5000):
        with pytest.raises(LawError, match=r"^the file (loop|x+\.\.\.) of empirical"):
            read(tmp_path, file)


def test_a_model_without_a_folder_has_no_files() -> None:
    with pytest.raises(LawError) as caught:
        read(None, "repairs.csv")
    assert str(caught.value) == (
        "the file repairs.csv of empirical has no folder to lie in; "
        "a law's file lies below the folder of its model; write values"
    )


def test_the_most_durations_that_are_read_come_back_from_their_text(tmp_path: Path) -> None:
    values = tuple(float(i) for i in range(1, 5_001))
    (tmp_path / "x.csv").write_text("seconds\n" + "\n".join(map(str, values)))
    law = read(tmp_path, "x.csv")
    assert law == Empirical(values)
    assert parse_law(str(Empirical(values[:1000])), bare="fixed") == Empirical(values[:1000])
