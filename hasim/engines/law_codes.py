"""How a law is written down for the compiled samplers."""

from __future__ import annotations

from typing import assert_never

from hasim.engines.kernels import codes
from hasim.laws import (
    Empirical,
    Erlang,
    Exponential,
    Fixed,
    Gamma,
    Hyperexponential,
    Law,
    Lognormal,
    Uniform,
    Weibull,
)


def law_entry(law: Law) -> tuple[int, tuple[float, ...]]:
    """Return the code and the parameters by which `draw_work` samples a law."""
    match law:
        case Exponential():
            return codes.EXPONENTIAL, (law.mean,)
        case Fixed():
            return codes.FIXED, (law.value,)
        case Uniform():
            return codes.UNIFORM, (law.low, law.high - law.low)
        case Lognormal():
            return codes.LOGNORMAL, (law.mu, law.sigma)
        case Weibull():
            return codes.WEIBULL, (1.0 / law.shape, law.scale)
        case Gamma():
            return codes.GAMMA, (law.shape, law.scale)
        case Erlang():
            return codes.ERLANG, (float(law.stages), law.mean / law.stages)
        case Hyperexponential():
            size = float(len(law.probabilities))
            return codes.HYPEREXPONENTIAL, (size, *law.probabilities, *law.means)
        case Empirical():
            return codes.EMPIRICAL, (float(len(law.values)), *law.values)
        case _:
            assert_never(law)
