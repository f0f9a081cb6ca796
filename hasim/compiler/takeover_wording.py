"""Takeovers in the user's words: changeovers, tolerances, relocations, splits, blocks.

Rules of this file
------------------
1. Each function takes what all tellers take (wording.py), and needs no more than the automaton.
"""

from __future__ import annotations

from collections.abc import Mapping

from hasim.compiler import changeover, relocation, split_brain, tolerance
from hasim.compiler.failover_gates import BLOCKED
from hasim.compiler.serving import OUT, before_return, on, runs_on, starts_on
from hasim.process import Automaton


def tell_changeover(
    _words: object, automaton: Automaton, phase: str, _kind: str, _before: str
) -> str | None:
    """Changeovers: the steps from one alternative to the next."""
    title = automaton.origin.name
    if phase.endswith(before_return("").removeprefix(on(""))):
        return f"{title}: the first one is back; it may be returned to"
    if phase.startswith(on("")):
        return f"{title}: {phase.removeprefix(on(''))} is in use"
    return _tell_step(title, phase, _CHANGEOVER_TEXTS)


def tell_tolerance(
    _words: object, automaton: Automaton, phase: str, _kind: str, before: str
) -> str | None:
    """Tolerances: serving on without what is needed."""
    title = automaton.origin.name
    if phase == tolerance.MISSING:
        return f"{title}: what is needed is missing, and missed for a time only"
    if phase == OUT:
        return f"{title} is over"
    return f"{title}: what is needed is back" if before == tolerance.MISSING else None


def tell_relocation(
    _words: object, automaton: Automaton, phase: str, _kind: str, before: str
) -> str | None:
    """Relocations: where a replica runs, and the steps to another host."""
    replica = automaton.origin.name
    if phase.startswith(runs_on("")):
        host = phase.removeprefix(runs_on(""))
        return f"{replica} runs on{' ' if before.startswith('start') else ' still '}{host}"
    if phase.startswith(starts_on("")):
        return f"{replica} is being started on {phase.removeprefix(starts_on(''))}"
    return _tell_step(replica, phase, _RELOCATION_TEXTS)


def _tell_step(title: str, phase: str, texts: Mapping[str, str]) -> str | None:
    """A phase that is a step from somewhere: the text of the step, with that place in it."""
    for step, text in texts.items():
        if phase.endswith(f" {step}"):
            return f"{title}: {text.format(phase.removesuffix(f' {step}'))}"
    return None


def tell_split(
    _words: object, automaton: Automaton, phase: str, _kind: str, before: str
) -> str | None:
    """Splits: what a standby does that is parted from its primary."""
    group = automaton.origin.name
    if phase == split_brain.TWO:
        return f"{group} has two primaries"
    if phase == split_brain.FENCED:
        return f"a standby of {group} fences its primary, which it does not reach"
    if phase == split_brain.TOGETHER:
        return f"{group} has one primary again" if before == split_brain.TWO else None
    return f"a standby of {group} takes its primary for dead ({phase})"


def tell_block(
    _words: object, automaton: Automaton, phase: str, kind: str, _before: str
) -> str | None:
    """The guard against flapping."""
    over = phase != BLOCKED and kind == "delay"
    return f"{automaton.origin.name} may fail over by itself again" if over else None


_CHANGEOVER_TEXTS = {
    changeover.DETECT: "the loss of {} is being detected",
    changeover.SWITCH: "changing to {}",
    changeover.MANUAL: "the change from {} does not work by itself; people take over",
    changeover.STUCK: "the change from {} does not work, and nobody takes over; waiting for it",
    changeover.FAILBACK: "going back to {}",
    changeover.WAIT: "nothing takes the place of {}; waiting",
}


_RELOCATION_TEXTS = {
    relocation.DETECT: "the loss of {} is being detected",
    relocation.DECIDE: "{} is lost; deciding whether to give it up",
    relocation.WAIT: "no host carries it; waiting",
}
