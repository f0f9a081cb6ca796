"""Typical parts of systems: entries of the catalogue as the model language reads them.

Rules of this file: a preset is read by a system of one component that names it, so that its values
mean here what they mean in a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hasim.description import SystemBuilder
from hasim.description.catalogue import Entry, Fact, Grade, find_entry
from hasim.system import Component, Domain, Failover, FailureMode, Standby

MODE_KEYS = ("after", "rate", "repair", "detect", "common_cause")
"""The keys of a failure mode that presets fill in."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Some figures of an entry of the catalogue, in words.

    Parameters
    ----------
    entry : str
    text : str
        What they say.
    keys : tuple of str
        The last keys of values, and the names of facts, that are used.
    """

    entry: str
    text: str
    keys: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.text} ({self.entry})"

    @property
    def grades(self) -> set[Grade]:
        """Their grades; empty where they are no figures but what the thing is."""
        return {grade for grade, _ in self._supports()}

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of what they rest on."""
        return tuple(source for _, sources in self._supports() for source in sources)

    def _supports(self) -> Iterable[tuple[Grade, tuple[str, ...]]]:
        for one in typical_entry(self.entry).figures:
            name = one.name if isinstance(one, Fact) else one.key[-1]
            if name in self.keys and one.grade is not None:
                yield one.grade, one.sources


def typical_entry(name: str) -> Entry:
    """The entry of a name that there is."""
    entry = find_entry(name)
    assert entry is not None, f"the catalogue has no {name}"
    return entry


@cache
def typical_failover(name: str) -> Failover:
    """The failover of a preset of failovers."""
    failover = _pair(failover={"preset": name}).failover
    assert failover is not None
    return failover


@cache
def typical_standby(name: str) -> Standby:
    """The standby of a preset of standbys."""
    standby = _pair(failover="instant", standby={"preset": name}).standby
    assert standby is not None
    return standby


@cache
def typical_mode(name: str) -> FailureMode:
    """The failure mode of a preset of modes, of which only what the preset fills in counts."""
    known = {value.key[0] for value in typical_entry(name).values}
    mode = {"preset": name}
    if not known & {"after", "rate"}:
        mode["after"] = "90 d"
    if "repair" not in known:
        mode["repair"] = "4 h"
    return _one(replicas=2, failures={"mode": mode}).failures["mode"]


@cache
def typical_failures(name: str, replicas: int = 1) -> Mapping[str, FailureMode]:
    """The failure modes of a preset of components."""
    return _one(preset=name, replicas=replicas).failures


@cache
def typical_domain(name: str) -> Domain:
    """A domain of a preset of domains."""
    builder = SystemBuilder("typical").domain("place", preset=name)
    return builder.component("one", spread=["place"]).build().domains["place"]


def _pair(**keys: Any) -> Component:
    return _one(replicas=2, redundancy="active-passive", mtbf="90 d", mttr="4 h", **keys)


def _one(**keys: Any) -> Component:
    return SystemBuilder("typical").component("one", **keys).build().components["one"]
