"""A Solution as text for a terminal: how available, how long, in which stage, because of what.

Rules of this file: plain aligned lines, at most `WIDTH` wide; every estimate with its interval;
what is less than `LEAST_SHARE` of its sum is added up in one line, so that an answer fits a screen.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hasim.reporting.money_text import show_money
from hasim.solution import (
    AfterLoss,
    Capacity,
    Costs,
    ErrorBudget,
    Handshakes,
    Move,
    OneLess,
    RouteAnswer,
    ServiceAnswer,
    SinglePoint,
    SlaAnswer,
    Solution,
    Times,
    Verdict,
    WhatIf,
)
from hasim.solution.text import show_seconds, show_share
from hasim.stats import Estimate
from hasim.units import SECONDS_PER_YEAR

#: Columns of a line; precedent: what fits beside another window on a common screen.
WIDTH = 100

#: Stages and causes with a smaller share than this are added up.
LEAST_SHARE = 0.01

#: So many stages or causes are named, at most.
MOST_NAMED = 8

#: Outages get longer or shorter where their 95 % quantile moves by more than this: 5 %, the
#: precision to which lengths are simulated.
LEAST_MOVE = 0.05

_INDENT = "  "
_TITLE, _VALUE, _INTERVAL = 24, 13, 26

#: The figures of `ServiceAnswer.outage_length_s` in words.
LENGTHS = {"p50": "half end within", "p95": "95 % end within", "p99": "99 % end within"}
VERDICTS = {True: "met", False: "MISSED", None: "not shown to be met"}
KINDS = {"failure": "failures", "change": "changes", "maintenance": "maintenance"}
_TIMES = ("mttr", "p95_outage")

Show = Callable[[float], str]


def tell_solution(solution: Solution) -> str:
    """Return the whole answer as text.

    Parameters
    ----------
    solution : Solution

    Returns
    -------
    str
        Lines without a line break at the end.
    """
    lines = [f"{solution.model}: {solution.status.text}"]
    for name, answer in solution.services.items():
        lines += ["", name, *(f"{_INDENT}{line}".rstrip() for line in _tell_service(answer))]
    if solution.components or solution.monitoring:
        lines += ["", *(_row(*figure) for figure in part_figures(solution))]
    for name, route in solution.routes.items():
        lines += [
            "",
            f"route {name}",
            *(f"{_INDENT}{_columns(*row)}".rstrip() for row in route_rows(route)),
        ]
    if solution.security:
        lines += ["", "until clients are connected again"]
        for name, one in solution.security.items():
            rows = handshake_rows(name, one)
            lines += [f"{_INDENT}{_columns(*row, inset=True)}".rstrip() for row in rows]
    costs = solution.costs
    if costs is not None:
        lines += ["", "costs a year", *(f"{_INDENT}{line}".rstrip() for line in _tell_costs(costs))]
    if solution.measures:
        lines += ["", *(_row(name, e, "{:.4g}".format) for name, e in solution.measures.items())]
    lines += ["", *_tell_the_rest(solution)]
    return "\n".join(line for long in lines for line in _wrap(long))


def headline_figures(answer: ServiceAnswer) -> Iterator[tuple[str, Estimate, Show, str]]:
    """The figures that come first: title, estimate, how it is shown, and what else there is to say.

    Parameters
    ----------
    answer : ServiceAnswer
    """
    nines = _value(answer.nines, "{:.2f}".format)
    more = "" if nines is None else f"{nines} nines"
    yield "availability", answer.availability, show_share, more
    if answer.request_availability is not None:
        yield "requests served", answer.request_availability, show_share, ""
    if answer.sla_availability is not None:
        yield "availability in the SLA", answer.sla_availability, show_share, ""
    yield "downtime a year", answer.downtime_s_per_year, show_seconds, ""
    yield "outages a year", answer.outages_per_year, "{:.3g}".format, ""
    yield "mean outage", answer.mttr_s, show_seconds, ""
    for key, title in LENGTHS.items():
        yield title, answer.outage_length_s[key], show_seconds, ""


def sla_figures(sla: SlaAnswer) -> Iterator[tuple[str, Estimate, Show, str]]:
    """How often months and years miss the target, and what that costs; as `headline_figures`.

    Parameters
    ----------
    sla : SlaAnswer
    """
    target = f"{100.0 * sla.target:.9g} %"
    a_year = _value(sla.months_in_breach_per_year, "{:.3g} a year".format)
    yield f"months below {target}", sla.month.breach, _percent, a_year or ""
    worse = sla.year.availability["p5"].value
    more = f"1 in 20 below {show_share(worse)}" if worse is not None and worse < 1.0 else ""
    yield f"years below {target}", sla.year.breach, _percent, more
    if sla.credit_share is not None:
        yield "credited of the bill", sla.credit_share, _percent, ""


def capacity_figures(capacity: Capacity) -> Iterator[tuple[str, Estimate, Show, str]]:
    """Headroom now and after losses, and how long it is short; as `headline_figures`.

    Nothing without a headroom.

    Parameters
    ----------
    capacity : Capacity
    """
    if capacity.headroom is None:
        return
    demand, full = capacity.demand_rps, capacity.full_rps
    load = f"{demand:g} rps of {full:g} rps at peak" if demand is not None and full else ""
    yield "headroom now", Estimate.of_exact(capacity.headroom), show_headroom, load
    if capacity.headroom_after_loss is not None:
        for what, left, more in _losses(capacity.headroom_after_loss):
            yield f"without a {what}", Estimate.of_exact(left), show_headroom, more
    if capacity.short_s_per_year is not None:
        yield "short of it a year", capacity.short_s_per_year, show_seconds, ""


def _losses(loss: AfterLoss) -> Iterator[tuple[str, float, str]]:
    losses = {"replica": loss.replica, "host": loss.host, "domain": loss.domain}
    known = {what: left for what, left in losses.items() if left is not None}
    worst = min(known.values(), default=0.0)
    for what, left in known.items():
        more = f"the worst: {loss.worst}" if loss.worst and left == worst else ""
        yield what, left, more
        worst = worst if not more else float("-inf")  # said once


def part_figures(solution: Solution) -> Iterator[tuple[str, Estimate, Show, str]]:
    """What stands beside the services: hidden failures, second primaries, false alarms.

    As `headline_figures`.

    Parameters
    ----------
    solution : Solution
    """
    for name, component in solution.components.items():
        if component.latent_unavailability is not None:
            yield f"{name} dead unnoticed", component.latent_unavailability, _percent, ""
        if component.two_primaries_s_per_year is not None:
            yield f"{name} two primaries", component.two_primaries_s_per_year, show_seconds, ""
    for name, cost in solution.monitoring.items():
        spent = _value(cost.false_alarms_s_per_year, show_seconds)
        more = "" if spent is None else f"{spent} of people's time"
        yield f"false alarms of {name}", cost.false_alarms_per_year, "{:.3g}".format, more


def cost_figures(costs: Costs) -> Iterator[tuple[str, Estimate, Show, str]]:
    """What running costs a year, what downtime does, and both; as `headline_figures`.

    Parameters
    ----------
    costs : Costs
    """

    def show(amount: float) -> str:
        return show_money(amount, costs.currency)

    kinds = sorted(costs.running_per_year_by_kind.items(), key=lambda kind: -kind[1])
    parts = ", ".join(f"{kind} {show_money(paid, '').rstrip()}" for kind, paid in kinds)
    running = Estimate.of_exact(costs.running_per_year)
    yield "running", running, show, parts if len(kinds) > 1 else ""
    if costs.downtime_per_year is not None:
        yield "downtime", costs.downtime_per_year, show, ""
        yield "both together", costs.total_per_year, show, ""


def _tell_service(answer: ServiceAnswer) -> Iterator[str]:
    for title, estimate, show, more in headline_figures(answer):
        yield _row(title, estimate, show, more)
    yield from _tell_stages(answer)
    yield from _tell_causes(answer)
    yield from _tell_guards(answer)
    if answer.capacity is not None:
        for title, estimate, show, more in capacity_figures(answer.capacity):
            yield _row(title, estimate, show, more)
    for name, verdict in answer.objectives.items():
        yield _tell_verdict(name, verdict)
    if answer.sla is not None:
        for title, estimate, show, more in sla_figures(answer.sla):
            yield _row(title, estimate, show, more)
    yield from _tell_points(answer.single_points_of_failure or ())
    if answer.error_budget is not None:
        yield _tell_budget(answer.error_budget)


def _tell_points(points: tuple[SinglePoint, ...]) -> Iterator[str]:
    if points:
        names = [point.name + (" (hidden)" if point.hidden else "") for point in points]
        more = [f"{len(points) - MOST_NAMED} more"] if len(points) > MOST_NAMED else []
        yield f"{'down alone by':<{_TITLE}}{', '.join([*names[:MOST_NAMED], *more])}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.3g} %"


def _tell_budget(budget: ErrorBudget) -> str:
    """The error budget, and how long everything must be down for alerts on its burn rate."""
    month, quarter = map(show_seconds, (budget.budget_s_per_30d, budget.budget_s_per_quarter))
    fires = [alert.fires_after_total_outage_s for alert in budget.alerts]
    known = ", ".join(show_seconds(seconds) for seconds in fires if seconds is not None)
    alerts = f"; alerts after {known}" if known else ""
    return f"{'error budget in 30 d':<{_TITLE}}{month:<{_VALUE}}{quarter} a quarter{alerts}"


def _tell_verdict(name: str, verdict: Verdict) -> str:
    title = f"objective {name}"
    return f"{title:<{_TITLE + _VALUE}}{VERDICTS[verdict.met]} ({show_target(name, verdict)})"


def show_target(name: str, verdict: Verdict) -> str:
    """Return what an objective asks: ``at least 99.9 %``."""
    if name in _TIMES:
        return f"at most {show_seconds(verdict.target)}"
    return f"at least {100.0 * verdict.target:.9g} %"


# ---------------------------------------------------------------------------- what it is made of


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a sum worth a line of their own, and what the others are together.

    Parameters
    ----------
    named : tuple of (str, Estimate, float)
        Name, estimate and share of the sum.
    n_others : int
    others, others_share : float
        The sum of those not named, and its share.
    """

    named: tuple[tuple[str, Estimate, float], ...]
    n_others: int
    others: float
    others_share: float

    @classmethod
    def of(cls, estimates: Mapping[str, Estimate], *, by_size: bool) -> Parts:
        """Split estimates; in their order, or the largest first."""
        parts = {name: e.value for name, e in estimates.items() if e.value}
        total = sum(parts.values()) or 1.0
        largest = sorted(parts, key=lambda name: -parts[name])
        kept = [name for name in largest if parts[name] >= LEAST_SHARE * total][:MOST_NAMED]
        if len(parts) == len(kept) + 1 <= MOST_NAMED:  # a line for one other says more with a name
            kept = largest
        rest = sum(parts[name] for name in largest if name not in kept)
        order = kept if by_size else [name for name in estimates if name in kept]
        named = tuple((name, estimates[name], parts[name] / total) for name in order)
        return cls(named, len(parts) - len(kept), rest, rest / total)


