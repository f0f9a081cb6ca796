"""Long-run figures of independent automata by looking at every combination of their phases.

What a combination means is taken from the reference engine; nothing is merged or left out.
"""

import itertools
import math

from hasim.engines.reference.measuring import find_blame
from hasim.engines.reference.state import State


class Snapshot:
    """The part of a Simulation that a blame asks for, in a given combination of phases."""

    def __init__(self, process, phases):
        self._state = State(process)
        for actor, phase in zip(self._state.actors.values(), phases, strict=True):
            actor.phase = phase
            actor.counts[phase] = 1
        self._state.compute_nodes()

    def phase_of(self, automaton):
        return self._state.actors[automaton].phase

    def waits(self, automaton):
        return self._state.actors[automaton].waits

    def value(self, node):
        return self._state.values[node]

    def label(self, blame):
        found = find_blame(blame, self)
        return None if found is None else (found.stage, found.cause)


def combinations(process, parts):
    """Yield (chance, states by part, snapshot) for every combination."""
    names = [[phase.name for phase in a.phases] for a in process.automata]
    for states in itertools.product(*(range(len(part.shares)) for part in parts)):
        chance = math.prod(float(p.shares[s]) for p, s in zip(parts, states, strict=True))
        phases = [""] * len(names)
        for part, state in zip(parts, states, strict=True):
            (automaton,) = part.automata
            phases[automaton] = names[automaton][state]
        yield chance, states, Snapshot(process, phases)


def chances_of(process, parts, read):
    """Long-run share of time of each value of `read(snapshot)`."""
    shares = {}
    for chance, _, snapshot in combinations(process, parts):
        value = read(snapshot)
        shares[value] = shares.get(value, 0.0) + chance
    return shares


def changes_of(process, parts, read):
    """How often each (value before, value after, automaton, delay) happens, per second."""
    found = {states: (chance, read(snap)) for chance, states, snap in combinations(process, parts)}
    rates = {}
    for states, (chance, before) in found.items():
        for place, part in enumerate(parts):
            for flow in part.flows:
                if flow.source != states[place] or chance == 0.0:
                    continue
                after = found[(*states[:place], flow.target, *states[place + 1 :])][1]
                if after != before:
                    key = before, after, flow.automaton, flow.delay
                    share = float(part.shares[flow.source])
                    rates[key] = rates.get(key, 0.0) + chance / share * flow.rate
    return rates
