"""Dynamic fault trees: spares, order of failures, and failures that bring others along.

Theory of operation: a basic event is an automaton. What is dormant fails more slowly by a *speed*,
what matters in order is asked by a *guard* at the moment of failure, what fails because of another
hears a *signal*, and a spare that several want says by its phase who has it.
docs/process_builder.md tells these patterns.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from hasim.conformance.cases import Case
from hasim.conformance.static_trees import die
from hasim.laws import Exponential
from hasim.process import AutomatonBuilder, Occupancy, Process, ProcessBuilder, go
from hasim.process.questions import ReachedBy, TimeToReach

_LIFE = TimeToReach("failed")
_BY_ONE = ReachedBy("failed", 1.0)


def spare(
    builder: ProcessBuilder, name: str, rate: float, needed: str, *, dormancy: float = 0.0
) -> AutomatonBuilder:
    """Declare a spare that fails at its full rate while a gate holds, and else more slowly.

    Parameters
    ----------
    builder : ProcessBuilder
    name : str
    rate : float
        Per second, in use.
    needed : str
        Gate.
    dormancy : float
        Part of the rate at which it fails while not needed; 0 for a cold spare, 1 for a hot one.
    """
    part = builder.automaton(name, "good", "failed")
    builder.count(f"{name}.needed", needed)
    builder.total(f"{name}.speed", {f"{name}.needed": 1 - dormancy}, constant=dormancy)
    part.delay("failure", "good", Exponential(1 / rate), "failed", speed=f"{name}.speed")
    return part


# ---------------------------------------------------------------------------- cardiac assist

_CARDIAC = partial(
    Case,
    "B02",
    "Cardiac assist system: warm and cold spares, a switch, a trigger, a shared pump",
    "Boudali, Crouzen and Stoelinga (CORAL); DFTCalc; dft-examples cas.dft, values of Storm",
)


def assist_heart() -> Process:
    """Make the three units of the cardiac assist system."""
    builder = ProcessBuilder("cardiac assist system")
    gates = [_add_processors(builder), _add_motors(builder), _add_pumps(builder)]
    builder.any_of("failed", *gates)
    return builder.build()


def _add_processors(builder: ProcessBuilder) -> str:
    """A processor and its warm spare, which fail at once where either supervisor does."""
    builder.signal("trigger")
    for name in ("cross-switch", "supervisor"):
        part = builder.automaton(name, "good", "failed")
        part.delay("failure", "good", Exponential(1 / 0.2), go("failed", emits="trigger"))
    primary = builder.automaton("primary", "good", "failed")
    primary.delay("failure", "good", Exponential(1 / 0.5), "failed")
    builder.any_of("primary.failed", primary["failed"])
    backup = spare(builder, "backup", 0.5, "primary.failed", dormancy=0.5)
    for part in (primary, backup):
        part.on("trigger", "good", "failed")
    return builder.all_of("processors failed", primary["failed"], backup["failed"])


def _add_motors(builder: ProcessBuilder) -> str:
    """A motor and its cold spare, which is of no use where the switch failed before the motor."""
    switch = die(builder, "motor-switch", 0.01)
    builder.any_of("switch.failed", switch)
    motor = builder.automaton("motor", "good", "replaced", "stuck")
    ways = go("stuck", when="switch.failed"), go("replaced", unless="switch.failed")
    motor.delay("failure", "good", Exponential(1.0), *ways)
    builder.any_of("motor.replaced", motor["replaced"])
    second = spare(builder, "second-motor", 1.0, "motor.replaced")
    builder.any_of("motors failed", motor["stuck"], second["failed"])
    return "motors failed"


def _add_pumps(builder: ProcessBuilder) -> str:
    """Two pumps with one cold spare between them: failed when no pump is left."""
    pumps = builder.automaton("pumps", "good", "failed", count=2)
    pumps.delay("failure", "good", Exponential(1.0), "failed")
    builder.any_of("spare pump needed", pumps["failed"])
    third = spare(builder, "spare-pump", 1.0, "spare pump needed")
    return builder.at_least("pumps failed", 3, [pumps["failed"], third["failed"]])


_CARDIAC_CASES = (
    _CARDIAC("chance of failure by 1", 0.65790029696905, 1e-11, assist_heart, _BY_ONE, "0.6579"),
    _CARDIAC("mean time to failure", 0.85973600037066, 1e-10, assist_heart, _LIFE),
)

# ---------------------------------------------------------------------------- example computer

_COMPUTER = partial(
    Case,
    "B04",
    "Example computer system: processors with a shared cold spare, memories, buses, interface",
    "Storm, unit test HecsReliability (hecs_2_2.dft); QComp, benchmark hecs",
)

_PROCESSOR, _MEMORY, _BUS, _INTERFACE = 1e-4, 6e-5, 1e-6, 5e-5 + 6e-5


def compute() -> Process:
    """Make one computer, part by part."""
    builder = ProcessBuilder("example computer system")
    processors = _crowd(builder, "processors", 2, _PROCESSOR)
    builder.any_of("spare needed", processors)
    third = spare(builder, "spare-processor", _PROCESSOR, "spare needed")
    builder.at_least("no processor", 3, [processors, third["failed"]])
    builder.at_least("no memory", 3, _crowd(builder, "memories", 5, _MEMORY))
    builder.at_least("no bus", 2, _crowd(builder, "buses", 2, _BUS))
    interface = die(builder, "interface or software", _INTERFACE)
    builder.any_of("failed", "no processor", "no memory", "no bus", interface)
    return builder.build()


def _crowd(builder: ProcessBuilder, name: str, members: int, rate: float) -> Occupancy:
    """Exchangeable parts that are not repaired; the term that counts the failed ones."""
    parts = builder.automaton(name, "good", "failed", count=members)
    parts.delay("failure", "good", Exponential(1 / rate), "failed")
    return parts["failed"]


def compute_together(copies: int, failed: int) -> Process:
    """Make some computers, failed where so many of them are.

    They are a population. A phase counts the processors, memories and buses that a computer has
    lost; what happens after its failure is not told, so that the states stay few.
    """
    builder = ProcessBuilder(f"{failed} of {copies} computers")
    lost = [(p, m, b) for p in range(3) for m in range(3) for b in range(2)]
    names = {counts: "lost " + " ".join(map(str, counts)) for counts in lost}
    computers = builder.automaton("computers", *names.values(), "failed", count=copies)
    for (p, m, b), name in names.items():
        working_processors = 2 if p < 2 else 1  # a cold spare stands in for the first that fails
        ways = {
            "processor": (working_processors * _PROCESSOR, (p + 1, m, b)),
            "memory": ((5 - m) * _MEMORY, (p, m + 1, b)),
            "bus": ((2 - b) * _BUS, (p, m, b + 1)),
            "interface": (_INTERFACE, None),
        }
        for part, (rate, onward) in ways.items():
            target = "failed" if onward is None else names.get(onward, "failed")
            computers.delay(f"{part}, {name}", name, Exponential(1 / rate), target)
    builder.at_least("failed", failed, computers["failed"])
    return builder.build()


_COMPUTER_CASES = (
    _COMPUTER(
        "chance of failure by 1, one computer",
        0.000109993954047538,
        1e-9,
        compute,
        _BY_ONE,
        "0.000109993954",
    ),
    _COMPUTER(
        "chance of failure by 1, one of 2",
        0.000219975809425,
        1e-9,
        partial(compute_together, 2, 1),
        _BY_ONE,
        "0.0002199758094",
    ),
    _COMPUTER(
        "chance of failure by 1, two of 3",
        3.62933482199e-08,
        1e-8,
        partial(compute_together, 3, 2),
        _BY_ONE,
        "3.629e-08",
    ),
    _COMPUTER(
        "mean time to failure, one of 2",
        3382.9519448,
        1e-8,
        partial(compute_together, 2, 1),
        _LIFE,
    ),
)

# ---------------------------------------------------------------------------- small gates

_GATES = partial(
    Case,
    "B07",
    "Small trees with warm spares and votes",
    "Storm, unit tests DftModelCheckerTest; exact fractions",
)


def one_spare(*, dormancy: float, others: Sequence[float] = ()) -> Process:
    """Make a part of rate 0.5 with a warm spare, in series with others without one."""
    builder = ProcessBuilder("warm spare")
    part = die(builder, "part", 0.5)
    builder.any_of("part.failed", part)
    backup = spare(builder, "spare", 0.5, "part.failed", dormancy=dormancy)
    builder.all_of("pair failed", part, backup["failed"])
    singles = [die(builder, f"single {i}", rate) for i, rate in enumerate(others)]
    builder.any_of("failed", "pair failed", *singles)
    return builder.build()


def shared_spare(parts: int) -> Process:
    """Make parts in series that share one warm spare, which the first to fail takes."""
    builder = ProcessBuilder("shared spare")
    builder.signal("claim")
    backup = builder.automaton("spare", "free", "taken", "failed", "failed in use")
    backup.delay("failure", "free", Exponential(1 / (0.3 * 0.5)), "failed")
    backup.delay("failure in use", "taken", Exponential(1 / 0.5), "failed in use")
    backup.on("claim", "free", "taken")
    builder.any_of("spare.free", backup["free"])
    lost = []
    for i in range(parts):
        part = builder.automaton(f"part {i}", "good", "replaced", "lost")
        replaced = go("replaced", when="spare.free", emits="claim")
        part.delay("failure", "good", Exponential(2.0), replaced, go("lost", unless="spare.free"))
        lost.append(part["lost"])
    builder.any_of("failed", *lost, backup["failed in use"])
    return builder.build()


def vote(rates: Sequence[float]) -> Process:
    """Make parts of which two must fail."""
    builder = ProcessBuilder("vote")
    builder.at_least("failed", 2, [die(builder, f"part {i}", r) for i, r in enumerate(rates)])
    return builder.build()


def symmetric_trees() -> Process:
    """Make two trees of exchangeable events.

    Three pairs, each lost with its first event, must all be lost; or all events of one of two
    fours.
    """
    builder = ProcessBuilder("symmetric trees")
    pairs = builder.automaton("pairs", "whole", "lost", count=3)
    pairs.delay("first event", "whole", Exponential(1 / (0.5 + 0.5)), "lost")
    builder.at_least("pairs lost", 3, pairs["lost"])
    for four in ("first", "second"):
        slow, fast = (_crowd(builder, f"{four} {n}", 2, r) for n, r in (("slow", 0.5), ("fast", 1)))
        builder.at_least(f"{four} lost", 4, [slow, fast])
    builder.any_of("failed", "pairs lost", "first lost", "second lost")
    return builder.build()


_GATE_CASES = (
    _GATES(
        "mean time to failure, spare",
        3.5384615384615383,
        1e-12,
        partial(one_spare, dormancy=0.3),
        _LIFE,
        "46/13",
    ),
    _GATES(
        "mean time to failure, three share a spare",
        1.2727272727272727,
        1e-12,
        partial(shared_spare, 3),
        _LIFE,
        "14/11",
    ),
    _GATES(
        "mean time to failure, 2 of 3",
        1.735617323852618,
        1e-12,
        partial(vote, (0.3, 0.4, 1.0)),
        _LIFE,
        "2685/1547",
    ),
    _GATES(
        "mean time to failure, spare in series",
        1.4,
        1e-12,
        partial(one_spare, dormancy=0.5, others=(0.5,)),
        _LIFE,
        "7/5",
    ),
    _GATES(
        "mean time to failure, symmetric trees",
        1.3732262835204012,
        1e-12,
        symmetric_trees,
        _LIFE,
        "2804183/2042040",
    ),
    _GATES(
        "chance of failure by 1, symmetric trees",
        0.3421934224,
        1e-9,
        symmetric_trees,
        _BY_ONE,
        "0.3421934224",
    ),
)

CASES = (*_CARDIAC_CASES, *_COMPUTER_CASES, *_GATE_CASES)
