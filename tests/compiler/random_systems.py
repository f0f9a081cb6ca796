"""Random systems that use every mechanism, with times so short that everything meets everything."""

from hypothesis import strategies as st

from hasim.description import SystemBuilder
from hasim.system import System

SHORT = ("1 min", "10 min", "1 h", "fixed(10 min)", "fixed(1 h)", "uniform(low 1 min, high 1 h)")
LONG = ("1 h", "3 h", "fixed(2 h)", "weibull(shape 2, mean 3 h)", "fixed(1 h)")
STEPS = ("0 s", "1 min", "10 min", "uniform(low 1 min, high 20 min)")


def _maybe(draw, key, values, keys):
    value = draw(st.sampled_from((None, *values)))
    if value is not None:
        keys[key] = value


@st.composite
def failures(draw, *, in_group):
    """Failure modes by name."""
    modes = {}
    for name in draw(st.lists(st.sampled_from(("crash", "disk")), unique=True, max_size=2)):
        mode = {"after": draw(st.sampled_from(LONG)), "repair": draw(st.sampled_from(SHORT))}
        _maybe(draw, "detect", STEPS, mode)
        _maybe(draw, "crew", ("oncall",), mode)
        _maybe(draw, "priority", (1,), mode)
        if in_group:
            _maybe(draw, "common_cause", ("30 %", "100 %"), mode)
            _maybe(draw, "silent", (True,), mode)
        modes[name] = mode
    return modes


@st.composite
def failing_over(draw):
    """The keys of an active-passive component, placement and needs apart."""
    standby = {"rate": draw(st.sampled_from(("100 %", "50 %", "0 %")))}
    _maybe(draw, "latent", ("50 %", "100 %"), standby)
    _maybe(draw, "test", ("2 h",), standby)
    failover = {}
    for stage in ("detect", "decide", "fence", "promote", "switch", "rebuild", "manual"):
        _maybe(draw, stage, STEPS, failover)
    _maybe(draw, "coverage", ("0 %", "60 %"), failover)
    if standby["rate"] == "0 %":
        failover["promote"] = "1 min"
    _maybe(draw, "block", ("1 h",), failover)
    _maybe(draw, "spurious", ("3 h", "1 / h"), failover)
    if draw(st.booleans()):
        failover["failback"] = {"after": draw(st.sampled_from(STEPS)), "takes": "1 min"}
    keys = {"redundancy": "active-passive", "standby": standby}
    if draw(st.booleans()):
        keys["tls"] = {"clients": 600, "handshake": "1 s"}
        _maybe(draw, "sessions", ("synced", "lost"), failover)
    return {**keys, "failover": failover or "instant"}


@st.composite
def changes(draw):
    """The keys of changes, scope apart."""
    strategy = draw(st.sampled_from(("recreate", "rolling", "blue-green", "canary")))
    keys = {"rate": "1 / 3 h", "strategy": strategy, "rollback": draw(st.sampled_from(SHORT))}
    keys["failure_rate"] = draw(st.sampled_from(("0 %", "50 %", "100 %")))
    for key in ("latent", "detect"):
        _maybe(draw, key, STEPS, keys)
    if strategy in ("rolling", "recreate"):
        _maybe(draw, "takes", STEPS, keys)
    if strategy in ("rolling", "canary"):
        _maybe(draw, "bake", STEPS, keys)
        _maybe(draw, "catch", ("50 %", "100 %"), keys)
    if strategy == "canary":
        _maybe(draw, "waves", (["1 %", "50 %"],), keys)
    return keys


@st.composite
def maintenance(draw):
    """The keys of maintenance that ends before it comes again."""
    on = draw(st.lists(st.sampled_from(("web", "db", "node")), unique=True, min_size=1))
    keys = {"on": on, "every": "12 h", "takes": draw(st.sampled_from(SHORT[:3] + SHORT[4:]))}
    keys["first"] = draw(st.sampled_from(("1 h", "5 h")))
    keys["excluded"] = draw(st.booleans())
    _maybe(draw, "drain", ("1 min",), keys)
    _maybe(draw, "at_once", (2,), keys)
    return keys


