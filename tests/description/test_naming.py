"""Names of new models: whatever is typed becomes one that the language takes."""

import pytest

from hasim.description import check, read_text
from hasim.description.naming import blank_model, model_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("shop", "shop"),
        ("Our shop, 2nd try", "Our-shop--2nd-try"),
        ("", "model"),
        ("  ", "model"),
        ("12", "model-12"),
        ("Läden", "L-den"),
        ("x" * 100, "x" * 60),
        ("<script>", "script"),
    ],
)
def test_a_name_is_as_near_as_can_be(typed, name):
    assert model_name(typed) == name


@pytest.mark.parametrize("typed", ["shop", "", "yes", "null", "12", "a: b", "-", "1e3", "'", "\\"])
def test_a_blank_model_lacks_only_its_parts(typed):
    name = model_name(typed)
    checked = check(read_text(blank_model(name)))
    assert [finding.key for finding in checked.errors] == ["components"]
