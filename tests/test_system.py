import copy
import pickle

import pytest
from pydantic import ValidationError

from hasim.description import load, read_text, resolve
from hasim.errors import Finding
from hasim.laws import Exponential
from hasim.system import Component, FailureMode, NeedName, Service, System
from hasim.system.plain import digest, plain_system


@pytest.fixture(scope="module")
def shop():
    return load("models/shop.yaml")


def build(**keys):
    crash = FailureMode(after=Exponential(10.0), repair=Exponential(1.0))
    parts = {
        "components": {"web": Component(failures={"crash": crash})},
        "services": {"s": Service(needs=(NeedName(name="web"),))},
    }
    return System(name="x", **{**parts, **keys})


def test_a_system_is_frozen(shop):
    with pytest.raises(ValidationError, match="frozen"):
        shop.name = "y"
    with pytest.raises(ValidationError, match="frozen"):
        shop.components["web"].replicas = 3


def test_an_unknown_name_is_refused():
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Component(replica=2)


@pytest.mark.parametrize("keys", [{"components": {}}, {"services": {}}])
def test_a_system_has_components_and_services(keys):
    with pytest.raises(ValidationError, match="too_short"):
        build(**keys)


def test_a_delay_is_a_law():
    with pytest.raises(ValidationError, match="a delay law is needed"):
        FailureMode(after=10.0, repair=Exponential(1.0))


def test_warnings_are_no_part_of_a_system():
    finding = Finding(None, "k", "found", severity="warning")
    assert build(warnings=(finding,)) == build()
    assert build() != build(description="another")
    assert build() != "x"


def test_a_system_can_be_copied_and_sent(shop):
    assert copy.deepcopy(shop) == shop
    assert pickle.loads(pickle.dumps(shop)) == shop


def test_the_digest_tells_systems_apart_and_nothing_else(shop):
    assert digest(shop) == digest(load("models/shop.yaml"))
    assert digest(shop) != digest(shop.model_copy(update={"name": "y"}))
    assert len(digest(shop)) == 64


def test_the_plain_form_leaves_out_what_does_not_exist(shop):
    web = plain_system(shop)["components"]["web"]
    assert "kind" not in web
    assert "failover" not in web
    assert "crew" not in web["failures"]["crash"]


def test_all_that_the_contract_names_is_there(shop):
    db = shop.components["db"]
    assert (db.replicas, db.required, db.redundancy) == (2, 1, "active-passive")
    assert db.spread == ("a", "b")
    assert db.standby.rate == 1.0
    assert db.standby.latent == 0.1
    assert db.standby.test == 30 * 86400
    assert db.failover.coverage == 0.95
    assert db.failures["crash"].common_cause == 0.05
    assert shop.domains["a"].inside == "eu"
    assert shop.services["checkout"].demand == 1500.0
    assert shop.services["checkout"].objectives.availability == 0.999
    assert list(shop.components) == ["edge", "web", "db"]


def test_declaration_order_is_kept():
    names = [f"c{i}" for i in range(20, 0, -1)]
    text = "name: x\ncomponents:\n" + "".join(f"  {name}: {{}}\n" for name in names)
    assert list(resolve(read_text(text)).components) == names
