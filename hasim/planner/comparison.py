"""Candidates compared: their figures, what differs, who is dominated, and who comes first.

Theory of operation
-------------------
The candidates are answered together (answering.py) until every pair has its statement (ranking.py)
or time is up. Differences are taken against the first candidate, in each figure that replications
add up to (differences.py). Those that are told are real together at 95 %: Holm's correction over
all candidates, services and figures (exact ones need none). A candidate is dominated where another
is nowhere worse and somewhere better, over all columns that are judged; "worse" and "better" are
real differences, here with the correction for all pairs.

Rules of this file: numbers and names, no sentences but the status.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from hasim.errors import InputError, list_words, show_value
from hasim.planner.answering import Answers, Asking, answer_all, check_services, with_slas
from hasim.planner.columns import COLUMNS, COST_COLUMNS, Column, column_of, columns_of
from hasim.planner.differences import Gap, find_real, tell_apart, twin_of
from hasim.planner.ranking import OPPOSITE, Verdict, places, rank_pairs, rivals_of
from hasim.planner.recording import begin_comparison, end_comparison
from hasim.runners import Runner, choose_runner
from hasim.solution import AT_A_LIMIT, DONE, STOPPED, Solution
from hasim.solving import Progress
from hasim.stats import Estimate
from hasim.stats.selection import Rule
from hasim.store import Recorded, Study
from hasim.system import System
from hasim.units import SECONDS_PER_YEAR

#: Most candidates: more than anybody reads, and each pair of them has to be told apart.
MOST_CANDIDATES = 20

#: The figures that candidates can be ranked by.
_ALL = (*COLUMNS, *COST_COLUMNS)
RANKED_BY = tuple(column.key for column in _ALL if column.better == "less")

Code = Literal["decided", "limit", "stopped"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a candidate has more than the first.

    Parameters
    ----------
    estimate : Estimate
        Negative where it has less.
    paired : bool
        Whether it is made from differences of replications with common random numbers.
    real : bool
        Whether it is real at 95 %, all differences that are told taken together.
    """

    estimate: Estimate
    paired: bool
    real: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a candidate stands in one service.

    Parameters
    ----------
    figures : mapping of str to Estimate or None
        By the keys of `COLUMNS`.
    place : int
        1 is best; what is alike may share one.
    verdict : str or None
        ``better``, ``worse`` or ``alike`` against the first candidate; None where that is not
        decided, and for the first itself.
    differences : mapping of str to Difference
        Against the first candidate, by the keys of columns; empty for itself.
    dominated_by : tuple of str
        Candidates that are nowhere worse and somewhere better; empty: it is on the Pareto front.
    """

    figures: Mapping[str, Estimate | None]
    place: int
    verdict: Verdict | None
    differences: Mapping[str, Difference]
    dominated_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contest:
    """All candidates in one service.

    Parameters
    ----------
    standings : mapping of str to Standing
        By the name of the candidate, in their order.
    verdicts : mapping of (str, str) to str or None
        What the first of each pair is against the second; None: undecided.
    """

    standings: Mapping[str, Standing]
    verdicts: Mapping[tuple[str, str], Verdict | None]

    @property
    def undecided(self) -> tuple[tuple[str, str], ...]:
        """Pairs of which nothing can be said yet."""
        return tuple(pair for pair, verdict in self.verdicts.items() if verdict is None)

    def against(self, one: str, other: str) -> Verdict | None:
        """Return what `one` is against `other`."""
        if (one, other) in self.verdicts:
            return self.verdicts[one, other]
        return OPPOSITE[self.verdicts[other, one]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Candidates compared.

    Parameters
    ----------
    code : {"decided", "limit", "stopped"}
        Whether the order is decided, or what came before.
    text : str
        The same as a sentence.
    rank_by : str
        Key of the column that decides the order.
    indifference, confidence : float
    solutions : mapping of str to Solution
        By the name of the candidate; the first is what the others are held against.
    contests : mapping of str to Contest
        By service.
    """

    code: Code
    text: str
    rank_by: str
    indifference: float
    confidence: float
    solutions: Mapping[str, Solution]
    contests: Mapping[str, Contest]

    @property
    def first(self) -> str:
        """Name of the candidate that the others are held against."""
        return next(iter(self.solutions))

    @property
    def exit_status(self) -> int:
        """Exit status of the command; objectives do not change it."""
        return {"decided": DONE, "limit": AT_A_LIMIT, "stopped": STOPPED}[self.code]

    def to_dict(self) -> dict[str, object]:
        """Return the JSON document of `hasim compare`."""
        from hasim.planner.comparison_document import to_document

        return to_document(self)


