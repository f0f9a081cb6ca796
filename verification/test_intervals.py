"""Coverage where the rules are pressed hardest: wide precision, and ten outages.

Rows are drawn by numpy instead of an engine. In a real run the first look comes so late that 10 and
20 % are reached at once; here a replication holds half an outage, so that stopping is decided over
several rounds. Bands as in test_coverage.py: 93 to 97 %, with ten outages 93 to 99 %.
"""

import math

import numpy as np
import pytest

from hasim.stats.ratios import Span, estimate_length, estimate_rate, estimate_share
from hasim.stats.stopping import Watched, is_enough, plan_rounds
from hasim.stats.tally import Tally

RUNS = 2000
WINDOW = 1000.0
BEGUN, DOWN = 0, 1
NO_LENGTHS = np.zeros((0, 1), dtype=np.int64)


def exponential(rng, n):
    return rng.exponential(1.0, n)


def lognormal(rng, n):
    """Mean 1 and coefficient of variation 1."""
    variance = math.log(2.0)
    return rng.lognormal(-variance / 2, math.sqrt(variance), n)


def replications(rng, law, rate, n):
    begun = rng.poisson(rate, n)
    lengths = law(rng, begun.sum())
    down = np.bincount(np.repeat(np.arange(n), begun), lengths, minlength=n)
    rows = np.column_stack([begun, down]).astype(float)
    return Tally.of(rows, NO_LENGTHS, partners=[BEGUN, BEGUN], batch=0)


def estimates(tally):
    span = Span(WINDOW * tally.replications, longest=5.0)
    return (
        estimate_share(tally, DOWN, span),
        estimate_rate(tally, BEGUN, span),
        estimate_length(tally, DOWN, BEGUN, span),
    )


def run_until_precise(rng, law, rate, precision):
    tally = None
    for numbers in plan_rounds(16):
        more = replications(rng, law, rate, len(numbers))
        tally = more if tally is None else tally.merge(more)
        watched = Watched("service", estimates(tally)[0], tally.totals[BEGUN])
        if is_enough([watched], precision):
            break
    return estimates(tally)


def coverage(law, rate, precision):
    truths = (rate / WINDOW, rate / WINDOW, 1.0)
    held = np.zeros(3)
    for seed in range(RUNS):
        rng = np.random.default_rng([seed, 17])
        if precision is None:
            found = estimates(replications(rng, law, rate, round(10 / rate)))
        else:
            found = run_until_precise(rng, law, rate, precision)
        held += [
            e.low <= truth <= (e.high or math.inf) for e, truth in zip(found, truths, strict=True)
        ]
    return held / RUNS


@pytest.mark.parametrize("law", [exponential, lognormal], ids=lambda law: law.__name__)
@pytest.mark.parametrize(("rate", "precision"), [(0.5, 0.2), (0.5, 0.1), (0.1, None)])
def test_intervals_hold(law, rate, precision, capsys):
    shares = coverage(law, rate, precision)
    with capsys.disabled():
        print(f"\n{law.__name__}, asked {precision}: " + " ".join(f"{100 * s:.1f}" for s in shares))
    assert shares.min() >= 0.93
    assert shares.max() <= (0.97 if precision else 0.99)
