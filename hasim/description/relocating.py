"""Reading `relocate`: how a replica is restarted on another host."""

from __future__ import annotations

from hasim.description.needs import read_needs
from hasim.description.reading import Group, Section
from hasim.laws import Fixed
from hasim.system import NeedName, Relocate


def read_relocate(section: Section, group: Group) -> Relocate | None:
    """The steps to another host; None where it was not typed."""
    if not section.has("relocate"):
        return None
    inner = section.section("relocate", "relocate")
    if group.redundancy != "active-active":
        found = f"not yet: {group.redundancy} replicas are not restarted elsewhere"
        section.error("relocate", found, "", "use a failover, or remove relocate")
    elif not section.values.get("hosts"):
        found = "nothing says where it runs"
        section.error("relocate", found, "it goes from host to host", "write hosts: node")
    relocate = Relocate(
        detect=inner.detection("detect", Fixed(0.0)) or Fixed(0.0),
        decide=inner.step("decide"),
        start=inner.step("start"),
        needs=read_needs(inner, "needs"),
    )
    for need in relocate.needs:
        if isinstance(need, NeedName) and need.name == section.path[-1]:
            inner.error("needs", f"{need.name} waits for itself", "", "remove it")
    return relocate