def compare(
    candidates: Mapping[str, System],
    *,
    engine: str = "auto",
    rank_by: str = "unavailability",
    indifference: float = 0.10,
    confidence: float = 0.95,
    precision: float = 0.20,
    seed: int = 1,
    max_time: float = 60.0,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    runner: Runner | None = None,
    study: Study | None = None,
) -> Comparison:
    """Tell which of some designs is best, by how much, and how sure that is.

    Parameters
    ----------
    candidates : mapping of str to System
        Two or more by name; the others are held against the first.
    engine : str
        ``auto``, ``exact``, ``matched``, ``bounds`` or ``montecarlo``, for every candidate.
    rank_by : str
        One of `RANKED_BY`.
    indifference : float
        Relative difference below which two candidates may be called alike.
    confidence : float
        Chance that all statements about pairs are right together.
    precision : float
        Of the first simulation; it goes on, or ends sooner, until the order is decided.
    seed, threads, progress, stop, runner
        As those of `hasim.solve`.
    max_time : float
        Seconds for all candidates together.
    study : Study, optional
        Where simulated histories are kept and found again, and the answer is written down.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        For candidates with different services, fewer than two or too many of them, and options
        that cannot be meant.
    RefusedError, SolveError, WorkerError
        As `hasim.solve` does for each.
    StudyError
        Where the study cannot be written any more.
    """
    _check(candidates, rank_by, indifference, confidence)
    arguments = {
        "engine": engine, "rank_by": rank_by, "indifference": indifference,
        "confidence": confidence, "precision": precision, "seed": seed,
    }  # fmt: skip
    run = None if study is None else begin_comparison(study, candidates, arguments)
    if study is not None:
        runner = Recorded(runner or choose_runner(threads), study)
    asking = Asking(engine, precision, seed, max_time, threads, progress, stop, runner)
    names = list(candidates)
    referee = _Referee(names, list(candidates[names[0]].services), column_of(rank_by),
                       indifference, confidence)  # fmt: skip
    started = time.monotonic()
    answers = answer_all(candidates, asking, referee.is_decided)
    left = max(0.0, max_time - (time.monotonic() - started))
    answers = with_slas(answers, candidates, replace(asking, max_time=left))
    contests = referee.tell(answers)
    undecided = sum(len(contest.undecided) for contest in contests.values())
    code: Code = "stopped" if answers.is_stopped else "limit" if undecided else "decided"
    text = _tell_missing(undecided, answers, contests, rank_by) if code == "limit" else ""
    comparison = Comparison(
        code, text or _tell(code, undecided, max_time), rank_by, indifference, confidence,
        answers.solutions, contests,
    )  # fmt: skip
    if run is not None:
        end_comparison(run, comparison)
    return comparison


def _check(
    candidates: Mapping[str, System], rank_by: str, indifference: float, confidence: float
) -> None:
    number = len(candidates)
    if not 2 <= number <= MOST_CANDIDATES:
        found = f"{number} candidate" + ("" if number == 1 else "s")
        raise InputError(
            found, f"2 to {MOST_CANDIDATES}", "add a model, or a value to vary" if number < 2
            else "leave some out",
        )  # fmt: skip
    if rank_by not in RANKED_BY:
        raise InputError(
            f"rank_by {show_value(rank_by)}", f"one of {', '.join(RANKED_BY)}", "leave it out"
        )
    if not 0.0 < indifference < 1.0:
        raise InputError(f"indifference {indifference:g}", "more than 0, less than 1", "take 0.1")
    if not 0.5 <= confidence < 1.0:
        raise InputError(f"confidence {confidence:g}", "from 0.5 to less than 1", "take 0.95")
    check_services(candidates)
    _check_costs(candidates, rank_by)


