"""States and transitions as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Found(NamedTuple):
    """What an exploration has found; fields as of `StateSpace`."""

    columns: NDArray[np.int64]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    rate: NDArray[np.float64]
    delay: NDArray[np.int64]
