"""The drawing of a law: what it says, and that its area is where the lengths are."""

import json
from xml.etree import ElementTree

import pytest

from hasim.laws import parse_law
from hasim.reporting.figures import draw_law, render

pytestmark = pytest.mark.normal  # altair takes half a second to import

LAWS = [
    "exponential(4 h)",
    "fixed(30 s)",
    "fixed(0 s)",
    "uniform(low 1 min, high 5 min)",
    "lognormal(median 4 h, p95 24 h)",
    "hyperexponential(mean 4 h, cv 20)",
    "erlang(stages 1000, mean 4 h)",
    "weibull(shape 0.3, mean 1000 h)",
    "empirical(values [20 min, 4 h, 1 d])",
]


def drawn(text):
    return draw_law("db.repair", parse_law(text, bare="fixed"))


def areas(figure):
    spec = json.loads(figure.chart.to_json())
    return [rows for rows in spec["datasets"].values() if "share" in rows[0]]


@pytest.mark.parametrize("text", LAWS)
def test_every_law_is_drawn(text):
    assert ElementTree.fromstring(render(drawn(text))).tag.endswith("svg")


@pytest.mark.parametrize("text", [text for text in LAWS if "fixed" not in text])
def test_the_area_holds_nearly_all_lengths(text):
    (rows,) = areas(drawn(text))
    assert 0.979 < sum(row["share"] for row in rows) <= 1.0 + 1e-9
    assert all(row["share"] >= 0.0 for row in rows)


def test_the_claim_is_what_the_law_knows():
    figure = drawn("lognormal(median 4 h, p95 24 h)")
    assert figure.claim == "Half take up to 4 h, one in 20 longer than 24 h; the mean is 7.24 h"
    assert "2 % are longer" in figure.note
    told = dict(figure.table.rows)
    assert told["median"] == pytest.approx(4 * 3600)
    assert told["95 % within"] == pytest.approx(24 * 3600)


def test_a_fixed_length_is_a_mark_and_no_area():
    figure = drawn("fixed(30 s)")
    assert figure.claim == "It always takes 30 s"
    assert not areas(figure)
