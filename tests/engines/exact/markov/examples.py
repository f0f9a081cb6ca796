"""Chains made by hand, and their solution in exact fractions."""

from fractions import Fraction

import numpy as np

from hasim.engines.exact.markov.chain import make_chain


def chain_of(n, transitions, start=0):
    """A chain from triples of source, target and rate; it starts in one state or a distribution."""
    begin = np.zeros(n)
    if isinstance(start, dict):
        begin[list(start)] = list(start.values())
    else:
        begin[start] = 1.0
    source, target, rate = zip(*transitions, strict=True) if transitions else ((), (), ())
    ends = (np.array(end, dtype=np.int64) for end in (source, target))
    return make_chain(n, *ends, np.array(rate, dtype=np.float64), begin)


def birth_death(births, deaths, start=0):
    """States 0 to len(births); births[i] leads from i to i + 1, deaths[i] back."""
    up = [(i, i + 1, rate) for i, rate in enumerate(births)]
    down = [(i + 1, i, rate) for i, rate in enumerate(deaths)]
    return chain_of(len(births) + 1, up + down, start)


def crew_chain(n, crews, failure, repair, shut_off=None):
    """State j: j of n units have failed; with k given no unit fails while fewer than k are up."""
    births = [(n - j) * failure for j in range(n)]
    if shut_off is not None:
        births = [rate if n - j >= shut_off else 0.0 for j, rate in enumerate(births)]
    return birth_death(births, [min(j + 1, crews) * repair for j in range(n)])


def explore(first, successors):
    """The chain reached from a state, its states, and the labels of its transitions.

    `successors` yields triples of state, rate and label.
    """
    number, queue, found = {first: 0}, [first], []
    for state in queue:
        for other, rate, label in successors(state):
            if other not in number:
                number[other] = len(queue)
                queue.append(other)
            found.append((number[state], number[other], rate, label))
    chain = chain_of(len(queue), [one[:3] for one in found])
    return chain, queue, np.array([one[3] for one in found], dtype=np.int64)


def lattice(side, births, deaths, spread, seed):
    """A 3D lattice of birth-death steps with lognormal rates around two medians."""
    rng = np.random.default_rng(seed)
    n = side**3
    number = np.arange(n).reshape(side, side, side)
    triples = []
    for axis in range(3):
        low = np.take(number, range(side - 1), axis).ravel()
        high = np.take(number, range(1, side), axis).ravel()
        for ends, median in (((low, high), births), ((high, low), deaths)):
            triples.append((*ends, median * np.exp(rng.normal(0.0, spread, len(low)))))
    source, target, rate = (np.concatenate(parts) for parts in zip(*triples, strict=True))
    return make_chain(n, source, target, rate, np.eye(1, n)[0])


def side_by_side(first, second):
    """Two chains that know nothing of each other, as one; state i of n and j are i m + j."""
    n, m = first.n, second.n
    copies = np.repeat(np.arange(m), len(first.rate)), np.repeat(np.arange(n), len(second.rate))
    ends = [
        np.concatenate((np.tile(one, m) * m + copies[0], copies[1] * m + np.tile(two, n)))
        for one, two in ((first.source, second.source), (first.target, second.target))
    ]
    rate = np.concatenate((np.tile(first.rate, m), np.tile(second.rate, n)))
    return make_chain(n * m, *ends, rate, np.kron(first.start, second.start))


def random_chain(rng, n, decades):
    """An irreducible chain: a ring and as many random transitions, rates over some decades."""
    ring = [(i, (i + 1) % n) for i in range(n)]
    others = [tuple(rng.choice(n, 2, replace=False)) for _ in range(2 * n)] if n > 2 else []
    rates = 10.0 ** rng.uniform(-decades, 0.0, len(ring) + len(others))
    pairs = zip(ring + others, rates, strict=True)
    return chain_of(n, [(*pair, rate) for pair, rate in pairs])


def loose_groups(groups, size, seldom):
    """Rings of states at rate 1 and 2, and from each ring to the next at a small rate."""
    here = np.arange(groups * size)
    ring = here // size * size
    ahead, back = ring + (here + 1) % size, ring + (here - 1) % size
    first = np.arange(groups) * size
    source = np.concatenate((here, here, first))
    target = np.concatenate((ahead, back, np.roll(first, -1)))
    rate = np.concatenate((np.ones(2 * len(here)), np.full(groups, seldom)))
    rate[: len(here)] *= 2.0
    return make_chain(len(here), source, target, rate, np.eye(1, len(here))[0])


def exact_shares(chain):
    """Long-run shares in fractions, by Gauss-Jordan elimination of the balance equations."""
    n = chain.n
    matrix = [[Fraction(0)] * (n + 1) for _ in range(n)]
    for source, target, rate in zip(chain.source, chain.target, chain.rate, strict=True):
        matrix[target][source] += Fraction(float(rate))
        matrix[source][source] -= Fraction(float(rate))
    matrix[n - 1] = [Fraction(1)] * (n + 1)
    return [row[n] for row in solve_exactly(matrix)]


def exact_means(chain, inside):
    """Mean time in fractions that each state of a list needs to leave the list."""
    number = {state: i for i, state in enumerate(inside)}
    matrix = [[Fraction(0)] * (len(inside) + 1) for _ in inside]
    for source, target, rate in zip(chain.source, chain.target, chain.rate, strict=True):
        if source in number:
            row = matrix[number[source]]
            row[number[source]] += Fraction(float(rate))
            if target in number:
                row[number[target]] -= Fraction(float(rate))
    for row in matrix:
        row[-1] = Fraction(1)
    return [row[-1] for row in solve_exactly(matrix)]


def solve_exactly(matrix):
    """Reduce an augmented matrix of fractions to the identity."""
    n = len(matrix)
    for k in range(n):
        pivot = next(i for i in range(k, n) if matrix[i][k] != 0)
        matrix[k], matrix[pivot] = matrix[pivot], matrix[k]
        lead = matrix[k][k]
        matrix[k] = [x / lead for x in matrix[k]]
        for i in range(n):
            if i != k and matrix[i][k] != 0:
                by = matrix[i][k]
                matrix[i] = [x - by * y for x, y in zip(matrix[i], matrix[k], strict=True)]
    return matrix


def largest_error(values, exact):
    """Largest relative difference from exact fractions, itself computed in fractions."""
    pairs = zip(values, exact, strict=True)
    return max(float(abs(Fraction(float(value)) / true - 1)) for value, true in pairs)
