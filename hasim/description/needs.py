"""Reading `needs` (names, and some of several needs) and `uses`."""

from __future__ import annotations

from hasim.description.draft import KeyPath, Value
from hasim.description.reading import (
    Ledger,
    Section,
    open_section,
    read_count,
    read_number,
    read_reference,
    read_text,
)
from hasim.description.vocabulary import FAILING
from hasim.errors import InputError, show_value
from hasim.laws import Fixed
from hasim.system import (
    Changeover,
    Failback,
    Need,
    NeedAll,
    NeedAny,
    NeedAtLeast,
    NeedCells,
    NeedName,
    Use,
)
from hasim.topology import named_needs
from hasim.units import parse_duration, parse_probability

_FORMS = ("name", "any", "all", "of", "cells")
_EXAMPLE = "write [web], or [{any: [a, b]}]"


def read_needs(section: Section, key: str) -> tuple[Need, ...]:
    """The needs under a key, all of which must serve; none where it was not typed."""
    if not section.has(key):
        section.ledger.origins[section.at(key)] = "default"
        return ()
    return _read_list(section.ledger, section.at(key), section.values[key])


def _read_list(ledger: Ledger, path: KeyPath, value: Value) -> tuple[Need, ...]:
    if not isinstance(value, list):
        step = f"write [{value}]" if isinstance(value, str) and value in ledger.names else _EXAMPLE
        ledger.refuse(path, InputError(show_value(value), "expected a list of needs", step))
        return ()
    needs = []
    seen: set[str] = set()
    for i, entry in enumerate(value):
        need = _read_need(ledger, (*path, i), entry)
        if isinstance(need, NeedName) and need.name in seen:
            step = "remove it; write {name: ..., calls: 2} for two requests"
            ledger.error(
                (*path, i), f"{need.name} stands here twice", "each need stands once", step
            )
        elif need is not None:
            needs.append(need)
            seen.add(need.name if isinstance(need, NeedName) else "")
    return tuple(needs)


def _read_need(ledger: Ledger, path: KeyPath, entry: Value) -> Need | None:
    if isinstance(entry, dict):
        return _read_mapping(open_section(ledger, path, entry, "need"))
    name = _read_name(ledger, path, entry)
    return NeedName(name=name) if name else None


def _read_mapping(section: Section) -> Need | None:
    forms = [form for form in _FORMS if section.has(form)]
    if section.has("each"):
        found, step = "each in a value that was set", "write the names themselves: [eu-web, us-web]"
        section.error("each", found, "stamps are used up before it is set", step)
        return None
    if len(forms) != 1:
        if not section.ledger.is_touched(section.path):
            found = f"{' and '.join(forms)} in one need" if forms else "a need without a name"
            step = "write {name: web, at_least: 2}, {any: [a, b]} or {at_least: 2, of: [a, b, c]}"
            expected = "a need has one of name, any, all, of and cells"
            section.ledger.error(section.path, found, expected, step)
        return None
    for key in ("calls", "at_least", "within", "failover"):
        _refuse_stray(section, key, forms[0])
    _refuse_where_clocks_stop(section)
    need = _read_form(section, forms[0])
    if need is None:
        return None
    tolerates = section.take("tolerates", _read_patience, None)
    fails_open = section.take("fails", _read_failing, False) if section.has("fails") else False
    if fails_open:
        _refuse_open(section)
    return need.model_copy(update={"tolerates": tolerates, "fails_open": fails_open})


def _read_form(section: Section, form: str) -> Need | None:
    """The need that a mapping of one of the forms says, for itself."""
    if form == "name":
        return _read_counted_name(section)
    inner = _read_list(section.ledger, section.at(form), section.values[form])
    if not inner:
        if not section.values[form]:
            section.error(form, "there is nothing in it", "", "name at least one need")
        return None
    match form:
        case "any":
            return NeedAny(needs=inner, failover=_read_changeover(section))
        case "all":
            return NeedAll(needs=inner)
        case "cells":
            return _read_cells(section, inner)
        case _:
            return _read_at_least(section, inner)


_HOMES = {
    "calls": ("name",),
    "at_least": ("name", "of", "cells"),
    "within": ("name",),
    "failover": ("any",),
}
"""The forms of a need at which a key means something."""


