"""Storage: mean time to data loss of arrays and erasure-coded stripes."""

from __future__ import annotations

import math
from functools import partial

from hasim.conformance.cases import DAY, HOUR, Case
from hasim.conformance.machine_repair import repair_machines
from hasim.laws import Exponential
from hasim.process import Process, ProcessBuilder, go
from hasim.process.questions import ReachedBy, TimeToReach

# ---------------------------------------------------------------------------- arrays

_ARRAY = partial(
    Case,
    "C01",
    "Disk arrays, mean time to data loss",
    "Patterson, Gibson and Katz 1988; Chen et al., ACM Computing Surveys 1994; exact fractions",
)

#: In words, disks, failures tolerated, rebuild in hours, rebuilds at once, and hours to data loss.
_ARRAYS = (
    ("RAID 5 of 16, rebuild 1 h", 16, 1, 1, 1, 166692500.0),
    ("RAID 5 of 8, rebuild 24 h", 8, 1, 24, 1, 29815476.19047619),
    ("RAID 6 of 10, one at a time", 10, 2, 24, 1, 19331857345.679012),
    ("RAID 6 of 10, all at once", 10, 2, 24, 10, 38645128950.61729),
    ("RAID 1 of 2, rebuild 24 h", 2, 1, 24, 1, 833633333.3333333),
)

_ARRAY_CASES = tuple(
    _ARRAY(
        f"hours to loss, {words}",
        value,
        1e-10,
        partial(
            repair_machines,
            disks,
            disks - tolerated,
            life=200_000 * HOUR,
            repair=rebuild * HOUR,
            crews=at_once,
        ),
        TimeToReach("failed"),
        factor=1 / HOUR,
    )
    for words, disks, tolerated, rebuild, at_once, value in _ARRAYS
)

# ---------------------------------------------------------------------------- stripes

_STRIPE = partial(
    Case,
    "C03",
    "Stripe of s chunks of which r are needed, nodes that live 4 years, so many repairs a day",
    "birth and death chain of Ford et al., OSDI 2010",
)

_STRIPE_CASES = tuple(
    _STRIPE(
        f"days to loss, s = {s}, r = {r}, {rho} a day",
        value,
        1e-11,
        partial(repair_machines, s, r, life=1460 * DAY, repair=DAY / rho, crews=1),
        TimeToReach("failed"),
        factor=1 / DAY,
    )
    for s, r, rho, value in (
        (3, 1, 24, 298799164276.667),
        (9, 6, 8, 770295773994.511),
        (14, 10, 24, 9167722087098840.0),
    )
)

# ---------------------------------------------------------------------------- unreadable sectors

_SECTORS = partial(
    Case,
    "C05",
    "RAID 5 of eight 2 TB disks whose rebuild meets unreadable sectors",
    "three-state Markov model, closed form",
)

_BITS_READ = 7 * 8 * 2e12
#: Chance that one of the bits that a rebuild reads is unreadable, at 1e-14 a bit.
_UNREADABLE = -math.expm1(_BITS_READ * math.log1p(-1e-14))
#: A rebuild takes 24 h on average; after so long the chance that one still goes on is e^-100.
_REBUILT = 2400 * HOUR


def rebuild_array() -> Process:
    """Make the array; a rebuild ends in ``lost`` with the chance of an unreadable sector."""
    builder = ProcessBuilder("RAID 5 with unreadable sectors")
    array = builder.automaton("array", "whole", "rebuilding", "lost")
    array.delay("failure", "whole", Exponential(1e6 / 8 * HOUR), "rebuilding")
    array.delay("second failure", "rebuilding", Exponential(1e6 / 7 * HOUR), "lost")
    ways = go("whole", weight=1 - _UNREADABLE), go("lost", weight=_UNREADABLE)
    array.delay("rebuild", "rebuilding", Exponential(24 * HOUR), *ways)
    builder.any_of("lost", array["lost"])
    return builder.build()


def one_rebuild() -> Process:
    """Make a rebuild that nothing disturbs but unreadable sectors."""
    builder = ProcessBuilder("one rebuild")
    array = builder.automaton("array", "rebuilding", "whole", "lost")
    ways = go("whole", weight=1 - _UNREADABLE), go("lost", weight=_UNREADABLE)
    array.delay("rebuild", "rebuilding", Exponential(24 * HOUR), *ways)
    builder.any_of("lost", array["lost"])
    return builder.build()


_SECTOR_CASES = (
    _SECTORS(
        "chance that a rebuild fails", 0.6737202054, 1e-9, one_rebuild, ReachedBy("lost", _REBUILT)
    ),
    _SECTORS(
        "hours to loss", 185557.484168, 1e-10, rebuild_array, TimeToReach("lost"), factor=1 / HOUR
    ),
)

CASES = (*_ARRAY_CASES, *_STRIPE_CASES, *_SECTOR_CASES)
