"""`hasim check`: all findings about a model at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

import click

from hasim.cli.commands import (
    JSON,
    JUNIT,
    SET,
    USAGE,
    check_writable,
    guarded,
    read_draft,
    refuse_model,
    write_file,
)
from hasim.errors import Finding, ModelError


@click.command()
@click.argument("model")
@click.option("--resolved", is_flag=True, help="Print the model with every default and its origin.")
@SET
@JUNIT
@JSON
@guarded
def check(
    model: str, *, resolved: bool, settings: tuple[str, ...], junit: str | None, as_json: bool
) -> None:
    """Say all that is wrong or doubtful about a model.

    Findings go to stderr, one a line: file:line:column key: found; expected; next step. Exit
    status: 0 no errors, 2 errors.

    Example: hasim check models/shop.yaml --resolved
    """
    from hasim.description import check as check_draft
    from hasim.description import resolved_text

    if junit is not None:
        refuse_model("--junit", junit, model)
        check_writable(junit)
        refuse_model("--junit", junit, model)
    text = None
    try:
        checked = check_draft(read_draft(model, settings))
        findings = checked.findings
        if resolved and checked.system is not None:
            text = resolved_text(checked.system, checked.origins)
    except ModelError as error:
        findings = error.findings
    if junit is not None:
        from hasim.reporting.junit import junit_of_findings

        write_file(junit, junit_of_findings({model: findings}))
    failed = any(finding.severity == "error" for finding in findings)
    if as_json:
        click.echo(_document(model, findings, None if failed else text))
    else:
        _tell(model, findings, failed=failed, text=text)
    sys.exit(USAGE if failed else 0)


def _tell(model: str, findings: Iterable[Finding], *, failed: bool, text: str | None) -> None:
    for finding in findings:
        click.echo(str(finding), err=True)
    if failed:
        return
    click.echo(f"{model}: no errors\n" if text is None else text, nl=False)


def _document(model: str, findings: Iterable[Finding], resolved: str | None) -> str:
    rows = [_row(finding) for finding in findings]
    document: dict[str, object] = {"format": 1, "model": model, "findings": rows}
    if resolved is not None:
        document["resolved"] = resolved
    return json.dumps(document, indent=1)


def _row(finding: Finding) -> dict[str, object]:
    place = finding.place
    return {
        "severity": finding.severity,
        "file": None if place is None else place.file,
        "line": None if place is None else place.line,
        "column": None if place is None else place.column,
        "key": finding.key,
        "found": finding.found,
        "expected": finding.expected,
        "next_step": finding.next_step,
        "text": str(finding),
    }
