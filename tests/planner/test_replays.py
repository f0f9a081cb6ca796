"""Incidents played through, against arithmetic by hand."""

from pathlib import Path

import pytest

from hasim import ModelError, load, replay, resolve
from hasim.description.yaml_file import read_text
from hasim.system import Event, Scenario

MODELS = Path(__file__).resolve().parent.parent.parent / "models"
MINUTE, HOUR = 60.0, 3600.0


def system_of(text):
    return resolve(read_text(text))


def scenario(*events, lasts=6 * HOUR):
    return Scenario(events=events, lasts=lasts)


PAIR = system_of(
    "domains: {a: {mtbf: 1 d, mttr: fixed(2 h)}, b: {mtbf: 1 d, mttr: fixed(2 h)}}\n"
    "components: {web: {replicas: 2, spread: [a, b], start: 5 min,\n"
    "  failures: {crash: {after: 1 d, detect: 1 min, repair: fixed(1 h)}}}}\n"
)


def suffered(system, *events, **options):
    return replay({"it": system}, scenario(*events), repeats=3, **options).candidates["it"][
        "service"
    ]


def test_nothing_else_fails():
    one = suffered(PAIR, Event(at=0.0, fail="a"))
    assert one.outages.value == one.down_s.value == one.longest_s.value == 0.0


def test_two_failures_at_once_last_as_long_as_the_shorter_repair():
    one = suffered(PAIR, Event(at=0.0, fail="a"), Event(at=600.0, fail="web.2"))
    assert one.outages.value == 1.0
    assert one.down_s.exact
    assert one.down_s.value == pytest.approx(66 * MINUTE)  # detect, repair, start


def test_until_goes_before_the_repair():
    sooner = suffered(
        PAIR, Event(at=0.0, fail="a"), Event(at=600.0, fail="web.2", until=600.0 + 20 * MINUTE)
    )
    assert sooner.down_s.value == pytest.approx(25 * MINUTE)  # and its start
    later = suffered(
        PAIR, Event(at=0.0, fail="a", until=4 * HOUR), Event(at=0.0, fail="b", until=5 * HOUR)
    )
    assert later.down_s.value == pytest.approx(4 * HOUR + 5 * MINUTE)


def test_an_outage_goes_on_to_the_end_of_the_scenario():
    events = Event(at=0.0, fail="a"), Event(at=HOUR, fail="b")
    found = replay({"it": PAIR}, scenario(*events, lasts=1.5 * HOUR), repeats=2)
    assert found.candidates["it"]["service"].down_s.value == pytest.approx(0.5 * HOUR)


def test_what_is_down_already_is_not_struck_again():
    one = suffered(PAIR, *(Event(at=float(t), fail=n) for t in (0, 60) for n in ("web.1", "web.2")))
    assert one.outages.value == 1.0
    assert one.down_s.value == pytest.approx(66 * MINUTE)


@pytest.mark.normal
def test_the_loss_of_a_server_by_hand():
    """With both databases on one server, order waits for it: 2 h, 3 min and 1 min of starts."""
    names = "worked_example_same_server", "worked_example"
    candidates = {name: load(MODELS / f"{name}.yaml") for name in names}
    lost = Event(at=0.0, fail="server.1.hardware", until=2 * HOUR)
    found = replay(candidates, scenario(lost), repeats=50)
    together, apart = (found.candidates[name]["order"] for name in names)
    assert together.down_s.exact
    assert together.down_s.value == pytest.approx(2 * HOUR + 4 * MINUTE)
    assert apart.outages.value == 1.0
    shortest = 20.0 + 5.0 + 5.0 + 10.0  # two probes missed, decide, fence, switch; and promote
    assert shortest < apart.down_s.low < apart.down_s.high < 10 * MINUTE
    assert apart.longer_s.value == pytest.approx(apart.down_s.value - together.down_s.value)
    assert together.longer_s is None
    assert found.candidates["worked_example"]["login"].down_s.value == 0.0


def test_names_that_a_candidate_does_not_have_come_in_one_message():
    small = system_of("components: {web: {replicas: 1, mtbf: 1 d, mttr: 1 h}}")
    events = Event(at=0.0, fail="a"), Event(at=1.0, fail="web.2"), Event(at=2.0, fail="web.1")
    with pytest.raises(ModelError) as caught:
        replay({"pair": PAIR, "small": small}, scenario(*events))
    assert [finding.key for finding in caught.value.findings] == ["small", "small"]
    assert "did you mean web.1?" in str(caught.value)


def test_common_causes_and_failure_modes_can_be_named():
    system = system_of(
        "components: {web: {replicas: 2, failures: {\n"
        "  crash: {after: 1 d, repair: fixed(1 h), common_cause: 10 %},\n"
        "  hardware: {after: 1 d, repair: fixed(3 h)}}}}\n"
    )
    both = suffered(system, Event(at=0.0, fail="web.crash.common"))
    assert both.down_s.value == pytest.approx(HOUR)
    one = suffered(
        system, Event(at=0.0, fail="web.1.hardware"), Event(at=0.0, fail="web.2.hardware")
    )
    assert one.down_s.value == pytest.approx(3 * HOUR)


def test_candidates_draw_the_same_for_what_they_have_in_common():
    text = "components: {{web: {{mtbf: 1 d, mttr: 1 h}}, other: {{mtbf: 1 d, mttr: {mttr}}}}}\n"
    text += "services: {{shop: {{needs: [web]}}}}"
    one, two = (system_of(text.format(mttr=mttr)) for mttr in ("1 h", "5 h"))
    events = Event(at=0.0, fail="other.1"), Event(at=60.0, fail="web.1")
    found = replay({"one": one, "two": two}, scenario(*events, lasts=1e6), repeats=5)
    assert not found.candidates["one"]["shop"].down_s.exact
    assert found.candidates["two"]["shop"].longer_s.value == 0.0


def test_a_document_says_what_was_played():
    found = replay({"it": PAIR}, scenario(Event(at=0.0, fail="a")), name="loss", repeats=2)
    document = found.to_dict()
    assert document["format"] == 1
    assert document["scenario"] == "loss"
    assert document["candidates"]["it"]["service"]["longer_s"] is None
