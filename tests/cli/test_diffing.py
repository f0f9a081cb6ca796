"""`hasim diff`: the page, the document, exit statuses, bad input."""

import json

import pytest

from tests.cli.typed import PAIR, typed

OBJECTIVE = "services: {service: {needs: [web], objectives: {availability: 99.9 %}}}\n"


@pytest.fixture
def files(tmp_path):
    model = "name: x\ncomponents: {web: {replicas: %d, mtbf: 1000 h, mttr: 10 h}}\n" + OBJECTIVE
    for name, replicas in (("old", 2), ("new", 1)):
        (tmp_path / f"{name}.yaml").write_text(model.replace("%d", str(replicas)))
    return tmp_path / "old.yaml", tmp_path / "new.yaml"


def test_a_change_that_misses_an_objective_is_exit_status_1(files):
    done = typed("diff", *files)
    assert done.exit_code == 1
    assert "| `components.web.replicas` | `2` | `1` |" in done.stdout
    assert "met → **missed**" in done.stdout
    assert typed("diff", *reversed(files)).exit_code == 0


def test_the_document(files):
    document = json.loads(typed("diff", *files, "--json").stdout)
    assert document["format"] == 1
    assert document["keys"][0] == {"key": "components.web.replicas", "old": "2", "new": "1"}
    assert document["differences"]["service"]["unavailability"]["real"] is True


def test_the_page_can_go_to_a_file(files, tmp_path):
    page = tmp_path / "page.md"
    done = typed("diff", *files, "-o", page)
    assert (done.exit_code, done.stdout) == (1, "")
    assert page.read_text() == typed("diff", *files).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((PAIR, "no-such-file.yaml"), "no-such-file.yaml"),
        ((PAIR, PAIR, "-o", "no/such/folder/page.md"), "no/such/folder"),
        ((PAIR, PAIR, "--precision", "0"), "--precision"),
        ((PAIR, PAIR, "--set", "components.web.replica=3"), "did you mean replicas?"),
    ],
)
def test_what_cannot_be_used_is_told_without_a_traceback(words, said):
    done = typed("diff", *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not done.stdout
