"""Where the time of an outage goes: its stages as a waterfall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hasim.reporting.figures.drawing import (
    BLUE,
    INK,
    ORANGE,
    Figure,
    Table,
    data_of,
    layer,
    show_share_of,
    unit_of,
)
from hasim.reporting.tables import Parts, others_title
from hasim.solution import ServiceAnswer
from hasim.solution.text import show_seconds

if TYPE_CHECKING:
    import altair

    from hasim.planner.waterfall import Waterfall


def draw_recovery(service: str, answer: ServiceAnswer) -> Figure | None:
    """The mean outage of a service, stage after stage.

    Parameters
    ----------
    service : str
    answer : ServiceAnswer

    Returns
    -------
    Figure or None
        None where no stage is known to take time.
    """
    parts = Parts.of(answer.mttr_stages_s, by_size=False)
    if not parts.named:
        return None
    steps = [(name, one.value or 0.0, share) for name, one, share in parts.named]
    steps += [(others_title(parts), parts.others, parts.others_share)] if parts.n_others else []
    total = sum(seconds for _, seconds, _ in steps)
    unit, size = unit_of(total)
    largest = max(steps, key=lambda step: step[1])
    rows: list[dict[str, object]] = []
    begun = 0.0
    for name, seconds, share in steps:
        rows.append(
            {
                "stage": name,
                "from": begun / size,
                "to": (begun + seconds) / size,
                "told": f"{show_seconds(seconds)}, {show_share_of(share)}",
                "largest": name == largest[0],
            }
        )
        begun += seconds
    claim = (
        f"{show_share_of(largest[2])} of the mean outage of {service}, "
        f"{show_seconds(total)}, goes to the stage {largest[0]}"
    )
    axis = f"time since the outage began, on average ({unit})"
    return Figure(
        f"{service}.recovery",
        claim,
        "Stages follow each other and add up to the mean outage; each is averaged over all "
        "outages, also those that have no such stage.",
        Table(
            ("stage", "mean (s)", "low (s)", "high (s)"),
            tuple((stage, *one.ends) for stage, one in answer.mttr_stages_s.items()),
        ),
        _draw_steps(claim, rows, axis),
    )


def draw_way_back(way: Waterfall) -> Figure:
    """One recovery, such as the failover of a database, step after step by its laws.

    Parameters
    ----------
    way : Waterfall
    """
    unit, size = unit_of(way.mean_s)
    largest = max(way.steps, key=lambda step: step.share * step.mean_s)
    rows: list[dict[str, object]] = []
    begun = 0.0
    for step in way.steps:
        length = step.share * step.mean_s
        seldom = "" if step.share >= 1.0 else f" (in {show_share_of(step.share)})"
        told = f"{show_seconds(step.mean_s)}{seldom}\n95 % within {show_seconds(step.p95_s)}"
        ends = {"from": begun / size, "to": (begun + length) / size}
        rows.append({"stage": step.stage, **ends, "told": told, "largest": step is largest})
        begun += length
    claim = (
        f"The {way.kind} of {way.name} takes {show_seconds(way.mean_s)} on average, most of it "
        f"for {largest.stage}"
    )
    columns = "stage", "mean (s)", "95 % within (s)", "of recoveries (share)"
    table = tuple((one.stage, one.mean_s, one.p95_s, one.share) for one in way.steps)
    return Figure(
        f"{way.name}.{way.kind}",
        claim,
        "By the laws of the model: means of the steps, each as often as it is one, add up. Beside "
        "the bars stand the mean of a step where it comes, in brackets in how many recoveries it "
        "does, and what 95 % of such steps do not exceed.",
        Table(columns, table),
        _draw_steps(claim, rows, f"time since it began, on average ({unit})"),
    )


def _draw_steps(claim: str, rows: list[dict[str, object]], title: str) -> altair.LayerChart:
    """Bars that begin where the one before ends."""
    import altair as alt

    end = max(float(str(row["to"])) for row in rows)
    base = alt.Chart(data_of(rows)).encode(y=alt.Y("stage:N", sort=None, title=None))
    scale = alt.Scale(domain=[0, end * 1.3], nice=False)
    axis = alt.Axis(title=title, tickCount=6)
    colour = alt.condition("datum.largest", alt.value(ORANGE), alt.value(BLUE))
    bars = base.mark_bar(height=16).encode(
        x=alt.X("from:Q", scale=scale, axis=axis), x2="to:Q", color=colour
    )
    up = -6 if any("\n" in str(row["told"]) for row in rows) else 0
    texts = base.mark_text(
        align="left", dx=6, dy=up, color=INK, fontSize=12, lineHeight=13, lineBreak="\n"
    )
    return layer(claim, len(rows), bars, texts.encode(x="to:Q", text="told:N"))
