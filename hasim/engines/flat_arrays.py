"""Lists put end to end, and arrays of records from rows or columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
Records = list[tuple[float, ...]]


def spans(lists: Sequence[Sequence[Any]]) -> list[Span]:
    """Where lists stand when they are put end to end."""
    ends = np.cumsum([len(values) for values in lists]).tolist()
    return list(zip([0, *ends[:-1]], ends, strict=True)) if lists else []


def records(dtype: np.dtype[Any], rows: Iterable[tuple[float, ...]]) -> NDArray[Any]:
    """Make an array of records; fields that a row does not give, the state, are 0."""
    rows = list(rows)
    array = np.zeros(len(rows), dtype=dtype)
    if rows:
        columns = zip(*rows, strict=True)
        for name, values in zip(dtype.names or (), columns, strict=False):
            array[name] = values
    return array


def named(dtype: np.dtype[Any], length: int, /, **values: Iterable[float]) -> NDArray[Any]:
    """Make an array of records from its columns by name."""
    array = np.zeros(length, dtype=dtype)
    for name, column in values.items():
        array[name] = list(column)
    return array