def _refuse_stray(section: Section, key: str, form: str) -> None:
    """Refuse a key of other forms of needs."""
    homes = _HOMES[key]
    if section.has(key) and form not in homes:
        step = {
            "calls": f"write {{{form}: [{{name: web, calls: 2}}]}}",
            "at_least": "write {at_least: 2, of: [a, b, c]}",
            "within": "write {name: db, within: zone}",
            "failover": "write {any: [a, b], failover: {detect: 30 s, switch: 10 s}}",
        }[key]
        section.error(key, f"{key} beside {form}", f"{key} stands at {' or '.join(homes)}", step)


def _refuse_where_clocks_stop(section: Section) -> None:
    """Refuse what takes time where a need only stops the clocks of a failover or of monitoring."""
    owner = _owner_of_clocks(section)
    for key in ("tolerates", "failover", "fails") if owner else ():
        if section.has(key):
            found = f"{key} in the needs of {owner}"
            section.error(key, found, "these only stop its clocks", f"remove {key}")


def _owner_of_clocks(section: Section) -> str | None:
    """Whose clocks a need stops, where it does no more."""
    if section.path[0] == "monitoring":
        return "monitoring"
    return "a failover" if "failover" in section.path else None


def _refuse_open(section: Section) -> None:
    """Refuse `fails: open` where what has the need is one replica, or would never be stopped."""
    if section.has("within"):
        found = "fails: open beside within"
        step = "remove one of them: what is needed within a domain can stop its replicas"
        section.error("fails", found, "", step)
    elif {"any", "of"} & set(section.path):
        found = "fails: open in one of several alternatives"
        step = "write it beside any or of: {any: [a, b], fails: open}"
        section.error("fails", found, "an alternative can stop", step)


def _read_failing(value: Value) -> bool:
    if value not in FAILING:
        raise InputError(show_value(value), f"expected {' or '.join(FAILING)}")
    return bool(value == "open")


def _read_patience(value: Value) -> float:
    seconds = parse_duration(value)
    if seconds == 0:
        raise InputError("0 s is no time", "it is above 0 s", "remove it, or write 10 min")
    return seconds


def _read_changeover(section: Section) -> Changeover | None:
    """What changing the alternative costs; None, with a warning, where nothing is said."""
    if not section.has("failover"):
        if _owner_of_clocks(section) == "monitoring":
            return None
        step = "failover: {detect: 30 s, switch: 10 s} says what changing over takes"
        section.ledger.warn(section.at("any"), "alternatives are changed for free", "", step)
        return None
    inner = section.section("failover", "changeover")
    return Changeover(
        detect=inner.detection("detect", Fixed(0.0)) or Fixed(0.0),
        switch=inner.step("switch"),
        coverage=inner.take("coverage", parse_probability, 1.0),
        manual=inner.law("manual", "fixed", None),
        failback=read_failback(inner),
    )


def read_failback(section: Section) -> Failback | None:
    """The return to what is preferred; None where it was not typed."""
    if not section.has("failback"):
        return None
    inner = section.section("failback", "failback")
    return Failback(after=inner.step("after"), takes=inner.step("takes"))


def _read_at_least(section: Section, inner: tuple[Need, ...]) -> Need | None:
    if not section.has("at_least"):
        section.error("of", "of without at_least", "", "write {at_least: 2, of: [a, b, c]}")
        return None
    at_least = _read_least_of(section, "of")
    if at_least is None:
        return None
    return NeedAtLeast(at_least=min(at_least, len(inner)), needs=inner)


def _read_cells(section: Section, inner: tuple[Need, ...]) -> NeedCells | None:
    at_least = _read_least_of(section, "cells")
    if at_least is None:
        return None
    return NeedCells(at_least=min(at_least, len(inner)), needs=inner)


def _read_least_of(section: Section, form: str) -> int | None:
    """How many of several needs must be met; None where there are not so many."""
    at_least = section.take("at_least", read_count, 1)
    typed = len(section.values[form])
    if at_least > typed:
        found = f"{at_least} of {typed} needs can never serve"
        section.error("at_least", found, f"at most {typed}", f"set at_least to {typed} or fewer")
        return None
    return at_least


