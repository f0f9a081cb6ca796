"""`hasim verify`: what it prints, its exit status, and progress."""

import io
import json
import sys
from dataclasses import replace

from hasim.cli import verifying
from hasim.conformance import CASES, ENGINES
from tests.cli.typed import typed


def test_a_system_is_verified():
    done = typed("verify", "b01", "B10")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "B01  The bridge network"
    assert lines[-2] == "8 answers: 5 right, 3 refused, 0 wrong"
    assert done.stderr == ""


def test_the_document():
    done = typed("verify", "C05", "--json")
    document = json.loads(done.stdout)
    assert (done.exit_code, document["wrong"], document["right"]) == (0, 0, 2)
    assert {cell["case"] for cell in document["cells"]} == {"C05"}


def test_what_is_wrong_is_told_with_status_1(monkeypatch):
    case = next(case for case in CASES if case.id == "A09")
    monkeypatch.setattr("hasim.conformance.CASES", (replace(case, value=0.99),))
    done = typed("verify")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-2:] == [
        "WRONG A09 availability, exact: 0.999899989997 instead of 0.99",
        "1 answers: 0 right, 0 refused, 1 wrong",
    ]


def test_an_unknown_case_is_told():
    done = typed("verify", "Z99")
    assert done.exit_code == 2
    assert done.stderr.startswith("there is no case Z99; one of A01, A05,")


def test_the_engines_of_the_command_are_those_of_the_suite():
    assert verifying._ENGINES == ENGINES


def test_progress_is_for_terminals(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    with verifying._shown_progress(7) as tell:
        tell(CASES[0], "exact")
    assert sys.stderr.getvalue() == "\r\x1b[K1/7 exact A01\r\x1b[K"
