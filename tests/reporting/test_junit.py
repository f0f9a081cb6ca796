"""JUnit XML: what pipelines read in it."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from hasim import solve
from hasim.errors import Finding
from hasim.reporting.junit import junit_of_error, junit_of_findings, junit_of_solution
from hasim.solution import Status
from tests.planner.candidates import single


def read(text):
    root = ElementTree.fromstring(text.split("?>", 1)[1])
    assert root.tag == "testsuites"
    assert [suite.tag for suite in root] == ["testsuite"]
    for key in ("tests", "failures", "errors"):
        assert root.get(key) == root[0].get(key)
    return root


def test_each_objective_is_a_test_case():
    root = read(junit_of_solution(solve(single("1 h", availability="99.9 %", p95_outage="9 h"))))
    first, second = root.iter("testcase")
    assert (first.get("classname"), first.get("name")) == ("x.service", "objective availability")
    [failure] = first
    assert failure.get("message") == (
        "availability of service is missed: at least 99.9 % asked, 99.00 % found"
    )
    assert list(second) == []
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "1", "0")


def test_a_service_without_objectives_is_one_case():
    [case] = read(junit_of_solution(solve(single("1 h")))).iter("testcase")
    assert (case.get("name"), list(case)) == ("answered", [])


@pytest.mark.parametrize("code", ["limit", "stopped", "no_outage_seen"])
def test_an_answer_that_was_cut_short_is_an_error(code):
    solution = replace(solve(single("1 h")), status=Status(code, "it took too long"))
    root = read(junit_of_solution(solution))
    assert root.get("errors") == "1"
    assert root.find(".//error").get("message") == "it took too long"


def test_each_error_of_a_check_is_a_failure_and_warnings_are_told():
    findings = [
        Finding(None, "a", "wrong\x00"),
        Finding(None, "b", "<bad> & worse"),
        Finding(None, "c", "doubtful", severity="warning"),
    ]
    root = read(junit_of_findings({"m.yaml": findings, "n.yaml": []}))
    first, second = root.iter("testcase")
    messages = [failure.get("message") for failure in first.iter("failure")]
    assert messages == ["a: wrong?", "b: <bad> & worse"]
    assert "doubtful" in first.find("system-out").text
    assert list(second) == []
    assert (root.get("tests"), root.get("failures")) == ("2", "1")


def test_what_could_not_be_carried_out_is_an_error():
    root = read(junit_of_error("m.yaml", "no such file\nand more"))
    assert root.find(".//error").get("message") == "no such file"
