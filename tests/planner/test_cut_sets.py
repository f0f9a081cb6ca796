"""Minimal cut sets against what one writes down by hand."""

import pytest

import hasim
from hasim.planner.cut_sets import find_cut_sets
from hasim.planner.events import find_events
from tests.compiler.scenarios import system_of


def found(text, tmp_path, **options):
    system = system_of(text, tmp_path)
    return find_cut_sets(system, find_events(system, hasim.compile(system)), **options)


def texts(search, service="service"):
    return [one.text for one in search.services[service]]


def test_alike_replicas_are_told_as_one_line(tmp_path):
    search = found(
        "name: t\ncomponents: {db: {replicas: 3, required: 2, mtbf: 9 d, mttr: 1 h}}", tmp_path
    )
    (one,) = search.services["service"]
    assert (one.text, one.order, one.n_sets) == ("any 2 of the 3 db", 2, 3)
    assert one.example == ("db.1", "db.2")


def test_bridge(tmp_path):
    """The bridge (Barlow and Proschan 1975): a-c, b-d, a-e-d and b-e-c let through."""
    unit = "{mtbf: 9 d, mttr: 1 h}"
    text = f"""
    name: bridge
    components: {{a: {unit}, b: {unit}, c: {unit}, d: {unit}, e: {unit}}}
    services:
      way:
        needs: [{{any: [{{all: [a, c]}}, {{all: [b, d]}}, {{all: [a, e, d]}}, {{all: [b, e, c]}}]}}]
    """
    assert set(texts(found(text, tmp_path), "way")) == {
        "a and b",
        "c and d",
        "a and d and e",
        "b and c and e",
    }


def test_a_domain_takes_what_is_in_it_and_one_more_does_the_rest(tmp_path):
    text = """
    name: t
    domains:
      a: {level: zone, mtbf: 2 years, mttr: 2 h}
      b: {level: zone, mtbf: 2 years, mttr: 2 h}
    components: {web: {replicas: 4, required: 1, spread: [a, b], mtbf: 9 d, mttr: 1 h}}
    """
    search = found(text, tmp_path)
    assert texts(search) == ["both zone", "2 web and one zone (2 sets)"]
    assert search.services["service"][1].example == ("zone a", "web.2", "web.4")


def test_a_common_cause_is_an_event_of_its_own(tmp_path):
    text = """
    name: t
    components:
      db: {replicas: 2, failures: {crash: {after: 90 d, repair: 4 h, common_cause: 5 %}}}
    """
    assert texts(found(text, tmp_path)) == ["db.crash.common", "both db"]


def test_what_cannot_fail_is_in_no_cut_set(tmp_path):
    text = "name: t\ncomponents: {web: {}, db: {mtbf: 9 d, mttr: 1 h}}"
    assert texts(found(text, tmp_path)) == ["db"]


def test_thirty_replicas_are_counted_not_told_apart(tmp_path):
    text = """
    name: t
    components:
      web: {replicas: 30, required: 28, needs: [db, api], mtbf: 9 d, mttr: 1 h}
      api: {replicas: 30, required: 28, mtbf: 9 d, mttr: 1 h}
      db: {replicas: 3, required: 2, mtbf: 9 d, mttr: 1 h}
    """
    search = found(text, tmp_path)
    assert search.complete_to == 3
    assert texts(search) == ["any 2 of the 3 db", "any 3 of the 30 web", "any 3 of the 30 api"]
    assert search.services["service"][1].n_sets == 30 * 29 * 28 // 6


def test_the_search_says_to_which_size_it_is_complete(tmp_path):
    text = "name: t\ncomponents: {db: {replicas: 3, mtbf: 9 d, mttr: 1 h}}"
    assert found(text, tmp_path).complete_to == 3
    short = found(text, tmp_path, largest=2)
    assert short.complete_to == 2
    assert texts(short) == []


@pytest.mark.normal
@pytest.mark.parametrize("model", ["shop", "microservices"])
def test_every_cut_set_takes_the_service_down_and_no_part_of_it_does(model):
    from hasim.losses import serving

    system = hasim.load(f"models/{model}.yaml")
    events = {one.name: one for one in find_events(system, hasim.compile(system))}
    search = find_cut_sets(system, tuple(events.values()), largest=2)
    for service, lines in search.services.items():
        for line in lines:
            lost = [events[name].lost for name in line.example]
            assert not serving(system, frozenset().union(*lost))[service]
            for left_out in range(len(lost)):
                rest = lost[:left_out] + lost[left_out + 1 :]
                assert serving(system, frozenset().union(*rest))[service]
