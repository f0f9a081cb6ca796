"""Reading `monitoring` and `game_days`, and what they have to do with the rest of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from hasim.description.draft import Value
from hasim.description.failing import read_occurrence
from hasim.description.needs import read_needs
from hasim.description.reading import Ledger, Section, read_period, read_reference
from hasim.errors import InputError, show_value
from hasim.laws import Fixed, Law, Uniform, parse_law
from hasim.system import Component, Domain, GameDay, Monitoring
from hasim.units import UnitError, parse_duration, parse_probability

INSTANT: Law = Fixed(0.0)

Parts = Mapping[str, Component | Domain]


def read_monitoring(sections: Mapping[str, Section], parts: Parts) -> dict[str, Monitoring]:
    """All that watches something.

    Parameters
    ----------
    sections : Mapping of str to Section
    parts : Mapping of str to Component or Domain
        All that can be watched.
    """
    typed = {name: _read_watches(section, parts) for name, section in sections.items()}
    taken: dict[str, str] = {}
    for name, watches in typed.items():
        for watched in watches or ():
            first = taken.setdefault(watched, name)
            if first != name:
                found = f"{watched} is watched by {first} already"
                sections[name].error("watches", found, "", "let one of them watch it")
    return {
        name: _read_one(section, _rest(section, parts, taken) if watches is None else watches)
        for (name, section), watches in zip(sections.items(), typed.values(), strict=True)
    }


def _read_one(section: Section, watches: tuple[str, ...]) -> Monitoring:
    monitoring = Monitoring(
        watches=watches,
        scrape=section.take("scrape", _read_looks(section), INSTANT),
        rule=section.take("rule", _read_looks(section), INSTANT),
        lasting=section.step("for"),
        group=section.step("group"),
        page=section.step("page"),
        acknowledge=section.step("acknowledge"),
        diagnose=section.step("diagnose"),
        covers=section.take("covers", parse_probability, 1.0),
        otherwise=section.law("otherwise", "fixed", None),
        crew=section.reference("crew", "crews"),
        needs=read_needs(section, "needs"),
        false_alarms=section.take("false_alarms", read_occurrence(section), None),
    )
    _check_one(section, monitoring)
    return monitoring


def _check_one(section: Section, monitoring: Monitoring) -> None:
    if not section.has("otherwise"):
        misses = {"covers": monitoring.covers < 1, "needs": bool(monitoring.needs)}
        for key in (key for key, may_miss in misses.items() if may_miss):
            found = "it does not say how failures are noticed that it misses"
            section.error(key, found, "it goes with otherwise", "write otherwise: 1 h")
    work = (monitoring.acknowledge, monitoring.diagnose)
    wrong = any(section.ledger.is_touched(section.at(key)) for key in ("acknowledge", "diagnose"))
    if monitoring.false_alarms is not None and all(law == INSTANT for law in work) and not wrong:
        found = "false alarms that take nobody's time"
        step = "write acknowledge: 5 min, or diagnose: 15 min"
        section.error("false_alarms", found, "", step)


def _read_watches(section: Section, parts: Parts) -> tuple[str, ...] | None:
    """What it says that it watches; None where it says nothing."""
    if not section.has("watches"):
        return None
    if section.values["watches"] == []:
        section.error("watches", "it watches nothing", "", "write watches: [web], or remove it")
    names = _read_names(section, "watches", "components", "domains")
    for name in names:
        if name not in parts or section.ledger.is_touched((_section_of(parts, name), name)):
            continue
        if not parts[name].failures:
            found = f"{name} has no failures of its own"
            section.error("watches", found, "what is watched can fail", f"remove {name}")
    return tuple(name for name in names if name in parts)


def _rest(section: Section, parts: Parts, taken: dict[str, str]) -> tuple[str, ...]:
    """All that can fail and nothing else watches."""
    rest = tuple(name for name, part in parts.items() if part.failures and name not in taken)
    section.ledger.origins[section.at("watches")] = "default"
    if not rest and section.path not in section.ledger.faults:
        step = "write watches: [web], or remove it"
        section.ledger.error(section.path, "there is nothing left for it to watch", "", step)
    taken.update(dict.fromkeys(rest, str(section.path[-1])))
    return rest


def _read_looks(section: Section) -> Callable[[Value], Law]:
    """The reader of how often something is looked at, or of the law of the time until it is."""
    folder = section.ledger.draft.folder

    def read(value: Value) -> Law:
        try:
            period = parse_duration(value)
        except UnitError:
            return parse_law(value, bare="fixed", base_folder=folder)
        return Uniform(0.0, period) if period else INSTANT

    return read


def _read_names(section: Section, key: str, *kinds: str) -> tuple[str, ...]:
    """The names in a list of names; those that are none are noted."""
    value = section.values[key]
    if not isinstance(value, list):
        step = f"write [{value}]" if isinstance(value, str) else "write [web]"
        section.error(key, show_value(value), "expected a list of names", step)
        return ()
    found: list[str] = []
    for index, entry in enumerate(value):
        path = (*section.at(key), index)
        try:
            name = read_reference(section.ledger, entry, *kinds)
        except InputError as error:
            section.ledger.refuse(path, error)
            continue
        if name in found:
            section.ledger.error(path, f"{name} stands here twice", "", "remove it")
        found.append(name)
    return tuple(dict.fromkeys(found))


def check_attended(ledger: Ledger, parts: Parts, monitoring: Mapping[str, Monitoring]) -> None:
    """Find failure modes that say whether somebody takes them up, where nothing tells anybody."""
    watched = {name for one in monitoring.values() for name in one.watches}
    for name in parts:
        if name in watched:
            continue
        section = _section_of(parts, name)
        for mode in _typed_attended(ledger, section, name):
            path = (section, name, "failures", mode, "attended")
            step = f"add monitoring: {{pager: {{watches: [{name}]}}}}, or remove it"
            ledger.error(path, f"nothing watches {name}", "attended goes with monitoring", step)


def warn_of_idle(ledger: Ledger, parts: Parts, monitoring: Mapping[str, Monitoring]) -> None:
    """Warn of what watches only failures that are found without it and that nobody takes up."""
    for name, one in monitoring.items():
        path = ("monitoring", name)
        modes = [mode for part in one.watches for mode in parts[part].failures.values()]
        is_idle = all(mode.detect is not None and not mode.attended for mode in modes)
        # False alarms keep people busy whatever it finds.
        if is_idle and one.false_alarms is None and not ledger.is_touched(path):
            found = "finds nothing: all failures that it watches have a detect of their own"
            step = "remove detect where it is to find them, or write attended: true there"
            ledger.warn(path, found, "", step)


def _typed_attended(ledger: Ledger, section: str, name: str) -> Iterator[str]:
    """Yield the failure modes of a part that have the key."""
    owner = ledger.draft.values[section]
    part = owner.get(name) if isinstance(owner, dict) else None
    modes = part.get("failures") if isinstance(part, dict) else None
    for mode, keys in modes.items() if isinstance(modes, dict) else ():
        if isinstance(keys, dict) and "attended" in keys:
            yield mode


def _section_of(parts: Parts, name: str) -> str:
    return "components" if isinstance(parts[name], Component) else "domains"


# ---------------------------------------------------------------------------- game days


def read_game_days(
    sections: Mapping[str, Section], components: Mapping[str, Component]
) -> dict[str, GameDay]:
    """All drills that can be read."""
    days = {name: _read_game_day(section, components) for name, section in sections.items()}
    return {name: day for name, day in days.items() if day is not None}


def _read_game_day(section: Section, components: Mapping[str, Component]) -> GameDay | None:
    """A drill; None where what it needs is missing or wrong."""
    missing = [key for key in ("on", "every") if not section.has(key)]
    if missing and not section.ledger.is_touched(section.path):
        found = f"it has no {' and no '.join(missing)}"
        section.ledger.error(section.path, found, "", "write {on: [db], every: 90 d}")
    every = section.take("every", read_period, None)
    first = section.take("first", read_period, every)
    finds = section.take("finds", parse_probability, 1.0)
    on = _read_names(section, "on", "components") if section.has("on") else ()
    if section.values.get("on") == []:
        section.error("on", "it is held on nothing", "", "write on: [db]")
    for name in on:
        if name not in components or section.ledger.is_touched(("components", name)):
            continue
        standby = components[name].standby
        if standby is None or standby.latent == 0:
            found = f"nothing of {name} fails unnoticed"
            step = "give it standby: {latent: 10 %}, or remove it from here"
            section.error("on", found, "a drill finds what a standby hides", step)
    if every is None or first is None or not on:
        return None
    return GameDay(on=on, every=every, first=first, finds=finds)
