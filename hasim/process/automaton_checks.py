"""Whether automata, pools, signals and schedules are sound."""

from __future__ import annotations

import math
from typing import get_args

from hasim.errors import show_value
from hasim.laws import Exponential, Law
from hasim.process.automata import (
    Alternative,
    Automaton,
    Delay,
    Memory,
    Phase,
    Pool,
    Row,
    Schedule,
    Selection,
    Signal,
)
from hasim.process.inspection import Inspection, Key, Members, is_count, is_finite, list_names

LAWS = frozenset(get_args(Law))
MEMORIES = get_args(Memory)
SELECTIONS = get_args(Selection)
ORDERS = ("fifo", "priority")

#: Starting probabilities may miss 1 by what a sum of decimal fractions loses.
SLACK = 1e-9


def check_automata(inspection: Inspection) -> None:
    """Report what is wrong in each automaton."""
    automata = inspection.process.automata
    if not automata:
        inspection.report(("automata",), "there is no automaton", "at least one")
    inspection.refuse_repeats(("automata",), "automaton", (one.name for one in automata))
    for automaton in automata:
        members = _members_of(inspection, automaton)
        key: Key = ("automata", automaton.name)
        _check_phases(inspection, key, members)
        _check_start(inspection, key, members)
        _check_delays(inspection, key, members)
        _check_reactions(inspection, key, members)
        if automaton.count is not None:
            _check_population(inspection, key, automaton)


def check_pools(inspection: Inspection) -> None:
    """Report what is wrong in each pool."""
    pools = inspection.process.pools
    inspection.refuse_repeats(("pools",), "pool", (pool.name for pool in pools))
    for pool in pools:
        _check_pool(inspection, pool)


def check_signals(inspection: Inspection) -> None:
    """Report what is wrong in each signal."""
    signals = inspection.process.signals
    inspection.refuse_repeats(("signals",), "signal", (signal.name for signal in signals))
    places = {one.name: idx for idx, one in enumerate(inspection.process.automata)}
    for signal in signals:
        _check_signal(inspection, signal, places)


def check_schedules(inspection: Inspection) -> None:
    """Report what is wrong in each schedule."""
    schedules = inspection.process.schedules
    inspection.refuse_repeats(("schedules",), "schedule", (one.name for one in schedules))
    for schedule in schedules:
        _check_schedule(inspection, schedule)


def _members_of(inspection: Inspection, automaton: Automaton) -> Members:
    """The names inside this automaton, also where another one has taken its name."""
    members = inspection.automata[automaton.name]
    if members.automaton is automaton:
        return members
    phases = {phase.name: phase for phase in automaton.phases}
    return Members(automaton, phases, frozenset(delay.name for delay in automaton.delays))


def _check_phases(inspection: Inspection, key: Key, members: Members) -> None:
    phases = members.automaton.phases
    if not phases:
        inspection.report((*key, "phases"), "an automaton without phases", "at least one phase")
    if len(members.phases) < len(phases) or not all(members.phases):
        inspection.refuse_repeats((*key, "phases"), "phase", (phase.name for phase in phases))
    for phase in phases:
        if phase.pool is not None and phase.pool not in inspection.pools:
            inspection.miss(
                (*key, "phases", phase.name, "pool"), "pool", phase.pool, inspection.pools
            )
        if phase.immediate is not None:
            own = (*key, "phases", phase.name, "immediate")
            _check_row(inspection, own, members, phase.immediate)


def _check_start(inspection: Inspection, key: Key, members: Members) -> None:
    start = members.automaton.start
    if len(start) == 1 and start[0][1] == 1 and start[0][0] in members.phases:
        return
    key = (*key, "start")
    if not start:
        inspection.report(key, "no phase to start in", "one phase, or several with probabilities")
        return
    inspection.refuse_repeats(key, "starting phase", (phase for phase, _ in start))
    for phase, probability in start:
        if phase not in members.phases:
            inspection.miss((*key, phase), "phase", phase, members.phases)
        if not is_finite(probability) or not 0 < probability <= 1:
            found = f"a probability of {show_value(probability)}"
            inspection.report((*key, phase), found, "above 0 and at most 1", "leave out what is 0")
    if all(is_finite(probability) for _, probability in start):
        total = math.fsum(probability for _, probability in start)
        if abs(total - 1) > SLACK:
            inspection.report(key, f"the probabilities add up to {total!r}", "a sum of 1")


