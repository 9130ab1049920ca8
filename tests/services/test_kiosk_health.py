"""How kiosks fare: what is missing, what was held back, and which ask to be looked at."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from shared.domain.kiosk import Alarm
from shared.domain.rating import Mark
from shared.models.calendar import CalendarDay
from shared.models.channel import Kiosk
from shared.models.dossier import Dossier
from shared.models.organisation import Organisation, Shift
from shared.models.rating import Rating, RatingQuarantine
from shared.services import channels, kiosk_health, missing_numbers
from shared.services.kiosk_health import Health
from tests.infrastructure.statements import statements
from tests.rating_office import RatingOffice, rating_office

# Wednesday 18 November 2026; office hours are 07:30–11:30 and 13:30–17:00 in Việt Nam (UTC+7).
NINE = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Fares = Callable[..., Health]


@pytest.fixture
def office(session: Session) -> RatingOffice:
    """An office whose two kiosks were paired a month ago; its desk serves Monday to Friday."""
    return rating_office(session, NINE - 30 * DAY)


@pytest.fixture
def fares(session: Session, office: RatingOffice) -> Fares:
    """Tell how the first kiosk fares, some columns set before."""

    def tell(now: datetime = NINE, **columns: Any) -> Health:
        known: dict[str, Any] = {"seen_at": now, **columns}
        session.execute(update(Kiosk).where(Kiosk.id == first(session)).values(**known))
        session.expire_all()
        found = kiosk_health.health(session, frozenset({office.unit_id}), now)
        return next(one for one in found if one.kiosk.id == first(session))

    return tell


def first(session: Session) -> int:
    """Give the key of the first kiosk."""
    return min(kiosk.id for kiosk in session.query(Kiosk))


def arrive(
    session: Session, office: RatingOffice, *numbers: int, at: datetime = NINE, mark: str = ""
) -> None:
    """Store ratings with these numbers, as the counting leaves the kiosk."""
    key = first(session)
    for number in numbers:
        session.execute(insert(Rating).values(a_row(key, office.unit_id, number, at, mark)))
    count_on(session, *numbers)


def count_on(session: Session, *numbers: int) -> None:
    """Leave the kiosk's two numbers as the arrival of these leaves them."""
    kiosk = session.get_one(Kiosk, first(session))
    kiosk.highest_sequence = max(kiosk.highest_sequence, *numbers)
    while kiosk.next_sequence in numbers:
        kiosk.next_sequence += 1
    session.flush()


def a_row(kiosk_id: int, unit_id: int, number: int, at: datetime, mark: str) -> dict[str, Any]:
    """Write a stored rating."""
    return {
        "id": uuid4(),
        "digest": "d",
        "lane": "desk",
        "kiosk_id": kiosk_id,
        "sequence": number,
        "unit_id": unit_id,
        "score": 4,
        "questionnaire": "niemno-1",
        "answers": {},
        "reasons": [],
        "language": "vi",
        "duration_ms": 1,
        "device_rated_at": at.isoformat(),
        "rated_at": at,
        "rated_on": at.date(),
        "received_at": at,
        "marks": [mark] if mark else [str(Mark.NO_OFFICER)],
    }


def hold(session: Session, number: int | None, result: str = "refused", at: datetime = NINE) -> int:
    """Put something of the first kiosk's into quarantine."""
    row = RatingQuarantine(
        kiosk_id=first(session),
        digest=uuid4().hex,
        sequence=number,
        result=result,
        reason="score",
        content={"sequence": number},
        received_at=at,
    )
    session.add(row)
    session.flush()
    if number is not None:
        count_on(session, number)
    return row.id


def test_a_kiosk_that_is_well_asks_for_nothing(fares: Fares) -> None:
    found = fares(storage="ok", persisted=True, waiting=0, quarantined=0)
    assert (found.alarms, found.missing.ranges) == ((), ())


