"""Reading `costs`: prices in one currency, and what they are paid for.

Theory of operation
-------------------
Components and crews must have been declared before. A price is read with its currency, which must
be that of the model; one that comes from the catalogue leaves its origin, as what presets fill in
does. What only the whole system tells, services and standbys, is judged when it is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hasim.description.between import is_between
from hasim.description.draft import KeyPath, Value
from hasim.description.reading import Ledger, Section, is_name, open_section, read_reference
from hasim.errors import InputError, cut_list, show_value
from hasim.system import ComponentCosts, Costs, System
from hasim.units import (
    UNITS,
    parse_bytes,
    parse_price,
    parse_probability,
    parse_traffic,
)

CURRENCIES = tuple(unit.symbol for unit in UNITS if unit.dimension == "money")

#: Most components that the warning names; precedent: as many values as a warning of presets names.
MOST_NAMED = 5


def read_costs(model: Section) -> Costs | None:
    """The costs of a model; None where there are none, or nothing can be made of them."""
    if not model.has("costs"):
        return None
    section = model.section("costs", "costs")
    if not section.has("currency") and section.values:
        found = "they have no currency"
        expected = "all prices of a model are in one currency"
        section.ledger.error(section.path, found, expected, "write currency: EUR")
    currency = section.take("currency", _read_currency, None)
    if not section.values:
        if not section.ledger.is_touched(section.path):
            step = "write costs: {currency: EUR, components: {web: 0.10 EUR / h}}"
            section.ledger.error(section.path, "there are none", "", step)
        return None
    prices = _Prices(section.ledger, currency)
    return Costs.model_construct(
        currency=currency or CURRENCIES[0],
        components=_read_components(section, prices),
        crews=_read_named(section, "crews", prices, "crews"),
        fixed=_read_named(section, "fixed", prices),
        downtime=_read_downtime(section, prices),
        budget=prices.take(section, "budget", "year") if section.has("budget") else None,
    )


def check_costs(system: System, ledger: Ledger) -> None:
    """Find prices of services that are not there, and components that fail and have no price."""
    costs = system.costs
    if costs is None:
        return
    if isinstance(costs.downtime, Mapping):
        for name in costs.downtime:
            if name not in system.services:
                step = ledger.suggest(name, list(system.services))
                path = ("costs", "downtime", name)
                ledger.error(path, f"there is no service {show_value(name)}", "", step)
    _warn_of_unpriced(system, costs, ledger)


def _warn_of_unpriced(system: System, costs: Costs, ledger: Ledger) -> None:
    """Find what fails, runs on no host, and costs nothing where other components do."""
    free = [
        name
        for name, component in system.components.items()
        if component.failures and not component.hosts and name not in costs.components
    ]
    if free and costs.components and not ledger.is_touched(("costs", "components")):
        has = "has" if len(free) == 1 else "have"
        found = f"{cut_list(free, MOST_NAMED)} {has} no price"
        step = f"write {free[0]}: 0 {costs.currency} / h if it costs nothing"
        ledger.warn(("costs", "components"), found, "", step)


@dataclass(frozen=True, slots=True)
class _Prices:
    """Reads prices in the currency of the model; None: that is not known."""

    ledger: Ledger
    currency: str | None

    def take(self, section: Section, key: str, unit: str) -> float:
        """The price under a key; 0 where it was not typed or is wrong."""
        return section.take(key, lambda value: self._read(value, unit), 0.0)

    def take_listed(self, section: Section, key: str, unit: str) -> float:
        """The same, which may be the name of a price in the catalogue."""
        value = section.values.get(key)
        if isinstance(value, str) and is_name(value):
            return self.look_up(section, key, section.at(key), unit)
        return self.take(section, key, unit) if section.has(key) else 0.0

    def look_up(self, section: Section, key: str, path: KeyPath, unit: str) -> float:
        """The price of the catalogue that a key names, and that stands at a path in the system."""
        amount, origin = section.take(key, lambda value: self._find(value, unit), (0.0, ""))
        self.ledger.origins[path] = origin
        return amount

    def _read(self, value: Value, unit: str) -> float:
        price = parse_price(value, unit)
        if self.currency is not None and price.currency != self.currency:
            found = f"{show_value(value)} is in {price.currency}"
            expected = f"all prices of this model are in {self.currency}"
            raise InputError(found, expected, "convert it")
        return price.amount

    def _find(self, value: Value, unit: str) -> tuple[float, str]:
        from hasim.description.catalogue import list_prices

        known = list_prices().get(value) if isinstance(value, str) else None
        if known is None:
            step = ""
            if isinstance(value, str) and is_name(value):
                step = self.ledger.suggest(value, list(list_prices()))
            found = f"there is no price {show_value(value)} in the catalogue"
            raise InputError(found, "", step or "hasim catalogue lists them")
        try:
            price = parse_price(known.price, unit)
        except InputError as error:
            found = f"{value} costs {known.price}"
            raise InputError(found, error.expected, "hasim catalogue lists others") from error
        if self.currency is not None and price.currency != self.currency:
            found = f"{value} is priced in {price.currency}: {known.price}"
            expected = f"all prices of this model are in {self.currency}"
            raise InputError(found, expected, "write a price in that currency")
        return price.amount, known.origin


def _read_currency(value: Value) -> str:
    if value not in CURRENCIES:
        found = f"{show_value(value)} is no currency"
        raise InputError(found, f"one of {', '.join(CURRENCIES)}", "write EUR")
    return str(value)


# ---------------------------------------------------------------------------- components


def _read_components(section: Section, prices: _Prices) -> dict[str, ComponentCosts]:
    names = _open(section, "components", "{web: 0.10 EUR / h}")
    read = {}
    for name, value in names.items():
        path = (*section.at("components"), name)
        if _is_declared(section.ledger, path, name, "components"):
            read[name] = _read_component(section.ledger, path, value, prices)
    return read


def _read_component(ledger: Ledger, path: KeyPath, value: Value, prices: _Prices) -> ComponentCosts:
    if isinstance(value, dict) and not is_between(value):
        section = open_section(ledger, path, value, "component costs")
        replica = _read_replica(section, prices)
    else:
        section = Section(ledger, path, {})
        owner = Section(ledger, path[:-1], {str(path[-1]): value})
        replica = prices.take(owner, str(path[-1]), "h")
    return ComponentCosts.model_construct(
        replica=replica,
        standby=_read_standby(section),
        storage=_read_amount(section, "storage", "storage_price", parse_bytes),
        storage_price=prices.take_listed(section, "storage_price", "GB / month"),
        transfer=_read_amount(section, "transfer", "transfer_price", parse_traffic),
        transfer_price=prices.take_listed(section, "transfer_price", "GB"),
    )


def _read_replica(section: Section, prices: _Prices) -> float:
    """The price of a replica, its own or that of an instance."""
    if section.has("instance") and section.has("replica"):
        found, step = "instance together with replica", "remove one of them"
        section.error("instance", found, "one price of a replica", step)
        return 0.0
    if not section.has("instance"):
        return prices.take(section, "replica", "h")
    return prices.look_up(section, "instance", section.at("replica"), "h")


def _read_standby(section: Section) -> float | None:
    """The share that standbys cost; None for a component without any."""
    group = section.ledger.groups[str(section.path[-1])]
    if group.redundancy == "active-passive":
        return section.take("standby", parse_probability, 1.0)
    if section.has("standby"):
        found = f"all replicas of {section.path[-1]} serve"
        step = "remove it; an active-passive component has standbys"
        section.error("standby", found, "", step)
    return None


def _read_amount(
    section: Section, key: str, price: str, parse: Callable[[object], float]
) -> float | None:
    """How much is paid for under a key; it and its price go together."""
    if section.has(key) != section.has(price):
        given, missing = (key, price) if section.has(key) else (price, key)
        examples = {
            "storage": "500 GB",
            "storage_price": "0.10 EUR / GB / month",
            "transfer": "2 TB / month",
            "transfer_price": "0.05 EUR / GB",
        }
        step = f"write {missing}: {examples[missing]}, or remove {given}"
        section.error(given, f"{given} without {missing}", "they go together", step)
    return section.take(key, parse, None)


# ---------------------------------------------------------------------------- everything else


def _read_named(
    section: Section, key: str, prices: _Prices, declared: str | None = None
) -> dict[str, float]:
    """Prices by name, of what is declared in a section of the model, or of anything."""
    read = {}
    names = _open(section, key, "{oncall: 90000 EUR / year}")
    inner = Section(section.ledger, section.at(key), names)
    for name in names:
        path = inner.at(name)
        if declared is not None and not _is_declared(section.ledger, path, name, declared):
            continue
        if not is_name(name):
            found, expected = (
                f"{show_value(name)} is no name",
                "a name has letters, digits, - and _",
            )
            section.ledger.error(path, found, expected, "write a name such as licences")
        read[name] = prices.take(inner, name, "year")
    return read


def _read_downtime(section: Section, prices: _Prices) -> float | dict[str, float] | None:
    if not section.has("downtime"):
        return None
    value = section.values["downtime"]
    if isinstance(value, dict) and value:
        inner = Section(section.ledger, section.at("downtime"), value)
        return {name: prices.take(inner, name, "min") for name in value}
    return prices.take(section, "downtime", "min")


def _open(section: Section, key: str, example: str) -> dict[str, Value]:
    """The mapping from names under a key; empty where there is none."""
    value = section.values.get(key, {})
    if not isinstance(value, dict):
        section.error(key, show_value(value), "expected prices by name", f"write {example}")
        return {}
    return value


def _is_declared(ledger: Ledger, path: KeyPath, name: str, section: str) -> bool:
    try:
        read_reference(ledger, name, section)
    except InputError as error:
        ledger.error(path, error.found, error.expected, error.next_step)
        return False
    return True
