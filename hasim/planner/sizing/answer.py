"""What comes of a search: the design to build, others like it, and why nothing cheaper will do.

Rules of this file: frozen data; numbers and names, no sentences but the status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hasim.planner.marginal_prices import per_minute
from hasim.planner.sizing.regret import Regret
from hasim.planner.sizing.search import Excuse
from hasim.planner.sizing.targets import Target
from hasim.solution import AT_A_LIMIT, DONE, OBJECTIVE_NOT_SHOWN, STOPPED, Solution
from hasim.stats import Estimate

Code = Literal["found", "impossible", "limit", "stopped"]


@dataclass(frozen=True, slots=True)
class Pick:
    """A design that meets all targets.

    Parameters
    ----------
    choices : mapping of str to str
        The label of the choice of each option.
    settings : tuple of (str, str)
        What makes the model this design: `--set` of other commands.
    cost : float
        A year, in the currency; or replicas.
    solution : Solution
    """

    choices: Mapping[str, str]
    settings: tuple[tuple[str, str], ...]
    cost: float
    solution: Solution

    def price_of_a_minute(self, other: Pick) -> Estimate:
        """Return what a minute of downtime less than in another design costs (marginal_prices.py).

        Without a value where it has no less, all services taken together.
        """
        saved = sum(
            (answer.downtime_s_per_year.value or 0.0)
            - (self.solution[service].downtime_s_per_year.value or 0.0)
            for service, answer in other.solution.services.items()
        )
        return per_minute(self.cost - other.cost, Estimate(saved, None, None))


@dataclass(frozen=True, slots=True)
class Group:
    """Designs that miss the same target for the same parts.

    Parameters
    ----------
    excuses : tuple of Excuse
        Why they are not taken, one for each statement that ruled some of them out.
    numbers : tuple of int
        How many designs each of these ruled out.
    nearest : Excuse
        The one that comes nearest to the target.
    example : mapping of str to str
        A design of these, by the labels of its choices.
    causes : mapping of str to Estimate
        What costs the example most: seconds of downtime a year by cause; empty where it was not
        asked.
    """

    excuses: tuple[Excuse, ...]
    numbers: tuple[int, ...]
    nearest: Excuse
    example: Mapping[str, str]
    causes: Mapping[str, Estimate]

    @property
    def number(self) -> int:
        """How many designs there are."""
        return sum(self.numbers)


@dataclass(frozen=True, slots=True)
class Floor:
    """How little downtime a part of a service can have in any design of the space.

    Parameters
    ----------
    service, part : str
    choices : mapping of str to str
        The choices with which it has least, of the options that matter for it.
    unavailability : Estimate
    """

    service: str
    part: str
    choices: Mapping[str, str]
    unavailability: Estimate


@dataclass(frozen=True, slots=True)
class Bottom:
    """What stands in the way where no design meets the targets.

    Parameters
    ----------
    floors : tuple of Floor
    best : Pick or None
        The design made of the best parts, solved; None where it could not be, or where no target is
        about their downtime.
    without_budget : Pick or None
        The cheapest design that meets all targets but those of money; None without any of these.
    """

    floors: tuple[Floor, ...]
    best: Pick | None
    without_budget: Pick | None = None


@dataclass(frozen=True, slots=True)
class NextNine:
    """What ten times less downtime would cost.

    Parameters
    ----------
    targets : tuple of Target
        With an availability one nine further.
    pick : Pick or None
        The cheapest design that meets them; None where none does, or it was not found in time.
    is_known : bool
        Whether the search came to its end.
    bottom : Bottom or None
        What stands in the way where no design meets them.
    """

    targets: tuple[Target, ...]
    pick: Pick | None
    is_known: bool
    bottom: Bottom | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """How the designs were decided.

    Parameters
    ----------
    designs : int
        In the space.
    unbuildable : int
        That contradict themselves.
    decided : int
        All those that are known to be taken, ruled out, or dearer than what was taken.
    looked_at, parts, put_together, solved : int
        Designs examined one by one; parts computed or simulated; how often all parts of a service
        were put together; designs solved by themselves.
    """

    designs: int
    unbuildable: int
    decided: int
    looked_at: int
    parts: int
    put_together: int
    solved: int

    @property
    def evaluated(self) -> int:
        """Designs that had to be solved: put together from parts, or by themselves."""
        return self.put_together + self.solved


@dataclass(frozen=True, slots=True)
class Sizing:
    """The cheapest design that meets the targets, and what there is to know around it.

    Parameters
    ----------
    model : str
    code : {"found", "impossible", "limit", "stopped"}
    text : str
        The same as a sentence.
    targets : tuple of Target
    confidence : float
    seed : int
    unit : str
        Of costs: a currency (a year), or ``replicas``.
    pick : Pick or None
        The cheapest design that meets all targets.
    alternatives : tuple of Pick
        The next cheapest.
    excuses : tuple of Group
        Why nothing cheaper will do, the most frequent first; of all designs where none was found.
    too_close : int
        Cheaper designs of which it is open whether they meet the targets.
    bottom : Bottom or None
        Where no design meets the targets.
    next_nine : NextNine or None
    effort : Effort
    regret : Regret or None
        Where worlds were asked for: the design of least regret, and others.
    least_open : float or None
        Where the search ended before it found a design: what the cheapest that is open costs, as
        `Pick.cost`; all cheaper ones are ruled out or too close to tell. None before that is known.
    """

    model: str
    code: Code
    text: str
    targets: tuple[Target, ...]
    confidence: float
    seed: int
    unit: str
    pick: Pick | None
    alternatives: tuple[Pick, ...]
    excuses: tuple[Group, ...]
    too_close: int
    bottom: Bottom | None
    next_nine: NextNine | None
    effort: Effort
    regret: Regret | None = None
    least_open: float | None = None

    @property
    def exit_status(self) -> int:
        """Exit status of the command."""
        regret = self.regret
        if self.code == "found" and regret is not None:
            if regret.worlds < regret.asked:
                return AT_A_LIMIT
            return DONE if regret.is_kept else OBJECTIVE_NOT_SHOWN
        return {
            "found": DONE,
            "impossible": OBJECTIVE_NOT_SHOWN,
            "limit": AT_A_LIMIT,
            "stopped": STOPPED,
        }[self.code]

    def to_dict(self) -> dict[str, object]:
        """Return the JSON document of `hasim size`."""
        from hasim.planner.sizing.document import to_document

        return to_document(self)