def _tell_stages(answer: ServiceAnswer) -> Iterator[str]:
    parts = Parts.of(answer.mttr_stages_s, by_size=False)
    if parts.named:
        yield "in which stage the time of an outage goes"
    for name, estimate, share in parts.named:
        yield _INDENT + _row(name, estimate, show_seconds, f"{share:5.1%}", inset=True)
    if parts.n_others:
        yield _INDENT + _others(parts, f"{parts.others_share:5.1%}")


def _tell_causes(answer: ServiceAnswer) -> Iterator[str]:
    parts = Parts.of(answer.downtime_s_per_year_by_cause, by_size=True)
    if parts.named:
        yield "what causes it: downtime and outages a year"
    for name, estimate, share in parts.named:
        rate = answer.outages_per_year_by_cause.get(name)
        seen = "" if rate is None or rate.value is None else f"  {rate.value:.3g} outages"
        yield _INDENT + _row(name, estimate, show_seconds, f"{share:5.1%}{seen}", inset=True)
    if parts.n_others:
        yield _INDENT + _others(parts, f"{parts.others_share:5.1%}")
    kinds = Parts.of(answer.downtime_s_per_year_by_kind, by_size=True)
    if kinds.named:
        yield "what is planned of it and what is not: downtime a year"
    for name, estimate, share in kinds.named:
        yield _INDENT + _row(KINDS[name], estimate, show_seconds, f"{share:5.1%}", inset=True)


