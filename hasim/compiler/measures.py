"""Names of the measures that the compiler adds, by which the answers are read."""

from __future__ import annotations


def requests_measure(service: str) -> str:
    """The share of requests served."""
    return f"{service} requests served"


def short_measure(service: str) -> str:
    """The time in which a service is up with less capacity than the peak asks."""
    return f"{service} short"


def sla_measure(service: str) -> str:
    """The downtime that counts in the SLA."""
    return f"{service} down in the SLA"


def unguarded_measure(service: str) -> str:
    """The time in which a service serves without a guard."""
    return f"{service} unguarded"


def latent_measure(component: str) -> str:
    """The time in which a standby is dead and nobody knows."""
    return f"{component} hides a failure"


def split_measure(component: str) -> str:
    """The time with two primaries."""
    return f"{component} two primaries"


def false_alarms_measure(monitoring: str) -> str:
    """How often there is a false alarm."""
    return f"{monitoring} false alarms"


def alarmed_measure(monitoring: str) -> str:
    """The time that people spend on false alarms."""
    return f"{monitoring} time on false alarms"
