"""What a system sees is put together from the outages of its parts, without simulating it."""

import math
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hasim.compiler import compile
from hasim.description import load
from hasim.engines.ancestry import part_process, parts_of
from hasim.engines.assembly import assemble
from hasim.engines.keys import keys_of, shortest_means
from hasim.engines.montecarlo import Simulator
from hasim.engines.record import N_BINS, Spells, bin_of
from hasim.process import Outages
from hasim.solving.first_epochs import begin_at_once

MODELS = sorted((Path(__file__).parents[2] / "models").glob("*.yaml"))
YEAR = 365 * 86_400.0
WINDOW = {"warmup": 0.5 * YEAR, "horizon": 8 * YEAR}
REPLICATIONS = range(3, 6)

#: So many models at least are to have a service that is the AND of parts.
LEAST_MODELS = 15


def spells_of(*replications):
    """Outages as pairs of begin and end, a list for each replication."""
    flat = [pair for pairs in replications for pair in pairs]
    begin, end = np.array(flat, dtype=np.float64).reshape(-1, 2).T
    return Spells(begin.copy(), end.copy(), np.cumsum([0, *map(len, replications)]))


def pairs_of(spells):
    """The reverse of `spells_of`."""
    pairs = list(zip(spells.begin.tolist(), spells.end.tolist(), strict=True))
    borders = spells.first.tolist()
    return [pairs[a:b] for a, b in pairwise(borders)]


def unite(parts):
    """The union of outages, replication by replication."""
    made = []
    for replication in zip(*map(pairs_of, parts), strict=True):
        united = []
        for begin, end in sorted(pair for pairs in replication for pair in pairs):
            if united and begin <= united[-1][1]:
                united[-1] = (united[-1][0], max(end, united[-1][1]))
            else:
                united.append((begin, end))
        made.append(united)
    return made


def count(pairs, opens, closes, longest):
    """What `assemble` tells of one replication, and the bins of what ended."""
    downtime, begun, ended, longer, bins = 0.0, 0, 0, 0, []
    for begin, end in pairs:
        if end < opens or begin >= closes:
            continue
        downtime += min(end, closes) - max(begin, opens)
        begun += begin >= opens
        if end < closes:
            ended += 1
            longer += end - begin > longest
            bins.append(bin_of(end - begin))
    return (downtime, begun, ended, longer), bins


@st.composite
def outages(draw):
    """The outages of a replication, at whole numbers so that some meet; perhaps one is open."""
    moments = sorted(draw(st.sets(st.integers(0, 40), max_size=16)))
    pairs = list(zip(moments[::2], moments[1::2], strict=False))
    if len(moments) % 2:
        pairs.append((moments[-1], math.inf))
    return pairs


@settings(max_examples=30)
@given(st.lists(st.tuples(outages(), outages()), min_size=1, max_size=5), st.integers(0, 20))
def test_a_union_comes_to_what_plain_code_makes_of_it(parts, opens):
    made = [spells_of(*replications) for replications in parts]
    found = assemble(made, warmup=opens, horizon=20.0, longer_than=3.0)
    expected = [count(pairs, opens, opens + 20.0, 3.0) for pairs in unite(made)]
    rows = zip(found.downtime, found.begun, found.ended, found.longer, strict=True)
    assert [tuple(row) for row in rows] == [row for row, _ in expected]
    histogram = np.bincount([one for _, bins in expected for one in bins], minlength=N_BINS)
    np.testing.assert_array_equal(found.histogram, histogram)


def test_a_part_that_fails_as_another_comes_back_leaves_no_gap():
    first, second = spells_of([(10.0, 20.0)]), spells_of([(20.0, 25.0), (25.5, 26.0)])
    found = assemble([first, second], warmup=0.0, horizon=100.0, longer_than=14.0)
    assert (found.begun[0], found.ended[0], found.longer[0]) == (2, 2, 1)
    assert found.downtime[0] == 15.5


def test_an_outage_that_does_not_end_is_downtime_and_has_no_length():
    found = assemble([spells_of([(90.0, math.inf)])], warmup=50.0, horizon=50.0)
    assert (found.downtime[0], found.begun[0], found.ended[0]) == (10.0, 1, 0)
    assert found.histogram.sum() == 0


def services(model):
    """The keyed Process of a model, and its services of two parts and more."""
    process = begin_at_once(compile(load(model)))
    gates = {m.name: m.gate for m in process.measures if isinstance(m, Outages)}
    parts = {name: parts_of(process, gate) for name, gate in gates.items()}
    return process, {name: found for name, found in parts.items() if len(found) > 1}


@pytest.mark.normal
def test_most_models_have_services_of_several_parts():
    assert sum(bool(services(model)[1]) for model in MODELS) >= LEAST_MODELS


@pytest.mark.normal
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_the_parts_of_a_model_make_up_its_outages_to_the_bit(model):
    process, found = services(model)
    means = shortest_means([process])
    whole = Simulator.of(process, keys=keys_of(process, means))
    window = {"seed": 5, "replications": REPLICATIONS, **WINDOW}
    rows, histograms = whole.run(**window)
    for service, parts in found.items():
        alone = [part_process(process, gates, name) for name, gates in parts]
        spells = [Simulator.of(one, keys=keys_of(one, means)).spells(**window) for one in alone]
        assert unite(spells) == pairs_of(whole.spells(measure=service, **window))
        together, columns = assemble(spells, **WINDOW), whole.columns.outages[service]
        np.testing.assert_array_equal(together.downtime, rows[:, columns.downtime])
        np.testing.assert_array_equal(together.begun, rows[:, columns.begun])
        np.testing.assert_array_equal(together.ended, rows[:, columns.ended])
        np.testing.assert_array_equal(together.histogram, histograms[columns.histogram])


@pytest.mark.normal
def test_four_designs_are_made_of_the_parts_of_two(tmp_path):
    """Each part has been simulated in another design, also where means differ between designs."""

    def design(replicas, crash_after):
        text = (MODELS[0].parent / "uncertain.yaml").read_text()
        text = text.replace("replicas: 3", f"replicas: {replicas}")
        path = tmp_path / "design.yaml"
        path.write_text(text.replace("after: 90 d", f"after: {crash_after}"))
        return compile(load(path))

    designs = {key: design(*key) for key in product((3, 4), ("90 d", "60 d"))}
    means = shortest_means(designs.values())
    window = {"seed": 5, "replications": REPLICATIONS, **WINDOW}

    def simulator(process):
        return Simulator.of(process, keys=keys_of(process, means))

    def part(key, name):
        gates = dict(parts_of(designs[key], "site serves"))[name]
        return simulator(part_process(designs[key], gates, name)).spells(**window)

    web = {3: part((3, "60 d"), "web"), 4: part((4, "90 d"), "web")}
    db = {"90 d": part((4, "90 d"), "db"), "60 d": part((3, "60 d"), "db")}
    for (replicas, crash_after), process in designs.items():
        whole = simulator(process).spells(**window)
        assert unite([web[replicas], db[crash_after]]) == pairs_of(whole)
        assert len(whole.begin) > 50
