"""Exact long-run shares of small exponential Processes, straight from docs/semantics.md.

An oracle for tests of hand-made models: it explores every settled state and solves by GTH. It knows
guards, weights, speeds, immediate rows, pools, signals without limit, and populations whose
members react in one way. Nothing is optimised: GTH is for hundreds of states.
"""

from collections import deque
from dataclasses import dataclass, replace

from hasim.laws import Exponential
from hasim.process import (
    Count,
    Gate,
    Holds,
    Minimum,
    Outages,
    Product,
    Quotient,
    Share,
    Steps,
    Total,
)

COMPARE = {
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "==": lambda a, b: a == b,
}


@dataclass(frozen=True)
class State:
    """Phase of each automaton (for a population its counts), and who waits for and holds what."""

    phases: tuple
    waiting: tuple  # for each pool the automata in order of request; see `Chain._grant`
    holding: tuple  # for each pool the automata that hold a token


class Chain:
    """The continuous-time Markov chain of a Process."""

    def __init__(self, process):
        self.process = process
        self.index = {one.name: idx for idx, one in enumerate(process.automata)}
        self.pools = {pool.name: idx for idx, pool in enumerate(process.pools)}
        self.signals = {signal.name: signal for signal in process.signals}
        self.phase_tables = [{p.name: p for p in one.phases} for one in process.automata]
        self.states = {}
        self.transitions = {}
        self._explore()

    def _explore(self):
        queue = deque()
        self.start = self._find(self._settle(self._start_state(), ()), queue)
        while queue:
            state = queue.popleft()
            rates = {}
            for rate, outcomes in self._events(state):
                for target, share in self._find(outcomes, queue).items():
                    rates[target] = rates.get(target, 0.0) + rate * share
            self.transitions[self.states[state]] = rates

    def _find(self, outcomes, queue):
        found = {}
        for share, state in outcomes:
            if state not in self.states:
                self.states[state] = len(self.states)
                queue.append(state)
            found[self.states[state]] = found.get(self.states[state], 0.0) + share
        return found

    def _start_state(self):
        pools = tuple(() for _ in self.process.pools)
        state = State((None,) * len(self.index), pools, pools)
        for idx, one in enumerate(self.process.automata):
            ((phase, _),) = one.start
            if one.count is None:
                state = self._enter(state, idx, phase)
            else:
                counts = tuple((p.name, one.count if p.name == phase else 0) for p in one.phases)
                state = self._put(state, idx, counts)
        return state

    def _events(self, state):
        values = self.values(state)
        for idx, one in enumerate(self.process.automata):
            for delay in one.delays:
                assert isinstance(delay.law, Exponential)
                members = sum(self._live(state, idx, phase) for phase in delay.phases)
                speed = 1.0 if delay.speed is None else values[delay.speed]
                if members and speed:
                    rate = members * speed / delay.law.mean
                    yield rate, self._fire(state, idx, delay, values)

    def _live(self, state, idx, phase):
        if self.process.automata[idx].count is not None:
            return dict(state.phases[idx])[phase]
        pool = self.phase_tables[idx][phase].pool
        holds = pool is None or idx in state.holding[self.pools[pool]]
        return int(state.phases[idx] == phase and holds)

    def _fire(self, state, idx, delay, values):
        outcomes = []
        for share, way in self._choose(delay.row, values):
            moved = self._move(state, idx, delay.phases[0], way.target)
            queue = [(name, idx) for name in way.emits]
            outcomes += [(share * s, end) for s, end in self._after(state, moved, queue)]
        return outcomes

    def _choose(self, row, values):
        ways = [
            (values[way.weight] if isinstance(way.weight, str) else way.weight, way)
            for way in row.alternatives
            if (way.guard is None or values[way.guard])
            and (way.unless is None or not values[way.unless])
        ]
        ways = [(weight, way) for weight, way in ways if weight > 0]
        total = sum(weight for weight, _ in ways)
        return [(weight / total, way) for weight, way in ways]

    def _after(self, before, after, queue):
        """Settle after a step: queue the signals of gates that flipped, then go on."""
        old, new = self.values(before), self.values(after)
        for node in self.process.nodes:
            if isinstance(node, Gate) and old[node.name] != new[node.name]:
                emits = node.rises if new[node.name] else node.falls
                queue = [*queue, *((name, None) for name in emits)]
        return self._settle(after, tuple(queue))

    def _settle(self, state, queue):
        if queue:
            (name, emitter), rest = queue[0], queue[1:]
            return self._deliver(state, name, emitter, rest)
        for idx, one in self._by_urgency(state):
            ways = self._choose(one.immediate, self.values(state))
            outcomes = []
            for share, way in ways:
                moved = self._move(state, idx, one.name, way.target)
                signals = [(name, idx) for name in way.emits]
                outcomes += [(share * s, end) for s, end in self._after(state, moved, signals)]
            if outcomes:
                return outcomes
        values = self.values(state)
        for number, pool in enumerate(self.process.pools):
            changed = self._hand_over(state, number, pool, values)
            if changed is not None:
                return self._after(state, changed, ())
        holding = tuple(tuple(sorted(held)) for held in state.holding)
        return [(1.0, self._in_order(replace(state, holding=holding)))]

    def _hand_over(self, state, number, pool, values):
        tokens = values[pool.size] if isinstance(pool.size, str) else pool.size
        held = state.holding[number]
        asking = [idx for idx in state.waiting[number] if idx not in held]
        asking.sort(key=lambda idx: self._priority(state, pool, idx))
        if pool.takes_back:
            last_first = [idx for idx in reversed(state.waiting[number]) if idx in held]
            last_first.sort(key=lambda idx: -self._priority(state, pool, idx))
            is_short = len(held) > max(tokens, 0)
            if is_short or (
                self._preempts(state, pool, asking, last_first) and tokens < 1 + len(held)
            ):
                left = tuple(idx for idx in held if idx != last_first[0])
                return replace(state, holding=_with(state.holding, number, left))
        if not asking or len(held) + 1 > tokens:
            return None
        return self._grant(state, number, pool, asking[0])

    def _preempts(self, state, pool, asking, holders):
        if not (pool.preempts and asking and holders):
            return False
        first, last = (self._priority(state, pool, some[0]) for some in (asking, holders))
        return first < last

    def _grant(self, state, number, pool, idx):
        """Who holds a token that can be taken back keeps its place among those that wait."""
        queue = state.waiting[number]
        if not pool.takes_back:
            queue = tuple(other for other in queue if other != idx)
        return replace(
            state,
            waiting=_with(state.waiting, number, queue),
            holding=_with(state.holding, number, (*state.holding[number], idx)),
        )

    def _priority(self, state, pool, idx):
        if pool.order == "fifo":
            return 0
        return self.phase_tables[idx][state.phases[idx]].priority

    def _in_order(self, state):
        """Queues by priority where that of nobody changes: the order among others is all one."""
        waiting = state.waiting
        for number, pool in enumerate(self.process.pools):
            used = (
                {p.priority for p in table.values() if p.pool == pool.name}
                for table in self.phase_tables
            )
            if all(len(priorities) <= 1 for priorities in used):
                queue = sorted(
                    waiting[number], key=lambda idx, pool=pool: self._priority(state, pool, idx)
                )
                waiting = _with(waiting, number, tuple(queue))
        return replace(state, waiting=waiting)

    def _by_urgency(self, state):
        found = []
        for idx, one in enumerate(self.process.automata):
            phase = None if one.count else self.phase_tables[idx][state.phases[idx]]
            if phase is not None and phase.immediate is not None:
                found.append((phase.urgency, idx, phase))
        return [(idx, phase) for _, idx, phase in sorted(found, key=lambda one: one[:2])]

    def _deliver(self, state, name, emitter, rest):
        signal, values, moves = self.signals[name], self.values(state), []
        assert signal.limit is None
        for automaton in signal.address:
            idx = self.index[automaton]
            for reaction in self.process.automata[idx].reactions:
                if idx != emitter and reaction.signal == name:
                    ways = self._choose(reaction.row, values)
                    assert len(ways) <= 1
                    moves += [(idx, reaction.phase, way) for _, way in ways]
        after, queue = state, list(rest)
        for idx, phase, way in moves:
            for _ in range(self._number_in(state, idx, phase)):
                after = self._move(after, idx, phase, way.target)
                queue += [(signal, idx) for signal in way.emits]
        return self._after(state, after, queue)

    def _number_in(self, state, idx, phase):
        if self.process.automata[idx].count is None:
            return int(state.phases[idx] == phase)
        return dict(state.phases[idx])[phase]

    def _move(self, state, idx, phase, target):
        if self.process.automata[idx].count is not None:
            counts = dict(state.phases[idx])
            counts[phase] -= 1
            counts[target] += 1
            return self._put(state, idx, tuple(counts.items()))
        pool = self.phase_tables[idx][state.phases[idx]].pool
        if pool is not None and pool == self.phase_tables[idx][target].pool:
            return self._put(state, idx, target)
        if pool is not None:
            number = self.pools[pool]
            waiting = tuple(i for i in state.waiting[number] if i != idx)
            held = tuple(i for i in state.holding[number] if i != idx)
            state = replace(
                state,
                waiting=_with(state.waiting, number, waiting),
                holding=_with(state.holding, number, held),
            )
        return self._enter(state, idx, target)

    def _enter(self, state, idx, phase):
        pool = self.phase_tables[idx][phase].pool
        if pool is not None:
            number = self.pools[pool]
            queue = (*state.waiting[number], idx)
            state = replace(state, waiting=_with(state.waiting, number, queue))
        return self._put(state, idx, phase)

    def _put(self, state, idx, phase):
        return replace(state, phases=_with(state.phases, idx, phase))

    def values(self, state):
        """The value of every level and gate."""
        values = {}
        for node in self.process.nodes:
            values[node.name] = self._value(node, values, state)
        return values

    def _value(self, node, values, state):
        match node:
            case Count():
                terms = (weight * self._term(term, values, state) for term, weight in node.terms)
                return node.unit * (node.constant + sum(terms))
            case Total():
                return node.constant + sum(weight * values[one] for one, weight in node.terms)
            case Steps():
                return node.values[sum(values[node.level] >= one for one in node.thresholds)]
            case Minimum():
                return min(values[one] for one in node.levels)
            case Product():
                product = 1.0
                for one in node.levels:
                    product *= values[one]
                return product
            case Quotient():
                divisor = values[node.divisor]
                return values[node.dividend] / divisor if divisor else node.otherwise
            case Gate():
                return COMPARE[node.comparison](values[node.level], node.threshold)

    def _term(self, term, values, state):
        if isinstance(term, Holds):
            return values[term.gate]
        idx = self.index[term.automaton]
        if self.process.automata[idx].count is not None:
            return dict(state.phases[idx])[term.phase]
        live = self._live(state, idx, term.phase)
        wanted = {"any": True, "holding": live == 1, "waiting": live == 0}[term.token]
        return int(state.phases[idx] == term.phase and wanted)

    def gate_of(self, measure):
        """The gate of a `Share` or of `Outages`."""
        (found,) = [one for one in self.process.measures if one.name == measure]
        assert isinstance(found, Share | Outages)
        return found.gate

    def stationary(self):
        """Long-run probability of each state, by the elimination of Grassmann, Taksar, Heyman."""
        n = len(self.states)
        rates = [[0.0] * n for _ in range(n)]
        for source, targets in self.transitions.items():
            for target, rate in targets.items():
                if target != source:
                    rates[source][target] += rate
        for k in range(n - 1, 0, -1):
            out = sum(rates[k][:k])
            for i in range(k):
                rates[i][k] /= out
                if rates[i][k]:
                    for j in range(k):
                        rates[i][j] += rates[i][k] * rates[k][j]
        shares = [1.0]
        for k in range(1, n):
            shares.append(sum(shares[i] * rates[i][k] for i in range(k)))
        total = sum(shares)
        return {state: shares[idx] / total for state, idx in self.states.items()}

    def unavailability(self, measure):
        """Long-run share of time in which the gate of a measure does not hold."""
        gate = self.gate_of(measure)
        shares = self.stationary()
        return sum(share for state, share in shares.items() if not self.values(state)[gate])

    def outage_rate(self, measure):
        """Long-run number of outages per second."""
        gate = self.gate_of(measure)
        shares = self.stationary()
        holds = {self.states[state]: self.values(state)[gate] for state in self.states}
        return sum(
            share * rate
            for state, share in shares.items()
            for target, rate in self.transitions[self.states[state]].items()
            if holds[self.states[state]] and not holds[target]
        )

    def share_in(self, automaton, phase):
        """Long-run share of time that a single automaton spends in a phase."""
        idx = self.index[automaton]
        shares = self.stationary()
        return sum(share for state, share in shares.items() if state.phases[idx] == phase)


def _with(values, idx, value):
    return (*values[:idx], value, *values[idx + 1 :])
