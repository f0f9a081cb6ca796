"""Which options matter for what, of traits whose dependence is known."""

from itertools import product

import pytest

from hasim.description import read_text
from hasim.description.space import read_space
from hasim.errors import Finding, InputError, ModelError
from hasim.planner.sizing.survey import MOST_TRIED, designs_over, take_survey

A, B, C, D = range(4)


def space_of(*sizes):
    """A space with so many choices of so many options, whatever they are."""
    components = "\n".join(f"  c{n}: {{}}" for n in range(len(sizes)))
    options = "\n".join(
        f"  components.c{n}.replicas: {list(range(1, size + 1))}" for n, size in enumerate(sizes)
    )
    return read_space(read_text(f"name: x\ncomponents:\n{components}\noptions:\n{options}\n"))


def found(trait, *sizes):
    """The options that matter for a trait, a function of the design."""
    return take_survey(space_of(*sizes), lambda design: {("t",): trait(design)}).traits["t",]


@pytest.mark.parametrize(
    ("trait", "matter"),
    [
        (lambda d: 7, ()),
        (lambda d: d[B], (B,)),
        (lambda d: d[A] + d[C], (A, C)),
        (lambda d: min(d[A], d[B]), (A, B)),
        (lambda d: max(d[A], d[D]), (A, D)),
        (lambda d: d[A] * d[B] + d[C] * d[D], (A, B, C, D)),
        (lambda d: d[A] if d[B] == 1 else 0, (A, B)),
    ],
)
def test_options_that_matter_alone_or_in_pairs_are_found(trait, matter):
    assert found(trait, 3, 3, 3, 3) == matter


def test_what_shows_only_in_threes_is_caught_by_drawing_designs():
    assert found(lambda d: d[A] > 0 and d[B] > 0 and d[C] > 0, 3, 3, 3, 2) == (A, B, C, D)


def test_a_trait_that_only_some_designs_have_depends_on_what_gives_it():
    seen = take_survey(space_of(2, 3), lambda d: {("t",): 1} if d[A] else {})
    assert seen.traits["t",] == (A,)


def test_the_last_choice_of_a_long_option_is_tried():
    assert found(lambda d: d[A] == 11, 12, 2) == (A,)


def test_few_choices_of_a_long_option_are_tried():
    looked_at = set()

    def look(design):
        looked_at.add(design[A])
        return {}

    take_survey(space_of(300), look)
    assert len(looked_at) <= MOST_TRIED + 40
    assert {0, 299} <= looked_at


def test_no_design_is_looked_at_twice():
    looked_at = []

    def look(design):
        looked_at.append(design)
        return {("t",): design[A]}

    take_survey(space_of(3, 3, 3), look)
    assert len(looked_at) == len(set(looked_at))


def cannot(text="a contradiction"):
    return ModelError([Finding(None, "components.c0", text)])


def test_designs_that_cannot_be_built_are_passed_over():
    def look(design):
        if design[A] == 0 and design[B] != 1:
            raise cannot()
        return {("a",): design[A], ("b",): design[B]}

    seen = take_survey(space_of(3, 3), look)
    assert look(seen.base)
    assert (seen.axes(("a",)), seen.axes(("b",)), seen.axes(("a",), ("b",))) == ((0,), (1,), (0, 1))


def test_a_space_without_a_design_that_can_be_built_says_why():
    def look(design):
        raise cannot("2 of 1 replicas can never be up")

    with pytest.raises(InputError) as raised:
        take_survey(space_of(2, 3), look)
    assert str(raised.value) == (
        "none of 6 designs of the space can be built (components.c0: 2 of 1 replicas can never be "
        "up); options that do not contradict each other; look at one design with hasim check and "
        "--set"
    )


def test_designs_over_some_options_keep_the_others_of_the_base():
    space = space_of(2, 3, 2)
    seen = take_survey(space, lambda design: {("t",): design[1]})
    assert list(designs_over(space, seen, (1,))) == [
        (seen.base[0], choice, seen.base[2]) for choice in range(3)
    ]


def test_a_trait_is_the_same_wherever_the_options_that_matter_are():
    def look(design):
        return {("t",): (design[A] * design[B], design[D] > 1)}

    space = space_of(3, 2, 4, 3)
    seen = take_survey(space, look)
    axes = seen.axes(("t",))
    by_choice = {}
    for design in product(*map(range, space.shape)):
        place = tuple(design[axis] for axis in axes)
        assert by_choice.setdefault(place, look(design)) == look(design)
