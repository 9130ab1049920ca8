"""Weeks of arrival: exact by the local day, and read by the index of what may have come late."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.campaign import Settings, Window
from shared.domain.small_groups import Week
from shared.models.organisation import Organisation, Unit
from shared.statistics import arrivals, left_aside, opinions
from shared.statistics.arrivals import Among
from shared.statistics.frames import Frame
from tests import cast
from tests.cast import Place
from tests.infrastructure.plans import plans
from tests.stored_ratings import stored_rating

SUNDAY, MONDAY = date(2026, 11, 8), date(2026, 11, 9)
LAST_WEEK = date(2026, 11, 2)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MIDNIGHT = datetime(2026, 11, 9, tzinfo=VIETNAM)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def sen(session: Session, now: datetime) -> Place:
    """A unit with a desk and an officer."""
    return cast.build_places(session, now)["sen"]


def came(
    session: Session, place: Place, touched_at: datetime, received_at: datetime, **columns: object
) -> None:
    """Store a rating of a local moment, received at another."""
    where = {"desk_id": place.desk_id, "officer_id": place.officer_id}
    stored_rating(session, place.unit_id, touched_at, received_at, **(where | columns))


def weeks(session: Session, place: Place) -> dict[date, int]:
    """How many ratings of a place came in each week."""
    found = arrivals.weeks(session, Among([place.unit_id], 4))
    return {week.monday: week.cases for week in found}


@pytest.mark.parametrize(
    ("after", "week"),
    [
        (-SECOND, LAST_WEEK),
        (timedelta(), MONDAY),
        (3 * HOUR, MONDAY),  # when it is still Sunday in UTC
        (7 * HOUR - SECOND, MONDAY),
        (7 * HOUR, MONDAY),
        (12 * HOUR, MONDAY),
    ],
)
def test_a_rating_of_sunday_counts_in_the_local_week_it_came_in(
    session: Session, sen: Place, after: timedelta, week: date
) -> None:
    came(session, sen, MIDNIGHT - 9 * HOUR, MIDNIGHT + after)
    assert weeks(session, sen) == {week: 1}


def test_a_rating_of_the_night_that_came_at_once_stays_in_its_week(
    session: Session, sen: Place
) -> None:
    """As from a telephone: by UTC it came the day before its touch."""
    came(session, sen, MIDNIGHT + HOUR, MIDNIGHT + HOUR)
    came(session, sen, MIDNIGHT - HOUR, MIDNIGHT - HOUR)
    assert weeks(session, sen) == {LAST_WEEK: 1, MONDAY: 1}


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Asia/Tokyo", "Pacific/Kiritimati"])
def test_the_index_holds_whatever_came_on_a_later_local_day(
    session: Session, sen: Place, zone: str
) -> None:
    """Of any zone; nothing but these is read one by one."""
    organisation = session.get_one(Organisation, session.get_one(Unit, sen.unit_id).organisation_id)
    organisation.zone = zone
    session.flush()
    local = ZoneInfo(zone)
    touched = datetime(2026, 11, 8, 9, tzinfo=local)
    for hours in range(72):
        came(session, sen, touched, touched + hours * HOUR)
    on_time = sum(local_date(touched + hours * HOUR, local) <= SUNDAY for hours in range(72))
    assert weeks(session, sen) == {LAST_WEEK: on_time, MONDAY: 72 - on_time}


def test_lanes_and_days_that_do_not_count_are_not_moved_either(
    session: Session, sen: Place
) -> None:
    for lane in ("desk", "open"):
        came(session, sen, MIDNIGHT - 9 * HOUR, MIDNIGHT + 9 * HOUR, lane=lane)
    among = Among([sen.unit_id], 4, lanes=("desk",))
    assert arrivals.weeks(session, among) == [Week(MONDAY, 0, 1)]


@pytest.mark.parametrize("whose", ["officer", "unit", "standing"])
def test_weeks_are_read_by_the_index_of_the_late_ones(
    session: Session, sen: Place, whose: str
) -> None:
    """Of so few any index does, and PostgreSQL takes now this one, now that: no other is left."""
    session.execute(text("DROP INDEX ix_rating_unit_id_rated_on"))

    def ask() -> object:
        if whose == "officer":
            return opinions.own_weeks(session, sen.officer_id, MONDAY)
        if whose == "unit":
            return arrivals.weeks(session, Among([sen.unit_id], 4, lanes=("desk", "dossier")))
        units = [sen.unit_id]
        until = dict.fromkeys(units, SUNDAY)
        as_of = MIDNIGHT - SECOND
        frame = Frame(1, VIETNAM, Settings(), as_of, SUNDAY, over=True, shown_until=until)
        year = Window(date(2026, 1, 1), SUNDAY)
        return left_aside.within(session, units, year, Settings(), frame)

    assert any("ix_rating_late" in plan for plan in plans(session, ask))
