"""Names of widgets: different for different parts, and such that Streamlit takes them."""

from itertools import product

from hasim.app.widget_names import widget_name


def test_names_differ_and_have_no_two_underscores_in_a_row():
    parts = ["".join(letters) for letters in product("a-_", repeat=3)]
    names = [widget_name(one, other) for one, other in product(parts, repeat=2)]
    assert len(set(names)) == len(names)
    assert not any("__" in name for name in names)
