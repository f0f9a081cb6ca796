from typing import get_args

from hasim.description.schema import _FORMS
from hasim.description.vocabulary import KEYS, SHAPES, Form, Part


def test_every_form_has_a_shape_and_a_schema():
    assert set(SHAPES) == set(_FORMS) == set(get_args(Form))


def test_every_part_that_a_shape_names_has_keys():
    parts = {part for shape in SHAPES.values() for part in (shape.part, shape.named) if part}
    assert parts <= set(KEYS) == set(get_args(Part))


def test_every_form_is_used():
    assert {key.form for keys in KEYS.values() for key in keys} == set(get_args(Form))
