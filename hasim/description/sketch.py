"""What a draft looks like, however unfinished: parts, where their replicas are, who needs whom.

Theory of operation
-------------------
A draft that checks is drawn from its System; one that does not, from what could be read of it with
stand-ins for what is wrong. Both go the same way from there, by `hasim.topology`, so that a draft
is placed and linked as the tool understands it. Findings are laid at the part that their key leads
to, and at the arrow where their key names one.

Rules of this file
------------------
1. Parts are known by *identifiers*: ``component:web``, ``domain:a``, and arrows by theirs,
   ``needs:web:db``; no picture and no page makes identifiers of its own.
2. Whatever the draft says, there is a sketch of it; only a text that is no YAML mapping is refused.
3. No finding is lost: those about nothing that has an identifier are in `Sketch.findings` too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hasim.description.draft import Draft, KeyPath, Value, key_text
from hasim.description.known import know
from hasim.description.resolution import partly_read
from hasim.errors import Finding
from hasim.system import Component, Domain, Service, System
from hasim.system.plain import SECTIONS
from hasim.topology import Link, Place, cycles, host_name, links, placement, takeover_links

#: What an arrow is called, by the words of its link; other links are boxes within boxes.
ARROWS: Mapping[str, str] = {
    "needs": "needs",
    "routes to": "routes",
    "uses": "uses",
    "runs on": "host",
    "takes over with": "takeover",
}

#: The sections whose parts are drawn.
DRAWN = ("services", "components", "domains")

#: An entry of a list in the text of a key.
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Member:
    """The replicas of a component in one domain.

    Parameters
    ----------
    group, domain : str
        Names of the component and of the innermost domain.
    replicas : tuple of int
        Their numbers.
    hosts : tuple of str
        What each runs on, such as ``node.2``; empty where they run on nothing.
    """

    group: str
    domain: str
    replicas: tuple[int, ...]
    hosts: tuple[str, ...] = ()

    @property
    def identifier(self) -> str:
        """``member:web:a``."""
        return f"member:{self.group}:{self.domain}"


@dataclass(frozen=True, slots=True)
class Arrow:
    """One way in which something depends on another.

    Parameters
    ----------
    kind : str
        ``needs``, ``uses``, ``routes``, ``host`` or ``takeover``.
    source, target : str
        Names of services, components or (a source only) domains.
    source_id, target_id : str
        Their identifiers.
    """

    kind: str
    source: str
    target: str
    source_id: str
    target_id: str

    @property
    def identifier(self) -> str:
        """``needs:web:db``."""
        return f"{self.kind}:{self.source}:{self.target}"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is to be drawn of a draft.

    Parameters
    ----------
    name : str
        Of the model.
    services, components, domains : Mapping
        The parts by name, in the order of the file; of a draft that does not check with stand-ins
        for what is wrong.
    members : tuple of Member
        By component, in the order of their first replicas; none of what is in no domain.
    arrows : tuple of Arrow
    locked : frozenset of str
        Identifiers of parts that are not written in the file itself: they come from stamps, from
        included files, or are the service by default.
    findings : tuple of Finding
        All of them, ordered by place.
    about : Mapping[str, tuple of Finding]
        Those about a part or an arrow, by identifier: ``crew:oncall`` has some too, though crews
        are not drawn. What is about an arrow is also about the part that it begins at.
    system : System or None
        What the draft describes; None if it does not check.
    """

    name: str
    services: Mapping[str, Service]
    components: Mapping[str, Component]
    domains: Mapping[str, Domain]
    members: tuple[Member, ...]
    arrows: tuple[Arrow, ...]
    locked: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    about: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    system: System | None = None

    def elsewhere(self) -> tuple[Finding, ...]:
        """The findings about nothing that is drawn."""
        drawn = {part_id(s, name) for s in DRAWN for name in getattr(self, s)}
        shown = {finding for id_ in drawn for finding in self.about.get(id_, ())}
        return tuple(finding for finding in self.findings if finding not in shown)


def part_id(section: str, name: str) -> str:
    """The identifier of a part of a section: ``component:web``."""
    return f"{section if section in _UNCOUNTED else section.removesuffix('s')}:{name}"


_UNCOUNTED = ("monitoring", "maintenance")


def sketch_text(text: str, folder: Path | None = None) -> Sketch:
    """What there is to draw of the text of a draft.

    Parameters
    ----------
    text : str
        YAML, of a model that may be wrong or unfinished.
    folder : Path, optional
        Where the files are that it names; None: nowhere.

    Raises
    ------
    ModelError
        If it is no YAML mapping.
    """
    known = know(text, folder)
    whole, checked = known.whole, known.checked
    system = partly_read(whole) if checked.system is None else checked.system
    arrows = _arrows(system)
    return Sketch(
        system.name,
        system.services,
        system.components,
        system.domains,
        _members(system),
        arrows,
        frozenset(_locked(whole, system)),
        checked.findings,
        _about(whole, arrows, checked.findings),
        checked.system,
    )


def sketch_system(system: System) -> Sketch:
    """What there is to draw of a system, without findings."""
    return Sketch(
        system.name,
        system.services,
        system.components,
        system.domains,
        _members(system),
        _arrows(system),
        system=system,
    )


# ---------------------------------------------------------------------------- where and who


