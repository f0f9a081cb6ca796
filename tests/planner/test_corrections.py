"""What is put in for each omission, and that the catalogue has it."""

import math
from pathlib import Path
from typing import get_args

import pytest

from hasim.compiler.omissions import FIELD_MTBF, Mistake, find_omissions
from hasim.description import draft_of, load, resolve
from hasim.description.catalogue import find_entry, sources
from hasim.planner.corrections import DOMAIN_OF, FAILOVER_OF, PRESET_OF, correct
from hasim.planner.typical import typical_mode
from hasim.system.plain import plain_system
from hasim.units import parse_rate_per_time
from tests.compiler.scenarios import system_of

MODELS = sorted((Path(__file__).resolve().parents[2] / "models").glob("*.yaml"))

EVERYTHING = """
name: t
components:
  db:
    kind: database
    replicas: 2
    redundancy: active-passive
    failover: instant
    mtbf: 30 d
    mttr: 4 h
  feed: {mtbf: 30 d, mttr: 1 h}
  spare: {mtbf: 30 d, mttr: 20 s}
  lb:
    kind: load-balancer
    mtbf: 50 years
    mttr: 1 h
    needs: [db, {any: [feed, spare], failover: {}}]
  web: {needs: [lb]}
"""
PLACES = """
name: t
domains: {a: {level: zone}, b: {level: shed}}
components:
  web: {replicas: 2, mtbf: 30 d, mttr: 4 h, spread: [a]}
  lamp: {kind: power, spread: [b]}
"""


@pytest.fixture
def corrected(tmp_path):
    """The corrections of a model's text by the mistakes that they are for."""

    def of(text):
        system = system_of(text, tmp_path)
        found = find_omissions(system)
        return {one.mistake: correct(system, one) for one in found if one.mistake is not None}

    return of


def test_every_mistake_that_can_be_written_is_corrected(corrected):
    corrections = {**corrected(PLACES), **corrected(EVERYTHING)}
    assert set(corrections) == set(get_args(Mistake))
    assert all(corrections.values())


def test_a_correction_takes_its_omission_away_and_leaves_the_others(tmp_path):
    system = system_of(EVERYTHING, tmp_path)
    before = find_omissions(system)
    of_failovers = {"detection", "instant failover"}  # the stages have their detection among them
    for omission in before:
        correction = correct(system, omission)
        if correction is not None:
            left = {one.mistake for one in find_omissions(correction.system)}
            assert omission.mistake not in left
            assert {one.mistake for one in before} - left <= {omission.mistake, *of_failovers}


def test_what_people_repair_is_found_by_paging_them_and_what_restarts_by_probes(corrected):
    components = corrected(EVERYTHING)["detection"].system.components
    assert components["feed"].failures["failure"].detect.mean == 450.0
    assert str(components["spare"].failures["failure"].detect) == "uniform(low 21 s, high 31 s)"
    assert components["db"].failures["failure"].detect is None
    assert components["db"].failover.detect.mean == 25.0  # a lease of 30 s, renewed every 10 s


def test_a_manual_failover_is_put_in_only_where_there_is_none(corrected):
    bare = corrected(EVERYTHING)
    failover = bare["coverage"].system.components["db"].failover
    assert (failover.coverage, failover.manual.mean) == (0.9, pytest.approx(3600.0))
    need = bare["changeover coverage"].system.components["lb"].needs[1]
    assert (need.failover.coverage, need.failover.manual.mean) == (0.9, pytest.approx(3600.0))
    typed = corrected(EVERYTHING.replace("failover: instant", "failover: {manual: 2 h}"))
    assert typed["coverage"].system.components["db"].failover.manual.mean == 7200.0
    assert typed["coverage"].put_in == "coverage 90 % (untested-failover)"


def test_repairs_keep_their_mean_and_get_the_spread_of_the_field(corrected):
    law = corrected(EVERYTHING)["tails"].system.components["db"].failures["failure"].repair
    field = typical_mode("incident").repair
    assert law.mean == pytest.approx(4 * 3600.0)
    assert law.variance / law.mean**2 == pytest.approx(field.variance / field.mean**2)


def test_one_crew_does_what_people_repair(corrected):
    system = corrected(EVERYTHING)["crews"].system
    assert system.crews["on-call"].size == 1
    crews = {
        name: one.failures["failure"].crew
        for name, one in system.components.items()
        if one.failures
    }
    assert crews == {"db": "on-call", "feed": "on-call", "spare": None, "lb": "on-call"}


def test_a_name_that_the_model_has_is_not_taken_again(corrected):
    text = EVERYTHING.replace("components:", "crews: {on-call: {size: 3}}\ncomponents:", 1)
    assert corrected(text)["crews"].system.crews.keys() == {"on-call", "on-call-2"}


def test_places_fail_by_their_level(corrected):
    domains = corrected(PLACES)["domains"].system.domains
    assert domains["a"].failures.keys() == {"outage"}
    assert not domains["b"].failures  # no entry knows how a shed fails
    assert corrected(PLACES.replace("zone", "attic"))["domains"] is None


def test_parts_get_the_rate_of_their_fleets(corrected):
    components = corrected(EVERYTHING)["field rates"].system.components
    assert components["lb"].failures["failure"].after.mean == pytest.approx(
        FIELD_MTBF["load-balancer"][1]
    )


def test_what_is_put_in_has_grade_and_sources(corrected):
    for text in (EVERYTHING, PLACES):
        known = {mistake: one for mistake, one in corrected(text).items() if one}
        for mistake, correction in known.items():
            assert set(correction.sources) <= sources().keys()
            assert (correction.grade is None) == (mistake == "crews")
            assert bool(correction.sources) == (mistake != "crews")
    assert corrected(PLACES)["independence"].grade == "D"
    assert corrected(PLACES)["tails"].grade == "A"


def test_only_what_is_deployed_has_changes(corrected):
    changes = corrected(EVERYTHING)["changes"].system.changes
    assert changes["releases"].scope == ("web",)
    power = "name: t\ncomponents: {grid: {kind: power, mtbf: 30 d, mttr: 4 h}}"
    assert corrected(power)["changes"] is None


def test_the_catalogue_has_what_is_named_by_kind_and_level():
    parts = [(FAILOVER_OF, "failover"), (DOMAIN_OF, "domain"), (PRESET_OF, "component")]
    for names, part in parts:
        assert {find_entry(name).part for name in names.values()} == {part}


@pytest.mark.parametrize("kind", FIELD_MTBF)
def test_rates_of_fleets_are_those_of_the_catalogue(kind):
    name, mtbf = FIELD_MTBF[kind]
    rates = [parse_rate_per_time(v.value) for v in find_entry(name).values if v.key[-1] == "rate"]
    assert math.isclose(sum(rates), 1.0 / mtbf)


@pytest.mark.normal
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_corrected_systems_are_models(model):
    """What is put in past all readers is what they would have read."""
    system = load(model)
    for omission in find_omissions(system):
        correction = correct(system, omission)
        if correction is not None:
            plain = plain_system(correction.system)
            assert resolve(draft_of(plain)) == correction.system
