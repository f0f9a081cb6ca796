"""Guards that fail open: the time in which something serves without being guarded.

Theory of operation
-------------------
A need that fails open never stops what has it (serving.py). Instead `web serves unguarded` holds
while web serves and a need of its own that fails open is not met, nor its absence tolerated. A
service is unguarded while it serves and anything on its way is: what it needs or uses, what that
runs on or is in, and so on, guards themselves included.

Rules of this file
------------------
1. Where no need fails open, or none that does can stop, nothing is built.
2. Gates come before the passes that make automata: tolerances and changeovers of such needs are
   known by them.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.compiler.draft import Condition
from hasim.compiler.measures import unguarded_measure
from hasim.compiler.plan import Plan
from hasim.compiler.serving import domain_open, group_serves, met_or_tolerated, service_serves
from hasim.process import Holds, Origin, Share
from hasim.topology import needing, open_needs

PASS = "unguarded"


def add_gates(plan: Plan) -> None:
    """Build the gate of everything that has a need that fails open."""
    for name, owner in needing(plan.system):
        missing = tuple(
            dict.fromkeys(
                term for need in open_needs(owner.needs) for term in met_or_tolerated(plan, need)
            )
        )
        if missing:
            origin, serves = Origin(name, PASS), _serves(plan, name)
            terms = [*((term, len(missing)) for term in serves), *((term, -1) for term in missing)]
            constant = 0 if serves else len(missing)
            gate = f"{name} serves unguarded"
            level = plan.draft.count(f"{gate}: sum", terms, origin, constant=constant)
            plan.unguarded[name] = plan.draft.compare(gate, level, 1, origin)


def unguarded_share(plan: Plan, service: str) -> Share | None:
    """The share of time in which a service serves unguarded.

    Parameters
    ----------
    plan : Plan
    service : str

    Returns
    -------
    Share or None
        None where nothing on its way has a need that fails open and can stop.
    """
    gates = [plan.unguarded[name] for name in _way(plan, service) if name in plan.unguarded]
    if not gates:
        return None
    origin, serves = Origin(service, PASS), service_serves(plan, service)
    terms = [*((Holds(gate), 1) for gate in gates), *((term, len(gates)) for term in serves)]
    least = 1 + len(gates) * len(serves)
    name = unguarded_measure(service)
    return Share(name, plan.draft.gate(name, terms, least, origin), origin)


def _serves(plan: Plan, name: str) -> Condition:
    """When what has a need serves, for whoever asks least of it."""
    if name in plan.system.domains:
        return domain_open(plan, name)
    if name in plan.groups:
        required = plan.groups[name].component.required
        return group_serves(plan, name, min(required, plan.least_needed.get(name, required)))
    return service_serves(plan, name)


def _way(plan: Plan, service: str) -> Iterator[str]:
    """Yield a service and all that it depends on."""
    reached = {service: None}
    queue = [service] if plan.unguarded else []
    for name in queue:
        yield name
        new = [one for one in plan.targets.get(name, ()) if one not in reached]
        reached |= dict.fromkeys(new)
        queue += new
