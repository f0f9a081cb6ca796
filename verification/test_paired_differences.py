"""How often the intervals of paired differences hold, and by how much pairing narrows them.

Three pairs of systems with exact answers, 300 runs each, with seeds 1 to 300 through
solve_together() and the differences that `hasim compare` tells. The test passes when no share of
intervals that hold is outside 91 to 98.5 %: with 300 runs a right 95 % is outside in less than one
of 300 cells. Pairing has to narrow each difference, or it would be for nothing.

Run it alone with `python -m verification.test_paired_differences [runs]`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import numpy as np

from hasim.description import resolve
from hasim.description.yaml_file import read_text
from hasim.planner.columns import column_of
from hasim.planner.differences import Twin, tell_apart
from hasim.solving import solve
from hasim.solving.together import solve_together
from hasim.system import System

RUNS = 300
FIGURES = ("unavailability", "outages_per_year", "mttr_s")
LEAST, MOST = 0.91, 0.985

_PAIR = "components: {{web: {{replicas: 2, mtbf: {mtbf}, mttr: {mttr}}}}}\n"
_CREW = (
    "crews: {{men: {{size: {size}}}}}\n"
    "components: {{web: {{replicas: 3, required: 2, failures: {{f: {{after: 500 h, repair: 10 h, "
    "crew: men}}}}}}}}\n"
)
PAIRS: Mapping[str, tuple[str, str]] = {
    "10 % longer between failures": (
        _PAIR.format(mtbf="1000 h", mttr="10 h"),
        _PAIR.format(mtbf="1100 h", mttr="10 h"),
    ),
    "10 % shorter repairs": (
        _PAIR.format(mtbf="1000 h", mttr="10 h"),
        _PAIR.format(mtbf="1000 h", mttr="9 h"),
    ),
    "one crew more": (_CREW.format(size=1), _CREW.format(size=2)),
}


def systems_of(title: str) -> list[System]:
    return [resolve(read_text(text)) for text in PAIRS[title]]


def differences(systems: list[System], seed: int) -> Iterator[tuple[str, float, float, float]]:
    """Each figure of the second less that of the first: its ends, and its width unpaired."""
    together = solve_together(systems, precision=0.1, seed=seed, threads=1)
    samples = together.samples["service"]
    answers = [one["service"] for one in together.solutions]
    for key in FIGURES:
        column = column_of(key)
        estimates = [column.read(answer) for answer in answers]
        one, other = (Twin(e, row, False) for row, e in enumerate(estimates))
        paired = tell_apart(column, one, other, samples).estimate
        widths = [e.high - e.low for e in estimates]
        yield key, paired.low, paired.high, float(np.hypot(*widths))


def coverage(title: str, runs: int) -> dict[str, tuple[float, float]]:
    """For each figure the share of intervals that hold, and how much narrower they are."""
    systems = systems_of(title)
    exact = [solve(one, engine="exact")["service"] for one in systems]
    held = dict.fromkeys(FIGURES, 0)
    ratio: dict[str, list[float]] = {key: [] for key in FIGURES}
    for seed in range(1, runs + 1):
        for key, low, high, unpaired in differences(systems, seed):
            first, second = (column_of(key).read(one).value for one in exact)
            held[key] += low <= second - first <= high
            ratio[key].append(unpaired / (high - low))
    return {key: (held[key] / runs, float(np.median(ratio[key]))) for key in FIGURES}


def test_intervals_of_paired_differences_hold():
    for title in PAIRS:
        for key, (share, narrower) in coverage(title, RUNS).items():
            assert LEAST <= share <= MOST, f"{title}, {key}: {share:.1%} hold"
            assert narrower > 1.1, f"{title}, {key}: {narrower:.2f} times narrower"


if __name__ == "__main__":
    for title in PAIRS:
        for key, (share, narrower) in coverage(title, int(([*sys.argv[1:], RUNS])[0])).items():
            print(f"{title:32}{key:20}{share:7.1%} hold, {narrower:5.2f} times narrower")
