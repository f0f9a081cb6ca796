"""What pictures say of a service, a component or a domain: one line, and all of it."""

from __future__ import annotations

from functools import lru_cache
from typing import assert_never

from hasim.laws import Law
from hasim.system import Component, Domain, Service


def say(part: Component | Service | Domain) -> str:
    """What a box says below its name."""
    match part:
        case Service():
            return "service" if part.demand is None else f"service, {part.demand:g} rps at peak"
        case Component():
            return _say_component(part)
        case Domain():
            return f"{part.level}, shares {', '.join(part.shares)}" if part.shares else part.level
        case _:
            assert_never(part)


def tell(name: str, part: Component | Service | Domain) -> list[str]:
    """The lines of its tooltip: its name, what it is, how it fails, where it is."""
    return [name, say(part), *tell_more(part)]


def tell_more(part: Component | Service | Domain) -> list[str]:
    """What its box does not say: how it fails, and where it is; a line each."""
    if isinstance(part, Service):
        return []
    lines = [
        f"{mode}: after {_law_text(one.after)}, repair {_law_text(one.repair)}"
        for mode, one in part.failures.items()
    ]
    if isinstance(part, Component):
        lines += [f"in {', '.join(dict.fromkeys(part.spread))}"] if part.spread else []
        lines += [f"on {', '.join(part.hosts)}"] if part.hosts else []
        lines += [f"shares {', '.join(part.shares)}"] if part.shares else []
    return lines


@lru_cache(maxsize=4096)
def _law_text(law: Law) -> str:
    """A law as text; most components of a large model have it in common with others."""
    return str(law)


def _say_component(part: Component) -> str:
    kind = f"{part.kind}, " if part.kind else ""
    if part.redundancy != "active-active":
        voters = f" {part.required} of {part.replicas}" if part.redundancy == "quorum" else ""
        return f"{kind}{part.redundancy}{voters}"
    return f"{kind}{part.required} of {part.replicas} needed"
