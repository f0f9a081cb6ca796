"""size(): the cheapest design that meets all targets, and what there is to know around it.

Theory of operation
-------------------
First the space is surveyed: which options matter for which line of the costs, for the structure,
for which part of which service (traits.py). Then every design has its cost, and the designs are
walked through, cheapest first (search.py). The first that meets all targets is the answer; the walk
goes on to the next ones, which are the alternatives, and once more with a tenth of the downtime
allowed: what the next nine costs. Where no design meets the targets, the least downtime of each
part says what stands in the way.

Rules of this file
------------------
1. What is found does not depend on time, threads or runner; a limit of time only ends it sooner.
2. All statements that rest on simulation hold together with the confidence asked.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Final

from hasim import compiler
from hasim.description.resolution import resolve
from hasim.description.space import Design, Space
from hasim.errors import InputError, ModelError, RefusedError, show_value
from hasim.planner.sizing.aims import (
    aims_of,
    check_headroom,
    is_of_windows,
    read_aims,
    with_parts,
)
from hasim.planner.sizing.answer import (
    Bottom,
    Code,
    Effort,
    Group,
    NextNine,
    Pick,
    Sizing,
)
from hasim.planner.sizing.evidence import Examiner
from hasim.planner.sizing.excuses import Solve, group_excuses
from hasim.planner.sizing.floors import find_floors
from hasim.planner.sizing.grid import Grid
from hasim.planner.sizing.judging import Asked
from hasim.planner.sizing.recording import begin_sizing, end_sizing
from hasim.planner.sizing.search import Aims, Count, Excuse, Found, Search
from hasim.planner.sizing.tables import cost_tables
from hasim.planner.sizing.targets import Target
from hasim.planner.sizing.traits import Book
from hasim.planner.sizing.wishes import Known, Means, Wish, least_regret, quantities_of
from hasim.runners import Runner, choose_runner
from hasim.solution import Solution
from hasim.solving import Progress, compute_long_run, solve
from hasim.solving.part_runs import PartRuns, Window
from hasim.store import Recorded, Study
from hasim.system import System
from hasim.units import SECONDS_PER_YEAR

#: The designs next to the answer that are told.
ALTERNATIVES: Final = 3

#: Looks that a design is worth which may be an alternative: one that is close is passed over.
LOOKS_BEYOND: Final = 2

#: Relative half-width of the figures of designs that are told.
PRECISION: Final = 0.05

#: The same of outages whose lengths are simulated beside what is computed: of rare ones that takes
#: longer than all the rest.
OF_LENGTHS: Final = 0.2

#: The same of designs in the worlds of what is uncertain.
IN_WORLDS: Final = 0.1

#: The same of designs whose worst causes are asked.
OF_CAUSES: Final = 0.2

#: States that an engine goes through to say exactly what causes downtime: some tenths of a second.
STATES_FOR_CAUSES: Final = 2000


class _OverError(TimeoutError):
    """The search is to end."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code


@dataclass(frozen=True, slots=True)
class _Asking:
    """How the answer is wanted."""

    engine: str
    confidence: float
    seed: int
    until: float
    runner: Runner
    study: Study | None
    progress: Callable[[Progress], None] | None
    stop: Callable[[], bool] | None

    @property
    def worker(self) -> Runner:
        """Who simulates, and does nothing that the study has."""
        return self.runner if self.study is None else Recorded(self.runner, self.study)

    def check_end(self) -> None:
        """End the search where it is to end.

        Raises
        ------
        _OverError
        """
        if self.stop is not None and self.stop():
            raise _OverError("stopped")
        if time.monotonic() > self.until:
            raise _OverError("limit")

    def step_of_survey(self) -> None:
        """End the search where it is to end, or tell that the options are tried."""
        self.step("the options are tried one by one")

    def step(self, about: str, share: float | None = None, least: float | None = None) -> None:
        """End the search where it is to end, or tell what it is at.

        Parameters
        ----------
        about : str
        share, least : float or None
            As those of `Progress`.

        Raises
        ------
        _OverError
        """
        self.check_end()
        if self.progress is not None:
            self.progress(Progress(0, math.inf, None, about, share=share, least=least))


