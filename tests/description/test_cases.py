"""Every file of tests/cases: a rule of the language each, told by its first lines.

`# => key: text` is what the resolved system says at a key, `# ! line:column key: ...` a finding.
An invalid file has exactly these findings, a valid one these warnings and no others. Files that
cases include are in the folders `parts`; a finding in one of them begins with its name.
"""

from pathlib import Path

import pytest

from hasim.description import check, read_model, read_text, resolve, resolved_text
from hasim.description.resolved import _flow
from hasim.errors import ModelError
from hasim.system.plain import plain_system

ROOT = Path(__file__).resolve().parents[2]
CASES = Path("tests/cases")
INVALID = sorted(path.name for path in (ROOT / CASES / "invalid").glob("*.yaml"))
VALID = sorted(path.name for path in (ROOT / CASES / "valid").glob("*.yaml"))


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)  # messages show paths as they are given


def told(path: Path, mark: str) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(mark) for line in lines if line.startswith(mark)]


def findings_in(path: Path) -> list[str]:
    try:
        findings = check(read_model(path)).findings
    except ModelError as error:
        findings = error.findings
    return [
        str(finding).removeprefix(f"{path}:").replace(f"{path.parent}/", "") for finding in findings
    ]


def test_there_are_cases():
    assert len(INVALID) >= 60
    assert len(VALID) >= 30


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_model_has_exactly_these_findings(name):
    path = CASES / "invalid" / name
    assert findings_in(path) == told(path, "# ! ")
    with pytest.raises(ModelError):
        resolve(read_model(path))


@pytest.mark.parametrize("name", VALID)
def test_a_valid_model_means_this(name):
    path = CASES / "valid" / name
    assert findings_in(path) == told(path, "# ! ")
    values = plain_system(resolve(read_model(path)))
    for line in told(path, "# => "):
        key, _, text = line.partition(": ")
        found = values
        for step in key.split("."):
            found = found[step]
        assert (found if isinstance(found, str) else _flow(found)) == text


@pytest.mark.parametrize("name", VALID)
def test_the_resolved_text_of_a_valid_model_loads_to_an_equal_system(name):
    checked = check(read_model(CASES / "valid" / name))
    text = resolved_text(checked.system, checked.origins)
    again = check(read_text(text))
    assert again.system == checked.system
    assert resolved_text(again.system) == resolved_text(checked.system)
