"""Whether objectives are met, judged by intervals: None where neither can be shown."""

from __future__ import annotations

from collections.abc import Mapping

from hasim.solution import Capacity, ServiceAnswer, Verdict
from hasim.stats import NOTHING_KNOWN, Estimate


def judge_all(
    targets: Mapping[str, float], answer: ServiceAnswer, capacity: Capacity | None
) -> dict[str, Verdict]:
    """Return the verdict on each objective of a service.

    Parameters
    ----------
    targets : mapping of str to float
        By the names of the model language; only what is asked.
    answer : ServiceAnswer
    capacity : Capacity or None
    """
    return {
        name: Verdict(target, _judge(name, target, answer, capacity))
        for name, target in targets.items()
    }


def _judge(
    name: str, target: float, answer: ServiceAnswer, capacity: Capacity | None
) -> bool | None:
    match name:
        case "availability":
            lost = answer.sla_unavailability or answer.unavailability
            kept = answer.sla_availability or answer.availability
            if kept.low is None:  # too close to 1 to be told from it
                return _at_most(1.0 - target, lost)
            return _at_least(target, kept)
        case "request_availability":
            return _at_least(target, answer.request_availability or NOTHING_KNOWN)
        case "mttr":
            return _at_most(target, answer.mttr_s)
        case "p95_outage":
            return _at_most(target, answer.outage_length_s["p95"])
        case "headroom":
            return _reaches(target, capacity.headroom if capacity else None)
        case "headroom_after_loss":
            return _reaches(target, _after_worst_loss(capacity))
        case _:
            raise AssertionError(f"objective {name} has no judge")


def _at_most(target: float, estimate: Estimate) -> bool | None:
    if estimate.high is not None and estimate.high <= target:
        return True
    return False if estimate.low is not None and estimate.low > target else None


def _at_least(target: float, estimate: Estimate) -> bool | None:
    if estimate.low is not None and estimate.low >= target:
        return True
    return False if estimate.high is not None and estimate.high < target else None


def _reaches(target: float, value: float | None) -> bool | None:
    return None if value is None else value >= target


def _after_worst_loss(capacity: Capacity | None) -> float | None:
    """Headroom after the worst loss; where nothing can be lost, headroom itself."""
    if capacity is None or capacity.headroom_after_loss is None:
        return None if capacity is None else capacity.headroom
    loss = capacity.headroom_after_loss
    return min(x for x in (loss.replica, loss.host, loss.domain) if x is not None)
