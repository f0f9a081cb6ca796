"""An incident played through on one or more candidates, again and again.

Theory of operation
-------------------
In a replay only the incident plays: no failure comes by itself, as the clocks of all of them stand
practically still. What fails is struck at its moment (process/strikes.py); detection, failover and
repair follow by the model's own rules, with times drawn from their laws. Where the incident says
until when something was down, its own repair never ends, and it is brought back at that moment. So
a history differs from the next by its draws only, and many of them give a mean with an interval.

All candidates draw the same numbers for what they have in common (engines/keys.py), and a
difference is the mean of the differences of histories with the same number.

Rules of this file: the reference engine plays, so that the outages of each history are known; an
outage that takes no time is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hasim.compiler import compile
from hasim.compiler.named_failures import (
    BREAKING,
    find_failure,
    phases_of_mode,
    strike_of,
    working_phases,
)
from hasim.engines.keys import keys_of, shortest_means
from hasim.errors import Finding, InputError, ModelError
from hasim.laws import Fixed
from hasim.planner.outlook import services_of
from hasim.process import Automaton, Delay, Process
from hasim.process.strikes import Strike, with_strikes
from hasim.stats import Estimate
from hasim.stats.samples import estimate_mean
from hasim.system import Event, Scenario, System
from hasim.system.breakable import find_problem

#: Version of the document.
FORMAT = 1

#: Histories of each candidate, where nobody says how many.
REPEATS = 100

#: Seconds after which what is switched off would end: longer than any scenario.
_NEVER = Fixed(1e12)


@dataclass(frozen=True, slots=True)
class Suffered:
    """What a service suffers in an incident; means over the histories.

    Parameters
    ----------
    outages : Estimate
        How many begin.
    down_s, longest_s : Estimate
        Seconds down in all, and in the longest outage.
    longer_s : Estimate or None
        Seconds down more than with the first candidate; None for that one, and where it has no such
        service.
    """

    outages: Estimate
    down_s: Estimate
    longest_s: Estimate
    longer_s: Estimate | None

    def to_dict(self) -> dict[str, Any]:
        """Return the figures by name."""
        return {
            "outages": self.outages.to_dict(),
            "down_s": self.down_s.to_dict(),
            "longest_s": self.longest_s.to_dict(),
            "longer_s": None if self.longer_s is None else self.longer_s.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Replay:
    """What the candidates suffer in an incident.

    Parameters
    ----------
    scenario : str
        Its name.
    lasts_s : float
    repeats, seed : int
    candidates : mapping of str to mapping of str to Suffered
        By candidate, then by service.
    """

    scenario: str
    lasts_s: float
    repeats: int
    seed: int
    candidates: Mapping[str, Mapping[str, Suffered]]

    def to_dict(self) -> dict[str, Any]:
        """Return the document."""
        return {
            "format": FORMAT,
            "scenario": self.scenario,
            "lasts_s": self.lasts_s,
            "repeats": self.repeats,
            "seed": self.seed,
            "candidates": {
                candidate: {name: one.to_dict() for name, one in services.items()}
                for candidate, services in self.candidates.items()
            },
        }


def replay(
    candidates: Mapping[str, System],
    scenario: Scenario,
    *,
    name: str = "",
    repeats: int = REPEATS,
    seed: int = 1,
) -> Replay:
    """Play an incident through on each candidate.

    Parameters
    ----------
    candidates : mapping of str to System
        By name; differences are to the first.
    scenario : Scenario
    name : str
        Of the scenario, for people.
    repeats : int
        Histories of each, at least 1.
    seed : int

    Returns
    -------
    Replay

    Raises
    ------
    ModelError
        With everything that fails in the scenario and cannot in a candidate.
    """
    if repeats < 1:
        raise InputError(f"{repeats} repeats", "1 or more", "write 100")
    check_names(candidates, scenario)
    played = {
        candidate: _play_all(incident, scenario.lasts, repeats, seed)
        for candidate, incident in incidents_of(candidates, scenario).items()
    }
    first = next(iter(played.values()))
    is_first = {candidate: place == 0 for place, candidate in enumerate(played)}
    found = {
        candidate: {
            service: _summarise(rows, None if is_first[candidate] else first.get(service))
            for service, rows in services.items()
        }
        for candidate, services in played.items()
    }
    return Replay(name, scenario.lasts, repeats, seed, found)


def check_names(candidates: Mapping[str, System], scenario: Scenario) -> None:
    """Refuse a scenario that names what a candidate has not.

    Raises
    ------
    ModelError
        With all of it.
    """
    items = dict.fromkeys(event.fail for event in scenario.events)
    findings = [
        Finding(None, candidate, problem.found, problem.expected, problem.next_step)
        for candidate, system in candidates.items()
        for item in items
        if (problem := find_problem(system, item)) is not None
    ]
    if findings:
        raise ModelError(findings)


@dataclass(frozen=True, slots=True, eq=False)
class Incident:
    """An incident of one candidate.

    Parameters
    ----------
    process : Process
        In which only the incident plays.
    keys : ndarray of KEY
        By which it draws the numbers that all candidates share.
    """

    process: Process
    keys: NDArray[np.void]


def incidents_of(candidates: Mapping[str, System], scenario: Scenario) -> dict[str, Incident]:
    """Return what is played of each candidate.

    Parameters
    ----------
    candidates : mapping of str to System
    scenario : Scenario
        All that fails in it can fail in each of them.
    """
    processes = {name: _incident(system, scenario) for name, system in candidates.items()}
    means = shortest_means(processes.values())
    return {name: Incident(one, keys_of(one, means)) for name, one in processes.items()}


def _incident(system: System, scenario: Scenario) -> Process:
    process = compile(system)
    strikes: list[Strike] = []
    ended: set[tuple[str, str]] = set()
    for event in scenario.events:
        automaton, mode = find_failure(process, event.fail, write="{}", made_by=BREAKING)
        shown = strike_of(process, automaton, mode, hidden=False)
        strike = (
            shown if shown.row.alternatives else strike_of(process, automaton, mode, hidden=None)
        )
        strikes.append(replace(strike, time=event.at))
        if event.until is not None:
            strikes.append(_return(process, automaton, mode, event))
            ended.add((automaton, mode))
    return with_strikes(quieten(process, ended), strikes)


def quieten(process: Process, ended: Set[tuple[str, str]] = frozenset()) -> Process:
    """Return the Process in which nothing fails by itself.

    Parameters
    ----------
    process : Process
    ended : set of (str, str)
        Automata and failure modes of which nothing is repaired by itself either.
    """
    automata = tuple(_quieten(one, ended) for one in process.automata)
    return replace(process, automata=automata)


def _return(process: Process, automaton: str, mode: str, event: Event) -> Strike:
    """The end of a failure at the moment that the incident says."""
    owner = next(one for one in process.automata if one.name == automaton)
    assert event.until is not None
    back = next(delay for delay in owner.delays if _brings_back(owner, mode, delay))
    return Strike(automaton, phases_of_mode(owner, mode), back.row, event.until)


def _brings_back(owner: Automaton, mode: str, delay: Delay) -> bool:
    """Whether the end of a delay is the end of a failure by a mode."""
    works = working_phases(owner)
    returns = all(way.target in works for way in delay.row.alternatives)
    return returns and set(delay.phases) <= set(phases_of_mode(owner, mode))


def _quieten(owner: Automaton, ended: Set[tuple[str, str]]) -> Automaton:
    """An automaton that does not fail by itself, nor come back where the incident says when."""
    modes = [mode for name, mode in ended if name == owner.name]

    def is_off(delay: Delay) -> bool:
        return delay.cause is not None or any(_brings_back(owner, mode, delay) for mode in modes)

    delays = (replace(one, law=_NEVER) if is_off(one) else one for one in owner.delays)
    return replace(owner, delays=tuple(delays))


# ---------------------------------------------------------------------------- histories

#: Outages, seconds down and the longest outage of each history.
Rows = NDArray[np.float64]


def _play_all(incident: Incident, until: float, repeats: int, seed: int) -> Mapping[str, Rows]:
    """What each service suffers in each history."""
    services = services_of(incident.process)
    rows = {service: np.zeros((repeats, 3)) for service in services}
    for number in range(repeats):
        lengths: dict[str, list[float]] = {service: [] for service in services}
        for service, length in _outages(incident, until, seed, number):
            lengths[service].append(length)
        for service, some in lengths.items():
            rows[service][number] = len(some), sum(some), max(some, default=0.0)
    return rows


def _outages(
    incident: Incident, until: float, seed: int, number: int
) -> Iterator[tuple[str, float]]:
    """Yield the outages of one history: the service and the seconds."""
    from hasim.engines.reference.simulation import Simulation

    services = services_of(incident.process)
    begun: dict[str, float] = {}
    history = Simulation(incident.process, seed=seed, replication=number, keys=incident.keys)
    for instant in history.instants(before=until):
        for service, gate in services.items():
            if not instant.gates[gate]:
                begun.setdefault(service, instant.time)
            elif service in begun and (length := instant.time - begun.pop(service)) > 0.0:
                yield service, length
    yield from ((service, until - time) for service, time in begun.items())


def _summarise(rows: Rows, first: Rows | None) -> Suffered:
    outages, down, longest = (_not_below_zero(_estimate(rows[:, column])) for column in range(3))
    longer = None if first is None else _estimate(rows[:, 1] - first[:, 1])
    return Suffered(outages, down, longest, longer)


def _estimate(values: Rows) -> Estimate:
    """The mean; exact where all histories are alike, since then nothing that was drawn matters."""
    found = estimate_mean(values)
    is_same = len(values) > 1 and found.low is None and found.value is not None
    return Estimate.of_exact(found.value) if is_same and found.value is not None else found


def _not_below_zero(estimate: Estimate) -> Estimate:
    low = estimate.low
    return estimate if low is None else replace(estimate, low=max(low, 0.0))
