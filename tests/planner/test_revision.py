"""A change of a model: keys that differ, differences, exit status."""

import pytest

from hasim.description import load
from hasim.planner.revision import KeyChange, find_changes, revise
from tests.cli.typed import MODELS
from tests.planner.candidates import single


def test_keys_that_differ_are_told_in_the_units_of_the_language():
    changes = list(find_changes(single("1 h", name="x"), single("2 h", name="y")))
    [change] = changes
    assert change.key == "components.web.failures.failure.repair"
    assert ("1 h" in change.old, "2 h" in change.new) == (True, True)


def test_lists_are_told_as_a_whole():
    old, new = (load(MODELS / f"worked_example{end}.yaml") for end in ("", "_same_server"))
    assert KeyChange("components.orders-db.hosts", ["server.1", "server.2"], ["server.1"]) in list(
        find_changes(old, new)
    )


def test_the_same_model_has_no_changes():
    revision = revise(single("1 h"), single("1 h"))
    assert revision.keys == ()
    assert revision.differences["service"]["unavailability"].estimate.value == 0.0


def test_the_exit_status_is_that_of_the_new_model():
    good, bad = (single(time, availability="98.5 %") for time in ("1 h", "2 h"))
    assert (revise(good, bad).exit_status, revise(bad, good).exit_status) == (1, 0)


def test_a_service_that_only_one_has_is_not_compared():
    revision = revise(single("1 h"), single("1 h", service="shop"))
    assert revision.differences == {}
    assert list(revision.to_dict()["new"]["services"]) == ["shop"]


@pytest.mark.normal
def test_simulated_models_are_paired():
    revision = revise(single("1 h"), single("2 h"), engine="montecarlo", precision=0.2)
    gap = revision.differences["service"]["unavailability"]
    assert gap.paired
    assert gap.real
    assert gap.estimate.low < 2 / 101 - 1 / 100 < gap.estimate.high
