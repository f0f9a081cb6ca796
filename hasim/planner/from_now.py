"""Risk from now: what may happen to the services while something is down.

Theory of operation
-------------------
What is named fails at this moment, all else having worked until now; then the model's own rules
follow, with all times drawn anew (outlook.py). The exact engine answers where it can, else
histories are simulated; the time until all is at rest, which depends on everything, is asked for
itself. What failure would end a service next is structure (endings.py).

A first look, by the reference engine and at time 0 only, says whether what was named strikes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from hasim.compiler import compile
from hasim.compiler.named_failures import BREAKING, find_failure, strike_of
from hasim.errors import InputError, RefusedError, show_value
from hasim.planner.endings import find_endings, lost_by
from hasim.planner.outlook import Figures, begin_with
from hasim.planner.prospect import EndingFailure, Prospect, ServiceProspect, WholeAgain
from hasim.process import Process
from hasim.process.strikes import Strike
from hasim.solving.histories import Effort
from hasim.stats import NOTHING_KNOWN
from hasim.system import System
from hasim.system.breakable import find_problem

State = Literal["down", "latent"]
STATES: tuple[State, ...] = ("down", "latent")

_ENGINES = ("auto", "exact", "montecarlo", "reference")

#: Share of the time that the services may take, where the rest is simulated too.
_FOR_SERVICES = 0.6

_UNKNOWN = WholeAgain(NOTHING_KNOWN, NOTHING_KNOWN, "none")


def risk_from_now(
    system: System,
    *,
    down: Mapping[str, str] | Sequence[str],
    for_s: float,
    engine: str = "auto",
    precision: float = 0.05,
    seed: int = 1,
    max_time: float = 60.0,
    threads: int | None = None,
) -> Prospect:
    """Tell what may happen to each service in some time, with some things down now.

    Parameters
    ----------
    system : System
    down : mapping of str to str, or sequence of str
        Replicas (``db.1``), domains, common causes (``db.crash.common``), with the name of the
        failure mode behind a dot where the first one is not meant (``web.1.hardware``). For each
        whether it is ``down``, which a sequence means, or ``latent``: down, and nobody knows.
    for_s : float
        Seconds that are looked ahead, above 0.
    engine : {'auto', 'exact', 'montecarlo', 'reference'}
    precision, seed, max_time, threads
        As in `hasim.solve`.

    Returns
    -------
    Prospect

    Raises
    ------
    InputError
        Where a name is nothing that can be down, or an option cannot be meant.
    RefusedError
        Where the engine that was asked for cannot answer.

    Examples
    --------
    >>> hasim.risk_from_now(system, down=["db.1"], for_s=72 * 3600.0)     # doctest: +SKIP
    """
    items = [down] if isinstance(down, str) else down
    states = dict(items) if isinstance(items, Mapping) else dict.fromkeys(items, "down")
    _check_options(states, for_s, engine)
    process = compile(system)
    named = [_read(system, process, item, state) for item, state in states.items()]
    _check_once(named)
    begun = begin_with(process, [one.strike for one in named])
    _check_strikes(begun, named)
    lost = frozenset(lost_by(system, one.automaton) for one in named)
    lost_now, endings = find_endings(system, lost, for_s)
    effort = Effort(engine, precision, seed, max_time, threads)
    answered = _answer(begun, for_s, effort)
    return Prospect(
        model=system.name,
        down=tuple(f"{item}={state}" for item, state in states.items()),
        for_s=for_s,
        services={
            name: _join(figures, name in lost_now, endings[name])
            for name, figures in answered.services.items()
        },
        whole=answered.whole,
        engine=answered.engine,
        why=answered.why,
        histories=answered.histories,
        seed=seed,
        is_precise=answered.is_precise,
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """What a user says is down."""

    item: str
    state: str
    automaton: str
    strike: Strike


@dataclass(frozen=True, slots=True)
class _Answered:
    """The figures, and how they were found."""

    services: Mapping[str, Figures]
    whole: WholeAgain
    engine: str
    why: tuple[str, ...]
    histories: int | None = None
    is_precise: bool = True


# ---------------------------------------------------------------------------- what is asked


def _check_options(states: Mapping[str, str], for_s: float, engine: str) -> None:
    if not states:
        raise InputError("nothing is down", "at least one name", 'write down=["db.1"]')
    for item, state in states.items():
        if state not in STATES:
            near = get_close_matches(str(state), STATES, 1)
            raise InputError(
                f"{item}={show_value(state)} is no state",
                f"one of {', '.join(STATES)}",
                f"write {item}={near[0] if near else STATES[0]}",
            )
    if not 0.0 < for_s < float("inf"):
        raise InputError(f"{for_s:g} s are looked ahead", "a time above 0 with an end", "give 72 h")
    if engine not in _ENGINES:
        step = "leave it out for auto"
        raise InputError(
            f"{engine} does not look ahead from now", f"one of {', '.join(_ENGINES)}", step
        )


def _read(system: System, process: Process, item: str, state: str) -> _Named:
    problem = find_problem(system, item)
    if problem is not None:
        raise problem
    automaton, delay = find_failure(process, item, write="{}=down", made_by=BREAKING)
    strike = strike_of(process, automaton, delay, hidden=state == "latent")
    if not strike.row.alternatives:
        raise _refusal(item, state)
    return _Named(item, state, automaton, strike)


def _refusal(item: str, state: str) -> InputError:
    if state == "latent":
        return InputError(
            f"{item} cannot be down unnoticed",
            "a standby of a component with standby: {latent: 10 %}",
            f"write {item}=down",
        )
    return InputError(
        f"{item} cannot fail and be noticed now",
        "something that works, and whose failures somebody notices",
        f"leave it out, or write {item}=latent",
    )


def _check_once(named: Sequence[_Named]) -> None:
    seen: dict[str, str] = {}
    for one in named:
        if one.automaton in seen:
            found = f"{one.item} and {seen[one.automaton]} are the same thing"
            raise InputError(found, "each thing once", "leave one out")
        seen[one.automaton] = one.item


def _check_strikes(begun: Process, named: Sequence[_Named]) -> None:
    """Refuse what cannot be in the state asked, such as a primary that is dead unnoticed."""
    from hasim.engines.record import SIGNAL
    from hasim.engines.reference.simulation import Simulation

    places = {automaton.name: place for place, automaton in enumerate(begun.automata)}
    struck = {
        (entry.automaton, begun.signals[entry.by].name)
        for entry in Simulation(begun, seed=0).entries
        if entry.kind == SIGNAL
    }
    for number, one in enumerate(named, start=1):
        if (places[one.automaton], f"strike {number}") not in struck:
            raise _refusal(one.item, one.state)


# ---------------------------------------------------------------------------- the answer


def _answer(begun: Process, for_s: float, effort: Effort) -> _Answered:
    if effort.engine in ("montecarlo", "reference"):
        return _play(begun, for_s, effort, (f"{effort.engine}: asked for",))
    from hasim.planner.outlook_exact import compute_services

    try:
        services = compute_services(begun, for_s)
    except RefusedError as error:
        if effort.engine == "exact":
            raise
        passed_over = _tell(error)
        why = "montecarlo: it plays many histories from now on"
        return _play(begun, for_s, effort, (passed_over, why))
    how = "exact: the chain of all that bears on a service, from now to the end of the time"
    return _with_rest(begun, effort, _Answered(services, _UNKNOWN, "exact", (how,)))


def _with_rest(begun: Process, effort: Effort, answered: _Answered) -> _Answered:
    """The answer with the time until all is at rest, simulated where it must be."""
    from hasim.planner.outlook_exact import compute_rest
    from hasim.planner.outlook_played import play_rest

    try:
        return replace(answered, whole=WholeAgain(*compute_rest(begun), "exact"))
    except RefusedError as error:
        why = (*answered.why, f"until all is at rest: {_tell(error)}")
        if effort.engine == "exact":
            return replace(answered, why=why)
    whole = WholeAgain(*play_rest(begun, effort), "montecarlo")
    return replace(answered, whole=whole, why=why)


def _play(begun: Process, for_s: float, effort: Effort, why: tuple[str, ...]) -> _Answered:
    from hasim.planner.outlook_played import play_rest, play_services

    started = time.monotonic()
    share = replace(effort, max_time=_FOR_SERVICES * effort.max_time)
    played = play_services(begun, for_s, share)
    left = max(0.0, effort.max_time - (time.monotonic() - started))
    name = "reference" if effort.engine == "reference" else "montecarlo"
    whole = WholeAgain(*play_rest(begun, replace(effort, max_time=left)), name)
    return _Answered(played.services, whole, name, why, played.histories, played.is_precise)


def _tell(error: RefusedError) -> str:
    """Why an engine was passed over, in one sentence."""
    first, *others = error.refusals
    return f"{first} (and {len(others)} more such)" if others else first


def _join(
    figures: Figures, until_repair: bool, ended_by: tuple[EndingFailure, ...]
) -> ServiceProspect:
    return ServiceProspect(
        down_now=figures.down_now,
        down_until_repair=until_repair,
        downtime_now_s=figures.downtime_now_s,
        another_outage=figures.another_outage,
        downtime_s=figures.downtime_s,
        down_at_end=figures.down_at_end,
        ended_by=ended_by,
    )
