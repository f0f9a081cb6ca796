"""Which single failure would take a service down while something is down already.

Theory of operation: what stops is structure (losses.py): with what is down now lost, each replica,
domain and common cause is lost as well, and the services that this takes down are told. The chance
of a failure within a time is that of the first of its failure modes, from new.

Rules of this file: chances are summed from hazards, never 1 minus a survival.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from hasim.compiler.plan import Plan, make_plan
from hasim.laws import Law
from hasim.losses import services_lost
from hasim.planner.prospect import EndingFailure
from hasim.system import System


def find_endings(
    system: System, down: frozenset[str], within: float
) -> tuple[frozenset[str], Mapping[str, tuple[EndingFailure, ...]]]:
    """Return the services that are down until a repair, and what would end each of the others.

    Parameters
    ----------
    system : System
        Without cycles.
    down : frozenset of str
        Domains, replicas or whole components.
    within : float
        Seconds.
    """
    candidates = [one for one in _candidates(make_plan(system)) if not one[1] & down]
    losses = [down, *(down | lost for _, lost, _ in candidates)]
    (lost_now, *lost_then) = services_lost(system, losses)
    endings: dict[str, list[EndingFailure]] = {name: [] for name in system.services}
    for (name, _, laws), lost in zip(candidates, lost_then, strict=True):
        for service in lost - lost_now:
            endings[service].append(EndingFailure(name, _chance(laws, within)))
    return lost_now, {
        service: tuple(sorted(found, key=lambda one: -one.chance))
        for service, found in endings.items()
    }


def lost_by(system: System, item: str) -> str:
    """Return what is lost with a replica, a domain or a common cause (its component)."""
    is_part = item in system.domains or item.count(".") == 1
    return item if is_part else item.partition(".")[0]


def _candidates(plan: Plan) -> Iterator[tuple[str, frozenset[str], tuple[Law, ...]]]:
    """Yield what can fail, what is lost with it, and the laws by which it fails."""
    for name, modes in plan.domain_modes.items():
        if modes:
            yield name, frozenset([name]), tuple(mode.law for mode in modes)
    for group in plan.groups.values():
        laws = tuple(mode.law for mode in group.modes if mode.has_own)
        if laws:
            for replica in group.replicas:
                yield replica, frozenset([replica]), laws
        for mode in group.modes:
            if mode.has_common:
                yield mode.common, frozenset([group.name, *group.replicas]), (mode.common_law,)


def _chance(laws: Iterable[Law], within: float) -> float:
    chances = [law.cdf(within) for law in laws]
    if 1.0 in chances:
        return 1.0
    return -math.expm1(math.fsum(math.log1p(-chance) for chance in chances))
