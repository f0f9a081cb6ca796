"""Until when an incident is to be played: what a user says, as a test of the present.

Rules of this file: a test looks at standings only; words that say nothing are refused with those
that would.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches

from hasim.errors import InputError, show_value
from hasim.reporting.incidents.standing import ServiceStanding, Standing
from hasim.units import parse_duration

Standings = Mapping[str, Standing]
Services = Mapping[str, ServiceStanding]
Test = Callable[[Services, Standings], bool]

#: What says that all works and nothing is in progress.
ALL_IS_WELL = "all is well"

_EXAMPLES = '"checkout is up", "checkout is down", "db is in promote", "all is well" or "2 h"'
_EXPECTED = f"words such as {_EXAMPLES}"


def read_moment(wish: str | float) -> float | None:
    """The seconds from the start that a wish names; None where it is none of that kind."""
    if isinstance(wish, str):
        if " is " in wish or not wish[:1].isdigit():
            return None
        return parse_duration(wish)
    return float(wish)


def read_wish(wish: str, services: Services, standings: Standings) -> Test:
    """The test that a wish is.

    Parameters
    ----------
    wish : str
        ``checkout is up``, ``db.1 is down``, ``db is in promote`` or ``all is well``.
    services, standings : mapping
        What there is.

    Raises
    ------
    InputError
        Where it says nothing, or names what there is not.
    """
    if wish == ALL_IS_WELL:
        return is_well
    name, verb, word = wish.partition(" is ")
    if not verb or not word:
        found = f"{show_value(wish)} is nothing to play until"
        raise InputError(found, _EXPECTED, 'write "all is well"')
    if name not in services and name not in standings:
        near = get_close_matches(name, [*services, *standings], 1, 0.5)
        step = f'write "{(near or [*services])[0]} is {word}"'
        raise InputError(f"{show_value(name)} is nothing of this system", _EXPECTED, step)
    return _test_of(name, word, services)


def is_well(services: Services, standings: Standings) -> bool:
    """Whether all works and nothing is in progress."""
    tones = [*(one.tone for one in services.values()), *(one.tone for one in standings.values())]
    return all(tone == "ok" for tone in tones)


def _test_of(name: str, word: str, services: Collection[str]) -> Test:
    if word in ("up", "down"):
        if name in services:
            return lambda services, _: services[name].is_up == (word == "up")
        return lambda _, standings: (standings[name].tone in ("ok", "degraded")) == (word == "up")
    phase = word.removeprefix("in ")
    if name in services:
        return lambda services, _: services[name].stage == phase
    return lambda _, standings: name in standings and standings[name].phase == phase