def _check_delays(inspection: Inspection, key: Key, members: Members) -> None:
    delays = members.automaton.delays
    if len(members.delays) < len(delays) or not all(members.delays):
        inspection.refuse_repeats((*key, "delays"), "delay", (delay.name for delay in delays))
    for delay in delays:
        delay_key = (*key, "delays", delay.name)
        _check_delay(inspection, delay_key, members, delay)
        _check_row(inspection, (*delay_key, "row"), members, delay.row)


def _check_delay(inspection: Inspection, key: Key, members: Members, delay: Delay) -> None:
    if not delay.phases:
        inspection.report((*key, "phases"), "the delay is live in no phase", "at least one phase")
    for phase in delay.phases:
        if phase not in members.phases:
            inspection.miss((*key, "phases"), "phase", phase, members.phases)
    if len(delay.phases) > 1:
        inspection.refuse_repeats((*key, "phases"), "phase", delay.phases)
    if type(delay.law) not in LAWS:
        found = f"{show_value(delay.law)} is not a law"
        inspection.report(
            (*key, "law"), found, "one of the laws of hasim.laws", "parse_law reads text"
        )
    if delay.memory not in MEMORIES:
        _report_choice(inspection, (*key, "memory"), delay.memory, MEMORIES)
    if delay.speed is not None:
        inspection.refer_to_level((*key, "speed"), delay.speed)
    if delay.cause == "":
        inspection.report(
            (*key, "cause"), "an empty name", next_step="name the cause or leave it None"
        )


def _check_reactions(inspection: Inspection, key: Key, members: Members) -> None:
    seen: set[tuple[str, str]] = set()
    for reaction in members.automaton.reactions:
        own: Key = (*key, "reactions", reaction.signal, reaction.phase)
        if reaction.signal not in inspection.signals:
            inspection.miss(own, "signal", reaction.signal, inspection.signals)
        if reaction.phase not in members.phases:
            inspection.miss(own, "phase", reaction.phase, members.phases)
        pair = (reaction.signal, reaction.phase)
        if pair in seen:
            found = "two reactions to this signal in this phase"
            inspection.report(own, found, "one", "join their alternatives in one row")
        seen.add(pair)
        _check_row(inspection, own, members, reaction.row)


def _check_row(inspection: Inspection, key: Key, members: Members, row: Row) -> None:
    if not row.alternatives:
        inspection.report(key, "a row without alternatives", "at least one")
    for number, alternative in enumerate(row.alternatives, start=1):
        if alternative.target not in members.phases:
            own = (*key, number, "target")
            inspection.miss(own, "phase", alternative.target, members.phases)
        if alternative.guard is not None and alternative.guard not in inspection.gates:
            inspection.refer_to_gate((*key, number, "guard"), alternative.guard)
        if alternative.unless is not None and alternative.unless not in inspection.gates:
            inspection.refer_to_gate((*key, number, "unless"), alternative.unless)
        _check_weight(inspection, (*key, number), alternative)
        if alternative.emits:
            inspection.refer_to_signals((*key, number, "emits"), alternative.emits)
        for delay in alternative.resets:
            if delay not in members.delays:
                inspection.miss((*key, number, "resets"), "delay", delay, members.delays)


def _check_weight(inspection: Inspection, key: Key, alternative: Alternative) -> None:
    weight = alternative.weight
    if alternative.guard is not None and alternative.guard == alternative.unless:
        found = (
            f"guard and unless are both {show_value(alternative.guard)}, so it is never eligible"
        )
        inspection.report((*key, "unless"), found, next_step="drop one of the two")
    if isinstance(weight, str):
        inspection.refer_to_level((*key, "weight"), weight)
    elif not is_finite(weight) or weight <= 0:
        found = f"a weight of {show_value(weight)}"
        expected = "a number above 0 or the name of a level"
        inspection.report((*key, "weight"), found, expected, "leave out what cannot happen")


