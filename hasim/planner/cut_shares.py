"""What share of the downtime each cut set explains: gates and measures added to the Process.

Theory of operation
-------------------
For each lot of events that are alike a count says how many of them last; a cut set is complete
while all its counts are reached. Measured is the share of time in which it is complete *and* the
service is down, so that no share exceeds the downtime, also where a need is tolerated for a while.
In a model without dynamics this is the cut set's probability, and its share of the downtime the
Fussell-Vesely importance of the cut set (Vesely et al. 1981, NUREG-0492, ch. XI). What is left,
down while no cut set is complete, is time in which something is taking over, starting, changing
over or being deployed, or a larger set is complete.

Rules of this file
------------------
1. Only gates and `Share` measures are added: what was there goes on as before.
2. Several cut sets may be complete at once, so that their shares may add up to more than all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hasim.planner.cut_sets import CutSets, Kinds
from hasim.planner.events import Event
from hasim.process import Count, Gate, Holds, Node, Occupancy, Outages, Process, Share

MOST_MEASURED = 12
"""So many lines of cut sets are measured for a service, the likeliest: each slows a simulation."""


RARE = 1e-4
"""What is so many times as likely as the likeliest of a service is not measured."""


def with_cut_sets(process: Process, services: Mapping[str, Sequence[CutSets]]) -> Process:
    """The Process that measures some cut sets beside what it measured.

    Parameters
    ----------
    process : Process
        That of a System; its `Outages` have the names of the services.
    services : mapping of str to sequence of CutSets
    """
    writer = _Writer()
    for measure in process.measures:
        if isinstance(measure, Outages):
            writer.add_service(measure, services[measure.name])
    nodes, measures = (*process.nodes, *writer.nodes), (*process.measures, *writer.measures)
    return replace(process, nodes=nodes, measures=measures)


def likeliest(found: Sequence[CutSets]) -> tuple[CutSets, ...]:
    """Those of a service's cut sets that are worth measuring, in their order."""
    kept = sorted(found, key=lambda one: -one.chance)[:MOST_MEASURED]
    kept = [one for one in kept if one.chance >= RARE * kept[0].chance]
    return tuple(one for one in found if one in kept)


def cut_set_measure(service: str, number: int) -> str:
    """The share of time in which the cut sets of a line are complete and the service is down."""
    return f"{service} cut sets {number}"


def failing_over_measure(service: str) -> str:
    """The share of time in which the service is down and no measured cut set is complete."""
    return f"{service} down without a cut set"


@dataclass(slots=True)
class _Writer:
    """Gates and measures in the making; a gate is made once."""

    nodes: list[Node] = field(default_factory=list)
    measures: list[Share] = field(default_factory=list)
    gates: dict[tuple[str, ...], str] = field(default_factory=dict)

    def add_service(self, outages: Outages, found: Sequence[CutSets]) -> None:
        """Measure the cut sets of a service, and what none of them explains."""
        service, serves = outages.name, Holds(outages.gate)
        explained = []
        for number, one in enumerate(found):
            name = cut_set_measure(service, number)
            complete = [(Holds(self._complete(pattern)), 1) for pattern in one.patterns]
            gate = self._gate(f"{name} complete", complete, 1)
            explained.append((Holds(gate), -1))
            self._measure(name, [(Holds(gate), 1), (serves, -1)], 1)
        self._measure(failing_over_measure(service), [*explained, (serves, -1)], 0)

    def _measure(self, name: str, terms: Sequence[tuple[Holds, int]], threshold: int) -> None:
        self.measures.append(Share(name, self._gate(name, terms, threshold)))

    def _complete(self, pattern: Kinds) -> str:
        """The gate of one pattern: so many of each lot are down."""
        gates = [self._down(lot, count) for lot, count in pattern]
        if len(gates) == 1:
            return gates[0]
        key = ("all of", *gates)
        if key not in self.gates:
            terms = [(Holds(gate), 1) for gate in gates]
            self.gates[key] = self._gate(f"cut set of {' and '.join(gates)}", terms, len(gates))
        return self.gates[key]

    def _down(self, lot: Sequence[Event], count: int) -> str:
        key = (*lot[0].alike, str(count))
        if key not in self.gates:
            terms = [(one, 1) for event in lot for one in _occupancies(event)]
            name = f"cut set with {count} of {' '.join(event.name for event in lot)}"
            self.gates[key] = self._gate(name, terms, count)
        return self.gates[key]

    def _gate(
        self, name: str, terms: Sequence[tuple[Occupancy | Holds, int]], threshold: int
    ) -> str:
        count = f"{name} count"
        self.nodes += [Count(count, tuple(terms)), Gate(name, count, ">=", float(threshold))]
        return name


def _occupancies(event: Event) -> Iterator[Occupancy]:
    return (Occupancy(event.automaton, phase) for phase in event.phases)
