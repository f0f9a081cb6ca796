"""The chart of an incident: its claim, its table, and an SVG that stands alone."""

from xml.etree import ElementTree

import pytest

import hasim
from hasim.reporting.figures import render
from tests.reporting.incidents.test_incident import FAILOVER

pytestmark = pytest.mark.normal  # altair takes half a second to import


@pytest.fixture
def incident():
    from hasim.description import read_text, resolve

    return hasim.Incident(resolve(read_text(FAILOVER)))


def test_stages_and_capacity_are_in_the_table(incident):
    incident.kill("db.1")
    incident.run_until("all is well")
    figure = incident.figure("shop")
    assert figure.claim == "shop was down for 1 min"
    assert [row[:4] for row in figure.table.rows] == [
        (0.0, 30.0, "detect", 0.0),
        (30.0, 40.0, "decide", 0.0),
        (40.0, 60.0, "promote", 0.0),
        (60.0, pytest.approx(64.8), "up", 300.0),
    ]
    said = " ".join(ElementTree.fromstring(render(figure)).itertext())
    for word in ("detect", "promote", "db.1 fails (crash)", "requests per second"):
        assert word in said


@pytest.mark.parametrize(
    ("kills", "claim"),
    [
        (["b"], None),
        (["db.2"], "shop serves all the time"),
        (["web.1"], "shop serves, at times with less capacity than its demand"),
        (["db.1"], "shop is down, for 10 s so far"),
    ],
)
def test_what_it_claims(incident, kills, claim):
    if claim is None:
        assert incident.figure("shop") is None
        return
    for item in kills:
        incident.kill(item)
    incident.run_for("10 s")
    figure = incident.figure("shop")
    assert figure.claim == claim
    assert len(ElementTree.fromstring(render(figure))) > 0


def test_a_model_without_capacity():
    incident = hasim.Incident(hasim.load("models/pair.yaml"))
    incident.kill("web.1")
    incident.kill("web.2")
    incident.run_until("all is well")
    figure = incident.figure("service")
    assert "1 while it serves" in figure.note
    assert len(ElementTree.fromstring(render(figure))) > 0


def test_what_is_no_service(incident):
    with pytest.raises(hasim.InputError, match="db is no service; one of shop"):
        incident.figure("db")
