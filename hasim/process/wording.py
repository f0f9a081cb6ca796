"""A Process in words.

Theory of operation: each item has one sentence or formula. Neighbours that read alike but for their
names are told once, and so is a blame table that is asked in several places.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from hasim.process.automata import (
    Alternative,
    Automaton,
    Delay,
    Origin,
    Phase,
    Pool,
    Row,
    Schedule,
    Signal,
)
from hasim.process.blame_walk import parts_of
from hasim.process.canonical import CanonicalText
from hasim.process.formulas import MOST_TERMS, tell_node
from hasim.process.levels import Gate
from hasim.process.measures import (
    Average,
    Blame,
    ByPhase,
    Charged,
    FirstFailing,
    Label,
    Measure,
    Outages,
    Ranked,
    Rate,
    Share,
)
from hasim.units import format_duration, format_number

if TYPE_CHECKING:
    from hasim.process.network import Process

TAB = "    "


def describe(process: Process) -> str:
    """The whole Process as text for a person to read.

    Parameters
    ----------
    process : Process

    Returns
    -------
    str
        Every automaton with its phases, delays and rows, then pools, signals, schedules, levels and
        gates as formulas, and measures. `node:up` stands for the number in phase `up` of `node`.
    """
    words = _Words()
    gates = [node for node in process.nodes if isinstance(node, Gate)]
    counts = [
        _number_of(len(process.automata), "automaton", "automata"),
        _number_of(len(process.pools), "pool"),
        _number_of(len(process.signals), "signal"),
        _number_of(len(process.schedules), "schedule"),
        _number_of(len(process.nodes) - len(gates), "level"),
        _number_of(len(gates), "gate"),
        _number_of(len(process.measures), "measure"),
    ]
    lines = [f"process {process.name}: {', '.join(part for part in counts if part)}"]
    for names, body in _group_alike(process.automata, words.tell_automaton):
        lines += ["", f"automaton {names}" if "," not in names else f"automata {names}", *body]
    sections: list[tuple[str, list[str]]] = [
        ("pools", [_tell_pool(pool) for pool in process.pools]),
        ("signals", [_tell_signal(signal) for signal in process.signals]),
        ("schedules", [_tell_schedule(schedule) for schedule in process.schedules]),
        ("levels and gates", [tell_node(node) for node in process.nodes]),
        ("measures", [line for one in process.measures for line in words.tell_measure(one)]),
    ]
    for title, entries in sections:
        if entries:
            lines += ["", title, *(TAB + entry for entry in entries)]
    return "\n".join(lines)


def _number_of(count: int, singular: str, plural: str | None = None) -> str:
    if not count:
        return ""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def _group_alike(
    automata: Iterable[Automaton], tell: Callable[[Automaton], list[str]]
) -> Iterator[tuple[str, list[str]]]:
    """Yield neighbours that read alike with their common text."""
    told = ((automaton.name, tell(automaton)) for automaton in automata)
    for body, group in groupby(told, key=lambda one: one[1]):
        yield _list_some([name for name, _ in group]), body


def _list_some(names: list[str]) -> str:
    if len(names) <= MOST_TERMS:
        return ", ".join(names)
    return f"{names[0]}, {names[1]} … {names[-1]} ({len(names):,} alike)"


class _Words:
    """Sentences about automata and measures; remembers the laws and the blame tables told."""

    def __init__(self) -> None:
        self.laws: dict[int, str] = {}
        self.canonical = CanonicalText()
        self.numbers: dict[str, int] = {}

    def tell_automaton(self, automaton: Automaton) -> list[str]:
        """All lines but the first, which holds the name."""
        lines = [f"starts in {_tell_start(automaton)}"]
        if automaton.count is not None:
            lines.append(f"a population of {automaton.count:,}")
        lines += [f"made from {text}" for text in [_tell_origin(automaton.origin)] if text]
        for phase in automaton.phases:
            lines.append(f"phase {phase.name}{_tell_token(phase)}")
            if phase.immediate is not None:
                urgency = f", urgency {phase.urgency}" if phase.urgency else ""
                lines.append(f"{TAB}left at once{urgency}: {_tell_row(phase.immediate)}")
            lines += [
                TAB + self._tell_delay(one, phase.name)
                for one in automaton.delays
                if phase.name in one.phases
            ]
            lines += [
                f"{TAB}on {one.signal}: {_tell_row(one.row)}"
                for one in automaton.reactions
                if one.phase == phase.name
            ]
        return [TAB + line for line in lines]

    def _tell_delay(self, delay: Delay, phase: str) -> str:
        if phase != delay.phases[0]:
            return f"{delay.name}: as in {delay.phases[0]}"
        law = self.laws.get(id(delay.law))
        if law is None:
            law = self.laws[id(delay.law)] = str(delay.law)
        notes = [f" at speed {delay.speed}"] if delay.speed is not None else []
        notes += [", kept when interrupted"] if delay.memory == "resume" else []
        notes += [f", counted as {delay.cause}"] if delay.cause is not None else []
        return f"{delay.name} after {law}{''.join(notes)}: {_tell_row(delay.row)}"

    def tell_measure(self, measure: Measure) -> list[str]:
        """One line, and for a blame the lines of its tables below."""
        made = _tell_origin(measure.origin)
        name = measure.name + (f" (made from {made})" if made else "")
        match measure:
            case Share():
                return [f"{name}: share of time in which {measure.gate} holds"]
            case Average():
                return [f"{name}: time average of {measure.level}"]
            case Rate():
                delays = _list_some([f"{one}.{delay}" for one, delay in measure.delays])
                return [f"{name}: ends per second of {delays}"]
            case Outages():
                first = f"{name}: outages, while {measure.gate} does not hold"
                blame = [] if measure.blame is None else self._tell_blame(measure.blame)
                return [first, *(TAB + line for line in blame)]
            case _:
                assert_never(measure)

    def _tell_blame(self, blame: Blame) -> list[str]:
        """The tables, outermost first; one told before, here or elsewhere, is only named."""
        self.canonical.fold(blame)
        queue: deque[Blame] = deque()
        lines = [f"charged to {self._refer(blame, queue)}"]
        while queue:
            table = queue.popleft()
            lines.append(f"{self._refer(table, queue)}: {_tell_table(table)}")
            for way, part in parts_of(table):
                lines.append(f"{TAB}{_tell_way(way)}: {self._refer(part, queue)}")
        return lines

    def _refer(self, table: Blame, queue: deque[Blame]) -> str:
        """A label in full, or the number of a table, which joins the queue when it is new."""
        if isinstance(table, Label):
            return f"{table.stage} ({table.cause})"
        content = self.canonical.write(table)
        if content not in self.numbers:
            self.numbers[content] = len(self.numbers) + 1
            queue.append(table)
        return f"table {self.numbers[content]}"


def _tell_origin(origin: Origin) -> str:
    return f"{origin.name} by {origin.made_by}" if origin.name else ""


def _tell_start(automaton: Automaton) -> str:
    if len(automaton.start) == 1:
        return automaton.start[0][0]
    return ", ".join(f"{phase} ({format_number(share)})" for phase, share in automaton.start)


def _tell_token(phase: Phase) -> str:
    if phase.pool is None:
        return ""
    priority = f" with priority {phase.priority}" if phase.priority else ""
    return f", needs a token of {phase.pool}{priority}"


def _tell_row(row: Row) -> str:
    return "; or ".join(_tell_alternative(one) for one in row.alternatives)


def _tell_alternative(alternative: Alternative) -> str:
    words = [f"to {alternative.target}"]
    if isinstance(alternative.weight, str):
        words.append(f"with weight {alternative.weight}")
    elif alternative.weight != 1:
        words.append(f"with weight {format_number(alternative.weight)}")
    if alternative.guard is not None:
        words.append(f"if {alternative.guard}")
    if alternative.unless is not None:
        words.append(f"unless {alternative.unless}")
    if alternative.emits:
        words.append(f"emitting {', '.join(alternative.emits)}")
    if alternative.resets:
        words.append(f"forgetting {', '.join(alternative.resets)}")
    return " ".join(words)


def _tell_pool(pool: Pool) -> str:
    order = "first come first served" if pool.order == "fifo" else "by priority, then first come"
    size = (
        f"as many tokens as {pool.size}"
        if isinstance(pool.size, str)
        else _number_of(pool.size, "token")
    )
    return f"{pool.name}: {size}, {order}{', preempting' if pool.preempts else ''}"


def _tell_signal(signal: Signal) -> str:
    address = _list_some(list(signal.address)) or "nobody"
    if signal.limit is None:
        return f"{signal.name} reaches {address}"
    match signal.choose:
        case "order":
            choice = f"the first {signal.limit}"
        case "random":
            choice = f"{signal.limit} at random"
        case "longest":
            choice = f"the {signal.limit} longest in their phase"
        case _:
            assert_never(signal.choose)
    return f"{signal.name} reaches {choice} of {address}"


def _tell_schedule(schedule: Schedule) -> str:
    again = (
        "" if schedule.period is None else f" and every {format_duration(schedule.period)} after"
    )
    emits = ", ".join(schedule.emits)
    return f"{schedule.name}: at {format_duration(schedule.offset)}{again}, emitting {emits}"


def _tell_table(table: Blame) -> str:
    match table:
        case Label():
            return f"{table.stage} ({table.cause})"
        case ByPhase():
            return f"by the phase of {table.automaton}"
        case FirstFailing():
            return "by the first of these gates that does not hold"
        case Ranked():
            order = ", ".join(table.order)
            held = f"by the member that keeps {table.required} from serving"
            return f"{held}, from least to most advanced: {order}"
        case Charged():
            changes = [f"stage {table.stage}"] if table.stage is not None else []
            if table.automaton is not None:
                causes = ", ".join(f"{cause} in {phase}" for phase, cause in table.causes)
                changes.append(f"cause by the phase of {table.automaton} ({causes})")
            return f"as in the following, but with {' and '.join(changes)}"
        case _:
            assert_never(table)


def _tell_way(way: str) -> str:
    kind, _, name = way.partition(".")
    return f"{name}, waiting" if kind == "waiting" else name or kind
