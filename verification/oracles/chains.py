"""Random Markov models of repairable units, for hasim and, in the language of PRISM, for Storm.

hasim gets them unit by unit, with pools of crews, signals and speeds; Storm gets counts by group.
Rates are whole numbers over whole numbers, so that Storm can solve exactly. Times are in hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

from hasim.laws import Exponential
from hasim.process import AutomatonBuilder, Process, ProcessBuilder, go

MOST_UNITS = 6


@dataclass(frozen=True)
class Group:
    """Units alike.

    Parameters
    ----------
    count, required : int
        Units, and how many make the group work.
    mtbf, mttr : int
    crews : int or None
        Repairs at a time; None: each unit by itself.
    stuck : int
        In how many of 100 failures a unit gets stuck; that is mended without a crew.
    burden : int
        How many times as often they fail while the group before them does not work.
    in_zone : bool
        Whether a strike brings all that are up down.
    """

    count: int
    required: int
    mtbf: int
    mttr: int
    crews: int | None
    stuck: int
    burden: int
    in_zone: bool


@dataclass(frozen=True)
class Cluster:
    """Groups, how many of which must work, and hours between strikes of the zone."""

    groups: tuple[Group, ...]
    required: int
    strikes_every: int
    mends_in: int


@st.composite
def clusters(draw: st.DrawFn) -> Cluster:
    """Random models of one to three groups, with at most `MOST_UNITS` units."""
    groups: list[Group] = []
    left = MOST_UNITS
    for _ in range(draw(st.integers(1, 3))):
        if left == 0:
            break
        count = draw(st.integers(1, min(left, 4)))
        left -= count
        groups.append(
            Group(
                count=count,
                required=draw(st.integers(1, count)),
                mtbf=draw(st.integers(5, 20_000)),
                mttr=draw(st.integers(1, 40)),
                crews=draw(st.one_of(st.none(), st.integers(1, count))),
                stuck=draw(st.sampled_from([0, 0, 1, 10])),
                burden=draw(st.sampled_from([1, 1, 3, 10])) if groups else 1,
                in_zone=draw(st.booleans()),
            )
        )
    required = draw(st.integers(1, len(groups)))
    strikes, mends = draw(st.integers(100, 50_000)), draw(st.integers(1, 100))
    return Cluster(tuple(groups), required, strikes, mends)


# ---------------------------------------------------------------------------- hasim


def as_process(cluster: Cluster) -> Process:
    """The model for hasim, with the gates ``works`` and ``failed``; times are in hours."""
    builder = ProcessBuilder("cluster")
    if any(group.in_zone for group in cluster.groups):
        builder.signal("strike")
        zone = builder.automaton("zone", "calm")
        zone.delay(
            "strikes", "calm", Exponential(cluster.strikes_every), go("calm", emits="strike")
        )
    for number, group in enumerate(cluster.groups):
        _add_group(builder, number, group, cluster.mends_in)
    builder.at_least("works", cluster.required, [f"group {n}" for n in range(len(cluster.groups))])
    builder.none_of("failed", "works")
    builder.outages("service", "works")
    return builder.build()


def _add_group(builder: ProcessBuilder, number: int, group: Group, mends_in: int) -> None:
    if group.crews is not None:
        builder.pool(f"crew {number}", group.crews)
    speed = None
    if group.burden > 1:
        speed = f"burden {number}"
        builder.none_of(f"alone {number}", f"group {number - 1}")
        builder.count(f"burdened {number}", f"alone {number}")
        builder.total(speed, {f"burdened {number}": group.burden - 1}, constant=1)
    units = [
        _add_unit(builder, f"unit {number}.{place}", number, group, speed)
        for place in range(group.count)
    ]
    for unit in units:
        if group.stuck:
            unit.delay("mend", "stuck", Exponential(mends_in), "up")
        if group.in_zone:
            unit.on("strike", "up", "down")
    builder.at_least(f"group {number}", group.required, [unit["up"] for unit in units])


def _add_unit(
    builder: ProcessBuilder, name: str, number: int, group: Group, speed: str | None
) -> AutomatonBuilder:
    unit = builder.automaton(name, "up", "down", *(["stuck"] if group.stuck else []))
    ways = [go("down", weight=100 - group.stuck)]
    if group.stuck:
        ways.append(go("stuck", weight=group.stuck))
    unit.delay("failure", "up", Exponential(group.mtbf), *ways, speed=speed)
    unit.delay("repair", "down", Exponential(group.mttr), "up")
    if group.crews is not None:
        unit.needs("down", f"crew {number}")
    return unit


# ---------------------------------------------------------------------------- Storm


def as_program(cluster: Cluster) -> str:
    """The model in the language of PRISM, with the label ``failed`` and the reward ``failed``."""
    words = ["ctmc"]
    if any(group.in_zone for group in cluster.groups):
        rate = f"1/{cluster.strikes_every}"
        words += ["module zone", "calm : bool init true;"]
        words += [f"[strike] calm -> {rate} : (calm'=true);", "endmodule"]
    for number in range(len(cluster.groups)):
        words += _tell_group(number, cluster)
    works = [f"(up{n} >= {group.required} ? 1 : 0)" for n, group in enumerate(cluster.groups)]
    failed = f"{' + '.join(works)} < {cluster.required}"
    words += [f'label "failed" = {failed};', f'rewards "failed" {failed} : 1; endrewards', ""]
    return "\n".join(words)


def _tell_group(number: int, cluster: Cluster) -> Iterator[str]:
    group = cluster.groups[number]
    up, down, stuck, n = f"up{number}", f"down{number}", f"stuck{number}", group.count
    fails = f"{up}/{group.mtbf}"
    if group.burden > 1:
        others = cluster.groups[number - 1].required
        fails += f" * (up{number - 1} >= {others} ? 1 : {group.burden})"
    at_work = down if group.crews is None else f"min({down}, {group.crews})"
    yield f"module group{number}"
    yield from (f"{name} : [0..{n}] init {begun};" for name, begun in ((up, n), (down, 0)))
    yield f"{stuck} : [0..{n}] init 0;"
    yield _move(up, down, n, f"{fails} * {100 - group.stuck}/100")
    yield _move(down, up, n, f"{at_work}/{group.mttr}")
    if group.stuck:
        yield _move(up, stuck, n, f"{fails} * {group.stuck}/100")
        yield _move(stuck, up, n, f"{stuck}/{cluster.mends_in}")
    if group.in_zone:
        yield f"[strike] true -> 1 : ({up}'=0) & ({down}'=min({down}+{up}, {n}));"
    yield "endmodule"


def _move(source: str, target: str, most: int, rate: str) -> str:
    """One unit goes from one count to another."""
    guard = f"{source} > 0 & {target} < {most}"
    return f"[] {guard} -> {rate} : ({source}'={source}-1) & ({target}'={target}+1);"
