"""The worst loss of a service, played until all is back: what it can carry meanwhile.

Theory of operation: the Solution names the loss that leaves least. An incident begins with it, and
nothing else fails; after each moment the incident tells what could be carried.

Rules of this file: one incident with seed 1, so that the same model gives the same figure; where it
cannot be played, as for a loss that never ends, there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hasim.errors import HasimError
from hasim.reporting.figures.loss import Loss
from hasim.solution import ServiceAnswer
from hasim.system import System

if TYPE_CHECKING:
    from hasim.reporting.incidents import Incident

#: The reference engine looks at every part at every moment: of more replicas nobody waits for it.
MOST_REPLICAS = 300

#: An incident that is not over after so many moments is not drawn; a failover takes six.
MOST_MOMENTS = 200


def play_worst_loss(system: System, service: str, answer: ServiceAnswer) -> Loss | None:
    """Play the worst loss of a service.

    Parameters
    ----------
    system : System
    service : str
    answer : ServiceAnswer
        With what its capacity is.

    Returns
    -------
    Loss or None
        None where there is no such loss, or it cannot be played.
    """
    capacity = answer.capacity
    if capacity is None or not capacity.demand_rps or capacity.headroom_after_loss is None:
        return None
    worst = capacity.headroom_after_loss.worst
    replicas = sum(one.replicas for one in system.components.values())
    if not worst or replicas > MOST_REPLICAS:
        return None
    from hasim.reporting.incidents import Incident  # brings the reference engine

    try:
        incident = Incident(system, seed=1)
        incident.kill(_item(worst))
    except HasimError:
        return None
    if not _plays_to_the_end(incident):
        return None
    begun = incident.moments[0].time
    carried = [
        (one.time - begun, rps)
        for one in incident.readings
        if (rps := one.services[service].capacity_rps) is not None
    ]
    if not carried:
        return None
    return Loss(worst, carried, capacity.demand_rps, incident.now - begun)


def _plays_to_the_end(incident: Incident) -> bool:
    """Play until all is well; whether it comes to that."""
    for _ in range(MOST_MOMENTS):
        if incident.step() is None:
            return False
        if incident.is_well:
            return True
    return False


def _item(worst: str) -> str:
    """What is killed for a loss in words: ``zone a``, ``host node.1``, ``a replica of db``."""
    name = worst.rpartition(" ")[2]
    return f"{name}.1" if worst.startswith("a replica of ") else name
