"""Where a rating belongs when it comes late: desk, officer, moment."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.rating import read_submission
from shared.domain.screen import read_report
from shared.models.organisation import Desk
from shared.models.rating import Rating
from shared.services import channels, screen_reports
from shared.services.ratings import record
from tests.rating_office import AFTERNOON, MORNING, RatingOffice, a_rating, kiosk_of, rating_office

AT_NINE = datetime(2026, 11, 18, 2, tzinfo=UTC)  # 09:00 in Việt Nam
AT_TWO = datetime(2026, 11, 18, 7, tzinfo=UTC)
BOOT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.fixture
def office(session: Session) -> RatingOffice:
    return rating_office(session, AT_NINE - timedelta(days=30))


def sent(
    session: Session, token: str, item: Any, now: datetime, device_time: datetime | None = None
) -> Rating:
    """Record one rating and give it as it is kept."""
    channel = channels.recognise(session, token)
    assert channel is not None
    receipt = record(session, channel, [item], device_time or now, now)
    assert receipt.results[0].result == "stored"
    return session.get_one(Rating, UUID(item["id"]))


def other_desk(session: Session) -> Desk:
    return session.scalars(select(Desk).where(Desk.code == "Q-2")).one()


def moved_at(session: Session, office: RatingOffice, moment: datetime) -> None:
    kiosk = kiosk_of(session, office.token)
    channels.move(session, kiosk.id, other_desk(session).id, frozenset({office.unit_id}), moment)
    session.flush()


def test_a_late_rating_counts_for_the_desk_named_on_the_screen(
    session: Session, office: RatingOffice
) -> None:
    moved_at(session, office, AT_NINE)
    kept = sent(session, office.token, a_rating(at=AT_TWO, desk="Q-1"), AT_TWO)
    assert (kept.desk_id, kept.officer_id) == (office.desk_id, office.officers[AFTERNOON])


def test_without_a_name_it_counts_where_the_kiosk_stood_when_touched(
    session: Session, office: RatingOffice
) -> None:
    moved_at(session, office, AT_NINE + timedelta(hours=1))
    early = sent(session, office.token, a_rating(at=AT_NINE), AT_TWO)
    late = sent(session, office.token, a_rating(at=AT_TWO), AT_TWO)
    assert early.desk_id == office.desk_id
    assert late.desk_id == other_desk(session).id


def test_a_desk_the_kiosk_never_stood_at_is_not_believed(
    session: Session, office: RatingOffice
) -> None:
    kept = sent(session, office.token, a_rating(at=AT_NINE, desk="Q-2"), AT_NINE)
    assert kept.desk_id == office.desk_id
    assert "desk_unknown" in kept.marks


def test_the_officer_on_the_screen_counts_however_late_the_record_comes(
    session: Session, office: RatingOffice
) -> None:
    kept = sent(
        session, office.token, a_rating(at=AT_NINE, officer=MORNING), AT_TWO + timedelta(days=3)
    )
    assert kept.officer_id == office.officers[MORNING]
    assert "officer_not_on_duty" not in kept.marks


def report_up(session: Session, office: RatingOffice, minutes: int, now: datetime) -> None:
    """Let the screen say how long its browser has been up."""
    said = {
        "device_time": now.isoformat(),
        "boot": BOOT,
        "uptime_ms": minutes * 60_000,
    }
    kiosk_id = kiosk_of(session, office.token).id
    screen_reports.note_report(session, kiosk_id, read_report(said), now)


@pytest.mark.parametrize("year", [1969, 2000, 2027, 2038])
def test_within_a_known_start_of_the_browser_no_wrong_clock_moves_a_rating(
    session: Session, office: RatingOffice, year: int
) -> None:
    report_up(session, office, 60, AT_NINE)
    wrong = datetime.combine(datetime(year, 1, 19, tzinfo=UTC), time(3), UTC)
    item = a_rating(at=wrong, boot=BOOT, uptime_ms=30 * 60_000)
    kept = sent(session, office.token, item, AT_TWO)  # the clock was put right meanwhile
    assert kept.rated_at == AT_NINE - timedelta(minutes=30)
    assert "time_uncertain" not in kept.marks


@pytest.mark.parametrize("year", [1969, 2038])
def test_an_unknown_start_with_a_wrong_clock_is_taken_and_marked_uncertain(
    session: Session, office: RatingOffice, year: int
) -> None:
    wrong = datetime(year, 1, 19, 3, tzinfo=UTC)
    item = a_rating(at=wrong, boot=BOOT, uptime_ms=1_000)
    kept = sent(session, office.token, item, AT_TWO)
    assert kept.rated_at == AT_TWO
    assert "time_uncertain" in kept.marks


def test_an_uptime_said_without_its_start_is_forgotten(
    session: Session, office: RatingOffice
) -> None:
    report_up(session, office, 60, AT_NINE)
    later = AT_NINE + timedelta(hours=1)
    kiosk = kiosk_of(session, office.token)
    report = read_report({"device_time": later.isoformat(), "boot": BOOT})
    screen_reports.note_report(session, kiosk.id, report, later)
    assert kiosk_of(session, office.token).uptime_ms is None


def test_the_digest_of_what_was_stored_before_screens_named_their_desk_stays_as_it_was() -> None:
    item = {
        "id": BOOT,
        "sequence": 7,
        "rated_at": "2026-11-18T09:00:00+07:00",
        "score": 4,
        "questionnaire": "default",
        "answers": {},
        "procedure": None,
        "dossier": None,
        "language": "vi",
        "duration_ms": 3_000,
    }
    kept = "3d12ce582dc7eb45b2712e8233ec1712036415a4952c4115e5d9f89057460a7f"
    assert read_submission(item).digest() == kept
    assert read_submission(item | {"desk": "Q-1"}).digest() != kept