def _tell_guards(answer: ServiceAnswer) -> Iterator[str]:
    if answer.guards:
        yield "what guards add: downtime a year"
        for name, cost in answer.guards.items():
            yield _INDENT + _row(name, cost, show_seconds, inset=True)
    if answer.unguarded_s_per_year is not None:
        yield _row("unguarded a year", answer.unguarded_s_per_year, show_seconds)


def others_title(parts: Parts) -> str:
    """What stands before the sum of what is not named."""
    return f"{parts.n_others} others" if parts.n_others > 1 else "another"


def _others(parts: Parts, more: str) -> str:
    return _columns(others_title(parts), show_seconds(parts.others), "", more, inset=True)


# ---------------------------------------------------------------------------- costs


def _tell_costs(costs: Costs) -> Iterator[str]:
    for title, estimate, show, more in cost_figures(costs):
        yield _row(title, estimate, show, more)
    if costs.budget is not None:
        target = f"at most {show_money(costs.budget.per_year, costs.currency)}"
        yield f"{'budget':<{_TITLE + _VALUE}}{VERDICTS[costs.budget.met]} ({target})"


def show_headroom(headroom: float) -> str:
    """Return a headroom in percent, and in words where nothing is carried."""
    return "nothing left" if headroom <= -1.0 else f"{100.0 * headroom:.1f} %"


