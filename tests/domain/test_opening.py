"""When a sleeping screen says that the office opens again."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from shared.domain.calendar import CalendarDay, DayKind, WorkCalendar
from shared.domain.opening import next_opening

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOLIDAY = CalendarDay(date(2026, 11, 20), DayKind.HOLIDAY, "Ngày nghỉ thử", "", False)


def opens(local: str, *days: CalendarDay) -> str | None:
    """Give the opening after a local moment, as day and time."""
    moment = datetime.fromisoformat(local).replace(tzinfo=ZONE).astimezone(UTC)
    found = next_opening(moment, WorkCalendar.of(days, ZONE))
    return found.isoformat() if found else None


@pytest.mark.parametrize("local", ["2026-11-18T07:00", "2026-11-18T09:30", "2026-11-18T17:29"])
def test_an_office_is_awake_from_half_an_hour_before_to_half_an_hour_after(local: str) -> None:
    assert opens(local) is None


@pytest.mark.parametrize(
    ("local", "opening"),
    [
        ("2026-11-18T06:59", "2026-11-18T07:30:00+07:00"),
        ("2026-11-18T17:31", "2026-11-19T07:30:00+07:00"),
        ("2026-11-20T20:00", "2026-11-23T07:30:00+07:00"),
        ("2026-11-22T09:00", "2026-11-23T07:30:00+07:00"),
    ],
)
def test_outside_its_hours_it_says_when_it_opens(local: str, opening: str) -> None:
    assert opens(local) == opening


def test_a_holiday_is_slept_through() -> None:
    assert opens("2026-11-19T20:00", HOLIDAY) == "2026-11-23T07:30:00+07:00"


def test_a_moment_needs_an_offset() -> None:
    with pytest.raises(ValueError, match="offset"):
        next_opening(datetime.fromisoformat("2026-11-18T09:00"), WorkCalendar.of((), ZONE))
