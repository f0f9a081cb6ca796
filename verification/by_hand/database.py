"""The failing-over group db: one primary, one standby, rules 1 to 6 of `failover`."""

from __future__ import annotations

import math
from collections.abc import Callable

from verification.by_hand.agenda import Agenda, Entry
from verification.by_hand.laws import Law, Stream
from verification.by_hand.parameters import Shop
from verification.by_hand.parts import ADVANCE, Failure, Replica

SERVING = "serving"
WAITING = "waiting"
_ENDED_BY_RETURN = ("detect", "decide", "manual", WAITING)
_PRIMARY_MUST_BE_UP = (SERVING, "fence", "promote", "switch")


class Database:
    """The controller of db.

    `stage` is `serving`, a stage of the chain, `manual` or `waiting` (rule 4). `primary` is the
    replica that serves or, in a chain, served last; from the pick on it is the candidate.
    `cause` is what started the chain.
    """

    def __init__(
        self,
        shop: Shop,
        members: list[Replica],
        agenda: Agenda,
        stream: Stream,
        found: Callable[[Failure], None],
    ) -> None:
        self.stage = SERVING
        self.members = members
        self.primary = members[0]
        self.cause = ""
        self._shop = shop
        self._agenda = agenda
        self._stream = stream
        self._found = found
        self._timer: Entry | None = None
        self._unnoticed: Failure | None = None

    def serves(self) -> bool:
        """Whether db serves."""
        return self.stage == SERVING

    def struck(self, failure: Failure) -> None:
        """Members went down by this failure: arrange its discovery, start the chain."""
        if self.primary not in failure.struck:
            self._notice_standby(failure)
        elif self.stage in _PRIMARY_MUST_BE_UP:
            self._start_chain(failure.mode.cause, failure)
        else:
            self._notice_later(failure, self._shop.detect(self._stream))

    def masked(self, replica: Replica) -> None:
        """A member was masked by its zone."""
        if replica is self.primary and self.stage in _PRIMARY_MUST_BE_UP:
            self._start_chain(replica.zone.cause, None)

    def unmasked(self, replica: Replica) -> None:
        """A member's zone is back."""
        if replica.failure is None:
            self.returned([replica])
        elif self.stage == WAITING and not replica.known_failed():
            self._found(replica.failure)

    def returned(self, replicas: list[Replica]) -> None:
        """These members are again both up and unmasked (rules 1, 3 and 4)."""
        if self.stage in _ENDED_BY_RETURN and self.primary in replicas:
            self._serve(self.primary)
        elif self.stage == WAITING and replicas:
            self.primary = replicas[0]
            self._enter("promote", self._shop.promote, self._promoted)

    def holder(self) -> tuple[str, str]:
        """Stage and cause to which downtime goes; db must not serve."""
        if self.stage != WAITING:
            return self.stage, self.cause
        best = min(self.members, key=lambda one: (-ADVANCE[one.stage()], one.number))
        stage = best.stage()
        return stage, best.zone.cause if stage == "masked" else self.cause

    def _notice_standby(self, failure: Failure) -> None:
        if self._stream.random() < self._shop.db_latent:
            period, now = self._shop.db_test, self._agenda.now
            self._notice_later(failure, (math.floor(now / period) + 1) * period - now)
        else:
            self._notice_later(failure, self._shop.detect(self._stream))

    def _notice_later(self, failure: Failure, delay: float) -> None:
        failure.notice = self._agenda.enter(delay, self._found, failure)

    def _start_chain(self, cause: str, unnoticed: Failure | None) -> None:
        """Start at detect, which finds what befell the primary."""
        self.cause = cause
        self._unnoticed = unnoticed
        self._enter("detect", self._shop.detect, self._detected)

    def _detected(self, _: None) -> None:
        if self._unnoticed is not None:
            self._found(self._unnoticed)
        self._enter("decide", self._shop.decide, self._decided)

    def _decided(self, _: None) -> None:
        """Rule 2: pick, then draw coverage."""
        candidate = self._pick()
        if candidate is None:
            self._wait()
        elif self._stream.random() < self._shop.coverage:
            self.primary = candidate
            self._enter("fence", self._shop.fence, self._fenced)
        else:
            self._enter("manual", self._shop.manual, self._manually_done)

    def _fenced(self, _: None) -> None:
        self._enter("promote", self._shop.promote, self._promoted)

    def _promoted(self, _: None) -> None:
        self._enter("switch", self._shop.switch, self._switched)

    def _switched(self, _: None) -> None:
        self._serve(self.primary)

    def _manually_done(self, _: None) -> None:
        """End of manual in rule 3: pick again; who is found serves at once."""
        candidate = self._pick()
        if candidate is None:
            self._wait()
        else:
            self._serve(candidate)

    def _pick(self) -> Replica | None:
        """The lowest-numbered member up as far as is known and unmasked; the dead go to repair."""
        for replica in self.members:
            if replica.zone.down or replica.known_failed():
                continue
            if replica.failure is None:
                return replica
            self._found(replica.failure)
        return None

    def _serve(self, replica: Replica) -> None:
        self._stop_timer()
        self.primary = replica
        self.stage = SERVING

    def _wait(self) -> None:
        self._stop_timer()
        self.stage = WAITING

    def _enter(self, stage: str, law: Law, at_end: Callable[[None], None]) -> None:
        self._stop_timer()
        self.stage = stage
        self._timer = self._agenda.enter(law(self._stream), at_end)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._agenda.drop(self._timer)
            self._timer = None
