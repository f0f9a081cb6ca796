"""The keys of costs for the table of the language: name, form, meaning, default."""

from __future__ import annotations

from typing import Final

COSTS: Final = (
    ("currency", "currency", "The one currency of all prices in the model, such as EUR.", ""),
    ("components", "priced components", "What components cost while they exist.", "nothing"),
    ("crews", "people", "What one person of each crew costs.", "nothing"),
    ("fixed", "fees", "Everything else, by any name.", "nothing"),
    (
        "downtime",
        "downtime price",
        "What downtime costs, of any service or by service.",
        "no price",
    ),
    ("budget", "price", "What everything may cost together, downtime included.", "not judged"),
)
COMPONENT_COSTS: Final = (
    ("replica", "price", "What one replica costs while it exists.", "nothing"),
    ("instance", "instance", "A price of the catalogue, instead of `replica`.", ""),
    ("standby", "share", "The share of that which a standby costs.", "100 %"),
    ("storage", "data", "What each replica keeps.", ""),
    ("storage_price", "storage price", "What keeping it costs: a price, or the catalogue's.", ""),
    ("transfer", "traffic", "What the whole group moves per time.", ""),
    ("transfer_price", "transfer price", "What moving it costs: a price, or the catalogue's.", ""),
)

#: The forms of their values that hold no names of parts and no mappings with keys of the language.
PLAIN_FORMS: Final = (
    "currency", "fees", "price", "instance", "data", "traffic", "storage price", "transfer price",
)  # fmt: skip

#: The forms that are, or may be, prices by the name of a crew or a service.
KEYED_FORMS: Final = ("people", "downtime price")
