"""Static models that are timed: components that fail and are repaired independently of one another.

No two components are alike, so that nothing can be counted instead of computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from hasim.laws import Exponential
from hasim.process import AutomatonBuilder, Process, ProcessBuilder

HOUR = 3600.0

#: Stages in series, strings side by side in a stage, components in series in a string.
STAGES, STRINGS, LINKS = 50, 4, 5


def quorum(required: int, n_units: int) -> Process:
    """So many of some different components are needed."""
    builder = ProcessBuilder("quorum")
    units = [_add_unit(builder, number) for number in range(n_units)]
    builder.at_least("serving", required, [unit["up"] for unit in units])
    builder.outages("service", "serving")
    return builder.build()


def series_parallel() -> Process:
    """1,000 components: 50 stages in series, each of 4 strings of 5 components."""
    builder = ProcessBuilder("series_parallel")
    stages = []
    for stage in range(STAGES):
        strings = []
        for string in range(STRINGS):
            first = (stage * STRINGS + string) * LINKS
            units = [_add_unit(builder, first + link) for link in range(LINKS)]
            strings.append(f"string.{stage}.{string}")
            builder.all_of(strings[-1], *(unit["up"] for unit in units))
        stages.append(f"stage.{stage}")
        builder.any_of(stages[-1], *strings)
    builder.all_of("serving", *stages)
    builder.outages("service", "serving")
    return builder.build()


STATIC_MODELS: Mapping[str, Callable[[], Process]] = MappingProxyType(
    {
        "20_of_40": lambda: quorum(20, 40),
        "2_of_1000": lambda: quorum(2, 1000),
        "999_of_1000": lambda: quorum(999, 1000),
        "series_parallel": series_parallel,
    }
)


def _add_unit(builder: ProcessBuilder, number: int) -> AutomatonBuilder:
    """A component of its own life and repair time: 1,000 h and 8 h for the first, then rising."""
    fails, repair = Exponential((1000.0 + number) * HOUR), Exponential((8.0 + number / 64) * HOUR)
    return builder.unit(f"unit.{number}", fails=fails, repair=repair)
