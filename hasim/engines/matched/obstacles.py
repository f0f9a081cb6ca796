"""What the engine matched refuses beforehand, each in one sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hasim.engines.exact.modules import Module, hears_schedules
from hasim.engines.exact.renewal import stays_in_step
from hasim.laws import Law
from hasim.process import Automaton, Delay, Process

#: A squared coefficient of variation above this is more than the bands were tried with.
MOST_VARIATION = 10.0

#: Two of a module that go round with a smaller coefficient of variation keep the distance they
#: started with for so long that stages, which forget it sooner, are far off.
LEAST_SPREAD = 0.2

#: Of the delays that begin together one that is first more rarely does not set the pace.
ONCE_IN_A_WHILE = 0.01

#: From so many on outages may need more than two down at once.
MANY = 3

Where = tuple[str, str]


def find_refusals(
    process: Process, modules: Sequence[Module], laws: Mapping[Law, Sequence[Where]]
) -> Iterator[str]:
    """Yield a sentence for each thing that stands in the way.

    Parameters
    ----------
    process : Process
    modules : sequence of Module
        Those that are not answered exactly.
    laws : mapping of Law to sequence of (str, str)
        Laws to replace, with the automata and delays that have them.
    """
    yield from _tell_variation(process, laws)
    yield from _tell_clocks(process, modules)
    for module in modules:
        yield from _tell_regular([process.automata[index] for index in module.automata])


def find_doubts(
    process: Process, modules: Iterable[Module], laws: Mapping[Law, Sequence[Where]]
) -> Iterator[str]:
    """Yield a sentence for each thing for which a band may be off, if nothing else has checked it.

    Where three or more have to be down at once, and wait for one another, the third and higher
    moments of their repairs matter, which a replacement does not keep.

    Parameters
    ----------
    process, modules, laws
        As of `find_refusals`.
    """
    named = {automaton.name: automaton for automaton in process.automata}
    for law, places in laws.items():
        if law.variance <= law.mean**2:
            continue
        for module in modules:
            members = {process.automata[index].name for index in module.automata}
            among = [where for where in places if where[0] in members]
            if len(among) >= MANY:
                who = tell_place(named, among[0])
                yield f"{who} varies so much that its band is not sure for {MANY} or more"


def tell_place(named: Mapping[str, Automaton], where: Where) -> str:
    """Return a delay in the user's words."""
    automaton, delay = where
    return f"{delay} of {named[automaton].origin.name or automaton}"


def _tell_variation(process: Process, laws: Mapping[Law, Sequence[Where]]) -> Iterator[str]:
    named = {automaton.name: automaton for automaton in process.automata}
    for law, places in laws.items():
        if not law.mean > 0.0:
            yield f"{tell_place(named, places[0])} takes no time, which no stage can stand for"
        elif law.variance > MOST_VARIATION * law.mean**2:
            cv = math.sqrt(law.variance) / law.mean
            who = tell_place(named, places[0])
            yield f"{who} varies too much (cv {cv:.3g}) for its band to be known"


def _tell_clocks(process: Process, modules: Iterable[Module]) -> Iterator[str]:
    modules = list(modules)
    if any(hears_schedules(process, module) for module in modules):
        for schedule in process.schedules:
            name = schedule.origin.name or schedule.name
            yield f"{name} follows a calendar, which is not taken together with replaced laws"
    for module in modules:
        for automaton in (process.automata[index] for index in module.automata):
            if stays_in_step(automaton):
                name = automaton.origin.name or automaton.name
                yield f"{name} goes round in fixed times, so it may keep in step with others"


def _tell_regular(automata: Iterable[Automaton]) -> Iterator[str]:
    regular = [one for one in automata if _spread(one) < LEAST_SPREAD]
    if len(regular) > 1:
        first, second = (one.origin.name or one.name for one in regular[:2])
        yield f"{first} and {second} go round so regularly that they keep in step for long"


def _spread(automaton: Automaton) -> float:
    """Coefficient of variation of a round; infinite where it waits for others to begin one.

    A round is one of the delays that run from the start, and all that never run beside it. Of those
    that end first often enough the most regular counts.
    """
    begun = [delay for delay in automaton.delays if automaton.runs_from_start(delay)]
    return min(
        (_spread_of(automaton, life) for life in begun if _may_be_first(life, begun)),
        default=math.inf,
    )


def _may_be_first(life: Delay, begun: Iterable[Delay]) -> bool:
    """Whether a delay ends before the others that begin with it more than once in a while."""
    others = (delay.law.survival(life.law.mean) for delay in begun if delay is not life)
    return math.prod(others) > ONCE_IN_A_WHILE


def _spread_of(automaton: Automaton, life: Delay) -> float:
    whole = (life, *automaton.apart_from(life))
    mean = math.fsum(delay.law.mean for delay in whole)
    variance = math.fsum(delay.law.variance for delay in whole)
    return math.sqrt(variance) / mean if mean > 0.0 else math.inf
