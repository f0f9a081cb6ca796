"""The text of an explanation: sentences first, tables that add up, no line too long."""

import pytest

import hasim
from hasim.reporting.explanation_text import WIDTH, tell_explanation
from tests.compiler.scenarios import system_of


def told(text, tmp_path):
    return tell_explanation(hasim.explain(system_of(text, tmp_path)))


def test_a_manager_can_read_the_beginning(tmp_path):
    text = told(
        "name: t\ncomponents: {a: {mtbf: 99 h, mttr: 1 h}, b: {mtbf: 999 h, mttr: 1 h}}", tmp_path
    )
    for words in (
        "It is down 4.01 d a year: 96.2 outages a year of 1 h on average.",
        "What causes it: a.failure (91%) and b.failure (9%).",
        "Where the time goes: repairing (100%).",
        "It goes down alone by a.1 (1 of 1 must serve); b.1 (1 of 1 must serve).",
        "What would buy most: run 2 replicas of a (now 1)",
        "together                                   4.01 d     100.0%",
    ):
        assert words in text


def test_nothing_that_fails_is_nothing_to_explain(tmp_path):
    assert "It was never down." in told("name: t\ncomponents: {web: {}}", tmp_path)


def test_a_long_name_stands_above_its_figures(tmp_path):
    name = "a" * 40
    lines = told(f"name: t\ncomponents: {{{name}: {{mtbf: 99 h, mttr: 1 h}}}}", tmp_path).split(
        "\n"
    )
    at = lines.index(f"    {name}.failure")
    assert lines[at + 1].split() == ["3.65", "d", "1", "1", "1", "0.01"]


def test_what_is_0_percent_is_not_told(tmp_path):
    unit = "{{mtbf: {} h, mttr: 1 h}}"
    parts = f"{{a: {unit.format(99)}, b: {unit.format(10**6)}}}"
    text = told(f"name: t\ncomponents: {parts}", tmp_path)
    assert " 0.0%" not in text


@pytest.mark.normal
def test_no_line_is_too_long():
    text = tell_explanation(hasim.explain(hasim.load("models/deployments.yaml")))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "none: failing over, starting ..." in text
