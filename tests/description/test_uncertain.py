"""Systems with uncertain quantities: from the builder, graphs and settings, and their worlds."""

import pytest

import hasim
from hasim.description import check, read_text, resolve, with_settings
from hasim.description.worlds import Worlds
from hasim.topology import to_graph

TEXT = """
name: t
parameters: {fix: {between: [1 h, 4 h]}}
components:
  web:
    replicas: 2
    mtbf: {between: [30 d, 120 d]}
    mttr: ${fix}
    routes: {to: db, detect: {between: [4 s, 9 s]}}
  db:
    failures:
      crash: {rate: {between: [1 / year, 4 / year]}, repair: "lognormal(mean ${fix}, cv 1)"}
"""


def system_of_text(text=TEXT):
    return resolve(read_text(text))


def test_the_system_has_middle_values():
    system = system_of_text()
    web, db = system.components["web"], system.components["db"]
    assert web.failures["failure"].after.mean == pytest.approx(60 * 86400)
    assert web.failures["failure"].repair.mean == pytest.approx(7200)
    assert db.failures["crash"].after.mean == pytest.approx(365 * 86400 / 2)
    assert [one.name for one in system.uncertain] == [
        "parameters.fix",
        "components.db.failures.crash.rate",
        "components.web.failures.failure.after",
        "components.web.routes[0].detect",
    ]


def test_a_share_is_in_the_middle_of_its_range():
    (one,) = system_of_text(
        "components: {a: {replicas: 2, failures: {f: {after: 1 d, repair: 1 h, "
        "common_cause: {between: [1 %, 9 %]}}}}}"
    ).uncertain
    assert (one.scale, one.at(0.5)) == ("linear", pytest.approx(0.05))


def test_a_world_has_the_values_it_is_given_and_middle_values_elsewhere():
    worlds = Worlds.of(system_of_text())
    world = worlds.world({"parameters.fix": 3600.0, "components.web.routes[0].detect": 8.0})
    web, db = world.components["web"], world.components["db"]
    assert web.failures["failure"].repair.mean == pytest.approx(3600)
    assert db.failures["crash"].repair.mean == pytest.approx(3600)
    assert db.failures["crash"].repair.variance == pytest.approx(3600**2)
    assert web.routes[0].detect.mean == web.routes[0].detect_silent.mean == pytest.approx(8.0)
    assert web.failures["failure"].after.mean == pytest.approx(60 * 86400)
    assert world.uncertain == world.varied == ()


def test_the_middle_world_is_the_system():
    system = system_of_text()
    middle = Worlds.of(system).world({})
    assert middle == system.model_copy(update={"uncertain": (), "varied": ()})


def test_a_graph_and_the_builder_keep_what_is_uncertain():
    system = system_of_text()
    assert hasim.from_graph(to_graph(system)) == system
    built = (
        hasim.SystemBuilder("t")
        .component("a", mtbf={"between": ["30 d", "120 d"]}, mttr="1 h")
        .build()
    )
    assert [one.name for one in built.uncertain] == ["components.a.failures.failure.after"]


def test_settings_make_certain_and_uncertain():
    settings = [
        ("components.web.mtbf", "90 d"),
        ("components.db.failures.crash.rate", {"between": ["1 / year", "2 / year"]}),
        ("parameters.fix", "2 h"),
    ]
    system = resolve(with_settings(read_text(TEXT), settings))
    assert [one.name for one in system.uncertain] == [
        "components.db.failures.crash.rate",
        "components.web.routes[0].detect",
    ]
    assert system.uncertain[0].text(system.uncertain[0].high) == "2 / year"


def test_an_uncertain_parameter_that_nothing_uses_is_told():
    checked = check(
        read_text("parameters: {x: {between: [1 h, 2 h]}}\ncomponents: {a: {mtbf: 1 d, mttr: 1 h}}")
    )
    assert [finding.key for finding in checked.findings] == ["parameters.x"]
    assert checked.system.uncertain == ()


def test_run_says_that_values_are_uncertain():
    solution = hasim.solve(
        system_of_text("components: {a: {mtbf: {between: [1 d, 9 d]}, mttr: 1 h}}")
    )
    assert any("--worlds 256" in warning for warning in solution.warnings)
