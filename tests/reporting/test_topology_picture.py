"""The picture of a system: what is in it, and that text stays text."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

import hasim
from hasim.description import draft_of, resolve
from hasim.reporting.topology_picture import downtime_shares, draw_topology
from hasim.stats import Estimate

MODELS = sorted((Path(__file__).parents[2] / "models").glob("*.yaml"))
SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.normal
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_every_model_has_a_picture_with_all_its_components(model):
    system = hasim.load(model)
    svg = draw_topology(system)
    names = {text.rstrip("…") for text in texts(svg)}
    for name in [*system.components, *system.services]:
        assert name in names or any(one and name.startswith(one) for one in names)
    assert svg == draw_topology(system)


def small(**more):
    web = {"replicas": 20, "spread": ["a"], "mtbf": "30 d", "mttr": "1 h", "needs": ["db"]}
    return resolve(
        draft_of(
            {
                "name": "small",
                "domains": {"a": {"level": "zone"}},
                "components": {
                    "web": {**web, "uses": ["cache"]},
                    "db": {"mtbf": "30 d", "mttr": "1 h"},
                    "cache": {"mtbf": "30 d", "mttr": "1 h"},
                },
                "services": {"shop": {"needs": ["web"]}},
                **more,
            }
        )
    )


def test_many_replicas_are_counted_and_soft_arrows_are_broken_lines():
    svg = draw_topology(small())
    assert "×20" in texts(svg)
    assert svg.count('class="arrow needs"') == 3  # two and the key
    assert svg.count('class="arrow uses"') == 2
    assert {"zone a", "in no domain", "needs", "uses, serves on without"} <= set(texts(svg))


def test_what_a_takeover_needs_has_an_arrow_unless_it_leads_back():
    db = {"replicas": 2, "redundancy": "active-passive", "mtbf": "30 d", "mttr": "1 h"}
    lock = {"mtbf": "30 d", "mttr": "1 h"}
    parts = {"db": {**db, "failover": {"needs": ["lock"]}}, "lock": lock}
    one = {"components": parts, "services": {"shop": {"needs": ["db"]}}}
    assert draw_topology(small(**one)).count('class="arrow takeover"') == 2
    parts["lock"] = {**lock, "needs": ["db"]}
    assert "arrow takeover" not in draw_topology(small(**one))


def test_no_text_becomes_markup():
    hostile = "</title><script>alert(1)</script>&"
    svg = draw_topology(small().model_copy(update={"name": hostile}))
    assert "<script" not in svg
    assert ElementTree.fromstring(svg).find(f"{SVG}title").text.startswith(hostile)


def test_downtime_warms_what_it_is_charged_to():
    system = small()
    solution = hasim.solve(system)
    causes = {"db.failure": Estimate.of_exact(30.0), "web.failure.common": Estimate.of_exact(10.0)}
    answer = replace(solution["shop"], downtime_s_per_year_by_cause=causes)
    solution = replace(solution, services={"shop": answer})
    assert downtime_shares(solution) == {"db": 0.75, "web": 0.25}
    svg = draw_topology(system, solution)
    assert {"75 %", "25 %"} <= set(texts(svg))
    assert svg.count('class="heat"') == 2
    assert 'class="heat"' not in draw_topology(system)
