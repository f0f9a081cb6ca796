"""The small picture of a model: what is in it, how large it is, and that text stays text."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

import hasim
from hasim.description import read_text, resolve
from hasim.reporting.thumbnail import draw_thumbnail
from tests.reporting.test_canvas import SHOP, large

MODELS = sorted((Path(__file__).parents[2] / "models").glob("*.yaml"))
SVG = "{http://www.w3.org/2000/svg}"


def paths(svg):
    return [one.get("d") for one in ElementTree.fromstring(svg).iter(f"{SVG}path")]


def test_boxes_and_arrows_without_words():
    svg = draw_thumbnail(resolve(read_text(SHOP)))
    counts = [path.count("M") for path in paths(svg)]
    assert counts == [
        3,
        2,
        4,
        2,
        2,
        1,
    ]  # domains, those in others, members, arrows, groups, service
    assert "<text" not in svg
    assert svg == draw_thumbnail(resolve(read_text(SHOP)))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_every_model_has_a_small_picture(model):
    svg = draw_thumbnail(hasim.load(model))
    assert len(svg) < 6_000
    root = ElementTree.fromstring(svg)
    assert (root.get("width"), root.get("height")) == ("240", "140")
    for path in paths(svg):
        points = path.replace("C", "M").replace("h", "M").split("M")
        numbers = [float(part.split()[0]) for part in points if part and " " in part]
        assert all(0 <= number <= 240 for number in numbers)


@pytest.mark.normal
def test_a_large_model_has_a_small_picture_too():
    assert len(draw_thumbnail(resolve(read_text(large(250))))) < 30_000


def test_no_text_becomes_markup():
    hostile = "</title><script>alert(1)</script>&"
    system = resolve(read_text(SHOP)).model_copy(update={"name": hostile})
    svg = draw_thumbnail(system)
    assert "<script" not in svg
    assert ElementTree.fromstring(svg).find(f"{SVG}title").text == hostile
