"""A Process written by hand: `ProcessBuilder`.

Theory of operation: the builder collects automata, levels, gates and all else under their names, in
any order; `build` puts levels and gates in order, finds who hears each signal, and makes the frozen
Process, which checks itself. docs/process_builder.md shows it at work.

Rules of this file: things are named by text, so everything can be said before what it refers to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from hasim.errors import Finding, ModelError
from hasim.laws import Law
from hasim.process.automata import Pool, Schedule, Selection, Signal
from hasim.process.automaton_builder import AutomatonBuilder, Names, list_names, read_law
from hasim.process.levels import (
    Comparison,
    Count,
    Gate,
    Holds,
    Minimum,
    Node,
    Occupancy,
    Product,
    Quotient,
    Steps,
    Total,
)
from hasim.process.measures import Average, Blame, Measure, Outages, Rate, Share
from hasim.process.network import Process
from hasim.process.node_checks import names_read
from hasim.units import parse_duration

Term = Occupancy | Holds | str
Terms = Term | Iterable[Term] | Mapping[Occupancy, int] | Mapping[str, int] | Mapping[Term, int]


class ProcessBuilder:
    """Builds a Process by hand.

    Parameters
    ----------
    name : str

    Notes
    -----
    Times are seconds, or text with a unit such as ``30 d``. A law is a `Law` or text that names
    one, such as ``exponential(1000 h)``. A *term* is ``node["up"]``, or the name of a gate, which
    counts 1 while it holds. Methods that declare a level or a gate return its name.

    Examples
    --------
    >>> builder = ProcessBuilder("pair")
    >>> nodes = builder.units("node", 2, fails="exponential(1000 h)", repair="exponential(10 h)")
    >>> serving = builder.at_least("serving", 1, [node["up"] for node in nodes])
    >>> builder.outages("service", serving)
    >>> process = builder.build()
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._automata: list[AutomatonBuilder] = []
        self._nodes: list[Node] = []
        self._pools: list[Pool] = []
        self._signals: list[tuple[Signal, bool]] = []
        self._schedules: list[Schedule] = []
        self._measures: list[Measure] = []

    # ------------------------------------------------------------------ what moves

    def automaton(
        self,
        name: str,
        *phases: str,
        start: str | Mapping[str, float] | None = None,
        count: int | None = None,
    ) -> AutomatonBuilder:
        """Declare an automaton with its phases; what happens in them is said of what it returns.

        Parameters
        ----------
        name : str
        *phases : str
        start : str or mapping of str to float, optional
            Phase in which it starts, or phases with their probabilities; the first by default.
        count : int, optional
            Makes it a population of so many exchangeable members, kept as counts by phase. Its
            laws are exponential, its phases need no pool and have no immediate row.

        Returns
        -------
        AutomatonBuilder
        """
        if start is None:
            start = phases[0] if phases else {}
        automaton = AutomatonBuilder(name, phases, start, count)
        self._automata.append(automaton)
        return automaton

    def unit(
        self,
        name: str,
        *,
        fails: Law | str,
        repair: Law | str,
        crew: str | None = None,
        priority: int = 0,
        cause: str | None = None,
    ) -> AutomatonBuilder:
        """Declare something that is ``up`` until its ``failure`` and ``down`` until its ``repair``.

        Parameters
        ----------
        name : str
        fails, repair : Law or str
        crew : str, optional
            Pool of which a token is needed for the repair; without it repair begins at once.
        priority : int
            Order of the request for the crew; lower goes first.
        cause : str, optional
            Name under which an outage begun by its failure is counted.

        Returns
        -------
        AutomatonBuilder
        """
        unit = self.automaton(name, "up", "down")
        unit.delay("failure", "up", fails, "down", cause=cause)
        unit.delay("repair", "down", repair, "up")
        if crew is not None:
            unit.needs("down", crew, priority=priority)
        return unit

    def units(
        self,
        prefix: str,
        count: int,
        *,
        fails: Law | str,
        repair: Law | str,
        crew: str | None = None,
        priority: int = 0,
        cause: str | None = None,
    ) -> list[AutomatonBuilder]:
        """Declare `count` units alike, called ``prefix.1``, ``prefix.2`` and so on; see `unit`."""
        laws = {"fails": read_law(fails), "repair": read_law(repair)}
        names = [f"{prefix}.{number}" for number in range(1, count + 1)]
        return [
            self.unit(name, **laws, crew=crew, priority=priority, cause=cause) for name in names
        ]

    def pool(
        self, name: str, size: int | str, *, by_priority: bool = False, preempts: bool = False
    ) -> str:
        """Declare a pool of tokens (crews, spares, slots).

        Parameters
        ----------
        name : str
        size : int or str
            Number of tokens, or the name of a level that says how many there are.
        by_priority : bool
            Serve the lowest priority number first; otherwise first come first served.
        preempts : bool
            Serve by priority, and interrupt whoever has a higher priority number.

        Returns
        -------
        str
            The name.
        """
        order: Literal["fifo", "priority"] = "priority" if by_priority or preempts else "fifo"
        self._pools.append(Pool(name, size, order, preempts=preempts))
        return name

    def signal(
        self,
        name: str,
        *,
        to: Iterable[str | AutomatonBuilder] | None = None,
        limit: int | None = None,
        choose: Selection = "order",
    ) -> str:
        """Declare a signal, which rows, gates and schedules emit and automata react to.

        Parameters
        ----------
        name : str
        to : iterable, optional
            The automata that it can reach; by default all that react to it.
        limit : int, optional
            Reach at most this many of those with an eligible way; all by default.
        choose : {'order', 'random', 'longest'}
            Which of them.

        Returns
        -------
        str
            The name.
        """
        reached = () if to is None else to
        address = tuple(one if isinstance(one, str) else one.name for one in reached)
        self._signals.append((Signal(name, address, limit, choose), to is None))
        return name

    def schedule(
        self,
        name: str,
        emits: Names,
        *,
        every: float | str | None = None,
        first: float | str | None = None,
    ) -> None:
        """Declare a calendar that emits signals.

        Parameters
        ----------
        name : str
        emits : str or iterable of str
        every : float or str, optional
            Time between epochs; without it there is one epoch.
        first : float or str, optional
            Time of the first epoch; `every` by default.
        """
        period = None if every is None else _read_time(every)
        offset = period if first is None else _read_time(first)
        if offset is None:
            found = "neither `every` nor `first` is given"
            raise ModelError([Finding(None, f"schedules.{name}", found, "at least one of them")])
        self._schedules.append(Schedule(name, offset, period, list_names(emits)))

    # ------------------------------------------------------------------ what is counted

    def count(self, name: str, terms: Terms, *, constant: int = 0, unit: float = 1.0) -> str:
        """Declare a level: unit x (constant + sum of the terms).

        Parameters
        ----------
        name : str
        terms : term, iterable of terms, or mapping of term to whole number
            A mapping gives each term its weight.
        constant : int
        unit : float

        Returns
        -------
        str
            The name.
        """
        return self._add(Count(name, _weigh(terms), constant, float(unit)))

    def constant(self, name: str, value: float) -> str:
        """Declare a level that never changes; returns the name."""
        return self._add(Total(name, (), float(value)))

    def total(self, name: str, weights: Mapping[str, float], *, constant: float = 0.0) -> str:
        """Declare a level: constant + sum of weight x level; returns the name."""
        terms = tuple((level, float(weight)) for level, weight in weights.items())
        return self._add(Total(name, terms, float(constant)))

    def steps(self, name: str, level: str, first: float, later: Mapping[float, float]) -> str:
        """Declare a step table over a level.

        Parameters
        ----------
        name, level : str
        first : float
            Value below the first threshold.
        later : mapping of float to float
            Thresholds, increasing, and the value from each of them on.

        Returns
        -------
        str
            The name.
        """
        thresholds = tuple(float(threshold) for threshold in later)
        values = (float(first), *(float(value) for value in later.values()))
        return self._add(Steps(name, level, thresholds, values))

    def minimum(self, name: str, *levels: str) -> str:
        """Declare a level: the least of some levels; returns the name."""
        return self._add(Minimum(name, levels))

    def product(self, name: str, *levels: str) -> str:
        """Declare a level: the product of some levels; returns the name."""
        return self._add(Product(name, levels))

    def quotient(self, name: str, dividend: str, divisor: str, *, otherwise: float = 0.0) -> str:
        """Declare a level: one over another, `otherwise` where that is 0; returns the name."""
        return self._add(Quotient(name, dividend, divisor, float(otherwise)))

    def gate(
        self,
        name: str,
        level: str,
        comparison: Comparison,
        threshold: float,
        *,
        rises: Names = (),
        falls: Names = (),
    ) -> str:
        """Declare a gate: a level compared with a threshold.

        Parameters
        ----------
        name, level : str
        comparison : {'>=', '>', '<=', '<', '=='}
        threshold : float
        rises, falls : str or iterable of str
            Signals emitted when it begins to hold, and when it ceases to.

        Returns
        -------
        str
            The name.
        """
        emitted = (list_names(rises), list_names(falls))
        return self._add(Gate(name, level, comparison, float(threshold), *emitted))

    def at_least(
        self, name: str, required: int, terms: Terms, *, rises: Names = (), falls: Names = ()
    ) -> str:
        """Declare a gate that holds while the sum of the terms is at least `required`.

        Parameters
        ----------
        name : str
        required : int
        terms : term, iterable of terms, or mapping of term to whole number
            Counted in a level called ``name.count``.
        rises, falls : str or iterable of str
            Signals emitted when it begins to hold, and when it ceases to.

        Returns
        -------
        str
            The name.
        """
        level = self.count(f"{name}.count", terms)
        return self.gate(name, level, ">=", required, rises=rises, falls=falls)

    def all_of(self, name: str, *terms: Term, rises: Names = (), falls: Names = ()) -> str:
        """Declare a gate that holds while all terms do; see `at_least`."""
        return self.at_least(name, len(terms), terms, rises=rises, falls=falls)

    def any_of(self, name: str, *terms: Term, rises: Names = (), falls: Names = ()) -> str:
        """Declare a gate that holds while one of the terms does; see `at_least`."""
        return self.at_least(name, 1, terms, rises=rises, falls=falls)

    def none_of(self, name: str, *terms: Term, rises: Names = (), falls: Names = ()) -> str:
        """Declare a gate that holds while none of the terms does; see `at_least`."""
        level = self.count(f"{name}.count", terms)
        return self.gate(name, level, "==", 0, rises=rises, falls=falls)

    # ------------------------------------------------------------------ what is measured

    def share(self, name: str, gate: str) -> None:
        """Measure the long-run share of time in which a gate holds."""
        self._measures.append(Share(name, gate))

    def average(self, name: str, level: str) -> None:
        """Measure the long-run time average of a level."""
        self._measures.append(Average(name, level))

    def rate(self, name: str, *delays: tuple[str, str]) -> None:
        """Measure how often the given delays end, per second; ``node.ended("failure")`` is one."""
        self._measures.append(Rate(name, delays))

    def outages(self, name: str, gate: str, *, blame: Blame | None = None) -> None:
        """Measure the times in which a gate does not hold: how often, how long, and why.

        Parameters
        ----------
        name, gate : str
        blame : Blame, optional
            Table that names the stage and the cause of the time lost; see `Blame`.
        """
        self._measures.append(Outages(name, gate, blame))

    def build(self) -> Process:
        """The Process.

        Returns
        -------
        Process

        Raises
        ------
        ModelError
            All findings at once.
        """
        return Process(
            self._name,
            tuple(automaton.build() for automaton in self._automata),
            _put_in_order(self._nodes),
            tuple(self._pools),
            self._address_signals(),
            tuple(self._schedules),
            tuple(self._measures),
        )

    def _add(self, node: Node) -> str:
        self._nodes.append(node)
        return node.name

    def _address_signals(self) -> tuple[Signal, ...]:
        """The signals, each with its address in order of declaration."""
        places = {automaton.name: idx for idx, automaton in enumerate(self._automata)}
        hearers: dict[str, list[str]] = {}
        for automaton in self._automata:
            for heard in automaton.signals_heard():
                hearers.setdefault(heard, []).append(automaton.name)
        done = []
        for signal, reaches_all in self._signals:
            address = hearers.get(signal.name, []) if reaches_all else signal.address
            in_order = sorted(address, key=lambda name: places.get(name, len(places)))
            done.append(replace(signal, address=tuple(in_order)))
        return tuple(done)


def _weigh(terms: Terms) -> tuple[tuple[Occupancy | Holds, int], ...]:
    """The terms with their weights; a text is the name of a gate."""
    if isinstance(terms, str | Occupancy | Holds):
        terms = (terms,)
    pairs = terms.items() if isinstance(terms, Mapping) else ((term, 1) for term in terms)
    return tuple((Holds(term) if isinstance(term, str) else term, weight) for term, weight in pairs)


def _read_time(time: float | str) -> float:
    return parse_duration(time) if isinstance(time, str) else float(time)


def _put_in_order(nodes: list[Node]) -> tuple[Node, ...]:
    """Each node after all that it reads, otherwise as declared; a cycle is left for the checks."""
    by_name = {node.name: node for node in nodes}
    opened: set[int] = set()
    done: list[Node] = []
    for start in nodes:
        stack = [(start, False)]
        while stack:
            node, reads_are_done = stack.pop()
            if reads_are_done:
                done.append(node)
            elif id(node) not in opened:
                opened.add(id(node))
                stack.append((node, True))
                reads = [by_name[name] for name in names_read(node) if name in by_name]
                stack.extend((one, False) for one in reversed(reads))
    return tuple(done)
