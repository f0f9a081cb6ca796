"""The tree of a text: the values that a draft has, and the places of the reader's own events."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hasim.description import read_text
from hasim.description.editing.tree import Source, read_source
from hasim.errors import ModelError

MODELS = sorted((Path(__file__).parents[3] / "models").glob("*.yaml"))


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_a_tree_holds_what_a_draft_holds(model):
    text = model.read_text()
    source = read_source(text)
    assert source.plain(source.root) == read_text(text).values


def literals(source):
    return {
        (node.value, source.text[node.inner : node.end])
        for node in source.root.nodes()
        if node.kind == "text"
    }


def test_places_are_exact():
    text = "a: &x\n  - 'q'   # no\n  -\nb: {c, d: , e: \"f\"}\ng: |\n  h\n\ni:   # j\nk: *x\n"
    source = read_source(text)
    expected = {("q", "'q'"), (None, ""), ("f", '"f"'), ("h\n", "|\n  h")}
    assert literals(source) == expected
    assert source.plain(source.root)["k"] == ["q", None]


CUT = [
    "a: {b: 1,\nc: 2}\n",
    "a:\n  b: {c: 1,\n  d: 2}\n",
    "a:\n  b: 'c\n  d: e'\n",
    "a:\n  text\n  more\n",
    "a:\n  b:\n    c: 1\n  ? d\n",
    "a:\n  - b\n  - c: d\n",
    "a:\n    b: 1\n    c: 2\nd: *x\n",
    "a: &x 1\nb:\n  c: *x\n",
    "a:\n  b: 1\n c: 2\n",
    "---\na: 1\n",
    "  a: 1\nb: 2\n",
]


@pytest.mark.parametrize("text", CUT)
def test_what_is_read_in_pieces_is_what_is_read_as_a_whole(text):
    try:
        whole = read_text(text).values
    except ModelError as error:
        wanted = [str(finding) for finding in error.findings]
        with pytest.raises(ModelError) as told:
            read_source(text)
        found = [str(finding) for finding in told.value.findings]
        assert found == wanted
    else:
        source = read_source(text)
        assert source.plain(source.root) == whole


LINES = """\
a: 1
b:
  c: 2
  d: {e: 3,
  f: 4}
  g:
    - h
- i
  'j
k: |
  l: &m 5
n: *m
# o

  # p
q: [
]
r: ~
  <<: *m
    s: t
""".splitlines()


@pytest.mark.normal
@settings(max_examples=500)
@given(st.lists(st.sampled_from(LINES), max_size=8))
def test_any_lines_are_read_as_the_model_reader_reads_them(lines):
    text = "\n".join(lines)
    try:
        draft = read_text(text)
    except ModelError as error:
        if "nothing in it" not in str(error):
            with pytest.raises(ModelError):
                read_source(text)
        return
    source = read_source(text)
    if not draft.findings:
        assert source.plain(source.root) == draft.values


def test_a_text_of_comments_is_an_empty_mapping():
    source = read_source("# nothing\n")
    assert isinstance(source, Source)
    assert source.root.entries == ()
