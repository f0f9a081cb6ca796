"""All commands: help, exit statuses, and no traceback for what cannot be used."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from hasim.cli import _run, commands, main
from hasim.cli.commands import program
from hasim.cli.overview import COMMANDS, HELP
from tests.cli.typed import PAIR, SHOP, typed

HASIM = [sys.executable, "-c", "from hasim.cli import main; main()"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_the_help_of_the_overview_and_an_example(command):
    text = typed(command, "--help").stdout
    _, line = COMMANDS[command]
    assert line.rstrip(".").split(",")[0].split(":")[0] in " ".join(text.split())
    assert f"Example: hasim {command}" in text
    assert typed(command, "-h").stdout == text


@pytest.mark.parametrize("words", [["--help"], ["-h"], []])
def test_help_is_the_static_text(words, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["hasim", *words])
    before = signal.getsignal(signal.SIGPIPE)
    with pytest.raises(SystemExit) as end:
        main()
    signal.signal(signal.SIGPIPE, before)  # what `main` does to a program is not for the tests
    assert end.value.code == 0
    assert capsys.readouterr().out == HELP == program.get_help(click.Context(program)) + "\n"


def test_help_needs_no_click(tmp_path):
    script = "import sys; sys.argv = ['hasim', '--help']\nfrom hasim.cli import main\n"
    script += "try:\n  main()\nfinally:\n  assert 'click' not in sys.modules\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_version():
    assert typed("--version").stdout.startswith("hasim 0.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "no-such-file.yaml"), "no-such-file.yaml"),
        (("run", "."), "folder"),
        (("run", PAIR, "--precision", "many"), "--precision"),
        (("run", PAIR, "--precision", "0"), "--precision"),
        (("run", PAIR, "--precision", "100%"), "--precision"),
        (("run", PAIR, "--max-time", "5"), "--max-time"),
        (("run", PAIR, "--seed", "-1"), "--seed"),
        (("run", PAIR, "--threads", "0"), "--threads"),
        (("run", PAIR, "--engine", "magic"), "--engine"),
        (("run", PAIR, "--set", "components.web.replicas"), "--set"),
        (("run", PAIR, "--set", "=3"), "--set"),
        (("run", PAIR, "--set", "components.web.replicas=none"), "replicas"),
        (("run", PAIR, "--set", "components.web.replica=3"), "replicas"),
        (("run", PAIR, "--save", "no/such/folder/file.json"), "no/such/folder"),
        (("run", PAIR, "--save", "."), "folder"),
        (("run", PAIR, "--save", ""), "its name is empty"),
        (("run", PAIR, "--save", "y" * 300), "file name too long"),
        (("run", PAIR, "--save", PAIR), "is the model itself"),
        (("run", PAIR, "--junit", PAIR), "is the model itself"),
        (("check", PAIR, "--junit", PAIR), "is the model itself"),
        (("diff", PAIR, SHOP, "-o", PAIR), "is the model itself"),
        (("diff", PAIR, SHOP, "-o", SHOP), "is the model itself"),
        (("run", ""), "the name of the model is empty"),
        (("run", PAIR, "--seed", "1.5"), "not a valid whole number"),
        (("run", PAIR, "--set", ""), "--set: an empty text is no setting"),
        (
            ("run", PAIR, "--set", "components.web.replicas="),
            "components.web.replicas=~ removes it",
        ),
        (("trace", PAIR, "--fail", ""), "--fail: an empty text does not say what fails and when"),
        (("trace", PAIR, "--fail", "web.9@1h"), "web.9"),
        (("trace", PAIR, "--fail", "web.1.fire@1h"), "no failure mode fire"),
        (("trace", PAIR, "--fail", "web.1"), "NAME@TIME"),
        (("trace", PAIR, "--fail", "web.1@soon"), "soon"),
        (("trace", PAIR, "--fail", "web.1@1h", "--fail", "web.1@2h"), "has failed already"),
        (("trace", PAIR, "--until", "1 d", "--fail", "web.1@2 d"), "the story ends"),
        (("trace", PAIR, "--until", "1"), "--until"),
        (("trace", PAIR, "--until", "1y", "--outages", "1"), "together"),
        (("check", "no-such-file.yaml"), "no-such-file.yaml"),
        (("new", PAIR), "already"),
        (("new", "no/such/folder/site.yaml"), "no/such/folder"),
        (("bogus",), "bogus"),
    ],
)
def test_what_cannot_be_used_is_told_without_a_traceback(words, said):
    done = typed(*words)
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert said in done.stderr
    assert not done.stdout


def interrupted(after, *words):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [*HASIM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as process:
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.normal
def test_ctrl_c_keeps_what_a_run_had():
    status, out, err = interrupted(4.0, "run", SHOP, "--precision", "0.01%", "--json")
    assert status == 130
    assert '"code": "stopped"' in out or not out  # a slow machine had nothing yet
    assert "Traceback" not in err


@pytest.mark.normal
def test_ctrl_c_leaves_a_trace_without_its_end():
    status, _, err = interrupted(4.0, "trace", SHOP, "--outages", "100000")
    assert status == 130
    assert "Traceback" not in err


def test_modules_of_commands_exist():
    folder = Path(main.__code__.co_filename).parent
    assert all((folder / f"{module}.py").is_file() for module, _ in COMMANDS.values())


def typed_with(stdout, *words, stderr=subprocess.PIPE, **options):
    """Run a command in a process of its own, with streams of one's own."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        [*HASIM, *words],
        stdout=stdout,
        stderr=stderr,
        env=environment,
        text=True,
        check=False,
        **options,
    )


