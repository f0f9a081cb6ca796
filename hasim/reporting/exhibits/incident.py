"""An incident as what a page shows: cards, a chart, a state machine, sheets.

Rules of this file: words and layout only; what is so, the incident says.
"""

from __future__ import annotations

from contextlib import suppress

from hasim.errors import InputError
from hasim.reporting.exhibits.exhibition import Card, Cards, Chart, Picture, Sheet, Tone
from hasim.reporting.figures import Table
from hasim.reporting.incidents import Incident
from hasim.reporting.incidents.standing import ServiceStanding
from hasim.reporting.incidents.teller import show_clock
from hasim.reporting.incidents.wishes import ALL_IS_WELL
from hasim.solution.text import show_seconds
from hasim.system import System

_TONES: dict[str, Tone] = {"ok": "good", "degraded": "open", "down": "bad"}


#: Replicas of what is played on a page, where every act plays all again: two seconds.
MOST_REPLICAS = 10_000


def check_playable(system: System) -> None:
    """Refuse a system that is too large to be played on a page.

    Raises
    ------
    InputError
    """
    count = sum(one.replicas for one in system.components.values())
    if count > MOST_REPLICAS:
        raise InputError(
            f"the system has {count:,} replicas",
            f"at most {MOST_REPLICAS:,} are played here",
            "play it with `hasim trace`, or with fewer",
        )


def cards_of_services(incident: Incident) -> Cards:
    """Where each service stands.

    Parameters
    ----------
    incident : Incident
    """
    down = incident.down_s()
    return Cards(
        tuple(
            Card(
                name,
                "up" if one.is_up else f"down: {one.stage}",
                f"for {show_seconds(incident.now - one.since)}",
                f"{_tell_capacity(one)}down for {show_seconds(down[name])} in all",
                _TONES[one.tone],
            )
            for name, one in incident.services.items()
        )
    )


def _tell_capacity(one: ServiceStanding) -> str:
    if one.capacity_rps is None:
        return ""
    return f"can carry {one.capacity_rps:g} of {one.demand_rps:g} rps; "


def sheet_of_clocks(incident: Incident) -> Sheet | None:
    """What runs now; None where nothing does.

    Parameters
    ----------
    incident : Incident
    """
    rows = tuple(
        (
            one.name,
            clock.name,
            show_seconds(clock.ran_s),
            "stands still" if clock.left_s is None else show_seconds(clock.left_s),
            clock.law,
        )
        for one in incident.states().values()
        for clock in one.clocks
    )
    columns = "of", "stage", "for", "left", "drawn from"
    return Sheet("What runs now", columns, rows) if rows else None


def sheet_of_timeline(incident: Incident) -> Sheet:
    """What has happened, the last first.

    Parameters
    ----------
    incident : Incident
    """
    services = tuple(incident.services)
    rows = (
        (
            show_clock(moment.time),
            *(moment.stages.get(name, "up") for name in services),
            "; ".join(said.removeprefix("** ") for said in moment.says),
        )
        for moment in reversed(incident.moments)
    )
    return Sheet("Timeline, the newest first", ("clock", *services, "what happened"), tuple(rows))


def picture_of_machine(incident: Incident, name: str) -> Picture:
    """The state machine of a thing, with where it is now.

    Parameters
    ----------
    incident : Incident
    name : str
        Of a thing that has one.
    """
    standing = incident.states()[name]
    table = Table(
        ("stage", "ran (s)", "left (s)", "drawn from"),
        tuple((one.name, one.ran_s, one.left_s, one.law) for one in standing.clocks),
    )
    return Picture(
        f"{name}.machine",
        f"{name}: {standing.phase}; {standing.says}",
        "The marked box is where it is now. Solid arrows take the time in the box, broken ones "
        "come when something is so; ↩ leads back.",
        incident.machine(name),
        {},
        table,
    )


def chart_of_incident(incident: Incident, service: str) -> Chart | None:
    """What a service could carry in the course of it; None where nothing has happened.

    Parameters
    ----------
    incident : Incident
    service : str
    """
    figure = incident.figure(service)
    return None if figure is None else Chart.of(figure)


def sheet_of_twins(incident: Incident, component: str) -> Sheet:
    """The same incident, played until all is well, on systems that differ in one thing.

    Parameters
    ----------
    incident : Incident
    component : str
        What they differ in something about.
    """
    played = {"as it is": incident.beside(incident.system), **incident.twins(component)}
    for one in played.values():
        with suppress(InputError):  # where it never is, as far as it was played
            one.run_until(ALL_IS_WELL)
    services = tuple(incident.services)
    rows = (
        (label, *(show_seconds(one.down_s()[name]) for name in services))
        for label, one in played.items()
    )
    title = f"The same with another {component}, until all is well: down for"
    return Sheet(title, ("", *services), tuple(rows))
