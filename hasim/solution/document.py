"""A Solution as the JSON document of `hasim run`.

Rules of this file: dicts, lists, texts, whole numbers, floats and None only; keys in a fixed order;
nothing that differs between two runs of the same model, engine, seed and precision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from hasim.solution.answers import (
    FORMAT,
    Capacity,
    ComponentAnswer,
    Handshakes,
    ServiceAnswer,
    SinglePoint,
    Solution,
    WhatIf,
)
from hasim.solution.budget import ErrorBudget
from hasim.solution.costs import costs_document
from hasim.solution.sla import sla_document
from hasim.stats import Estimate

Json = dict[str, object]


def to_document(solution: Solution) -> Json:
    """Return the document."""
    made = solution.provenance
    document: Json = {
        "format": FORMAT,
        "hasim": made.hasim,
        "model": solution.model,
        "model_hash": made.model_hash,
        "engine": solution.engine,
        "why": list(solution.why),
        "seed": made.seed,
        "status": {"code": solution.status.code, "text": solution.status.text},
        "services": {name: _service(answer) for name, answer in solution.services.items()},
    }
    if solution.components:
        document["components"] = {
            name: _component(answer) for name, answer in solution.components.items()
        }
    if solution.monitoring:
        document["monitoring"] = {
            name: {
                "false_alarms_per_year": answer.false_alarms_per_year.to_dict(),
                "false_alarms_s_per_year": answer.false_alarms_s_per_year.to_dict(),
            }
            for name, answer in solution.monitoring.items()
        }
    if solution.routes:
        document["routes"] = {name: asdict(answer) for name, answer in solution.routes.items()}
    if solution.measures:
        document["measures"] = _estimates(solution.measures)
    if solution.security:
        security = {name: _handshakes(one) for name, one in solution.security.items()}
        document["security"] = security
    costs = solution.costs
    if costs is not None:
        document["costs"] = costs_document(costs)
    document["leaves_out"] = list(solution.leaves_out)
    if solution.what_if is not None:
        document["what_if"] = [_what_if(one) for one in solution.what_if]
    document["warnings"] = list(solution.warnings)
    document["provenance"] = {
        "precision": made.precision,
        "replications": made.replications,
        "warmup_s": made.warmup_s,
        "horizon_s": made.horizon_s,
        "events": made.events,
    }
    return document


def _what_if(one: WhatIf) -> Json:
    return {
        "omission": one.omission,
        "put_in": one.put_in,
        "grade": one.grade,
        "source": list(one.sources),
        "services": {
            name: {
                "unavailability": move.unavailability.to_dict(),
                "factor": move.factor,
                "p95_outage_s": move.p95_outage_s.to_dict(),
            }
            for name, move in one.services.items()
        },
    }


def _service(answer: ServiceAnswer) -> Json:
    return {
        "availability": answer.availability.to_dict(),
        "unavailability": answer.unavailability.to_dict(),
        "nines": answer.nines.to_dict(),
        "request_availability": _estimate(answer.request_availability),
        "sla_availability": _estimate(answer.sla_availability),
        "outages_per_year": answer.outages_per_year.to_dict(),
        "downtime_s_per_year": answer.downtime_s_per_year.to_dict(),
        "mttr_s": answer.mttr_s.to_dict(),
        "mtbf_s": answer.mtbf_s.to_dict(),
        "mttr_stages_s": _estimates(answer.mttr_stages_s),
        "outages_per_year_by_cause": _estimates(answer.outages_per_year_by_cause),
        "downtime_s_per_year_by_cause": _estimates(answer.downtime_s_per_year_by_cause),
        "downtime_s_per_year_by_kind": _estimates(answer.downtime_s_per_year_by_kind) or None,
        "outage_length_s": _estimates(answer.outage_length_s),
        "outages_seen": answer.outages_seen,
        "capacity": _capacity(answer.capacity),
        "objectives": {
            name: {"target": verdict.target, "met": verdict.met}
            for name, verdict in answer.objectives.items()
        },
        "single_points_of_failure": _points(answer.single_points_of_failure),
        "unguarded_s_per_year": _estimate(answer.unguarded_s_per_year),
        "guards": _guards(answer.guards),
        "error_budget": _budget(answer.error_budget),
        "sla": None if answer.sla is None else sla_document(answer.sla),
    }


def _guards(guards: Mapping[str, Estimate] | None) -> Json | None:
    if guards is None:
        return None
    return {name: {"downtime_s_per_year": cost.to_dict()} for name, cost in guards.items()}


def _handshakes(one: Handshakes) -> Json:
    return {
        "handshake_cpu_s": {"full": one.full_cpu_s, "mean": one.mean_cpu_s},
        "reconnect_storm_s": {
            "after_failover": one.storm_after_failover_s,
            "after_loss_of_replica": one.storm_after_loss_s,
        },
        "new_connections_per_s": one.new_connections_per_s,
    }


def _component(answer: ComponentAnswer) -> Json:
    known = {
        "latent_unavailability": answer.latent_unavailability,
        "two_primaries_s_per_year": answer.two_primaries_s_per_year,
    }
    return {key: one.to_dict() for key, one in known.items() if one is not None}


def _points(points: tuple[SinglePoint, ...] | None) -> list[Json] | None:
    if points is None:
        return None
    return [{"name": p.name, "kind": p.kind, "hidden": p.hidden, "why": p.why} for p in points]


def _capacity(capacity: Capacity | None) -> Json | None:
    if capacity is None:
        return None
    loss = capacity.headroom_after_loss
    return {
        "demand_rps": capacity.demand_rps,
        "full_rps": capacity.full_rps,
        "headroom": capacity.headroom,
        "headroom_after_loss": None
        if loss is None
        else {
            "replica": loss.replica,
            "host": loss.host,
            "domain": loss.domain,
            "worst": loss.worst,
        },
        "short_s_per_year": _estimate(capacity.short_s_per_year),
    }


def _budget(budget: ErrorBudget | None) -> Json | None:
    return (
        None if budget is None else {**asdict(budget), "alerts": list(map(asdict, budget.alerts))}
    )


def _estimates(estimates: Mapping[str, Estimate]) -> Json:
    return {name: estimate.to_dict() for name, estimate in estimates.items()}


def _estimate(estimate: Estimate | None) -> Json | None:
    return None if estimate is None else {**estimate.to_dict()}
