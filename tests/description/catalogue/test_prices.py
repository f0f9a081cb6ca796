"""The prices of the catalogue: complete, cited, dated, and fit for a model."""

import re

import pytest

from hasim.description import check, read_text, resolved_text
from hasim.description.catalogue import GRADES, entry_names, list_prices, sources
from hasim.units import parse_bytes, parse_price
from tests.cli.typed import typed

PRICES = list_prices()


def test_there_are_prices():
    assert sum(one.vcpu is not None for one in PRICES.values()) >= 12
    assert not PRICES.keys() & set(entry_names())


@pytest.mark.parametrize("one", PRICES.values(), ids=lambda one: one.name)
def test_every_price_is_dated_graded_cited_and_can_be_used(one):
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", one.as_of)
    assert one.grade in GRADES
    assert one.sources
    assert set(one.sources) <= sources().keys()
    assert one.what
    assert one.region
    if one.vcpu is not None:
        assert parse_price(one.price, "h").amount > 0
        assert parse_bytes(one.memory) > 0
    checked = check(read_text(f"components: {{web: {{}}}}\n{one.example}"))
    assert checked.findings == ()
    text = resolved_text(checked.system, checked.origins)
    assert f"# from {one.name} of {one.as_of} (grade {one.grade})" in text
    assert check(read_text(text)).system == checked.system


@pytest.mark.normal
def test_the_command_tells_one_price_and_all():
    assert "aws-m6i-large             B  0.096 USD / h" in typed("catalogue").stdout
    told = typed("catalogue", "hetzner-ccx13").stdout
    for word in (
        "0.02 EUR / h",
        "2025-08-19",
        "Germany",
        "hetzner-2025",
        "instance: hetzner-ccx13",
    ):
        assert word in told
    assert '"price": "0.02 EUR / h"' in typed("catalogue", "hetzner-ccx13", "--json").stdout
    assert "did you mean hetzner-ccx13?" in typed("catalogue", "hetzner-ccx14").stderr
