"""Time left is working time; lateness begins only after the due day."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.domain.calendar import CalendarDay, DayKind, WorkCalendar
from shared.domain.time_left import TimeLeft, time_left

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOLIDAY = CalendarDay(date(2026, 11, 24), DayKind.HOLIDAY, "Ngày lễ", "Văn bản", provisional=False)
CALENDAR = WorkCalendar.of([HOLIDAY], ZONE)
RECEIVED = datetime(2026, 11, 13, 14, 5, tzinfo=ZONE)  # Friday
DUE = date(2026, 11, 20)


def left(on: date, hour: int, minute: int = 0, due_on: date = DUE) -> TimeLeft:
    now = datetime.combine(on, time(hour, minute), tzinfo=ZONE)
    return time_left(now, RECEIVED, due_on, CALENDAR)


def test_on_the_due_day_hours_to_closing_time_are_left() -> None:
    found = left(DUE, 10, 42)
    assert found.is_today
    assert found.hours == timedelta(hours=4, minutes=18)  # 48 minutes and three and a half hours
    assert found.closes == time(17)
    assert not found.is_over


def test_after_closing_time_it_is_not_late_before_midnight() -> None:
    found = left(DUE, 23, 59)
    assert (found.hours, found.is_today, found.is_over) == (timedelta(), True, False)
    assert left(DUE + timedelta(days=1), 0).is_over


@pytest.mark.parametrize(
    ("on", "due_on", "days"),
    [
        (date(2026, 11, 20), date(2026, 11, 23), 1),  # over a weekend
        (date(2026, 11, 21), date(2026, 11, 23), 1),  # from a Saturday
        (date(2026, 11, 23), date(2026, 11, 25), 1),  # over a holiday
        (date(2026, 11, 16), date(2026, 11, 20), 4),
        (date(2026, 11, 21), date(2026, 11, 20), -1),  # the Saturday after
        (date(2026, 11, 25), date(2026, 11, 20), -2),
    ],
)
def test_days_are_working_days(on: date, due_on: date, days: int) -> None:
    assert left(on, 9, due_on=due_on).days == days


def test_the_share_used_grows_from_nothing_to_all() -> None:
    assert left(RECEIVED.date(), 7).used == 0
    assert 0.8 < left(DUE, 10, 42).used < 0.95
    assert left(DUE, 17).used == 1


def test_a_due_day_without_office_hours_has_no_closing_time() -> None:
    found = left(date(2026, 11, 24), 9, due_on=date(2026, 11, 24))
    assert (found.closes, found.hours, found.is_today) == (None, timedelta(), True)


@pytest.mark.parametrize("hour", [0, 8, 11, 23])
def test_the_share_used_does_not_tell_at_what_time_of_day_it_came(hour: int) -> None:
    now = datetime.combine(DUE, time(10, 42), tzinfo=ZONE)
    other = time_left(now, RECEIVED.replace(hour=hour), DUE, CALENDAR)
    assert other.used == left(DUE, 10, 42).used
