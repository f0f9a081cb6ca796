"""Laws from text and mappings: all forms, the way back, and the exact message for what is wrong."""

import time
from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hasim.laws import (
    Empirical,
    Erlang,
    Exponential,
    Fixed,
    Gamma,
    Hyperexponential,
    Law,
    LawError,
    Lognormal,
    Uniform,
    Weibull,
    is_rest_of_law,
    parse_law,
)
from tests.laws.random_laws import LAWS

H = 3600.0

FORMS: list[tuple[object, Law]] = [
    ("4 h", Exponential(4 * H)),
    ("exponential(4 h)", Exponential(4 * H)),
    ("exponential(mean 4 h)", Exponential(4 * H)),
    ({"exponential": "4 h"}, Exponential(4 * H)),
    ({"exponential": {"mean": "4 h"}}, Exponential(4 * H)),
    ("fixed(30 s)", Fixed(30)),
    ("fixed(value 0 s)", Fixed(0)),
    ({"fixed": "1h30m"}, Fixed(5400)),
    ("uniform(low 1 min, high 5 min)", Uniform(60, 300)),
    ("lognormal(median 4 h, p95 24 h)", Lognormal.from_median_p95(4 * H, 24 * H)),
    ("  lognormal ( p95: 24h ,median=4h ) ", Lognormal.from_median_p95(4 * H, 24 * H)),
    ({"lognormal": {"median": "4 h", "p95": "24 h"}}, Lognormal.from_median_p95(4 * H, 24 * H)),
    ("lognormal(mean 4 h, cv 1.2)", Lognormal.from_mean_cv(4 * H, 1.2)),
    ({"lognormal": {"mean": "4 h", "cv": 1.2}}, Lognormal.from_mean_cv(4 * H, 1.2)),
    ("lognormal(mu -0.5, sigma 1)", Lognormal(-0.5, 1)),
    ({"lognormal": {"mu": -0.5, "sigma": 1}}, Lognormal(-0.5, 1)),
    ("weibull(shape 1.5, mean 1000 h)", Weibull.from_shape_mean(1.5, 1000 * H)),
    ("weibull(shape 1.5, scale 1000 h)", Weibull(1.5, 1000 * H)),
    ("gamma(mean 4 h, cv 1.2)", Gamma.from_mean_cv(4 * H, 1.2)),
    ("gamma(shape 2.5, mean 4 h)", Gamma.from_shape_mean(2.5, 4 * H)),
    ("gamma(shape 2.5, scale 4 h)", Gamma(2.5, 4 * H)),
    ("erlang(stages 3, mean 4 h)", Erlang(3, 4 * H)),
    (
        "hyperexponential(probabilities [30 %, 0.7], means [10 min, 8 h])",
        Hyperexponential((0.3, 0.7), (600, 8 * H)),
    ),
    (
        {"hyperexponential": {"probabilities": [0.3, "70 %"], "means": ["10 min", "8 h"]}},
        Hyperexponential((0.3, 0.7), (600, 8 * H)),
    ),
    ("hyperexponential(mean 4 h, cv 2)", Hyperexponential.from_mean_cv(4 * H, 2)),
    ("empirical(values [2 s, 1 s])", Empirical((1, 2))),
    ({"empirical": {"values": ["2 s", "1 s"]}}, Empirical((1, 2))),
]


@pytest.mark.parametrize(("value", "law"), FORMS, ids=[str(value) for value, _ in FORMS])
def test_every_form_is_read(value: object, law: Law) -> None:
    assert parse_law(value, bare="exponential") == law


def test_a_bare_duration_means_what_the_key_says() -> None:
    assert parse_law("30 s", bare="fixed") == Fixed(30)
    assert parse_law("30 s", bare="exponential") == Exponential(30)
    assert parse_law("0 s", bare="fixed") == Fixed(0)


def test_a_law_stays_as_it_is() -> None:
    assert parse_law(Weibull(2, 3600), bare="fixed") == Weibull(2, 3600)


