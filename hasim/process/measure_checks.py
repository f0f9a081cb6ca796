"""Whether measures and their blames are sound."""

from __future__ import annotations

from typing import assert_never

from hasim.errors import show_value
from hasim.process.blame_coverage import check_coverage
from hasim.process.blame_walk import parts_of, walk_inside_out
from hasim.process.inspection import Inspection, Key, is_count, list_names
from hasim.process.measures import (
    Average,
    Blame,
    ByPhase,
    Charged,
    FirstFailing,
    Label,
    Outages,
    Ranked,
    Rate,
    Share,
)


def check_measures(inspection: Inspection) -> None:
    """Report what is wrong in each measure."""
    measures = inspection.process.measures
    inspection.refuse_repeats(("measures",), "measure", (measure.name for measure in measures))
    walked: set[int] = set()
    for measure in measures:
        key: Key = ("measures", measure.name)
        match measure:
            case Share():
                inspection.refer_to_gate((*key, "gate"), measure.gate)
            case Average():
                inspection.refer_to_level((*key, "level"), measure.level)
            case Rate():
                _check_rate(inspection, key, measure)
            case Outages():
                inspection.refer_to_gate((*key, "gate"), measure.gate)
                if measure.blame is not None:
                    _check_blame(inspection, (*key, "blame"), measure.blame, walked)
            case _:
                assert_never(measure)
    if not inspection.findings:
        check_coverage(inspection)


def _check_rate(inspection: Inspection, key: Key, rate: Rate) -> None:
    key = (*key, "delays")
    if not rate.delays:
        inspection.report(key, "a rate of no delays", "at least one pair of automaton and delay")
    seen: set[tuple[str, str]] = set()
    for automaton, delay in rate.delays:
        members = inspection.automata.get(automaton)
        if members is None:
            inspection.miss(key, "automaton", automaton, inspection.automata)
        elif delay not in members.delays:
            inspection.miss(key, "delay", delay, members.delays, owner=automaton)
        elif (automaton, delay) in seen:
            found = f"{show_value(delay)} of {show_value(automaton)} is counted twice"
            inspection.report(key, found, "each delay once")
        seen.add((automaton, delay))


def _check_blame(inspection: Inspection, key: Key, blame: Blame, walked: set[int]) -> None:
    """Check each table once; its key is the way by which it was reached first."""
    stages: dict[int, frozenset[str]] = {}
    keys = _keys_of_tables(key, blame, walked)
    for table in walk_inside_out(blame):
        own = keys.get(id(table), key)
        stages[id(table)] = _stages_of(table, stages)
        if id(table) in walked:
            continue
        walked.add(id(table))
        match table:
            case Label():
                if not table.stage or not table.cause:
                    inspection.report(own, "a label without stage or cause", "both named")
            case ByPhase():
                _check_by_phase(inspection, own, table)
            case FirstFailing():
                _check_first_failing(inspection, own, table)
            case Ranked():
                _check_ranked(inspection, own, table, stages)
            case Charged():
                _check_charged(inspection, own, table)
            case _:
                assert_never(table)


def _keys_of_tables(key: Key, blame: Blame, walked: set[int]) -> dict[int, Key]:
    """The way to each table that is not checked yet."""
    keys = {id(blame): key}
    stack = [blame]
    while stack:
        table = stack.pop()
        for words, part in parts_of(table):
            if id(part) not in keys and id(part) not in walked:
                # A key of every table on the way would grow as deep as needs are nested.
                keys[id(part)] = (*key, "...", words) if table is not blame else (*key, words)
                stack.append(part)
    return keys


def _stages_of(table: Blame, stages: dict[int, frozenset[str]]) -> frozenset[str]:
    """Every stage that a table can answer; its parts are in `stages` already."""
    match table:
        case Label():
            return frozenset((table.stage,))
        case Charged() if table.stage is not None:
            return frozenset((table.stage,))
        case _:
            return frozenset[str]().union(*{stages[id(part)] for _, part in parts_of(table)})


def _check_by_phase(inspection: Inspection, key: Key, table: ByPhase) -> None:
    members = inspection.automata.get(table.automaton)
    if members is None:
        inspection.miss((*key, "automaton"), "automaton", table.automaton, inspection.automata)
        return
    if members.automaton.count is not None:
        found = f"{show_value(table.automaton)} is a population, which is in many phases at once"
        inspection.report((*key, "automaton"), found, "a single automaton")
    if not table.cases and not table.waiting:
        inspection.report((*key, "cases"), "a table without cases", "at least one")
    inspection.refuse_repeats((*key, "cases"), "case", (phase for phase, _ in table.cases))
    inspection.refuse_repeats((*key, "waiting"), "case", (phase for phase, _ in table.waiting))
    for phase, _ in table.cases:
        inspection.refer_to_phase((*key, "cases"), table.automaton, phase)
    for phase, _ in table.waiting:
        found_phase = inspection.refer_to_phase((*key, "waiting"), table.automaton, phase)
        if found_phase is not None and found_phase.pool is None:
            found = f"waiting for a token in {show_value(phase)}, which needs none"
            inspection.report((*key, "waiting"), found, "a phase with a pool", "move it to cases")


def _check_first_failing(inspection: Inspection, key: Key, table: FirstFailing) -> None:
    if not table.cases and table.otherwise is None:
        inspection.report((*key, "cases"), "a table without cases", "at least one")
    inspection.refuse_repeats((*key, "cases"), "case", (gate for gate, _ in table.cases))
    for gate, _ in table.cases:
        inspection.refer_to_gate((*key, "cases"), gate)


def _check_ranked(
    inspection: Inspection, key: Key, table: Ranked, stages: dict[int, frozenset[str]]
) -> None:
    for gate, _ in table.members:
        inspection.refer_to_gate((*key, "members"), gate)
    if not is_count(table.required, least=1) or table.required > len(table.members):
        found = f"{show_value(table.required)} of {len(table.members)} members required"
        inspection.report((*key, "required"), found, "at least 1 and at most the members")
    inspection.refuse_repeats((*key, "order"), "stage", table.order)
    missing = _stages_of(table, stages).difference(table.order)
    if missing:
        found = f"members can be in {list_names(sorted(missing))}, which the order leaves out"
        inspection.report((*key, "order"), found, "every stage that a member can be in")


def _check_charged(inspection: Inspection, key: Key, table: Charged) -> None:
    if table.stage is None and table.automaton is None:
        found = "neither the stage nor the cause is replaced"
        inspection.report(key, found, next_step="write the inner blame alone")
    if (table.automaton is None) != (not table.causes):
        found = "an automaton without causes, or causes without an automaton"
        inspection.report((*key, "causes"), found, "both or neither")
    if table.automaton is None:
        return
    inspection.refuse_repeats((*key, "causes"), "case", (phase for phase, _ in table.causes))
    for phase, _ in table.causes:
        inspection.refer_to_phase((*key, "causes"), table.automaton, phase)
    members = inspection.automata.get(table.automaton)
    if members is not None and members.automaton.count is not None:
        found = f"{show_value(table.automaton)} is a population, which is in many phases at once"
        inspection.report((*key, "automaton"), found, "a single automaton")
