"""Random operations on models: they are applied or refused, and leave alone what is not named."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hasim.description.editing import apply_operations
from hasim.description.editing.tree import read_source
from hasim.description.editing.writing import as_value

MODELS = Path(__file__).parents[3] / "models"
CRAFTED = """\
# head
domains:
  # first zone
  a: {level: zone}   # zone a

  b:
    level: zone   # zone b
    # inside b
    in: 'r'
  r:

crews:
  ops: &ops
    size: 2   # two
  night: *ops
components:
  web:   # the web
    needs:
      - db   # the database
      # between
      - any:
          - cache
          - name: db
            tolerates: 5 min   # five
      - {name: idp, fails: open}
    spread:
    - a
    - b
    failures: &f
      # crash comment
      crash: {after: 30 d,   # month
              repair: 1 h,
              crew: ops}
  db:
    <<: &base {replicas: 2, needs: [idp]}
    failures: *f
    routes:
    - to: web   # weird
      share: 95 %
    - {to: cache, share: 5 %}
  cache:
    <<: *base
  idp: {failures: *f, hosts: [ db.1 , 'db.2' ], }
services:
  s: {needs: [web,   # need web
              db],   # need db
      demand: {peak: 3 rps}}
scenarios:
  loss:
    description: |
      text with # no comment

    events:
      - at: 0 s
        fail: db.crash   # boom
# tail
"""
TEXTS = [CRAFTED, CRAFTED.replace("\n", "\r\n"), "", "{components: {web: {}, db: }}"]
TEXTS += [path.read_text() for path in sorted(MODELS.glob("*.yaml"))]
NAMES = st.sampled_from(["web", "db", "cache", "edge", "a", "b", "s", "ops", "new", "null", "x y"])
PLACES = st.sampled_from([None, "a", "b", "new"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab:#,'\"[]{}&*!|>%@`~ -\n\\$", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab: #-{", min_size=1), inner)
    ),
    max_leaves=6,
)


def paths_in(node, path=()):
    """All paths of a text."""
    for index, entry in enumerate(node.entries):
        here = (*path, index if entry.key is None else entry.name)
        yield here
        yield from paths_in(entry.value, here)


@st.composite
def operations(draw, text):
    name, to, place = NAMES, NAMES, PLACES
    paths = [list(path) for path in paths_in(read_source(text).root)] or [["name"]]
    path = st.sampled_from(paths) | st.sampled_from(paths).map(lambda steps: [*steps, "key"])
    forms = {
        "add": {"name": name, "role": st.none() | name, "into": place},
        "add_domain": {"name": name, "level": st.just("zone"), "into": place},
        "add_service": {"name": name},
        "connect": {"from": name, "to": to},
        "disconnect": {"from": name, "to": to},
        "delete": {"names": st.lists(name, min_size=1, max_size=2)},
        "rename": {"name": name, "to": to},
        "copy": {"names": st.lists(name, min_size=1, max_size=2)},
        "drop": {"name": name, "into": place, "from": place},
        "set": {"path": path, "value": VALUES},
        "unset": {"path": path},
    }
    do = draw(st.sampled_from(sorted(forms)))
    return {"do": do, **{key: draw(values) for key, values in forms[do].items()}}


def comments_of(text):
    return sorted(re.findall(r"(?m)(?:^| )#.*$", text))


@pytest.mark.normal
@settings(max_examples=120, deadline=None)
@given(st.data())
def test_operations_are_applied_or_refused_and_comments_stay(data):
    text = data.draw(st.sampled_from(TEXTS))
    for _ in range(4):
        operation = data.draw(operations(text))
        outcome = apply_operations(text, [operation])
        after = read_source(outcome.text)
        if outcome.refused:
            assert outcome.text == text
        elif operation["do"] == "set":
            node = after.at(tuple(operation["path"]))
            assert after.plain(node) == as_value(operation["value"])
        elif operation["do"] in ("add", "add_domain", "add_service", "connect", "rename"):
            assert comments_of(outcome.text) == comments_of(text)
        elif operation["do"] == "copy":
            left = comments_of(outcome.text)
            assert all(left.count(one) >= comments_of(text).count(one) for one in left)
        text = outcome.text


COMPONENT = """\
  c{i}:
    replicas: 6
    required: 4                            # how many must serve
    capacity: 500 rps                      # of one replica
    needs: [c{after}]
    failures:
      crash:    {{after: 30 d, detect: {{probe: 5 s, misses: 3}}, repair: 30 s}}
      hardware: {{after: 4 years, repair: {{lognormal: {{median: 4 h, p95: 24 h}}}}}}
"""


@pytest.mark.normal
def test_two_hundred_components_are_edited_in_half_a_second():
    parts = [COMPONENT.format(i=i, after=i + 1) for i in range(200)]
    text = f"name: large\ncomponents:\n{''.join(parts)}  c200: {{}}\n"
    start = time.process_time()
    outcome = apply_operations(text, [{"do": "rename", "name": "c7", "to": "seven"}])
    first = time.process_time()
    operations = [{"do": "connect", "from": f"c{i}", "to": "seven"} for i in range(10, 15)]
    again = apply_operations(outcome.text, operations)
    done = time.process_time()
    assert outcome.refused == again.refused == ()
    assert first - start < 1
    assert done - first < 1
