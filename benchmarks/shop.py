"""models/shop.yaml written by hand with ProcessBuilder, as one would who knows what it must answer.

It has the same dynamics and measures the same: the outages of checkout with stage and cause, and
the share of requests served. What the compiler makes of the file is held against it.
"""

from __future__ import annotations

from hasim.process import (
    Alternative,
    AutomatonBuilder,
    Blame,
    ByPhase,
    Charged,
    FirstFailing,
    Holds,
    Label,
    Process,
    ProcessBuilder,
    Ranked,
    go,
)

ZONES = ("a", "b", "c")
_STAGES = ("masked", "detect", "crew", "repair", "rebuild", "start")
_BLAME_OF_ZONE = {
    zone: ByPhase(zone, (("down", Label("masked", f"{zone}.failure")),)) for zone in ZONES
}


def shop() -> Process:
    """The shop: zones, edge, web, and a database that fails over."""
    builder = ProcessBuilder("shop by hand")
    builder.pool("oncall", 2)
    for zone in ZONES:
        _add_zone(builder, zone)
    _add_edge(builder)
    _add_web(builder)
    _add_database(builder)
    builder.all_of("web", "web.there", "db")
    builder.all_of("checkout", "edge.there", "web")
    edge = Ranked(
        tuple(_masked(f"edge.{n}", zone, _edge_blame(n)) for n, zone in _EDGES), 1, _STAGES
    )
    web = Ranked(tuple(_masked(f"web.{n}", zone, _web_blame(n)) for n, zone in _WEBS), 4, _STAGES)
    need = FirstFailing((("db", _database_blame()),), web)
    builder.outages("checkout", "checkout", blame=FirstFailing((("web", need),), edge))
    builder.count("checkout.up", "checkout")
    builder.quotient("web.share", "web.there.count", "web.taking")
    builder.product("served", "checkout.up", "web.share")
    builder.average("checkout requests served", "served")
    return builder.build()


_EDGES = ((1, "a"), (2, "b"))
_WEBS = tuple(zip(range(1, 7), "abcabc", strict=True))


def _add_zone(builder: ProcessBuilder, zone: str) -> None:
    begins = [builder.signal(f"{zone}.failure begins")] if zone != "c" else []
    automaton = builder.automaton(zone, "up", "down")
    failed = go("down", emits=begins)
    automaton.delay("failure", "up", "exponential(2 years)", failed, cause=f"{zone}.failure")
    automaton.delay("repair", "down", "exponential(2 h)", "up")
    builder.any_of(f"zone.{zone}", automaton["up"])


def _add_edge(builder: ProcessBuilder) -> None:
    for number, zone in _EDGES:
        unit = builder.unit(
            f"edge.{number}.unit",
            fails="exponential(60 d)",
            repair="exponential(2 min)",
            cause="edge.crash",
        )
        builder.all_of(f"edge.{number}", unit["up"], f"zone.{zone}")
    builder.at_least("edge.there", 1, [f"edge.{number}" for number, _ in _EDGES])


def _add_web(builder: ProcessBuilder) -> None:
    taking = []
    for number, zone in _WEBS:
        phases = ("up", "crash.detect", "crash.repair", "hardware.detect", "hardware.repair")
        unit = builder.automaton(f"web.{number}.unit", *phases)
        unit.needs("hardware.repair", "oncall")
        unit.delay("crash", "up", "exponential(30 d)", "crash.detect", cause="web.crash")
        unit.delay(
            "hardware", "up", "exponential(4 years)", "hardware.detect", cause="web.hardware"
        )
        unit.delay("found", "crash.detect", "uniform(low 10 s, high 15 s)", "crash.repair")
        unit.delay("restarted", "crash.repair", "exponential(30 s)", "up")
        unit.delay("broken", "hardware.detect", "fixed(1 min)", "hardware.repair")
        unit.delay("replaced", "hardware.repair", "lognormal(median 4 h, p95 24 h)", "up")
        builder.all_of(f"web.{number}", unit["up"], f"zone.{zone}")
        blind = [unit[phase] for phase in ("up", "crash.detect", "hardware.detect")]
        taking.append(builder.at_least(f"web.{number}.taking", 2, [*blind, f"zone.{zone}"]))
    builder.at_least("web.there", 4, [f"web.{number}" for number, _ in _WEBS])
    builder.count("web.taking", taking)


# ---------------------------------------------------------------------------- the database

_DEAD = ("detect", "latent", "common.detect")
_DETECT = "uniform(low 20 s, high 30 s)"
_PLACES = ((1, "a"), (2, "b"))


