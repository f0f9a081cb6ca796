"""Texts of models on a page: they are shown as texts."""

from hasim.app.exhibition import named, plain


def test_no_character_means_anything_to_markdown():
    assert plain("a_b & <b>") == r"a\_b \& \<b\>"
    assert plain("- one\n    two") == "\\- one\ntwo"


def test_what_streamlit_makes_icons_of_is_broken_by_a_letter_without_width():
    assert plain(":material/delete:") == "\\:\N{WORD JOINER}material\\/delete\\:"
    assert plain(":streamlit:") == "\\:\N{WORD JOINER}streamlit\\:"


def test_what_a_button_is_of_is_emphasised_whatever_it_holds():
    assert named("Run", "Shop") == "Run *Shop*"
    assert named("", " *a*\nb ") == r"*\*a\* b*"
    assert named("Run", " ") == "Run"
