"""Requests that no worker could answer are refused when they are asked."""

import pytest

from hasim.errors import InputError, ModelError
from hasim.work.checking import check_request

PAIR = "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"
OPTIONS = "options:\n  components.web.replicas: [2, 3]\n"


def model(text):
    return {"name": "pair", "text": text, "folder": None}


def test_what_can_be_answered_is_not_refused():
    check_request("run", {"model": model(PAIR)})
    check_request("compare", {"models": [model(PAIR), model(PAIR)]})
    check_request("size", {"model": model(PAIR + OPTIONS), "targets": ["availability=99.9%"]})


def test_a_model_with_mistakes_is_refused_with_all_of_them():
    text = PAIR.replace("10 h", "ten").replace("2,", "none,")
    with pytest.raises(ModelError, match=r"(?s)replicas.*mttr|mttr.*replicas"):
        check_request("compare", {"models": [model(PAIR), model(text)]})


def test_a_target_that_is_none_is_refused():
    asked = {"model": model(PAIR + OPTIONS), "targets": ["availability=lots"]}
    with pytest.raises(InputError, match="lots"):
        check_request("size", asked)


def test_a_model_in_which_nothing_can_be_chosen_is_not_sized():
    with pytest.raises(InputError, match="nothing to choose"):
        check_request("size", {"model": model(PAIR), "targets": ["availability=99.9%"]})


@pytest.mark.parametrize(
    ("vary", "found"),
    [
        (["web.replicas"], "is no variation"),
        (["components.web.replicas="], "empty value"),
        (["components.web.replicas=2,3", "components.web.replicas=4,5"], "varied twice"),
        ([f"components.web.replicas={','.join(map(str, range(1, 30)))}"], "29 candidates"),
        (["components.web.replicas=none,3"], "none is not a count"),
        (["foo=1,2"], "foo"),
    ],
)
def test_a_variation_that_is_none_is_refused(vary, found):
    with pytest.raises((InputError, ModelError), match=found):
        check_request("compare", {"model": model(PAIR), "vary": vary})


def test_variations_that_can_be_meant_are_not_refused():
    vary = ["components.web.replicas=2,3", "components.web.mttr=5 h,6 h"]
    check_request("compare", {"model": model(PAIR), "vary": vary})
