"""One replication of the shop: everything that happens, and what it does to whom."""

from __future__ import annotations

import random

from verification.by_hand.agenda import Agenda
from verification.by_hand.database import Database
from verification.by_hand.laws import NEVER, Law, exponential, stretched
from verification.by_hand.ledger import Bookkeeper, Ledger, Picture
from verification.by_hand.parameters import Shop
from verification.by_hand.parts import Crew, Failure, Group, Mode, Replica, Zone

_WELL = Picture(None, 1.0)


def replicate(shop: Shop, seed: int, warmup: float, length: float) -> Ledger:
    """Simulate the shop from new for `warmup + length` seconds and give the sums of the rest.

    Parameters
    ----------
    shop : Shop
        The numbers.
    seed : int
        Seed of the replication's stream.
    warmup, length : float
        Seconds not measured, seconds measured.
    """
    replication = _Replication(shop, random.Random(seed))
    replication.run(warmup)
    replication.books.open_ledger(warmup)
    replication.run(warmup + length)
    return replication.books.ledger


class _Replication:
    def __init__(self, shop: Shop, stream: random.Random) -> None:
        self.books = Bookkeeper()
        self._shop = shop
        self._stream = stream
        self._agenda = Agenda()
        self._crew = Crew(shop.oncall_size)
        self._culprit = ""
        self._zones = {name: Zone(name) for name in shop.zones}
        self._edge = Group(
            "edge", shop.edge_required, self._place(shop.edge_spread, _edge_modes(shop))
        )
        self._web = Group("web", shop.web_required, self._place(shop.web_spread, _web_modes(shop)))
        self._db = Database(
            shop,
            self._place(shop.db_spread, (_db_crash(shop),)),
            self._agenda,
            stream,
            self._found,
        )
        self._common = _db_common(shop)
        self._groups = {
            replica: group for group in (self._edge, self._web) for replica in group.members
        }
        self._under_common_repair = 0
        self._begin()

    def run(self, until: float) -> None:
        """Let happen what happens up to this time."""
        agenda, books = self._agenda, self.books
        while (entry := agenda.advance(until)) is not None:
            books.book(agenda.now)
            self._culprit = ""
            entry[2](entry[3])
            books.show(self._picture(), self._culprit)
        books.book(until)

    def _place(self, spread: tuple[str, ...], modes: tuple[Mode, ...]) -> list[Replica]:
        """One replica, numbered from 1, in each zone named."""
        members = []
        for number, name in enumerate(spread, start=1):
            replica = Replica(number, self._zones[name], modes)
            replica.zone.inside.append(replica)
            members.append(replica)
        return members

    def _begin(self) -> None:
        for zone in self._zones.values():
            self._agenda.enter(self._shop.zone_after(self._stream), self._zone_fails, zone)
        for replica in (*self._edge.members, *self._web.members, *self._db.members):
            for mode in replica.modes:
                replica.draw(mode, self._stream)
            self._start_clocks(replica)
        self._agenda.enter(self._common.after(self._stream), self._common_cause)

    # Zones

    def _zone_fails(self, zone: Zone) -> None:
        self._culprit = zone.cause
        zone.down = True
        for replica in zone.inside:
            if replica in self._groups:
                self._groups[replica].refresh(replica)
            else:
                self._db.masked(replica)
        self._agenda.enter(self._shop.zone_repair(self._stream), self._zone_repaired, zone)

    def _zone_repaired(self, zone: Zone) -> None:
        zone.down = False
        for replica in zone.inside:
            if replica in self._groups:
                self._groups[replica].refresh(replica)
            else:
                self._db.unmasked(replica)
        self._agenda.enter(self._shop.zone_after(self._stream), self._zone_fails, zone)

    # Failures of replicas

    def _start_clocks(self, replica: Replica) -> None:
        replica.since = self._agenda.now
        mode = replica.first_mode()
        replica.alarm = self._agenda.enter(replica.left[mode], self._clock_runs_out, replica)

    def _clock_runs_out(self, replica: Replica) -> None:
        self._strike(Failure(replica.first_mode(), [replica]))

    def _common_cause(self, _: None) -> None:
        """An event of db's common cause, unless one is under repair or nothing is left to strike.

        Being exponential, its clock may run on where it should stand still: what falls in such
        a time is passed over.
        """
        self._agenda.enter(self._common.after(self._stream), self._common_cause)
        left = [replica for replica in self._db.members if replica.failure is None]
        if left and not self._under_common_repair:
            self._strike(Failure(self._common, left))

    def _strike(self, failure: Failure) -> None:
        self._culprit = failure.mode.cause
        for replica in failure.struck:
            assert replica.alarm is not None
            self._agenda.drop(replica.alarm)
            replica.stop_clocks(self._agenda.now)
            replica.failure = failure
        group = self._groups.get(failure.struck[0])
        if group is None:
            self._db.struck(failure)
        else:
            self._notice_by_mode(failure)
            group.refresh(failure.struck[0])

    def _notice_by_mode(self, failure: Failure) -> None:
        """Without failover, a failure is found by its mode's detect, or at once."""
        if failure.mode.detect is None:
            self._found(failure)
        else:
            failure.notice = self._agenda.enter(
                failure.mode.detect(self._stream), self._found, failure
            )

    def _found(self, failure: Failure) -> None:
        """The failure is found: it goes to repair, or to the queue for a crew."""
        assert failure.stage == "detect"
        if failure.notice is not None:
            self._agenda.drop(failure.notice)
        if failure.mode is self._common:
            self._under_common_repair += 1
        failure.stage = "crew"
        if not failure.mode.needs_crew or self._crew.ask(failure):
            self._repair(failure)

    def _repair(self, failure: Failure) -> None:
        failure.stage = "repair"
        self._agenda.enter(failure.mode.repair(self._stream), self._repaired, failure)

    def _repaired(self, failure: Failure) -> None:
        if failure.mode is self._common:
            self._under_common_repair -= 1
        for replica in failure.struck:
            self._bring_up(replica, failure.mode)
        if failure.mode.needs_crew:
            following = self._crew.release()
            if following is not None:
                self._repair(following)
        if failure.struck[0] not in self._groups:
            self._db.returned([one for one in failure.struck if not one.zone.down])

    def _bring_up(self, replica: Replica, mode: Mode) -> None:
        """Draw the repaired mode anew and let the clocks go on."""
        replica.failure = None
        if mode is not self._common:
            replica.draw(mode, self._stream)
        self._start_clocks(replica)
        if replica in self._groups:
            self._groups[replica].refresh(replica)

    # Service: checkout needs edge, edge needs web, web needs db

    def _picture(self) -> Picture:
        edge, web = self._edge, self._web
        if not self._db.serves():
            return Picture(self._db.holder())
        if not edge.out and not web.out:
            return _WELL
        for group in (web, edge):
            if group.serving() < group.required:
                return Picture(_charge(group.holder()))
        short = web.serving() * self._shop.web_capacity < self._shop.peak_demand
        return Picture(None, web.share_served() * edge.share_served(), short)


