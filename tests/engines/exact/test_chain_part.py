"""Interchangeable automata are counted: every figure is that of the chain that tells them apart."""

import random

import pytest

from hasim.engines.exact import chain_part, part_solver
from hasim.engines.exact.blame_symmetry import BlameRoles
from hasim.engines.exact.engine import solve_exactly
from hasim.engines.exact.symmetry import find_classes
from hasim.errors import RefusedError
from hasim.laws import Erlang, Exponential
from hasim.process import (
    Average,
    ByPhase,
    Charged,
    FirstFailing,
    Gate,
    Label,
    Outages,
    Phase,
    Pool,
    ProcessBuilder,
    Ranked,
    Rate,
    Reaction,
    Signal,
)
from tests.engines.hand_made import after, automaton, number_in, process, to

STAGES = ("detect", "crew", "repair")


def member(name, laws, *, crew, signal):
    """Up, not yet noticed, then in repair, for which a crew may be needed."""
    fails, detect, repair = laws
    ends = [
        after(fails, "up", "bad", "fail"),
        after(detect, "bad", "down", "notice"),
        after(repair, "down", "up", "fix"),
    ]
    reactions = [Reaction("strike", "up", to("bad"))] if signal else []
    phases = ("up", "bad", Phase("down", "crew") if crew else "down")
    return automaton(name, *ends, phases=phases, reactions=reactions)


def blame_of(name, causes):
    """The blame of a member; the stages of one group may be charged to one cause or to several."""
    label = {stage: Label(stage, cause) for stage, cause in zip(STAGES, causes, strict=True)}
    cases = (("bad", label["detect"]), ("down", label["repair"]))
    return ByPhase(name, cases, waiting=(("down", label["crew"]),))


class Groups:
    """Groups of members that are alike, with a crew, perhaps a common strike, and every measure."""

    def __init__(self, seed):
        self._rng = random.Random(seed)
        self._automata, self._nodes, self._cases, self._names = [], [], [], []
        self._is_struck = self._rng.random() < 0.4
        for group in "ab"[: self._rng.choice([1, 2])]:
            self._add_group(group)

    def _add_group(self, group):
        rng = self._rng
        names = [f"{group}.{number}" for number in range(rng.choice([2, 3]))]
        repair = rng.choice([Exponential, lambda mean: Erlang(2, mean)])(rng.choice([1.0, 2.0]))
        laws = (Exponential(rng.choice([5.0, 20.0])), Exponential(rng.choice([0.1, 0.5])), repair)
        self._automata += [member(n, laws, crew=True, signal=self._is_struck) for n in names]
        self._names += names
        for n in names:
            self._nodes += [number_in(f"{n}.n", "up", n), Gate(f"{n} serves", f"{n}.n", ">=", 1)]
        required = rng.randint(1, len(names))
        self._nodes += [number_in(f"{group}.n", "up", *names)]
        self._nodes += [Gate(f"{group} serves", f"{group}.n", ">=", required)]
        causes = [f"{group}.{k if rng.random() < 0.2 else ''}" for k in range(3)]
        members = tuple((f"{one} serves", blame_of(one, causes)) for one in names)
        blame = Ranked(members, required, STAGES)
        if rng.random() < 0.2:
            blame = Charged(blame, stage="gone")
        self._cases.append((f"{group} serves", blame))

    def process(self):
        first = self._cases[0][0]
        measures = [Outages(gate, gate, blame) for gate, blame in self._cases]
        measures += [Average(f"mean {gate[0]}", f"{gate[0]}.n") for gate, _ in self._cases]
        measures += [Outages("first", first, FirstFailing(tuple(self._cases)))]
        measures += [Rate("fixes", tuple((one, "fix") for one in self._names))]
        parts = {"nodes": self._nodes, "measures": measures, "pools": [Pool("crew", 1)]}
        if not self._is_struck:
            return process(*self._automata, **parts)
        storm = after(Exponential(50.0), "calm", to("calm", emits=("strike",)), "hit")
        signals = [Signal("strike", tuple(self._names))]
        return process(*self._automata, automaton("storm", storm), signals=signals, **parts)


def random_groups(seed):
    return Groups(seed).process()


