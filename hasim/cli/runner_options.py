"""Who simulates: the options that say so, and the runner that they mean."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypedDict

import click

from hasim.cli.commands import THREADS, whole_number

if TYPE_CHECKING:
    from hasim.runners import Runner

_Command = Callable[..., Any]


class RunnerOptions(TypedDict):
    """What the options give.

    Parameters
    ----------
    threads, workers : int or None
    runner : str
    scheduler : str or None
    """

    threads: int | None
    runner: str
    workers: int | None
    scheduler: str | None


_OPTIONS = (
    THREADS,
    click.option(
        "--runner",
        type=click.Choice(("threads", "processes", "dask")),
        default="threads",
        show_default=True,
        help="Who simulates: threads, processes of this machine, or a Dask cluster; the answer is "
        "the same.",
    ),
    click.option(
        "--workers",
        type=whole_number(1),
        metavar="N",
        help="Of --runner processes: how many; all processors when absent.",
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Of --runner dask: the scheduler of the cluster, such as tcp://10.0.0.1:8786.",
    ),
)


def takes_runner(command: _Command) -> _Command:
    """Give a command the options that say who simulates."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def chosen_runner(asked: RunnerOptions) -> Iterator[Runner | None]:
    """Give who does the work until the block ends; None for threads.

    Raises
    ------
    InputError
        Where options contradict each other.
    """
    _check(asked)
    if asked["runner"] == "threads":
        yield None
    elif asked["runner"] == "processes":
        from hasim.runners import MOST_THREADS, Processes, available_processors

        count = min(asked["workers"] or available_processors(), MOST_THREADS)
        with _pipes_that_break(), Processes(count) as processes:
            yield processes
    else:
        from hasim.runners import Dask

        with _pipes_that_break(), Dask(asked["scheduler"] or "") as cluster:
            yield cluster


@contextmanager
def _pipes_that_break() -> Iterator[None]:
    """Have a write to who is gone raise an error, as everywhere in Python.

    A command lets it end the program, for a reader of its answer that leaves; a worker that dies is
    no such reader.
    """
    if not hasattr(signal, "SIGPIPE"):
        yield
        return
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGPIPE, before)


def _check(asked: RunnerOptions) -> None:
    from hasim.errors import InputError

    name = asked["runner"]
    if name == "dask" and not (asked["scheduler"] or "").strip():
        raise InputError(
            "--runner dask without --scheduler",
            "the address of a scheduler",
            "write --scheduler tcp://10.0.0.1:8786",
        )
    options = (
        ("--threads", asked["threads"], "threads"),
        ("--workers", asked["workers"], "processes"),
        ("--scheduler", asked["scheduler"], "dask"),
    )
    for option, value, runner in options:
        if value is not None and name != runner:
            raise InputError(
                f"{option} and --runner {name} together",
                f"{option} with --runner {runner}",
                f"leave {option} out, or write --runner {runner}",
            )
