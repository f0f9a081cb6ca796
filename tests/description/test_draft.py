import numpy
import pytest

from hasim.description import check, draft_of, read_text, set_value
from hasim.description.draft import key_text
from hasim.errors import ModelError
from hasim.laws import Exponential

TEXT = "name: x\ncomponents:\n  web: {replicas: 2, needs: [db]}\n  db: {}\n"


def message_of(draft, key, value="1"):
    with pytest.raises(ModelError) as error:
        set_value(draft, key, value)
    return str(error.value)


def test_a_path_as_text():
    assert key_text(("components", "web", "needs", 0, "any", 1)) == "components.web.needs[0].any[1]"


def test_python_values_become_text():
    values = {"a": 1, "b": 0.5, "c": True, "d": None, "e": (1, "x"), "f": Exponential(3600.0)}
    draft = draft_of({**values, "g": numpy.float64(0.1), "h": numpy.int64(3)})
    texts = {"a": "1", "b": "0.5", "c": "true", "d": None, "e": ["1", "x"]}
    assert draft.values == {**texts, "f": "exponential(mean 1 h)", "g": "0.1", "h": "3"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"a": {1: 2}}, "a: a key of type int; a key is a text"),
        (
            {"a": [object()]},
            "a[0]: a value of type object; expected text, a number, a law, a list or a mapping",
        ),
    ],
)
def test_what_is_no_text_is_refused(values, message):
    with pytest.raises(ModelError) as error:
        draft_of(values)
    assert str(error.value) == message


def test_a_list_that_holds_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(ModelError, match="nested more than"):
        draft_of({"a": endless})


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("components.web.replicas", "8", ("components", "web", "replicas")),
        ("components.web.needs[0]", "db", ("components", "web", "needs", 0)),
        ("components.web.needs.1", "x", ("components", "web", "needs", 1)),
        (
            "components.db.failures.crash.after",
            "3 d",
            ("components", "db", "failures", "crash", "after"),
        ),
        ("components.cache", {"replicas": "2"}, ("components", "cache")),
        ("services", {"shop": {"needs": ["web"]}}, ("services",)),
        ("crews", {"oncall": {"size": "1"}}, ("crews",)),
    ],
)
def test_a_value_is_set(key, value, path):
    draft = read_text(TEXT)
    changed = set_value(draft, key, value).values
    for step in path:
        changed = changed[step]
    assert changed == value
    assert draft == read_text(TEXT)


def test_findings_about_a_value_that_was_set_have_no_place_but_others_do():
    draft = set_value(read_text(TEXT, "m.yaml"), "components.web.replicas", "x")
    draft = set_value(draft, "components.db.need", ["web"])
    assert [str(finding) for finding in check(draft).findings] == [
        "components.db.need: unknown key; did you mean needs?",
        "components.web.replicas: x is not a count; a count is a whole number without a unit; "
        "write 3",
    ]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("components.wbe.replicas", "there is no wbe in components; did you mean web?"),
        (
            "components.web.replicas.more",
            "components.web.replicas is the text 2, it has no key more",
        ),
        (
            "components.web.needs[5]",
            "components.web.needs is a list of 1, it has no entry 5; an index from 0 to 1",
        ),
        ("", "it is not the path of a key; write components.web.replicas=8"),
        (".a", "it is not the path of a key; write components.web.replicas=8"),
        ("a..b", "it is not the path of a key; write components.web.replicas=8"),
        ("a[x]", "it is not the path of a key; write components.web.replicas=8"),
    ],
)
def test_a_path_that_leads_nowhere_names_the_key(key, message):
    expected = f"{key.replace('[5]', '.5')}: {message}" if key else message
    assert message_of(read_text(TEXT), key) == expected


def test_an_endless_path_is_refused():
    assert "nested more than" in message_of(read_text(TEXT), ".".join(["a"] * 5000))


def test_a_finding_is_printable_whatever_the_names_are():
    text = "name: x\ndomains: {\ud7ffa: {}, b: {}}\ncomponents: {web: {replicas: 2, spread: [b]}}\n"
    told = [str(finding) for finding in check(read_text(text)).findings]
    assert any("2 replicas are in b, none in \\ud7ffa" in line for line in told)
    assert all(line.isprintable() for line in told)
