"""The table of the forms in which each law can be written, and how a form is shown."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from hasim.laws.bounded import Empirical, Fixed, Uniform
from hasim.laws.exponentials import Erlang, Exponential, Hyperexponential
from hasim.laws.families import Law
from hasim.laws.shaped import Gamma, Lognormal, Weibull

Kind = Literal["duration", "number", "signed", "count", "probabilities", "durations", "file"]
Style = Literal["text", "mapping"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named parameter of a form, what it holds, and an example of it."""

    name: str
    kind: Kind
    example: str


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a law: all of its parameters, in this order for `build`.

    A form that is not `is_shown` is there so that every law has a text; it is not recommended.
    """

    family: str
    parameters: tuple[Parameter, ...]
    build: Callable[..., Law]
    is_shown: bool = True

    @property
    def names(self) -> frozenset[str]:
        """Names of the parameters."""
        return frozenset(parameter.name for parameter in self.parameters)

    def show(self, given: Mapping[str, str], style: Style) -> str:
        """The form as it would be written, with examples in place of what is not given."""
        pairs = [(p.name, given.get(p.name, p.example)) for p in self.parameters]
        if style == "text":
            return f"{self.family}({', '.join(f'{name} {value}' for name, value in pairs)})"
        return f"{{{self.family}: {{{', '.join(f'{name}: {value}' for name, value in pairs)}}}}}"


_MEAN: Final = Parameter("mean", "duration", "4 h")
_CV: Final = Parameter("cv", "number", "1.2")
_SHAPE: Final = Parameter("shape", "number", "1.5")
_SCALE: Final = Parameter("scale", "duration", "1000 h")

#: Every form of every law; the first is the usual one.
FORMS: Final[dict[str, tuple[Form, ...]]] = {
    "exponential": (Form("exponential", (_MEAN,), Exponential),),
    "fixed": (Form("fixed", (Parameter("value", "duration", "30 s"),), Fixed),),
    "uniform": (
        Form(
            "uniform",
            (Parameter("low", "duration", "1 min"), Parameter("high", "duration", "5 min")),
            Uniform,
        ),
    ),
    "lognormal": (
        Form(
            "lognormal",
            (Parameter("median", "duration", "4 h"), Parameter("p95", "duration", "24 h")),
            Lognormal.from_median_p95,
        ),
        Form("lognormal", (_MEAN, _CV), Lognormal.from_mean_cv),
        Form(
            "lognormal",
            (Parameter("mu", "signed", "9.5"), Parameter("sigma", "number", "1")),
            Lognormal,
            is_shown=False,
        ),
    ),
    "weibull": (
        Form("weibull", (_SHAPE, Parameter("mean", "duration", "1000 h")), Weibull.from_shape_mean),
        Form("weibull", (_SHAPE, _SCALE), Weibull, is_shown=False),
    ),
    "gamma": (
        Form("gamma", (_MEAN, _CV), Gamma.from_mean_cv),
        Form("gamma", (_SHAPE, _MEAN), Gamma.from_shape_mean, is_shown=False),
        Form("gamma", (_SHAPE, _SCALE), Gamma, is_shown=False),
    ),
    "erlang": (Form("erlang", (Parameter("stages", "count", "3"), _MEAN), Erlang),),
    "hyperexponential": (
        Form(
            "hyperexponential",
            (
                Parameter("probabilities", "probabilities", "[90 %, 10 %]"),
                Parameter("means", "durations", "[10 min, 8 h]"),
            ),
            Hyperexponential,
        ),
        Form(
            "hyperexponential",
            (_MEAN, Parameter("cv", "number", "2")),
            Hyperexponential.from_mean_cv,
        ),
    ),
    "empirical": (
        Form("empirical", (Parameter("file", "file", "repairs.csv"),), Empirical),
        Form("empirical", (Parameter("values", "durations", "[20 min, 4 h]"),), Empirical),
    ),
}


def find_form(family: str, names: Collection[str]) -> Form | None:
    """The form of a law that has exactly these parameters."""
    wanted = frozenset(names)
    return next((form for form in FORMS[family] if form.names == wanted), None)


def order_forms(family: str, names: Collection[str]) -> list[Form]:
    """The forms worth showing to somebody who gave these parameters, the nearest first."""
    given = frozenset(names)
    shown = [form for form in FORMS[family] if form.is_shown]
    if not any(given <= form.names for form in shown):
        shown += [form for form in FORMS[family] if not form.is_shown and given <= form.names]
    return sorted(shown, key=lambda form: -len(given & form.names))


def get_single(family: str) -> Parameter | None:
    """The parameter whose name may be left out, as in ``exponential(4 h)``."""
    parameters = FORMS[family][0].parameters
    return parameters[0] if len(parameters) == 1 else None
