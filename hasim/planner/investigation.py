"""explain(): where the downtime comes from, what it hangs on, and what would buy most of it back.

Theory of operation
-------------------
The model is solved once, with measures for its likeliest minimal cut sets beside its own. Where the
answer is exact, importance is differentiated and changes are solved one by one; else the model, the
changes that could save most and the model without each of its worst causes are simulated together.
All of it shares one limit of time: the answer takes at most its `FIRST` part, the rest goes to
importance and changes; what is not reached is None, and told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hasim import compiler
from hasim.compiler.single_points import find_single_points
from hasim.errors import HasimError, RefusedError, SolveError
from hasim.planner.cut_sets import CutSets, Search, find_cut_sets
from hasim.planner.cut_shares import (
    cut_set_measure,
    failing_over_measure,
    likeliest,
    with_cut_sets,
)
from hasim.planner.events import find_events
from hasim.planner.explanation import CutSetLine, Explanation, Gain, ServiceExplanation
from hasim.planner.importance import (
    Importance,
    Item,
    Slope,
    find_items,
    slope,
    unavailabilities,
    weigh,
    without,
)
from hasim.planner.improvements import Change, find_changes, most_to_gain
from hasim.planner.marginal_prices import price_change
from hasim.planner.savings import Limits, Saving, save_exactly, save_together
from hasim.planner.shared_fate import find_shared_fate
from hasim.planner.waterfall import find_waterfalls
from hasim.process import Process
from hasim.solution import ServiceAnswer, SinglePoint, Solution, Status
from hasim.solving import Progress, solve
from hasim.stats import Estimate
from hasim.system import System
from hasim.units import SECONDS_PER_YEAR

FIRST = 0.4
"""The part of the time that the answer to the model itself may take."""

CHANGES = 0.6
"""The part of the rest that changes may take, where they are solved one by one."""

MOST_SIMULATED = 10
"""So many changes, and half as many causes, are simulated together: each shares the time."""

_LENGTHS = "outage_length_s"
"""What is said of the lengths of outages is left out: nothing here is made from them."""

LEAST_SHARE = 0.002
"""What could save less than this share of the downtime of any service is not tried."""


def explain(
    system: System,
    *,
    engine: str = "auto",
    precision: float = 0.05,
    seed: int = 1,
    max_time: float = 60.0,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Explanation:
    """Say where the downtime of each service comes from, and what would save most of it.

    Parameters
    ----------
    system : System
    engine, precision, seed, threads, progress, stop
        As those of `hasim.solve`.
    max_time : float
        Seconds for all of it.

    Returns
    -------
    Explanation

    Raises
    ------
    InputError, RefusedError, SolveError
        As `hasim.solve` does for the model.
    """
    limits = Limits(time.monotonic() + max_time, precision, seed, threads, progress, stop)
    process = compiler.compile(system)
    search = find_cut_sets(system, find_events(system, process))
    measured = {name: likeliest(found) for name, found in search.services.items()}
    inquiry = _Inquiry(system, process, limits)
    exact = _try_exactly(process) if engine in ("auto", "exact") else None
    solution = inquiry.solve(with_cut_sets(process, measured), "exact" if exact else engine)
    findings = inquiry.look_further(solution, exact)
    return _Writer(system, solution, search, measured, findings).write()


@dataclass(frozen=True, slots=True)
class _Findings:
    """What was found beside the answer to the model.

    Parameters
    ----------
    importance : mapping of str to tuple of Importance
        By service.
    changes : tuple of Change
        Those that could save something, the most promising first.
    savings : tuple of Saving or None
        What those that were tried save.
    base : mapping of str to float
        Downtime a year, in seconds, that was seen beside them; empty where they are exact.
    warnings : tuple of str
    stopped : bool
    """

    importance: Mapping[str, tuple[Importance, ...]]
    changes: tuple[Change, ...]
    savings: tuple[Saving | None, ...]
    warnings: tuple[str, ...]
    base: Mapping[str, float] = field(default_factory=dict)
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class _Inquiry:
    """What is asked once the model is answered."""

    system: System
    process: Process
    limits: Limits

    def solve(self, measuring: Process, engine: str) -> Solution:
        """Answer the model; without its cut sets where these are too much for the exact engine."""
        limits = self.limits
        options: dict[str, Any] = {
            "engine": engine,
            "precision": limits.precision,
            "seed": limits.seed,
            "max_time": round(FIRST * limits.left, 1),
            "threads": limits.threads,
            "progress": limits.progress,
            "stop": limits.stop,
        }
        if engine != "exact":
            return solve(measuring, **options)
        try:
            return solve(measuring, **options)
        except RefusedError:
            solution = solve(self.process, **options)
            text = "cut sets are too many to be told exactly; --engine montecarlo measures them"
            return replace(solution, warnings=(*solution.warnings, text))

    def look_further(self, solution: Solution, exact: Mapping[str, float] | None) -> _Findings:
        """Weigh what fails, and try changes."""
        changes = _promising(find_changes(self.system), solution)
        stopped = _Findings({}, changes, (), ("stopped before all was asked",), stopped=True)
        if solution.status.code == "stopped":
            return stopped
        items = _worst_first(find_items(self.process), solution)
        try:
            if exact is not None:
                return self._by_solving(exact, items, changes)
            return self._by_simulation(solution, items, changes)
        except KeyboardInterrupt:
            return stopped

    # ------------------------------------------------------------------ exactly

    def _by_solving(
        self, base: Mapping[str, float], items: Sequence[Item], changes: tuple[Change, ...]
    ) -> _Findings:
        compiled = [(one, process) for one in changes if (process := _try_compile(one.system))]
        first = replace(self.limits, until=time.monotonic() + CHANGES * self.limits.left)
        savings = save_exactly(base, [process for _, process in compiled], first)
        weighed: dict[str, list[Importance]] = {name: [] for name in base}
        n_weighed = 0
        for item in items:
            if self.limits.is_over:
                break
            n_weighed += 1
            found = _try_slope(self.process, item)
            never = _try_exactly(without(self.process, item))
            for name, whole in base.items():
                rest = None if never is None else never[name]
                weighed[name].append(weigh(item, found, name, whole, rest))
        late = self._tell_late(n_weighed, len(items), "causes are not weighed")
        return _Findings(
            {name: tuple(found) for name, found in weighed.items()},
            tuple(one for one, _ in compiled),
            tuple(savings),
            (late,) if late else (),
        )

    def _tell_late(self, done: int, of: int, what: str) -> str:
        step = "give it more time (--max-time)"
        return "" if done == of else f"{of - done} of {of} {what}; {step}"

    # ------------------------------------------------------------------ by simulation

    def _by_simulation(
        self, solution: Solution, items: Sequence[Item], changes: tuple[Change, ...]
    ) -> _Findings:
        first, items = changes[:MOST_SIMULATED], items[: MOST_SIMULATED // 2]
        compiled = [(one, process) for one in first if (process := _try_compile(one.system))]
        variants = [process for _, process in compiled]
        never = [without(self.process, item) for item in items]
        why = "Birnbaum and criticality are derivatives, which only the exact engine computes"
        try:
            savings = save_together(self.process, variants + never, self.limits)
        except SolveError as error:
            return _Findings({}, changes, (), (why, f"no change was tried: {error}"))
        n = len(variants)
        importance = {
            name: tuple(
                _seen(item, saving, name, savings.base.get(name))
                for item, saving in zip(items, savings.variants[n:], strict=True)
            )
            for name in solution.services
        }
        kept = (*(one for one, _ in compiled), *changes[MOST_SIMULATED:])
        return _Findings(
            importance, kept, savings.variants[:n], (why,), savings.base, savings.stopped
        )


def _worst_first(items: Sequence[Item], solution: Solution) -> list[Item]:
    """What can fail, most downtime first; what is charged with nothing comes last."""
    charged: dict[str, float] = {}
    for answer in solution.services.values():
        down = answer.downtime_s_per_year.value or 0.0
        for cause, cost in answer.downtime_s_per_year_by_cause.items():
            share = (cost.value or 0.0) / down if down else 0.0
            charged[cause] = max(charged.get(cause, 0.0), share)
    return sorted(items, key=lambda item: -charged.get(item.name, 0.0))


def _try_exactly(process: Process) -> Mapping[str, float] | None:
    """Exact unavailabilities; None where the exact engine refuses."""
    try:
        return unavailabilities(process)
    except RefusedError:
        return None


def _try_slope(process: Process, item: Item) -> Slope | None:
    try:
        return slope(process, item)
    except RefusedError:
        return None


def _try_compile(system: System) -> Process | None:
    """The Process of a changed system; None where the change cannot be made as it is."""
    try:
        return compiler.compile(system)
    except HasimError:
        return None


def _seen(item: Item, saving: Saving | None, service: str, down: float | None) -> Importance:
    """The importance of an item by simulation: no derivatives."""
    saved = None if saving is None else saving[service]
    share = saved.scaled(1.0 / down) if saved is not None and down else None
    return Importance(item.name, len(item.automata), None, None, None, share, saved)


def _promising(changes: Sequence[Change], solution: Solution) -> tuple[Change, ...]:
    """The changes that could save something, in turn for each service, the best first."""
    turns: list[list[Change]] = []
    for answer in solution.services.values():
        down = answer.downtime_s_per_year.value or 0.0
        gains = [(most_to_gain(change, answer), change) for change in changes]
        worth = [pair for pair in gains if pair[0] > LEAST_SHARE * down]
        turns.append([change for _, change in sorted(worth, key=lambda pair: -pair[0])])
    return tuple(_in_turn(turns))


def _in_turn(turns: Sequence[Sequence[Change]]) -> Iterator[Change]:
    seen: set[str] = set()
    for place in range(max(map(len, turns), default=0)):
        for turn in turns:
            if place < len(turn) and turn[place].text not in seen:
                seen.add(turn[place].text)
                yield turn[place]


# ---------------------------------------------------------------------------- put together


@dataclass(frozen=True, slots=True)
class _Writer:
    """Puts an explanation together."""

    system: System
    solution: Solution
    search: Search
    measured: Mapping[str, tuple[CutSets, ...]]
    findings: _Findings

    def write(self) -> Explanation:
        findings = self.findings
        status = self.solution.status
        if findings.stopped and status.code != "stopped":
            status = Status("stopped", f"{status.text}; then stopped")
        points = find_single_points(self.system)
        n_tried = sum(saving is not None for saving in findings.savings)
        late = self._tell_untried(n_tried)
        return Explanation(
            model=self.solution.model,
            engine=self.solution.engine,
            seed=self.solution.seed,
            status=status,
            complete_to=self.search.complete_to,
            services={
                name: self._service(name, answer, points[name])
                for name, answer in self.solution.services.items()
            },
            shared_fate=find_shared_fate(self.system),
            waterfalls=find_waterfalls(self.system),
            n_changes=len(findings.changes),
            n_tried=n_tried,
            warnings=(
                *(one for one in self.solution.warnings if _LENGTHS not in one),
                *findings.warnings,
                *late,
            ),
        )

    def _tell_untried(self, n_tried: int) -> Iterator[str]:
        missing = len(self.findings.changes) - n_tried
        if missing:
            yield (
                f"{missing} of {len(self.findings.changes)} changes that could save something were "
                "not tried, those that promise least first of all"
            )

    def _service(
        self, name: str, answer: ServiceAnswer, points: tuple[SinglePoint, ...]
    ) -> ServiceExplanation:
        down = answer.downtime_s_per_year.value
        return ServiceExplanation(
            answer=answer,
            unexplained_by_cause_s=_rest(down, answer.downtime_s_per_year_by_cause, 1.0),
            unexplained_by_stage_s=_rest(
                down, answer.mttr_stages_s, answer.outages_per_year.value or 0.0
            ),
            single_points=points,
            cut_sets=tuple(self._cut_sets(name, down)),
            failing_over_s_per_year=self._measured(failing_over_measure(name)),
            importance=_ranked(self.findings.importance.get(name, ())),
            gains=tuple(self._gains(name, down)),
        )

    def _cut_sets(self, service: str, down: float | None) -> list[CutSetLine]:
        measured = self.measured[service]
        lines = []
        for one in self.search.services[service]:
            cost = None
            if one in measured:
                cost = self._measured(cut_set_measure(service, measured.index(one)))
            share = None if cost is None or cost.value is None or not down else cost.value / down
            lines.append(CutSetLine(one.text, one.order, one.n_sets, one.example, cost, share))
        return sorted(lines, key=lambda line: -1.0 if line.share is None else -line.share - 1.0)

    def _measured(self, measure: str) -> Estimate | None:
        found = self.solution.measures.get(measure)
        return None if found is None else found.scaled(SECONDS_PER_YEAR)

    def _gains(self, service: str, down: float | None) -> list[Gain]:
        gains = []
        base = self.findings.base.get(service) or down
        for change, saving in zip(self.findings.changes, self.findings.savings, strict=False):
            saved = None if saving is None else saving[service]
            if (
                saved is not None
                and saved.value is not None
                and saved.value > 0.0
                and down
                and base
            ):
                left = down * max(0.0, 1.0 - saved.value / base)
                price = price_change(self.system, change.system, saved)
                gains.append(Gain(change.text, saved, left, price))
        return sorted(gains, key=lambda gain: -(gain.saved_s_per_year.value or 0.0))


def _rest(down: float | None, parts: Mapping[str, Estimate], factor: float) -> float | None:
    """What a sum lacks of the downtime; None where parts are not known."""
    values = [one.value for one in parts.values()]
    if down is None or any(value is None for value in values):
        return None
    return down - factor * sum(value or 0.0 for value in values)


def _ranked(importance: Sequence[Importance]) -> tuple[Importance, ...]:
    def size(one: Importance) -> float:
        potential = one.improvement_s_per_year
        return 0.0 if potential is None or potential.value is None else potential.value

    return tuple(sorted(importance, key=lambda one: -size(one)))
