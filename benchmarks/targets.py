"""What the figures must reach, what they aim at, and the table that says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Target(NamedTuple):
    """Bars of a figure, and whether it should be above them."""

    must: float
    aim: float
    more: bool = False

    def judge(self, value: float) -> str:
        """Say how a value stands to the bars."""
        must, aim = (value >= bar if self.more else value <= bar for bar in (self.must, self.aim))
        return "aim" if aim else "must" if must else "FAIL"


#: From the issue that asked for them.
TARGETS = {
    "kernel.simpy_ratio.active_passive": Target(60, 110, more=True),
    "kernel.simpy_ratio.three_tier": Target(60, 110, more=True),
    "kernel.simpy_ratio.thousand": Target(90, 130, more=True),
    "kernel.simpy_ratio.ten_thousand": Target(120, 170, more=True),
    "kernel.loop_ratio.active_passive": Target(4.5, 3.0),
    "kernel.loop_ratio.thousand": Target(2.2, 1.5),
    "kernel.loop_ratio.ten_thousand": Target(2.4, 1.6),
    "kernel.growth": Target(1.5, 1.2),
    "kernel.two_threads": Target(1.6, 1.75, more=True),
    "kernel.compiled_ratio": Target(1.5, 1.1),
    "startup.help_ratio": Target(4, 2),
    "startup.run_ratio": Target(2.5, 1.6),
    "startup.exact_ratio": Target(4, 2),
    "exact.static_ms": Target(30, 5),
    "exact.cluster_ms": Target(1000, 200),
    "exact.repyability_ratio": Target(1, 5, more=True),
    "exact.storm_ratio": Target(1, 3, more=True),
    "exact.storm_ratio_lumped": Target(1, 3, more=True),
    "matched.pair_ms": Target(10, 2),
    "matched.gain": Target(100, 3000, more=True),
    "sla.takacs_ms": Target(50, 10),
    "planner.paired_gain": Target(4, 20, more=True),
    "planner.wrong_rankings": Target(0.05, 0.02),
    "planner.designs_per_s": Target(100, 1000, more=True),
    "planner.same_optimum": Target(10, 10, more=True),
    "planner.evaluated_share": Target(0.01, 0.001),
    "scale.dask_overhead": Target(1.5, 1.15),
    "app.first_paint_s": Target(3, 1.5),
    "app.edit_50_ms": Target(100, 35),
    "app.findings_50_s": Target(1, 0.4),
    "app.edit_200_ms": Target(100, 50),
    "app.findings_200_s": Target(2, 1),
    "app.page_switch_s": Target(1, 0.5),
    "app.ten_users_p95_s": Target(2, 1),
}


def tabulate_figures(figures: Mapping[str, float], skipped: Mapping[str, str]) -> str:
    """The figures with a target and how they stand to it, then those behind them."""
    lines = [f"{'figure':<36}{'value':>9}{'must':>9}{'aim':>8}  reached"]
    for key, target in TARGETS.items():
        sign = ">=" if target.more else "<="
        bars = f"{sign} {target.must:g}".rjust(9) + f"{target.aim:g}".rjust(8)
        if key in skipped:
            lines.append(f"{key:<36}{'-':>9}{bars}  skipped: {skipped[key]}")
        else:
            value = figures[key]
            lines.append(f"{key:<36}{value:>9.2f}{bars}  {target.judge(value)}")
    behind = [_tell(key, value) for key, value in figures.items() if key not in TARGETS]
    return "\n".join([*lines, "", *behind, ""])


def _tell(key: str, value: float) -> str:
    shown = f"{value:,.2f}" if value == 0.0 or abs(value) >= 0.01 else f"{value:.2e}"
    return f"{key:<50}{shown:>15}"


def judge_all(
    figures: Mapping[str, float], skipped: Mapping[str, str]
) -> dict[str, dict[str, float | str]]:
    """Each target with its bars, and how the figure stands to them or why there is none."""
    return {
        key: {
            "must": target.must,
            "aim": target.aim,
            "reached": f"skipped: {skipped[key]}" if key in skipped else target.judge(figures[key]),
        }
        for key, target in TARGETS.items()
    }
