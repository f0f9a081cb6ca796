"""One automaton written by hand: phases first, then what happens in each.

Rules of this file: what is written is only collected; whether it is sound is asked once, when the
Process is built. A phase must be declared before something is said of it, so that a slip of the pen
makes a finding and not one more phase.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import NoReturn

from hasim.errors import Finding, ModelError, show_value
from hasim.laws import Law, LawError, parse_law
from hasim.process.automata import (
    Alternative,
    Automaton,
    Delay,
    Memory,
    Phase,
    Reaction,
    Row,
)
from hasim.process.levels import Occupancy
from hasim.units import UnitError, format_duration, parse_duration

Names = str | Iterable[str]
Way = str | Alternative


def go(
    target: str,
    *,
    when: str | None = None,
    unless: str | None = None,
    weight: float | str = 1.0,
    emits: Names = (),
    resets: Names = (),
) -> Alternative:
    """One way to go, where naming the target alone is not enough.

    Parameters
    ----------
    target : str
        Phase that is entered.
    when, unless : str, optional
        Gate that must hold, gate that must not.
    weight : float or str
        A number, such as a probability, or the name of a level. A way of weight 0 is left out of
        its row, so that a coverage of 100 % can be written like any other.
    emits, resets : str or iterable of str
        Signals emitted; delays of this automaton whose kept work is discarded.

    Returns
    -------
    Alternative
    """
    return Alternative(target, when, unless, weight, list_names(emits), list_names(resets))


class AutomatonBuilder:
    """An automaton in the making; `ProcessBuilder.automaton` gives one.

    ``node["up"]`` is the occupancy of phase ``up``: 1 while the automaton is in it, else 0 (for a
    population the number of its members there). It is what levels count.
    """

    def __init__(
        self, name: str, phases: Iterable[str], start: str | Mapping[str, float], count: int | None
    ) -> None:
        self.name = name
        self._phases = [Phase(phase) for phase in phases]
        self._start = {start: 1.0} if isinstance(start, str) else dict(start)
        self._count = count
        self._delays: list[Delay] = []
        self._reactions: list[Reaction] = []

    def __getitem__(self, phase: str) -> Occupancy:
        return Occupancy(self.name, phase)

    def waiting(self, phase: str) -> Occupancy:
        """Occupancy of a phase while the token that it needs is waited for."""
        return Occupancy(self.name, phase, "waiting")

    def holding(self, phase: str) -> Occupancy:
        """Occupancy of a phase while the token that it needs is held."""
        return Occupancy(self.name, phase, "holding")

    def ended(self, delay: str) -> tuple[str, str]:
        """The ends of a delay, for `ProcessBuilder.rate`."""
        return (self.name, delay)

    def needs(self, phase: str, pool: str, *, priority: int = 0) -> None:
        """Let a phase need a token of a pool: its delays run only while it is held.

        Parameters
        ----------
        phase, pool : str
        priority : int
            Lower goes first, in a pool of order ``priority``.
        """
        self._change(phase, pool=pool, priority=priority)

    def immediate(self, phase: str, *ways: Way, urgency: int = 0) -> None:
        """Let a phase be left without time passing, as soon as one of the ways is eligible.

        Parameters
        ----------
        phase : str
        *ways : str or Alternative
            Target phases, or `go` where more is to be said.
        urgency : int
            Lower goes first among immediate moves of one instant.
        """
        changed = self._change(phase, immediate=_make_row(ways), urgency=urgency)
        if changed.immediate is not None:
            found = "a second immediate row for one phase"
            self._refuse(("phases", phase, "immediate"), found, "one", "join them in one call")

    def delay(
        self,
        name: str,
        phases: Names,
        law: Law | str,
        *ways: Way,
        memory: Memory = "restart",
        speed: str | None = None,
        cause: str | None = None,
    ) -> None:
        """Let a delay race in one or more phases.

        Parameters
        ----------
        name : str
        phases : str or iterable of str
            Where it is live.
        law : Law or str
            Text names its law: ``exponential(1000 h)``, ``uniform(low 1 min, high 5 min)``.
        *ways : str or Alternative
            Where its end leads: target phases, or `go` where more is to be said.
        memory : {'restart', 'resume'}
            Whether unfinished work is discarded on leaving its phases or kept for the next time.
        speed : str, optional
            Level at which the clock advances.
        cause : str, optional
            Name under which an outage begun by its end is counted.

        Raises
        ------
        LawError
            If the text is no law, or a bare duration, which could be fixed or a mean.
        """
        live = list_names(phases)
        row = _make_row(ways)
        self._delays.append(Delay(name, live, read_law(law), row, memory, speed, cause))

    def on(self, signal: str, phases: Names, *ways: Way) -> None:
        """Let a signal move the automaton out of one or more phases.

        Parameters
        ----------
        signal : str
            Declared by `ProcessBuilder.signal`.
        phases : str or iterable of str
        *ways : str or Alternative
            Where it leads; the signal changes nothing while none of them is eligible.
        """
        row = _make_row(ways)
        self._reactions += [Reaction(signal, phase, row) for phase in list_names(phases)]

    def signals_heard(self) -> list[str]:
        """The signals that it reacts to, each once."""
        return list(dict.fromkeys(reaction.signal for reaction in self._reactions))

    def build(self) -> Automaton:
        """The automaton as it is now."""
        return Automaton(
            self.name,
            tuple(self._phases),
            tuple((phase, float(share)) for phase, share in self._start.items()),
            tuple(self._delays),
            tuple(self._reactions),
            self._count,
        )

    def _change(self, name: str, **changes: object) -> Phase:
        """Change a declared phase and return it as it was."""
        for idx, phase in enumerate(self._phases):
            if phase.name == name:
                self._phases[idx] = replace(phase, **changes)  # type: ignore[arg-type]  # by field
                return phase
        known = [phase.name for phase in self._phases]
        similar = get_close_matches(name, known, n=1)
        step = f"write {similar[0]}" if similar else "declare it in `automaton`"
        found = f"there is no phase {show_value(name)}"
        self._refuse(("phases", name), found, f"one of {', '.join(known)}", step)

    def _refuse(self, key: tuple[str, ...], found: str, expected: str, step: str) -> NoReturn:
        dotted = ".".join(("automata", self.name, *key))
        raise ModelError([Finding(None, dotted, found, expected, step)])


def read_law(law: Law | str) -> Law:
    """The law that a text names; a law is returned as it is."""
    if not isinstance(law, str):
        return law
    try:
        length = format_duration(parse_duration(law))
    except UnitError:
        return parse_law(law, bare="fixed")
    expected = "a text that names its law"
    step = f"write fixed({length}) or exponential({length})"
    raise LawError(f"{show_value(law)} could be a fixed time or a mean", expected, step)


def list_names(names: Names) -> tuple[str, ...]:
    """One name or several as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)


def _make_row(ways: Iterable[Way]) -> Row:
    """The row of some ways, without those of weight 0."""
    alternatives = (go(way) if isinstance(way, str) else way for way in ways)
    return Row(tuple(one for one in alternatives if one.weight != 0))
