"""The picture of a state machine: its phases, and which of them it is in."""

from xml.etree import ElementTree

import pytest

import hasim
from hasim.description import read_text, resolve
from tests.reporting.incidents.test_incident import FAILOVER

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def incident():
    return hasim.Incident(resolve(read_text(FAILOVER)))


def drawn(svg):
    """The texts of the boxes, and of those that are marked as the present."""
    boxes = list(ElementTree.fromstring(svg).iter(f"{SVG}g"))
    names = [next(text.text for text in one.iter(f"{SVG}text")) for one in boxes]
    now = [
        name
        for name, one in zip(names, boxes, strict=True)
        if one.find(f"{SVG}rect").get("class") == "box now"
    ]
    return names, now


def test_the_chain_of_a_failover_with_its_present(incident):
    incident.kill("db.1")
    incident.run_until("db is in decide")
    names, now = drawn(incident.machine("db"))
    assert names[:4] == ["serving", "detect", "decide", "pick"]
    assert now == ["decide", "together"]


def test_the_present_is_told_in_words(incident):
    incident.kill("db.1")
    title = ElementTree.fromstring(incident.machine("db")).find(f"{SVG}title").text
    assert title == "db now. db failover: detect, db split: together"


def test_all_that_moves_for_a_replica(incident):
    incident.kill("web.1.fire")
    names, now = drawn(incident.machine("web.1"))
    assert "repair (fire)" in names
    assert "starting" in names
    assert now == ["repair (fire)", "off"]


def test_a_component_without_a_failover_shows_its_first_replica(incident):
    names, _ = drawn(incident.machine("web"))
    assert names[0] == "up"


def test_ways_back_are_told_below_a_box(incident):
    texts = [one.text for one in ElementTree.fromstring(incident.machine("a")).iter(f"{SVG}text")]
    assert texts == ["a", "up", "until it fails", "repair (failure)", "2 h", "↩ up"]


@pytest.mark.normal
@pytest.mark.parametrize("model", ["discovery", "patroni", "kubernetes", "deployments", "cells"])
def test_every_thing_of_a_model_has_a_picture(model):
    incident = hasim.Incident(hasim.load(f"models/{model}.yaml"))
    for name, one in incident.states().items():
        if one.kind != "component" and one.phase != "serving":
            _, now = drawn(incident.machine(name))
            assert now


def test_what_never_changes_has_none(incident):
    with pytest.raises(hasim.InputError, match="nothing about b changes; one of a, "):
        incident.machine("b")
