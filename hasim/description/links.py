"""Reading links: the two domains between which a network can be cut."""

from __future__ import annotations

from collections.abc import Iterator

from hasim.description.failing import read_after
from hasim.description.reading import STAND_IN, Ledger, Section, read_domains
from hasim.laws import Law
from hasim.system import Link, System
from hasim.topology import Place, outwards, placement

_EXAMPLE = "write {between: [a, b], cut: {after: 90 d, lasts: 1 min}}"


def read_link(section: Section) -> Link | None:
    """A link; None where its two ends cannot be told."""
    between = read_domains(section, "between")
    cut = section.section("cut", "cut")
    is_well = not section.ledger.is_touched(section.path)
    if not section.has("between") and is_well:
        section.ledger.error(section.path, "it does not say between what", "", _EXAMPLE)
    elif len(between) != 2 and is_well:
        found = f"between {len(between)} domains"
        section.error("between", found, "a link is between two", _EXAMPLE)
    elif is_well and between and between[0] == between[1]:
        found = f"a cut between {between[0]} and itself"
        section.error("between", found, "a link is between two domains", "name another domain")
    if not section.has("cut") and is_well:
        section.ledger.error(section.path, "it is never cut", "", _EXAMPLE)
    after, lasts = read_after(cut), _read_lasts(cut)
    if len(between) != 2:
        return None
    return Link(between=(between[0], between[1]), after=after, lasts=lasts)


def _read_lasts(cut: Section) -> Law:
    law = cut.law("lasts", "exponential", None)
    missing = [key for key in ("after", "lasts") if not cut.has(key)]
    if cut.has("rate"):
        missing = [key for key in missing if key != "after"]
    if missing and cut.values and not cut.ledger.is_touched(cut.path):
        found = f"it has no {' and no '.join(missing)}"
        cut.ledger.error(cut.path, found, "", "write {after: 90 d, lasts: 1 min}")
    return law or STAND_IN


def check_links(system: System, ledger: Ledger) -> None:
    """Find links between a domain and what is around it, and links that part nothing."""
    for name, link in system.links.items():
        path = ("links", name, "between")
        for inner, outer in (link.between, link.between[::-1]):
            if outer in outwards(system, system.domains[inner].inside):
                step = "name two domains that lie beside each other"
                ledger.error(path, f"{inner} is inside of {outer}", "a cut parts two places", step)
        if not any(_parts(system, link, places) for places in _watched(system)):
            found = "it parts no replicas of a group that fails over or of a quorum"
            ledger.warn(path, found, "", "its cuts change nothing in this model")


def _watched(system: System) -> Iterator[tuple[Place, ...]]:
    """Yield the places of the replicas of groups that have a leader."""
    for name, places in placement(system).items():
        if system.components[name].failover is not None:
            yield places


def _parts(system: System, link: Link, places: tuple[Place, ...]) -> bool:
    sides = [set(outwards(system, place.domain)) for place in places]
    return all(any(end in side for side in sides) for end in link.between)
