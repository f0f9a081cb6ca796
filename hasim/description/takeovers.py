"""Reading how another replica takes over: standbys, failovers, quorums."""

from __future__ import annotations

import re

from hasim.description.draft import Value
from hasim.description.failing import read_occurrence
from hasim.description.needs import read_failback, read_needs
from hasim.description.reading import Group, Section, read_count, read_period
from hasim.description.vocabulary import SESSIONS, STANDBY_RATES, names_of, suggestion
from hasim.errors import InputError, show_value
from hasim.laws import Fixed
from hasim.system import Failover, NeedName, Redundancy, Sessions, Standby
from hasim.units import parse_probability


def read_witnesses(section: Section, group: Group) -> int:
    """How many replicas of a quorum vote and never lead."""
    if group.redundancy != "quorum":
        _refuse_key(section, "witnesses", "quorum")
        return 0
    witnesses = section.take("witnesses", read_count, 0)
    if group.replicas is not None and witnesses >= group.replicas:
        found = f"{witnesses} witnesses among {group.replicas} replicas: nobody can lead"
        step = f"set witnesses to {group.replicas - 1} or fewer"
        section.error("witnesses", found, "", step)
        return 0
    return witnesses


def check_takeover(section: Section, group: Group) -> None:
    """Find groups in which nobody can take over, and quorums that are no use."""
    if group.redundancy == "active-passive":
        _check_active_passive(section, group)
    elif group.redundancy == "quorum" and group.replicas is not None:
        _check_quorum(section, group.replicas)


def _check_quorum(section: Section, replicas: int) -> None:
    """Warn of a quorum that its size serves badly."""
    if replicas == 2:
        found = "a quorum of two: it stops when either is lost"
        section.ledger.warn(
            section.at("replicas"), found, "", "set replicas to 3, or add a witness"
        )
    elif replicas % 2 == 0:
        found = f"a quorum of {replicas} tolerates no more losses than one of {replicas - 1}"
        step = f"set replicas to {replicas - 1} or {replicas + 1}"
        section.ledger.warn(section.at("replicas"), found, "", step)
    elif replicas == 1:
        found = "a quorum of one replica"
        section.error("redundancy", found, "at least 2", "set replicas to 3")


def _check_active_passive(section: Section, group: Group) -> None:
    if group.replicas == 1:
        found = "active-passive with one replica: nothing stands by"
        section.error("redundancy", found, "at least 2", "set replicas to 2")
    if not section.has("failover") and section.at("preset") not in section.ledger.faults:
        found = "active-passive does not say how the standby takes over"
        step = "write failover: instant, or failover: {detect: 30 s, promote: 20 s}"
        section.error("redundancy", found, "", step)


def read_standby(section: Section, redundancy: Redundancy) -> Standby | None:
    """What those that do not lead are like; of a quorum they are hot."""
    if redundancy != "active-passive":
        _refuse_key(section, "standby", "active-passive")
        return Standby() if redundancy == "quorum" else None
    value = section.values.get("standby")
    inner = Section(section.ledger, section.at("standby"), {})
    if isinstance(value, dict):
        inner = section.section("standby", "standby")
    rate = inner.take("rate", parse_probability, 1.0)
    if section.has("standby") and not isinstance(value, dict):
        rate = section.take("standby", _read_temperature, 1.0)
        inner.ledger.origins[inner.at("rate")] = f"from {value}"
    return Standby(
        rate=rate,
        latent=inner.take("latent", parse_probability, 0.0),
        test=inner.take("test", read_period, None),
    )


def _read_temperature(value: Value) -> float:
    if not isinstance(value, str) or value not in STANDBY_RATES:
        step = suggestion(value, STANDBY_RATES) if isinstance(value, str) else ""
        expected = "expected hot, warm, cold, or {rate: 50 %, latent: 10 %, test: 30 d}"
        raise InputError(f"{show_value(value)} is no standby", expected, step)
    return STANDBY_RATES[value]


