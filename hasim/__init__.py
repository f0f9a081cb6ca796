"""hasim: a simulator for the design of highly available systems."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hasim.compiler import compile
    from hasim.description import SystemBuilder, from_graph, load, load_space, resolve
    from hasim.errors import HasimError, InputError, ModelError, RefusedError, SolveError
    from hasim.planner import compare, explain, replay, risk_from_now, size, what_if
    from hasim.process import Process, ProcessBuilder
    from hasim.reporting.incidents import Incident
    from hasim.solution import Solution
    from hasim.solving import solve
    from hasim.stats import Estimate
    from hasim.store import Study
    from hasim.system import System
    from hasim.topology import to_graph

__version__ = "0.1.0"

_HOMES = {
    "ask": "hasim.solving",
    "compare": "hasim.planner",
    "compile": "hasim.compiler",
    "SystemBuilder": "hasim.description",
    "from_graph": "hasim.description",
    "load": "hasim.description",
    "load_space": "hasim.description",
    "resolve": "hasim.description",
    "HasimError": "hasim.errors",
    "InputError": "hasim.errors",
    "ModelError": "hasim.errors",
    "RefusedError": "hasim.errors",
    "SolveError": "hasim.errors",
    "explain": "hasim.planner",
    "replay": "hasim.planner",
    "risk_from_now": "hasim.planner",
    "size": "hasim.planner",
    "what_if": "hasim.planner",
    "Incident": "hasim.reporting.incidents",
    "Process": "hasim.process",
    "ProcessBuilder": "hasim.process",
    "Solution": "hasim.solution",
    "solve": "hasim.solving",
    "Estimate": "hasim.stats",
    "Study": "hasim.store",
    "System": "hasim.system",
    "to_graph": "hasim.topology",
}

__all__ = [
    "Estimate",
    "HasimError",
    "Incident",
    "InputError",
    "ModelError",
    "Process",
    "ProcessBuilder",
    "RefusedError",
    "Solution",
    "SolveError",
    "Study",
    "System",
    "SystemBuilder",
    "ask",
    "compare",
    "compile",
    "explain",
    "from_graph",
    "load",
    "load_space",
    "replay",
    "resolve",
    "risk_from_now",
    "size",
    "solve",
    "to_graph",
    "what_if",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that `import hasim` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'hasim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Name what can be imported from here."""
    return sorted([*__all__, "__version__"])


if "IPython" in sys.modules:
    import_module("hasim.reporting.displays").register()
