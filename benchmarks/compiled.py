"""What the compiler makes of models/shop.yaml, held against the same shop written by hand."""

from __future__ import annotations

from pathlib import Path

from benchmarks.shop import shop
from hasim.compiler import compile as compile_system
from hasim.description import load
from hasim.process import Process

_FILE = Path(__file__).parent.parent / "models" / "shop.yaml"


def shops() -> dict[str, Process]:
    """The compiled shop and the one by hand."""
    return {"compiled": compile_system(load(_FILE)), "by_hand": shop()}
