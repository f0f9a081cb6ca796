"""Options of a model: what a System holds of them, and which choices are wrong."""

import pytest

from hasim.description import (
    SystemBuilder,
    check,
    draft_of,
    from_graph,
    read_text,
    resolve,
    resolved_text,
    set_value,
)
from hasim.description.options import MOST_CHOICES
from hasim.errors import ModelError
from hasim.system.plain import digest
from hasim.topology import to_graph

WEB = {"replicas": "3", "mtbf": "30 d", "mttr": "1 h"}
OPTIONS = {
    "components.web.replicas": [2, 3, "4"],
    "failing": {
        "as written": None,
        "seldom": {"components.web.mtbf": "60 d", "components.web.mttr": None},
        "oddly": {"components.web.kind": "$${x}, no parameter"},
    },
}


def model(options=OPTIONS, **more):
    return {"name": "x", "components": {"web": WEB}, **more, "options": options}


def findings_about(options, **more):
    return [str(finding) for finding in check(draft_of(model(options, **more))).findings]


def test_a_system_holds_its_options_as_plain_frozen_data():
    system = resolve(draft_of(model({"components.web.replicas": ["2", "3"], "a": {"b": None}})))
    assert list(system.options) == ["components.web.replicas", "a"]
    choices = system.options["components.web.replicas"].choices
    assert choices == {
        "2": {"components.web.replicas": '"2"'},
        "3": {"components.web.replicas": '"3"'},
    }
    assert system.options["a"].choices == {"b": {}}


def test_options_are_no_part_of_what_the_system_is_but_of_what_is_resolved():
    with_options = resolve(draft_of(model()))
    without = resolve(draft_of({"name": "x", "components": {"web": WEB}}))
    assert digest(with_options) == digest(without)
    assert with_options != without
    assert with_options.components == without.components


def test_the_resolved_text_has_the_options_in_all_kinds_of_values():
    options = {
        "components.web.needs": [[], ["web", {"any": ["a b", "c, d"]}], None],
        "odd": {"~": {"components.web.kind": "$${x}"}, "[x]": {"components.web.kind": "null"}},
    }
    text = "\n".join(f"{line}" for line in findings_about(options))
    assert "components.web.needs[1]" in text  # judged, and one label no worse than another
    kinds = {"odd": options["odd"]}
    system = resolve(draft_of(model(kinds)))
    assert resolve(read_text(resolved_text(system))) == system


def test_the_builder_and_a_graph_take_options():
    system = resolve(draft_of(model()))
    builder = SystemBuilder("x").component("web", **WEB)
    for name, choices in OPTIONS.items():
        builder = builder.option(name, choices)
    assert builder.build() == system
    assert from_graph(to_graph(system)) == system


def test_a_choice_that_is_wrong_only_with_the_others_is_none():
    assert findings_about({"components.web.required": [2, 3, 4]}) == []
    assert findings_about({"components.web.failover": [None, {"detect": "30 s"}]}) == []


def test_a_name_that_another_choice_adds_is_known():
    cache = {"components.cache": {"replicas": "2"}, "components.web.crew": "oncall"}
    assert findings_about({"cache": {"with": cache, "without": None}}) == []
    found = findings_about({"components.web.crew": ["oncall", "nobody"]}, crews={"oncall": {}})
    assert found == [
        "options.components.web.crew[1]: there is no crew nobody; there is only oncall"
    ]


def test_options_are_judged_beside_a_model_that_is_wrong_itself():
    found = findings_about({"components.web.replicas": ["2", "0"]}, crews={"oncall": {"size": "0"}})
    assert [line.partition(":")[0] for line in found] == [
        "crews.oncall.size",
        "options.components.web.replicas[1]",
    ]


def test_a_value_that_is_as_wrong_as_the_one_in_the_model_is_told_there():
    web = {**WEB, "replicas": "0"}
    values = {"name": "x", "components": {"web": web}}
    options = {"components.web.replicas": ["0", "-1"]}
    found = [str(one) for one in check(draft_of({**values, "options": options})).findings]
    assert [line.partition(":")[0] for line in found] == [
        "components.web.replicas",
        "options.components.web.replicas[1]",
    ]


def test_very_many_choices_are_refused():
    values = [str(1 + i) for i in range(MOST_CHOICES + 1)]
    [found] = findings_about({"components.web.replicas": values})
    assert "1,001 choices; at most 1,000" in found


def test_very_many_options_are_refused():
    options = {f"o{i}": {"a": None, "b": {"components.web.start": "1 s"}} for i in range(101)}
    assert findings_about(options) == ["options: 101 options; at most 100; leave some out"]


def test_values_that_read_the_same_are_told_apart_by_nobody():
    [found] = findings_about({"components.web.kind": [None, "~", "web"]})
    assert found.startswith("options.components.web.kind[1]: ~ stands here twice")


def test_contradictions_keep_nothing_else_from_being_judged():
    options = {
        "components.web.standby": ["hot", "warm"],
        "o": {"a": {"components.web.standby.rate": "1"}, "b": {"components.web.standby.rate": "x"}},
        "components.web.replicas": ["x", "2"],
    }
    web = {
        **WEB,
        "standby": {"rate": "50 %"},
        "redundancy": "active-passive",
        "failover": "instant",
    }
    draft = draft_of({"name": "x", "components": {"web": web}, "options": options})
    assert [str(one).partition(";")[0] for one in check(draft).findings] == [
        "options.components.web.replicas[0]: x is not a count",
        "options.o.a.components.web.standby.rate: it is in components.web.standby, "
        "which is an option itself",
    ]


def test_options_that_are_removed_leave_the_model():
    draft = set_value(draft_of(model({"components.web.replicas": 4})), "options", None)
    assert check(draft).findings == ()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("components.web.mttr", None),
        ("components.web.capacity", None),
        ("components.web.failures.failure.after", None),
        ("components.web.failover.needs", None),
        ("components.web.capacty", "unknown key; did you mean capacity?"),
        ("components.web.failover.detct", "unknown key; did you mean detect?"),
        ("components.wbe", "there is no wbe in components; did you mean web?"),
        ("component", "unknown key; did you mean components?"),
        ("components.web.shares.0", None),
        ("components.web.hosts[0]", "an entry of a list is not removed by itself"),
    ],
)
def test_a_key_that_is_removed_is_one_of_the_language(key, said):
    web = {**WEB, "hosts": ["node"]}
    values = {"name": "x", "components": {"web": web, "node": {}}}
    options = {"o": {"a": {key: None}, "b": {"components.web.start": "1 s"}}}
    found = [str(one) for one in check(draft_of({**values, "options": options})).findings]
    errors = [line for line in found if line.startswith("options")]
    assert len(errors) == (said is not None)
    assert said is None or said in errors[0]


def test_a_removed_value_is_not_there():
    draft = draft_of({"components": {"web": WEB}})
    assert set_value(draft, "components.web.mttr", None).values["components"]["web"] == {
        "replicas": "3",
        "mtbf": "30 d",
    }
    for key in ("components.web.failover", "components.web.failover.detect", "crews.oncall"):
        assert set_value(draft, key, None).values == draft.values
    with pytest.raises(ModelError, match="there is no wbe"):
        set_value(draft, "components.wbe.mttr", None)
