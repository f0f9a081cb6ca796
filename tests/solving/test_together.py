"""Several models simulated together."""

import numpy as np
import pytest

import hasim
from hasim.description.yaml_file import read_text
from hasim.engines.record import TIME
from hasim.errors import InputError
from hasim.solving.layout import Layout
from hasim.solving.side_by_side import SideBySide
from hasim.solving.together import solve_together

PAIR = "components:\n  web: {{replicas: 2, mtbf: {mtbf}, mttr: 10 h}}\n"
EFFORT = {"precision": 0.1, "threads": 1}


def pair(mtbf="1000 h", more="name: pair\n"):
    return hasim.resolve(read_text(more + PAIR.format(mtbf=mtbf)))


def exact(system):
    return hasim.solve(system, engine="exact")["service"].unavailability.value


def test_differences_are_known_better_than_the_models():
    models = [pair(), pair("1100 h")]
    found = solve_together(models, **EFFORT)
    shares = found.samples["service"].downtime / found.samples["service"].window
    differences = shares[0] - shares[1]
    error = differences.std(ddof=1) / len(differences) ** 0.5
    truth = exact(models[0]) - exact(models[1])
    assert abs(differences.mean() - truth) < 4.0 * error
    assert shares.var(axis=1, ddof=1).sum() > 2.0 * differences.var(ddof=1)


def test_each_solution_is_that_of_its_own_model():
    models = [pair(), pair("500 h", "name: worse\n")]
    found = solve_together(models, **EFFORT)
    for model, solution in zip(models, found.solutions, strict=True):
        answer = solution["service"].unavailability
        assert solution.model == model.name
        assert answer.low < exact(model) < answer.high
        assert solution.status.code == "converged"
    window = found.samples["service"].window
    means = found.samples["service"].downtime.mean(axis=1) / window
    values = [solution["service"].unavailability.value for solution in found.solutions]
    np.testing.assert_allclose(values, means, rtol=1e-12)


def test_the_number_of_threads_changes_nothing():
    models = [pair(), pair("1100 h")]
    one, two = (solve_together(models, precision=0.1, threads=n) for n in (1, 2))
    assert [s.to_dict() for s in one.solutions] == [s.to_dict() for s in two.solutions]
    np.testing.assert_array_equal(one.samples["service"].downtime, two.samples["service"].downtime)


@pytest.mark.normal
def test_the_caller_decides_when_it_is_enough():
    asked = []

    def is_decided(samples):
        asked.append(samples["service"].downtime.shape[1])
        return True

    found = solve_together([pair(), pair("1100 h")], precision=1e-6, is_decided=is_decided)
    assert asked
    assert found.samples["service"].downtime.shape[1] == asked[-1]
    assert {solution.status.code for solution in found.solutions} == {"decided"}
    assert "until the comparison was decided" in found.solutions[0].status.text


def test_a_limit_of_time_keeps_what_there_is():
    found = solve_together([pair(), pair("1100 h")], precision=1e-6, max_time=0.2, threads=1)
    assert {solution.status.code for solution in found.solutions} == {"limit"}
    replications = {solution.provenance.replications for solution in found.solutions}
    assert replications == {found.samples["service"].downtime.shape[1]}


def test_models_without_a_common_service_are_refused():
    other = hasim.resolve(
        read_text("components: {a: {mtbf: 1 d, mttr: 1 h}}\nservices: {shop: {needs: [a]}}\n")
    )
    with pytest.raises(InputError, match="no service in common"):
        solve_together([pair(), other])


def test_rows_side_by_side_come_apart_again():
    rng = np.random.default_rng(3)
    processes = [hasim.compile(pair()), hasim.compile(hasim.load("models/failover.yaml"))]
    layouts = [Layout.of(process, ["db", "web"]) for process in processes]
    joined = SideBySide.of(layouts)
    batches = []
    for layout in layouts:
        width = len(layout.partners) - len(layout.missing) - len(layout.causes)
        rows = rng.random((5, width))
        rows[:, TIME] = 2.0  # the window is one
        batches.append((rows, rng.integers(0, 9, (len(layout.outages), 4))))
    rows = np.hstack([rows for rows, _ in batches])
    histograms = np.vstack([counts for _, counts in batches])
    parts = joined.take_apart(joined.joint.tally(rows, histograms, batch=0))
    for layout, (own, counts), part in zip(layouts, batches, parts, strict=True):
        alone = layout.tally(own, counts, batch=0)
        for field in ("totals", "squares", "products", "present", "partners"):
            np.testing.assert_allclose(getattr(part, field), getattr(alone, field), rtol=1e-12)
        np.testing.assert_array_equal(part.histograms[0], alone.histograms[0])