def _members(system: System) -> tuple[Member, ...]:
    """The replicas by component and domain."""
    found: dict[tuple[str, str], list[tuple[int, str | None]]] = {}
    for group, places in _placement(system).items():
        for number, place in enumerate(places, start=1):
            if place.domain is not None:
                found.setdefault((group, place.domain), []).append((number, place.host))
    return tuple(
        Member(
            group,
            domain,
            tuple(number for number, _ in there),
            tuple(host for _, host in there if host is not None),
        )
        for (group, domain), there in found.items()
    )


def _placement(system: System) -> Mapping[str, tuple[Place, ...]]:
    """Where each replica is, also where things need themselves: needs are nothing to places."""
    components = {
        name: Component(replicas=one.replicas, spread=one.spread, hosts=one.hosts)
        for name, one in system.components.items()
    }
    while knots := cycles(_bare(components)):
        around = {link.source for knot in knots for link in knot}
        components |= {name: components[name].model_copy(update={"hosts": ()}) for name in around}
    return placement(_bare(components))


def _bare(components: Mapping[str, Component]) -> System:
    return System.model_construct(components=components, domains={}, services={})


def _arrows(system: System) -> tuple[Arrow, ...]:
    names = {name: part_id(section, name) for section in DRAWN for name in getattr(system, section)}
    found: dict[str, Arrow] = {}
    for link in (*links(system), *takeover_links(system)):
        if link.words in ARROWS:
            arrow = _arrow(link, names)
            found.setdefault(arrow.identifier, arrow)
    return tuple(found.values())


def _arrow(link: Link, names: Mapping[str, str]) -> Arrow:
    ends = names[link.source], names[link.target]
    return Arrow(ARROWS[link.words], link.source, link.target, *ends)


def _locked(whole: Draft, system: System) -> Iterator[str]:
    """Parts that are written elsewhere than under their own name in the file itself."""
    for section in DRAWN:
        typed = whole.values.get(section)
        for name in getattr(system, section):
            path = (section, name)
            place = whole.place_of(path)
            is_own = isinstance(typed, dict) and name in typed
            is_stamped = whole.typed_path(path)[0] == "stamps"
            if not is_own or is_stamped or (place is not None and place.file != whole.file):
                yield part_id(section, name)


# ---------------------------------------------------------------------------- findings


def _about(
    whole: Draft, arrows: Iterable[Arrow], findings: Iterable[Finding]
) -> dict[str, tuple[Finding, ...]]:
    """Findings by the identifiers of what they are about."""
    typed = _typed_parts(whole)
    leaving: dict[str, list[Arrow]] = {}
    for arrow in arrows:
        leaving.setdefault(arrow.source_id, []).append(arrow)
    about: dict[str, list[Finding]] = {}
    for finding in findings:
        key = next((start for start in _starts(finding.key) if start in typed), "")
        for part in typed.get(key, ()):
            identifier = part_id(*part)
            about.setdefault(identifier, []).append(finding)
            named = _named_at(whole, part, finding.key, finding.key[len(key) :])
            meant = [one for one in leaving.get(identifier, ()) if one.target in named]
            for arrow in meant:
                about.setdefault(arrow.identifier, []).append(finding)
    return {identifier: tuple(told) for identifier, told in about.items()}


def _typed_parts(whole: Draft) -> dict[str, list[tuple[str, str]]]:
    """The parts of all sections by the text of the key at which they were typed."""
    found: dict[str, list[tuple[str, str]]] = {}
    for section in SECTIONS:
        parts = whole.values.get(section)
        for name in parts if isinstance(parts, dict) else ():
            found.setdefault(key_text(whole.typed_path((section, name))), []).append(
                (section, name)
            )
    return found


def _starts(key: str) -> Iterator[str]:
    """The key and all that it begins with, the longest first."""
    yield key
    for end in range(len(key) - 1, 0, -1):
        if key[end] in ".[":
            yield key[:end]


def _named_at(whole: Draft, part: KeyPath, key: str, rest: str) -> frozenset[str]:
    """The names in the need, use, route or host that a finding is about.

    None where it is about something else, or where the key leads to something else by now.
    """
    steps = tuple(
        int(match.group(2)) if match.group(2) else match.group(1) for match in _STEP.finditer(rest)
    )
    names_others = steps[:1] in _OF_ARROWS or steps[:2] in _OF_ARROWS
    if not names_others or key_text(whole.typed_path((*part, *steps))) != key:
        return frozenset()
    last = max((i for i, step in enumerate(steps) if isinstance(step, int)), default=None)
    if last is not None:
        return frozenset(_names_in(_value_at(whole.values, (*part, *steps[: last + 1]))))
    value = _value_at(whole.values, (*part, steps[0]))
    is_one = isinstance(value, str | dict) and steps[0] in ("hosts", "routes")
    return frozenset(_names_in(value)) if is_one else frozenset()


#: The keys of a part that arrows come from.
_OF_ARROWS = (("needs",), ("uses",), ("routes",), ("hosts",), ("failover", "needs"))


def _value_at(value: Value, path: KeyPath) -> Value:
    """The value at a path; None where there is none."""
    for step in path:
        match value, step:
            case list(), int() if step < len(value):
                value = value[step]
            case dict(), str() if step in value:
                value = value[step]
            case _:
                return None
    return value


def _names_in(value: Value) -> Iterator[str]:
    """All texts in a value, and what hosts among them are replicas of."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield from (one, host_name(one))
        elif isinstance(one, dict):
            left += one.values()
        elif isinstance(one, list):
            left += one
