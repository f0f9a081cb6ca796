"""What the shop is made of: zones, replicas with the clocks of their modes, failures, crews."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from verification.by_hand.agenda import Entry
from verification.by_hand.laws import Law, Stream

ADVANCE = {"masked": 0, "detect": 1, "crew": 2, "repair": 3}
"""Stages a member can be in, least advanced first (rebuild and start take no time here)."""


@dataclass(frozen=True, eq=False)
class Mode:
    """A failure mode: how a replica fails, how that is found and how it is repaired.

    `detect` is None where the failure is found at once or by `failover.detect`.
    """

    cause: str
    after: Law
    repair: Law
    detect: Law | None = None
    needs_crew: bool = False


@dataclass(eq=False)
class Zone:
    """A domain; while it is down, all that is inside is masked."""

    name: str
    down: bool = False
    inside: list[Replica] = field(default_factory=list)

    @property
    def cause(self) -> str:
        """The name under which its failures are reported."""
        return f"{self.name}.failure"


@dataclass(eq=False)
class Failure:
    """One failure: of a replica, or of all that a common cause struck together."""

    mode: Mode
    struck: list[Replica]
    stage: str = "detect"
    notice: Entry | None = None


@dataclass(eq=False)
class Replica:
    """A replica and the operating time left to each of its failure modes.

    The clocks run from `since`, while the replica is up; masked or not makes no difference.
    """

    number: int
    zone: Zone
    modes: tuple[Mode, ...]
    failure: Failure | None = None
    left: dict[Mode, float] = field(default_factory=dict)
    since: float = math.nan
    alarm: Entry | None = None

    def draw(self, mode: Mode, stream: Stream) -> None:
        """Draw anew the operating time left to one mode."""
        self.left[mode] = mode.after(stream)

    def stop_clocks(self, now: float) -> None:
        """Take what has been operated off every clock."""
        operated = now - self.since
        for mode in self.left:
            self.left[mode] -= operated

    def first_mode(self) -> Mode:
        """The mode whose clock runs out first."""
        return min(self.left, key=self.left.__getitem__)

    def stage(self) -> str:
        """The stage in which it is, of those in `ADVANCE`; it must not serve."""
        if self.zone.down:
            return "masked"
        assert self.failure is not None
        return self.failure.stage

    def known_failed(self) -> bool:
        """Whether it is down and that has been found."""
        return self.failure is not None and self.failure.stage != "detect"


@dataclass(eq=False)
class Group:
    """A k-of-n group; `out` holds the members that do not serve."""

    name: str
    required: int
    members: list[Replica]
    out: set[Replica] = field(default_factory=set)

    def refresh(self, replica: Replica) -> None:
        """Enter a change of a member's state."""
        if replica.failure is not None or replica.zone.down:
            self.out.add(replica)
        else:
            self.out.discard(replica)

    def serving(self) -> int:
        """How many members serve."""
        return len(self.members) - len(self.out)

    def share_served(self) -> float:
        """Share of the requests that reach a member that serves."""
        serving = self.serving()
        unnoticed = sum(replica.stage() == "detect" for replica in self.out)
        return serving / (serving + unnoticed) if serving else 0.0

    def holder(self) -> Replica:
        """The member that holds service back: the (required - serving)-th most advanced."""
        order = sorted(self.out, key=lambda one: (-ADVANCE[one.stage()], one.number))
        return order[self.required - self.serving() - 1]


class Crew:
    """Repairers, given first come first served."""

    def __init__(self, size: int) -> None:
        self._free = size
        self._queue: deque[Failure] = deque()

    def ask(self, failure: Failure) -> bool:
        """Take a repairer if one is free, else queue; answers whether it was taken."""
        if self._free:
            self._free -= 1
            return True
        self._queue.append(failure)
        return False

    def release(self) -> Failure | None:
        """Give a repairer back; answers the failure that is next to have it, if any."""
        if self._queue:
            return self._queue.popleft()
        self._free += 1
        return None
