"""Joint 1: the System, what the user means in the user's nouns."""

from hasim.system.links import Link
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
from hasim.system.needs import (
    Changeover,
    Failback,
    Need,
    NeedAll,
    NeedAny,
    NeedAtLeast,
    NeedCells,
    NeedName,
    Use,
)
from hasim.system.parts import MAX_COUNT
from hasim.system.relocate import Relocate
from hasim.system.routes import Discovery, Policy, Route

__all__ = [
    "DEFAULT_MODE",
    "DEFAULT_SERVICE",
    "LANGUAGE",
    "MAX_COUNT",
    "Changeover",
    "Component",
    "Crew",
    "Discovery",
    "Domain",
    "Failback",
    "Failover",
    "FailureMode",
    "Link",
    "Need",
    "NeedAll",
    "NeedAny",
    "NeedAtLeast",
    "NeedCells",
    "NeedName",
    "Objectives",
    "Policy",
    "Redundancy",
    "Relocate",
    "Route",
    "Service",
    "Standby",
    "System",
    "Use",
]