def _check_costs(candidates: Mapping[str, System], rank_by: str) -> None:
    """Refuse candidates with prices in several currencies, and an order by what has none."""
    currencies = {name: one.costs.currency for name, one in candidates.items() if one.costs}
    first = next(iter(currencies), "")
    other = next((name for name, one in currencies.items() if one != currencies[first]), None)
    if other is not None:
        found = f"{first} has prices in {currencies[first]}, {other} in {currencies[other]}"
        raise InputError(found, "candidates are compared in one currency", "convert one of them")
    unpriced = [name for name in candidates if name not in currencies]
    if unpriced and rank_by in {column.key for column in COST_COLUMNS}:
        found = f"{unpriced[0]} has no costs to rank by"
        raise InputError(found, "", "write `costs` in its model, or rank by another figure")


def _tell(code: Code, undecided: int, max_time: float) -> str:
    pairs = _pairs(undecided)
    match code:
        case "decided":
            return "the order is decided"
        case "limit":
            step = "give it more time (--max-time) or a larger --indifference"
            return f"the order is not decided within {max_time:g} s, {pairs} open; {step}"
        case "stopped":
            return f"stopped, {pairs} open" if undecided else "stopped"


def _tell_missing(
    undecided: int, answers: Answers, contests: Mapping[str, Contest], rank_by: str
) -> str:
    """Why more time decides nothing: candidates that were computed and have no such figure."""
    computed = [name for name, row in answers.rows.items() if row is None]
    missing = {
        (service, name)
        for service, contest in contests.items()
        for name in computed
        if (known := contest.standings[name].figures[rank_by]) is None or known.value is None
    }
    is_open = [(s, pair) for s, contest in contests.items() for pair in contest.undecided]
    if not all((s, one) in missing or (s, other) in missing for s, (one, other) in is_open):
        return ""
    names = [name for name in computed if any(one == name for _, one in missing)]
    have = "has" if len(names) == 1 else "have"
    figure = column_of(rank_by).title
    return (
        f"the order is not decided, {_pairs(undecided)} open: {list_words(names)} {have} no "
        f"{figure}; rank by another figure (--rank-by)"
    )


def _pairs(undecided: int) -> str:
    return "one pair is" if undecided == 1 else f"{undecided} pairs are"


