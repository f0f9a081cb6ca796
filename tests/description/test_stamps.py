"""Stamps: what a block means, how findings are told, what of it can be set."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hasim.description import (
    SystemBuilder,
    check,
    draft_of,
    read_text,
    resolve,
    resolved_text,
    with_settings,
)
from hasim.errors import ModelError
from hasim.system.plain import digest

TEXT = """\
name: x
parameters: {n: 2}
stamps:
  region:
    for: {eu: {n: 4}, us: }
    components:
      web: {replicas: "${n}", needs: [db]}
      db: {}
components:
  front: {needs: [{each: region.web}]}
"""


def told(draft):
    return [str(finding) for finding in check(draft).findings]


def test_a_block_is_there_once_for_each_instance():
    system = resolve(read_text(TEXT))
    assert list(system.components) == ["front", "eu-web", "eu-db", "us-web", "us-db"]
    assert [system.components[f"{name}-web"].replicas for name in ("eu", "us")] == [4, 2]


def test_settings_count_before_or_after_the_block_is_stamped():
    draft = with_settings(
        read_text(TEXT),
        [
            ("components.eu-web.replicas", "9"),
            ("stamps.region.components.db.replicas", "3"),
            ("parameters.n", "5"),
            ("stamps.region.for.eu.n", "6"),
            ("stamps.region.for.ap", {}),
        ],
    )
    replicas = {name: part.replicas for name, part in resolve(draft).components.items()}
    web = {"eu-web": 9, "us-web": 5, "ap-web": 5}
    assert replicas == {"front": 1, **web, "eu-db": 3, "us-db": 3, "ap-db": 3}


def test_what_was_set_in_one_instance_is_told_by_its_full_name():
    draft = with_settings(read_text(TEXT, "m.yaml"), [("components.eu-web.replicas", "0")])
    assert told(draft) == [
        "components.eu-web.replicas: 0 is less than 1; expected a whole number from 1 to 100000"
    ]


def test_what_was_set_in_the_block_is_told_once():
    draft = with_settings(
        read_text(TEXT, "m.yaml"), [("stamps.region.components.web.replicas", "0")]
    )
    assert told(draft)[0] == (
        "stamps.region.components.web.replicas: 0 is less than 1 (in every region); "
        "expected a whole number from 1 to 100000"
    )


def test_each_cannot_be_set():
    needs = [{"each": "region.web"}]
    draft = with_settings(read_text(TEXT), [("components.front.needs", needs)])
    assert told(draft) == [
        "components.front.needs[0].each: each in a value that was set; stamps are used up before "
        "it is set; write the names themselves: [eu-web, us-web]"
    ]


def test_a_part_of_no_instance_cannot_be_set():
    with pytest.raises(ModelError, match=r"there is no ap-web in components; did you mean"):
        with_settings(read_text(TEXT), [("components.ap-web.replicas", "3")])


def test_a_setting_that_leads_nowhere_does_not_hide_why():
    text = TEXT.replace("    for: {eu: {n: 4}, us: }\n", "")
    with pytest.raises(ModelError) as error:
        with_settings(read_text(text), [("components.eu-web.replicas", "3")])
    assert "it does not say for which instances it is" in str(error.value)


def test_of_many_instances_the_first_are_named():
    names = [f"r{i}" for i in range(9)]
    given = {name: {"n": 0 if i < 8 else 1} for i, name in enumerate(names)}
    parts = {"web": {"replicas": "${n}"}}
    draft = draft_of({"name": "x", "stamps": {"region": {"for": given, "components": parts}}})
    (finding,) = told(draft)
    assert "0 is less than 1 (from ${n}) (in r0, r1, r2, r3, r4 and 3 more); " in finding


def test_a_name_that_says_its_instance_is_full():
    text = TEXT.replace("      db: {}\n", "      db: {}\n      all-${region}: {needs: [web]}\n")
    assert "all-eu" in resolve(read_text(text)).components


def test_a_short_name_goes_before_one_of_the_model():
    text = TEXT.replace("components:\n  front", "components:\n  db: {}\n  front")
    system = resolve(read_text(text))
    assert [need.name for need in system.components["us-web"].needs] == ["us-db"]


def test_the_resolved_model_has_no_stamps():
    checked = check(read_text(TEXT))
    text = resolved_text(checked.system, checked.origins)
    assert "    replicas: 4  # from ${n}\n" in text
    assert "stamps" not in text
    assert digest(resolve(read_text(text))) == digest(checked.system)


def test_a_builder_may_have_stamps():
    parts = {"web": {"replicas": "${n}", "needs": ["db"]}, "db": {}}
    builder = SystemBuilder("x").parameter("n", 2)
    builder.stamp("region", instances={"eu": {"n": 4}, "us": None}, components=parts)
    builder.component("front", needs=[{"each": "region.web"}])
    assert builder.build() == resolve(read_text(TEXT))


@pytest.mark.parametrize(("n_instances", "n_parts", "n_each"), [(3000, 3000, 0), (500, 3, 3000)])
def test_a_stamp_bomb_is_refused_within_a_second(n_instances, n_parts, n_each):
    parts = {f"c{i}": {} for i in range(n_parts)}
    stamp = {"for": [f"i{i}" for i in range(n_instances)], "components": parts}
    needs = [{"each": "region.c0"}] * n_each
    front = {"front": {"needs": needs}}
    draft = draft_of({"name": "x", "stamps": {"region": stamp}, "components": front})
    start = time.process_time()
    (finding,) = told(draft)
    assert time.process_time() - start < 1
    assert "stamps that stand for more than 300000 values" in finding


def test_very_many_instances_are_refused_within_a_second():
    stamp = {"for": [f"i{i}" for i in range(100_000)], "components": {"web": {}}}
    draft = draft_of({"name": "x", "stamps": {"region": stamp}})
    start = time.process_time()
    assert told(draft) == ["stamps.region.for: 100000 instances; a stamp has at most 10000"]
    assert time.process_time() - start < 1


# ---------------------------------------------------------------------------- against the long form

SHORT = ("place", "a", "b", "oncall", "node", "web", "app", "db", "vote", "shop")
INSTANCES = st.lists(st.sampled_from(["eu", "us", "ap", "x-1"]), min_size=1, unique=True)


@st.composite
def needs_among(draw, names):
    """Return a function that writes needs of some names, each name as it is told to."""
    chosen = draw(st.lists(st.sampled_from(names), min_size=2, max_size=3, unique=True))
    calls = str(draw(st.integers(1, 3)))
    form = draw(st.sampled_from(["names", "any", "of", "all in any"]))

    def write(n):
        names = [n(name) for name in chosen]
        match form:
            case "names":
                return [{"name": names[0], "calls": calls}, *names[1:]]
            case "any":
                return [{"any": names}]
            case "of":
                return [{"at_least": "1", "of": names}, "global"]
            case _:
                return [{"any": [{"all": names}, "global"]}]

    return write


@st.composite
def blocks(draw):
    """Return a function that writes a block, each of its names as it is told to."""
    replicas = {name: str(draw(st.integers(2, 4))) for name in ("web", "node", "db")}
    spread = draw(st.permutations(["a", "b", "outer"]))
    hosts = draw(st.sampled_from([["node"], ["node.2", "node"], ["node.1", "node.2"]]))
    web_needs = draw(needs_among(["app", "db", "vote"]))
    shop_needs = draw(needs_among(["web", "app", "vote"]))
    fence_needs = draw(st.sampled_from([["vote"], ["vote", "global"]]))

    def write(n):
        mode = {"after": "30 d", "repair": "1 h", "crew": n("oncall")}
        zone = {"level": "zone", "in": n("place")}
        return {
            "domains": {"place": {"in": "outside"}, "a": zone, "b": {**zone, "needs": [n("vote")]}},
            "crews": {"oncall": {"size": "2"}},
            "components": {
                "node": {"replicas": replicas["node"], "spread": [n("a"), n("b")]},
                "web": {
                    "replicas": replicas["web"],
                    "spread": [n(name) for name in spread],
                    "needs": web_needs(n),
                    "failures": {"crash": mode, "oncall": {**mode, "crew": "people"}},
                },
                "app": {"hosts": [n(host) for host in hosts], "crew": n("oncall")},
                "db": {
                    "replicas": replicas["db"],
                    "redundancy": "active-passive",
                    "failover": {"needs": [n(name) for name in fence_needs]},
                    "failures": {"crash": mode},
                },
                "vote": {"kind": "web"},
            },
            "services": {"shop": {"needs": shop_needs(n), "demand": {"peak": "10 rps"}}},
        }

    return write


@pytest.mark.normal
@settings(max_examples=300)
@given(blocks(), INSTANCES)
def test_a_stamped_model_is_the_one_that_is_written_out(write, names):
    common = {
        "domains": {"outside": {}, "outer": {"level": "zone"}},
        "crews": {"people": {}},
        "components": {"global": {}},
        "services": {"all": {"needs": ["global"]}},
    }
    stamp = {"for": names, **write(lambda name: name)}
    stamped = draft_of({"name": "x", **common, "stamps": {"region": stamp}})
    out = {section: dict(parts) for section, parts in common.items()}
    for instance in names:

        def full(name, instance=instance):
            return f"{instance}-{name}" if name.partition(".")[0] in SHORT else name

        for section, parts in write(full).items():
            out[section] |= {full(name): part for name, part in parts.items()}
    assert digest(resolve(stamped)) == digest(resolve(draft_of({"name": "x", **out})))
