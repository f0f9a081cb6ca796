"""The closed union of the laws."""

from hasim.laws.bounded import Empirical, Fixed, Uniform
from hasim.laws.exponentials import Erlang, Exponential, Hyperexponential
from hasim.laws.shaped import Gamma, Lognormal, Weibull

Law = (
    Exponential
    | Fixed
    | Uniform
    | Lognormal
    | Weibull
    | Gamma
    | Erlang
    | Hyperexponential
    | Empirical
)
