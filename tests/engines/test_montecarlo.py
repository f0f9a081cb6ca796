"""The engine of compiled kernels as a whole."""

import numba
import pytest

from hasim.engines.montecarlo import Simulator
from hasim.errors import RefusedError
from tests.solving.synthetic import single


def test_without_a_compiler_it_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    with pytest.raises(RefusedError, match="NUMBA_DISABLE_JIT is set"):
        Simulator.of(single())
