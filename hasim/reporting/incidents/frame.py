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
from hasim.reporting.incidents.timeline import sayings, show_clock
from hasim.topology import placement

_WORST_LAST: tuple[Tone, ...] = ("ok", "degraded", "work", "down")


def frame_of(incident: Incident) -> dict[str, Any]:
    """Return the present of an incident.

    Parameters
    ----------
    incident : Incident

    Returns
    -------
    dict
        ``now_s``, ``clock``, ``is_well``; ``marks`` by identifier of a node of the canvas, each a
        ``phase``, a ``tone`` (ok, degraded, work, down) and a ``label``; ``services`` by name;
        ``clocks``: what runs, with ``of``, ``name``, ``law``, ``ran_s`` and ``left_s``; ``says``,
        the sentences of the last moment; ``script`` and ``command``.
    """
    standings = incident.states()
    moments = incident.moments
    return {
        "now_s": incident.now,
        "clock": show_clock(incident.now),
        "is_well": incident.is_well,
        "marks": dict(_marks(incident, standings)),
        "services": {
            name: {**asdict(one), "tone": one.tone} for name, one in incident.services.items()
        },
        "clocks": [
            {"of": one.name, **asdict(clock)} for one in standings.values() for clock in one.clocks
        ],
        "says": list(sayings(moments[-1])) if moments else [],
        "script": incident.script(),
        "command": incident.command,
    }


def _marks(
    incident: Incident, standings: Mapping[str, Standing]
) -> Iterator[tuple[str, dict[str, str]]]:
    for name, service in incident.services.items():
        phase = "up" if service.is_up else service.stage or "down"
        yield f"service:{name}", _mark(phase, service.tone, phase)
    for name, one in standings.items():
        if one.kind in (COMPONENT, DOMAIN):
            yield f"{one.kind}:{name}", _mark(one.phase, one.tone, f"{one.phase}: {one.says}")
    for component, places in placement(incident.system).items():
        inside: dict[str, list[Standing]] = {}
        for number, place in enumerate(places, start=1):
            if place.domain is not None:
                inside.setdefault(place.domain, []).append(standings[f"{component}.{number}"])
        for domain, replicas in inside.items():
            yield f"member:{component}:{domain}", _mark_of_all(replicas)


def _mark_of_all(replicas: Iterable[Standing]) -> dict[str, str]:
    """What some replicas of a component are together, in one domain."""
    worst_first = sorted(replicas, key=lambda one: -_WORST_LAST.index(one.tone))
    worst = worst_first[0]
    all_alike = worst_first[-1].tone == worst.tone
    told = ", ".join(f"{one.name} {one.phase}" for one in worst_first if one.tone != "ok")
    return _mark(worst.phase, worst.tone if all_alike else "degraded", told or worst.phase)


def _mark(phase: str, tone: Tone, label: str) -> dict[str, str]:
    return {"phase": phase, "tone": tone, "label": label}
