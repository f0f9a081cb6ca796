"""Capacity over time against demand, from the worst loss until all is back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hasim.reporting.figures.drawing import (
    BLUE,
    INK,
    Figure,
    Table,
    data_of,
    layer,
    log_time_axis,
)
from hasim.solution.text import show_seconds

#: Where a logarithmic axis begins, as a share of the first change after the loss.
_BEFORE = 0.5

#: How far what is carried is drawn beyond the end of the incident, as a share of it.
_BEYOND = 1.25

_ROWS = 6


@dataclass(frozen=True, slots=True)
class Loss:
    """What a service could carry through an incident that began with a loss.

    Parameters
    ----------
    what : str
        ``zone a``.
    capacity_rps : sequence of (float, float)
        Seconds since the loss, and what can be carried from then on, the first at 0.
    demand_rps : float
    ended_s : float
        When everything was back.
    """

    what: str
    capacity_rps: Sequence[tuple[float, float]]
    demand_rps: float
    ended_s: float

    def seconds_below(self, rps: float) -> float:
        """For how long less than this could be carried."""
        ends = [*(time for time, _ in self.capacity_rps[1:]), self.ended_s]
        pairs = zip(self.capacity_rps, ends, strict=True)
        return sum(end - begun for (begun, carried), end in pairs if carried < rps)


def draw_loss(service: str, loss: Loss) -> Figure | None:
    """What a service can carry while it recovers from a loss.

    Parameters
    ----------
    service : str
    loss : Loss

    Returns
    -------
    Figure or None
        None where nothing changes after the loss.
    """
    import altair as alt

    changes = [time for time, _ in loss.capacity_rps if time > 0.0]
    if not changes or loss.ended_s <= 0.0:
        return None
    begins = min(changes) * _BEFORE
    scale, axis = log_time_axis("time since the loss (logarithmic)", [begins, loss.ended_s])
    shown = [(max(time, begins), carried) for time, carried in loss.capacity_rps]
    rows = [
        {"time": time, "rps": rps} for time, rps in (*shown, (loss.ended_s * _BEYOND, shown[-1][1]))
    ]
    highest = max(loss.demand_rps, *(rps for _, rps in shown))
    claim = _tell(service, loss)
    base = alt.Chart(data_of(rows)).encode(
        x=alt.X("time:Q", scale=scale, axis=axis),
        y=alt.Y(
            "rps:Q",
            title="can be carried (rps)",
            stack=None,
            scale=alt.Scale(domain=[0.0, 1.15 * highest], nice=False),
            axis=alt.Axis(tickCount=4),
        ),
    )
    area = base.mark_area(interpolate="step-after", color=BLUE, opacity=0.2)
    line = base.mark_line(interpolate="step-after", color=BLUE, strokeWidth=2.5)
    demand = alt.Chart(data_of([{"demand": loss.demand_rps}]))
    asked = demand.mark_rule(color=INK, strokeDash=[5, 4], strokeWidth=1.5).encode(y="demand:Q")
    return Figure(
        f"{service}.loss",
        claim,
        f"One incident, played by the rules of the model with seed 1, in which nothing else fails. "
        f"Broken line: the peak demand, {loss.demand_rps:g} rps. Other incidents take longer or "
        "shorter; how long on average is told by the stages above.",
        Table(("since the loss (s)", "capacity (rps)"), tuple(loss.capacity_rps)),
        layer(claim, _ROWS, area, line, asked),
    )


def _tell(service: str, loss: Loss) -> str:
    nothing = loss.seconds_below(min(1e-9, loss.demand_rps))
    short = loss.seconds_below(loss.demand_rps)
    told = f"after the loss of {loss.what} {service}"
    if not short:
        return f"Even {told} carries its peak until all is back, in {show_seconds(loss.ended_s)}"
    carried = f"carries less than its peak for {show_seconds(short)}"
    if nothing == short:
        carried = f"carries nothing for {show_seconds(nothing)}"
    elif nothing:
        carried += f", nothing at all for {show_seconds(nothing)}"
    return f"{told[:1].upper()}{told[1:]} {carried}; all is back in {show_seconds(loss.ended_s)}"
