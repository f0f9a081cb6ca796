"""The compiler as a whole: what it imports, what it repeats, how it grows."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from hasim.compiler import PASSES, compile
from hasim.description import SystemBuilder, load

MODELS = Path(__file__).resolve().parents[2] / "models"


@pytest.mark.normal
def test_importing_it_loads_no_heavy_library():
    check = (
        "import sys, hasim.compiler, hasim.compiler.capacity, hasim.compiler.wording; "
        "print({'numpy', 'numba', 'scipy', 'networkx', 'simpy'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "set()"


def test_the_same_system_gives_the_same_process():
    first, second = (compile(load(MODELS / "shop.yaml")) for _ in range(2))
    assert first == second
    assert first.content_hash == second.content_hash


def test_every_part_knows_its_origin():
    process = compile(load(MODELS / "shop.yaml"))
    parts = [*process.automata, *process.nodes, *process.pools, *process.signals]
    parts += [*process.schedules, *process.measures]
    for part in parts:
        assert part.origin.name, part
        assert part.origin.made_by != "hand", part


def test_no_signal_is_without_emitter_or_listener():
    process = compile(load(MODELS / "shop.yaml"))
    rows = [delay.row for one in process.automata for delay in one.delays]
    rows += [reaction.row for one in process.automata for reaction in one.reactions]
    rows += [p.immediate for one in process.automata for p in one.phases if p.immediate]
    emitted = {name for row in rows for way in row.alternatives for name in way.emits}
    emitted |= {name for schedule in process.schedules for name in schedule.emits}
    heard = {reaction.signal for one in process.automata for reaction in one.reactions}
    assert {signal.name for signal in process.signals} == emitted == heard


def test_passes_are_named_by_their_mechanism():
    names = [f"{one.__module__.rpartition('.')[2]}.{one.__name__}" for one in PASSES]
    assert names[0] == "crews.add_crews"
    assert len(set(names)) == len(names)


@pytest.mark.normal
def test_ten_thousand_replicas_compile_in_two_seconds():
    builder = SystemBuilder("ten thousand")
    builder.crew("oncall", size=50)
    for zone in "abc":
        builder.domain(zone, level="zone", mtbf="2 years", mttr="2 h")
    crash = {"after": "30 d", "detect": "1 min", "repair": "1 h", "crew": "oncall"}
    failures = {
        "crash": {**crash, "common_cause": "5 %"},
        "disk": {"after": "4 years", "repair": "4 h"},
    }
    builder.component(
        "node",
        replicas=10_000,
        required=9_500,
        capacity="1 rps",
        spread=["a", "b", "c"],
        failures=failures,
    )
    builder.service("all", needs=["node"], demand={"peak": "9600 rps"})
    system = builder.build()
    began = time.process_time()
    process = compile(system)
    assert time.process_time() - began < 2.0
    assert len(process.automata) == 10_004
