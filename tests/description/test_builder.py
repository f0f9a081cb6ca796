import pytest

from hasim.description import SystemBuilder, load, read_text, resolve
from hasim.errors import ModelError
from hasim.laws import Fixed, Lognormal


def build_shop():
    builder = SystemBuilder("shop", "Three-tier web shop in three zones")
    builder.domain("eu", level="region")
    for zone in "abc":
        builder.domain(zone, level="zone", inside="eu", mtbf="2 years", mttr="2 h")
    builder.crew("oncall", size=2)
    repair = Lognormal.from_median_p95(4 * 3600.0, 24 * 3600.0)
    crash = {"after": "60 d", "repair": "2 min"}
    builder.component(
        "edge", replicas=2, spread=["a", "b"], needs=["web"], failures={"crash": crash}
    )
    builder.component(
        "web",
        replicas=6,
        required=4,
        capacity="500 rps",
        spread=["a", "b", "c"],
        needs=["db"],
        failures={
            "crash": {"after": "30 d", "detect": {"probe": "5 s", "misses": 3}, "repair": "30 s"},
            "hardware": {
                "after": "4 years",
                "detect": Fixed(60.0),
                "repair": repair,
                "crew": "oncall",
            },
        },
    )
    builder.component(
        "db",
        replicas=2,
        redundancy="active-passive",
        standby={"latent": 0.1, "test": "30 d"},
        spread=["a", "b"],
        failures={
            "crash": {"after": "90 d", "repair": "4 h", "crew": "oncall", "common_cause": 0.05}
        },
        failover={
            "detect": {"heartbeat": "10 s", "misses": 3},
            "decide": "5 s",
            "fence": "5 s",
            "promote": {"lognormal": {"median": "20 s", "p95": "60 s"}},
            "switch": "30 s",
            "coverage": 0.95,
            "manual": "lognormal(median 30 min, p95 2 h)",
        },
    )
    builder.service(
        "checkout",
        needs=["edge"],
        demand={"peak": "1500 rps"},
        objectives={"availability": "99.9 %", "headroom": 0.2},
    )
    return builder.build()


def test_the_shop_built_in_python_is_the_shop_of_the_file():
    assert build_shop() == load("models/shop.yaml")


def test_findings_have_no_place():
    builder = SystemBuilder("x").component("web", replicas=2, required=3, crew=None)
    with pytest.raises(ModelError) as error:
        builder.build()
    assert str(error.value) == (
        "components.web.required: 3 of 2 replicas can never be up; at most 2; "
        "set required to 2 or fewer"
    )


def test_planned_work_is_added_like_components():
    builder = SystemBuilder("x").component("web", replicas=2, changes={"rate": "1 / week"})
    builder.change("config", scope=["web"], rate="1 / d", failure_rate=0.01, rollback="5 min")
    builder.maintenance("patch", on=["web"], every="30 d", takes="2 h", excluded=True)
    system = builder.build()
    assert list(system.all_changes()) == ["web.change", "config"]
    assert system.maintenance["patch"].first == 30 * 86400


def test_a_name_stands_once():
    builder = SystemBuilder("x").component("web").component("web")
    with pytest.raises(ModelError, match=r"components\.web: it is added a second time"):
        builder.build()


def test_a_builder_without_components():
    with pytest.raises(ModelError, match="components: there are none"):
        SystemBuilder("x").build()


def test_a_file_of_a_law_needs_a_folder(tmp_path):
    (tmp_path / "r.csv").write_text("duration\n1 h\n2 h\n")
    crash = {"after": "30 d", "repair": "empirical(r.csv)"}
    with pytest.raises(ModelError, match="has no folder to lie in"):
        SystemBuilder("x").component("web", failures={"crash": crash}).build()
    builder = SystemBuilder("x", folder=tmp_path).component("web", failures={"crash": crash})
    assert builder.build().components["web"].failures["crash"].repair.mean == 5400


def test_monitoring_shifts_and_drills_built_in_python_are_those_of_a_file():
    pair = {"redundancy": "active-passive", "failover": "instant", "standby": {"latent": 0.1}}
    builder = SystemBuilder("x").crew("oncall", shifts=[{"from": "22:00", "to": "6:00", "size": 0}])
    builder.component("db", replicas=2, mtbf="90 d", mttr="4 h", **pair)
    builder.monitoring("pager", scrape="60 s", lasting="5 min", crew="oncall", covers=1)
    builder.game_day("drill", on=["db"], every="90 d", finds=0.9)
    text = """
name: x
crews: {oncall: {shifts: [{from: 22:00, to: 06:00, size: 0}]}}
components:
  db: {replicas: 2, mtbf: 90 d, mttr: 4 h, redundancy: active-passive, failover: instant,
       standby: {latent: 10 %}}
monitoring: {pager: {scrape: 60 s, for: 5 min, crew: oncall}}
game_days: {drill: {on: [db], every: 90 d, finds: 90 %}}
"""
    assert builder.build() == resolve(read_text(text))
