"""Reading `needs`: names, and some of several needs."""

from __future__ import annotations

from hasim.description.draft import KeyPath, Value
from hasim.description.reading import (
    Ledger,
    Section,
    open_section,
    read_count,
    read_number,
    read_reference,
)
from hasim.errors import InputError, show_value
from hasim.system import Need, NeedAll, NeedAny, NeedAtLeast, NeedName

_FORMS = ("name", "any", "all", "of")
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
        ledger.error(path, show_value(value), "expected a list of needs", step)
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
            section.ledger.error(
                section.path, found, "a need has one of name, any, all and of", step
            )
        return None
    for key in ("calls", "at_least"):
        _refuse_stray(section, key, forms[0])
    if forms[0] == "name":
        return _read_counted_name(section)
    inner = _read_list(section.ledger, section.at(forms[0]), section.values[forms[0]])
    if not inner:
        if not section.values[forms[0]]:
            section.error(forms[0], "there is nothing in it", "", "name at least one need")
        return None
    match forms[0]:
        case "any":
            step = "changing over takes no time in this model"
            section.ledger.warn(section.at("any"), "alternatives are changed for free", "", step)
            return NeedAny(needs=inner)
        case "all":
            return NeedAll(needs=inner)
        case _:
            return _read_at_least(section, inner)


def _refuse_stray(section: Section, key: str, form: str) -> None:
    """Refuse `calls` and `at_least` where they mean nothing."""
    homes = {"calls": ("name",), "at_least": ("name", "of")}[key]
    if section.has(key) and form not in homes:
        step = f"write {{{form}: [{{name: web, {key}: 2}}]}}"
        if key == "at_least":
            step = "write {at_least: 2, of: [a, b, c]}"
        section.error(key, f"{key} beside {form}", f"{key} stands at {' or '.join(homes)}", step)


def _read_at_least(section: Section, inner: tuple[Need, ...]) -> Need | None:
    if not section.has("at_least"):
        section.error("of", "of without at_least", "", "write {at_least: 2, of: [a, b, c]}")
        return None
    at_least = section.take("at_least", read_count, 1)
    typed = len(section.values["of"])
    if at_least > typed:
        found = f"{at_least} of {typed} needs can never serve"
        section.error("at_least", found, f"at most {typed}", f"set at_least to {typed} or fewer")
        return None
    return NeedAtLeast(at_least=min(at_least, len(inner)), needs=inner)


def _read_counted_name(section: Section) -> Need | None:
    name = _read_name(section.ledger, section.at("name"), section.values["name"])
    at_least = section.take("at_least", read_count, None)
    calls = section.take("calls", read_number, 1.0)
    if name is None:
        return None
    if at_least is not None:
        _check_at_least(section, name, at_least)
    return NeedName(name=name, at_least=at_least, calls=calls)


def _check_at_least(section: Section, name: str, at_least: int) -> None:
    group = section.ledger.groups.get(name)
    if group is None:
        found = f"{name} is a service, it has no replicas"
        section.error("at_least", found, "", "remove at_least")
    elif group.redundancy == "active-passive" and at_least > 1:
        found = f"{name} is active-passive: one of its replicas serves"
        section.error("at_least", found, "at most 1", "remove at_least")
    elif group.replicas is not None and at_least > group.replicas:
        found = f"{at_least} of {group.replicas} replicas can never be up"
        step = f"set at_least to {group.replicas} or fewer"
        section.error("at_least", found, f"at most {group.replicas}", step)


def _read_name(ledger: Ledger, path: KeyPath, value: Value) -> str | None:
    try:
        return read_reference(ledger, value, "components", "services")
    except InputError as error:
        step = error.next_step
        owner = value.rpartition(".")[0] if isinstance(value, str) else ""
        if owner and ledger.names.get(owner) == "components":
            step = f"write {{name: {owner}, at_least: 1}}: a need is for a group, not a replica"
        ledger.error(path, error.found, error.expected, step)
        return None
