"""Guards: what stands in the way of every request for the sake of security.

Rules of this file
------------------
1. It reads the System only; what guards cost is read off the causes that downtime is charged to.
"""

from __future__ import annotations

from hasim.compiler.certificates import lapsing
from hasim.system import System

KINDS = ("firewall", "waf", "identity", "key-service", "kms")
"""The roles of components that guard."""


def guards_of(system: System) -> tuple[str, ...]:
    """The components that guard, and the certificates that can expire, by name.

    Parameters
    ----------
    system : System
    """
    components = (name for name, one in system.components.items() if one.kind in KINDS)
    return (*components, *(name for name, _ in lapsing(system)))
