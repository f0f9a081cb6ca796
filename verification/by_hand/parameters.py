"""The numbers of the shop, copied by hand from the example in interface.md.

`STRESSED` are those of stressed.yaml beside this file: the same system, worse off.
"""

from __future__ import annotations

from dataclasses import dataclass

from verification.by_hand.laws import Law, exponential, fixed, lognormal, probe

SECOND = 1.0
MINUTE = 60.0
HOUR = 3600.0
DAY = 24 * HOUR
YEAR = 365 * DAY


@dataclass(frozen=True)
class Shop:
    """Every number of the shop; `SHOP` is that of the YAML text, others serve checks.

    Times are in seconds, rates of requests in requests per second.
    """

    zones: tuple[str, ...]
    zone_after: Law
    zone_repair: Law
    oncall_size: int

    edge_spread: tuple[str, ...]
    edge_required: int
    edge_crash_after: Law
    edge_crash_repair: Law

    web_spread: tuple[str, ...]
    web_required: int
    web_capacity: float
    web_crash_after: Law
    web_crash_detect: Law | None
    web_crash_repair: Law
    web_hardware_after: Law
    web_hardware_detect: Law | None
    web_hardware_repair: Law

    db_spread: tuple[str, ...]
    db_crash_mean: float
    db_crash_repair: Law
    db_common_cause: float
    db_latent: float
    db_test: float

    detect: Law
    decide: Law
    fence: Law
    promote: Law
    switch: Law
    coverage: float
    manual: Law

    peak_demand: float


SHOP = Shop(
    zones=("a", "b", "c"),
    zone_after=exponential(2 * YEAR),
    zone_repair=exponential(2 * HOUR),
    oncall_size=2,
    edge_spread=("a", "b"),
    edge_required=1,
    edge_crash_after=exponential(60 * DAY),
    edge_crash_repair=exponential(2 * MINUTE),
    web_spread=("a", "b", "c", "a", "b", "c"),
    web_required=4,
    web_capacity=500.0,
    web_crash_after=exponential(30 * DAY),
    web_crash_detect=probe(5 * SECOND, misses=3),
    web_crash_repair=exponential(30 * SECOND),
    web_hardware_after=exponential(4 * YEAR),
    web_hardware_detect=fixed(1 * MINUTE),
    web_hardware_repair=lognormal(median=4 * HOUR, p95=24 * HOUR),
    db_spread=("a", "b"),
    db_crash_mean=90 * DAY,
    db_crash_repair=exponential(4 * HOUR),
    db_common_cause=0.05,
    db_latent=0.10,
    db_test=30 * DAY,
    detect=probe(10 * SECOND, misses=3),
    decide=fixed(5 * SECOND),
    fence=fixed(5 * SECOND),
    promote=lognormal(median=20 * SECOND, p95=60 * SECOND),
    switch=fixed(30 * SECOND),
    coverage=0.95,
    manual=lognormal(median=30 * MINUTE, p95=2 * HOUR),
    peak_demand=1500.0,
)

STRESSED = Shop(
    zones=("a", "b", "c"),
    zone_after=exponential(20 * DAY),
    zone_repair=exponential(1 * HOUR),
    oncall_size=1,
    edge_spread=("a", "b"),
    edge_required=1,
    edge_crash_after=exponential(5 * DAY),
    edge_crash_repair=exponential(20 * MINUTE),
    web_spread=("a", "b", "c", "a", "b", "c"),
    web_required=4,
    web_capacity=500.0,
    web_crash_after=exponential(2 * DAY),
    web_crash_detect=probe(60 * SECOND, misses=3),
    web_crash_repair=exponential(10 * MINUTE),
    web_hardware_after=exponential(100 * DAY),
    web_hardware_detect=fixed(10 * MINUTE),
    web_hardware_repair=lognormal(median=2 * HOUR, p95=8 * HOUR),
    db_spread=("a", "b"),
    db_crash_mean=4 * DAY,
    db_crash_repair=exponential(2 * HOUR),
    db_common_cause=0.20,
    db_latent=0.30,
    db_test=5 * DAY,
    detect=probe(60 * SECOND, misses=3),
    decide=fixed(5 * MINUTE),
    fence=fixed(5 * MINUTE),
    promote=lognormal(median=20 * MINUTE, p95=60 * MINUTE),
    switch=fixed(10 * MINUTE),
    coverage=0.70,
    manual=lognormal(median=60 * MINUTE, p95=4 * HOUR),
    peak_demand=2250.0,
)
