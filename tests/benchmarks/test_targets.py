"""What is skipped is told with its reason, in the table and in the document."""

from benchmarks.targets import TARGETS, judge_all, tabulate_figures

FIGURES = {key: target.aim for key, target in TARGETS.items() if key != "exact.storm_ratio"}
SKIPPED = {"exact.storm_ratio": "stormpy is not installed"}


def test_a_skipped_figure_has_a_reason_in_the_place_of_its_value():
    table = tabulate_figures({**FIGURES, "behind": 3e-7}, SKIPPED)
    line = next(line for line in table.splitlines() if line.startswith("exact.storm_ratio "))
    assert line.split()[1] == "-"
    assert line.endswith("skipped: stormpy is not installed")
    assert "3.00e-07" in table


def test_every_target_is_judged():
    judged = judge_all(FIGURES, SKIPPED)
    assert judged.keys() == TARGETS.keys()
    assert judged["exact.storm_ratio"]["reached"] == "skipped: stormpy is not installed"
    assert judged["exact.static_ms"]["reached"] == "aim"
