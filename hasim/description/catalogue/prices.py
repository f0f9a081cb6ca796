"""The prices of the catalogue: what is rented, what it costs, where and when somebody read that.

Rules of this file: as those of `shelves`; a price is opened when a model names one. What it is paid
for, its text says: an hour of an instance, storage by data and time, transfer by data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hasim.description.catalogue.entries import Grade
from hasim.description.yaml_file import read_text

PRICES = "prices.yaml"


@dataclass(frozen=True, slots=True)
class ListPrice:
    """One price of a list that somebody published.

    Parameters
    ----------
    name : str
        What a model calls it.
    what : str
        One line.
    vcpu : int or None
        Processors of an instance; None: it is none.
    memory : str
        With its unit; empty where it is no instance.
    price : str
        As the model language writes it.
    region, as_of : str
        Where and when it held.
    grade : str
        How far it can be trusted.
    sources : tuple of str
        Their ids.
    note : str
        May be empty.
    """

    name: str
    what: str
    vcpu: int | None
    memory: str
    price: str
    region: str
    as_of: str
    grade: Grade
    sources: tuple[str, ...]
    note: str

    @property
    def origin(self) -> str:
        """What ``hasim check --resolved`` says of the price."""
        return f"from {self.name} of {self.as_of} (grade {self.grade})"

    @property
    def example(self) -> str:
        """How a model names it."""
        currency = self.price.split()[1]
        key = "storage_price" if self.price.count("/") == 2 else "transfer_price"
        amount = "storage: 500 GB" if key == "storage_price" else "transfer: 2 TB / month"
        keys = f"{amount}, {key}: " if self.vcpu is None else "instance: "
        return f"costs: {{currency: {currency}, components: {{web: {{{keys}{self.name}}}}}}}"


@cache
def list_prices() -> Mapping[str, ListPrice]:
    """All prices by name, in the order of the file."""
    text = (Path(__file__).parent / PRICES).read_text(encoding="utf-8")
    return {
        name: ListPrice(
            name=name,
            what=keys["what"],
            vcpu=int(keys["vcpu"]) if "vcpu" in keys else None,
            memory=keys.get("memory", ""),
            price=keys["price"],
            region=keys["region"],
            as_of=keys["as_of"],
            grade=keys["grade"],
            sources=tuple(keys["sources"]),
            note=keys.get("note", ""),
        )
        for name, keys in read_text(text, PRICES).values.items()
    }