# ---------------------------------------------------------------------------- routes


def route_rows(route: RouteAnswer) -> Iterator[tuple[str, str, str, str]]:
    """The numbers of a route: title, value, limit, and what else there is to say.

    Parameters
    ----------
    route : RouteAnswer
    """
    errors = route.errors_per_failure or {}
    for kind, times in route.ejection_s.items():
        lost = f"{errors[kind]:,.0f} requests lost by a failure" if kind in errors else ""
        yield f"ejected ({kind})", *_times(times), lost
    yield "readmitted", *_times(route.readmission_s), ""
    yield "lost until ejected", _tenths(route.share_lost_until_ejected), "", ""
    if route.after_a_loss is not None:
        yield from _one_less(route.after_a_loss)
    if route.after_a_return is not None:
        back = route.after_a_return
        more = f"each other gets {_tenths(back.share_of_each)}"
        yield "one back: it gets", _tenths(back.share_of_returned), "", more


def _one_less(less: OneLess) -> Iterator[tuple[str, str, str, str]]:
    more = f"imbalance {less.imbalance:.3g}" if less.imbalance > 1.0 + 1e-9 else ""
    yield "one less: each gets", _tenths(less.share_of_each), "", more
    if less.keys_moved is not None:
        yield "keys that move", _tenths(less.keys_moved), "", ""
    if less.capacity_left_rps is not None:
        headroom = less.headroom_left
        more = "" if headroom is None else f"headroom {show_headroom(headroom)}"
        yield "capacity left", f"{less.capacity_left_rps:g} rps", "", more


def _times(times: Times) -> tuple[str, str]:
    limit = "no limit" if times.worst is None else f"at most {show_seconds(times.worst)}"
    return show_seconds(times.mean), limit


def _tenths(share: float) -> str:
    return f"{100.0 * share:.1f} %"


# ---------------------------------------------------------------------------- handshakes


def handshake_rows(name: str, one: Handshakes) -> Iterator[tuple[str, str, str, str]]:
    """How long clients take to connect again; as `route_rows`.

    Parameters
    ----------
    name : str
        Of the component.
    one : Handshakes
    """
    storms = {
        "after a failover": one.storm_after_failover_s,
        "after the loss of a replica": one.storm_after_loss_s,
    }
    rate = one.new_connections_per_s
    most = [] if rate is None else [f"each replica takes {rate:,.0f} a second"]
    told = [(when, seconds) for when, seconds in storms.items() if seconds is not None]
    for when, seconds in told:
        yield name, show_seconds(seconds), "; ".join([when, *most]), ""
    if not told:
        yield name, "", "".join(most), ""


# ---------------------------------------------------------------------------- the rest


def _tell_the_rest(solution: Solution) -> Iterator[str]:
    yield from _tell_omissions(solution)
    yield from (f"engine {sentence}" for sentence in solution.why)
    made = solution.provenance
    if made.replications:
        yield f"seed {solution.seed}, {made.events:,} events; intervals are at 95 %"
    yield from (f"warning: {warning}" for warning in solution.warnings)


def _tell_omissions(solution: Solution) -> Iterator[str]:
    if not solution.leaves_out:
        return
    asked = bool(solution.what_if)
    more = ", and what becomes of the downtime a year with typical values" if asked else ""
    yield f"what this model leaves out{more}"
    for sentence, one in rank_omissions(solution):
        yield f"{_INDENT}- {sentence}"
        if one is not None:
            grade = f", grade {one.grade}" if one.grade else ""
            yield f"{_INDENT * 3}with {one.put_in}{grade}:"
            for name, told in tell_moves(one, solution):
                yield f"{_INDENT * 3}{name:<{_TITLE - 4 if name else 0}}{told}"


