"""The space of a model's designs: every design is what its settings make by hand."""

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hasim.description import read_model, read_text, read_value, resolve, with_settings
from hasim.description.space import MOST_DESIGNS, Choice, DesignOption, read_space
from hasim.description.variants import Variation, read_variation
from hasim.errors import InputError, ModelError

CASES = Path(__file__).resolve().parents[1] / "cases/valid"
MODEL = """
name: x
parameters: {mttr: 1 h}
components:
  web: {replicas: 3, required: 2, mtbf: 30 d, mttr: "${mttr}", needs: [db]}
  db: {replicas: 2, mtbf: 30 d, mttr: 2 h, capacity: 500 rps}
options:
  components.web.replicas: [2, 3, 4]
  components.web.required: [2, 3]
  database:
    as-written:
    single: {components.db.replicas: 1, components.db.capacity: ~}
"""


def space_of(*texts, model=MODEL):
    return read_space(read_text(model, "x.yaml"), [read_variation(text) for text in texts])


def by_hand(space, design):
    values = [(key, read_value(text, key)) for key, text in space.settings(design)]
    return resolve(with_settings(space.draft, values))


def outcome(make):
    try:
        return make()
    except ModelError as error:
        return [(finding.key, finding.found) for finding in error.findings]


def test_designs_are_all_combinations():
    space = space_of()
    assert [option.name for option in space.options] == [
        "components.web.replicas",
        "components.web.required",
        "database",
    ]
    assert space.options[2] == DesignOption(
        "database",
        (
            Choice("as-written", ()),
            Choice("single", (("components.db.replicas", "1"), ("components.db.capacity", None))),
        ),
    )
    assert (space.shape, space.size) == ((3, 2, 2), 12)


def test_a_design_has_a_system_words_and_settings():
    space = space_of()
    design = (2, 1, 1)
    system = space.system(design)
    assert system.components["web"].replicas == 4
    assert system.components["web"].required == 3
    assert system.components["db"].capacity is None
    assert space.words(design) == {
        "components.web.replicas": "4",
        "components.web.required": "3",
        "database": "single",
    }
    assert space.settings(design) == (
        ("components.web.replicas", "4"),
        ("components.web.required", "3"),
        ("components.db.replicas", "1"),
        ("components.db.capacity", "~"),
    )


def test_choices_that_do_not_go_together_are_told_where_they_stand():
    with pytest.raises(ModelError) as error:
        space_of().system((0, 1, 0))
    assert str(error.value) == (
        "x.yaml:9:32 components.web.required: 3 of 2 replicas can never be up; at most 2; "
        "set required to 2 or fewer"
    )


@pytest.mark.normal
@pytest.mark.parametrize("name", ["options.yaml", "options_of_parameters.yaml"])
@given(data=st.data())
def test_every_design_is_the_system_that_its_settings_make(name, data):
    space = read_space(read_model(CASES / name))
    design = tuple(data.draw(st.integers(0, n - 1)) for n in space.shape)
    made = outcome(lambda: space.system(design))
    assert made == outcome(lambda: by_hand(space, design))


def test_a_space_goes_to_another_process():
    space = space_of("parameters.mttr=1 h,2 h")
    before = space.system((2, 0, 1, 1))
    again = pickle.loads(pickle.dumps(space))
    assert again == space
    assert again.system((2, 0, 1, 1)) == before


# ---------------------------------------------------------------------------- the command line


def test_variations_come_after_the_options():
    space = space_of("components.db.mttr=1 h,3 h", "parameters.mttr=1 h,2 h,3 h")
    assert space.shape == (3, 2, 2, 2, 3)
    system = space.system((2, 0, 0, 1, 2))
    assert system.components["db"].failures["failure"].repair.mean == 3 * 3600
    assert system.components["web"].failures["failure"].repair.mean == 3 * 3600
    assert by_hand(space, (2, 0, 0, 1, 2)) == system


def test_a_variation_takes_the_place_of_options_about_its_key():
    assert space_of("components.web.replicas=5,6").shape == (2, 2, 2)
    assert space_of("components.web={replicas: 2},{replicas: 3}").shape == (2, 2)
    replaced = space_of("components.db.replicas=2,3,4")
    assert [option.name for option in replaced.options][2:] == ["components.db.replicas"]


def test_a_variation_of_an_option_leaves_it_some_choices():
    space = space_of("database=single")
    assert space.shape == (3, 2, 1)
    assert space.words((0, 0, 0))["database"] == "single"


def test_a_space_can_be_of_variations_alone():
    bare = MODEL.partition("options:")[0]
    space = space_of("components.web.replicas=3,4", model=bare)
    assert space.shape == (2,)
    assert by_hand(space, (1,)) == space.system((1,))
    with pytest.raises(InputError, match="there is nothing to choose: the model has no options"):
        space_of(model=bare)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("components.wbe.replicas=1,2", "--vary components.wbe.replicas: there is no wbe"),
        ("components.web.replicas=1,x", r"--vary components.web.replicas\[1\]: x is not a count"),
        ("components.web.replica=1,2", r"--vary components.web.replica\[0\]: unknown key"),
        ("database=single,pair", "--vary database: it has no choice pair"),
        ("databse=single", "there is no option databse; .*; did you mean database?"),
        ("components..x=1,2", "it is not the path of a key"),
    ],
)
def test_a_wrong_variation_is_told(text, said):
    with pytest.raises((ModelError, InputError), match=said):
        space_of(text)


def test_a_key_is_varied_once():
    with pytest.raises(InputError, match="varied twice"):
        space_of("components.web.replicas=3,4", "components.web.replicas=5")


def test_more_designs_than_anybody_can_look_through_are_refused():
    counts = tuple(str(n) for n in range(1, 101))
    times = tuple(f"{n} s" for n in range(1, 51))
    keys = ("components.web.replicas", "components.db.replicas", "components.db.slots")
    many = [*(Variation(key, counts) for key in keys), Variation("components.web.start", times[:5])]
    draft = read_text(MODEL)
    assert read_space(draft, many).size == 2 * 100**3 * 5 == MOST_DESIGNS
    many[-1] = Variation("components.web.start", times)
    with pytest.raises(ModelError, match="100,000,000 designs; the largest options are"):
        read_space(draft, many)


def test_a_wrong_model_is_told_before_its_designs():
    with pytest.raises(ModelError, match=r"components\.web\.mtbf"):
        space_of(model=MODEL.replace("30 d", "30", 1))


def test_a_parameter_that_makes_a_choice_wrong_is_told_by_its_designs():
    model = MODEL + '  components.db.mttr: [3 h, "${mttr}"]\n  parameters.mttr: [1 h, 0 s, x]\n'
    space = space_of(model=model)
    assert space.system((2, 0, 0, 1, 0)).components["db"].failures["failure"].repair.mean == 3600
    with pytest.raises(ModelError, match="mttr"):
        space.system((2, 0, 0, 0, 2))
