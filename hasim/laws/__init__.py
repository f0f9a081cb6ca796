"""Delay laws: how long something takes, as a random duration in seconds.

Theory of operation
-------------------
A law is a frozen value with the parameters that engines draw with, in seconds. It knows its mean,
variance and moments, its distribution function, survival function and quantiles, and its text in
the model language, which `parse_law` reads back to the very same law as long as no duration in it
is beyond what `parse_duration` reads.

Rules of this folder
--------------------
- Pure Python; scipy gives the special functions and is imported only by who calls them.
- No law without a finite mean and variance. A mean of zero is `Fixed` only.
- Every error shows the nearest valid form.
"""

from hasim.laws.bounded import Empirical, Fixed, Uniform
from hasim.laws.detection import parse_detection, parse_ejection, parse_readmission
from hasim.laws.exponentials import Erlang, Exponential, Hyperexponential
from hasim.laws.families import Law
from hasim.laws.parameters import LawError
from hasim.laws.shaped import Gamma, Lognormal, Weibull
from hasim.laws.text import is_rest_of_law, parse_law

__all__ = [
    "Empirical",
    "Erlang",
    "Exponential",
    "Fixed",
    "Gamma",
    "Hyperexponential",
    "Law",
    "LawError",
    "Lognormal",
    "Uniform",
    "Weibull",
    "is_rest_of_law",
    "parse_detection",
    "parse_ejection",
    "parse_law",
    "parse_readmission",
]
