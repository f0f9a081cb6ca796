import time

import pytest

from hasim.description import check, read_model, read_text, read_value
from hasim.description.composer import MAX_ALIASED
from hasim.description.draft import MAX_DEPTH
from hasim.errors import ModelError, Place

GARBAGE = ["[", "{a: ", "- ", "? ", "!", "&a ", "*a ", "'a", '"\\', "%", "|\n", "a: ", "\x00", "@"]


def message_of(text, *args):
    with pytest.raises(ModelError) as error:
        read_text(text, *args)
    return str(error.value)


def test_every_key_and_entry_has_its_place():
    draft = read_text("name: x\ncomponents:\n  web: {needs: [a,  b]}\n", "m.yaml")
    assert draft.place_of(("name",)) == Place("m.yaml", 1, 1)
    assert draft.place_of(("components", "web")) == Place("m.yaml", 3, 3)
    assert draft.place_of(("components", "web", "needs", 1)) == Place("m.yaml", 3, 21)


def test_what_was_not_typed_has_the_place_of_what_would_hold_it():
    draft = read_text("name: x\ncomponents:\n  web: {}\n", "m.yaml")
    assert draft.place_of(("components", "web", "mtbf")) == Place("m.yaml", 3, 3)
    assert draft.place_of(("services", "shop")) == Place("m.yaml", 1, 1)


def test_scalars_stay_text():
    draft = read_text("a: no\nb: 1:30\nc: 0x10\nd: 1_000\ne: 2026-01-01\nf: ~\ng: ''\n")
    expected = {"a": "no", "b": "1:30", "c": "0x10", "d": "1_000", "e": "2026-01-01", "f": None}
    assert draft.values == {**expected, "g": ""}


def test_an_alias_repeats_a_value_and_stands_where_it_is_written():
    draft = read_text("a: &x {b: c}\nd: *x\n", "m.yaml")
    assert draft.values["d"] == {"b": "c"}
    assert draft.place_of(("d", "b")) == Place("m.yaml", 2, 1)


def test_a_merge_fills_in_what_is_not_said():
    draft = read_text("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\ne: {<<: [*x, {f: 4}]}\n")
    assert draft.values["d"] == {"b": "1", "c": "3"}
    assert draft.values["e"] == {"b": "1", "c": "2", "f": "4"}


@pytest.mark.normal
@pytest.mark.parametrize("unit", ["[", "{a: ", "- "])
def test_nesting_of_five_thousand_is_refused(unit):
    assert f"nested more than {MAX_DEPTH} deep" in message_of(unit * 5000)


def test_nesting_by_lines_is_refused():
    text = "\n".join(f"{' ' * level}a:" for level in range(5000))
    assert f"nested more than {MAX_DEPTH} deep" in message_of(text)


def test_nesting_by_aliases_is_refused():
    deep = "[" * 60 + "x" + "]" * 60
    text = f"a: &a {deep}\nb: &b {'[' * 30}*a{']' * 30}\nc: {'[' * 30}*b{']' * 30}\n"
    assert "nested more than" in message_of(text)


def test_an_alias_bomb_is_refused_within_a_second():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    start = time.process_time()
    assert f"more than {MAX_ALIASED} values" in message_of("\n".join(lines))
    assert time.process_time() - start < 1


def test_few_aliases_are_no_bomb():
    text = "x: &x {a: b}\n" + "".join(f"k{i}: *x\n" for i in range(1000))
    assert read_text(text).values["k999"] == {"a": "b"}


@pytest.mark.parametrize("unit", GARBAGE)
def test_garbage_is_told_in_a_few_lines(unit):
    lines = message_of(unit * (5_000 // len(unit))).splitlines()
    assert len(lines) == 1
    assert len(lines[0]) < 300


@pytest.mark.normal
@pytest.mark.parametrize("unit", [*GARBAGE, "a", " ", "\n", "a: b\n"])
def test_a_megabyte_of_garbage_is_told_soon(unit):
    start = time.process_time()
    assert len(message_of(unit * (1_000_000 // len(unit))).splitlines()) <= 20
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "m.yaml:1:1: there is nothing in it; write at least `name` and `components`"),
        (
            "name: x\ncomponents: {web: {}}\nweb: \x07\n",
            "m.yaml:3:6: the character '\\x07' that no text holds; remove it",
        ),
        (
            "name: [a, b",
            "m.yaml:1:12: the bracket that opens in line 1 is never closed, or a comma is missing "
            "in it; lists are [a, b], mappings {key: value}; close the bracket or add the comma",
        ),
    ],
)
def test_what_is_no_yaml_has_a_place(text, message):
    assert message_of(text, "m.yaml") == message


def test_a_missing_file(tmp_path):
    with pytest.raises(ModelError) as error:
        read_model(tmp_path / "nope.yaml")
    assert str(error.value) == f"{tmp_path}/nope.yaml: there is no such file; check the name"


def test_a_folder(tmp_path):
    with pytest.raises(ModelError) as error:
        read_model(tmp_path)
    assert str(error.value) == f"{tmp_path}: it is a folder; a model is a file; name one in it"


@pytest.mark.parametrize("name", ["a\0b", "a" * 5000])
def test_an_impossible_name(name):
    with pytest.raises(ModelError, match="cannot be read"):
        read_model(name)


def test_a_device_is_no_model():
    with pytest.raises(ModelError, match="no ordinary file"):
        read_model("/dev/zero")


def test_a_file_that_is_not_utf8(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_bytes(b"name: x\ncomponents:\n  caf\xe9: {}\n")
    with pytest.raises(ModelError) as error:
        read_model(path)
    assert str(error.value) == (
        f"{path}:3:6: the byte 0xe9 is not UTF-8; a model is text encoded as UTF-8; save it as such"
    )


def test_a_byte_order_mark_and_windows_lines_are_no_trouble(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\r\ncomponents:\r\n  web: {}\r\n")
    assert check(read_model(path)).system.name == "x"


def test_a_value_of_the_command_line():
    assert read_value("8", "k") == "8"
    assert read_value("[a, {any: [b, c]}]", "k") == ["a", {"any": ["b", "c"]}]
    assert read_value("lognormal(median 4 h, p95 24 h)", "k") == "lognormal(median 4 h, p95 24 h)"


def test_a_wrong_value_of_the_command_line_names_its_key():
    with pytest.raises(ModelError, match=r"^components\.web\.needs: the bracket"):
        read_value("[a", "components.web.needs")
