"""Files that a model includes: where they may be, how they count, what hostile ones come to."""

import os
import time

import pytest

from hasim.description import SystemBuilder, check, draft_of, read_model, resolve
from hasim.description.inclusion import MAX_FILES
from hasim.description.yaml_file import MAX_BYTES
from hasim.errors import ModelError

WEB = "components: {web: {}}\n"


def model_in(folder, include, text=WEB):
    path = folder / "m.yaml"
    path.write_text(f"name: x\ninclude: {include}\n{text}")
    return path


def message_of(path):
    """Return all findings about a model, found within a second."""
    start = time.process_time()
    text = "\n".join(str(finding) for finding in check(read_model(path)).findings)
    assert time.process_time() - start < 1
    return text.replace(f"{path.parent}/", "")


def test_names_of_files_start_at_the_file_that_names_them(tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/one.yaml").write_text("include: [b/two.yaml]\ncrews: {one: {}}\n")
    (tmp_path / "a/b/two.yaml").write_text("include: [three.yaml]\ncrews: {two: {}}\n")
    (tmp_path / "a/b/three.yaml").write_text("crews: {three: {}}\n")
    system = resolve(read_model(model_in(tmp_path, "[a/one.yaml]", f"crews: {{x: {{}}}}\n{WEB}")))
    assert list(system.crews) == ["three", "two", "one", "x"]


def test_a_file_included_twice_counts_once_by_whatever_name(tmp_path):
    (tmp_path / "one.yaml").write_text("include: [two.yaml]\ncrews: {one: {}}\n")
    (tmp_path / "two.yaml").write_text("crews: {two: {}}\n")
    (tmp_path / "link.yaml").symlink_to("two.yaml")
    path = model_in(tmp_path, "[one.yaml, two.yaml, link.yaml, ./two.yaml]")
    assert list(resolve(read_model(path)).crews) == ["two", "one"]


def test_a_finding_names_the_file_it_is_in(tmp_path):
    (tmp_path / "one.yaml").write_text("components:\n  db: {replicas: 0}\n")
    path = model_in(tmp_path, "[one.yaml]")
    assert message_of(path) == (
        "one.yaml:2:8 components.db.replicas: 0 is less than 1; "
        "expected a whole number from 1 to 100000"
    )


@pytest.mark.parametrize("target", ["../outside.yaml", "/etc/hostname", "../m.yaml"])
def test_a_link_that_leaves_the_folder_is_refused(tmp_path, target):
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "outside.yaml").write_text(WEB)
    (folder / "link.yaml").symlink_to(target)
    (folder / "folder").symlink_to(tmp_path)
    told = message_of(model_in(folder, "[link.yaml, folder/outside.yaml]")).splitlines()
    assert [line.split("; ")[0] for line in told] == [
        "m.yaml:2:11 include[0]: link.yaml lies outside the model's folder",
        "m.yaml:2:22 include[1]: folder/outside.yaml lies outside the model's folder",
    ]


def test_links_that_lead_nowhere_are_refused(tmp_path):
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "gone.yaml").symlink_to("nobody.yaml")
    told = message_of(model_in(tmp_path, "[loop.yaml, gone.yaml]"))
    assert "include[0]: " in told
    assert "include[1]: there is no file gone.yaml" in told


@pytest.mark.parametrize("name", ["a" * 5000, '"\\u202e"', "folder", "pipe"])
def test_what_is_no_file_is_refused(tmp_path, name):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert message_of(model_in(tmp_path, f"[{name}]")).count("include[0]: ") == 1


def test_files_are_limited_together(tmp_path):
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).touch()
        os.truncate(tmp_path / name, MAX_BYTES // 2 + 100)
    one, two = message_of(model_in(tmp_path, "[one.yaml, two.yaml]")).splitlines()
    assert one == (
        "m.yaml:2:21 include[1]: larger than 30 MB, together with the files before it; split it"
    )
    assert two == "one.yaml:1:1: the character '\\x00' that no text holds; remove it"


def test_aliases_are_limited_together(tmp_path):
    row = "[" + ", ".join(["x"] * 99) + "]"
    text = f"parameters: {{a: &a {row}}}\ncrews: [{', '.join(['*a'] * 600)}]\n"
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(text)
    told = message_of(model_in(tmp_path, "[one.yaml, two.yaml]"))
    assert "two.yaml:2:" in told
    assert "aliases that stand for more than 100000 values" in told


@pytest.mark.normal
def test_files_are_limited_in_number(tmp_path):
    for i in range(MAX_FILES + 1):
        (tmp_path / f"{i}.yaml").write_text(f"include: [{i + 1}.yaml]\ncrews: {{c{i}: {{}}}}\n")
    (tmp_path / f"{MAX_FILES + 1}.yaml").write_text("crews: {}\n")
    told = message_of(model_in(tmp_path, "[0.yaml]"))
    assert told.endswith(f"it is file number {MAX_FILES + 1}; at most {MAX_FILES} are read")
    many = ", ".join(["0.yaml"] * 20_000)
    assert "20000 files; a model includes at most 100" in message_of(
        model_in(tmp_path, f"[{many}]")
    )


def test_a_model_from_python_includes_files_of_its_folder_only(tmp_path):
    (tmp_path / "crews.yaml").write_text("crews: {oncall: {size: 0}}\n")
    values = {"name": "x", "include": ["crews.yaml"], "components": {"web": {}}}
    assert [str(finding) for finding in check(draft_of(values)).findings] == [
        "include[0]: the file crews.yaml has no folder to lie in; give the model a folder"
    ]
    builder = SystemBuilder("x", folder=tmp_path).component("web").include("crews.yaml")
    with pytest.raises(ModelError) as error:
        builder.build()
    assert str(error.value).startswith(f"{tmp_path}/crews.yaml:1:18 crews.oncall.size: 0 is less")
