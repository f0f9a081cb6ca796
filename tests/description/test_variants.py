"""Variants of a model: combinations, names, and what is wrong about them told once."""

import pytest

from hasim.description import read_text
from hasim.description.variants import Variation, read_variation, vary
from hasim.errors import InputError, ModelError

MODEL = """
name: x
components:
  web: {replicas: 3, mtbf: 30 d, mttr: 1 h, needs: [db]}
  db: {replicas: 2, mtbf: 30 d, mttr: 1 h}
"""


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a.b=3,4, 5", ("3", "4", "5")),
        ("a.b=lognormal(median 4 h, p95 24 h),1 h", ("lognormal(median 4 h, p95 24 h)", "1 h")),
        ("a.b=[x, y],[z]", ("[x, y]", "[z]")),
        ("a.b='p,q',r", ("'p,q'", "r")),
        ("a.b={c: 1, d: 2}", ("{c: 1, d: 2}",)),
        ("a.b=c=d,e", ("c=d", "e")),
    ],
)
def test_values_are_parted_by_commas_outside_brackets(text, values):
    assert read_variation(text) == Variation("a.b", values)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("components.web.replicas", "no variation"),
        ("=3", "no variation"),
        ("", "an empty text is no variation"),
        ("a.b=", "empty value"),
        ("a.b=1,,2", "empty value"),
        ("a.b=1,1", "the value 1 twice"),
    ],
)
def test_what_is_no_variation_is_refused(text, said):
    with pytest.raises(InputError, match=said):
        read_variation(text)


def varied(*texts):
    return vary(read_text(MODEL), [read_variation(text) for text in texts])


def test_all_combinations_in_order():
    systems = varied("components.web.replicas=3,4", "components.db.mttr=1 h,2 h")
    names = ["replicas=3, mttr=1 h", "replicas=3, mttr=2 h", "replicas=4, mttr=1 h"]
    assert list(systems) == [*names, "replicas=4, mttr=2 h"]
    assert [one.components["web"].replicas for one in systems.values()] == [3, 3, 4, 4]


def test_names_have_as_many_steps_as_tell_them_apart():
    systems = varied("components.web.replicas=3", "components.db.replicas=2")
    assert list(systems) == ["web.replicas=3, db.replicas=2"]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("components.wbe.replicas=3,4", "there is no wbe in components; did you mean web?"),
        ("components.web.replica=3,4", "unknown key; did you mean replicas?"),
        ("component.web.replicas=3,4", "unknown key; did you mean components?"),
    ],
)
def test_an_unknown_path_is_told_once_with_a_suggestion(key, said):
    with pytest.raises(ModelError) as error:
        varied(key)
    assert str(error.value).count("\n") == 0
    assert said in str(error.value)


def test_what_is_wrong_about_one_variant_names_the_value():
    with pytest.raises(ModelError, match=r"components\.web\.replicas.*none"):
        varied("components.web.replicas=3,none")


def test_a_wrong_model_is_told_before_its_variants():
    draft = read_text(MODEL.replace("mtbf: 30 d, mttr: 1 h, needs", "mtbf: 30, mttr: 1 h, needs"))
    with pytest.raises(ModelError, match="mtbf"):
        vary(draft, [read_variation("components.web.replicas=0,none")])


def test_too_many_candidates_are_refused():
    many = ",".join(map(str, range(1, 22)))
    with pytest.raises(InputError, match="21 candidates; at most 20"):
        varied(f"components.web.replicas={many}")


def test_a_key_is_varied_once():
    with pytest.raises(InputError, match="varied twice"):
        varied("components.web.replicas=3,4", "components.web.replicas=5")