@pytest.mark.parametrize(
    "text",
    [
        "exponential(mean 1000 h)",
        "fixed(value 30 s)",
        "uniform(low 1 min, high 5 min)",
        "lognormal(median 4 h, p95 1 d)",
        "lognormal(median 5 min, p95 30 min)",
        "lognormal(mean 4 h, cv 1.2)",
        "weibull(shape 1.5, mean 1000 h)",
        "gamma(mean 4 h, cv 1.2)",
        "gamma(shape 2.5, mean 2 h)",
        "erlang(stages 3, mean 4 h)",
        "hyperexponential(probabilities [30 %, 70 %], means [10 min, 8 h])",
        "hyperexponential(mean 4 h, cv 2)",
        "empirical(values [20 min, 4 h])",
    ],
)
def test_texts_come_back_as_they_were_written(text: str) -> None:
    assert str(parse_law(text, bare="fixed")) == text


@given(LAWS)
@example(Lognormal(0.1, 0.01))
@example(Lognormal(1.2345, 0.777))
def test_the_text_of_a_law_reads_back_to_the_same_bits(law: Law) -> None:
    assert parse_law(str(law), bare="fixed") == law


DURATION = "a duration is a number and a unit (ms s min h d week month year); write 4 s or 4 h"
COUNT = "a count is a whole number without a unit"
LAW_NAMES = (
    "the laws are exponential, fixed, uniform, lognormal, weibull, gamma, erlang, "
    "hyperexponential and empirical"
)
QUOTES = "is a law that ends at its comma; inside { } the text of a law needs quotes; "
TAKES = "lognormal takes median and p95 or mean and cv; write "
BOTH = "lognormal(median 4 h, p95 24 h) or lognormal(mean 4 h, cv 1.2)"
MEAN_FIRST = "lognormal takes mean and cv or median and p95; write "

WRONG_TEXTS = [
    ("lognormal(mean 4 h)",
     f"lognormal with mean needs cv too; {MEAN_FIRST}"
     "lognormal(mean 4 h, cv 1.2) or lognormal(median 4 h, p95 24 h)"),
    ("lognormal(median 2 h)",
     f"lognormal with median needs p95 too; {TAKES}"
     "lognormal(median 2 h, p95 24 h) or lognormal(mean 4 h, cv 1.2)"),
    ("lognormal(median 4 h",
     f"lognormal(median 4 h {QUOTES}put the law in quotes, such as "
     '"lognormal(median 4 h, p95 24 h)"'),
    ("lognormal(mean 3 h",
     f'lognormal(mean 3 h {QUOTES}put the law in quotes, such as "lognormal(mean 3 h, cv 1.2)"'),
    ("weibul(shape 2",
     f'weibul(shape 2 {QUOTES}put the law in quotes, such as "weibull(shape 2, mean 1000 h)"'),
    ("zq(shape 2",
     f"zq(shape 2 {QUOTES}put the law in quotes, such as "
     '"lognormal(median 4 h, p95 24 h)"'),
    ("lognormal", f"lognormal has no parameters; {TAKES}{BOTH}"),
    ("lognormal()", f"lognormal has no parameters; {TAKES}{BOTH}"),
    ("lognormall",
     "lognormall is not a law; lognormal is one; write lognormal(median 4 h, p95 24 h)"),
    ("lognormall(median 4 h, p95 24 h)",
     "lognormall is not a law; did you mean lognormal?; write lognormal(median 4 h, p95 24 h)"),
    ("Weibull(shape 2, mean 4 h)",
     "Weibull is not a law; did you mean weibull?; write weibull(shape 1.5, mean 1000 h)"),
    ("exp(4 h)", "exp is not a law; did you mean exponential?; write exponential(mean 4 h)"),
    ("zq(4 h)",
     f"zq is not a law; {LAW_NAMES}; write one of them, such as lognormal(median 4 h, p95 24 h)"),
    ("whenever it is",
     f"whenever it is is neither a duration nor a law; {LAW_NAMES}; "
     "write 4 h, exponential(mean 4 h) or lognormal(median 4 h, p95 24 h)"),
    ("lognormal(median 4 h, p99 24 h)", f"lognormal has no parameter p99; {TAKES}{BOTH}"),
    ("lognormal(medain 2 h, p95 9 h)",
     f"lognormal has no parameter medain; {TAKES}"
     "lognormal(median 2 h, p95 9 h) or lognormal(mean 4 h, cv 1.2)"),
    ("lognormal(median 4 h, cv 2)",
     f"median and cv of lognormal do not go together; {TAKES}"
     "lognormal(median 4 h, p95 24 h) or lognormal(mean 4 h, cv 2)"),
    ("lognormal(median 4 h, p95 24 h, cv 2)",
     f"cv of lognormal is too much beside the others; {TAKES}"
     "lognormal(median 4 h, p95 24 h) or lognormal(mean 4 h, cv 2)"),
    ("lognormal(4 h, 24 h)",
     "4 h in lognormal(4 h, 24 h) has no name; parameters are a name and a value; "
     "write lognormal(median 4 h, p95 24 h)"),
    ("lognormal(median 4 h, median 5 h)",
     "median stands twice in lognormal(median 4 h, median 5 h); remove one"),
    ("lognormal(median 4, p95 24 h)",
     f"median of lognormal: 4 is not a duration; {DURATION}"),
    ("lognormal(median 4 h, p95 24 h) / year",
     "lognormal(median 4 h, p95 24 h) / year has / year after its end; remove it"),
    ("exponential(rate 2 / year)",
     "exponential has no parameter rate; exponential takes mean; write exponential(mean 4 h)"),
    ("exponential(mean)", f"mean of exponential: nothing is not a duration; {DURATION}"),
    ("weibull(shape 2)",
     "weibull with shape needs mean too; weibull takes shape and mean; "
     "write weibull(shape 2, mean 1000 h)"),
    ("weibull(scale 3 h)",
     "weibull with scale needs shape too; weibull takes shape and scale or shape and mean; "
     "write weibull(shape 1.5, scale 3 h) or weibull(shape 1.5, mean 1000 h)"),
    ("gamma(mean 4 h, cv 20 %)",
     "cv of gamma: 20 % is a percentage; it is a plain number here; write 0.2"),
    ("erlang(stages 2.5, mean 4 h)",
     f"stages of erlang: 2.5 is not a count; {COUNT}; write 2 or 3"),
    ("hyperexponential(probabilities 0.3, means [1 s])",
     "probabilities of hyperexponential: 0.3 is not a list; write [90 %, 10 %]"),
    ("hyperexponential(probabilities [[1]], means [1 s])",
     "probabilities of hyperexponential: [[1]] is not a list; write [90 %, 10 %]"),
    ("0 s",
     "0 s is no mean of an exponential law; a mean is above 0; "
     "write a longer one, or fixed(0 s) for what takes no time"),
    ("5 m", "5 m is ambiguous: minute or month?; write 5 min or 5 months"),
    ("nan",
     f"nan is not a finite number; {DURATION}"),
]  # fmt: skip

