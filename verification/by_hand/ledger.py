"""The ledger: what one replication adds up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(eq=False)
class Ledger:
    """Sums over the measured part of a replication.

    Attributes
    ----------
    seconds : float
        Length of the measured part.
    down : dict
        Seconds of downtime by (stage, cause).
    begun : dict
        Outages begun, by cause.
    lengths : list of float
        Lengths, in seconds, of the outages that ended.
    lost : float
        Requests not served, in seconds' worth of demand.
    short : float
        Seconds up with less than the peak's capacity.
    """

    seconds: float = 0.0
    down: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    begun: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lengths: list[float] = field(default_factory=list)
    lost: float = 0.0
    short: float = 0.0


@dataclass(frozen=True)
class Picture:
    """What holds between two events: who holds service back, or how well it serves."""

    holder: tuple[str, str] | None
    share_served: float = 0.0
    short: bool = False


class Bookkeeper:
    """Keeps the ledger: `book` what held until now, `show` it what holds from now on."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self._picture = Picture(None, 1.0)
        self._since = 0.0
        self._down_since = 0.0

    def open_ledger(self, now: float) -> None:
        """Forget all sums (end of warm-up); an outage under way keeps its beginning."""
        self.ledger = Ledger()
        self._since = now

    def book(self, now: float) -> None:
        """Add what has held since the last booking."""
        span = now - self._since
        ledger, picture = self.ledger, self._picture
        ledger.seconds += span
        ledger.lost += span * (1.0 - picture.share_served)
        if picture.holder is not None:
            ledger.down[picture.holder] += span
        elif picture.short:
            ledger.short += span
        self._since = now

    def show(self, picture: Picture, culprit: str) -> None:
        """Change the picture; an outage that begins now is counted for `culprit`."""
        was_down, is_down = self._picture.holder is not None, picture.holder is not None
        if is_down and not was_down:
            assert culprit, "an outage began without a failure"
            self.ledger.begun[culprit] += 1
            self._down_since = self._since
        elif was_down and not is_down:
            self.ledger.lengths.append(self._since - self._down_since)
        self._picture = picture
