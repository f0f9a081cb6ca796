"""The answer of `hasim explain`: where the downtime of each service comes from, and what to do.

Rules of this file: frozen data; what is not known is None, with a reason in `Explanation.warnings`;
no clock times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hasim.planner.importance import Importance
from hasim.planner.marginal_prices import MarginalPrice
from hasim.planner.shared_fate import SharedFate
from hasim.planner.waterfall import Waterfall
from hasim.solution import ServiceAnswer, SinglePoint, Status
from hasim.stats import Estimate

FORMAT = 1
"""Version of the JSON document."""

DONE, AT_A_LIMIT, STOPPED = 0, 3, 130


@dataclass(frozen=True, slots=True)
class CutSetLine:
    """Minimal cut sets that read alike, and the downtime in which one of them was complete.

    Parameters
    ----------
    text : str
    order : int
        Events in each of them.
    n_sets : int
    example : tuple of str
        The events of one of them.
    downtime_s_per_year : Estimate or None
        Seconds a year in which the service is down and one of them complete; None: not measured.
    share : float or None
        Of all downtime.
    """

    text: str
    order: int
    n_sets: int
    example: tuple[str, ...]
    downtime_s_per_year: Estimate | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Gain:
    """What a change would buy.

    Parameters
    ----------
    text : str
        What to do, with the value now.
    saved_s_per_year : Estimate
        Seconds of downtime a year less.
    left_s_per_year : float
        Downtime a year that is left, in seconds.
    price : MarginalPrice or None
        What it costs; None where the model has no price for it.
    """

    text: str
    saved_s_per_year: Estimate
    left_s_per_year: float
    price: MarginalPrice | None = None


@dataclass(frozen=True, slots=True)
class ServiceExplanation:
    """Where the downtime of a service comes from.

    Parameters
    ----------
    answer : ServiceAnswer
        Its figures, with the downtime by cause and by stage.
    unexplained_by_cause_s, unexplained_by_stage_s : float or None
        Seconds of downtime a year less the sum over causes, and over stages; 0 but for rounding.
    single_points : tuple of SinglePoint
    cut_sets : tuple of CutSetLine
        Those with most downtime first.
    failing_over_s_per_year : Estimate or None
        Downtime a year in which no measured cut set was complete.
    importance : tuple of Importance
        Those with most to gain first.
    gains : tuple of Gain
        Of all changes tried that buy something, those that buy most first.
    """

    answer: ServiceAnswer
    unexplained_by_cause_s: float | None
    unexplained_by_stage_s: float | None
    single_points: tuple[SinglePoint, ...]
    cut_sets: tuple[CutSetLine, ...]
    failing_over_s_per_year: Estimate | None
    importance: tuple[Importance, ...]
    gains: tuple[Gain, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where the downtime of a model comes from.

    Parameters
    ----------
    model : str
    engine : str
        That answered the model.
    seed : int
    status : Status
    complete_to : int
        All minimal cut sets of at most so many events are known.
    services : mapping of str to ServiceExplanation
    shared_fate : tuple of SharedFate
    waterfalls : tuple of Waterfall
    n_changes, n_tried : int
        How many changes there are that could save something, and how many were tried.
    warnings : tuple of str
    """

    model: str
    engine: str
    seed: int
    status: Status
    complete_to: int
    services: Mapping[str, ServiceExplanation]
    shared_fate: tuple[SharedFate, ...]
    waterfalls: tuple[Waterfall, ...]
    n_changes: int
    n_tried: int
    warnings: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """Exit status of a command: 130 stopped, 3 at a limit, else 0."""
        return {"stopped": STOPPED, "limit": AT_A_LIMIT, "no_outage_seen": AT_A_LIMIT}.get(
            self.status.code, DONE
        )

    def to_dict(self) -> dict[str, object]:
        """Return the JSON document of `hasim explain`, as docs/explain.md describes it."""
        return {
            "format": FORMAT,
            "model": self.model,
            "engine": self.engine,
            "seed": self.seed,
            "status": {"code": self.status.code, "text": self.status.text},
            "cut_sets_complete_to": self.complete_to,
            "services": {name: _service(one) for name, one in self.services.items()},
            "shared_fate": [
                {
                    "kind": one.kind,
                    "name": one.name,
                    "shared_by": [*one.shared_by],
                    "services": [*one.services],
                }
                for one in self.shared_fate
            ],
            "waterfalls": [_waterfall(one) for one in self.waterfalls],
            "changes": self.n_changes,
            "changes_tried": self.n_tried,
            "warnings": [*self.warnings],
        }


def _service(one: ServiceExplanation) -> dict[str, object]:
    answer = one.answer
    return {
        "unavailability": answer.unavailability.to_dict(),
        "downtime_s_per_year": answer.downtime_s_per_year.to_dict(),
        "outages_per_year": answer.outages_per_year.to_dict(),
        "mttr_s": answer.mttr_s.to_dict(),
        "downtime_s_per_year_by_cause": _all(answer.downtime_s_per_year_by_cause),
        "unexplained_by_cause_s": one.unexplained_by_cause_s,
        "mttr_stages_s": _all(answer.mttr_stages_s),
        "unexplained_by_stage_s": one.unexplained_by_stage_s,
        "single_points_of_failure": [
            {"name": p.name, "kind": p.kind, "hidden": p.hidden, "why": p.why}
            for p in one.single_points
        ],
        "cut_sets": [
            {
                "text": line.text,
                "order": line.order,
                "sets": line.n_sets,
                "example": [*line.example],
                "downtime_s_per_year": _dict(line.downtime_s_per_year),
                "share": line.share,
            }
            for line in one.cut_sets
        ],
        "failing_over_s_per_year": _dict(one.failing_over_s_per_year),
        "importance": [_importance(item) for item in one.importance],
        "changes": [_gain(gain) for gain in one.gains],
    }


def _gain(gain: Gain) -> dict[str, object]:
    document: dict[str, object] = {
        "text": gain.text,
        "saved_s_per_year": gain.saved_s_per_year.to_dict(),
        "left_s_per_year": gain.left_s_per_year,
    }
    if gain.price is not None:
        document["currency"] = gain.price.currency
        document["more_cost_per_year"] = gain.price.more_per_year
        document["cost_per_minute_avoided"] = gain.price.per_minute.to_dict()
    return document


def _importance(item: Importance) -> dict[str, object]:
    return {
        "item": item.item,
        "replicas": item.replicas,
        "unavailability": _dict(item.unavailability),
        "birnbaum": _dict(item.birnbaum),
        "criticality": _dict(item.criticality),
        "fussell_vesely": _dict(item.fussell_vesely),
        "improvement_s_per_year": _dict(item.improvement_s_per_year),
    }


def _waterfall(one: Waterfall) -> dict[str, object]:
    return {
        "name": one.name,
        "kind": one.kind,
        "mean_s": one.mean_s,
        "steps": [
            {"stage": s.stage, "mean_s": s.mean_s, "p95_s": s.p95_s, "share": s.share}
            for s in one.steps
        ],
    }


def _all(estimates: Mapping[str, Estimate]) -> dict[str, object]:
    return {name: one.to_dict() for name, one in estimates.items()}


def _dict(estimate: Estimate | None) -> dict[str, float | None] | None:
    return None if estimate is None else estimate.to_dict()
