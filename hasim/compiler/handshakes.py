"""Handshakes: how long all clients take to connect again, in processor time of their component.

Theory of operation
-------------------
Connecting costs a core the time of a full handshake, or less where a session is resumed. After a
failover all clients come to the one replica that took over, and it does what all its cores can:

    storm = clients * ((1 - resumed) * handshake + resumed * resumption) / cores

Where all n replicas serve, the loss of one sends its share of the clients to the other n - 1. These
are numbers of the design; the first is also the stage `reconnect` of the failover (failover.py).

Rules of this file
------------------
1. It reads the System only. Networks and clients are taken to keep up.
"""

from __future__ import annotations

from collections.abc import Mapping

from hasim.compiler.plan import reconnecting
from hasim.solution import Handshakes
from hasim.system import Component, System, Tls


def handshakes_of(system: System) -> Mapping[str, Handshakes]:
    """What handshakes cost each component that says so.

    Parameters
    ----------
    system : System
    """
    return {
        name: _handshakes(component, component.tls)
        for name, component in system.components.items()
        if component.tls is not None
    }


def _handshakes(component: Component, tls: Tls) -> Handshakes:
    mean = tls.mean_cost
    all_clients, others = tls.clients * mean / tls.cores, component.replicas - 1
    fails_over = component.failover is not None
    share = all_clients / component.replicas / others if others and not fails_over else None
    return Handshakes(
        full_cpu_s=tls.handshake,
        mean_cpu_s=mean,
        storm_after_failover_s=reconnecting(component).value if fails_over else None,
        storm_after_loss_s=share,
        new_connections_per_s=tls.cores / mean if mean else None,
    )
