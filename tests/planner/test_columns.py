"""The columns of a comparison, read from an answer."""

import pytest

from hasim import solve
from hasim.description import load
from hasim.planner.columns import COLUMNS, column_of
from tests.cli.typed import MODELS


def test_keys_are_told_apart():
    assert len({column.key for column in COLUMNS}) == len(COLUMNS)
    assert column_of("mttr_s").title == "mean outage"


def test_what_a_service_has_is_read_and_what_it_lacks_is_none():
    answer = solve(load(MODELS / "pair.yaml"))["service"]
    read = {column.key: column.read(answer) for column in COLUMNS}
    assert read["unavailability"].value == pytest.approx((10 / 1010) ** 2)
    assert read["p95_outage_s"] == answer.outage_length_s["p95"]
    assert read["headroom"] is None
    assert read["headroom_after_loss"] is None


@pytest.mark.normal
def test_headroom_is_a_number_of_the_design():
    answer = solve(load(MODELS / "shop.yaml"), precision=0.3)["checkout"]
    read = {column.key: column.read(answer) for column in COLUMNS}
    assert read["headroom"].value == pytest.approx(1.0)
    assert read["headroom_after_loss"].value == pytest.approx(1 / 3)
    assert read["headroom_after_domain"].value == pytest.approx(1 / 3)
