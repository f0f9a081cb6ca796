"""How long outages last: the lengths that 50, 95 and 99 % of them do not exceed."""

from __future__ import annotations

from hasim.reporting.figures.drawing import (
    BLUE,
    INK,
    VERMILION,
    Figure,
    Table,
    data_of,
    layer,
    log_time_axis,
    positive,
)
from hasim.reporting.tables import LENGTHS
from hasim.solution import ServiceAnswer
from hasim.solution.text import show_seconds
from hasim.stats import Estimate

_MEAN = "mean"


def draw_lengths(service: str, answer: ServiceAnswer) -> Figure | None:
    """How long the outages of a service last, on a logarithmic axis.

    Parameters
    ----------
    service : str
    answer : ServiceAnswer

    Returns
    -------
    Figure or None
        None where the median and the 95 % quantile are not known.
    """
    import altair as alt

    half, most = (answer.outage_length_s[key].value for key in ("p50", "p95"))
    if not half or not most:
        return None
    told = {LENGTHS[key]: answer.outage_length_s[key] for key in LENGTHS}
    told[_MEAN] = answer.mttr_s
    rows = [_row(title, one) for title, one in told.items() if one.value]
    target = answer.objectives.get("p95_outage")
    asked_for = [] if target is None else [target.target]
    seen = positive(*(x for one in told.values() for x in one.ends), *asked_for)
    scale, axis = log_time_axis("length of an outage (logarithmic)", seen)
    claim = (
        f"Half of the outages of {service} end within {show_seconds(half)}, "
        f"but one in 20 lasts longer than {show_seconds(most)}"
    )
    base = alt.Chart(data_of(rows)).encode(y=alt.Y("what:N", sort=None, title=None))
    spans = base.mark_rule(color=BLUE, strokeWidth=5, opacity=0.45).encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
    )
    kinds = alt.Scale(domain=["quantile", _MEAN], range=["circle", "diamond"])
    dots = base.mark_point(color=BLUE, filled=True, size=110, opacity=1.0).encode(
        x="value:Q", shape=alt.Shape("kind:N", scale=kinds, legend=None)
    )
    texts = base.mark_text(color=INK, align="left", dx=12, fontSize=12).encode(
        x="value:Q", text="told:N"
    )
    charts = [spans, dots, texts]
    if target is not None:
        line = alt.Chart(data_of([{"target": target.target}]))
        charts.append(
            line.mark_rule(color=VERMILION, strokeDash=[5, 4], strokeWidth=1.5).encode(x="target:Q")
        )
    asked = "" if target is None else " The broken line is the objective p95_outage."
    return Figure(
        f"{service}.lengths",
        claim,
        "Over outages, not over time. Broad lines are 95 % intervals, the diamond is the mean."
        + asked,
        Table(
            ("figure", "length of an outage (s)", "low (s)", "high (s)"),
            tuple((title, *one.ends) for title, one in told.items()),
        ),
        layer(claim, len(rows), *charts),
    )


def _row(title: str, one: Estimate) -> dict[str, object]:
    value = one.value or 0.0
    return {
        "what": title,
        "value": value,
        "low": one.low or value,
        "high": one.high or value,
        "told": show_seconds(value),
        "kind": _MEAN if title == _MEAN else "quantile",
    }
