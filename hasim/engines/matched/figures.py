"""Long-run figures as numbers under keys, and bands under the same keys as figures again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from hasim.engines.bands import NOTHING, Band, LongRunBands, OutageBands
from hasim.engines.exact.engine import LongRun, OutageFigures

#: Measure, figure, and stage or cause.
Key = tuple[str, str, str]

#: Replaced laws keep the means of what depends on them, hardly the extremes.
WHY_NO_LENGTHS = "they need more of laws than their replacements keep"


def flatten(found: LongRun) -> dict[Key, float]:
    """Return all numbers in what the exact engine says."""
    return dict(_numbers(found))


def _numbers(found: LongRun) -> Iterator[tuple[Key, float]]:
    for name, one in found.outages.items():
        yield (name, "down", ""), one.unavailability
        yield (name, "up", ""), one.availability
        yield (name, "rate", ""), one.rate
        for figure, shares in _maps(one):
            yield from (((name, figure, key), value) for key, value in shares.items())
    for figure, values in (("values", found.values), ("missing", found.missing)):
        yield from (((name, figure, ""), value) for name, value in values.items())


def _maps(one: OutageFigures) -> Iterator[tuple[str, Mapping[str, float]]]:
    yield "begun", one.begun
    if one.stages is not None:
        yield "stages", one.stages
    if one.causes is not None:
        yield "causes", one.causes


def size_of(key: Key, numbers: Mapping[Key, float]) -> float:
    """Return what the error of a figure is in proportion to: of a share near 1, what is missing."""
    measure, figure, _ = key
    opposite = {"up": "down", "down": "up", "values": "missing", "missing": "values"}.get(figure)
    other = numbers.get((measure, opposite, ""), math.inf) if opposite else math.inf
    return min(abs(numbers[key]), abs(other))


def gather(found: LongRun, bands: Mapping[Key, Band]) -> LongRunBands:
    """Return bands in the form of the long run whose numbers they are about."""

    def each(
        measure: str, figure: str, shares: Mapping[str, float] | None
    ) -> dict[str, Band] | None:
        return None if shares is None else {name: bands[measure, figure, name] for name in shares}

    def outages(name: str, one: OutageFigures) -> OutageBands:
        return OutageBands(
            unavailability=bands[name, "down", ""],
            availability=bands[name, "up", ""],
            rate=bands[name, "rate", ""],
            begun={cause: bands[name, "begun", cause] for cause in one.begun},
            stages=each(name, "stages", one.stages),
            causes=each(name, "causes", one.causes),
            others=NOTHING,
            begun_by_others=NOTHING,
            lengths=None,
            why_no_lengths=WHY_NO_LENGTHS,
        )

    return LongRunBands(
        outages={name: outages(name, one) for name, one in found.outages.items()},
        values={name: _within(bands, name) for name in found.values},
        missing={name: bands[name, "missing", ""] for name in found.missing},
    )


def _within(bands: Mapping[Key, Band], name: str) -> Band:
    """The band of a value, no wider than what is missing to 1 allows."""
    value, missing = bands[name, "values", ""], bands.get((name, "missing", ""))
    if missing is None:
        return value
    low, high = max(value.low, 1.0 - missing.high), min(value.high, 1.0 - missing.low)
    return Band(value.value, min(low, value.value), max(high, value.value))