def read_failover(
    section: Section, standby: Standby | None, group: Group, witnesses: int
) -> Failover | None:
    """The chain of a component that has standbys; of a quorum, by which it elects a leader."""
    if standby is None:
        _refuse_key(section, "failover", "active-passive")
        return None
    value = section.values.get("failover")
    inner = Section(section.ledger, section.at("failover"), {})
    if isinstance(value, str) and value != "instant":
        found, expected = f"{show_value(value)} is no failover", "expected instant, or a mapping"
        error = InputError(found, expected, "write {detect: 30 s, promote: 20 s}")
        section.ledger.refuse(section.at("failover"), error)
    elif section.has("failover") and value != "instant":
        inner = section.section("failover", "failover")
    failover = Failover(
        detect=inner.detection("detect", Fixed(0.0)) or Fixed(0.0),
        decide=inner.step("decide"),
        fence=inner.step("fence"),
        promote=inner.step("promote"),
        switch=inner.step("switch"),
        rebuild=inner.step("rebuild"),
        coverage=inner.take("coverage", parse_probability, 1.0),
        manual=inner.law("manual", "fixed", None),
        needs=read_needs(inner, "needs"),
        prefer=_read_prefer(inner, str(section.path[-1]), group, witnesses),
        failback=read_failback(inner),
        block=inner.law("block", "fixed", None),
        spurious=inner.take("spurious", read_occurrence(inner), None),
        sessions=inner.take("sessions", _read_sessions, None),
    )
    if failover.sessions is not None and not section.has("tls"):
        found = f"sessions: {failover.sessions}, and nothing says what connecting costs"
        step = "write tls: {clients: 50000, handshake: 1 ms, cores: 8}"
        inner.error("sessions", found, "it goes with tls of the component", step)
    if value == "instant":
        for key in names_of("failover"):
            inner.ledger.origins[inner.at(key)] = "from instant"
    _check_failover(section, failover, standby)
    return failover


def _read_sessions(value: Value) -> Sessions:
    for sessions in SESSIONS:
        if value == sessions:
            return sessions
    raise InputError(show_value(value), f"expected {' or '.join(SESSIONS)}")


def _check_failover(section: Section, failover: Failover, standby: Standby) -> None:
    path = section.at("failover")
    known_to_be_wrong = section.ledger.is_touched(path) or not section.has("failover")
    if standby.rate == 0 and failover.promote == Fixed(0.0) and not known_to_be_wrong:
        found = "a cold standby that starts in no time"
        section.ledger.error(path, found, "promote is above 0 s", "write {promote: 5 min}")
    for need in failover.needs:
        if isinstance(need, NeedName) and need.name == section.path[-1]:
            found = f"the failover of {need.name} waits for {need.name} itself"
            section.ledger.error((*path, "needs"), found, "", "remove it")


def _read_prefer(section: Section, name: str, group: Group, witnesses: int) -> tuple[int, ...]:
    """The numbers of the replicas that are picked first."""
    if not section.has("prefer"):
        return ()
    value, path = section.values["prefer"], section.at("prefer")
    if not isinstance(value, list):
        section.error("prefer", show_value(value), "expected replicas", f"write [{name}.2]")
        return ()
    numbers: list[int] = []
    for i, entry in enumerate(value):
        number = _number_of(entry, name)
        if number is None or (group.replicas is not None and number > group.replicas):
            expected = f"there are {name}.1 to {name}.{group.replicas or 'n'}"
            section.ledger.error((*path, i), f"there is no replica {show_value(entry)}", expected)
        elif group.replicas is not None and number > group.replicas - witnesses:
            found = f"{entry} is a witness, which never leads"
            expected = f"those that can lead are {name}.1 to {name}.{group.replicas - witnesses}"
            section.ledger.error((*path, i), found, expected, "remove it")
        elif number in numbers:
            section.ledger.error((*path, i), f"{entry} stands here twice", "", "remove it")
        else:
            numbers.append(number)
    return tuple(numbers)


def _number_of(entry: Value, name: str) -> int | None:
    match = re.fullmatch(r"(.+)\.([1-9][0-9]{0,5})", entry) if isinstance(entry, str) else None
    return int(match[2]) if match and match[1] == name else None


def _refuse_key(section: Section, key: str, redundancy: Redundancy) -> None:
    unclear = {section.at("redundancy"), section.at("preset")} & section.ledger.faults
    if section.has(key) and not unclear:
        found = f"{key} where all replicas serve"
        if section.values.get("redundancy") is not None:
            found = f"{key} beside redundancy: {section.values['redundancy']}"
        step = f"add redundancy: {redundancy}, or remove {key}"
        section.error(key, found, f"it belongs to {redundancy}", step)
