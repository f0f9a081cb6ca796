"""A Regret as a part of the JSON document of `hasim size`.

Rules of this file: as those of document.py.
"""

from __future__ import annotations

from dataclasses import asdict

from hasim.planner.sizing.regret import Regret, Standing

Json = dict[str, object]


def to_regret_document(regret: Regret) -> Json:
    """Return what stands under ``regret``."""
    return {
        "uncertain": [one.model_dump() for one in regret.uncertain],
        "worlds": regret.worlds,
        "worlds_asked": regret.asked,
        "worlds_searched": regret.searched,
        "keeps": regret.keeps,
        "is_kept": regret.is_kept,
        "worlds_without_any": regret.hopeless,
        "surety": regret.surety,
        "nominal": _standing(regret.nominal),
        "least": _standing(regret.least),
        "candidates": [_standing(one) for one in regret.candidates],
    }


def _standing(one: Standing) -> Json:
    return {
        "choices": dict(one.choices),
        "settings": [f"{key}={value}" for key, value in one.settings],
        "cost": one.cost,
        "mean_cost": one.mean_cost,
        "worlds_kept": one.kept,
        "share_kept": one.share.to_dict(),
        "mean_regret": one.mean_regret,
        "p95_regret": one.p95_regret,
        "most_regret": one.most_regret,
        "missed": dict(one.missed),
        "failing_goes_with": [asdict(influence) for influence in one.influences],
    }
