"""`hasim check`: all findings at once, as lines and as JSON; the resolved model."""

import json

from tests.cli.typed import PAIR, SHOP, typed

WRONG = "name: x\ncomponents:\n  a: {replicas: 1, required: 2, mtbf: 5 m, mttr: 1 h}\n"


def test_check_prints_a_resolved_model_that_means_the_same(tmp_path):
    text = typed("check", SHOP, "--resolved").stdout
    file = tmp_path / "resolved.yaml"
    file.write_text(text)
    again = typed("check", file, "--resolved")
    assert again.exit_code == 0
    bare = [[line.split(" #")[0].rstrip() for line in t.splitlines()] for t in (text, again.stdout)]
    assert bare[0] == bare[1]


def test_check_tells_all_findings_at_once(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text(WRONG)
    done = typed("check", file)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 2
    assert not done.stdout


def test_check_gives_findings_as_json(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text(WRONG)
    done = typed("check", file, "--json")
    assert done.exit_code == 2
    first, second = json.loads(done.stdout)["findings"]
    assert {first["line"], second["line"]} == {3}
    assert first["severity"] == "error"
    assert not done.stderr


def test_check_gives_the_resolved_model_as_json_too():
    document = json.loads(typed("check", SHOP, "--resolved", "--json").stdout)
    assert document["findings"] == []
    assert "checkout" in document["resolved"]


def test_a_warning_is_no_error(tmp_path):
    file = tmp_path / "bought.yaml"
    file.write_text("name: bought\ncomponents: {api: {availability: 99.9 %, mttr: 1 h}}\n")
    done = typed("check", file)
    assert done.exit_code == 0
    assert "warning" in done.stderr


def test_parameters_and_stamped_parts_are_set_in_any_order():
    settings = ["--set", "components.eu-web.replicas=12", "--set", 'parameters.peak="8000 rps"']
    done = typed("check", "models/two_regions.yaml", "--resolved", *settings)
    assert done.exit_code == 0
    assert "  eu-web:\n    replicas: 12\n    required: 8  # from peak\n" in done.stdout
    assert "peak: 8000 rps  # from ${peak}" in done.stdout


def test_findings_about_an_included_file_name_it(tmp_path):
    (tmp_path / "part.yaml").write_text("components: {db: {replicas: 0}}\n")
    file = tmp_path / "model.yaml"
    file.write_text("name: x\ninclude: [part.yaml]\ncomponents: {web: {needs: [db]}}\n")
    (row,) = json.loads(typed("check", file, "--json").stdout)["findings"]
    assert (row["file"], row["line"], row["column"]) == (str(tmp_path / "part.yaml"), 1, 19)


def test_a_pipeline_reads_the_findings(tmp_path):
    file = tmp_path / "findings.xml"
    done = typed("check", PAIR, "--junit", file, "--set", "components.web.replicas=none")
    assert done.exit_code == 2
    assert '<failure message="components.web.replicas' in file.read_text()
    assert typed("check", PAIR, "--junit", file).exit_code == 0
    assert 'failures="0"' in file.read_text()