WRONG_VALUES: list[tuple[object, str]] = [
    (4, f"4 is not a duration; {DURATION}"),
    (None, f"nothing is not a duration; {DURATION}"),
    (True, f"true is not a duration; {DURATION}"),
    (["4 h"], f"a list is not a duration; {DURATION}"),
    ({},
     f"an empty mapping is not a law; {LAW_NAMES}; "
     "write {lognormal: {median: 4 h, p95: 24 h}} or another law"),
    ({"lognormal": {"mean": "4 h"}},
     f"lognormal with mean needs cv too; {MEAN_FIRST}"
     "{lognormal: {mean: 4 h, cv: 1.2}} or {lognormal: {median: 4 h, p95: 24 h}}"),
    ({"lognormal": None},
     f"lognormal has no parameters; {TAKES}"
     "{lognormal: {median: 4 h, p95: 24 h}} or {lognormal: {mean: 4 h, cv: 1.2}}"),
    ({"lognormal": "4 h"},
     "4 h under lognormal is not a mapping; lognormal has several parameters, with names; "
     "write {lognormal: {median: 4 h, p95: 24 h}}"),
    ({"lognoraml": {}},
     "lognoraml is not a law; did you mean lognormal?; "
     "write {lognormal: {median: 4 h, p95: 24 h}}"),
    ({"lognormal": {1: 2}},
     f"lognormal has no parameter 1; {TAKES}"
     "{lognormal: {median: 4 h, p95: 24 h}} or {lognormal: {mean: 4 h, cv: 1.2}}"),
    ({"mean": "4 h", "cv": 1.2},
     "mean and cv without the name of a law; the name comes first; "
     "write {lognormal: {mean: 4 h, cv: 1.2}} or {gamma: {mean: 4 h, cv: 1.2}}"),
    ({"probe": "5 s", "misses": 3},
     "a mapping with probe and misses is a way to detect; it is no law of its own; "
     "write it under detect, or write a law here"),
    ({"lognormal": {"median": "4 h"}, "p95": "24 h"},
     "lognormal and p95 stand side by side where one law is expected; "
     "parameters stand inside the law; write {lognormal: {median: 4 h, p95: 24 h}}"),
    ({"a": 1, "b": 2},
     f"a mapping with a and b is not a law; {LAW_NAMES}; "
     "write {lognormal: {median: 4 h, p95: 24 h}} or another law"),
    ({"empirical": 3},
     "the file of empirical is 3; it is the path of a CSV file; write file: repairs.csv"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "message"), WRONG_TEXTS, ids=[text for text, _ in WRONG_TEXTS])
