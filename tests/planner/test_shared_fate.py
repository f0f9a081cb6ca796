"""Who shares what."""

import hasim
from hasim.planner.shared_fate import find_shared_fate


def shared(model):
    found = find_shared_fate(hasim.load(f"models/{model}.yaml"))
    return {(one.kind, one.name): one for one in found}


def test_zones_and_crews_of_the_shop():
    found = shared("shop")
    assert found["domain", "zone a"].shared_by == ("edge", "web", "db")
    assert found["crew", "oncall"].shared_by == ("web", "db")
    assert ("domain", "zone c") not in found  # only web is there
    assert found["crew", "oncall"].services == ("checkout",)


def test_hosts_of_the_worked_example():
    found = shared("worked_example")
    assert found["host", "server.2"].shared_by == ("orders-db", "accounts-db", "orders", "accounts")
    assert found["host", "server.2"].services == ("order", "login")


def test_certificates_changes_and_registries():
    assert shared("certificate_expiry")["certificate", "wildcard"].shared_by == (
        "eu-edge",
        "us-edge",
    )
    assert shared("deployments")["change", "config"].shared_by == ("web", "api")
    registry = shared("microservices")["registry", "config"]
    assert "catalogue" in registry.shared_by
    assert registry.services == ("browse", "checkout")
