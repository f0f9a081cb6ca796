"""Options as a table, and designs as edits."""

import pytest

from hasim.description.choice_edits import (
    OptionRow,
    edits_of_rows,
    edits_of_settings,
    option_rows,
)
from hasim.description.editing import apply_operations
from hasim.errors import HasimError

TEXT = """\
name: shop
components:
  web: {replicas: 4, mtbf: 30 d, mttr: 1 h}  # the front
options:
  components.web.replicas: [4, 5]            # how many
  size:
    small: {components.web.capacity: 300 rps}
"""


def test_each_option_is_a_row_and_no_options_are_none():
    assert option_rows(TEXT) == (
        OptionRow("components.web.replicas", "[4, 5]"),
        OptionRow("size", "{small: {components.web.capacity: 300 rps}}"),
    )
    assert option_rows("name: a\n") == ()
    assert option_rows("options: 3\n") == ()


def test_what_was_changed_in_the_table_is_changed_in_the_text():
    before = option_rows(TEXT)
    after = [OptionRow("components.web.replicas", "[4, 5, 6]"), OptionRow("crews.a.size", "[1]")]
    edited = apply_operations(TEXT, edits_of_rows(before, after))
    assert edited.refused == ()
    assert option_rows(edited.text) == tuple(after)
    assert "# how many" in edited.text
    assert "# the front" in edited.text
    assert edits_of_rows(before, before) == ()


def test_choices_that_are_no_yaml_are_refused_by_name():
    with pytest.raises(HasimError, match="size"):
        edits_of_rows((), [OptionRow("size", "[4, ")])


def test_a_design_is_applied_as_edits():
    settings = [("components.web.replicas", "5"), ("components.web.mttr", "~")]
    edited = apply_operations(TEXT, edits_of_settings(settings))
    assert "web: {replicas: 5, mtbf: 30 d}             # the front" in edited.text
    with pytest.raises(HasimError, match="path of a key"):
        edits_of_settings([("..", "5")])