def test_missing_numbers_are_told_as_ranges_and_what_is_held_back_is_not_missing(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    arrive(session, office, 1, 2, 3, 6, 10, 11)
    hold(session, 8)
    hold(session, None)
    assert fares().missing.ranges == ((4, 5), (7, 7), (9, 9))


def test_a_number_that_came_twice_is_counted_once(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    arrive(session, office, 1, 3, 3)
    hold(session, 3, "conflict")
    assert fares().missing.ranges == ((2, 2),)


def test_missing_from_the_very_first_number(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    arrive(session, office, 2**53 - 1)
    assert fares().missing.ranges == ((1, 2**53 - 2),)


def test_at_most_twenty_ranges_are_told(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    arrive(session, office, *range(2, 43, 2))
    assert fares().missing.more is True
    assert fares().missing.ranges == tuple((number, number) for number in range(1, 40, 2))


def test_what_came_after_a_gap_is_looked_through_so_far_and_no_further(
    session: Session,
    office: RatingOffice,
    fares: Fares,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(missing_numbers, "MOST_ARRIVALS", 4)
    arrive(session, office, 2, 3, 5, 6, 8, 9)
    hold(session, 7)
    assert (fares().missing.ranges, fares().missing.more) == (((1, 1), (4, 4)), True)


def test_another_kiosks_numbers_fill_no_gap(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    arrive(session, office, 1, 3)
    other = max(kiosk.id for kiosk in session.query(Kiosk))
    session.execute(insert(Rating).values(a_row(other, office.unit_id, 2, NINE, "")))
    assert fares().missing.ranges == ((2, 2),)


@pytest.mark.parametrize(
    ("minutes", "alarmed"), [(59, False), (60, False), (61, True), (50_400, True), (50_401, False)]
)
def test_a_gap_older_than_an_hour_alarms(
    session: Session, office: RatingOffice, fares: Fares, minutes: int, alarmed: bool
) -> None:
    arrive(session, office, 1, 2)
    arrive(session, office, 4, at=NINE - timedelta(minutes=minutes))
    arrive(session, office, 5, at=NINE)
    assert (Alarm.GAP in fares().alarms) is alarmed


def test_a_filled_gap_is_over(session: Session, office: RatingOffice, fares: Fares) -> None:
    arrive(session, office, 1, 2, 4, at=NINE - DAY)
    kiosk = session.get_one(Kiosk, first(session))
    session.execute(insert(Rating).values(a_row(kiosk.id, office.unit_id, 3, NINE, "")))
    kiosk.next_sequence = 5
    found = fares()
    assert (found.missing.ranges, Alarm.GAP in found.alarms) == ((), False)


def at(text: str) -> datetime:
    """Read a local time of that week: the day of November and the clock."""
    return datetime.fromisoformat(f"2026-11-{text}+07:00")


@pytest.mark.parametrize(
    ("heard", "now", "silent"),
    [
        ("18T08:00", "18T09:59", False),
        ("18T08:00", "18T10:00", True),
        ("18T11:00", "18T14:59", False),  # noon is not opening time
        ("18T11:00", "18T15:00", True),
        ("17T16:30", "18T08:59", False),  # nor is the night
        ("17T16:30", "18T09:00", True),
        ("20T16:30", "23T08:59", False),  # nor the weekend
        ("20T16:30", "23T09:00", True),
        ("10T09:00", "18T23:00", True),
        ("18T15:30", "18T23:59", False),  # one hour and a half, then the office closes
    ],
)
def test_two_hours_without_contact_while_the_desk_serves_are_silence(
    session: Session, fares: Fares, heard: str, now: str, silent: bool
) -> None:
    found = fares(now=at(now), seen_at=at(heard))
    assert (Alarm.SILENT in found.alarms) is silent


def test_a_desk_without_a_shift_is_not_missed_unless_its_unit_closes_dossiers(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    session.query(Shift).delete()
    assert fares(now=at("18T16:00"), seen_at=at("18T08:00")).alarms == ()
    session.add(
        Dossier(
            unit_id=office.unit_id,
            code="H1",
            received_on=date(2026, 11, 2),
            finished_on=date(2026, 11, 18),
            imported_at=NINE,
        )
    )
    session.flush()
    assert fares(now=at("18T16:00"), seen_at=at("18T08:00")).alarms == (Alarm.SILENT,)
    assert fares(now=at("19T16:00"), seen_at=at("18T16:30")).alarms == ()


def test_nobody_misses_the_invented_screens_of_the_sample(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    assert fares(now=at("18T16:00"), seen_at=at("18T08:00")).alarms == (Alarm.SILENT,)
    session.execute(update(Organisation).values(sample=True))
    assert fares(now=at("18T16:00"), seen_at=at("18T08:00")).alarms == ()


def test_a_holiday_is_no_opening_time(session: Session, office: RatingOffice, fares: Fares) -> None:
    session.add(
        CalendarDay(
            organisation_id=1,
            on=date(2026, 11, 18),
            kind="holiday",
            name="N",
            document="D",
            provisional=False,
        )
    )
    session.flush()
    assert fares(now=at("18T16:00"), seen_at=at("17T16:30")).alarms == ()


def test_a_kiosk_never_heard_of_is_told_after_ten_minutes(fares: Fares) -> None:
    new = NINE - timedelta(minutes=9)
    assert fares(seen_at=None, paired_at=new).alarms == ()
    assert fares(seen_at=None, paired_at=new - timedelta(minutes=1)).alarms == (Alarm.NEVER_SEEN,)
    again = {"seen_at": NINE - DAY, "paired_at": NINE - HOUR}
    assert Alarm.NEVER_SEEN in fares(**again).alarms


@pytest.mark.parametrize(
    ("columns", "alarm"),
    [
        ({"clock_offset_ms": 300_000}, None),
        ({"clock_offset_ms": 300_001}, Alarm.CLOCK),
        ({"clock_offset_ms": -300_001}, Alarm.CLOCK),
        ({"storage": "ok"}, None),
        ({"storage": "rebuilt"}, Alarm.STORAGE),
        ({"storage": "memory"}, Alarm.STORAGE),
        ({"persisted": True}, None),
        ({"persisted": False}, Alarm.NOT_PERSISTED),
        ({"waiting": 1, "oldest_waiting_at": NINE - DAY}, None),
        ({"waiting": 1, "oldest_waiting_at": NINE - DAY - HOUR}, Alarm.LONG_QUEUE),
        ({"waiting": 0, "oldest_waiting_at": NINE - DAY - HOUR}, None),
    ],
)
def test_what_a_screen_says_of_itself_alarms(
    fares: Fares, columns: dict[str, Any], alarm: Alarm | None
) -> None:
    assert fares(**columns).alarms == (() if alarm is None else (alarm,))


def test_something_held_back_alarms_until_it_is_reviewed(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    key = hold(session, 1)
    found = fares()
    assert (found.alarms, found.held.total, found.held.waiting) == ((Alarm.QUARANTINE,), 1, 1)
    session.get_one(RatingQuarantine, key).reviewed_at = NINE
    session.flush()
    found = fares()
    assert (found.alarms, found.held.total, found.held.waiting) == ((), 1, 0)


def test_what_only_the_device_holds_back_alarms_too(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    key = hold(session, 1)
    session.get_one(RatingQuarantine, key).reviewed_at = NINE
    session.flush()
    assert fares(quarantined=1).alarms == ()
    assert fares(quarantined=2).alarms == (Alarm.QUARANTINE,)


def test_one_number_with_two_contents_is_a_fork(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    arrive(session, office, 1)
    assert fares().alarms == ()
    arrive(session, office, 1, mark=str(Mark.SEQUENCE_REUSED))
    assert fares().alarms == (Alarm.FORK,)
    assert fares(now=NINE + 36 * DAY).alarms == ()


def test_a_conflict_held_back_is_a_fork(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    hold(session, 1, "conflict")
    assert fares().alarms == (Alarm.FORK, Alarm.QUARANTINE)


def test_a_revoked_kiosk_raises_no_alarm(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    hold(session, 1, "conflict")
    assert fares(revoked_at=NINE, seen_at=None, persisted=False).alarms == ()


def test_the_version_most_kiosks_have_is_the_usual_one(
    session: Session, office: RatingOffice, fares: Fares
) -> None:
    assert fares().same_version is None
    others = [channels.pair(session, "Q-2", None, NINE)[0] for _ in range(2)]
    for kiosk in others:
        kiosk.version, kiosk.reported_at = "new", NINE
    session.flush()
    assert fares(version="old", reported_at=NINE).same_version is False
    assert fares(version="new", reported_at=NINE).same_version is True


def test_another_units_kiosks_are_not_told(session: Session, office: RatingOffice) -> None:
    assert kiosk_health.health(session, frozenset({office.unit_id + 1}), NINE) == []


def test_the_number_of_queries_does_not_grow_with_the_silent_kiosks(
    session: Session, office: RatingOffice
) -> None:
    asked = []
    for more in (0, 6):
        for _ in range(more):
            channels.pair(session, "Q-2", None, NINE - 30 * DAY)
        session.execute(update(Kiosk).values(seen_at=NINE - 5 * DAY))
        session.flush()
        session.expunge_all()
        with statements(session.get_bind()) as seen:
            found = kiosk_health.health(session, frozenset({office.unit_id}), NINE)
        asked.append(len(seen))
    assert sum(Alarm.SILENT in one.alarms for one in found) == 2  # only one desk has shifts
    assert asked[0] == asked[1]
