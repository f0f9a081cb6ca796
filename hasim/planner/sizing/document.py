"""A Sizing as the JSON document of `hasim size`.

Rules of this file: as those of solution/document.py.
"""

from __future__ import annotations

from hasim import __version__
from hasim.planner.columns import COLUMNS, COST_COLUMNS
from hasim.planner.sizing.answer import Bottom, Group, NextNine, Pick, Sizing
from hasim.planner.sizing.regret_document import to_regret_document
from hasim.planner.sizing.search import Excuse
from hasim.planner.sizing.targets import Target
from hasim.stats import Estimate

Json = dict[str, object]

FORMAT = 1


def to_document(sizing: Sizing) -> Json:
    """Return the document."""
    effort = sizing.effort
    document: Json = {
        "format": FORMAT,
        "hasim": __version__,
        "model": sizing.model,
        "seed": sizing.seed,
        "status": {"code": sizing.code, "text": sizing.text},
        "confidence": sizing.confidence,
        "targets": [_target(target) for target in sizing.targets],
        "cost_unit": sizing.unit if sizing.unit == "replicas" else f"{sizing.unit} a year",
        "answer": _pick(sizing.pick),
        "alternatives": [_pick(one) for one in sizing.alternatives],
        "excuses": [_group(group) for group in sizing.excuses],
        "too_close": sizing.too_close,
        "least_open": sizing.least_open,
        "bottom": _bottom(sizing.bottom),
        "next_nine": _next_nine(sizing.next_nine),
        "effort": {
            "designs": effort.designs,
            "unbuildable": effort.unbuildable,
            "decided": effort.decided,
            "looked_at": effort.looked_at,
            "parts": effort.parts,
            "put_together": effort.put_together,
            "solved": effort.solved,
        },
    }
    if sizing.regret is not None:
        document["regret"] = to_regret_document(sizing.regret)
    return document


def _target(target: Target) -> Json:
    return {
        "figure": target.figure.key,
        "service": target.service,
        "bound": target.bound,
        "currency": target.currency or None,
    }


def _pick(pick: Pick | None) -> Json | None:
    if pick is None:
        return None
    solution = pick.solution
    return {
        "choices": dict(pick.choices),
        "settings": [f"{key}={value}" for key, value in pick.settings],
        "cost": pick.cost,
        "engine": solution.engine,
        "why": list(solution.why),
        "model_hash": solution.model_hash,
        "costs": {column.key: _estimate(column.of(solution, "")) for column in COST_COLUMNS},
        "services": {
            service: {column.key: _estimate(column.of(solution, service)) for column in COLUMNS}
            for service in solution.services
        },
    }


def _group(group: Group) -> Json:
    return {
        "designs": group.number,
        "nearest": _excuse(group.nearest),
        "example": dict(group.example),
        "downtime_s_per_year_by_cause": {
            cause: cost.to_dict() for cause, cost in group.causes.items()
        },
        "statements": [
            {"designs": number, **_excuse(excuse)}
            for excuse, number in zip(group.excuses, group.numbers, strict=True)
        ],
    }


def _excuse(excuse: Excuse) -> Json:
    return {
        "grounds": excuse.grounds,
        "target": None if excuse.target is None else _target(excuse.target),
        "service": excuse.service,
        "parts": list(excuse.parts),
        "choices": dict(excuse.choices),
        "figure": _estimate(excuse.figure),
        "text": excuse.text,
    }


def _bottom(bottom: Bottom | None) -> Json | None:
    if bottom is None:
        return None
    return {
        "parts": [
            {
                "service": floor.service,
                "part": floor.part,
                "choices": dict(floor.choices),
                "unavailability": floor.unavailability.to_dict(),
            }
            for floor in bottom.floors
        ],
        "best": _pick(bottom.best),
        "without_budget": _pick(bottom.without_budget),
    }


def _next_nine(next_nine: NextNine | None) -> Json | None:
    if next_nine is None:
        return None
    return {
        "targets": [_target(target) for target in next_nine.targets],
        "answer": _pick(next_nine.pick),
        "is_known": next_nine.is_known,
        "bottom": _bottom(next_nine.bottom),
    }


def _estimate(estimate: Estimate | None) -> dict[str, float | None] | None:
    return None if estimate is None else estimate.to_dict()