def _check_population(inspection: Inspection, key: Key, automaton: Automaton) -> None:
    if not is_count(automaton.count, least=1):
        found = f"a population of {show_value(automaton.count)}"
        inspection.report((*key, "count"), found, "a whole number of at least 1")
    for phase in automaton.phases:
        _check_phase_of_population(inspection, (*key, "phases", phase.name), phase)
    for delay in automaton.delays:
        own = (*key, "delays", delay.name)
        if type(delay.law) in LAWS and type(delay.law) is not Exponential:
            found = f"the law of a population is {delay.law}"
            inspection.report(
                (*own, "law"), found, "exponential", "make single automata of its members"
            )
        if len(delay.phases) > 1:
            found = f"a population's delay is live in {list_names(delay.phases)}"
            inspection.report((*own, "phases"), found, "one phase", "write one delay for each")


def _check_phase_of_population(inspection: Inspection, key: Key, phase: Phase) -> None:
    step = "make single automata of its members"
    if phase.pool is not None:
        found = "a phase of a population needs a token"
        inspection.report((*key, "pool"), found, "no pool", f"{step}, or use a speed level")
    if phase.immediate is not None:
        found = "a phase of a population has an immediate row"
        inspection.report((*key, "immediate"), found, "none", step)


def _check_pool(inspection: Inspection, pool: Pool) -> None:
    key: Key = ("pools", pool.name)
    if isinstance(pool.size, str):
        inspection.refer_to_level((*key, "size"), pool.size)
    elif not is_count(pool.size, least=1):
        found = f"a pool of {show_value(pool.size)} tokens"
        inspection.report((*key, "size"), found, "a whole number of at least 1, or a level")
    if pool.order not in ORDERS:
        _report_choice(inspection, (*key, "order"), pool.order, ORDERS)
    elif pool.preempts and pool.order != "priority":
        found = "a pool that preempts serves first come first served"
        inspection.report((*key, "preempts"), found, "order priority", "set order or drop preempts")


def _check_signal(inspection: Inspection, signal: Signal, places: dict[str, int]) -> None:
    key: Key = ("signals", signal.name)
    last = -1
    for name in signal.address:
        place = places.get(name)
        if place is None:
            inspection.miss((*key, "address"), "automaton", name, places)
            continue
        if place <= last:
            found = f"{show_value(name)} comes twice or after an automaton declared later"
            inspection.report((*key, "address"), found, "each once, in order of declaration")
        last = max(last, place)
    if signal.choose not in SELECTIONS:
        _report_choice(inspection, (*key, "choose"), signal.choose, SELECTIONS)
    if signal.limit is None:
        return
    if not is_count(signal.limit, least=1):
        found = f"a limit of {show_value(signal.limit)}"
        inspection.report((*key, "limit"), found, "a whole number of at least 1, or None for all")
    for name in signal.address:
        if name in inspection.automata and inspection.automata[name].automaton.count is not None:
            found = f"{show_value(name)} is a population in an address with a limit"
            step = "drop the limit or make single automata of its members"
            inspection.report((*key, "limit"), found, "single automata only", step)


def _check_schedule(inspection: Inspection, schedule: Schedule) -> None:
    key: Key = ("schedules", schedule.name)
    if not is_finite(schedule.offset) or schedule.offset <= 0:
        found = f"a first epoch at {show_value(schedule.offset)} s"
        inspection.report((*key, "offset"), found, "a time above 0")
    period = schedule.period
    if period is not None and (not is_finite(period) or period <= 0):
        found = f"a period of {show_value(period)} s"
        inspection.report((*key, "period"), found, "a time above 0, or None for a single epoch")
    if not schedule.emits:
        inspection.report((*key, "emits"), "a schedule that emits nothing", "at least one signal")
    inspection.refer_to_signals((*key, "emits"), schedule.emits)


def _report_choice(inspection: Inspection, key: Key, value: object, known: tuple[str, ...]) -> None:
    inspection.report(
        key, f"{show_value(value)} is none of the choices", f"one of {', '.join(known)}"
    )
