"""Joint 1: the System, what the user means in the user's nouns."""

from hasim.system.certificates import Certificate
from hasim.system.encryption import Tls
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
    Sessions,
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
    NeedName,
    Use,
)
from hasim.system.parts import MAX_COUNT

__all__ = [
    "DEFAULT_MODE",
    "DEFAULT_SERVICE",
    "LANGUAGE",
    "MAX_COUNT",
    "Certificate",
    "Changeover",
    "Component",
    "Crew",
    "Domain",
    "Failback",
    "Failover",
    "FailureMode",
    "Need",
    "NeedAll",
    "NeedAny",
    "NeedAtLeast",
    "NeedName",
    "Objectives",
    "Redundancy",
    "Service",
    "Sessions",
    "Standby",
    "System",
    "Tls",
    "Use",
]
