import subprocess
import sys

import pytest

from hasim.description import SystemBuilder, check, load, read_text, resolve, resolved_text
from hasim.description.resolution import MAX_FINDINGS
from hasim.errors import ModelError

PAIR = "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"


def test_a_resolved_system_is_resolved():
    system = resolve(read_text(PAIR))
    assert resolve(system) is system
    assert resolve(read_text(resolved_text(system))) == system


def test_the_resolved_text_tells_the_origin_of_each_default():
    checked = check(read_text(PAIR))
    assert resolved_text(checked.system, checked.origins) == (
        "language: 1  # default\n"
        "name: pair\n"
        'description: ""  # default\n'
        "domains: {}  # default\n"
        "crews: {}  # default\n"
        "components:\n"
        "  web:\n"
        "    replicas: 2\n"
        "    required: 1  # default\n"
        "    redundancy: active-active  # default\n"
        "    spread: []  # default\n"
        "    hosts: []  # default\n"
        "    needs: []  # default\n"
        "    failures:\n"
        "      failure:\n"
        "        after: exponential(mean 1000 h)  # from mtbf and mttr\n"
        "        repair: exponential(mean 10 h)  # from mtbf and mttr\n"
        "        priority: 0  # default\n"
        "        common_cause: 0 %  # default\n"
        "    start: fixed(value 0 s)  # default\n"
        "services:  # default\n"
        "  service:\n"
        "    needs: [web]  # default\n"
    )


@pytest.mark.parametrize(
    "text",
    ["null", "~", "", "- a", "a: b", "a #b", "'", '"', "{", "[a, b", "ü ☃", "a\nb\tc", "*a", "?"],
)
def test_any_text_survives_the_resolved_text(text):
    system = SystemBuilder("x", text).component("web", kind="null").build()
    assert resolve(read_text(resolved_text(system))) == system


def test_warnings_are_kept_but_are_no_part_of_what_a_system_is():
    text = "name: x\ndomains: {a: {level: zone}}\ncomponents: {web: {spread: %s}}\n"
    silent = load_text(text % "everywhere")
    warned = load_text(text % "[]")
    assert [str(warning) for warning in warned.warnings] == [
        "text:3:14 components.web: warning: it is outside all domains; write spread: [...], or "
        "spread: everywhere if that is meant"
    ]
    assert silent.warnings == ()
    assert warned == warned.model_copy(update={"warnings": ()})


def load_text(text):
    return resolve(read_text(text))


def test_an_error_carries_errors_only_but_checking_tells_warnings_too():
    text = "name: x\ndomains: {a: {}}\ncomponents: {web: {}, db: {replicas: 0}}\n"
    assert [finding.severity for finding in check(read_text(text)).findings] == [
        "warning",
        "warning",
        "error",
    ]
    with pytest.raises(ModelError) as error:
        resolve(read_text(text))
    assert [finding.key for finding in error.value.findings] == ["components.db.replicas"]


def test_findings_are_ordered_by_place_whatever_kind_they_are():
    text = "name: x\ncomponents:\n  b: {needs: [a]}\n  a: {needs: [b], kin: 3, mtbf: 1}\nfoo: 3\n"
    lines = [finding.place.line for finding in check(read_text(text)).findings]
    assert lines == sorted(lines)
    assert len(lines) == 4


@pytest.mark.normal
def test_of_very_many_findings_the_first_are_told():
    text = "name: x\ncomponents:\n" + "".join(f"  c{i}: 3\n" for i in range(1200))
    findings = check(read_text(text)).findings
    assert str(findings[0]) == f"1200 findings, of which the first {MAX_FINDINGS} follow"
    assert [finding.place.line for finding in findings[1:]] == list(range(3, 1003))


@pytest.mark.normal
def test_a_chain_of_needs_may_be_longer_than_the_stack():
    lines = [f"  c{i}: {{needs: [c{i + 1}]}}\n" for i in range(1200)]
    text = "name: x\ncomponents:\n" + "".join(lines) + "  c1200: {}\n"
    assert len(load_text(text).components) == 1201


def test_needs_may_be_nested():
    nested = "{any: [" * 20 + "db" + "]}" * 20
    system = load_text(f"name: x\ncomponents:\n  web: {{needs: [{nested}]}}\n  db: {{}}\n")
    assert resolve(read_text(resolved_text(system))) == system


@pytest.mark.normal
def test_reading_a_model_imports_nothing_heavy():
    code = (
        "import sys; import hasim.description.yaml_file, hasim.description, hasim.topology\n"
        "hasim.description.load('models/shop.yaml')\n"
        "print([m for m in ('numpy', 'scipy', 'networkx', 'numba') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["pair", "shop", "worked_example", "single_point_of_failure"])
def test_the_models_have_no_findings(name):
    assert load(f"models/{name}.yaml").warnings == ()
