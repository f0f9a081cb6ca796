"""How long hasim takes to start, over what Python alone or an import of numpy or numba takes."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

REPETITIONS = 7

_HASIM = str(Path(sys.executable).with_name("hasim"))
_PAIR = str(Path(__file__).parent.parent / "models" / "pair.yaml")

COMMANDS = {
    "startup.help": [_HASIM, "--help"],
    "startup.python": [sys.executable, "-c", "import argparse, json"],
    "startup.run": [_HASIM, "run", _PAIR, "--engine", "montecarlo"],
    "startup.numba": [sys.executable, "-c", "import numba"],
    "startup.exact": [_HASIM, "run", _PAIR],
    "startup.numpy": [sys.executable, "-c", "import numpy"],
}


def measure_startup() -> dict[str, float]:
    """Seconds of CPU time of each command, the least of some, and the ratios."""
    best = dict.fromkeys(COMMANDS, float("inf"))
    _run(COMMANDS["startup.run"])
    for _ in range(REPETITIONS):
        for name, words in COMMANDS.items():
            best[name] = min(best[name], _run(words))
    figures = {f"seconds.{name}": seconds for name, seconds in best.items()}
    figures["startup.help_ratio"] = best["startup.help"] / best["startup.python"]
    figures["startup.run_ratio"] = best["startup.run"] / best["startup.numba"]
    figures["startup.exact_ratio"] = best["startup.exact"] / best["startup.numpy"]
    return figures


def _run(words: list[str]) -> float:
    """Seconds of CPU time that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
