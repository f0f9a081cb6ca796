"""What can be carried against what is asked: now, and after the worst loss of each kind."""

from __future__ import annotations

import math

from hasim.reporting.figures.drawing import (
    BLUE,
    INK,
    VERMILION,
    Figure,
    Table,
    data_of,
    layer,
)
from hasim.reporting.tables import show_headroom
from hasim.solution import Capacity, ServiceAnswer


def draw_headroom(service: str, answer: ServiceAnswer) -> Figure | None:
    """Capacity against peak demand, with everything in service and after single losses.

    Parameters
    ----------
    service : str
    answer : ServiceAnswer

    Returns
    -------
    Figure or None
        None where the model says nothing of demand or capacity.
    """
    import altair as alt

    capacity = answer.capacity
    if capacity is None or not capacity.demand_rps or not _is_number(capacity.headroom):
        return None
    demand = capacity.demand_rps
    left = _headrooms(capacity)
    rows = [
        {
            "when": when,
            "rps": max(0.0, demand * (1.0 + headroom)),
            "told": show_headroom(headroom),
            "enough": headroom >= 0.0,
        }
        for when, headroom in left.items()
    ]
    when, least = min(left.items(), key=lambda one: one[1])
    claim = f"{service} has a headroom of {show_headroom(least)} {when}"
    if least <= -1.0:
        claim = f"{service} does not serve {when}"
    longest = max(demand * (1.0 + headroom) for headroom in (0.0, *left.values()))
    scale = alt.Scale(domain=[0, longest * 1.2], nice=False)
    axis = alt.Axis(title="capacity in service (requests per second)", tickCount=6)
    base = alt.Chart(data_of(rows)).encode(y=alt.Y("when:N", sort=None, title=None))
    colour = alt.condition("datum.enough", alt.value(BLUE), alt.value(VERMILION))
    bars = base.mark_bar(height=16).encode(x=alt.X("rps:Q", scale=scale, axis=axis), color=colour)
    texts = base.mark_text(align="left", dx=6, color=INK, fontSize=12)
    line = alt.Chart(data_of([{"demand": demand}]))
    asked = line.mark_rule(color=INK, strokeDash=[5, 4], strokeWidth=1.5).encode(x="demand:Q")
    columns = "when", "capacity (rps)", "demand (rps)", "headroom (share)"
    table = ((one, demand * (1.0 + share), demand, share) for one, share in left.items())
    return Figure(
        f"{service}.headroom",
        claim,
        f"Broken line: the peak demand, {demand:g} rps. A headroom is what is left above it after "
        "failovers are through.",
        Table(columns, tuple(table)),
        layer(claim, len(rows), bars, asked, texts.encode(x="rps:Q", text="told:N")),
    )


def _headrooms(capacity: Capacity) -> dict[str, float]:
    """The known headrooms by when they hold; what is worst is named."""
    assert capacity.headroom is not None
    found = {"with all in service": capacity.headroom}
    loss = capacity.headroom_after_loss
    if loss is None:
        return found
    losses = {"replica": loss.replica, "host": loss.host, "domain": loss.domain}
    known = {kind: left for kind, left in losses.items() if _is_number(left)}
    worst = min(known, key=lambda kind: known[kind] or 0.0, default="")
    for kind, left in known.items():
        assert left is not None
        named = loss.worst if kind == worst and loss.worst else f"a {kind}"
        found[f"without {named}"] = left
    return found


def _is_number(headroom: float | None) -> bool:
    return headroom is not None and math.isfinite(headroom)
