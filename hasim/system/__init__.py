"""Joint 1: the System, what the user means in the user's nouns."""

from hasim.system.model import (
    DEFAULT_MODE,
    DEFAULT_SERVICE,
    LANGUAGE,
    Component,
    Crew,
    Domain,
    Failover,
    FailureMode,
    Objectives,
    Redundancy,
    Service,
    Standby,
    System,
)
from hasim.system.monitoring import GameDay, Monitoring
from hasim.system.needs import (
    Changeover,
    Failback,
    Need,
    NeedAll,
    NeedAny,
    NeedAtLeast,
    NeedName,
    Use,
)
from hasim.system.parts import MAX_COUNT
from hasim.system.shifts import Shift

__all__ = [
    "DEFAULT_MODE",
    "DEFAULT_SERVICE",
    "LANGUAGE",
    "MAX_COUNT",
    "Changeover",
    "Component",
    "Crew",
    "Domain",
    "Failback",
    "Failover",
    "FailureMode",
    "GameDay",
    "Monitoring",
    "Need",
    "NeedAll",
    "NeedAny",
    "NeedAtLeast",
    "NeedName",
    "Objectives",
    "Redundancy",
    "Service",
    "Shift",
    "Standby",
    "System",
    "Use",
]
