"""The periodic regime of a whole Process, as one chain: the plain way, by matrix exponentials."""

from fractions import Fraction

import numpy as np
from scipy.linalg import expm

from hasim.engines.exact.calendar_part import explore_epochs


class JointChain:
    """All automata of a Process together, stepped from epoch to epoch."""

    def __init__(self, process):
        self.process = process
        self.space, chain, self.jumps = explore_epochs(process, most_states=300)
        rates = np.zeros((chain.n, chain.n))
        np.add.at(rates, (chain.source, chain.target), chain.rate)
        self.generator = rates - np.diag(rates.sum(axis=1))
        self.span, self.epochs = self._read_schedules()
        self.steps = self._step()

    def _read_schedules(self):
        periods = [Fraction(one.period) for one in self.process.schedules]
        span = periods[0]
        while any(span % period for period in periods):
            span += periods[0]
        epochs = sorted(
            (Fraction(one.offset) % Fraction(one.period) + k * Fraction(one.period), place)
            for place, one in enumerate(self.process.schedules)
            for k in range(int(span / Fraction(one.period)))
        )
        return span, epochs

    def _step(self):
        """For each epoch: time spent before it, distribution before it, distribution after."""
        n = len(self.generator)
        times = [at for at, _ in self.epochs]
        earlier = [times[-1] - self.span, *times[:-1]]
        gaps = [at - before for before, at in zip(earlier, times, strict=True)]
        augmented = np.block([[self.generator, np.eye(n)], [np.zeros((n, 2 * n))]])
        pieces = [expm(augmented * float(gap)) for gap in gaps]
        moves = [self.jumps[self.process.schedules[place].name] for _, place in self.epochs]
        onward = np.eye(n)
        for piece, move in zip(pieces, moves, strict=True):
            onward = onward @ piece[:n, :n] @ move
        equations = np.vstack([onward.T - np.eye(n), np.ones(n)])
        now = np.linalg.lstsq(equations, np.append(np.zeros(n), 1.0), rcond=None)[0]
        steps = []
        for piece, move in zip(pieces, moves, strict=True):
            before = now @ piece[:n, :n]
            steps.append((now @ piece[:n, n:], before, before @ move))
            now = steps[-1][2]
        return steps

    @property
    def shares(self):
        return sum(spent for spent, _, _ in self.steps) / float(self.span)

    def mean(self, node):
        return self.shares @ self.space.value(node)

    def falls_by_delay(self, gate):
        """How often a gate ceases to hold, by the number of the delay; by epochs under -1."""
        space, holds = self.space, self.space.value(gate)
        falls = (holds[space.source] > 0) & (holds[space.target] == 0)
        flow = self.shares[space.source] * space.rate * falls
        found = {
            int(delay): float(flow[space.delay == delay].sum()) for delay in np.unique(space.delay)
        }
        moments = {}
        for (at, place), (_, before, _) in zip(self.epochs, self.steps, strict=True):
            jump = self.jumps[self.process.schedules[place].name]
            first, so_far = moments.get(at, (before, np.eye(len(jump))))
            moments[at] = first, so_far @ jump
        begun = sum(
            (before * (holds > 0)) @ jump @ (holds == 0) for before, jump in moments.values()
        )
        return found | {-1: float(begun) / float(self.span)}
