"""Presets in drafts from anywhere: origins, places, the warning about grade D."""

import networkx
import pytest

import hasim
from hasim.description import check, draft_of, read_text, resolve, resolved_text, set_value
from hasim.errors import ModelError

PATRONI = "name: x\ncomponents:\n  db:\n    preset: patroni-postgres\n"
MEASURED = "failover: {promote: 5 s, switch: 2 s, coverage: 95 %}, mtbf: 90 d, mttr: 1 h"


def test_origins_name_the_preset_and_the_grade():
    checked = check(read_text(PATRONI))
    db = ("components", "db")
    assert checked.origins[(*db, "failover", "detect")] == "from preset patroni-postgres (grade C)"
    assert checked.origins[(*db, "redundancy")] == "from preset patroni-postgres"
    assert checked.origins[(*db, "failover", "fence")] == "default"
    # A rate is another form of `after`.
    of_rate = (*db, "failures", "hardware", "after")
    assert checked.origins[of_rate] == "from preset patroni-postgres (grade D)"


def test_a_promise_has_the_origin_of_what_it_gives():
    checked = check(read_text("components: {cdn: {preset: object-store}}"))
    after = ("components", "cdn", "failures", "failure", "after")
    assert checked.origins[after] == "from preset object-store (grade A)"
    repair = ("components", "cdn", "failures", "failure", "repair")
    assert checked.origins[repair] == "from preset object-store (grade C)"


def test_a_resolved_model_needs_no_preset_and_equals_the_system():
    system = resolve(read_text(PATRONI))
    again = resolve(read_text(resolved_text(system)))
    assert again == system
    assert system.warnings
    assert not again.warnings


def test_values_of_grade_d_are_told_once_with_their_presets():
    text = "components: {db: {preset: patroni-postgres}, web: {preset: process}}"
    (warning,) = check(read_text(text)).findings
    assert warning.severity == "warning"
    assert warning.found.startswith("10 values of grade D, which nobody has verified: db.failures.")
    assert warning.found.endswith("and 5 more (of the presets patroni-postgres, process)")


def test_one_value_of_grade_d_is_one_value():
    text = "components: {a: {replicas: 2, failures: {f: {after: 1 d, repair: 1 h, %s}}}}"
    (warning,) = check(read_text(text % "preset: correlated-bursts")).findings
    assert "a value of grade D, which nobody has verified: a.failures.f.common_cause" in str(
        warning
    )


def test_what_was_typed_is_no_guess():
    text = f"components: {{db: {{preset: patroni-postgres, {MEASURED}}}}}"
    assert check(read_text(text)).findings == ()


def test_an_answer_tells_what_of_it_rests_on_grade_d():
    solution = hasim.solve(resolve(read_text("components: {web: {preset: process}}")))
    (warning,) = solution.warnings
    assert "2 values of grade D" in warning
    assert "web.failures.crash.after, web.failures.crash.repair" in warning
    assert "warning" not in warning


def test_a_draft_from_python_has_no_places():
    draft = draft_of({"components": {"db": {"preset": "patroni-postgres", "replicas": 3}}})
    checked = check(draft)
    assert checked.system.components["db"].replicas == 3
    assert checked.findings[0].place is None


def test_a_preset_set_on_the_command_line_has_no_place():
    draft = set_value(read_text("components: {db: {}}"), "components.db.preset", "rds-multi-az")
    checked = check(draft)
    assert checked.findings[0].place is None
    assert checked.system.components["db"].failover.coverage == 0.9


def test_a_stage_set_on_the_command_line_goes_before_the_preset():
    draft = set_value(read_text(PATRONI), "components.db.failover.detect", "5 s")
    failover = check(draft).system.components["db"].failover
    assert (failover.detect.mean, failover.decide.mean) == (5.0, 2.0)


def test_a_preset_may_be_repeated_by_an_alias():
    text = "components: {a: &a {preset: patroni-postgres}, b: *a, c: {<<: *a, replicas: 3}}"
    components = check(read_text(text)).system.components
    assert components["a"] == components["b"]
    assert components["c"].replicas == 3


def test_names_that_are_keys_are_names():
    text = """
components:
  standby: {preset: patroni-postgres, standby: {preset: untested-standby}}
  failures: {failures: {preset: {after: 1 d, repair: 1 h}, rate: {preset: memory-error}}}
"""
    checked = check(read_text(text))
    assert not checked.errors
    of_rate = ("components", "failures", "failures", "rate", "after")
    assert checked.origins[of_rate] == "from preset memory-error (grade B)"


def test_the_builder_takes_presets():
    system = (
        hasim.SystemBuilder("x")
        .domain("a", preset="availability-zone")
        .crew("oncall", preset="on-call")
        .component("db", preset="patroni-postgres", standby={"preset": "drilled-standby"})
        .build()
    )
    assert system.domains["a"].level == "zone"
    assert system.components["db"].standby.test == 30 * 86_400


def test_a_graph_takes_presets():
    graph = networkx.DiGraph()
    graph.add_node("db", preset="patroni-postgres")
    graph.add_node("web", preset="process", replicas=2)
    graph.add_edge("web", "db")
    assert hasim.from_graph(graph).components["db"].kind == "database"


@pytest.mark.parametrize("components", ["{db: patroni-postgres}", "[preset]", "{db: [preset]}"])
def test_a_preset_where_no_part_is_gives_the_usual_finding(components):
    with pytest.raises(ModelError, match="expected a mapping"):
        resolve(read_text(f"components: {components}"))


def test_wrong_numbers_beside_a_preset_are_told_once():
    text = "components: {etcd: {preset: etcd, replicas: many}}"
    (error,) = check(read_text(text)).errors
    assert error.key == "components.etcd.replicas"
