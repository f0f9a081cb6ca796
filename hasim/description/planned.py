"""Reading what people do to a system on purpose: changes and maintenance.

Theory of operation
-------------------
Each is read by itself first, against the replicas of the components that it names; what depends on
how many must serve, and on other work, is judged when the system is complete.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import gcd, lcm

from hasim.description.draft import KeyPath, Value
from hasim.description.reading import (
    STAND_IN,
    Ledger,
    Section,
    read_count,
    read_flag,
    read_reference,
)
from hasim.description.vocabulary import STRATEGIES, suggestion
from hasim.errors import InputError, show_value
from hasim.laws import Fixed
from hasim.system import STRATEGIES_OF, Change, Maintenance, Strategy, System
from hasim.units import format_duration, parse_duration, parse_probability, parse_rate_per_time

#: Exposure of a canary that does not say it: the share that the example of practice note a9 takes.
CANARY = (0.05,)

# ---------------------------------------------------------------------------- changes


def read_own_change(section: Section) -> Change | None:
    """The changes of a component under its key `changes`; None where there are none."""
    if not section.has("changes"):
        return None
    name = str(section.path[-1])
    own = section.section("changes", "own change")
    modes = section.values.get("failures")
    if isinstance(modes, dict) and "change" in modes:
        path = (*section.at("failures"), "change")
        found = f"changes of {name} are called {name}.change already"
        section.ledger.error(path, found, "a name stands for one thing", "rename the failure mode")
    return _read_change(own, (name,))


def read_change(section: Section) -> Change:
    """A change of several components."""
    return _read_change(section, _read_names(section, "scope", "a change"))


def _read_change(section: Section, scope: tuple[str, ...]) -> Change:
    if not section.has("rate") and not section.ledger.is_touched(section.path):
        found = "it does not say how often"
        section.ledger.error(section.path, found, "a change has a rate", "write rate: 100 / year")
    default: Strategy = "rolling"
    strategy = section.take("strategy", _read_strategy, default)
    for key in STRATEGIES_OF:
        _refuse_key_of_others(section, key, strategy)
    change = Change.model_construct(
        scope=scope,
        rate=section.take("rate", _read_rate, 1.0),
        failure_rate=section.take("failure_rate", parse_probability, 0.0),
        strategy=strategy,
        takes=section.step("takes"),
        at_once=section.take("at_once", read_count, 1),
        waves=_read_waves(section) if strategy == "canary" else (),
        bake=section.step("bake"),
        catch=section.take("catch", parse_probability, 0.0),
        latent=section.step("latent"),
        detect=section.detection("detect", Fixed(0.0)) or Fixed(0.0),
        rollback=section.step("rollback"),
    )
    _check_at_once(section, scope, change.at_once)
    if not section.ledger.is_touched(section.path):
        _check_change(section, change)
    return change


def _read_strategy(value: Value) -> Strategy:
    for strategy in STRATEGIES:
        if value == strategy:
            return strategy
    step = suggestion(value, STRATEGIES) if isinstance(value, str) else ""
    expected = f"expected {', '.join(STRATEGIES[:-1])} or {STRATEGIES[-1]}"
    raise InputError(f"{show_value(value)} is no strategy", expected, step)


def _refuse_key_of_others(section: Section, key: str, strategy: Strategy) -> None:
    known = section.at("strategy") not in section.ledger.faults
    if section.has(key) and known and strategy not in STRATEGIES_OF[key]:
        homes = " or ".join(STRATEGIES_OF[key])
        step = f"remove {key}, or write strategy: {STRATEGIES_OF[key][-1]}"
        section.error(key, f"{key} where changes are {strategy}", f"it belongs to {homes}", step)


def _read_rate(value: Value) -> float:
    rate = parse_rate_per_time(value)
    if rate == 0:
        raise InputError("a rate of 0 never happens", "a rate is above 0", "remove the changes")
    return rate


def _read_waves(section: Section) -> tuple[float, ...]:
    value = section.values.get("waves")
    if not section.has("waves"):
        section.ledger.origins[section.at("waves")] = "default"
        return CANARY
    if not isinstance(value, list) or not value:
        step = "write waves: [5 %, 25 %]"
        section.error("waves", _no_list(value), "expected a list of shares", step)
        return CANARY
    waves: list[float] = []
    for place, entry in enumerate(value):
        path = (*section.at("waves"), place)
        try:
            share = parse_probability(entry)
        except InputError as error:
            section.ledger.refuse(path, error)
            continue
        if not 0 < share < 1:
            found = f"a wave of {show_value(entry)}"
            expected = "a wave is above 0 % and below 100 %, which comes last by itself"
            section.ledger.error(path, found, expected, "remove it")
        elif waves and share <= waves[-1]:
            found = f"{show_value(entry)} after {show_value(value[place - 1])}"
            section.ledger.error(path, found, "each wave is larger than the last", "reorder them")
        else:
            waves.append(share)
    return tuple(waves)


def _check_change(section: Section, change: Change) -> None:
    instant = Fixed(0.0)
    if change.failure_rate and change.detect == change.rollback == instant:
        found = "bad changes that are undone in no time"
        step = "write detect: 15 min, rollback: 15 min"
        section.error("failure_rate", found, "detect or rollback is above 0 s", step)
    if not change.failure_rate and change.takes == instant:
        step = "write failure_rate: 20 %, rollback: 30 min"
        section.ledger.warn(section.path, "these changes can do no harm", "", step)
    if change.failure_rate and change.strategy == "canary" and not change.catch:
        found = "a canary that never finds a bad change"
        section.ledger.warn(section.path, found, "", "write catch: 70 %")
    if change.catch and change.latent != instant and change.bake == instant:
        found = "waves that are over before a bad change can show"
        section.ledger.warn(section.at("latent"), found, "", "write bake: 1 h")


# ---------------------------------------------------------------------------- maintenance


def read_maintenance(section: Section) -> Maintenance:
    """Planned work by the calendar."""
    missing = [key for key in ("every", "takes") if not section.has(key)]
    if missing and not section.ledger.is_touched(section.path):
        found = f"it has no {' and no '.join(missing)}"
        expected = "maintenance says how often it comes and how long a turn takes"
        step = "write {every: 30 d, takes: 2 h}"
        section.ledger.error(section.path, found, expected, step)
    every = section.take("every", _read_period, 1e18)
    if not section.has("first"):
        section.ledger.origins[section.at("first")] = "from every"
    work = Maintenance.model_construct(
        on=_read_names(section, "on", "maintenance"),
        every=every,
        first=_read_first(section, every),
        takes=section.law("takes", "fixed", STAND_IN) or STAND_IN,
        drain=section.step("drain"),
        at_once=section.take("at_once", read_count, 1),
        excluded=section.take("excluded", read_flag, False),
    )
    if work.takes == Fixed(0.0):
        section.error("takes", "maintenance in no time", "it is above 0 s", "write takes: 2 h")
    _check_at_once(section, work.on, work.at_once)
    return work


def _read_first(section: Section, every: float) -> float:
    if not section.has("first"):
        return every
    return section.take("first", _read_beginning, every)


def _read_beginning(value: Value) -> float:
    first = parse_duration(value)
    if first == 0:
        raise InputError("a window at the very start", "it is above 0 s", "write first: 7 d")
    return first


def _read_period(value: Value) -> float:
    period = parse_duration(value)
    if period < 1.0:
        found = f"{show_value(value)} is too short"
        raise InputError(found, "maintenance is 1 s or more apart", "write 30 d")
    return period


# ---------------------------------------------------------------------------- both


def _read_names(section: Section, key: str, what: str) -> tuple[str, ...]:
    """The components under a key, each once."""
    value = section.values.get(key)
    if not section.has(key):
        if not section.ledger.is_touched(section.path):
            found = f"it has no {key}"
            step = f"write {key}: [web]"
            section.ledger.error(section.path, found, f"{what} names components", step)
        return ()
    if not isinstance(value, list) or not value:
        known = isinstance(value, str) and value in section.ledger.names
        step = f"write [{value}]" if known else f"write {key}: [web]"
        section.error(key, _no_list(value), "expected a list of components", step)
        return ()
    names: list[str] = []
    for place, entry in enumerate(value):
        name = _read_name(section, (*section.at(key), place), entry)
        if name in names:
            path = (*section.at(key), place)
            section.ledger.error(
                path, f"{name} stands here twice", "each component once", "remove it"
            )
        elif name is not None:
            names.append(name)
    return tuple(names)


def _no_list(value: Value) -> str:
    return "an empty list" if value == [] else show_value(value)


def _read_name(section: Section, path: KeyPath, entry: Value) -> str | None:
    ledger = section.ledger
    if isinstance(entry, str) and ledger.names.get(entry) == "domains":
        step = "name the components that are in it"
        ledger.error(path, f"not yet: {entry} is a domain", "expected a component", step)
        return None
    try:
        return read_reference(ledger, entry, "components")
    except InputError as error:
        ledger.refuse(path, error)
        return None


def _check_at_once(section: Section, names: tuple[str, ...], at_once: int) -> None:
    for name in names:
        replicas = section.ledger.groups[name].replicas
        if replicas is not None and at_once > replicas:
            found = f"{at_once} of {replicas} replicas of {name} at once"
            step = f"set at_once to {replicas} or fewer"
            section.error("at_once", found, f"at most {replicas}", step)
            return


# ---------------------------------------------------------------------------- the whole


def check_planned_work(system: System, ledger: Ledger) -> None:
    """Find planned work that takes a group down, does not end in time, or coincides."""
    for name, change in system.all_changes().items():
        if change.strategy == "rolling" and change.takes != Fixed(0.0):
            place = _path_of(system, name, change)
            _warn_of_too_many(system, ledger, place, change.scope, change.at_once)
    for name, work in system.maintenance.items():
        path = ("maintenance", name)
        if not ledger.is_touched(path):
            _warn_of_too_many(system, ledger, path, work.on, work.at_once)
            _check_window(system, ledger, name, work)
    for (name, work), (other, others) in combinations(system.maintenance.items(), 2):
        shared = [one for one in work.on if one in others.on]
        clean = not any(ledger.is_touched(("maintenance", one)) for one in (name, other))
        if shared and clean and _can_coincide(system, work, others):
            found = f"it can take {shared[0]} out together with {name}"
            step = "choose first and every so that they never meet"
            ledger.warn(("maintenance", other), found, "", step)


def _path_of(system: System, name: str, change: Change) -> KeyPath:
    if name in system.changes:
        return ("changes", name)
    return ("components", change.scope[0], "changes")


def _warn_of_too_many(
    system: System, ledger: Ledger, path: KeyPath, names: tuple[str, ...], at_once: int
) -> None:
    for name in names:
        component = system.components[name]
        spare = component.replicas - component.required
        if at_once > spare and not ledger.is_touched(path):
            found = f"it takes {name} down: {at_once} of {component.replicas} replicas at once"
            if component.replicas == 1:
                found = f"it takes {name} down: there is one replica"
            step = f"it needs {component.required}; give it more replicas, or take fewer at once"
            ledger.warn((*path, "at_once"), found, "", step)
            return


def _check_window(system: System, ledger: Ledger, name: str, work: Maintenance) -> None:
    window = window_of(system, work)
    if window >= work.every:
        together, every = format_duration(window), format_duration(work.every)
        found = f"its turns take {together} together, and it comes every {every}"
        step = "raise every or at_once"
        path = ("maintenance", name, "every")
        ledger.error(path, found, "a window ends before the next begins", step)


def window_of(system: System, work: Maintenance) -> float:
    """How long all turns of planned work take together on average, in seconds."""
    turns = sum(-(-system.components[name].replicas // work.at_once) for name in work.on)
    return turns * (work.drain.mean + work.takes.mean)


def _can_coincide(system: System, one: Maintenance, other: Maintenance) -> bool:
    """Whether two calendars ever have both windows open.

    The distances between their beginnings differ by multiples of the periods' common divisor.
    """
    step = _common_divisor(Fraction(one.every), Fraction(other.every))
    ahead = (Fraction(other.first) - Fraction(one.first)) % step
    return ahead < window_of(system, one) or step - ahead < window_of(system, other)


def _common_divisor(a: Fraction, b: Fraction) -> Fraction:
    return Fraction(gcd(a.numerator, b.numerator), lcm(a.denominator, b.denominator))
