"""Which fields stand together: the common ones first, the others by subject.

A key that is not named here falls under `MORE`, so that one that comes later has a place at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hasim.description.vocabulary import Part

COMMON, MORE = "Common", "More"

#: Keys that are seen at once; of a part that is not here all are.
_COMMON: Mapping[Part, tuple[str, ...]] = {
    "model": ("name", "description"),
    "component": (
        "preset", "kind", "replicas", "required", "redundancy", "capacity", "spread", "needs",
        "mtbf", "mttr", "failures",
    ),
    "domain": ("level", "in", "mtbf", "mttr", "failures", "needs"),
    "mode": ("after", "repair", "detect", "crew", "common_cause"),
    "domain mode": ("after", "repair", "detect", "crew"),
    "failover": ("preset", "detect", "decide", "fence", "promote", "switch", "coverage", "manual"),
    "route": ("to", "share", "policy", "detect", "readmit"),
    "monitoring": ("watches", "scrape", "rule", "for", "page", "acknowledge", "diagnose", "crew"),
    "own change": ("rate", "failure_rate", "strategy", "detect", "rollback"),
    "change": ("scope", "rate", "failure_rate", "strategy", "detect", "rollback"),
}  # fmt: skip

#: Subjects of the other keys.
_SUBJECTS: Mapping[Part, Mapping[str, tuple[str, ...]]] = {
    "model": {
        "Who repairs and watches": ("crews", "monitoring", "game_days"),
        "Planned work and changes": ("changes", "maintenance", "certificates"),
        "Networks and incidents": ("links", "scenarios"),
        "Costs": ("costs",),
    },
    "component": {
        "Standby and failover": ("standby", "failover", "witnesses"),
        "Failing and starting": ("availability", "crew", "start"),
        "Where it runs": ("hosts", "relocate", "shares", "slots"),
        "Traffic": ("routes", "uses", "tls"),
        "Changes": ("changes",),
    },
    "domain": {"How it fails": ("availability", "crew", "preset")},
    "route": {
        "Layer and weights": ("layer", "weights", "spill", "panic", "pinned", "idle"),
        "Registry": (
            "through", "expiry", "eviction", "cache", "poll", "self_preservation", "on_loss",
        ),
    },
}  # fmt: skip


def by_subject(part: Part, keys: Iterable[str]) -> list[tuple[str, list[str]]]:
    """The keys of a part by subject, the common ones first, each subject in its own order."""
    left = list(keys)
    wanted = {COMMON: _COMMON.get(part, tuple(left)), **_SUBJECTS.get(part, {})}
    groups = []
    for subject, names in wanted.items():
        groups.append((subject, [name for name in names if name in left]))
        left = [name for name in left if name not in names]
    return [(subject, names) for subject, names in [*groups, (MORE, left)] if names]