@pytest.mark.parametrize("words", [["--help"], ["schema", "--units"]])
def test_an_answer_that_cannot_be_written_is_no_success(words):
    with Path("/dev/full").open("w") as full:
        done = typed_with(full, *words)
    assert done.returncode == 2
    assert done.stderr == "the answer cannot be written: No space left on device\n"


def test_a_message_that_cannot_be_written_changes_no_exit_status():
    with Path("/dev/full").open("w") as full:
        assert typed_with(subprocess.PIPE, "check", "none.yaml", stderr=full).returncode == 2


@pytest.mark.normal
@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["trace", "--help"],
        ["run", PAIR, "--precision", "30%"],
        ["check", SHOP],
        ["trace", PAIR, "--until", "900 y"],
        ["schema"],
    ],
    ids=" ".join,
)
def test_a_reader_that_leaves_ends_a_command_quietly(words):
    nobody, end = os.pipe()
    os.close(nobody)
    done = typed_with(end, *words)
    os.close(end)
    assert -done.returncode == signal.SIGPIPE
    assert all(line.startswith("compiling") for line in done.stderr.splitlines())


def test_a_name_that_the_terminal_cannot_show_is_no_fault(tmp_path, monkeypatch):
    file = tmp_path / "han.yaml"
    file.write_text("name: x\ncomponents: {漢: {availability: 99 %, mttr: 1 h}}\n", "utf-8")
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    done = typed_with(subprocess.PIPE, "check", str(file), "--resolved")
    assert done.returncode == 0
    assert "\\u6f22" in done.stdout


def test_a_lack_of_memory_is_told(monkeypatch, capsys):
    def fill(*_, **__):
        raise MemoryError

    monkeypatch.setattr(commands, "program", fill)
    assert _run(["run", SHOP]) == 2
    assert "not enough memory for this model" in capsys.readouterr().err


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (1, 2)], ids=str)
def test_streams_that_are_closed_give_no_traceback(closed):
    def close():
        for number in closed:
            os.close(number)

    done = typed_with(subprocess.PIPE, "check", PAIR, preexec_fn=close)
    assert done.returncode == (2 if 1 in closed else 0)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("check", "MODEL", "--junit", "MODEL"),
        ("diff", PAIR, "MODEL", "-o", "MODEL"),
        ("run", "MODEL", "--save", "PART"),
        ("report", "MODEL", "-o", "PART"),
        ("run", "MODEL", "--junit", "TABLE"),
    ],
)
def test_no_answer_is_written_over_what_a_model_is_made_of(tmp_path, words):
    files = {
        "MODEL": tmp_path / "site.yaml",
        "PART": tmp_path / "times.yaml",
        "TABLE": tmp_path / "repairs.csv",
    }
    files["MODEL"].write_text("include: [times.yaml]\ncomponents: {web: {mtbf: 9 d, mttr: 1 h}}\n")
    files["PART"].write_text("parameters: {hands-on: 1 h}\n")
    files["TABLE"].write_text("duration\n1 h\n")
    before = {file: file.read_text() for file in files.values()}
    done = typed(*(files.get(word, word) for word in words))
    assert done.exit_code == 2
    assert "is the model itself" in done.stderr or "like a part of a model" in done.stderr
    assert {file: file.read_text() for file in files.values()} == before