def _add_database(builder: ProcessBuilder) -> None:
    for name in ("strikes", "ends", "found", "seen", "begins"):
        builder.signal(f"common.{name}")
    for name in ("found", "tested"):
        builder.signal(f"db.{name}")
    builder.schedule("test", "db.tested", every="30 d")
    replicas = [_declare_replica(builder, number) for number, _ in _PLACES]
    _add_common_cause(builder)
    primary = builder.automaton("primary", "1", "2")
    primary.on("db.2.takes over", "1", "2")
    primary.on("db.1.takes over", "2", "1")
    chain = _add_failover(builder)
    for (number, zone), replica in zip(_PLACES, replicas, strict=True):
        leads, other = primary[str(number)], f"zone.{zone}"
        builder.all_of(f"db.{number}.leads", leads, replica["up"], other)
        builder.any_of(f"db.{number}.is primary", leads)
        builder.all_of(f"db.{number}.available", replica["up"], other)
        builder.any_of(f"db.{number}.is dead", *(replica[phase] for phase in _DEAD))
        there = {replica[phase]: 1 for phase in ("up", *_DEAD)} | {leads: -1}
        builder.count(f"db.{number}.candidate", there | {Holds(other): 1})
        builder.gate(f"db.{number}.stands by", f"db.{number}.candidate", ">=", 2)
        builder.all_of(f"db.{number}.primary up", leads, replica["up"])
    builder.any_of("has primary", "db.1.leads", "db.2.leads")
    builder.all_of("db", chain["serving"], "has primary")
    builder.any_of("has standby", "db.1.stands by", "db.2.stands by")
    builder.any_of("primary up", "db.1.primary up", "db.2.primary up")
    builder.any_of("one up", *(replica["up"] for replica in replicas))
    new = {chain[phase]: 1 for phase in ("serving", "fence", "promote", "switch")}
    builder.count("chain", new | {Holds("has primary"): -1})
    builder.gate("chain starts", "chain", ">=", 1)
    _add_cause(builder)


def _declare_replica(builder: ProcessBuilder, number: int) -> AutomatonBuilder:
    name, begins = f"db.{number}", builder.signal(f"db.{number}.begins")
    dead = builder.signal(f"{name}.is found dead")
    builder.signal(f"{name}.takes over")
    phases = ("up", "detect", "led", "latent", "repair", "common.detect", "common.repair")
    unit = builder.automaton(f"{name}.unit", *phases)
    unit.needs("repair", "oncall")
    ways = (
        go("led", when=f"{name}.leads", emits=begins),
        go("detect", when=f"{name}.is primary", unless=f"{name}.leads", emits=begins),
        go("latent", unless=f"{name}.is primary", weight=0.1, emits=begins),
        go("detect", unless=f"{name}.is primary", weight=0.9, emits=begins),
    )
    crash = f"exponential({90 / 0.95!r} d)"
    unit.delay("crash", "up", crash, *ways, cause="db.crash")
    unit.delay("found", "detect", _DETECT, "repair")
    unit.delay("repair", "repair", "exponential(4 h)", "up")
    unit.on("common.strikes", "up", "common.detect")
    unit.on(dead, ("detect", "latent"), "repair")
    unit.on("db.found", "led", "repair")
    unit.on("db.tested", "latent", "repair")
    unit.on("common.found", "common.detect", "common.repair")
    unit.on(dead, "common.detect", go("common.repair", emits="common.seen"))
    unit.on("common.ends", "common.repair", "up")
    return unit


def _add_common_cause(builder: ProcessBuilder) -> None:
    common = builder.automaton("common", "idle", "detect", "led", "latent", "repair")
    common.needs("repair", "oncall")
    both = ("common.strikes", "common.begins")
    ways = (
        go("idle", unless="one up"),
        go("led", when="has primary", emits=both),
        go("detect", when="primary up", unless="has primary", emits=both),
        go("latent", when="one up", unless="primary up", weight=0.1, emits=both),
        go("detect", when="one up", unless="primary up", weight=0.9, emits=both),
    )
    common.delay("strike", "idle", "exponential(1800 d)", *ways, cause="db.crash.common")
    known = go("repair", emits="common.found")
    common.delay("found", "detect", _DETECT, known)
    common.delay("repair", "repair", "exponential(4 h)", go("idle", emits="common.ends"))
    common.on("common.seen", ("detect", "latent"), known)
    common.on("db.found", "led", known)
    common.on("db.tested", "latent", known)


