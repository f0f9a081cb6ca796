"""What differs between designs: a table of keys, and pictures with a sign at whatever differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hasim.planner.revision import find_changes
from hasim.reporting.answer_figures import MOST_DRAWN
from hasim.reporting.exhibits.exhibition import Mark, Picture, Sheet
from hasim.reporting.exhibits.pictures import node_of
from hasim.reporting.figures import Table
from hasim.reporting.reported import show_plain
from hasim.reporting.topology_picture import draw_topology
from hasim.system import System
from hasim.system.plain import plain_system

ADDED, CHANGED, GONE = "+ added", "± changed", "− gone"

#: So many keys are told, and so many letters of a value.
MOST_KEYS, LONGEST_VALUE = 50, 120

_SECTIONS = ("components", "services", "domains")


def find_signs(old: System, new: System) -> dict[str, str]:
    """What stands at each part in which a system differs from another.

    Parameters
    ----------
    old, new : System

    Returns
    -------
    dict of str to str
        `ADDED`, `CHANGED` or `GONE` by the names of components, services and domains.
    """
    signs: dict[str, str] = {}
    for one in find_changes(old, new):
        section, *path = one.key.split(".")
        if section not in _SECTIONS or not path:
            continue
        is_whole = len(path) == 1
        sign = CHANGED
        if is_whole and one.old is None:
            sign = ADDED
        elif is_whole and one.new is None:
            sign = GONE
        signs.setdefault(path[0], sign)
    return signs


def picture_changes(first: str, name: str, systems: Mapping[str, System]) -> Picture | None:
    """A design with a sign wherever it differs from the first.

    Parameters
    ----------
    first, name : str
    systems : mapping of str to System
        By name.

    Returns
    -------
    Picture or None
        None for more components than anybody reads.
    """
    system = systems[name]
    if len(system.components) > MOST_DRAWN:
        return None
    signs = find_signs(systems[first], system)
    marks = {node: Mark(sign) for part, sign in signs.items() if (node := node_of(system, part))}
    return Picture(
        f"{name}.design",
        f"{name}: {_tell(signs) if name != first else 'what the others are held against'}",
        f"A frame with a sign is a part that is not so in {first}. What is gone is not drawn.",
        draw_topology(system, signs=signs),
        marks,
        Table(("part", "difference"), tuple(signs.items())),
    )


def sheet_of_changes(first: str, systems: Mapping[str, System]) -> Sheet:
    """The keys in which designs differ from the first, a column for each design.

    Parameters
    ----------
    first : str
        Name of the one that the others are held against.
    systems : mapping of str to System
        By name.
    """
    others = [system for name, system in systems.items() if name != first]
    found = (one.key for other in others for one in find_changes(systems[first], other))
    keys = list(dict.fromkeys(found))
    written = [plain_system(system) for system in systems.values()]
    rows = [(key, *(_show(_value_at(one, key)) for one in written)) for key in keys[:MOST_KEYS]]
    if len(keys) > MOST_KEYS:
        rows.append((f"and {len(keys) - MOST_KEYS} more", *("" for _ in systems)))
    return Sheet("What differs in the models", ("key", *systems), tuple(rows))


def _value_at(written: Mapping[str, Any], key: str) -> Any:
    """The value of a dotted key; None where there is none."""
    found: Any = written
    for step in key.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _show(value: Any) -> str:
    if value is None:
        return "–"
    text = show_plain(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _tell(signs: Mapping[str, str]) -> str:
    told = [f"{part} ({sign.partition(' ')[2]})" for part, sign in signs.items()]
    return ", ".join(told) or "no part differs"
