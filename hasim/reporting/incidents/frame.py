"""One moment of an incident as JSON-able data, for a canvas and a page beside it.

Rules of this file: identifiers are those of the canvas; nothing here is computed that the standings
do not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from hasim.reporting.incidents.incident import Incident
from hasim.reporting.incidents.standing import COMPONENT, DOMAIN, Standing, Tone
from hasim.reporting.incidents.teller import UNNOTICED, show_clock
from hasim.topology import placement

#: What replicas of a component in one domain are on the canvas.
_MEMBER = "member"

_WORST_LAST: tuple[Tone, ...] = ("ok", "degraded", "work", "down")


def frame_of(incident: Incident) -> dict[str, Any]:
    """Return the present of an incident.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    dict
        ``now_s``, ``clock``, ``is_well``; ``marks`` by identifier of a node of the canvas that is
        not well, each a ``phase``, a ``tone`` (degraded, work, down) and a ``label``, which may be
        empty; ``services`` by name;
        ``clocks``: what runs, with ``of``, ``name``, ``law``, ``ran_s`` and ``left_s``; ``says``,
        the sentences of the last moment; ``script`` and ``command``.
    """
    standings = incident.states()
    moments = incident.moments
    return {
        "now_s": incident.now,
        "clock": show_clock(incident.now),
        "is_well": incident.is_well,
        "marks": {node: mark for node, mark in _marks(incident, standings) if mark["tone"] != "ok"},
        "services": {
            name: {**asdict(one), "tone": one.tone} for name, one in incident.services.items()
        },
        "clocks": [
            {"of": one.name, **asdict(clock)} for one in standings.values() for clock in one.clocks
        ],
        "says": list(moments[-1].says) if moments else [],
        "script": incident.script(),
        "command": incident.command,
    }


def victims_at(incident: Incident, element: str | None) -> dict[str, str]:
    """Return what can be killed now of an element of the canvas; of all where it is None.

    Parameters
    ----------
    incident : Incident
    element : str or None
        Such as ``component:db``, ``domain:a`` or ``member:web:a``.

    Returns
    -------
    dict of str to str
        What each is in words, by its name.
    """
    victims = incident.victims()
    if element is None:
        return victims
    kind, name, *rest = element.split(":")
    places = placement(incident.system).get(name, ())
    inside = {
        f"{name}.{number}" for number, place in enumerate(places, start=1) if place.domain in rest
    }

    def is_of(victim: str) -> bool:
        if kind == _MEMBER:
            return victim.removesuffix(UNNOTICED) in inside
        return victim.partition(".")[0] == name

    return {victim: words for victim, words in victims.items() if is_of(victim)}


def thing_at(incident: Incident, element: str | None) -> str:
    """Return what the state machine of an element of the canvas is that of.

    Parameters
    ----------
    incident : Incident
    element : str or None
        None, or what has none: where most goes on now.
    """
    standings = incident.states()
    known = [name for name in standings if incident.has_machine(name)]
    name = "" if element is None else element.split(":")[1]
    if name in known:
        return name

    def goes_on(name: str) -> tuple[bool, int, bool]:
        one = standings[name]
        return bool(one.clocks), _WORST_LAST.index(one.tone), one.kind == COMPONENT

    return max(known, key=goes_on, default="")


def _marks(
    incident: Incident, standings: Mapping[str, Standing]
) -> Iterator[tuple[str, dict[str, str]]]:
    for name, service in incident.services.items():
        phase = "short" if service.is_up else service.stage or "down"
        yield f"service:{name}", _mark(phase, service.tone)
    for name, one in standings.items():
        if one.kind == COMPONENT:
            yield f"component:{name}", _mark(one.phase, one.tone, one.says.partition(";")[0])
        elif one.kind == DOMAIN:
            yield f"domain:{name}", _mark(one.phase, one.tone)
    for component, places in placement(incident.system).items():
        inside: dict[str, list[Standing]] = {}
        for number, place in enumerate(places, start=1):
            if place.domain is not None:
                inside.setdefault(place.domain, []).append(standings[f"{component}.{number}"])
        for domain, replicas in inside.items():
            yield f"{_MEMBER}:{component}:{domain}", _mark_of_all(replicas)


def _mark_of_all(replicas: Iterable[Standing]) -> dict[str, str]:
    """What some replicas of a component are together, in one domain."""
    worst_first = sorted(replicas, key=lambda one: -_WORST_LAST.index(one.tone))
    worst, number = worst_first[0], sum(one.tone != "ok" for one in worst_first)
    if number == len(worst_first):
        return _mark(worst.phase, worst.tone)
    return _mark(worst.phase, "degraded" if number else "ok", f"{number} of {len(worst_first)}")


def _mark(phase: str, tone: Tone, label: str = "") -> dict[str, str]:
    return {"phase": phase, "tone": tone, "label": label}
