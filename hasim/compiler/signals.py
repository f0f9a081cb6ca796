"""The names of signals, in one place: emitters and listeners are made by different passes."""

from __future__ import annotations

from hasim.compiler.plan import Group, Mode


def begins(item: str, mode: Mode) -> str:
    """A replica or domain fails by a mode; to those who remember causes."""
    return f"{item}.{mode.name} begins"


def strikes_begin(mode: Mode) -> str:
    """A common cause strikes; to those who remember causes."""
    return f"{mode.common} begins"


def strikes(mode: Mode) -> str:
    """A common cause strikes; to the group."""
    return f"{mode.common} strikes"


def is_found(mode: Mode) -> str:
    """The event is found; to those it struck."""
    return f"{mode.common} is found"


def ends(mode: Mode) -> str:
    """The event is over; to those it struck."""
    return f"{mode.common} ends"


def sees(mode: Mode) -> str:
    """A struck replica was found dead; to its event."""
    return f"{mode.common} is seen"


def chain_finds(group: Group) -> str:
    """The `detect` of a failover chain has ended; to what it was started by."""
    return f"{group.name} failure is found"


def found_dead(replica: str) -> str:
    """A replica was picked and is dead; to it."""
    return f"{replica} is found dead"


def takes_over(replica: str) -> str:
    """A replica is picked and is the primary from now on."""
    return f"{replica} takes over"


def is_spurious(group: Group) -> str:
    """A group fails over by mistake; to those who remember causes."""
    return f"{group.name} fails over by mistake"


def is_fenced(group: Group, link: str) -> str:
    """A standby fences its primary since a link is cut; to the group's controller."""
    return f"{group.name} is fenced for {link}"


def takes_note(signal: str) -> str:
    """A controller has heard a signal; to those who remember causes."""
    return f"{signal} now"


def goes_back(group: Group) -> str:
    """The first replica has been back for long enough; to its group's controller."""
    return f"{group.name} goes back"


def ends_after(tolerance: str, cause: str) -> str:
    """A tolerance ends for a need that a cause took away; to those who remember causes."""
    return f"{tolerance} ends after {cause}"


def is_tested(group: Group) -> str:
    """The standbys of a group are tested."""
    return f"{group.name} is tested"


def takes_out(work: str, replica: str) -> str:
    """Planned work takes a replica out; to those who remember causes."""
    return f"{work} takes {replica} out"


def stops(change: str) -> str:
    """A change takes its whole scope down; to those who remember causes."""
    return f"{change} stops its scope"


def is_due(work: str) -> str:
    """The calendar begins planned work; to it."""
    return f"{work} is due"


def is_over(work: str, phase: str) -> str:
    """The calendar ends a phase of planned work; to it."""
    return f"{work}: {phase} is over"


def is_drilled(group: Group, game_day: str) -> str:
    """The standbys of a group are looked at on a game day."""
    return f"{group.name} has its {game_day}"