def _charge(replica: Replica) -> tuple[str, str]:
    """Stage and cause of a member of a k-of-n group that does not serve."""
    stage = replica.stage()
    if stage == "masked":
        return stage, replica.zone.cause
    assert replica.failure is not None
    return stage, replica.failure.mode.cause


def _edge_modes(shop: Shop) -> tuple[Mode, ...]:
    return (Mode("edge.crash", shop.edge_crash_after, shop.edge_crash_repair),)


def _web_modes(shop: Shop) -> tuple[Mode, ...]:
    return (
        Mode("web.crash", shop.web_crash_after, shop.web_crash_repair, shop.web_crash_detect),
        Mode(
            "web.hardware",
            shop.web_hardware_after,
            shop.web_hardware_repair,
            shop.web_hardware_detect,
            needs_crew=True,
        ),
    )


def _db_crash(shop: Shop) -> Mode:
    """What the common cause leaves: the mode's own law, stretched by 1 / (1 - b)."""
    left = 1.0 - shop.db_common_cause
    own: Law = stretched(exponential(shop.db_crash_mean), 1.0 / left) if left else NEVER
    return Mode("db.crash", own, shop.db_crash_repair, needs_crew=True)


def _db_common(shop: Shop) -> Mode:
    """The common cause: exponential at rate b / mean for the group."""
    share = shop.db_common_cause
    after = exponential(shop.db_crash_mean / share) if share else NEVER
    return Mode("db.crash.common", after, shop.db_crash_repair, needs_crew=True)
