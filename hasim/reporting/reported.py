"""What a report is about: a model as it was typed and as it was read, and its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hasim.description import Checked, resolved_text
from hasim.solution import Solution
from hasim.system import System
from hasim.system.plain import plain_system

if TYPE_CHECKING:
    from hasim.planner.sensitivity import Tornado

#: How the origin of a value begins that a preset filled in (hasim.description.reading).
_FROM_PRESET = "from preset "


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value that nobody typed.

    Parameters
    ----------
    key, value : str
        As the model language writes them.
    origin : str
        ``default``, ``from mtbf and mttr``, ``from preset patroni-postgres (grade C)``.
    """

    key: str
    value: str
    origin: str

    @property
    def preset(self) -> str:
        """The entry of the catalogue that it is from; empty if it is from none."""
        if not self.origin.startswith(_FROM_PRESET):
            return ""
        return self.origin.removeprefix(_FROM_PRESET).partition(" ")[0]

    @property
    def grade(self) -> str:
        """How far a value of the catalogue can be trusted; empty where it is no figure."""
        return self.origin.partition("(grade ")[2].removesuffix(")")


@dataclass(frozen=True, slots=True)
class Reported:
    """A model and its answer.

    Parameters
    ----------
    file : str
        As it was named.
    text : str
        The model as it was typed.
    system : System
    assumptions : tuple of Assumption
    resolved : str
        The model with every default, and where each value is from.
    solution : Solution
    command : str
        What gives the answer again.
    title : str
        What the report calls it: its name, with the file where several have the same.
    tornado : Tornado or None
        How far its quantities move the answer, where that was asked.
    """

    file: str
    text: str
    system: System
    assumptions: tuple[Assumption, ...]
    resolved: str
    solution: Solution
    command: str
    title: str
    tornado: Tornado | None = None

    @classmethod
    def of(
        cls,
        checked: Checked,
        solution: Solution,
        *,
        file: str,
        text: str,
        command: str,
        title: str,
        tornado: Tornado | None = None,
    ) -> Reported:
        """Put together what is reported of a checked model.

        Parameters
        ----------
        checked : Checked
            Without errors.
        solution : Solution
        file, text, command, title : str
        tornado : Tornado, optional
        """
        system = checked.system
        assert system is not None
        values = plain_system(system)
        assumptions = tuple(
            Assumption(".".join(map(str, path)), show_plain(value), origin)
            for path, origin in checked.origins.items()
            for value in _value_at(values, path)
        )
        resolved = resolved_text(system, checked.origins)
        return cls(file, text, system, assumptions, resolved, solution, command, title, tornado)


def show_plain(value: Any) -> str:
    """A value of the plain form of a system, in one line."""
    match value:
        case list():
            return f"[{', '.join(map(show_plain, value))}]"
        case dict():
            inner = (f"{key}: {show_plain(one)}" for key, one in value.items())
            return f"{{{', '.join(inner)}}}"
        case _:
            return str(value)


def _value_at(values: Mapping[str, Any], path: tuple[str | int, ...]) -> Iterator[Any]:
    """The value at a path; nothing where the system has none there."""
    found: Any = values
    for step in path:
        if not isinstance(found, dict) or step not in found:
            return
        found = found[step]
    yield found
