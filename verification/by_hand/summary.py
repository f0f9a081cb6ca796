"""From the sums of many replications to values with standard errors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from verification.by_hand.ledger import Ledger
from verification.by_hand.parameters import YEAR

Floats = NDArray[np.float64]
Results = dict[str, tuple[float, float]]

STAGES = (
    "detect",
    "decide",
    "fence",
    "promote",
    "switch",
    "manual",
    "crew",
    "repair",
    "rebuild",
    "start",
    "masked",
)
CAUSES = (
    "a.failure",
    "b.failure",
    "c.failure",
    "edge.crash",
    "web.crash",
    "web.hardware",
    "db.crash",
    "db.crash.common",
)
_QUANTILES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
_BATCHES = 20


def summarise(ledgers: list[Ledger]) -> Results:
    """Answer every question by name, with a standard error over the replications.

    Parameters
    ----------
    ledgers : list of Ledger
        One for each replication, all measured over the same length.

    Returns
    -------
    dict
        {name: (value, standard error)}; names are the paths of interface.md's JSON joined by
        dots, and the number of outages seen is `outages`.
    """
    seconds = _each(ledgers, lambda one: one.seconds)
    years = seconds / YEAR
    down = _each(ledgers, lambda one: sum(one.down.values()))
    begun = _each(ledgers, lambda one: sum(one.begun.values()))
    results: Results = {
        "outages": (float(begun.sum()), float("nan")),
        "unavailability": _ratio(down, seconds),
        "request_availability": _ratio(seconds - _each(ledgers, lambda one: one.lost), seconds),
        "outages_per_year": _ratio(begun, years),
        "downtime_s_per_year": _ratio(down, years),
        "mttr_s": _ratio(down, begun),
        "mtbf_s": _ratio(seconds - down, begun),
        "capacity.short_s_per_year": _ratio(_each(ledgers, lambda one: one.short), years),
    }
    for stage in STAGES:
        results[f"mttr_stages_s.{stage}"] = _ratio(_down_in(ledgers, 0, stage), begun)
    for cause in CAUSES:
        results[f"outages_per_year_by_cause.{cause}"] = _ratio(_begun_by(ledgers, cause), years)
        down_by = _down_in(ledgers, 1, cause)
        results[f"downtime_s_per_year_by_cause.{cause}"] = _ratio(down_by, years)
    for name, probability in _QUANTILES.items():
        results[f"outage_length_s.{name}"] = _quantile(ledgers, probability)
    return results


def _each(ledgers: list[Ledger], figure: Callable[[Ledger], float]) -> Floats:
    return np.array([figure(one) for one in ledgers], dtype=float)


def _begun_by(ledgers: list[Ledger], cause: str) -> Floats:
    return _each(ledgers, lambda one: one.begun.get(cause, 0))


def _down_in(ledgers: list[Ledger], place: int, name: str) -> Floats:
    """Downtime by replication whose key has `name` at `place` (0 stage, 1 cause)."""
    return _each(
        ledgers,
        lambda one: sum(spell for key, spell in one.down.items() if key[place] == name),
    )


def _ratio(above: Floats, below: Floats) -> tuple[float, float]:
    """Ratio of two sums and its standard error (delta method)."""
    if below.sum() == 0:
        return float("nan"), float("nan")
    value = above.sum() / below.sum()
    spread = np.std(above - value * below, ddof=1) / np.sqrt(len(above))
    return float(value), float(spread / below.mean())


def _quantile(ledgers: list[Ledger], probability: float) -> tuple[float, float]:
    """Quantile of all outage lengths; its standard error from batches of replications."""
    batches = [
        [length for one in ledgers[start::_BATCHES] for length in one.lengths]
        for start in range(_BATCHES)
    ]
    lengths = [length for batch in batches for length in batch]
    if not all(batches):
        return float("nan"), float("nan")
    each = [np.quantile(batch, probability) for batch in batches]
    return float(np.quantile(lengths, probability)), float(np.std(each, ddof=1) / _BATCHES**0.5)
