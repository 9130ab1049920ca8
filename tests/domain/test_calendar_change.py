"""A change of a calendar before it is made, and what changes can never do to a due day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.domain.calendar import (
    OFFICE_HOURS,
    CalendarDay,
    DayKind,
    WorkCalendar,
    WorkingHours,
    end_of_day,
    local_date,
)
from shared.domain.calendar_change import (
    CalendarChange,
    DayChange,
    Week,
    as_values,
    changed,
    differences,
    read_change,
)
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import Limit, Stage, Unit, due
from shared.domain.errors import Invalid

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FRIDAY, SATURDAY = date(2026, 1, 2), date(2026, 1, 10)
MORNING = WorkingHours.on_weekdays(((time(8), time(12)),), range(6))


def row(on: date, kind: DayKind = DayKind.HOLIDAY, name: str = "Nghỉ") -> CalendarDay:
    return CalendarDay(on, kind, name, "Thông báo mẫu", provisional=False)


SWAP = CalendarChange((row(FRIDAY, DayKind.SWAPPED_OFF), row(SATURDAY, DayKind.MAKE_UP_WORKING)))
NEW_YEAR = WorkCalendar.of([row(date(2026, 1, 1))], ZONE)


def limit(amount: int, unit: Unit = Unit.WORKING_DAY) -> Limit:
    return Limit(
        Kind.REPORT, Tier.OWN, Stage.ANSWER, amount, unit, date(2018, 1, 1), None, "r", "d", "l"
    )


def test_a_change_adds_replaces_and_removes_days_and_is_one_version_later() -> None:
    present = WorkCalendar.of([row(FRIDAY), row(SATURDAY)], ZONE)
    renamed = row(FRIDAY, name="Nghỉ riêng")
    week = Week(date(2026, 2, 1), MORNING, "Quyết định mẫu")
    after = changed(present, CalendarChange((renamed,), (SATURDAY,), week))
    assert after.days == {FRIDAY: renamed}
    assert after.weeks == ((date(2026, 2, 1), MORNING),)
    assert (present.version, after.version) == (1, 2)
    assert set(present.days) == {FRIDAY, SATURDAY}


def test_hours_of_the_same_first_day_are_replaced_and_weeks_stay_in_order() -> None:
    present = WorkCalendar({}, ZONE, weeks=((date(2026, 5, 1), MORNING),))
    earlier = Week(date(2026, 2, 1), OFFICE_HOURS, "Quyết định mẫu")
    again = Week(date(2026, 5, 1), OFFICE_HOURS, "Quyết định mẫu")
    after = changed(changed(present, CalendarChange(week=earlier)), CalendarChange(week=again))
    assert after.weeks == ((date(2026, 2, 1), OFFICE_HOURS), (date(2026, 5, 1), OFFICE_HOURS))


def test_what_stays_as_it_is_makes_no_difference() -> None:
    present = WorkCalendar.of([row(FRIDAY)], ZONE)
    absent, new = date(2026, 3, 2), row(SATURDAY)
    change = CalendarChange((row(FRIDAY), new), (absent,))
    assert differences(present, change) == [DayChange(SATURDAY, None, new)]
    assert differences(present, CalendarChange(removed=(FRIDAY,))) == [
        DayChange(FRIDAY, row(FRIDAY), None)
    ]


def test_a_change_is_read_back_from_its_values() -> None:
    own_hours = CalendarDay(
        SATURDAY, DayKind.MAKE_UP_WORKING, "Làm bù", "Số 1", True, ((time(8), time(11)),)
    )
    change = CalendarChange(
        (own_hours,), (FRIDAY,), Week(date(2026, 2, 1), MORNING, "Quyết định mẫu")
    )
    assert read_change(as_values(change)) == change
    assert read_change(as_values(CalendarChange())) == CalendarChange()


def spoilt(edit: Callable[[Any], object]) -> object:
    values: Any = as_values(
        CalendarChange((row(FRIDAY),), (SATURDAY,), Week(FRIDAY, MORNING, "Số 1"))
    )
    edit(values)
    return values


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        "days",
        {},
        {"days": {}, "removed": []},
        spoilt(lambda v: v["days"].append(v["days"][0])),
        spoilt(lambda v: v["removed"].append("2026-01-02")),
        spoilt(lambda v: v["removed"].append(7)),
        spoilt(lambda v: v["days"][0].update(kind="off")),
        spoilt(lambda v: v["days"][0].update(name="")),
        spoilt(lambda v: v["days"][0].update(name="\x00")),
        spoilt(lambda v: v["days"][0].update(document=None)),
        spoilt(lambda v: v["days"][0].update(document="x" * 301)),
        spoilt(lambda v: v["days"][0].update(hours="sáng")),
        spoilt(lambda v: v["days"][0].pop("on")),
        spoilt(lambda v: v["week"].update(hours=[""] * 7)),
        spoilt(lambda v: v["week"].update(hours=[None] * 7)),
        spoilt(lambda v: v["week"].pop("document")),
        spoilt(lambda v: v.update(week=3)),
        {"days": [], "removed": ["2026-01-02"] * 3_000},
    ],
)
def test_values_that_are_no_change_are_refused(values: object) -> None:
    with pytest.raises(Invalid) as refusal:
        read_change(values)
    assert refusal.value.code == "change_wrong"


@pytest.mark.parametrize(
    ("received", "before", "after"),
    [
        # Five working days. The swap takes Friday 2 January out and Saturday 10 January in.
        ("2025-12-25", "2026-01-02", "2026-01-05"),
        ("2025-12-31", "2026-01-08", "2026-01-09"),
        ("2026-01-02", "2026-01-09", "2026-01-09"),
        ("2026-01-05", "2026-01-12", "2026-01-10"),
        ("2026-01-09", "2026-01-16", "2026-01-15"),
        ("2026-01-10", "2026-01-16", "2026-01-16"),
        ("2025-12-23", "2025-12-30", "2025-12-30"),
    ],
)
def test_a_swap_told_late_moves_exactly_the_due_days_it_reaches(
    received: str, before: str, after: str
) -> None:
    at = datetime.fromisoformat(f"{received}T09:00:00+07:00")
    swapped = changed(NEW_YEAR, SWAP)
    assert due(limit(5), at, NEW_YEAR).due_on.isoformat() == before
    assert due(limit(5), at, swapped).due_on.isoformat() == after


DAYS = some.dates(date(2026, 1, 1), date(2026, 12, 31))
CALENDARS = some.lists(
    some.builds(row, DAYS, some.sampled_from(DayKind)), max_size=30, unique_by=lambda day: day.on
).map(lambda rows: WorkCalendar.of(rows, ZONE))
MOMENTS = some.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(2026, 11, 30),  # noqa: DTZ001 - hypothesis wants naive bounds
    timezones=some.just(UTC),
)
UNITS = some.sampled_from(Unit)


@given(CALENDARS, MOMENTS, some.integers(1, 25), UNITS, DAYS)
def test_adding_a_holiday_never_makes_a_due_day_earlier(
    calendar: WorkCalendar, at: datetime, amount: int, unit: Unit, holiday: date
) -> None:
    before = due(limit(amount, unit), at, calendar)
    after = due(limit(amount, unit), at, changed(calendar, CalendarChange((row(holiday),))))
    assert after.due_on >= before.due_on
    if before.hour_due_at is not None and after.hour_due_at is not None:
        assert after.hour_due_at >= before.hour_due_at


@given(CALENDARS, MOMENTS, some.integers(1, 25), UNITS, DAYS)
def test_a_day_taken_back_leaves_the_due_day_there_was_before(
    calendar: WorkCalendar, at: datetime, amount: int, unit: Unit, on: date
) -> None:
    if on in calendar.days:
        return
    there = changed(calendar, CalendarChange((row(on),)))
    back = changed(there, CalendarChange(removed=(on,)))
    assert due(limit(amount, unit), at, back) == due(limit(amount, unit), at, calendar)


@given(CALENDARS, MOMENTS, some.integers(1, 25), UNITS)
def test_one_more_is_never_due_before_one_less(
    calendar: WorkCalendar, at: datetime, amount: int, unit: Unit
) -> None:
    less, more = (due(limit(one, unit), at, calendar) for one in (amount, amount + 1))
    assert more.due_on >= less.due_on


@given(CALENDARS, MOMENTS)
def test_forty_hours_never_end_after_the_fifth_counted_day_of_forty_hour_weeks(
    calendar: WorkCalendar, at: datetime
) -> None:
    """A day of eight hours; the first day counts in hours, but not in days."""
    eight = WorkingHours.on_weekdays(
        ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 30))), range(5)
    )
    office = WorkCalendar(calendar.days, ZONE, eight)
    hours = due(limit(40, Unit.WORKING_HOUR), at, office).hour_due_at
    fifth = due(limit(5), at, office)
    assert hours is not None
    assert hours <= end_of_day(fifth.due_on, ZONE)
    assert sum(day.counted for day in fifth.days) == 5
    assert local_date(at, ZONE) + timedelta(5) <= fifth.due_on