#: Those that can judge a design.
ENGINES: Final = ("auto", "exact", "matched", "montecarlo")


def size(
    space: Space,
    targets: str | Sequence[Target | str] = (),
    *,
    engine: str = "auto",
    confidence: float = 0.95,
    seed: int = 1,
    max_time: float = 600.0,
    threads: int | None = None,
    runner: Runner | None = None,
    study: Study | None = None,
    worlds: int | None = None,
    keeps: float = 0.95,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Sizing:
    """Find the cheapest design of a space that meets all targets.

    Parameters
    ----------
    space : Space
    targets : str, or sequence of Target or str
        Such as ``availability=99.95%``; without any, the objectives of the model.
    engine : str
        ``auto``, ``exact``, ``matched`` or ``montecarlo``.
    confidence : float
        Chance that all statements that rest on simulation are right together.
    seed : int
    max_time : float
        Seconds after which to stop with what is known.
    threads : int or None
        None: as many as there are processors.
    runner : Runner, optional
        Who simulates; None: threads of this program.
    study : Study, optional
        Where the search is written down, and what it has simulated already is found.
    worlds : int, optional
        Of what is uncertain, in which designs are looked at for the one of least regret; taken up
        to a power of 2.
    keeps : float
        Share of these in which it is to meet the targets.
    progress : callable, optional
    stop : callable, optional
        Asked before each design is looked at, and now and then while it is.

    Returns
    -------
    Sizing
        Without costs in the model, of the designs with the fewest replicas; of equal ones the most
        available, as far as `search.MOST_EQUAL` are compared.

    Raises
    ------
    InputError
        For targets that the model cannot be held against, and options that cannot be meant.
    ModelError
        For what is wrong about the model.
    RefusedError
        Where the engine asked for cannot answer.
    """
    _check(space, engine, confidence)
    until = time.monotonic() + max_time
    wish = None if worlds is None else Wish(worlds, keeps)
    written = resolve(space.draft)
    asked = read_aims([targets] if isinstance(targets, str) else targets, written)
    aims = aims_of(written, asked)
    arguments: dict[str, object] = {"engine": engine, "confidence": confidence, "seed": seed}
    if wish is not None:
        quantities_of(space)
        arguments |= {"worlds": wish.rows, "keeps": wish.keeps}
    run = None if study is None else begin_sizing(study, space, written, asked, arguments)
    asking = _Asking(
        engine, confidence, seed, until, runner or choose_runner(threads), study, progress, stop
    )
    try:
        sizer = _Sizer(space, written, asked, aims, asking)
    except _OverError as over:
        sizing = _begun(space, written, asked, asking, over.code)
    else:
        sizing = sizer.answer(wish)
    if run is not None:
        end_sizing(run, sizing)
    return sizing


def _begun(
    space: Space, written: System, targets: Sequence[Target], asking: _Asking, code: Code
) -> Sizing:
    """What is known of a search that ended while options were tried: nothing."""
    ended = {"limit": "not finished within the limit", "stopped": "stopped"}[code]
    text = f"{ended}: {space.size} of {space.size} designs are open, options were still being tried"
    return Sizing(
        written.name, code, text, tuple(targets), asking.confidence, asking.seed,
        _unit_of(written), None, (), (), 0, None, None,
        Effort(space.size, 0, 0, 0, 0, 0, 0),
    )  # fmt: skip


def _unit_of(written: System) -> str:
    """What costs are counted in."""
    return "replicas" if written.costs is None else written.costs.currency


def _check(space: object, engine: str, confidence: float) -> None:
    if not isinstance(space, Space):
        found = f"a {type(space).__name__} is no space of designs"
        raise InputError(found, "a Space", "take what hasim.load_space returns")
    if engine not in ENGINES:
        found = f"{show_value(engine)} is no engine that designs can be judged by"
        raise InputError(found, f"one of {', '.join(ENGINES)}", "leave it out for auto")
    if not 0.5 <= confidence < 1.0:
        raise InputError(f"confidence {confidence:g}", "from 0.5 to less than 1", "take 0.95")


class _Sizer:
    """One search from its survey to its answer."""

    def __init__(
        self, space: Space, written: System, targets: Sequence[Target], aims: Aims, asking: _Asking
    ) -> None:
        self.space, self.written, self.targets, self.aims = space, written, targets, aims
        self.asking = asking
        self.book = Book(space, with_parts(aims), step=asking.step_of_survey)
        check_headroom(self.book, aims)
        tables = cost_tables(space, self.book.found, asking.step_of_survey)
        self.grid: Grid[Excuse] = Grid.of(space.shape, list(tables))
        runs = PartRuns(
            asking.worker, self._make_window, dict(self.book.means), asking.seed, asking.check_end
        )
        self.examiner = Examiner(
            runs, asking.engine, PRECISION, 1.0 - asking.confidence, asking.until
        )
        self.count = Count()

    def answer(self, wish: Wish | None) -> Sizing:
        """The answer for middle values, with what is wished for in worlds beside it."""
        sizing = self.run()
        if wish is not None:
            return sizing if sizing.pick is None else self.with_regret(sizing, wish)
        if not self.written.uncertain:
            return sizing
        text = f"{sizing.text}, with middle values of what is uncertain (--worlds 32 tells more)"
        return replace(sizing, text=text)

    def run(self) -> Sizing:
        """The answer for middle values."""
        found: list[Found] = []
        code: Code = "found"
        try:
            found.extend(islice(self._search(self.aims, self.budgets).run(), 1))
            code = "found" if found else "impossible"
            place = self._place(found[0]) if found else self.grid.buildable
            excuses, too_close = self._excuses(place, self._solve_roughly)
            effort = self._effort(decided=self.grid.cost.size)
        except (TimeoutError, KeyboardInterrupt) as over:
            code = _code_of(over)
            excuses, too_close = self._excuses(self.grid.buildable, lambda _: None)
            effort = self._effort(decided=self.grid.ruled_out)
        alternatives, next_nine, bottom, is_whole = self._around(found, code)
        text = self._tell(code, effort, too_close)
        text += "" if is_whole else "; not all around it was looked at before the end"
        return Sizing(
            self.written.name, code, text, tuple(self.targets),
            self.asking.confidence, self.asking.seed, self.unit,
            self._picked(found[0]) if found else None, alternatives, excuses, too_close, bottom,
            next_nine, effort, least_open=None if found else self._least_open(code),
        )  # fmt: skip

    @property
    def budgets(self) -> list[Target]:
        """The targets of money."""
        return [target for target in self.targets if target.figure.source == "money"]

    @property
    def unit(self) -> str:
        """What costs are counted in."""
        return _unit_of(self.written)

    def with_regret(self, sizing: Sizing, wish: Wish) -> Sizing:
        """The answer with the design of least regret beside it; a limit where time is over."""
        nine = None if sizing.next_nine is None else sizing.next_nine.pick
        picks = [pick for pick in (sizing.pick, *sizing.alternatives, nine) if pick is not None]
        known = Known(
            self.book.found,
            self.book.interned,
            self.examiner,
            tuple(self.space.design(pick.choices) for pick in picks),
            self.grid.cost * (1.0 if self.unit == "replicas" else SECONDS_PER_YEAR),
        )
        means = Means(partial(self._solve, precision=IN_WORLDS), self.asking.step)
        asked = Asked(self.aims, self.budgets)
        regret = least_regret(self.space, asked, wish, known, means, self.asking.seed)
        if regret is None:
            text = f"{sizing.text}; the time did not suffice for the worlds"
            return replace(sizing, code="limit", text=text)
        return replace(sizing, regret=regret)

    # ------------------------------------------------------------------ searching

    def _search(self, aims: Aims, budgets: Sequence[Target] = ()) -> Search:
        return Search(
            self.book, self.grid, self.examiner, aims, budgets, self._solve, self._step, self.count
        )

    def _step(self, place: int) -> None:
        size, least = self.grid.cost.size, self.grid.cost_at(place)
        about = f"{place} of {size} designs decided"
        self.asking.step(about, place / size, None if least is None else self._a_year(least))

    def _solve(
        self, system: System, precision: float = PRECISION, engine: str | None = None
    ) -> Solution:
        asking = self.asking
        solution = solve(
            system,
            engine=engine or asking.engine,
            precision=precision,
            lengths=OF_LENGTHS,
            seed=asking.seed,
            max_time=max(1.0, asking.until - time.monotonic()),
            sla=any(is_of_windows(target) for target in self.targets),
            runner=asking.worker,
            stop=asking.stop,
        )
        if solution.status.code == "stopped":
            raise _OverError("stopped")
        if solution.status.code == "limit":
            raise _OverError("limit")
        return solution

    def _make_window(self) -> Window:
        """The window for all parts: of the base, also with the first or last choice of any."""
        found = self.book.found
        designs = [found.base]
        for axis, n in enumerate(self.space.shape):
            designs.append(found.design((axis,), (n - 1,)))
            designs.append(found.design((axis,), (0,)))
        processes = []
        for design in dict.fromkeys(designs):
            with suppress(ModelError):
                processes.append(compiler.compile(self.space.system(design)))
        return Window.of(dict.fromkeys(processes))

    # ------------------------------------------------------------------ telling

    def _excuses(self, place: int, solve: Solve) -> tuple[tuple[Group, ...], int]:
        """Why the designs before a place are not taken, and how many of them are open."""
        groups = group_excuses(self.grid.ruled_out_before(place), self.book, solve)
        return groups, sum(g.number for g in groups if g.nearest.grounds == "open")

    def _least_open(self, code: Code) -> float | None:
        """What the cheapest design that is open costs a year; None of a whole search."""
        place, _ = next(self.grid.walk(), (self.grid.buildable, ()))
        cost = None if code == "impossible" else self.grid.cost_at(place)
        return None if cost is None else self._a_year(cost)

    def _solve_roughly(self, design: Design) -> Solution | None:
        """What a design comes to, to tell what costs it most; None where there is no time left."""
        with suppress(_OverError):
            self.asking.check_end()
            return self._solved_roughly(design)
        return None

    def _solved_roughly(self, design: Design) -> Solution | None:
        try:
            system = self.space.system(design)
        except ModelError:
            return None
        if self.asking.engine == "auto":  # nobody asks how long these outages last
            computed = compute_long_run(
                compiler.compile(system), engine="exact", most_states=STATES_FOR_CAUSES
            )
            if not isinstance(computed, RefusedError):
                return computed
        engine = "montecarlo" if self.asking.engine == "auto" else self.asking.engine
        return self._solve(system, OF_CAUSES, engine)

    def _place(self, found: Found) -> int:
        """The place, in the order of costs, of the first design that costs as much as one found."""
        return self.grid.cheaper_than(float(self.grid.cost[found.seen.design]))

    def _effort(self, *, decided: int) -> Effort:
        return Effort(
            designs=self.grid.cost.size,
            unbuildable=self.grid.cost.size - self.grid.buildable,
            decided=decided,
            looked_at=self.count.looked_at,
            parts=self.examiner.parts_seen,
            put_together=self.count.put_together,
            solved=self.count.solved,
        )

    def _picked(self, found: Found) -> Pick:
        return self._pick(found.seen.design, found.solution)

    def _pick(self, design: Design, solution: Solution) -> Pick:
        cost = self._a_year(float(self.grid.cost[design]))
        return Pick(self.space.words(design), tuple(self.space.settings(design)), cost, solution)

    def _a_year(self, cost: float) -> float:
        """A cost of the grid, which is a second where it is money, as it is told."""
        return cost if self.unit == "replicas" else cost * SECONDS_PER_YEAR

    def _tell(self, code: Code, effort: Effort, too_close: int) -> str:
        match code:
            case "found" if too_close:
                return (
                    "the cheapest design that is shown to meet all targets; "
                    f"{too_close} cheaper ones are too close to tell"
                )
            case "found":
                return "the cheapest design that meets all targets"
            case "impossible" if too_close:
                return (
                    f"none of {effort.designs} designs is shown to meet all targets; "
                    f"{too_close} are too close to tell"
                )
            case "impossible":
                return f"none of {effort.designs} designs meets all targets"
            case "limit":
                left = effort.designs - effort.decided
                return f"not finished within the limit: {left} of {effort.designs} designs are open"
            case "stopped":
                left = effort.designs - effort.decided
                return f"stopped: {left} of {effort.designs} designs are open"

    # ------------------------------------------------------------------ around the answer

    def _around(
        self, found: Sequence[Found], code: Code
    ) -> tuple[tuple[Pick, ...], NextNine | None, Bottom | None, bool]:
        """The alternatives and the next nine, or what stands in the way; and whether that is all.

        It is not where the time is over before, or somebody stops it.
        """
        alternatives: list[Pick] = []
        try:
            if code == "impossible":
                bottom = self._bottom(self.aims)
                return (), None, replace(bottom, without_budget=self._without_budget()), True
            if not found:
                return (), None, None, True
            search = replace(self._search(self.aims, self.budgets), looks=LOOKS_BEYOND)
            others = search.others(found, self._place(found[0]))
            for other in islice(others, ALTERNATIVES):
                alternatives.append(self._picked(other))
            next_nine = self._next_nine(self._place(found[0]))
        except (TimeoutError, KeyboardInterrupt):
            return tuple(alternatives), None, None, False
        return tuple(alternatives), next_nine, None, next_nine is None or next_nine.is_known

    def _without_budget(self) -> Pick | None:
        """The cheapest design where money is no matter; None where it is none already."""
        if all(target.figure.source != "money" for target in self.targets):
            return None
        self.grid.reset()
        found = next(self._search(self.aims).run(), None)
        return None if found is None else self._picked(found)

    def _next_nine(self, place: int) -> NextNine | None:
        aims = {name: [_stricter(target) for target in asked] for name, asked in self.aims.items()}
        if aims == self.aims:
            return None
        targets = tuple(_stricter(target) for target in self.targets)
        self.grid.reset()
        try:
            better = list(islice(self._search(aims).others((), place), 1))
            bottom = None if better else self._bottom(aims)
        except (TimeoutError, KeyboardInterrupt):
            return NextNine(targets, None, is_known=False)
        return NextNine(
            targets,
            self._picked(better[0]) if better else None,
            True,
            bottom,
        )

    def _bottom(self, aims: Aims) -> Bottom:
        """The parts that miss a target in every design, and the design made of the best of them."""
        floors, best = find_floors(
            self.book, self.examiner, aims, lambda: self._step(self.grid.buildable)
        )
        return Bottom(floors, None if best is None else self._solved(best))

    def _solved(self, design: Design) -> Pick | None:
        try:
            system = self.space.system(design)
        except ModelError:
            return None
        return self._pick(design, self._solve(system))


def _code_of(over: BaseException) -> Code:
    """How a search ended before its end."""
    if isinstance(over, _OverError):
        return over.code
    return "limit" if isinstance(over, TimeoutError) else "stopped"


def _stricter(target: Target) -> Target:
    """A target of availability with a tenth of the downtime allowed."""
    if target.figure.key != "availability":
        return target
    return replace(target, bound=round(1.0 - (1.0 - target.bound) / 10.0, 14))
