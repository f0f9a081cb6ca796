"""Answers and findings as JUnit XML, so that a model guards a pipeline.

Rules of this file: the elements that GitLab and Jenkins both read (testsuites, testsuite, testcase,
failure, error, system-out), in which a text can hold nothing that XML does not; no times.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from hasim.errors import Finding
from hasim.reporting.money_text import show_money
from hasim.solution import Budget, Costs, ServiceAnswer, Solution, Verdict
from hasim.solution.text import show_seconds, show_share

#: What XML 1.0 has no place for.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TIMES = ("mttr", "p95_outage")


def junit_of_solution(solution: Solution) -> str:
    """Return a test case for each objective of each service, or one; and one for the budget.

    Parameters
    ----------
    solution : Solution
    """
    cases = []
    for name, answer in solution.services.items():
        class_name = f"{solution.model}.{name}"
        for objective, verdict in answer.objectives.items():
            case = _case(class_name, f"objective {objective}")
            if not verdict.met:
                _add(case, "failure", _why(name, objective, verdict, answer))
            cases.append(case)
        if not answer.objectives:
            cases.append(_case(class_name, "answered"))
    costs = solution.costs
    if costs is not None and costs.budget is not None:
        case = _case(solution.model, "budget")
        if not costs.budget.met:
            _add(case, "failure", _why_not_kept(costs, costs.budget))
        cases.append(case)
    if solution.exit_status not in (0, 1):
        case = _case(solution.model, "answer")
        _add(case, "error", solution.status.text)
        cases.append(case)
    return _document(solution.model, cases)


def junit_of_findings(findings_of: Mapping[str, Sequence[Finding]]) -> str:
    """Return a test case for each file, with a failure for each error.

    Parameters
    ----------
    findings_of : mapping of str to sequence of Finding
        By the name of the file; warnings are told beside the failures.
    """
    cases = []
    for file, findings in findings_of.items():
        case = _case("hasim check", file)
        for finding in findings:
            if finding.severity == "error":
                _add(case, "failure", str(finding))
        warnings = [str(finding) for finding in findings if finding.severity == "warning"]
        if warnings:
            SubElement(case, "system-out").text = _clean("\n".join(warnings))
        cases.append(case)
    return _document("hasim check", cases)


def junit_of_error(model: str, text: str) -> str:
    """Return a single test case that could not be carried out.

    Parameters
    ----------
    model, text : str
        Name of the file, and what is wrong.
    """
    case = _case("hasim run", model)
    _add(case, "error", text)
    return _document("hasim run", [case])


def _why(service: str, objective: str, verdict: Verdict, answer: ServiceAnswer) -> str:
    is_time = objective in _TIMES
    target = show_seconds(verdict.target) if is_time else f"{100.0 * verdict.target:.9g} %"
    bound = "at most" if is_time else "at least"
    told = "is missed" if verdict.met is False else "is not shown to be met"
    return f"{objective} of {service} {told}: {bound} {target} asked{_found(objective, answer)}"


def _why_not_kept(costs: Costs, budget: Budget) -> str:
    told = "is missed" if budget.met is False else "is not shown to be met"
    asked = show_money(budget.per_year, costs.currency)
    total = costs.total_per_year.value
    found = "" if total is None else f", {show_money(total, costs.currency)} found"
    return f"the budget {told}: at most {asked} a year asked{found}"


def _found(objective: str, answer: ServiceAnswer) -> str:
    figures = {
        "availability": answer.sla_availability or answer.availability,
        "request_availability": answer.request_availability,
        "mttr": answer.mttr_s,
        "p95_outage": answer.outage_length_s.get("p95"),
    }
    figure = figures.get(objective)
    if figure is None or figure.value is None:
        return ""
    show = show_seconds if objective in _TIMES else show_share
    low, high = (None if x is None else show(x) for x in (figure.low, figure.high))
    interval = "" if figure.exact else f" ({low or '?'} to {high or '?'})"
    return f", {show(figure.value)}{interval} found"


def _case(class_name: str, name: str) -> Element:
    return Element("testcase", {"classname": _clean(class_name), "name": _clean(name)})


def _add(case: Element, kind: str, text: str) -> None:
    first = _clean(text).split("\n")[0]
    SubElement(case, kind, {"message": first, "type": kind}).text = _clean(text)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("?", text)


def _document(name: str, cases: Sequence[Element]) -> str:
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
    }
    root = Element("testsuites", {"name": "hasim", **counts})
    suite = SubElement(root, "testsuite", {"name": _clean(name), **counts})
    suite.extend(cases)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"
