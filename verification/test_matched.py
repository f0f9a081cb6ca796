"""The bands of the engine matched on random models against long simulations of them.

The simulations are kept in matched_truths.json, with the 95 % interval that each ended with. Where
it and the band have no point in common the band has missed. Models 0 to 199 were used to choose the
width of the bands; these are 200 others.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from hasim.engines.exact.engine import solve_exactly
from hasim.engines.matched.engine import match_long_run
from hasim.errors import NothingToReplaceError, RefusedError
from hasim.laws import Exponential, Weibull
from hasim.solving import solve
from hasim.units import SECONDS_PER_YEAR
from verification.matched_models import random_model

TRUTHS = json.loads(Path(__file__).with_name("matched_truths.json").read_text(encoding="utf-8"))
WORK = 1_000_000

#: Simulated anew, lest the kept figures be of other models.
TRIED = sorted(TRUTHS, key=int)[::40]


def match(number):
    """The bands of a model; of one that the engine exact answers those of a model like it."""
    model = random_model(number)
    try:
        return match_long_run(model, work=WORK).outages["service"]
    except NothingToReplaceError:
        return match_long_run(with_more_memory(model), work=WORK).outages["service"]


def with_more_memory(model):
    """The model with exponential lives that are Weibull but for 1e-12, so that two clocks run."""
    changed = []
    for one in model.automata:
        delays = (
            replace(d, law=Weibull(1.0 + 1e-12, d.law.mean)) if type(d.law) is Exponential else d
            for d in one.delays
        )
        changed.append(replace(one, delays=tuple(delays)))
    return replace(model, automata=tuple(changed))


@pytest.mark.timeout(300)
def test_exact_answers_are_near_the_truths(capsys):
    """Those models in which one clock with memory runs at a time."""
    seen, outside = 0, 0
    for number in TRUTHS:
        try:
            found = solve_exactly(random_model(int(number))).outages["service"]
        except RefusedError:
            continue
        seen += 1
        _, low, high = TRUTHS[number]["unavailability"]
        outside += not low <= found.unavailability <= high
    with capsys.disabled():
        print(f"\nexact: {seen} of 200, of which {outside} are outside of 95 % intervals")
    assert seen >= 5
    assert binomtest(outside, seen, 0.05, alternative="greater").pvalue > 1e-3


@pytest.fixture(scope="module")
def bands():
    found = {n: match(int(n)) for n in TRUTHS}
    return {
        "unavailability": {n: np.array(one.unavailability) for n, one in found.items()},
        "outages_per_year": {n: np.array(one.rate) * SECONDS_PER_YEAR for n, one in found.items()},
    }


@pytest.mark.timeout(900)
@pytest.mark.parametrize("figure", ["unavailability", "outages_per_year"])
def test_bands_hold(bands, figure, capsys):
    missed = []
    for number, (_, low, high) in bands[figure].items():
        least, most = TRUTHS[number][figure][1:]
        if high < least or most < low:
            missed.append(number)
    widths = [(high - low) / value for value, low, high in bands[figure].values()]
    off = [abs(band[0] / TRUTHS[n][figure][0] - 1.0) for n, band in bands[figure].items()]
    with capsys.disabled():
        print(
            f"\n{figure}: {len(widths) - len(missed)} of {len(widths)} bands hold (not {missed}); "
            f"width {np.median(widths):.2%} in the median, {np.quantile(widths, 0.9):.1%} at 90 %; "
            f"off by {np.median(off):.2%} in the median, {max(off):.1%} at most"
        )
    assert len(TRUTHS) == 200
    assert len(missed) <= 0.01 * len(widths)
    assert np.median(widths) < 0.03


@pytest.mark.timeout(300)
@pytest.mark.parametrize("number", TRIED)
def test_truths_are_of_these_models(number):
    """Two intervals of 95 % that have nothing in common are far apart: 1 in 200 at most."""
    found = solve(
        random_model(int(number)), engine="montecarlo", precision=0.01, seed=3, max_time=20.0
    )["service"]
    for figure in ("unavailability", "outages_per_year"):
        one, (_, low, high) = getattr(found, figure), TRUTHS[number][figure]
        assert one.low <= high, figure
        assert low <= one.high, figure
