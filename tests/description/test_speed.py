"""A large model is checked in little more than the time that ruamel takes to load it."""

import time

import pytest
from ruamel.yaml import YAML

from hasim.description import check, draft_of, read_text
from hasim.description.composition import composed

COMPONENT = """
  c{i}:
    replicas: 3
    required: 2
    capacity: 500 rps
    needs: [c{after}]
    failures:
      crash:    {{after: 30 d, detect: {{probe: 5 s, misses: 3}}, repair: 30 s}}
      hardware: {{after: 4 years, repair: {{lognormal: {{median: 4 h, p95: 24 h}}}}}}"""


@pytest.mark.slow
def test_two_thousand_components():
    parts = [COMPONENT.format(i=i, after=i + 1) for i in range(2000)]
    text = f"name: large\ncomponents:{''.join(parts)}\n  c2000: {{}}\n"
    start = time.process_time()
    YAML(typ="safe", pure=True).load(text)
    loaded = time.process_time()
    checked = check(read_text(text))
    done = time.process_time()
    assert len(checked.system.components) == 2001
    assert done - loaded <= 1.6 * (loaded - start) + 1


@pytest.mark.slow
def test_stamping_two_thousand_components_is_a_fraction_of_checking_them():
    crash = {"after": "30 d", "repair": "1 h"}
    web = {"replicas": "${n}", "needs": ["db"], "failures": {"crash": crash}}
    parts = {"web": web, "db": {"mtbf": "${mtbf}", "mttr": "4 h"}}
    given = {f"r{i}": {"n": "3"} for i in range(1000)}
    stamps = {"region": {"for": given, "components": parts}}
    draft = draft_of({"name": "large", "parameters": {"mtbf": "30 d"}, "stamps": stamps})
    start = time.process_time()
    stamped = composed(draft)
    done = time.process_time()
    assert len(check(stamped).system.components) == 2000
    checked = time.process_time()
    assert done - start <= 0.6 * (checked - done) + 0.1
