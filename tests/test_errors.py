"""Errors: their texts, their order, and that no user's value can spoil a message."""

import pickle

import pytest

from hasim.errors import (
    EXCERPT_LENGTH,
    Finding,
    HasimError,
    InputError,
    ModelError,
    Place,
    RefusedError,
    SolveError,
    show_value,
)

SHOP = Place("models/shop.yaml", 14, 5)


def test_finding_prints_place_key_found_expected_and_next_step() -> None:
    finding = Finding(
        SHOP,
        "components.db.required",
        "4 of 3 replicas can never be up",
        "at most 3",
        "set required to 3 or fewer",
    )
    assert str(finding) == (
        "models/shop.yaml:14:5 components.db.required: 4 of 3 replicas can never be up; "
        "at most 3; set required to 3 or fewer"
    )


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (Finding(None, "name", "is missing"), "name: is missing"),
        (Finding(SHOP, "", "is empty"), "models/shop.yaml:14:5: is empty"),
        (Finding(None, "", "is empty", next_step="write a model"), "is empty; write a model"),
        (
            Finding(SHOP, "a", "both on node.1", severity="warning"),
            "models/shop.yaml:14:5 a: warning: both on node.1",
        ),
    ],
)
def test_finding_leaves_out_what_is_not_there(finding: Finding, text: str) -> None:
    assert str(finding) == text


def test_model_error_orders_findings_by_place_and_prints_one_a_line() -> None:
    late = Finding(Place("m.yaml", 10, 1), "b", "late")
    early = Finding(Place("m.yaml", 9, 30), "c", "early")
    nowhere = Finding(None, "a", "nowhere")
    error = ModelError([late, early, nowhere])
    assert error.findings == (nowhere, early, late)
    assert str(error) == "a: nowhere\nm.yaml:9:30 c: early\nm.yaml:10:1 b: late"


def test_refused_error_prints_one_refusal_a_line() -> None:
    error = RefusedError(["exact: crew on-call is shared", "bounds: no cut sets"])
    assert error.refusals == ("exact: crew on-call is shared", "bounds: no cut sets")
    assert str(error) == "exact: crew on-call is shared\nbounds: no cut sets"


def test_input_error_joins_its_parts_and_is_a_value_error() -> None:
    error = InputError("4 is not a duration", "", "write 4 s or 4 h")
    assert str(error) == "4 is not a duration; write 4 s or 4 h"
    assert isinstance(error, ValueError)


@pytest.mark.parametrize(
    "error",
    [
        InputError("a", "b", "c"),
        ModelError([Finding(SHOP, "a", "b")]),
        RefusedError(["a"]),
        SolveError("a loop at 3 h"),
    ],
)
def test_errors_survive_the_way_between_processes(error: HasimError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        ("", "an empty text"),
        ("4 h", "4 h"),
        (4, "4"),
        pytest.param(10**5000, "a number of over 60 digits", id="huge"),
        (float("nan"), "nan"),
        ({"a": 1}, "a mapping"),
        ([1], "a list"),
        (object(), "a value of type object"),
        ("a\x1b[31m\nb\ud800", "a\\x1b[31m\\nb\\ud800"),
    ],
)
def test_show_value_is_one_safe_line(value: object, text: str) -> None:
    assert show_value(value) == text


def test_show_value_cuts_what_is_long_and_does_not_open_what_is_deep() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert show_value(deep) == "a list"
    assert show_value("x" * 1_000_000) == "x" * (EXCERPT_LENGTH - 3) + "..."