def test_wrong_texts_show_the_nearest_valid_form(value: object, message: str) -> None:
    check_refused(value, message)


@pytest.mark.parametrize(
    ("value", "message"), WRONG_VALUES, ids=[str(value) for value, _ in WRONG_VALUES]
)
def test_wrong_values_show_the_nearest_valid_form(value: object, message: str) -> None:
    check_refused(value, message)


def check_refused(value: object, message: str) -> None:
    with pytest.raises(LawError) as caught:
        parse_law(value, bare="exponential")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("key", "is_rest"),
    [
        ("p95 24 h)", True),
        ("means [1 s])", True),
        ("p95", False),
        ("fixed(3 s)", False),
        (3, False),
    ],
)
def test_what_a_cut_law_leaves_behind_is_known(key: object, is_rest: bool) -> None:
    assert is_rest_of_law(key) == is_rest


def make_deep(depth: int) -> dict[str, object]:
    deep: dict[str, object] = {}
    for _ in range(depth):
        deep = {"lognormal": deep}
    return deep


@pytest.mark.parametrize(
    "value",
    [
        "(" * 200_000,
        "a" * 200_000,
        " " * 200_000,
        "lognormal(" + "[" * 200_000 + ")",
        "lognormal(" + "," * 200_000 + ")",
        "lognormal(" + "(" * 200_000,
        "lognormal(" + ", ".join(f"a{i} {i}" for i in range(20_000)) + ")",
        "lognormal(median" + " " * 200_000 + ")",
        "x" * 6_000_000 + "(",
        "lognormal(" + "x" * 6_000_000 + ")",
        make_deep(20_000),
        {f"key{i}": i for i in range(20_000)},
        {"lognormal": {f"key{i}": i for i in range(20_000)}},
    ],
    ids=lambda value: repr(value)[:20] if isinstance(value, str) else f"mapping of {len(value)}",
)
def test_huge_and_deep_values_are_refused_at_once(value: object) -> None:
    start = time.perf_counter()
    with pytest.raises(LawError) as caught:
        parse_law(value, bare="fixed")
    assert time.perf_counter() - start < 1
    assert len(str(caught.value)) < 1000


def test_messages_hold_no_control_characters() -> None:
    for value in ("lognormal(\x1b 4 h)", "x\x1b(3)", {"\x1b": 1}, {"lognormal": {"\x1b": 1}}):
        with pytest.raises(LawError) as caught:
            parse_law(value, bare="fixed")
        assert str(caught.value).isprintable()


PIECES = st.sampled_from(
    [
        *["lognormal", "fixed", "weibull", "median", "p95", "mean", "cv", "shape", "values"],
        *"()[], =-%2\x1b\ud800",
        *["4 h", "nan", "1e999"],
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)
SCALARS = st.one_of(TEXTS, st.floats(), st.integers(), st.none(), st.booleans())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)


@given(VALUES)
def test_anything_is_a_law_or_refused(value: object) -> None:
    assert read_or_refuse(value).isprintable()


@given(st.sampled_from([dict(v) for v, _ in FORMS if isinstance(v, Mapping)]), VALUES)
def test_any_parameters_make_a_law_or_are_refused(form: dict[str, object], value: object) -> None:
    family, parameters = next(iter(form.items()))
    if isinstance(parameters, Mapping):
        for name in parameters:
            assert read_or_refuse({family: {**parameters, name: value}}).isprintable()
    assert read_or_refuse({family: value}).isprintable()


def read_or_refuse(value: object) -> str:
    try:
        return str(parse_law(value, bare="exponential"))
    except LawError as error:
        return str(error)