def _read_counted_name(section: Section) -> Need | None:
    name = _read_name(section.ledger, section.at("name"), section.values["name"])
    at_least = section.take("at_least", read_count, None)
    calls = section.take("calls", read_number, 1.0)
    if name is None:
        return None
    if at_least is not None:
        _check_at_least(section, name, at_least)
    within = _read_within(section, name)
    return NeedName(name=name, at_least=at_least, calls=calls, within=within)


def _read_within(section: Section, name: str) -> str | None:
    """The level under `within`; whether it fits the places is for checks.py."""
    level = section.take("within", read_text, None)
    if level is None:
        return None
    match section.path:
        case ("components", owner, "needs", _):
            fault = _why_not_within(section.ledger, str(owner), name)
        case _:
            fault = "within belongs to what a replica needs, at the top of a component's needs"
    if fault:
        section.error("within", fault, "", "remove within")
        return None
    return level


def _why_not_within(ledger: Ledger, owner: str, name: str) -> str:
    """Why a component's replicas cannot need those of their own domains; empty if they can."""
    if name not in ledger.groups:
        return f"{name} is a service, it has no replicas in domains"
    if ledger.groups[name].redundancy != "active-active":
        return f"{name} is {ledger.groups[name].redundancy}: one of its replicas serves for all"
    if ledger.groups[owner].redundancy != "active-active":
        kind = ledger.groups[owner].redundancy
        return f"not yet: {owner} is {kind}, and its failovers do not watch what it needs"
    return ""


def _check_at_least(section: Section, name: str, at_least: int) -> None:
    group = section.ledger.groups.get(name)
    if group is None:
        found = f"{name} is a service, it has no replicas"
        section.error("at_least", found, "", "remove at_least")
    elif group.redundancy != "active-active" and at_least > 1:
        found = f"{name} is {group.redundancy}: one of its replicas serves for all"
        section.error("at_least", found, "at most 1", "remove at_least")
    elif group.replicas is not None and at_least > group.replicas:
        found = f"{at_least} of {group.replicas} replicas can never be up"
        step = f"set at_least to {group.replicas} or fewer"
        section.error("at_least", found, f"at most {group.replicas}", step)


def read_uses(section: Section, needs: tuple[Need, ...]) -> tuple[Use, ...]:
    """The soft dependencies under `uses`, beside some needs; none where it was not typed."""
    if not section.has("uses"):
        section.ledger.origins[section.at("uses")] = "default"
        return ()
    value, path, ledger = section.values["uses"], section.at("uses"), section.ledger
    if not isinstance(value, list):
        step = "write [{name: ads, loses: 10 %}]"
        ledger.error(path, show_value(value), "expected a list", step)
        return ()
    uses: dict[str, Use] = {}
    needed = {need.name for need in named_needs(needs)}
    for i, entry in enumerate(value):
        use = _read_use(ledger, (*path, i), entry)
        if use is not None and use.name in needed:
            step = "remove it from uses, or from needs if it is not vital"
            ledger.error((*path, i), f"{use.name} is needed already", "", step)
        if use is not None and uses.setdefault(use.name, use) is not use:
            ledger.error(
                (*path, i), f"{use.name} stands here twice", "each stands once", "merge both"
            )
    return tuple(uses.values())


def _read_use(ledger: Ledger, path: KeyPath, entry: Value) -> Use | None:
    if not isinstance(entry, dict):
        name = _read_name(ledger, path, entry)
        return None if name is None else Use(name=name)
    section = open_section(ledger, path, entry, "use")
    if not section.has("name"):
        if not ledger.is_touched(path):
            ledger.error(path, "a use without a name", "", "write {name: ads, loses: 10 %}")
        return None
    name = _read_name(ledger, section.at("name"), section.values["name"])
    loses = section.take("loses", parse_probability, 0.0)
    calls = section.take("calls", read_number, 1.0)
    return None if name is None else Use(name=name, loses=loses, calls=calls)


def _read_name(ledger: Ledger, path: KeyPath, value: Value) -> str | None:
    try:
        return read_reference(ledger, value, "components", "services")
    except InputError as error:
        step = error.next_step
        owner = value.rpartition(".")[0] if isinstance(value, str) else ""
        if owner and ledger.names.get(owner) == "components":
            step = f"write {{name: {owner}, at_least: 1}}: a need is for a group, not a replica"
        ledger.refuse(path, type(error)(error.found, error.expected, step))
        return None
