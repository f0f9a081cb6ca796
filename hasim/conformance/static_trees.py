"""Static systems: networks, fault trees, and consecutive failures, of independent components."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from hasim.conformance.cases import Case
from hasim.laws import Exponential
from hasim.process import Occupancy, Process, ProcessBuilder
from hasim.process.questions import LongRunShare, TimeToReach

_FAILED = LongRunShare("failed")


def happen(builder: ProcessBuilder, name: str, share: float) -> Occupancy:
    """Declare an independent event that holds a share of the time; return its term."""
    return builder.unit(name, fails=Exponential((1 - share) / share), repair=Exponential(1.0))[
        "down"
    ]


def die(builder: ProcessBuilder, name: str, rate: float) -> Occupancy:
    """Declare what fails at a rate and is never repaired; return the term that it has failed."""
    part = builder.automaton(name, "good", "failed")
    part.delay("failure", "good", Exponential(1 / rate), "failed")
    return part["failed"]


# ---------------------------------------------------------------------------- bridge

_BRIDGE = partial(
    Case,
    "B01",
    "The bridge network",
    "textbook; 2p^2 + 2p^3 - 5p^4 + 2p^5",
)


def bridge(downs: Mapping[str, Occupancy], builder: ProcessBuilder) -> Process:
    """Build the bridge of five components a to e, with the gates ``works`` and ``failed``."""
    cuts = ("ab", "cd", "aed", "bec")
    for cut in cuts:
        builder.all_of(f"cut {cut}", *(downs[part] for part in cut))
    builder.any_of("failed", *(f"cut {cut}" for cut in cuts))
    builder.none_of("works", "failed")
    return builder.build()


def bridge_of_share(up: float) -> Process:
    """Make the bridge of components that are up a share of the time."""
    builder = ProcessBuilder("bridge")
    return bridge({name: happen(builder, name, 1 - up) for name in "abcde"}, builder)


def mortal_bridge() -> Process:
    """Make the bridge of components that fail at rate 1 and are not repaired."""
    builder = ProcessBuilder("bridge without repair")
    return bridge({name: die(builder, name, 1.0) for name in "abcde"}, builder)


_BRIDGE_CASES = (
    _BRIDGE(
        "chance that it works, p = 0.9",
        0.97848,
        1e-12,
        partial(bridge_of_share, 0.9),
        LongRunShare("works"),
        "0.97848",
    ),
    _BRIDGE(
        "availability, each 0.99",
        0.9997980498,
        1e-11,
        partial(bridge_of_share, 0.99),
        LongRunShare("works"),
    ),
    _BRIDGE(
        "mean time to failure, rates 1",
        0.8166666666666667,
        1e-12,
        mortal_bridge,
        TimeToReach("failed"),
    ),
)

# ---------------------------------------------------------------------------- fault trees

_SCRAM = partial(Case, "B10", "Static fault trees of the SCRAM suite", "SCRAM, tests bench_*.cc")


def ne574() -> Process:
    """Make a small tree with a shared event."""
    shares = {"b": 0.1, "c": 0.3, "d": 0.5, "f": 0.7, "g": 0.2, "h": 0.4, "i": 0.8}
    builder = ProcessBuilder("ne574")
    event = {name: happen(builder, name, share) for name, share in shares.items()}
    builder.any_of("a", event["f"], event["g"])
    builder.all_of("e", event["h"], event["i"])
    builder.any_of("t1", "a", event["b"], event["c"])
    builder.any_of("t2", event["c"], event["d"], "e")
    builder.all_of("failed", "t1", "t2")
    return builder.build()


def two_trains() -> Process:
    """Make two trains of a valve and a pump each."""
    builder = ProcessBuilder("two trains")
    for train in ("1", "2"):
        valve, pump = happen(builder, f"v{train}", 0.5), happen(builder, f"p{train}", 0.7)
        builder.any_of(f"train {train}", valve, pump)
    builder.all_of("failed", "train 1", "train 2")
    return builder.build()


_NOT_COPIED = "its tree is a file of SCRAM (GPL-3) that hasim neither copies nor can read yet"

_SCRAM_CASES = (
    _SCRAM("chance of ne574", 0.662208, 1e-12, ne574, _FAILED, "0.662208"),
    _SCRAM("chance of two_train", 0.7225, 1e-12, two_trains, _FAILED, "0.7225"),
    *(
        _SCRAM(f"chance of {name}", value, 1e-9, published=printed, unbuilt=_NOT_COPIED)
        for name, value, printed in (
            ("BSCU", 0.11240871268, "0.1124087"),
            ("chinese (25 events)", 0.0045693217805, "0.0045691"),
            ("baobab1 (61 events)", 1.28230455791e-06, "1.2823e-06"),
        )
    ),
)

# ---------------------------------------------------------------------------- database

_DATABASE = partial(
    Case,
    "G03",
    "Database of processors, controllers and disks, R-fold, each with two kinds of failure",
    "FIG, tests_database_r2 and r3; after Villen-Altamirano, Simulation 83(12), 2007; closed form",
)

#: Mean time to failure of a processor per degree of redundancy, as a multiple of a repair.
_DATABASE_LIFE = 50.0


def store_redundantly(redundancy: int) -> Process:
    """Make two types of processors and of controllers, and six clusters of disks."""
    builder = ProcessBuilder(f"database with redundancy {redundancy}")
    life = _DATABASE_LIFE * redundancy
    groups = [(f"processor {t}", redundancy, life) for t in "ab"]
    groups += [(f"controller {t}", redundancy, life) for t in "ab"]
    groups += [(f"disk {cluster}", redundancy + 2, 3 * life) for cluster in range(6)]
    for name, members, mean in groups:
        units = [_fails_in_two_ways(builder, f"{name}.{i}", mean) for i in range(members)]
        failed = [term for unit in units for term in unit]
        builder.at_least(f"{name} lost", redundancy, failed)
    builder.any_of("failed", *(f"{name} lost" for name, _, _ in groups))
    return builder.build()


def _fails_in_two_ways(builder: ProcessBuilder, name: str, life: float) -> list[Occupancy]:
    unit = builder.automaton(name, "up", "slight", "grave")
    for kind, repair in (("slight", 1.0), ("grave", 2.0)):
        unit.delay(f"{kind}-failure", "up", Exponential(life), kind)
        unit.delay(f"{kind}-repair", kind, Exponential(repair), "up")
    return [unit["slight"], unit["grave"]]


_DATABASE_CASES = tuple(
    _DATABASE(
        f"unavailability, R = {r}", value, 1e-10, partial(store_redundantly, r), _FAILED, printed
    )
    for r, value, printed in (
        (2, 0.00685484462317, "6.84e-3"),
        (3, 4.74075837853e-05, "4.74e-5"),
    )
)

# ---------------------------------------------------------------------------- consecutive failures

_CONSECUTIVE = partial(
    Case,
    "G06",
    "N components in line, failed where k neighbours have failed",
    "recursion, in fractions",
)


def stand_in_line(n: int, k: int, share: float) -> Process:
    """Make n components, each failed for a share of the time."""
    builder = ProcessBuilder(f"consecutive {k} of {n}")
    failed = [happen(builder, f"part {i}", share) for i in range(n)]
    runs = [builder.all_of(f"run {i}", *failed[i : i + k]) for i in range(n - k + 1)]
    builder.any_of("failed", *runs)
    return builder.build()


_CONSECUTIVE_CASES = tuple(
    _CONSECUTIVE(
        f"unavailability, n = {n}, k = {k}, q = {q}",
        value,
        tolerance,
        partial(stand_in_line, n, k, q),
        _FAILED,
    )
    for n, k, q, value, tolerance in (
        (20, 3, 0.1, 0.01621385474825284, 1e-10),
        (10, 2, 0.1, 0.080252776, 1e-12),
        (60, 4, 0.01, 5.643998648907579e-07, 1e-10),
        (20, 3, 0.0045974, 1.7414833511457467e-06, 1e-10),
    )
)

CASES = (*_BRIDGE_CASES, *_SCRAM_CASES, *_DATABASE_CASES, *_CONSECUTIVE_CASES)
