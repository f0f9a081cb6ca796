"""Costs in the words of the model language; `plain` puts them in their place."""

from __future__ import annotations

from typing import Any

from hasim.system.costs import ComponentCosts, Costs
from hasim.units import format_bytes, format_price, format_probability, format_traffic


def plain_costs(costs: Costs) -> dict[str, Any]:
    """The keys of `costs`, without those that are empty."""
    currency = costs.currency
    keys = {
        "currency": currency,
        "components": {name: _component(one, currency) for name, one in costs.components.items()},
        "crews": {name: format_price(one, currency, "year") for name, one in costs.crews.items()},
        "fixed": {name: format_price(one, currency, "year") for name, one in costs.fixed.items()},
        "downtime": _downtime(costs),
        "budget": None if costs.budget is None else format_price(costs.budget, currency, "year"),
    }
    return {key: value for key, value in keys.items() if value not in (None, {})}


def _component(one: ComponentCosts, currency: str) -> dict[str, str]:
    keys = {"replica": format_price(one.replica, currency, "h")}
    if one.standby is not None:
        keys["standby"] = format_probability(one.standby)
    if one.storage is not None:
        keys["storage"] = format_bytes(one.storage)
        keys["storage_price"] = format_price(one.storage_price, currency, "GB / month")
    if one.transfer is not None:
        keys["transfer"] = format_traffic(one.transfer)
        keys["transfer_price"] = format_price(one.transfer_price, currency, "GB")
    return keys


def _downtime(costs: Costs) -> str | dict[str, str] | None:
    match costs.downtime:
        case None:
            return None
        case float():
            return format_price(costs.downtime, costs.currency, "min")
    return {name: format_price(one, costs.currency, "min") for name, one in costs.downtime.items()}
