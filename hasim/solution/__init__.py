"""JOINT 3: the Solution, what is known about a system and how it came to be known.

Plain data: estimates with intervals under the user's names, the status, the engine and why, what
the model leaves out, and warnings. It knows neither System nor Process. docs/results.md tells what
every figure means.
"""

from hasim.solution.answers import (
    AT_A_LIMIT,
    DONE,
    OBJECTIVE_NOT_SHOWN,
    STOPPED,
    AfterLoss,
    Capacity,
    ComponentAnswer,
    Handshakes,
    MonitoringAnswer,
    Move,
    Provenance,
    ServiceAnswer,
    SinglePoint,
    Solution,
    Status,
    StatusCode,
    Verdict,
    WhatIf,
)
from hasim.solution.budget import BurnAlert, ErrorBudget
from hasim.solution.costs import Budget, Costs, PaidLine, Prices
from hasim.solution.routes import OneBack, OneLess, RouteAnswer, Times
from hasim.solution.sla import ChanceBelow, CreditTier, SlaAnswer, SpentBy, WindowAnswer

__all__ = [
    "AT_A_LIMIT",
    "DONE",
    "OBJECTIVE_NOT_SHOWN",
    "STOPPED",
    "AfterLoss",
    "Budget",
    "BurnAlert",
    "Capacity",
    "ChanceBelow",
    "ComponentAnswer",
    "Costs",
    "CreditTier",
    "ErrorBudget",
    "Handshakes",
    "MonitoringAnswer",
    "Move",
    "OneBack",
    "OneLess",
    "PaidLine",
    "Prices",
    "Provenance",
    "RouteAnswer",
    "ServiceAnswer",
    "SinglePoint",
    "SlaAnswer",
    "Solution",
    "SpentBy",
    "Status",
    "StatusCode",
    "Times",
    "Verdict",
    "WhatIf",
    "WindowAnswer",
]
