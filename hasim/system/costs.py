"""Costs: what a system costs while it runs, and what it costs that it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from hasim.system.parts import Part, Share

Amount = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class ComponentCosts(Part):
    """What a component costs.

    Attributes
    ----------
    replica : float
        Money a second of one replica, for as long as it exists.
    standby : float or None
        The share of that which a standby costs; None: the component has no standbys.
    storage : float or None
        Bytes that each replica keeps; None: not looked at.
    storage_price : float
        Money a byte and second.
    transfer : float or None
        Bytes a second that the whole group moves; None: not looked at.
    transfer_price : float
        Money a byte.
    """

    replica: Amount = 0.0
    standby: Share | None = None
    storage: Amount | None = None
    storage_price: Amount = 0.0
    transfer: Amount | None = None
    transfer_price: Amount = 0.0


class Costs(Part):
    """All prices of a model, in one currency.

    Attributes
    ----------
    currency : str
        Its ISO 4217 code.
    components : Mapping[str, ComponentCosts]
        By component; one that is not named costs nothing.
    crews : Mapping[str, float]
        Money a second of one person, by crew.
    fixed : Mapping[str, float]
        Money a second of everything else, by any name.
    downtime : float, Mapping[str, float] or None
        Money a second in which a service is down: of any service, or by service; None: no price.
    budget : float or None
        Money a second that everything may cost together, downtime included.
    """

    currency: str
    components: Mapping[str, ComponentCosts] = Field(default_factory=dict)
    crews: Mapping[str, Amount] = Field(default_factory=dict)
    fixed: Mapping[str, Amount] = Field(default_factory=dict)
    downtime: Amount | Mapping[str, Amount] | None = None
    budget: Amount | None = None
