"""The group of commands, and what they share: wrong input, Ctrl-C, reading a model."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, ParamSpec, Protocol, TypeVar

import click

from hasim import __version__
from hasim.cli.overview import ABOUT, COMMANDS, HELP

if TYPE_CHECKING:
    from hasim.description import Draft
    from hasim.errors import InputError
    from hasim.store import Study
    from hasim.system import System

#: Exit statuses beside those of a Solution (hasim.solution).
USAGE, LIMIT, STOPPED = 2, 3, 130

_Parameters = ParamSpec("_Parameters")


class LazyGroup(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the overview."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command = getattr(import_module(f"hasim.cli.{module}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the text that needs no command."""
        formatter.write(HELP)


program = LazyGroup(
    "hasim",
    help=ABOUT,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=lambda ctx, _, asked: _tell_version(ctx) if asked else None,
            help="Tell the version.",
        )
    ],
)


def _tell_version(ctx: click.Context) -> None:
    click.echo(f"hasim {__version__}")
    ctx.exit()


def guarded(action: Callable[_Parameters, None]) -> Callable[_Parameters, None]:
    """Make what goes wrong a message: wrong input is exit status 2, Ctrl-C 130.

    Workers that are lost, and a study on a full disk, are a limit: what was asked is right, and may
    be asked again.
    """

    @wraps(action)
    def act(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> None:
        from hasim.errors import HasimError, StudyError, WorkerError

        try:
            action(*args, **kwargs)
        except (StudyError, WorkerError) as error:
            click.echo(str(error), err=True)
            sys.exit(LIMIT)
        except HasimError as error:
            click.echo(str(error), err=True)
            sys.exit(USAGE)
        except KeyboardInterrupt:
            click.echo("\nstopped", err=True)
            sys.exit(STOPPED)

    return act


def read_system(model: str, settings: tuple[str, ...]) -> System:
    """Read a model, change what was set, and resolve it."""
    from hasim.description import resolve

    return resolve(read_draft(model, settings))


def read_draft(model: str, settings: tuple[str, ...]) -> Draft:
    """Read a model and change what was set on the command line.

    Raises
    ------
    InputError, ModelError
    """
    from hasim.description import read_model, read_value, with_settings
    from hasim.errors import InputError, show_value

    draft = read_model(model)
    values = []
    for setting in settings:
        key, sign, text = setting.partition("=")
        if not sign or not key:
            raise InputError(
                f"--set: {show_value(setting)} is no setting",
                "KEY=VALUE",
                "write --set components.web.replicas=8",
            )
        if not text.strip():
            raise InputError(f"--set: {show_value(key)} has no value", "", f"{key}=~ removes it")
        values.append((key, read_value(text, key)))
    return with_settings(draft, values) if values else draft


def read_duration(option: str, text: str) -> float:
    """Read the duration that an option gives.

    Raises
    ------
    InputError
        That names the option.
    """
    from hasim.errors import InputError
    from hasim.units import parse_duration

    try:
        return parse_duration(text)
    except InputError as error:
        raise InputError(f"{option}: {error.found}", error.expected, error.next_step) from error


def read_precision(text: str) -> float:
    """Read what `--precision` gives, a share of more than 0 and less than 1.

    Raises
    ------
    InputError
    """
    return read_share("--precision", text, usual="5%")


def read_share(option: str, text: str, *, usual: str) -> float:
    """Read the share that an option gives, more than nothing and less than all.

    Parameters
    ----------
    option, text : str
    usual : str
        What most people write there.

    Raises
    ------
    InputError
        That names the option.
    """
    from hasim.errors import InputError
    from hasim.units import parse_probability

    try:
        share = parse_probability(text)
    except InputError as error:
        raise InputError(f"{option}: {error.found}", error.expected, f"write {usual}") from error
    if not 0.0 < share < 1.0:
        raise InputError(f"{option} {text}", "more than 0 % and less than 100 %", f"write {usual}")
    return share


#: Endings of files that models include and read.
_READ_BY_MODELS = (".yaml", ".yml", ".csv")


def check_writable(path: str) -> None:
    """Refuse a file that cannot be written, before any work is done for it.

    So is one that is there and looks like what models are made of: no answer is YAML, or replaces
    a table of durations.

    Raises
    ------
    InputError
    """
    reason = _why_unwritable(path)
    if reason:
        raise _unwritable(path, reason)


def make_folder(path: str) -> None:
    """Make the folder that a file is to lie in, if only this one is missing; else leave it."""
    folder = Path(path).parent
    with suppress(OSError):  # why it cannot be written is told by who checks that
        if not folder.exists() and folder.parent.is_dir():
            folder.mkdir()


def refuse_model(option: str, file: str, model: str, *, what: str = "model") -> None:
    """Refuse to write over a model, or what else is read.

    Raises
    ------
    InputError
    """
    from hasim.errors import InputError

    try:
        is_same = Path(file).samefile(model)
    except OSError:  # one of them is not there, or cannot be
        return
    if is_same:
        raise InputError(
            f"{option} {file} is the {what} itself", "a file for the answer", "name another file"
        )


def _why_unwritable(path: str) -> str:
    """Why a file cannot be written, as far as that can be told beforehand; empty: it can."""
    folder = Path(path).parent
    if not path.strip():
        return "its name is empty"
    try:
        is_there = Path(path).exists()
        if Path(path).is_dir():
            return "it is a folder"
        if is_there and Path(path).resolve().suffix.lower() in _READ_BY_MODELS:
            return "it is there, and looks like a part of a model"
        if not folder.is_dir():
            return f"there is no folder {folder}"
    except OSError as error:
        return _reason(error)
    return "" if os.access(path if is_there else folder, os.W_OK) else "permission denied"


def _unwritable(path: str, reason: str) -> InputError:
    from hasim.errors import KEY_LENGTH, InputError, escape_text

    name = escape_text(path, KEY_LENGTH).strip() or "the file"
    return InputError(f"{name} cannot be written: {reason}", "a writable file", "name another file")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


class Told(Protocol):
    """An answer that a command prints and ends with."""

    @property
    def exit_status(self) -> int:
        """Exit status of the command."""

    def to_dict(self) -> dict[str, object]:
        """Return its JSON document."""


_Told = TypeVar("_Told", bound=Told)


def end_with(told: _Told, tell: Callable[[_Told], str], *, as_json: bool) -> NoReturn:
    """Print an answer, as its JSON document or as text, and end with its exit status."""
    click.echo(json.dumps(told.to_dict(), indent=1, allow_nan=False) if as_json else tell(told))
    sys.exit(told.exit_status)


def write_file(path: str, text: str) -> None:
    """Write a text.

    Raises
    ------
    InputError
        Where that cannot be done.
    """
    write_lines(path, [text])


def write_lines(path: str, lines: Iterable[str]) -> None:
    """Write a text that comes in pieces.

    Raises
    ------
    InputError
        Where that cannot be done.
    """
    try:
        with Path(path).open("w", encoding="utf-8") as file:
            file.writelines(lines)
    except OSError as error:
        raise _unwritable(path, _reason(error)) from error


@contextmanager
def opened_study(file: str | None, models: Iterable[str]) -> Iterator[Study | None]:
    """Open the study that an option names, until the block ends; None where it names none.

    Raises
    ------
    InputError
        Where the file is a model, or cannot be a study.
    """
    if file is None:
        yield None
        return
    make_folder(file)
    check_writable(file)
    for model in models:
        refuse_model("--study", file, model)
    from hasim.store import Study

    with Study.open(file) as study:
        yield study


def whole_number(least: int, most: int | None = None) -> click.IntRange:
    """What an option takes that is a whole number, with a name that people understand."""
    kind = click.IntRange(least, most)
    kind.name = "whole number"
    return kind


SET = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change the model, such as components.web.replicas=8; may be repeated.",
)
JUNIT = click.option(
    "--junit", metavar="FILE", help="Write the outcome as JUnit XML for a pipeline as well."
)
STUDY = click.option(
    "--study",
    metavar="FILE",
    help="Keep all work in this file; given again, the command goes on from there.",
)
JSON = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."
)
SEED = click.option(
    "--seed",
    default=1,
    show_default=True,
    type=whole_number(0, 2**64 - 1),
    metavar="N",
    help="Of the random numbers; the same seed gives the same answer.",
)
PRECISION = click.option(
    "--precision",
    default="5%",
    show_default=True,
    help="Half-width of the 95 % interval of unavailability, relative to it, for every service.",
)
MAX_TIME = click.option(
    "--max-time", default="60s", show_default=True, help="Stop after this time with what is known."
)
THREADS = click.option(
    "--threads",
    type=whole_number(1),
    metavar="N",
    help="All processors when absent; the answer is the same on any number.",
)