@dataclass(frozen=True, slots=True)
class _Referee:
    """Who judges the candidates."""

    names: Sequence[str]
    services: Sequence[str]
    column: Column
    indifference: float
    confidence: float

    def is_decided(self, answers: Answers) -> bool:
        return all(None not in self._rank(answers, service).values() for service in self.services)

    def tell(self, answers: Answers) -> dict[str, Contest]:
        gaps = {service: self._gaps(answers, service) for service in self.services}
        return {
            service: self._contest(answers, service, *real)
            for service, real in _judge(gaps, self.names).items()
        }

    def _rank(self, answers: Answers, service: str) -> dict[tuple[int, int], Verdict | None]:
        rows = [answers.rows[name] for name in self.names]
        estimates = [self._figure(answers, name, service, self.column) for name in self.names]
        samples = answers.samples.get(service)
        sequential = self.column.sampled in ("downtime", "outages")
        amounts = outages = None
        if sequential and samples is not None:
            amounts = samples.downtime if self.column.sampled == "downtime" else samples.outages
            year = SECONDS_PER_YEAR if self.column.scale == "year" else 1.0
            amounts, outages = amounts * (year / samples.window), samples.outages
        rivals = rivals_of(estimates, rows, amounts, outages)
        return rank_pairs(rivals, self._rule(rows), sequential=sequential)

    def _rule(self, rows: Sequence[int | None]) -> Rule:
        sampled = sum(a is not None or b is not None for a, b in combinations(rows, 2))
        return Rule.shared(self.indifference, self.confidence, sampled * len(self.services))

    def _figure(self, answers: Answers, name: str, service: str, column: Column) -> Estimate | None:
        solution = answers.solutions.get(name)
        return None if solution is None else column.of(solution, service)

    def _gaps(self, answers: Answers, service: str) -> _Gaps:
        samples = answers.samples.get(service)
        gaps = {}
        for column in columns_of(answers.solutions.values()):
            twins = {
                name: twin_of(answers, name, self._figure(answers, name, service, column), column)
                for name in self.names
            }
            for one, other in combinations(self.names, 2):
                gap = tell_apart(column, twins[one], twins[other], samples)
                gaps[one, other, column.key] = gap
        return gaps

    def _contest(
        self,
        answers: Answers,
        service: str,
        differences: Mapping[str, Mapping[str, Difference]],
        dominated: Mapping[str, tuple[str, ...]],
    ) -> Contest:
        ranked = self._rank(answers, service)
        found = places(len(self.names), ranked)
        verdicts = {(self.names[i], self.names[j]): one for (i, j), one in ranked.items()}
        first = self.names[0]
        return Contest(
            {
                name: Standing(
                    {
                        c.key: self._figure(answers, name, service, c)
                        for c in columns_of(answers.solutions.values())
                    },
                    place,
                    None if name == first else OPPOSITE[verdicts[first, name]],
                    differences.get(name, {}),
                    dominated[name],
                )
                for name, place in zip(self.names, found, strict=True)
            },
            verdicts,
        )


_Gaps = dict[tuple[str, str, str], Gap]
_Told = tuple[dict[str, dict[str, Difference]], dict[str, tuple[str, ...]]]


def _judge(by_service: Mapping[str, _Gaps], names: Sequence[str]) -> dict[str, _Told]:
    """Differences against the first and who dominates whom, corrected for all that is looked at."""
    gaps = {(service, *key): gap for service, all_of in by_service.items()
            for key, gap in all_of.items()}  # fmt: skip
    judged = {column.key for column in _ALL if column.better is not None}
    first = names[0]
    told = find_real({k: g for k, g in gaps.items() if k[1] == first and k[3] in judged})
    real = find_real({k: g for k, g in gaps.items() if k[3] in judged})
    return {
        service: (
            {
                name: _differences(service, first, name, all_of, told)
                for name in names[1:]
            },
            {name: _dominating(service, name, names, all_of, real) for name in names},
        )
        for service, all_of in by_service.items()
    }  # fmt: skip


_Key = tuple[str, str, str, str]


def _differences(
    service: str, first: str, name: str, gaps: _Gaps, real: set[_Key]
) -> dict[str, Difference]:
    found = {}
    for column in _ALL:
        gap = gaps.get((first, name, column.key))
        if gap is None:
            continue
        twin = column.key if column.better else _twin_of(column)
        is_real = (service, first, name, twin) in real
        found[column.key] = Difference(gap.estimate, gap.paired, is_real)
    return found


def _twin_of(column: Column) -> str:
    """The judged column that is the same in another unit."""
    return next(one.key for one in _ALL if one.better and one.sampled == column.sampled)


def _dominating(
    service: str, name: str, names: Sequence[str], gaps: _Gaps, real: set[_Key]
) -> tuple[str, ...]:
    """The candidates that are nowhere worse than one and somewhere better."""
    found = []
    for other in names:
        if other == name:
            continue
        pair = (name, other) if (name, other, COLUMNS[0].key) in gaps else (other, name)
        gains = [
            _gain(gaps[*pair, column.key], column) * (1.0 if pair[0] == name else -1.0)
            for column in _ALL
            if column.better and column.on_front and (service, *pair, column.key) in real
        ]
        if gains and min(gains) > 0.0:
            found.append(other)
    return tuple(found)


def _gain(gap: Gap, column: Column) -> float:
    """By how much the second of a pair is better."""
    value = gap.estimate.value or 0.0
    return -value if column.better == "less" else value
