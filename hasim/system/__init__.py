"""Joint 1: the System, what the user means in the user's nouns."""

from hasim.system.certificates import Certificate
from hasim.system.changes import STRATEGIES_OF, Change, Strategy
from hasim.system.costs import ComponentCosts, Costs
from hasim.system.encryption import Tls
from hasim.system.links import Link
from hasim.system.maintenance import Maintenance
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
from hasim.system.monitoring import GameDay, Monitoring
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
    is_routed,
)
from hasim.system.options import Option
from hasim.system.parts import MAX_COUNT
from hasim.system.relocate import Relocate
from hasim.system.routes import Discovery, Policy, Route
from hasim.system.scenarios import Event, Scenario
from hasim.system.shifts import Shift
from hasim.system.sla import Credit, Excluded, Sla, Window
from hasim.system.uncertain import Uncertain, Varied

__all__ = [
    "DEFAULT_MODE",
    "DEFAULT_SERVICE",
    "LANGUAGE",
    "MAX_COUNT",
    "STRATEGIES_OF",
    "Certificate",
    "Change",
    "Changeover",
    "Component",
    "ComponentCosts",
    "Costs",
    "Credit",
    "Crew",
    "Discovery",
    "Domain",
    "Event",
    "Excluded",
    "Failback",
    "Failover",
    "FailureMode",
    "GameDay",
    "Link",
    "Maintenance",
    "Monitoring",
    "Need",
    "NeedAll",
    "NeedAny",
    "NeedAtLeast",
    "NeedCells",
    "NeedName",
    "Objectives",
    "Option",
    "Policy",
    "Redundancy",
    "Relocate",
    "Route",
    "Scenario",
    "Service",
    "Sessions",
    "Shift",
    "Sla",
    "Standby",
    "Strategy",
    "System",
    "Tls",
    "Uncertain",
    "Use",
    "Varied",
    "Window",
    "is_routed",
]
