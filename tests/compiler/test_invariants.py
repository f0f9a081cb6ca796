"""What must hold at every settled instant of any system, on the reference engine."""

import numpy as np
import pytest
from hypothesis import given, settings

from hasim.compiler import compile
from hasim.compiler.blame import ADVANCE, PLANNED
from hasim.compiler.wording import BACK, Wording
from hasim.engines import montecarlo, reference
from hasim.engines.reference.measuring import find_blame
from hasim.engines.reference.simulation import Simulation
from hasim.process import Outages, Process
from hasim.system import System
from tests.compiler.random_systems import systems

STAGES = {
    *ADVANCE,
    *PLANNED,
    "decide",
    "fence",
    "promote",
    "switch",
    "reconnect",
    "manual",
    "failback",
    "rollback",
    "cut",
    "readmit",
}
TAKEN_OVER = ("fence", "promote", "switch", "reconnect", "failback", "reconnect to it")
KINDS = ("start", "delay", "immediate", "signal", "grant", "revoke")
EVENTS = 150


@pytest.mark.normal
@settings(max_examples=60)
@given(systems())
def test_every_settled_instant_keeps_the_invariants(system):
    run_and_check(system, EVENTS)


@pytest.mark.slow
@settings(max_examples=500)
@given(systems())
def test_many_systems_keep_the_invariants(system):
    run_and_check(system, 400)


@pytest.mark.slow
@settings(max_examples=150)
@given(systems())
def test_both_engines_run_compiled_systems_alike(system):
    process = compile(system)
    window = {"seed": 3, "replications": range(1), "warmup": 0.0, "horizon": 2 * 86400.0}
    rows, _, logs = montecarlo.simulate(process, **window, log=True)
    expected, _, others = reference.simulate(process, **window, log=True)
    assert logs[0].entries() == others[0].entries()
    assert np.allclose(rows, expected)


def run_and_check(system: System, events: int) -> None:
    process = compile(system)
    simulation = Simulation(process, seed=1)
    watch = Watch(system, process, simulation)
    watch.check()
    for _ in range(events):
        if not simulation.advance():
            break
        watch.check()


class Watch:
    """Checks a simulation of a compiled system after each instant."""

    def __init__(self, system: System, process: Process, simulation: Simulation) -> None:
        self.system, self.process, self.simulation = system, process, simulation
        self.automata = {one.name: one for one in process.automata}
        self.words = Wording.of(system)
        self.phases: dict[str, str] = {}

    def phase(self, name: str) -> str:
        return self.simulation.phase_of(name)

    def check(self) -> None:
        for name, component in self.system.components.items():
            if f"{name} failover" in self.automata:
                self.check_controller(name, component.replicas)
            for number in range(1, component.replicas + 1):
                self.check_replica(f"{name}.{number}")
        self.check_common_causes()
        self.check_routes()
        self.check_blame()
        self.check_wording()

    def check_controller(self, name: str, replicas: int) -> None:
        stage = self.phase(f"{name} failover")
        primary = self.phase(f"{name} primary")
        assert not stage.startswith("pick"), "a pick takes no time"
        available = {
            str(number): bool(self.simulation.value(f"{name}.{number} leads"))
            for number in range(1, replicas + 1)
        }
        assert not any(held for number, held in available.items() if number != primary)
        if stage in ("serving", "manual by mistake", *TAKEN_OVER):
            assert available[primary]
        else:
            assert not available[primary]
            assert self.phase(f"{name} cause") != "nothing yet"
        if stage == "wait" and f"{name} has a standby" in self.simulation._state.values:
            assert not self.simulation.value(f"{name} has a standby")
        if f"{name} serves" in self.simulation._state.values:
            serves = self.simulation.value(f"{name} serves")
            assert not serves or stage == "serving"

    def check_replica(self, name: str) -> None:
        if f"{name} start" in self.automata:
            running = self.phase(f"{name} start") == "running"
            starting = self.phase(f"{name} start").startswith("starting")
            available = self.automata[f"{name} start"].reactions[0].row.alternatives[0].unless
            assert (running or starting) == bool(self.simulation.value(available))
        if f"{name} rebuild" in self.automata and self.phase(f"{name} rebuild") != "lost":
            assert self.simulation.value(f"{name} seems available")
        if name in self.automata and self.phase(name).endswith("by failover"):
            group, _, number = name.rpartition(".")
            assert self.phase(f"{group} primary") == number
            assert self.phase(f"{group} failover") == "detect"

    def check_common_causes(self) -> None:
        for name in self.automata:
            if not name.endswith(".common"):
                continue
            component, mode, _ = name.split(".")
            event = self.phase(name)
            is_found = event in ("acknowledge", "diagnose", "repair")
            expected = f"{mode}.common {'repair' if is_found else 'detect'}"
            if event == "idle":
                expected = None
            struck = {
                self.phase(one)
                for one in self.automata
                if one.startswith(f"{component}.") and one.rpartition(".")[2].isdigit()
            }
            assert {one for one in struck if one.startswith(f"{mode}.common")} == (
                {expected} if expected else set()
            )

    def check_routes(self) -> None:
        for name, one in self.automata.items():
            if one.origin.made_by == "routes":
                serves = self.simulation.value(one.reactions[0].row.alternatives[0].unless)
                step = self.phase(name).partition(" after ")[0]
                assert bool(serves) == (step in ("in rotation", *BACK))

    def check_blame(self) -> None:
        for measure in self.process.measures:
            if not isinstance(measure, Outages):
                continue
            if self.simulation.value(measure.gate):
                continue
            label = find_blame(measure.blame, self.simulation)
            assert label is not None
            assert label.stage in STAGES
            if label.cause in (*self.system.all_changes(), *self.system.maintenance):
                continue
            owner, _, mode = label.cause.partition(".")
            if owner in self.system.links:
                continue
            known = (*self.system.components.items(), *self.system.domains.items())
            if mode == "expired":
                assert owner in self.system.certificates
            elif mode not in ("spurious", "failback"):
                assert mode.removesuffix(".common") in dict(known)[owner].failures

    def check_wording(self) -> None:
        for entry in self.simulation.entries:
            one = self.process.automata[entry.automaton]
            phase = one.phases[entry.phase].name
            before = self.phases.get(one.name, "")
            self.words.narrate(one, phase, KINDS[entry.kind], before)
            self.phases[one.name] = phase
