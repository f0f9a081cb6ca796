"""A Sizing as text for a terminal: what to build, what is close to it, why nothing cheaper will do.

Rules of this file: the answer first, then the alternatives with what differs in them, then the
excuses, the most frequent first; what bounds a target is named where no design meets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hasim.errors import cut_list, list_some
from hasim.planner.columns import column_of
from hasim.planner.sizing.answer import Bottom, Group, NextNine, Pick, Sizing
from hasim.planner.sizing.search import Excuse
from hasim.planner.sizing.targets import Target
from hasim.reporting.comparison_table import show_figure, show_interval
from hasim.reporting.money_text import show_money
from hasim.reporting.regret_text import tell_regret
from hasim.reporting.text_table import fold, wrap
from hasim.solution import ServiceAnswer
from hasim.solution.text import show_seconds, show_share
from hasim.stats import Estimate
from hasim.units import SECONDS_PER_YEAR, format_duration

#: Groups of excuses, choices of a group, and causes that are named.
MOST_GROUPS, MOST_CHOICES, MOST_CAUSES = 8, 5, 3

#: The share of the greatest cause below which another is not named.
LEAST_TOLD = 0.05

#: Columns of a label in a table.
LONGEST_LABEL = 26

#: The figures that are shown of a design, where it has them.
SHOWN = ("downtime_s_per_year", "outages_per_year", "p95_outage_s", "headroom",
          "headroom_after_loss")  # fmt: skip


def tell_sizing(sizing: Sizing) -> str:
    """Return what a search found as text, without a line break at its end."""
    asked = cut_list([target.text for target in sizing.targets], len(sizing.targets))
    lines = wrap([f"{sizing.model}: {sizing.text}", f"targets: {asked}"])
    if sizing.pick is not None:
        lines += ["", *_tell_pick(sizing.pick, sizing.unit, sizing.targets)]
        if sizing.regret is not None:
            lines += ["", *tell_regret(sizing.regret, sizing.unit)]
        lines += ["", *_tell_alternatives(sizing)]
    lines += wrap(tell_open(sizing))
    if sizing.bottom is not None:
        lines += ["", *_tell_bottom(sizing.bottom, sizing.targets)]
        lines += wrap(tell_without_budget(sizing.bottom.without_budget, sizing.unit))
    excuses = _tell_excuses(sizing)
    lines += ["", *excuses] if excuses else []
    if sizing.next_nine is not None:
        lines += ["", *wrap(tell_next_nine(sizing, sizing.next_nine))]
        if sizing.next_nine.bottom is not None:
            lines += _tell_bottom(sizing.next_nine.bottom, sizing.next_nine.targets)
    return "\n".join([*lines, "", *wrap(tell_effort(sizing))])


# ---------------------------------------------------------------------------- the answer


def _tell_pick(pick: Pick, unit: str, targets: Sequence[Target]) -> Iterator[str]:
    width = max(map(len, pick.choices), default=0)
    for option, label in pick.choices.items():
        yield f"  {option:<{width}}  {label}"
    yield f"  {cost_title(unit):<{width}}  {show_cost(pick.cost, unit)}"
    costs = pick.solution.costs
    if costs is not None and costs.downtime_per_year is not None:
        total = show_interval(costs.total_per_year, "money")
        yield f"  {'with downtime':<{width}}  {total} {unit}"
    for service in pick.solution.services:
        told = []
        for key in SHOWN:
            figure = column_of(key).of(pick.solution, service)
            if figure is not None and figure.value is not None:
                told.append(f"{column_of(key).title} {show_interval(figure, column_of(key).unit)}")
        told += [f"{name} {value}" for name, value in tell_asked(pick, service, targets)]
        yield from wrap([f"  {service}: {'; '.join(told)}"])


def tell_asked(pick: Pick, service: str, targets: Sequence[Target]) -> Iterator[tuple[str, str]]:
    """What is known of each target that the figures that are always shown do not tell.

    Parameters
    ----------
    pick : Pick
    service : str
    targets : sequence of Target
    """
    answer = pick.solution[service]
    told = {*SHOWN, "downtime", "p95_outage"}
    if answer.sla_unavailability is None:
        told.add("availability")
    for target in targets:
        key = target.figure.key
        if target.figure.source == "money" or key in told or target.service not in (None, service):
            continue
        name = "availability in the SLA" if key == "availability" else key
        yield name, _show_target_figure(target, target.figure.read(answer))


def _tell_alternatives(sizing: Sizing) -> Iterator[str]:
    assert sizing.pick is not None
    if not sizing.alternatives:
        yield "no other design meets the targets and is better in anything that is told here"
        return
    picks = [sizing.pick, *sizing.alternatives]
    head = ["the nearest alternatives", "answer", *(f"[{n}]" for n in range(2, len(picks) + 1))]
    rows = side_by_side(picks, sizing.unit)
    yield from fold([head, *([title, *map(_cut, cells)] for title, *cells in rows)])


def side_by_side(picks: Sequence[Pick], unit: str) -> Iterator[list[str]]:
    """What differs in some designs: a row for each option, cost or figure, a cell for each design.

    Parameters
    ----------
    picks : sequence of Pick
        At least one.
    unit : str
        Of costs: a currency, or ``replicas``.
    """
    for option in picks[0].choices:
        labels = [pick.choices[option] for pick in picks]
        if len(set(labels)) > 1:
            yield [option, *labels]
    yield [cost_title(unit), *(show_cost(p.cost, unit) for p in picks)]
    for service in picks[0].solution.services:
        rows = (_row(service, key, picks) for key in SHOWN)
        yield from (row for row in rows if any(row[1:]))


def _row(service: str, key: str, picks: Sequence[Pick]) -> list[str]:
    column = column_of(key)
    figures = [column.of(pick.solution, service) for pick in picks]
    title = column.title if len(picks[0].solution.services) == 1 else f"{service}: {column.title}"
    cells = ["" if f is None or f.value is None else show_figure(f.value, column.unit)
             for f in figures]  # fmt: skip
    return [title, *cells]


# ---------------------------------------------------------------------------- why not


def _tell_excuses(sizing: Sizing) -> list[str]:
    number = sum(group.number for group in sizing.excuses)
    if not number:
        return [] if sizing.pick is None else ["no design is cheaper"]
    what = "cheaper designs" if sizing.pick is not None else "designs"
    lines = [f"why not the {number:,} {what}"]
    for group in sizing.excuses[:MOST_GROUPS]:
        lines += wrap([f"  {group.number:,}  {tell_group(group)}"])
    rest = sizing.excuses[MOST_GROUPS:]
    if rest:
        lines.append(f"  {sum(group.number for group in rest):,}  for {len(rest)} other reasons")
    return lines


def tell_group(group: Group) -> str:
    """Why some designs are not taken, in a sentence."""
    excuse = group.nearest
    if excuse.target is None:
        return f"cannot be built: {excuse.text}"
    if excuse.grounds == "money":
        found = _show_target_figure(excuse.target, excuse.figure)
        return f"{excuse.target.text} is exceeded, at best {found}"
    found = _show_target_figure(excuse.target, excuse.figure)
    where = "" if excuse.service is None else f"{excuse.service}: "
    nearest = "at best " if len(group.excuses) > 1 else ""
    choices = _tell_choices(excuse.choices)
    told = (
        f"{where}{excuse.target.text} is missed{_tell_grounds(excuse)}, {nearest}{found}{choices}"
    )
    if excuse.grounds == "open":
        told = f"{where}too close to {excuse.target.text} to tell, about {found}{choices}"
    most = max((cost.value or 0.0 for cost in group.causes.values()), default=0.0)
    causes = [
        f"{cause} {_down(cost.value)} a year"
        for cause, cost in group.causes.items()
        if cost.value is not None and cost.value > LEAST_TOLD * most
    ]
    return told + (f"; most of it {cut_list(causes, MOST_CAUSES)}" if causes else "")


def _tell_grounds(excuse: Excuse) -> str:
    match excuse.grounds:
        case "parts" if len(excuse.parts) == 1:
            return f" by {excuse.parts[0]} alone"
        case "parts":
            return f" by {list_some(excuse.parts, MOST_CHOICES)} together"
        case _:
            return ""


def _tell_choices(choices: Mapping[str, str]) -> str:
    named = [f"{option}={label}" for option, label in choices.items()]
    return f" (with {cut_list(named, MOST_CHOICES)})" if named else ""


def _show_target_figure(target: Target, figure: Estimate | None) -> str:
    """What was found, in the words of the target."""
    if figure is None or figure.value is None:
        return "not known"
    value = (
        1.0 - figure.value if target.is_upper and target.figure.better == "more" else figure.value
    )
    if target.figure.better == "more" and target.is_upper:
        return show_share(value)
    if target.figure.key == "headroom_after_loss" and value <= -1.0:
        return "nothing is served after the worst loss"
    if target.figure.key == "downtime":
        return _down(value * SECONDS_PER_YEAR)
    if target.figure.write is format_duration:
        return show_seconds(value)
    return target.write(value if target.currency else _short(value))


def _down(seconds: float) -> str:
    """Downtime of a year; nobody decides by less than a second."""
    return show_seconds(seconds) if seconds >= 1.0 else "less than 1 s"


def _short(value: float) -> float:
    return float(f"{value:.3g}")


# ---------------------------------------------------------------------------- what is open


def tell_open(sizing: Sizing) -> Iterator[str]:
    """What is known where a search ended before it found a design, and what to do, in sentences."""
    if sizing.pick is not None or sizing.code not in ("limit", "stopped"):
        return
    decided = sizing.effort.decided - sizing.effort.unbuildable
    yield "no design that meets all targets is found yet" if decided else "no design is decided yet"
    if decided and sizing.least_open is not None:
        close = " or too close to the targets to tell" if sizing.too_close else ""
        cost = show_cost(sizing.least_open, sizing.unit)
        unit = "replicas" if sizing.unit == "replicas" else "a year"
        yield f"any that does costs at least {cost} {unit}: all cheaper ones are ruled out{close}"
    yield "let it go on, give it more time, or leave fewer options open"


# ---------------------------------------------------------------------------- what bounds it


def _tell_bottom(bottom: Bottom, targets: Sequence[Target]) -> list[str]:
    return wrap(tell_bottom(bottom, targets))


def tell_bottom(bottom: Bottom, targets: Sequence[Target]) -> list[str]:
    """What stands in the way of some targets: parts at their best, and the design made of them.

    Parameters
    ----------
    bottom : Bottom
    targets : sequence of Target
        Those that no design meets.
    """
    lines = []
    for floor in bottom.floors:
        down = _down((floor.unavailability.value or 0.0) * SECONDS_PER_YEAR)
        lines.append(f"  {floor.part}: {down} a year at best{_tell_choices(floor.choices)}")
    if lines:
        lines = ["the least downtime that each part can have in this space", *lines]
    return [*lines, *_tell_best(bottom, targets)]


def tell_without_budget(pick: Pick | None, unit: str) -> list[str]:
    """The cheapest design that meets all targets but those of money; nothing without one.

    Parameters
    ----------
    pick : Pick or None
    unit : str
        Of costs: a currency, or ``replicas``.
    """
    if pick is None:
        return []
    choices = [f"{option}={label}" for option, label in pick.choices.items()]
    cost = show_cost(pick.cost, unit)
    return [f"without the bound on money: {cost} a year, {cut_list(choices, len(choices))}"]


def _tell_best(bottom: Bottom, targets: Sequence[Target]) -> Iterator[str]:
    if bottom.best is None:
        return
    for service, answer in bottom.best.solution.services.items():
        counted = [t for t in targets if _counts_all(t, answer)]
        allowed = _allowed(counted, service)
        if allowed is None:
            continue
        down = answer.downtime_s_per_year.value or 0.0
        yield (
            f"{service}: the design made of the best parts is down {_down(down)} a year; "
            f"{_down(allowed) if allowed else 'nothing'} would be allowed"
        )
        costs = answer.downtime_s_per_year_by_cause
        worst = sorted(costs, key=lambda cause: -(costs[cause].value or 0.0))
        for cause in worst[:MOST_CAUSES]:
            value = costs[cause].value or 0.0
            alone = ", by itself more than is allowed" if value > allowed else ""
            yield f"  {cause}{_what_it_is(cause)}: {_down(value)} a year{alone}"
        manual = (answer.mttr_stages_s.get("manual") or Estimate.of_exact(0.0)).value or 0.0
        by_hand = manual * (answer.outages_per_year.value or 0.0)
        if by_hand > allowed:
            yield (
                f"  takeovers by hand, where coverage falls short: {_down(by_hand)} a year, "
                "by themselves more than is allowed"
            )


def _what_it_is(cause: str) -> str:
    """The kind of a cause that no number of replicas helps against, in brackets."""
    if cause.endswith(".common"):
        return " (common cause)"
    return " (changes that fail)" if cause.endswith(".change") else ""


def _counts_all(target: Target, answer: ServiceAnswer) -> bool:
    """Whether a target is about all downtime, and not about that of an SLA alone."""
    return target.figure.key != "availability" or answer.sla_unavailability is None


def _allowed(targets: Sequence[Target], service: str) -> float | None:
    """The downtime a year, in seconds, that the targets leave a service."""
    limits = [
        target.limit
        for target in targets
        if target.figure.key in ("availability", "downtime") and target.service in (None, service)
    ]
    return min(limits) * SECONDS_PER_YEAR if limits else None


# ---------------------------------------------------------------------------- the rest


def tell_next_nine(sizing: Sizing, next_nine: NextNine) -> Iterator[str]:
    """What ten times less downtime would cost, in sentences."""
    assert sizing.pick is not None
    asked = cut_list([t.text for t in next_nine.targets if t not in sizing.targets], MOST_CHOICES)
    if next_nine.pick is None:
        why = "no design of this space has it" if next_nine.is_known else "not found in the time"
        yield f"the next nine, {asked}: {why}"
        return
    pick = next_nine.pick
    if pick.choices == sizing.pick.choices:
        yield f"the answer has the next nine, {asked}, already"
        return
    more = show_cost(pick.cost - sizing.pick.cost, sizing.unit)
    changed = [f"{o}={label}" for o, label in pick.choices.items()
               if label != sizing.pick.choices[o]]  # fmt: skip
    yield (
        f"the next nine, {asked}, costs {more} more ({show_cost(pick.cost, sizing.unit)}): "
        f"{cut_list(changed, len(changed))}"
    )
    price = pick.price_of_a_minute(sizing.pick).value
    if price is not None and sizing.unit != "replicas":
        yield f"  {show_money(price, sizing.unit)} for each minute of downtime avoided"


def tell_effort(sizing: Sizing) -> Iterator[str]:
    """How the designs were decided, and what makes the answer a model, in sentences."""
    effort = sizing.effort
    yield (
        f"{effort.decided:,} of {effort.designs:,} designs decided by {effort.parts:,} parts, "
        f"{effort.put_together:,} designs put together from them and {effort.solved:,} solved"
    )
    if effort.unbuildable:
        yield f"{effort.unbuildable:,} designs contradict themselves and cannot be built"
    if sizing.too_close:
        yield f"{sizing.too_close:,} cheaper designs are too close to the targets to tell"
    yield (
        f"seed {sizing.seed}; what rests on simulation holds together at "
        f"{100.0 * sizing.confidence:.3g} % (docs/sizing.md)"
    )
    if sizing.pick is not None:
        settings = " ".join(f"--set '{key}={value}'" for key, value in sizing.pick.settings)
        yield f"the answer as a model: hasim run MODEL {settings}"


def cost_title(unit: str) -> str:
    """What the cost of a design is called."""
    return "replicas" if unit == "replicas" else "cost a year"


def show_cost(cost: float, unit: str) -> str:
    """Return the cost of a design in words."""
    return f"{cost:g}" if unit == "replicas" else show_money(cost, unit)


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
