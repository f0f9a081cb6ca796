"""Reading `stamps`: blocks of parts, and the instances for which they are there.

Theory of operation
-------------------
A block holds domains, crews, components and services. For an instance ``eu`` its part ``web``
becomes ``eu-web``, unless its name holds ``${region}``, the instance's own name, and is full
already. In the block the short name means the part of the same instance.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass

from hasim.description.draft import KeyPath, Value
from hasim.description.parameters import Parameter, Scope, read_parameter
from hasim.description.reading import is_name
from hasim.description.remarks import Remarks
from hasim.description.vocabulary import names_of
from hasim.errors import InputError, show_value
from hasim.system.plain import SECTIONS

#: Most instances of a stamp: tenants of a large system.
MAX_INSTANCES = 10_000

_EXAMPLE = "write {for: [eu, us], components: {web: {replicas: 2}}}"


@dataclass(frozen=True, slots=True)
class Member:
    """One instance of a stamp.

    Parameters
    ----------
    name : str
        Of the instance.
    own : Mapping[str, Parameter]
        Its own parameters.
    scope : Mapping[str, Parameter]
        All parameters that texts of its block may name.
    """

    name: str
    own: Scope
    scope: Scope


@dataclass(frozen=True, slots=True)
class Stamp:
    """A block, and its instances.

    Parameters
    ----------
    name : str
        Also the parameter that holds the instance's name.
    sections : Mapping[str, dict]
        The block: parts by section and by the name that was typed.
    members : tuple of Member
        In their order.
    """

    name: str
    sections: Mapping[str, dict[str, Value]]
    members: tuple[Member, ...]

    @property
    def path(self) -> KeyPath:
        """Where it was typed."""
        return ("stamps", self.name)


def read_parameters(remarks: Remarks, value: Value, path: KeyPath) -> dict[str, Parameter]:
    """The parameters by name under a key."""
    if not isinstance(value, dict):
        remarks.fail(path, show_value(value), "expected a mapping from names", "write {peak: ...}")
        return {}
    parameters = {}
    for name, given in value.items():
        at = (*path, name)
        if not is_name(name):
            found = f"{show_value(name)} is no name of a parameter"
            remarks.error(at, found, "it has letters, digits (not only digits), - and _")
            continue
        try:
            parameters[name] = read_parameter(name, given, at)
        except InputError as error:
            remarks.error(at, error.found, error.expected, error.next_step)
            parameters[name] = Parameter(name, "", at, is_wrong=True)
    return parameters


def read_stamps(remarks: Remarks, value: Value, common: dict[str, Parameter]) -> dict[str, Stamp]:
    """The stamps by name; those that are wrong are noted, and leave the model incomplete.

    Parameters
    ----------
    remarks : Remarks
        Takes what is wrong.
    value : Value
        What stands under `stamps`.
    common : Mapping[str, Parameter]
        The parameters of the model, which those of an instance go before.
    """
    if not isinstance(value, dict):
        remarks.fail(("stamps",), show_value(value), "expected a mapping from names", _EXAMPLE)
        return {}
    stamps = {}
    for name, block in value.items():
        stamp = _read_stamp(remarks, name, block, common)
        if stamp is not None:
            stamps[name] = stamp
    return stamps


def _read_stamp(
    remarks: Remarks, name: str, block: Value, common: dict[str, Parameter]
) -> Stamp | None:
    path = ("stamps", name)
    if not is_name(name):
        found = f"{show_value(name)} is no name"
        remarks.fail(path, found, "a name has letters, digits (not only digits), - and _")
        return None
    if name in common:
        found = f"{name} is also a stamp"
        expected = f"${{{name}}} stands for one thing"
        remarks.error(common[name].path, found, expected, "rename one")
    if not isinstance(block, dict):
        remarks.fail(path, show_value(block), "expected a mapping", _EXAMPLE)
        return None
    for key in block:
        if key not in names_of("stamp"):
            step = remarks.suggest(key, names_of("stamp"))
            remarks.error((*path, key), "unknown key", "", step)
    sections = _read_sections(remarks, path, block)
    if "for" not in block:
        remarks.fail(path, "it does not say for which instances it is", "", "write for: [eu, us]")
        return None
    return Stamp(name, sections, _read_members(remarks, name, block["for"], common))


def _read_sections(
    remarks: Remarks, path: KeyPath, block: dict[str, Value]
) -> dict[str, dict[str, Value]]:
    sections = {}
    for section in SECTIONS:
        parts = block.get(section, {})
        if isinstance(parts, dict):
            sections[section] = parts
        else:
            at = (*path, section)
            remarks.fail(at, show_value(parts), "expected a mapping from names")
    if not any(block.get(section) for section in SECTIONS):
        remarks.fail(path, "there is nothing in it to stamp", "", _EXAMPLE)
    return sections


# ---------------------------------------------------------------------------- instances


def _read_members(
    remarks: Remarks, stamp: str, value: Value, common: dict[str, Parameter]
) -> tuple[Member, ...]:
    path = ("stamps", stamp, "for")
    if not isinstance(value, list | dict) or not value:
        step = "write [eu, us], or {eu: {peak: 3000 rps}, us: {peak: 1000 rps}}"
        found = show_value(value) if value else "there are none"
        remarks.fail(path, found, "expected the names of instances", step)
        return ()
    if len(value) > MAX_INSTANCES:
        remarks.fail(path, f"{len(value)} instances", f"a stamp has at most {MAX_INSTANCES}")
        return ()
    typed: list[tuple[KeyPath, Value, Value]] = [
        ((*path, i), name, None) for i, name in enumerate(value)
    ]
    if isinstance(value, dict):
        typed = [((*path, name), name, given) for name, given in value.items()]
    members: dict[str, Member] = {}
    for at, name, given in typed:
        if not isinstance(name, str) or not is_name(name):
            found = f"{show_value(name)} is no name of an instance"
            remarks.fail(at, found, "it has letters, digits (not only digits), - and _")
        elif name in members:
            remarks.error(at, f"{name} stands here twice", "an instance stands once", "remove it")
        else:
            own: dict[str, Parameter] = {} if given is None else read_parameters(remarks, given, at)
            if stamp in own:
                found = f"{stamp} is the stamp itself"
                remarks.error((*at, stamp), found, "its value is the instance's name", "rename it")
            itself = {stamp: Parameter(stamp, name, at)}
            members[name] = Member(name, own, ChainMap(itself, own, common))
    return tuple(members.values())
