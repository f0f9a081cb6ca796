"""The long run of a chain whose states have names in the user's words."""

from __future__ import annotations

from collections.abc import Callable

from hasim.engines.exact.markov.chain import Chain, Floats, Ints
from hasim.engines.exact.markov.long_run import solve_long_run
from hasim.errors import NoLongRunError


def solve_named(chain: Chain, name: str, tell: Callable[[int], str]) -> Floats:
    """Return the long-run share of time of each state.

    Parameters
    ----------
    chain : Chain
    name : str
        Whose states they are.
    tell : callable
        Number of a state -> what it is.

    Raises
    ------
    NoLongRunError
        Where it can end in one of several sets of states.
    RefusedError
        Where it is too large.
    """
    find_lasting(chain, name, tell)
    return solve_long_run(chain, sharp=False).shares


def find_lasting(chain: Chain, name: str, tell: Callable[[int], str]) -> Ints:
    """Return the states that last; arguments and refusals as of `solve_named`."""
    classes = sorted(chain.closed_classes, key=lambda states: int(states[0]))
    if len(classes) > 1:
        one, another = (tell(int(states[0])) for states in classes[:2])
        raise NoLongRunError(
            [
                f"{name} can end for ever in {one} or in {another}, so the long run depends on "
                "chance at the start"
            ]
        )
    return classes[0]
