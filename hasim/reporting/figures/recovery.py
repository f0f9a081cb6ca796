"""Where the time of an outage goes: its stages as a waterfall."""

from __future__ import annotations

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
    import altair as alt

    parts = Parts.of(answer.mttr_stages_s, by_size=False)
    if not parts.named:
        return None
    steps = [(name, one.value or 0.0, share) for name, one, share in parts.named]
    steps += [(others_title(parts), parts.others, parts.others_share)] if parts.n_others else []
    total = sum(seconds for _, seconds, _ in steps)
    unit, size = unit_of(total)
    largest = max(steps, key=lambda step: step[1])
    rows, begun = [], 0.0
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
    finding = (
        f"{show_share_of(largest[2])} of the mean outage of {service}, "
        f"{show_seconds(total)}, goes to the stage {largest[0]}"
    )
    base = alt.Chart(data_of(rows)).encode(y=alt.Y("stage:N", sort=None, title=None))
    scale = alt.Scale(domain=[0, total / size * 1.3], nice=False)
    axis = alt.Axis(title=f"time since the outage began, on average ({unit})", tickCount=6)
    colour = alt.condition("datum.largest", alt.value(ORANGE), alt.value(BLUE))
    bars = base.mark_bar(height=16).encode(
        x=alt.X("from:Q", scale=scale, axis=axis), x2="to:Q", color=colour
    )
    texts = base.mark_text(align="left", dx=6, color=INK, fontSize=12)
    texts = texts.encode(x="to:Q", text="told:N")
    return Figure(
        f"{service}.recovery",
        finding,
        "Stages follow each other and add up to the mean outage; each is averaged over all "
        "outages, also those that have no such stage.",
        Table(
            ("stage", "mean_s", "low", "high"),
            tuple((stage, *one.ends) for stage, one in answer.mttr_stages_s.items()),
        ),
        layer(finding, len(rows), bars, texts),
    )