@st.composite
def routes(draw, *, may_be_zone_aware):
    """The keys of a route, its target apart."""
    keys = {"policy": draw(st.sampled_from(("round-robin", "consistent-hash")))}
    if draw(st.booleans()):
        keys |= {"policy": "weighted", "weights": [3, 1, 1]}
    if may_be_zone_aware and draw(st.booleans()):
        keys = {"policy": "zone-aware", "spill": draw(st.booleans())}
    elif draw(st.booleans()):
        keys |= {"layer": 4, "pinned": "30 %", "idle": draw(st.sampled_from(STEPS))}
    looks = ({"probe": "5 min", "misses": 2, "timeout": "5 min"}, *STEPS)
    keys["detect"] = draw(st.sampled_from(looks))
    keys["readmit"] = draw(st.sampled_from(({"probe": "5 min", "passes": 2}, *STEPS)))
    _maybe(draw, "panic", ("40 %", "100 %"), keys)
    if draw(st.booleans()):
        keys |= {"through": "etcd", "expiry": keys.pop("detect"), "poll": "10 min"}
        keys["on_loss"] = draw(st.sampled_from(("keep", "closed")))
        _maybe(draw, "eviction", ("20 min",), keys)
        _maybe(draw, "cache", ("5 min",), keys)
        _maybe(draw, "self_preservation", ("60 %", "100 %"), keys)
    return keys


@st.composite
def changeover(draw):
    """What changing the alternative costs."""
    keys = {}
    for step in ("detect", "switch", "manual"):
        _maybe(draw, step, STEPS, keys)
    _maybe(draw, "coverage", ("0 %", "60 %"), keys)
    if draw(st.booleans()):
        keys["failback"] = {"after": draw(st.sampled_from(STEPS)), "takes": "1 min"}
    return keys


@st.composite
def certificate(draw):
    """What expires every three hours, and on what."""
    names = st.sampled_from(("node", "db", "vote", "web", "cache"))
    keys = {"on": draw(st.lists(names, unique=True, min_size=1, max_size=2)), "every": "3 h"}
    keys |= {
        "missed": draw(st.sampled_from(("50 %", "100 %"))),
        "renew": draw(st.sampled_from(SHORT)),
    }
    _maybe(draw, "first", ("1 h",), keys)
    _maybe(draw, "detect", STEPS, keys)
    _maybe(draw, "crew", ("oncall",), keys)
    _maybe(draw, "priority", (1,), keys)
    return keys


@st.composite
def monitoring(draw):
    """The keys of what watches everything."""
    keys = {"otherwise": draw(st.sampled_from(("fixed(1 h)", "exponential(1 h)")))}
    for key, step in (("scrape", "5 min"), ("rule", "exponential(5 min)"), ("lasting", "10 min")):
        _maybe(draw, key, (step,), keys)
    _maybe(draw, "diagnose", ("exponential(10 min)",), keys)
    _maybe(draw, "covers", ("0 %", "60 %"), keys)
    _maybe(draw, "crew", ("oncall",), keys)
    _maybe(draw, "needs", (["cache"],), keys)
    _maybe(draw, "false_alarms", ("1 / 5 h", "fixed(3 h)"), keys)
    return {**keys, "acknowledge": draw(st.sampled_from(("10 min", "exponential(20 min)")))}


def _add_people(draw, builder):
    """What watches all that can fail, and drills on all that can fail unnoticed."""
    values = builder.draft().values
    if any(one["failures"] for part in ("domains", "components") for one in values[part].values()):
        builder.monitoring("pager", **draw(monitoring()))
    hidden = [
        name
        for name, one in values["components"].items()
        if "latent" in one.get("standby", {}) and one["failures"]
    ]
    if hidden:
        finds = draw(st.sampled_from(("100 %", "60 %")))
        builder.game_day("drill", on=hidden, every="5 h", first="2 h", finds=finds)