def rank_omissions(solution: Solution) -> list[tuple[str, WhatIf | None]]:
    """What a model leaves out, with what becomes of it where that was asked; the largest first.

    Parameters
    ----------
    solution : Solution
    """
    asked = {one.omission: one for one in solution.what_if or ()}
    found = [(sentence, asked.get(sentence)) for sentence in solution.leaves_out]
    return sorted(found, key=lambda one: -_size(one[1], solution))


def _size(one: WhatIf | None, solution: Solution) -> float:
    """By how much the service that moves most does: the logarithm of its factor, up or down."""
    if one is None:
        return -1.0
    sizes = [
        abs(math.log(move.factor))
        for name, move in one.services.items()
        if move.factor and _differ(solution[name].unavailability, move.unavailability)
    ]
    return max(sizes, default=0.0)


def _differ(before: Estimate, after: Estimate) -> bool:
    """Whether two figures differ by more than chance can explain: their intervals are apart."""
    ends = before.low, before.high, after.low, after.high
    if any(end is None for end in ends):
        return False
    old_low, old_high, low, high = (float(end or 0.0) for end in ends)
    return high < old_low or low > old_high


def tell_moves(one: WhatIf, solution: Solution) -> Iterator[tuple[str, str]]:
    """What becomes of each service where something that is left out is put in: name and words.

    Parameters
    ----------
    one : WhatIf
    solution : Solution
        Without it.
    """
    for name, move in one.services.items():
        before = solution[name]
        told = _tell_move(before.unavailability, move)
        yield name, f"{told}{_tell_longer(before.outage_length_s['p95'], move)}"
    if not one.services:
        yield "", "not answered"


def _tell_move(before: Estimate, move: Move) -> str:
    after = move.unavailability
    if move.factor is None or before.value is None or after.value is None:
        return "not known"
    old, new, low, high = (_a_year(x) for x in (before.value, *after.ends))
    interval = "" if after.exact or not low or not high else f" ({low} to {high})"
    if not _differ(before, after) and not (before.exact and after.exact):
        return f"{'as before':<10}{old} to {new}{interval}, which may be chance"
    return f"x {move.factor:<8.3g}{old} to {new}{interval}"


def _a_year(share: float | None) -> str:
    return "" if share is None else show_seconds(share * SECONDS_PER_YEAR)


def _tell_longer(before: Estimate, move: Move) -> str:
    """The length that most outages stay below, where it moves more than unavailability does."""
    old, new = before.value, move.p95_outage_s.value
    if not old or not new or not move.factor or not _differ(before, move.p95_outage_s):
        return ""
    moved = abs(math.log(new / old))
    if moved < LEAST_MOVE or moved < abs(math.log(move.factor)):
        return ""
    return f"; 95 % end within {show_seconds(new)}, not {show_seconds(old)}"


# ---------------------------------------------------------------------------- lines


def _row(title: str, estimate: Estimate, show: Show, more: str = "", *, inset: bool = False) -> str:
    """A line for an estimate: its value, its interval, and what else there is to say."""
    return _columns(title, *show_estimate(estimate, show), more, inset=inset)


def show_estimate(estimate: Estimate, show: Show) -> tuple[str, str]:
    """Return the value and the interval of an estimate in words; no interval of a computed one."""
    value, low, high = (None if x is None else show(x) for x in estimate.ends)
    if estimate.exact:
        interval = ""
    elif low is not None and high is not None:
        interval = f"{low} to {high}"
    elif low is not None or high is not None:
        interval = f"above {low}" if high is None else f"below {high}"
    else:
        interval = "" if value is None else "no interval"
    return "not known" if value is None else value, interval


def _columns(title: str, value: str, interval: str, more: str, *, inset: bool = False) -> str:
    width = _TITLE - (len(_INDENT) if inset else 0)
    head = f"{title:<{width}}"
    head += "" if head.endswith(" ") else " "
    if not interval and len(value) + 1 > _VALUE:
        return f"{head}{value}  {more}"
    return f"{head}{value:<{_VALUE}}{interval:<{_INTERVAL if more else 0}}{more}"


def _value(estimate: Estimate, show: Show) -> str | None:
    return None if estimate.value is None else show(estimate.value)


def _wrap(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(
        line.rstrip(),
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
