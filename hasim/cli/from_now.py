"""`hasim run MODEL --from NAME=STATE --for TIME`: the risk from now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from hasim.cli.commands import end_with, read_duration
from hasim.errors import InputError, show_value

if TYPE_CHECKING:
    from hasim.system import System

_EXAMPLE = "--from db.1=down --for 72h"


def read_from_now(
    starts: Sequence[str], ahead: str | None, others: Mapping[str, object]
) -> tuple[dict[str, str], float] | None:
    """Read what is down and the time that is looked ahead; None where neither is given.

    Parameters
    ----------
    starts : sequence of str
        As typed: NAME=STATE, several with commas between.
    ahead : str or None
    others : mapping of str to object
        Options of `run` that do not go with this one, and whether each was given.

    Raises
    ------
    InputError
        Where one is given without the other, with an option that does not go with it, or where
        they cannot be read.
    """
    if not starts and ahead is None:
        return None
    if not starts:
        found, expected = "--for without --from", "what is down at the start"
        raise InputError(found, expected, f"write {_EXAMPLE}")
    if ahead is None:
        found, expected = "--from without --for", "the time that is looked ahead"
        raise InputError(found, expected, f"write {_EXAMPLE}")
    given = next((name for name, value in others.items() if value), None)
    if given is not None:
        raise InputError(f"--from and {given} together", "one of them", f"leave {given} out")
    seconds = read_duration("--for", ahead)
    if seconds == 0.0:
        raise InputError("--for 0 s looks nowhere", "a time above 0", "write --for 72h")
    down: dict[str, str] = {}
    for text in (part.strip() for one in starts for part in one.split(",")):
        item, sign, state = text.partition("=")
        if not sign or not item or not state:
            found = f"--from: {show_value(text)} does not say what is in which state"
            raise InputError(found, "NAME=down or NAME=latent", f"write {_EXAMPLE}")
        if item in down:
            raise InputError(f"--from: {item} is named twice", "each thing once", "leave one out")
        down[item] = state
    return down, seconds


def tell_from_now(
    system: System,
    down: Mapping[str, str],
    for_s: float,
    *,
    as_json: bool,
    options: Mapping[str, Any],
) -> NoReturn:
    """Print the answer and end with its exit status; options as of `risk_from_now`."""
    from hasim.planner import risk_from_now
    from hasim.reporting.prospect_table import tell_prospect

    prospect = risk_from_now(system, down=down, for_s=for_s, **options)
    end_with(prospect, tell_prospect, as_json=as_json)
