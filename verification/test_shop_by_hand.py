"""`hasim run models/shop.yaml` against the simulator written straight from interface.md.

The two readings of the text were made independently. Every figure both know well enough (a
standard error of at most 20 % of the value on both sides, which for a rate means some 25 events)
must differ by no more than 3.5 combined standard errors. At most 35 figures are compared a model;
for normal errors the false-alarm probability is 35 * 4.7e-4, under 2 % for each of the two
models, and the seeds are fixed.

The second model, by_hand/stressed.yaml, is the same shop worse off, so that queues for the crew,
latent standbys, chains that start again and returns in the midst of a chain weigh in the figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from verification.by_hand.parameters import SHOP, STRESSED, Shop
from verification.by_hand.summary import CAUSES, STAGES, Results
from verification.shop_by_hand import simulate

LIMIT = 3.5
WELL_KNOWN = 0.20
Z95 = 1.959964

FIGURES = (
    "unavailability",
    "request_availability",
    "outages_per_year",
    "downtime_s_per_year",
    "mttr_s",
    "mtbf_s",
    "capacity.short_s_per_year",
    "outage_length_s.p50",
    "outage_length_s.p95",
    "outage_length_s.p99",
    *(f"mttr_stages_s.{stage}" for stage in STAGES),
    *(f"outages_per_year_by_cause.{cause}" for cause in CAUSES),
    *(f"downtime_s_per_year_by_cause.{cause}" for cause in CAUSES),
)

MUST_BE_KNOWN = {
    "unavailability",
    "request_availability",
    "outages_per_year",
    "mttr_s",
    *(f"mttr_stages_s.{s}" for s in ("detect", "decide", "fence", "promote", "switch")),
    *(f"mttr_stages_s.{s}" for s in ("manual", "repair")),
    *(f"outages_per_year_by_cause.{c}" for c in ("db.crash", "db.crash.common")),
    *(f"outages_per_year_by_cause.{c}" for c in ("a.failure", "b.failure", "web.crash")),
    *(f"downtime_s_per_year_by_cause.{c}" for c in ("db.crash", "db.crash.common")),
    *(f"downtime_s_per_year_by_cause.{c}" for c in ("a.failure", "b.failure")),
}

Known = tuple[float, float]


@dataclass(frozen=True)
class Case:
    """One model as text and as numbers, and how closely to know it on both sides."""

    model: Path
    shop: Shop
    years: float
    precision: float


HERE = Path(__file__).parent
CASES = {
    "shop": Case(HERE.parent / "models" / "shop.yaml", SHOP, 40_000, 0.03),
    "stressed": Case(HERE / "by_hand" / "stressed.yaml", STRESSED, 2_000, 0.01),
}


@pytest.fixture(scope="module", params=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture(scope="module")
def by_hand(case: Case) -> Results:
    return simulate(case.years, 1, shop=case.shop, processes=2)


@pytest.fixture(scope="module")
def by_hasim(case: Case) -> dict[str, Any]:
    """The service checkout in hasim's JSON document."""
    import hasim

    system = hasim.load(str(case.model))
    solution = hasim.solve(system, precision=case.precision, seed=1, engine="montecarlo")
    service: dict[str, Any] = solution.to_dict()["services"]["checkout"]
    assert service["unavailability"]["value"] == solution["checkout"].unavailability.value
    return service


def test_hasim_agrees_with_the_second_reading(by_hand, by_hasim):
    compared = compare(by_hand, by_hasim)
    assert set(compared) >= MUST_BE_KNOWN
    apart = {name: line for name, line in compared.items() if abs(line[0]) > LIMIT}
    assert not apart, "\n".join(
        f"{name}: by hand {ours}, hasim {theirs}, {z:.1f} standard errors"
        for name, (z, ours, theirs) in apart.items()
    )


def test_what_was_never_seen_by_hand_hardly_happens_in_hasim(by_hand, by_hasim):
    """In the shop: waiting for a crew, being short of capacity; in both: rebuild and start."""
    for name in FIGURES:
        if by_hand[name][0] == 0.0:
            seen = known_by_hasim(name, by_hasim)
            total = "downtime_s_per_year" if "per_year" in name else "mttr_s"
            assert seen is None or seen[0] <= 1e-3 * by_hand[total][0], name


def test_hasim_knows_the_same_causes_and_no_others(by_hasim):
    for table in ("outages_per_year_by_cause", "downtime_s_per_year_by_cause"):
        assert set(by_hasim[table]) <= set(CAUSES)


def compare(by_hand: Results, service: dict[str, Any]) -> dict[str, tuple[float, Known, Known]]:
    """{figure: (difference in combined standard errors, by hand, by hasim)} of what is known."""
    compared = {}
    for name in FIGURES:
        ours, theirs = unserved(name, by_hand[name]), known_by_hasim(name, service)
        if theirs is None or not (well_known(ours) and well_known(theirs)):
            continue
        z = (theirs[0] - ours[0]) / math.hypot(ours[1], theirs[1])
        compared[name] = (z, ours, theirs)
    return compared


def known_by_hasim(name: str, service: dict[str, Any]) -> Known | None:
    """Value and standard error, the latter from the width of the 95 % interval."""
    estimate: Any = service
    for key in name.split(".", 1):
        estimate = estimate.get(key)
        if estimate is None:
            return None
    width = estimate["high"] - estimate["low"]
    return unserved(name, (estimate["value"], width / (2 * Z95)))


def unserved(name: str, known: Known) -> Known:
    """The share of requests not served instead of that served, whose error looks small."""
    value, error = known
    return (1 - value if name == "request_availability" else value), error


def well_known(known: Known) -> bool:
    """Whether the standard error is positive and small against the value."""
    value, error = known
    return 0 < error <= WELL_KNOWN * abs(value)
