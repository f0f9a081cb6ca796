"""The gallery: every model stands in it once, and says what it is about."""

from pathlib import Path

import pytest

from hasim.description.gallery import FOLDER, MORE, about, examples, title_of

MODELS = {path.stem for path in (Path(__file__).parents[2] / "models").glob("*.yaml")}


def test_every_model_stands_under_one_question():
    names = [example.name for shown in examples().values() for example in shown]
    assert sorted(names) == sorted(MODELS)


def test_files_that_models_include_are_no_models():
    assert not {example.name for shown in examples().values() for example in shown} & {
        path.stem for path in FOLDER.glob("*/*.yaml")
    }


def test_questions_are_a_handful_and_ask():
    questions = [question for question in examples() if question != MORE]
    assert 4 <= len(questions) <= 8
    assert all(question.endswith("?") for question in questions)


def test_an_example_has_the_text_of_its_file():
    first = next(iter(examples().values()))[0]
    assert first.text == (FOLDER / f"{first.name}.yaml").read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: a\ndescription: What is it?\n", "What is it?"),
        ("# Aside\nname: a\ndescription: >-\n  Two\n  lines\n", "Two lines"),
        ("# yaml-language-server: $schema=x\n# One\n# two.\n#\n# Three.\nname: a\n", "One two."),
        ("# Try: hasim run\n#\n# One.\n\n# Two.\nname: a\n", "One."),
        ("name: a\n# One.\n", ""),
        ("name: a\ndescription: [a]\n", ""),
    ],
)
def test_a_model_says_what_it_is_about(text, said):
    assert about(text) == said


@pytest.mark.parametrize(
    ("name", "title"),
    [("single_point_of_failure", "Single point of failure"), ("my-shop", "My shop"), ("", "")],
)
def test_names_of_files_are_written_as_people_do(name, title):
    assert title_of(name) == title
