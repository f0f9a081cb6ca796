"""Incidents that happened, from YAML and CSV."""

import pytest

from hasim import HasimError
from hasim.description.incidents import read_incident

HOUR = 3600.0


def written(folder, text, name="incident.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_dates_count_from_the_first_failure(tmp_path):
    path = written(
        tmp_path,
        "at,fail,until\n"
        "2026-03-01T11:30:00+01:00,db.1,\n"
        "2026-03-01T10:00:00Z,a,2026-03-01 12:00:00\n",
    )
    scenario = read_incident(path)
    assert [(e.at, e.fail, e.until) for e in scenario.events] == [
        (0.0, "a", 2 * HOUR),
        (0.5 * HOUR, "db.1", None),
    ]
    assert scenario.lasts == 26 * HOUR


def test_the_same_in_yaml(tmp_path):
    path = written(
        tmp_path,
        "description: a bad morning\n"
        "events:\n"
        "  - {at: 2026-03-01T10:00:00Z, fail: a, until: 2026-03-01T12:00:00Z}\n"
        "  - {at: 2026-03-01T10:30:00Z, fail: db.1}\n"
        "for: 6 h\n",
        "incident.yaml",
    )
    scenario = read_incident(path)
    assert [event.at for event in scenario.events] == [0.0, 0.5 * HOUR]
    assert scenario.description == "a bad morning"
    assert scenario.lasts == 6 * HOUR


def test_durations_from_the_start(tmp_path):
    scenario = read_incident(written(tmp_path, "at,fail\n10 min,db.1\n0 s,a\n"))
    assert [(event.at, event.fail) for event in scenario.events] == [(0.0, "a"), (600.0, "db.1")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("when,what\n1 h,a\n", "write at,fail,until"),
        ("at,fail\n", "has 0 failures"),
        ("at,fail\nyesterday,a\n", "line 2"),
        ("at,fail\n1 h,\n", "does not say what fails"),
        ("at,fail,until\n1 h,a,30 min\n", "works again before it fails"),
        ("at,fail\n2026-03-01T10:00:00Z,a\n1 h,b\n", "dates and durations together"),
        ("at,fail\n2024-03-01,a\n2026-03-01,b\n", "over a year"),
        ("at,fail,until\n0 s,a,2 h\n1 h,a,3 h\n", "down already"),
        ("at,fail\n2026-02-30,a\n", "is no date"),
        ("at,fail\n1 h,a,2 h\n", "line 2 has 3 cells"),
        (f"at,fail\n1 h,{'x' * 150_000}\n", "short cells"),
    ],
)
def test_what_is_wrong_about_a_file(tmp_path, text, words):
    with pytest.raises(HasimError) as caught:
        read_incident(written(tmp_path, text))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("events: []\n", "has 0 failures"),
        ("failures: []\n", "unknown key"),
        ("events: [{at: 0 s, fail: a, how: badly}]\n", "unknown key"),
        ("events: [{at: 2 h, fail: a}]\nfor: 1 h\n", "write more than 2 h"),
        ("events: nothing\n", "no events"),
    ],
)
def test_what_is_wrong_about_yaml(tmp_path, text, words):
    with pytest.raises(HasimError) as caught:
        read_incident(written(tmp_path, text, "incident.yaml"))
    assert words in str(caught.value)


def test_all_that_is_wrong_comes_together(tmp_path):
    with pytest.raises(HasimError) as caught:
        read_incident(written(tmp_path, "at,fail\nsoon,a\nlater,b\n"))
    assert len(str(caught.value).splitlines()) == 2


def test_a_file_that_is_not_there(tmp_path):
    for name in ("none.csv", "none.yaml"):
        with pytest.raises(HasimError, match="no such file"):
            read_incident(str(tmp_path / name))
