"""A kiosk's life in any order: paired, moved, revoked, paired again, sending as it can."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.channel import Kiosk, KioskPlacement
from shared.models.organisation import Desk
from shared.models.rating import Rating
from shared.services import channels, kiosk_health, pairings, placements, ratings
from tests.rating_office import RatingOffice, a_rating, rating_office

STEPS = 40
MINUTE = timedelta(minutes=1)


@dataclass
class Life:
    """What must hold of one kiosk, kept beside it."""

    session: Session
    office: RatingOffice
    desks: list[int]
    chance: random.Random
    now: datetime
    kiosk_id: int = 0
    token: str = ""
    revoked: bool = False
    stood: list[tuple[datetime, int]] = field(default_factory=list)
    waiting: list[tuple[int, datetime]] = field(default_factory=list)  # touched and not sent
    sent: dict[int, int] = field(default_factory=dict)  # number: the desk it was touched at
    counted: int = 0

    @property
    def units(self) -> frozenset[int]:
        return frozenset({self.office.unit_id})

    def begin(self) -> None:
        kiosk, self.token = channels.pair(self.session, "Q-1", None, self.now)
        self.kiosk_id = kiosk.id
        self.stood.append((self.now, kiosk.desk_id))

    def touch(self) -> None:
        self.counted += 1
        self.waiting.append((self.counted, self.now))

    def send(self) -> None:
        """Send some of what waits, in any order; a revoked kiosk keeps all."""
        channel = channels.recognise(self.session, self.token)
        assert channel is not None
        assert channel.revoked == self.revoked
        if self.revoked or not self.waiting:
            return
        some = self.chance.sample(self.waiting, self.chance.randint(1, len(self.waiting)))
        items = [a_rating(number, moment) for number, moment in some]
        receipt = ratings.record(self.session, channel, items, self.now, self.now)
        assert {result.result for result in receipt.results} == {"stored"}
        for number, moment in some:
            self.waiting.remove((number, moment))
            self.sent[number] = self.desk_at(moment)
        assert receipt.next_sequence == self.expected_next()

    def move(self) -> None:
        desk = self.chance.choice(self.desks)
        channels.move(self.session, self.kiosk_id, desk, self.units, self.now)
        self.stand(desk)

    def revoke(self) -> None:
        channels.revoke(self.session, self.kiosk_id, self.units, self.now)
        self.revoked = True

    def pair_again(self) -> None:
        desk = self.chance.choice(self.desks)
        asked = pairings.request(self.session, self.now, self.token)
        self.session.flush()
        pairings.approve(self.session, asked.user_code, desk, "", self.units, self.now)
        finished = pairings.finish(self.session, asked.device_code, self.now)
        assert finished is not None
        kiosk, _desk, new = finished
        assert kiosk.id == self.kiosk_id
        assert channels.recognise(self.session, self.token) is None
        self.token, self.revoked = new, False
        self.stand(desk)

    def stand(self, desk: int) -> None:
        if self.stood[-1][1] != desk:
            self.stood.append((self.now, desk))

    def desk_at(self, moment: datetime) -> int:
        return [desk for since, desk in self.stood if since <= moment][-1]

    def expected_next(self) -> int:
        return next(n for n in range(1, self.counted + 2) if n not in self.sent)

    def check(self) -> None:
        """Hold the kiosk against what must be."""
        self.session.flush()
        kiosk = self.session.get_one(Kiosk, self.kiosk_id, populate_existing=True)
        assert kiosk.next_sequence == self.expected_next()
        assert kiosk.highest_sequence == max(self.sent, default=0)
        rows = self.session.scalars(
            select(KioskPlacement)
            .where(KioskPlacement.kiosk_id == self.kiosk_id)
            .order_by(KioskPlacement.from_at)
            .execution_options(populate_existing=True)
        ).all()
        assert [(row.from_at, row.desk_id) for row in rows] == self.stood
        ends = [since for since, _desk in self.stood[1:]]
        assert [row.to_at for row in rows] == [*ends, None]
        found = self.session.execute(
            select(Rating.sequence, Rating.desk_id).where(Rating.kiosk_id == self.kiosk_id)
        )
        assert {row.sequence: row.desk_id for row in found} == self.sent
        fares = kiosk_health.health(self.session, self.units, self.now)
        [mine] = [one for one in fares if one.kiosk.id == self.kiosk_id]
        absent = {n for n in range(1, max(self.sent, default=0)) if n not in self.sent}
        told = {n for low, high in mine.missing.ranges for n in range(low, high + 1)}
        assert told == (set() if self.revoked else absent)
        for since, desk in self.stood:
            stand = placements.place_at(placements.places(self.session, self.kiosk_id), since)
            assert stand is not None
            assert stand.desk_id == desk


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_to_a_kiosk_its_numbers_and_places_stay_true(
    session: Session, now: datetime, seed: int
) -> None:
    office = rating_office(session, now)
    desks = list(session.scalars(select(Desk.id).order_by(Desk.id)))
    life = Life(session, office, desks, random.Random(seed), now)
    life.begin()
    steps = [life.touch, life.touch, life.touch, life.send, life.send, life.move]
    for _ in range(STEPS):
        life.now += MINUTE
        life.chance.choice([*steps, life.revoke, life.pair_again])()
        life.check()