def figures(found):
    told = {("value", name): value for name, value in found.values.items()}
    for name, one in found.outages.items():
        told[name, "down"], told[name, "rate"] = one.unavailability, one.rate
        for kind in ("begun", "stages", "causes"):
            told |= {(name, kind, key): value for key, value in getattr(one, kind).items()}
        told |= {(name, "length", k): length for k, length in enumerate(one.lengths or ())}
    return told


@pytest.mark.normal
@pytest.mark.parametrize("seed", range(15))
def test_every_figure_is_that_of_members_told_apart(seed, monkeypatch):
    made = random_groups(seed)
    counted = solve_exactly(made, (0.5, 0.9))
    monkeypatch.setattr(part_solver, "find_classes", lambda process: ())
    monkeypatch.setattr("hasim.engines.exact.lengths.find_classes", lambda *_, **__: ())
    apart = solve_exactly(made, (0.5, 0.9))
    assert apart.notes == ()
    told = figures(counted)
    # Some lengths are only known where members are counted: apart they have too many states.
    expected = figures(apart)
    assert expected == pytest.approx({key: told[key] for key in expected}, rel=1e-9, abs=0)


def test_most_random_groups_are_counted():
    counted = [bool(find_classes(random_groups(seed))) for seed in range(30)]
    assert sum(counted) > 15


def test_ties_of_different_causes_are_told_apart():
    names = ("x", "y")
    one_cause, two_causes = ("c", "c", "c"), ("c", "c", "d")
    for causes, labels in ((one_cause, 2), (two_causes, 2)):
        members = tuple((f"{n} serves", blame_of(n, causes)) for n in names)
        roles = BlameRoles(Ranked(members, 1, STAGES), lambda gate: gate[0], {})
        assert len({role for _, role in roles.roles}) == labels
    # Two members that repair for different reasons tie, and the first of them is charged.
    first = (("x serves", blame_of("x", one_cause)), ("y serves", blame_of("y", two_causes)))
    assert BlameRoles(Ranked(first, 1, STAGES), lambda gate: gate[0], {}).roles == []


def crowd(units, crews):
    builder = ProcessBuilder("crowd")
    builder.pool("crew", crews)
    some = [
        builder.unit(f"web.{k}", fails=Exponential(100.0), repair=Exponential(1.0), crew="crew")
        for k in range(units)
    ]
    builder.at_least("works", units - 3, [unit["up"] for unit in some])
    builder.outages("system", "works")
    return builder.build()


def test_a_hundred_members_with_a_crew_are_a_hundred_states():
    found = solve_exactly(crowd(100, 2), (0.5,))
    weights = [1.0]
    for down in range(100):
        weights.append(weights[-1] * (100 - down) / 100.0 / min(down + 1, 2))
    expected = sum(weights[4:]) / sum(weights)
    assert found.outages["system"].unavailability == pytest.approx(expected, rel=1e-12, abs=0)
    assert found.notes == ("the 100 members of web are interchangeable and counted, 101 states",)
    assert found.outages["system"].lengths


def test_many_different_parts_are_refused():
    made = crowd(100, 2)
    names = [one.name for one in made.automata]
    nodes = [number_in(f"n{k}", "up", name) for k, name in enumerate(names)]
    measures = [Average(node.name, node.name) for node in nodes]
    asked = process(*made.automata, nodes=nodes, pools=made.pools, measures=measures)
    with pytest.raises(RefusedError, match="100 parts that bear on one another are too many"):
        solve_exactly(asked)


def test_very_many_parts_are_refused_before_they_are_compared():
    with pytest.raises(RefusedError, match="1,001 parts that bear on one another are too many"):
        solve_exactly(crowd(1001, 2))


def test_too_many_moves_that_are_told_apart_are_refused(monkeypatch):
    """Before they fill the memory: each is an object."""
    monkeypatch.setattr(chain_part, "MOST_FLOWS", 7)
    builder = ProcessBuilder("pair")
    builder.pool("crew", 1)
    units = builder.units("u", 2, fails=Exponential(9.0), repair=Exponential(1.0), crew="crew")
    builder.any_of("works", *[unit["up"] for unit in units])
    builder.outages("system", "works")
    assert solve_exactly(builder.build()).outages["system"].rate > 0.0
    builder.any_of("first", units[0]["up"])
    builder.share("first up", "first")
    with pytest.raises(RefusedError, match="tells over 7 moves between its states apart"):
        solve_exactly(builder.build())
