"""Office time between two moments: without lunch, nights and days off."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar import CalendarDay, DayKind, WorkCalendar
from shared.domain.worked_hours import WorkedHours

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOLIDAY = CalendarDay(date(2026, 11, 24), DayKind.HOLIDAY, "Ngày Văn hoá", "NQ 80", False)
CALENDAR = WorkCalendar.of([HOLIDAY], ZONE)
FIRST, LAST = date(2026, 11, 2), date(2026, 12, 31)
HOURS = WorkedHours(CALENDAR, FIRST, LAST)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        (at(20, 8), at(20, 9, 30), 1.5),
        (at(20, 11), at(20, 14), 1.0),  # over lunch, 11:30 to 13:30
        (at(20, 16), at(23, 8), 1.5),  # Friday to Monday
        (at(20, 22), at(23, 7), 0.0),  # from night to before opening
        (at(23, 16), at(25, 8), 1.5),  # over the holiday
        (at(21, 9), at(22, 9), 0.0),  # a weekend
        (at(23, 9), at(20, 9), 0.0),  # backwards
        (at(16, 0), at(21, 0), 37.5),  # a whole week of seven hours and a half
    ],
)
def test_only_office_time_counts(begin: datetime, end: datetime, hours: float) -> None:
    assert HOURS.between(begin, end) == timedelta(hours=hours)


def test_the_zone_of_the_office_decides_not_the_one_of_the_moment() -> None:
    assert HOURS.between(at(20, 8).astimezone(UTC), at(20, 9).astimezone(UTC)) == timedelta(hours=1)


def test_a_moment_outside_the_range_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        HOURS.between(at(1, 9), at(20, 9))


MOMENTS = st.integers(0, 57 * 24 * 60).map(lambda minutes: at(3, 0) + timedelta(minutes=minutes))


@given(MOMENTS, MOMENTS, MOMENTS)
def test_two_stretches_together_are_the_whole(a: datetime, b: datetime, c: datetime) -> None:
    begin, middle, end = sorted((a, b, c))
    whole = HOURS.between(begin, end)
    assert HOURS.between(begin, middle) + HOURS.between(middle, end) == whole
    assert whole <= end - begin
