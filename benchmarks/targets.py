"""What the figures must reach, what they aim at, and the table that says so."""

from __future__ import annotations

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
}


def tabulate_figures(figures: dict[str, float]) -> str:
    """The figures with a target and how they stand to it, then those behind them."""
    lines = [f"{'figure':<36}{'value':>9}{'must':>9}{'aim':>8}  reached"]
    for key, target in TARGETS.items():
        sign = ">=" if target.more else "<="
        value = figures[key]
        bars = f"{sign} {target.must:g}".rjust(9) + f"{target.aim:g}".rjust(8)
        lines.append(f"{key:<36}{value:>9.2f}{bars}  {target.judge(value)}")
    behind = [f"{key:<50}{value:>15,.2f}" for key, value in figures.items() if key not in TARGETS]
    return "\n".join([*lines, "", *behind, ""])


def judge_all(figures: dict[str, float]) -> dict[str, dict[str, float | str]]:
    """The figures that have a target, with its bars and how they stand to it."""
    return {
        key: {"must": target.must, "aim": target.aim, "reached": target.judge(figures[key])}
        for key, target in TARGETS.items()
    }