def _add_failover(builder: ProcessBuilder) -> AutomatonBuilder:
    names = ("serving", "detect", "decide", "pick", "fence", "promote", "switch", "manual")
    chain = builder.automaton("failover", *names, "pick by hand", "wait", "pick late")
    back = go("serving", when="has primary")
    chain.immediate("serving", go("detect", unless="has primary"))
    chain.immediate("detect", back)
    chain.delay("detect", "detect", _DETECT, go("decide", emits="db.found"))
    chain.immediate("decide", back)
    chain.delay("decide", "decide", "fixed(5 s)", "pick")
    chain.immediate("pick", *_pick("pick", {"fence": 0.95, "manual": 0.05}))
    for phase, law, following in (
        ("fence", "fixed(5 s)", "promote"),
        ("promote", "lognormal(median 20 s, p95 60 s)", "switch"),
        ("switch", "fixed(30 s)", "serving"),
    ):
        chain.immediate(phase, go("detect", unless="has primary"))
        chain.delay(phase, phase, law, following)
    chain.immediate("manual", back)
    chain.delay("manual", "manual", "lognormal(median 30 min, p95 2 h)", "pick by hand")
    chain.immediate("pick by hand", *_pick("pick by hand", {"serving": 1.0}))
    late = go("pick late", when="has standby", unless="has primary")
    chain.immediate("wait", back, late)
    chain.immediate("pick late", *_pick("pick late", {"promote": 1.0}))
    return chain


def _pick(here: str, targets: dict[str, float]) -> list[Alternative]:
    """Take the first standby: found dead, or the next primary unless a person must help."""
    ways = []
    for number, _ in _PLACES:
        name = f"db.{number}"
        stands, other = f"{name}.stands by", f"{name}.available"
        ways.append(go(here, when=stands, unless=other, emits=f"{name}.is found dead"))
        for target, weight in targets.items():
            emits = () if target == "manual" else (f"{name}.takes over",)
            ways.append(
                go(target, when=stands, unless=f"{name}.is dead", weight=weight, emits=emits)
            )
    return [*ways, go("wait", unless="has standby")]


_CAUSES = {
    "db.crash": ("db.1.begins", "db.2.begins"),
    "db.crash.common": ("common.begins",),
    "a.failure": ("a.failure begins",),
    "b.failure": ("b.failure begins",),
}


def _add_cause(builder: ProcessBuilder) -> None:
    """What started the failover that runs."""
    causes = builder.automaton("cause", "none", *_CAUSES)
    for cause, signals in _CAUSES.items():
        others = ["none", *(other for other in _CAUSES if other != cause)]
        for signal in signals:
            causes.on(signal, others, go(cause, when="chain starts"))


# ---------------------------------------------------------------------------- blame


def _masked(gate: str, zone: str, blame: Blame) -> tuple[str, Blame]:
    return gate, FirstFailing(((f"zone.{zone}", _BLAME_OF_ZONE[zone]),), blame)


def _edge_blame(number: int) -> Blame:
    return ByPhase(f"edge.{number}.unit", (("down", Label("repair", "edge.crash")),))


def _web_blame(number: int) -> Blame:
    cases = tuple(
        (f"{mode}.{stage}", Label(stage, f"web.{mode}"))
        for mode in ("crash", "hardware")
        for stage in ("detect", "repair")
    )
    waiting = (("hardware.repair", Label("crew", "web.hardware")),)
    return ByPhase(f"web.{number}.unit", cases, waiting)


def _database_blame() -> Blame:
    stages = ("detect", "decide", "fence", "promote", "switch", "manual")
    cases = tuple((stage, _charged(Label(stage, "db.crash"))) for stage in stages)
    standbys = tuple(
        _masked(f"db.{number}.stands by", zone, _charged(_replica_blame(number)))
        for number, zone in _PLACES
    )
    return ByPhase("failover", (*cases, ("wait", Ranked(standbys, 1, _STAGES))))


def _charged(blame: Blame) -> Blame:
    return Charged(blame, automaton="cause", causes=tuple((cause, cause) for cause in _CAUSES))


def _replica_blame(number: int) -> Blame:
    found, crew = Label("repair", "db.crash.common"), Label("crew", "db.crash.common")
    common = ByPhase("common", (("repair", found),), (("repair", crew),))
    cases = tuple((phase, Label("detect", "db.crash")) for phase in ("detect", "led", "latent"))
    rest = (
        ("repair", Label("repair", "db.crash")),
        ("common.detect", Label("detect", "db.crash.common")),
        ("common.repair", common),
    )
    return ByPhase(f"db.{number}.unit", (*cases, *rest), (("repair", Label("crew", "db.crash")),))
