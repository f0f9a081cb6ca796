"""A Comparison as the JSON document of `hasim compare`.

Rules of this file: as those of solution/document.py.
"""

from __future__ import annotations

from hasim import __version__
from hasim.planner.comparison import Comparison, Contest, Standing

Json = dict[str, object]

FORMAT = 1


def to_document(comparison: Comparison) -> Json:
    """Return the document."""
    made = next(iter(comparison.solutions.values())).provenance
    return {
        "format": FORMAT,
        "hasim": __version__,
        "seed": made.seed,
        "status": {"code": comparison.code, "text": comparison.text},
        "rank_by": comparison.rank_by,
        "indifference": comparison.indifference,
        "confidence": comparison.confidence,
        "candidates": {
            name: {
                "model": one.model,
                "model_hash": one.model_hash,
                "engine": one.engine,
                "why": list(one.why),
                "replications": one.provenance.replications,
                "horizon_s": one.provenance.horizon_s,
                "events": one.provenance.events,
            }
            for name, one in comparison.solutions.items()
        },
        "services": {
            name: _contest(comparison, name, contest)
            for name, contest in comparison.contests.items()
        },
    }


def _contest(comparison: Comparison, service: str, contest: Contest) -> Json:
    return {
        "candidates": {
            name: _standing(comparison, service, name, standing)
            for name, standing in contest.standings.items()
        },
        "pairs": [
            {"one": one, "other": other, "one_is": verdict}
            for (one, other), verdict in contest.verdicts.items()
        ],
    }


def _standing(comparison: Comparison, service: str, name: str, standing: Standing) -> Json:
    objectives = comparison.solutions[name][service].objectives
    return {
        "place": standing.place,
        "verdict": standing.verdict,
        "figures": {
            key: None if figure is None else figure.to_dict()
            for key, figure in standing.figures.items()
        },
        "differences": {
            key: {**one.estimate.to_dict(), "paired": one.paired, "real": one.real}
            for key, one in standing.differences.items()
        },
        "objectives": {
            key: {"target": verdict.target, "met": verdict.met}
            for key, verdict in objectives.items()
        },
        "dominated_by": list(standing.dominated_by),
    }
