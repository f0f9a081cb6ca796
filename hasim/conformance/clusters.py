"""Clusters with crews, inspection, coverage and priority of repair."""

from __future__ import annotations

from functools import partial

from hasim.conformance.cases import HOUR, MINUTE, YEAR, Case
from hasim.conformance.machine_repair import repair_machines
from hasim.laws import Exponential
from hasim.process import AutomatonBuilder, Process, ProcessBuilder, go
from hasim.process.questions import (
    Accumulated,
    LongRunShare,
    OutageRate,
    ReachedBy,
    TimeToReach,
    ValueAt,
)

# ---------------------------------------------------------------------------- workstations

_WORKSTATIONS = partial(
    Case,
    "A01",
    "Two groups of N workstations, their switches and a backbone; one repairer who inspects first",
    "Haverkort, Hermanns and Katoen, SRDS 2000; PRISM case study cluster; values of QComp (Storm)",
)

#: Mean life in hours and repairs per hour of each class.
_CLASSES = {
    "left": (500, 2.0),
    "right": (500, 2.0),
    "left-switch": (4000, 0.25),
    "right-switch": (4000, 0.25),
    "backbone": (5000, 0.125),
}


def connect_workstations(size: int) -> Process:
    """Make two groups of workstations, with the gates ``premium`` and ``minimum``.

    An idle repairer looks at each class in which something has failed, after 6 min on average; the
    first look that ends decides, and one member of that class is repaired.
    """
    builder = ProcessBuilder(f"cluster of twice {size} workstations")
    crew = builder.automaton("crew", "idle", *_CLASSES)
    parts = {
        name: _repaired_by(builder, crew, name, size if name in ("left", "right") else 1)
        for name in _CLASSES
    }
    for name, required in (("premium", size), ("minimum", 3 * size // 4)):
        _add_service(builder, parts, name, required)
    builder.none_of("not-minimum", "minimum")
    rates = {f"{name}.in-work": rate / HOUR for name, (_, rate) in _CLASSES.items()}
    builder.total("repairs", rates)
    builder.count("percent-up", [parts["left"]["up"], parts["right"]["up"]], unit=50.0 / size)
    return builder.build()


def _repaired_by(
    builder: ProcessBuilder, crew: AutomatonBuilder, name: str, members: int
) -> AutomatonBuilder:
    """A class of exchangeable members, and how the crew comes to it and leaves it."""
    life, repairs = _CLASSES[name]
    part = builder.automaton(name, "up", "failed", count=members)
    part.delay("failure", "up", Exponential(life * HOUR), "failed")
    repaired = go("up", emits=f"{name}.repaired")
    part.delay("repair", "failed", Exponential(HOUR / repairs), repaired, speed=f"{name}.share")
    builder.signal(f"{name}.repaired")
    crew.on(f"{name}.repaired", name, "idle")
    inspection = Exponential(6 * MINUTE)
    crew.delay(f"inspect-{name}", "idle", inspection, name, speed=f"{name}.some")
    builder.at_least(f"{name}.has-failed", 1, part["failed"])
    builder.count(f"{name}.some", f"{name}.has-failed")
    builder.count(f"{name}.failed", part["failed"])
    builder.count(f"{name}.in-work", crew[name])
    builder.quotient(f"{name}.share", f"{name}.in-work", f"{name}.failed")
    return part


def _add_service(
    builder: ProcessBuilder, parts: dict[str, AutomatonBuilder], name: str, required: int
) -> None:
    """A gate: so many workstations on one side, or on both together with the backbone."""
    up = {part: automaton["up"] for part, automaton in parts.items()}
    for side in ("left", "right"):
        builder.at_least(f"{name}.{side}.enough", required, up[side])
        builder.all_of(f"{name}.{side}", f"{name}.{side}.enough", up[f"{side}-switch"])
    builder.at_least(f"{name}.sum.enough", required, [up["left"], up["right"]])
    joined = (up["left-switch"], up["right-switch"], up["backbone"])
    builder.all_of(f"{name}.joined", f"{name}.sum.enough", *joined)
    builder.any_of(name, f"{name}.left", f"{name}.right", f"{name}.joined")


_TWO, _FOUR = partial(connect_workstations, 2), partial(connect_workstations, 4)
_MISSION = 2000 * HOUR
_PREMIUM, _BELOW = LongRunShare("premium"), LongRunShare("not-minimum")
_MINIMUM_LOST = ReachedBy("not-minimum", _MISSION)

_WORKSTATION_CASES = (
    _WORKSTATIONS(
        "long-run share premium, N = 2",
        0.9999615335623628,
        1e-12,
        _TWO,
        _PREMIUM,
        "0.9999615335623628",
    ),
    _WORKSTATIONS(
        "long-run share premium, N = 4",
        0.9999212408513793,
        1e-12,
        _FOUR,
        _PREMIUM,
        "0.9999212408513793",
    ),
    _WORKSTATIONS("long-run share below minimum, N = 2", 2.33982336465e-06, 1e-8, _TWO, _BELOW),
    _WORKSTATIONS("long-run share below minimum, N = 4", 3.70112986462e-06, 1e-8, _FOUR, _BELOW),
    _WORKSTATIONS(
        "falls below minimum in 2000 h, N = 2", 0.00115839557526, 1e-7, _TWO, _MINIMUM_LOST
    ),
    _WORKSTATIONS(
        "falls below minimum in 2000 h, N = 4",
        0.00182210514906,
        1e-7,
        _FOUR,
        _MINIMUM_LOST,
    ),
    _WORKSTATIONS(
        "hours below minimum in 2000 h, N = 2",
        0.00465919240548,
        1e-7,
        _TWO,
        Accumulated("not-minimum", _MISSION),
        factor=1 / HOUR,
    ),
    _WORKSTATIONS(
        "repairs in 2000 h, N = 2", 17.3697782838, 1e-7, _TWO, Accumulated("repairs", _MISSION)
    ),
    _WORKSTATIONS(
        "percent of workstations up at 20 h, N = 2",
        99.8764355825,
        1e-9,
        _TWO,
        ValueAt("percent-up", 20 * HOUR),
    ),
)

# ---------------------------------------------------------------------------- mean time to failure

_ELLISON = partial(
    Case,
    "A05",
    "K of N nodes with one repair at a time, mean time to failure",
    "Ellison (Stratus), MTTF of Various Systems, 25 Oct 1993",
)

#: Nodes, nodes required, repairs a year, years, and years as they are printed.
_MEAN_TIMES = (
    (2, 1, 52, 107.0, "107.0"),
    (3, 1, 52, 3747.6666666666665, "3747.67"),
    (3, 2, 52, 36.333333333333336, "36.33"),
    (4, 1, 52, 98405.5, "98405.5"),
    (4, 2, 52, 955.5, "955.5"),
    (4, 3, 52, 18.5, "18.5"),
    (2, 1, 350, 703.0, "703.0"),
    (3, 1, 350, 164270.33333333334, "164270.33"),
    (3, 2, 350, 235.0, "235.0"),
    (4, 1, 350, 28788554.166666668, "28788554.16"),
    (4, 2, 350, 41185.5, "41185.5"),
    (4, 3, 350, 117.83333333333333, "117.83"),
)

_ELLISON_CASES = tuple(
    _ELLISON(
        f"years to failure, {k} of {n}, {mu} repairs a year",
        years,
        1e-10,
        partial(repair_machines, n, k, life=YEAR / 0.5, repair=YEAR / mu, crews=1),
        TimeToReach("failed"),
        printed,
        factor=1 / YEAR,
    )
    for n, k, mu, years, printed in _MEAN_TIMES
)

# ---------------------------------------------------------------------------- coverage

_DUPLEX = partial(
    Case,
    "A06",
    "Two nodes with imperfect coverage: failover, or a reboot, and one repairer",
    "Trivedi, Sathaye, Ibe and Howe, HICSS 1990; Heimann, Mittal and Trivedi 1990; closed form",
)


def cover_failures(coverage: float) -> Process:
    """Make a duplex whose first failure is covered with a probability; gate ``failed``."""
    builder = ProcessBuilder(f"duplex with coverage {coverage:g}")
    both = builder.automaton("processors", "both", "failover", "reboot", "one", "none")
    both.delay(
        "first-failure",
        "both",
        Exponential(3000 * HOUR),
        go("failover", weight=coverage),
        go("reboot", weight=1 - coverage),
    )
    both.delay("failover", "failover", Exponential(10.0), "one")
    both.delay("reboot", "reboot", Exponential(5 * MINUTE), "one")
    both.delay("repair", "one", Exponential(HOUR), "both")
    both.delay("second-failure", "one", Exponential(6000 * HOUR), "none")
    both.delay("repair-of-first", "none", Exponential(HOUR), "one")
    builder.any_of("failed", both["failover"], both["reboot"], both["none"])
    return builder.build()


_C90 = partial(cover_failures, 0.9)
_MINUTES_A_YEAR = 525_600.0

_DUPLEX_CASES = (
    *(
        _DUPLEX(
            f"unavailability, c = {c}",
            value,
            1e-10,
            partial(cover_failures, c),
            LongRunShare("failed"),
        )
        for c, value in (
            (0.9, 3.665431416279e-06),
            (0.95, 2.323294243152e-06),
            (0.99, 1.249581910719e-06),
            (1.0, 9.811534673417e-07),
        )
    ),
    *(
        _DUPLEX(
            f"minutes a year{part}, c = 0.9",
            value,
            tolerance,
            _C90,
            LongRunShare("failed", phase),
            factor=_MINUTES_A_YEAR,
        )
        for part, phase, value, tolerance in (
            (" down", None, 1.92655075, 1e-8),
            (" in failover", ("processors", "failover"), 0.437852, 2e-6),
            (" in reboot", ("processors", "reboot"), 1.45951, 4e-6),
            (" with both failed", ("processors", "none"), 0.0291902, 2e-6),
        )
    ),
)

# ---------------------------------------------------------------------------- few crews

_CROWD = partial(
    Case,
    "A07",
    "K of n units with r crews, a birth and death chain",
    "closed form of the textbook (machine repair)",
)


def _make_crowd(n: int, k: int, rates: tuple[float, float], r: int, stops: bool = False) -> Process:
    life, repair = (HOUR / rate for rate in rates)
    return repair_machines(n, k, life=life, repair=repair, crews=r, stops=stops)


def queue_for_crews(n: int, k: int, rates: tuple[float, float], crews: int) -> Process:
    """Make k of n units one by one, which wait for a pool of crews; rates per hour."""
    builder = ProcessBuilder("k of n, unit by unit")
    builder.pool("crew", crews)
    life, repair = (Exponential(HOUR / rate) for rate in rates)
    units = builder.units("unit", n, fails=life, repair=repair, crew="crew")
    builder.at_least("works", k, [unit["up"] for unit in units])
    builder.none_of("failed", "works")
    return builder.build()


_SLOW, _FEW, _MANY = (0.001, 0.1), (0.0002, 0.25), (0.0005, 0.05)
_FIVE = partial(_make_crowd, 5, 3, _SLOW, 1)
_DOWN, _UP, _OFTEN = LongRunShare("failed"), LongRunShare("works"), OutageRate("works")
_FIRST = TimeToReach("failed")

_CROWD_CASES = (
    _CROWD("unavailability, 3 of 5, r = 1", 5.818292633718e-05, 1e-10, _FIVE, _DOWN),
    _CROWD(
        "unavailability, 3 of 5, r = 1, unit by unit",
        5.818292633718e-05,
        1e-10,
        partial(queue_for_crews, 5, 3, _SLOW, 1),
        _DOWN,
    ),
    _CROWD(
        "hours to first failure, 3 of 5, r = 1",
        180783.33333333,
        1e-9,
        _FIVE,
        _FIRST,
        factor=1 / HOUR,
    ),
    _CROWD("failures per h, 3 of 5, r = 1", 5.70309021145e-06, 1e-9, _FIVE, _OFTEN, factor=HOUR),
    _CROWD("mean hours down, 3 of 5, r = 1", 10.202, 1e-9, _FIVE, _DOWN, "", 1 / HOUR, _OFTEN),
    _CROWD("mean hours up, 3 of 5, r = 1", 175333.33333333, 1e-9, _FIVE, _UP, "", 1 / HOUR, _OFTEN),
    *(
        _CROWD(
            f"unavailability, 3 of 5, r = {r}",
            value,
            1e-10,
            partial(_make_crowd, 5, 3, _SLOW, r),
            _DOWN,
        )
        for r, value in ((2, 1.4415348807473e-05), (5, 9.5623253070166e-06))
    ),
    _CROWD(
        "unavailability, 3 of 5, r = 1, stops if down",
        5.7030967815524e-05,
        1e-10,
        partial(_make_crowd, 5, 3, _SLOW, 1, stops=True),
        _DOWN,
    ),
    _CROWD(
        "unavailability, 2 of 3, r = 1",
        3.833856011787e-06,
        1e-10,
        partial(_make_crowd, 3, 2, _FEW, 1),
        _DOWN,
    ),
    _CROWD(
        "unavailability, 8 of 10, r = 2",
        0.00016882058572717,
        1e-10,
        partial(_make_crowd, 10, 8, _MANY, 2),
        _DOWN,
    ),
    _CROWD(
        "hours to first failure, 8 of 10, r = 2",
        64005.55555556,
        1e-9,
        partial(_make_crowd, 10, 8, _MANY, 2),
        _FIRST,
        factor=1 / HOUR,
    ),
)

# ---------------------------------------------------------------------------- priority


def serve_files() -> Process:
    """Make two workstations and a file server whose repair goes first; gate ``works``."""
    builder = ProcessBuilder("workstations and file server")
    builder.pool("repairman", 1, preempts=True)
    stations = builder.units(
        "station",
        2,
        fails=Exponential(1e4),
        repair=Exponential(1.0),
        crew="repairman",
        priority=1,
    )
    server = builder.unit(
        "server", fails=Exponential(2e4), repair=Exponential(2.0), crew="repairman"
    )
    builder.any_of("some-station", *(station["up"] for station in stations))
    builder.all_of("works", "some-station", server["up"])
    return builder.build()


_PRIORITY_CASES = (
    Case(
        "A09",
        "Two workstations and a file server; repair of the server preempts",
        "Sahner, Trivedi and Puliafito, the SHARPE book",
        "availability",
        0.999899989997,
        1e-11,
        serve_files,
        LongRunShare("works"),
        "0.9999",
    ),
)

CASES = (*_WORKSTATION_CASES, *_ELLISON_CASES, *_DUPLEX_CASES, *_CROWD_CASES, *_PRIORITY_CASES)