@st.composite
def systems(draw) -> System:
    """A System of a power supply, zones, hosts, two databases and a web tier."""
    builder = SystemBuilder("random")
    shifts = draw(st.sampled_from(([], [{"from": "01:00", "to": "03:30", "size": 0}])))
    size, preempts = draw(st.sampled_from((1, 2))), draw(st.booleans())
    builder.crew("oncall", size=size, preempts=preempts, shifts=shifts)
    builder.domain("eu", level="region", failures=draw(failures(in_group=False)))
    builder.domain("feed", level="feed", failures=draw(failures(in_group=False)))
    for zone in "ab":
        keys = {"failures": draw(failures(in_group=False))}
        patient, ajar = {"tolerates": "10 min"}, {"fails": "open"}
        each = ({}, patient, ajar, patient | ajar)
        needs = [["power"], *([{"name": "power", **more}] for more in each)]
        _maybe(draw, "needs", needs, keys)
        _maybe(draw, "shares", (["feed"],), keys)
        builder.domain(zone, level="zone", inside="eu", **keys)
    if draw(st.booleans()):
        cut = {"after": draw(st.sampled_from(LONG)), "lasts": draw(st.sampled_from(SHORT))}
        builder.link("ab", between=["a", "b"], cut=cut)
    for name, replicas, placed in (
        ("power", 2, {"spread": "everywhere"}),
        ("node", 3, {"spread": ["a", "b"], "kind": "host", "slots": 1}),
    ):
        keys = {"failures": draw(failures(in_group=True)), **placed}
        _maybe(draw, "start", STEPS, keys)
        builder.component(name, replicas=replicas, **keys)
    for name in ("etcd", "db"):
        keys = {**draw(failing_over()), "failures": draw(failures(in_group=True))}
        # each starts on a host of its own, as a host has one slot
        hosts = {"etcd": "node", "db": ["node.2", "node.3", "node.1"]}[name]
        keys |= draw(st.sampled_from(({"spread": ["a", "b"]}, {"hosts": hosts})))
        _maybe(draw, "start", STEPS, keys)
        if name == "db" and keys["failover"] != "instant" and draw(st.booleans()):
            keys["failover"] = {**keys["failover"], "needs": ["etcd"]}
        if name == "etcd":
            keys["kind"] = "registry"
        builder.component(name, replicas=draw(st.sampled_from((2, 3))), **keys)
    vote = {"failures": draw(failures(in_group=True)), "spread": ["a", "b"]}
    _maybe(draw, "start", STEPS, vote)
    if draw(st.booleans()):
        vote["failover"] = {"detect": "1 min", "promote": draw(st.sampled_from(STEPS))}
    witnesses = draw(st.sampled_from(({}, {"witnesses": 1})))
    builder.component("vote", replicas=3, redundancy="quorum", **vote, **witnesses)
    web = {"failures": draw(failures(in_group=True)), "capacity": "10 rps"}
    web |= draw(st.sampled_from(({"spread": ["a", "b"]}, {"hosts": "node"})))
    if "hosts" in web and draw(st.booleans()):
        steps = ("detect", "decide", "start")
        web["relocate"] = {step: draw(st.sampled_from(STEPS)) for step in steps}
        web["relocate"]["needs"] = draw(st.sampled_from(([], ["etcd"])))
    _maybe(draw, "start", STEPS, web)
    guarded = [{"all": ["db", {"name": "etcd", "fails": "open"}]}]
    ways = (["db"], ["etcd", "db"], [{"any": ["db", "etcd"]}], guarded, [])
    needs = draw(st.sampled_from(ways))
    if "relocate" not in web and draw(st.booleans()):
        needs = [*needs, {"name": "cache", "within": "zone"}]
        _maybe(draw, "tolerates", ("10 min",), needs[-1])
    _maybe(draw, "changes", (draw(changes()),), web)
    builder.component("web", replicas=3, required=draw(st.integers(1, 3)), needs=needs, **web)
    if draw(st.booleans()):
        scope = draw(st.sampled_from((["web", "db"], ["etcd"], ["node"])))
        builder.change("config", scope=scope, **draw(changes()))
    if draw(st.booleans()):
        builder.maintenance("patch", **draw(maintenance()))
    cache = {"failures": draw(failures(in_group=True)), "spread": ["a", "b"]}
    builder.component("cache", replicas=4, capacity="10 rps", **cache)
    choice = {"any": ["web", "db", "etcd"], "failover": draw(changeover())}
    _maybe(draw, "tolerates", ("5 min",), choice)
    _maybe(draw, "fails", ("closed", "open"), choice)
    for name in draw(st.lists(st.sampled_from(("wildcard", "root")), unique=True, max_size=2)):
        builder.certificate(name, **draw(certificate()))
    front = "web"
    if draw(st.booleans()):
        front = "edge"
        edge = {"failures": draw(failures(in_group=True)), "spread": ["a", "b"]}
        route = draw(routes(may_be_zone_aware="relocate" not in web))
        builder.component("edge", replicas=2, routes={"to": "web", **route}, **edge)
    builder.service("shop", needs=[front], demand={"peak": "15 rps"})
    builder.service("rest", needs=[{"at_least": 2, "of": ["db", "etcd", "web"]}])
    builder.service("lock", needs=["vote"])
    uses = [{"name": "cache", "loses": "30 %"}]
    builder.service("pay", needs=[choice], uses=uses, demand={"peak": "12 rps"})
    if draw(st.booleans()):
        _add_people(draw, builder)
    return builder.build()
