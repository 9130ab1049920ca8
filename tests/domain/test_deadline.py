"""Due days pinned by hand and by an independent count, and what holds of every due day."""

import csv
import random
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.domain.calendar import CalendarDay, WorkCalendar, WorkingHours, read_days
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import Deadline, Limit, Stage, Unit, due

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WORKING, CALENDAR, HOURS = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.WORKING_HOUR


SHIPPED = files("shared.reference").joinpath("calendar.csv").read_text("utf-8")
DAYS = read_days(csv.DictReader(SHIPPED.splitlines()))
VIETNAM = WorkCalendar.of(DAYS, ZONE)


def limit(amount: int, unit: Unit) -> Limit:
    return Limit(
        Kind.REPORT, Tier.OWN, Stage.ANSWER, amount, unit, date(2018, 1, 1), None, "r", "d", "b"
    )


def end_of(received: str, amount: int, unit: Unit, calendar: WorkCalendar = VIETNAM) -> Deadline:
    return due(limit(amount, unit), datetime.fromisoformat(received), calendar)


# Received, amount, unit, due day. The days were counted by a separate program on another
# calendar source, and the groups around holidays were read through by eye.
DUE_DAYS = [
    # ordinary weeks
    ("2026-03-02T08:00:00+07:00", 5, WORKING, "2026-03-09"),  # Mon
    ("2026-03-03T08:00:00+07:00", 5, WORKING, "2026-03-10"),  # Tue
    ("2026-03-04T08:00:00+07:00", 5, WORKING, "2026-03-11"),  # Wed
    ("2026-03-05T08:00:00+07:00", 5, WORKING, "2026-03-12"),  # Thu
    ("2026-03-06T08:00:00+07:00", 5, WORKING, "2026-03-13"),  # Fri
    ("2026-03-06T06:30:00+07:00", 1, WORKING, "2026-03-09"),  # Mon
    ("2026-03-06T08:00:00+07:00", 7, WORKING, "2026-03-17"),  # Tue
    ("2026-03-06T08:00:00+07:00", 10, WORKING, "2026-03-20"),  # Fri
    ("2026-03-09T08:00:00+07:00", 7, WORKING, "2026-03-18"),  # Wed
    ("2026-03-09T08:00:00+07:00", 10, WORKING, "2026-03-23"),  # Mon
    ("2026-11-16T09:12:00+07:00", 5, WORKING, "2026-11-23"),  # Mon
    # midnight, night and days off
    ("2026-03-05T23:59:59+07:00", 1, WORKING, "2026-03-06"),  # Fri
    ("2026-03-06T00:00:00+07:00", 1, WORKING, "2026-03-09"),  # Mon
    ("2026-03-06T23:59:59+07:00", 5, WORKING, "2026-03-13"),  # Fri
    ("2026-03-07T00:00:00+07:00", 5, WORKING, "2026-03-13"),  # Fri
    ("2026-03-07T23:59:59+07:00", 5, WORKING, "2026-03-13"),  # Fri
    ("2026-03-08T00:00:00+07:00", 5, WORKING, "2026-03-13"),  # Fri
    ("2026-03-08T23:59:59+07:00", 5, WORKING, "2026-03-13"),  # Fri
    ("2026-03-09T00:00:00+07:00", 5, WORKING, "2026-03-16"),  # Mon
    ("2026-03-10T03:15:00+07:00", 5, WORKING, "2026-03-17"),  # Tue
    ("2026-03-10T22:45:00+07:00", 5, WORKING, "2026-03-17"),  # Tue
    ("2026-05-01T10:00:00+07:00", 1, WORKING, "2026-05-04"),  # Mon
    ("2026-05-03T23:59:59+07:00", 1, WORKING, "2026-05-04"),  # Mon
    ("2026-05-04T00:00:00+07:00", 1, WORKING, "2026-05-05"),  # Tue
    # the local day, whatever the offset of the writer
    ("2026-03-05T16:59:59+00:00", 1, WORKING, "2026-03-06"),  # Fri
    ("2026-03-05T17:00:00+00:00", 1, WORKING, "2026-03-09"),  # Mon
    ("2026-03-05T23:30:00+00:00", 1, WORKING, "2026-03-09"),  # Mon
    ("2026-03-06T16:59:59+00:00", 1, WORKING, "2026-03-09"),  # Mon
    ("2026-03-06T17:00:00+00:00", 1, WORKING, "2026-03-09"),  # Mon
    ("2026-03-05T12:00:00-05:00", 1, WORKING, "2026-03-09"),  # Mon
    ("2026-03-05T11:59:59-05:00", 1, WORKING, "2026-03-06"),  # Fri
    ("2026-03-06T02:00:00+09:00", 1, WORKING, "2026-03-09"),  # Mon
    ("2026-03-06T01:59:59+09:00", 1, WORKING, "2026-03-06"),  # Fri
    ("2025-12-31T17:00:00+00:00", 1, WORKING, "2026-01-05"),  # Mon
    ("2025-12-31T16:59:59+00:00", 1, WORKING, "2026-01-05"),  # Mon
    ("2026-03-06T04:00:00+14:00", 1, WORKING, "2026-03-06"),  # Fri
    ("2026-03-05T05:00:00-12:00", 1, WORKING, "2026-03-09"),  # Mon
    # Tết 2023, day 1 a Sunday with two compensation days
    ("2023-01-18T09:00:00+07:00", 1, WORKING, "2023-01-19"),  # Thu
    ("2023-01-19T16:59:00+07:00", 1, WORKING, "2023-01-27"),  # Fri
    ("2023-01-19T17:01:00+07:00", 5, WORKING, "2023-02-02"),  # Thu
    ("2023-01-26T12:00:00+07:00", 1, WORKING, "2023-01-27"),  # Fri
    ("2023-01-27T08:00:00+07:00", 5, WORKING, "2023-02-03"),  # Fri
    ("2022-12-31T09:00:00+07:00", 1, WORKING, "2023-01-03"),  # Tue
    # Tết 2024, day 1 a Saturday
    ("2024-02-07T16:59:00+07:00", 5, WORKING, "2024-02-21"),  # Wed
    ("2024-02-07T17:01:00+07:00", 5, WORKING, "2024-02-21"),  # Wed
    ("2024-02-02T16:59:00+07:00", 5, WORKING, "2024-02-16"),  # Fri
    ("2024-02-10T10:00:00+07:00", 5, WORKING, "2024-02-21"),  # Wed
    ("2024-02-14T23:59:59+07:00", 5, WORKING, "2024-02-21"),  # Wed
    ("2024-02-15T00:00:00+07:00", 5, WORKING, "2024-02-22"),  # Thu
    # Tết 2025, Monday to Friday
    ("2025-01-24T16:59:00+07:00", 5, WORKING, "2025-02-07"),  # Fri
    ("2025-01-24T17:01:00+07:00", 5, WORKING, "2025-02-07"),  # Fri
    ("2025-01-27T08:00:00+07:00", 1, WORKING, "2025-02-03"),  # Mon
    ("2025-01-20T08:00:00+07:00", 5, WORKING, "2025-02-03"),  # Mon
    ("2025-01-22T08:00:00+07:00", 7, WORKING, "2025-02-07"),  # Fri
    # Tết 2026, from the Friday before
    ("2026-02-12T16:30:00+07:00", 5, WORKING, "2026-02-26"),  # Thu
    ("2026-02-13T16:59:00+07:00", 5, WORKING, "2026-02-27"),  # Fri
    ("2026-02-13T17:01:00+07:00", 5, WORKING, "2026-02-27"),  # Fri
    ("2026-02-13T17:01:00+07:00", 10, WORKING, "2026-03-06"),  # Fri
    ("2026-02-14T09:00:00+07:00", 5, WORKING, "2026-02-27"),  # Fri
    ("2026-02-17T00:00:00+07:00", 5, WORKING, "2026-02-27"),  # Fri
    ("2026-02-20T23:59:59+07:00", 1, WORKING, "2026-02-23"),  # Mon
    ("2026-02-22T10:00:00+07:00", 1, WORKING, "2026-02-23"),  # Mon
    ("2026-02-09T10:00:00+07:00", 5, WORKING, "2026-02-23"),  # Mon
    ("2026-02-06T10:00:00+07:00", 7, WORKING, "2026-02-24"),  # Tue
    # the Hung Kings' day, 30 April and 1 May
    ("2023-04-28T09:00:00+07:00", 1, WORKING, "2023-05-04"),  # Thu
    ("2023-04-26T09:00:00+07:00", 5, WORKING, "2023-05-08"),  # Mon
    ("2023-05-02T09:00:00+07:00", 1, WORKING, "2023-05-04"),  # Thu
    ("2024-04-17T09:00:00+07:00", 1, WORKING, "2024-04-19"),  # Fri
    ("2025-04-04T09:00:00+07:00", 1, WORKING, "2025-04-08"),  # Tue
    ("2026-04-24T09:00:00+07:00", 1, WORKING, "2026-04-28"),  # Tue
    ("2026-04-24T09:00:00+07:00", 5, WORKING, "2026-05-06"),  # Wed
    ("2026-04-29T09:00:00+07:00", 5, WORKING, "2026-05-08"),  # Fri
    ("2026-04-27T09:00:00+07:00", 1, WORKING, "2026-04-28"),  # Tue
    # National Day with its neighbour, before or after
    ("2023-08-31T09:00:00+07:00", 1, WORKING, "2023-09-05"),  # Tue
    ("2023-08-30T09:00:00+07:00", 5, WORKING, "2023-09-08"),  # Fri
    ("2024-08-30T09:00:00+07:00", 1, WORKING, "2024-09-04"),  # Wed
    ("2025-08-29T09:00:00+07:00", 1, WORKING, "2025-09-03"),  # Wed
    ("2026-08-28T09:00:00+07:00", 1, WORKING, "2026-09-03"),  # Thu
    ("2026-08-28T16:50:00+07:00", 5, WORKING, "2026-09-09"),  # Wed
    # made-up Saturdays and the days they paid for
    ("2024-04-26T09:00:00+07:00", 1, WORKING, "2024-05-02"),  # Thu
    ("2024-05-02T09:00:00+07:00", 2, WORKING, "2024-05-04"),  # Sat
    ("2024-05-03T09:00:00+07:00", 1, WORKING, "2024-05-04"),  # Sat
    ("2024-05-04T09:00:00+07:00", 1, WORKING, "2024-05-06"),  # Mon
    ("2024-04-26T09:00:00+07:00", 5, WORKING, "2024-05-07"),  # Tue
    ("2025-04-25T09:00:00+07:00", 1, WORKING, "2025-04-26"),  # Sat
    ("2025-04-25T09:00:00+07:00", 5, WORKING, "2025-05-06"),  # Tue
    ("2025-04-26T09:00:00+07:00", 1, WORKING, "2025-04-28"),  # Mon
    ("2025-05-01T09:00:00+07:00", 1, WORKING, "2025-05-05"),  # Mon
    ("2025-12-31T09:00:00+07:00", 1, WORKING, "2026-01-05"),  # Mon
    ("2026-01-01T09:00:00+07:00", 5, WORKING, "2026-01-09"),  # Fri
    ("2026-01-02T09:00:00+07:00", 5, WORKING, "2026-01-09"),  # Fri
    ("2026-01-05T09:00:00+07:00", 5, WORKING, "2026-01-10"),  # Sat
    ("2026-01-08T09:00:00+07:00", 2, WORKING, "2026-01-10"),  # Sat
    ("2026-01-09T09:00:00+07:00", 1, WORKING, "2026-01-10"),  # Sat
    ("2026-01-10T09:00:00+07:00", 1, WORKING, "2026-01-12"),  # Mon
    ("2026-01-03T09:00:00+07:00", 7, WORKING, "2026-01-12"),  # Mon
    ("2026-08-21T10:00:00+07:00", 1, WORKING, "2026-08-22"),  # Sat
    ("2026-08-21T10:00:00+07:00", 3, WORKING, "2026-08-25"),  # Tue
    ("2026-08-22T10:00:00+07:00", 5, WORKING, "2026-08-28"),  # Fri
    ("2026-08-17T10:00:00+07:00", 5, WORKING, "2026-08-22"),  # Sat
    # Culture Day, new in 2026
    ("2025-11-21T09:00:00+07:00", 2, WORKING, "2025-11-25"),  # Tue
    ("2026-11-20T09:00:00+07:00", 2, WORKING, "2026-11-25"),  # Wed
    ("2026-11-23T09:00:00+07:00", 1, WORKING, "2026-11-25"),  # Wed
    ("2026-11-18T09:00:00+07:00", 5, WORKING, "2026-11-26"),  # Thu
    # 29 February and the ends of years
    ("2024-02-28T09:00:00+07:00", 1, WORKING, "2024-02-29"),  # Thu
    ("2024-02-29T09:00:00+07:00", 1, WORKING, "2024-03-01"),  # Fri
    ("2024-02-23T09:00:00+07:00", 5, WORKING, "2024-03-01"),  # Fri
    ("2025-02-28T09:00:00+07:00", 1, WORKING, "2025-03-03"),  # Mon
    ("2024-01-30T09:00:00+07:00", 30, CALENDAR, "2024-02-29"),  # Thu
    ("2023-12-29T09:00:00+07:00", 1, WORKING, "2024-01-02"),  # Tue
    ("2024-12-31T23:59:59+07:00", 1, WORKING, "2025-01-02"),  # Thu
    ("2024-01-31T09:00:00+07:00", 30, CALENDAR, "2024-03-01"),  # Fri
    ("2025-01-31T09:00:00+07:00", 30, CALENDAR, "2025-03-03"),  # Mon
    # calendar days that end on a working day
    ("2026-03-02T09:00:00+07:00", 10, CALENDAR, "2026-03-12"),  # Thu
    ("2026-03-02T09:00:00+07:00", 30, CALENDAR, "2026-04-01"),  # Wed
    ("2026-03-02T23:59:59+07:00", 45, CALENDAR, "2026-04-16"),  # Thu
    ("2025-12-11T09:00:00+07:00", 30, CALENDAR, "2026-01-10"),  # Sat
    ("2026-07-23T09:00:00+07:00", 30, CALENDAR, "2026-08-22"),  # Sat
    ("2026-01-20T09:00:00+07:00", 10, CALENDAR, "2026-01-30"),  # Fri
    # calendar days that roll forward
    ("2026-03-04T09:00:00+07:00", 10, CALENDAR, "2026-03-16"),  # Mon
    ("2026-03-05T09:00:00+07:00", 10, CALENDAR, "2026-03-16"),  # Mon
    ("2026-03-12T09:00:00+07:00", 30, CALENDAR, "2026-04-13"),  # Mon
    ("2026-03-13T09:00:00+07:00", 30, CALENDAR, "2026-04-13"),  # Mon
    ("2026-02-04T09:00:00+07:00", 10, CALENDAR, "2026-02-23"),  # Mon
    ("2026-01-17T09:00:00+07:00", 30, CALENDAR, "2026-02-23"),  # Mon
    ("2026-02-12T09:00:00+07:00", 10, CALENDAR, "2026-02-23"),  # Mon
    ("2026-03-27T09:00:00+07:00", 30, CALENDAR, "2026-04-28"),  # Tue
    ("2026-03-31T09:00:00+07:00", 30, CALENDAR, "2026-05-04"),  # Mon
    ("2026-04-01T09:00:00+07:00", 30, CALENDAR, "2026-05-04"),  # Mon
    ("2025-12-02T09:00:00+07:00", 30, CALENDAR, "2026-01-05"),  # Mon
    ("2025-12-03T09:00:00+07:00", 30, CALENDAR, "2026-01-05"),  # Mon
    ("2026-07-31T09:00:00+07:00", 30, CALENDAR, "2026-09-03"),  # Thu
    ("2026-08-01T09:00:00+07:00", 30, CALENDAR, "2026-09-03"),  # Thu
    ("2026-08-03T09:00:00+07:00", 30, CALENDAR, "2026-09-03"),  # Thu
    ("2026-10-10T09:00:00+07:00", 45, CALENDAR, "2026-11-25"),  # Wed
    ("2023-03-30T09:00:00+07:00", 30, CALENDAR, "2023-05-04"),  # Thu
    ("2023-12-26T09:00:00+07:00", 45, CALENDAR, "2024-02-15"),  # Thu
    ("2025-04-02T09:00:00+07:00", 30, CALENDAR, "2025-05-05"),  # Mon
    ("2024-03-30T09:00:00+07:00", 30, CALENDAR, "2024-05-02"),  # Thu
    ("2024-04-04T09:00:00+07:00", 30, CALENDAR, "2024-05-04"),  # Sat
]


@pytest.mark.parametrize(("received", "amount", "unit", "due_on"), DUE_DAYS)
def test_due_day_of_the_table(received: str, amount: int, unit: Unit, due_on: str) -> None:
    found = end_of(received, amount, unit)
    assert found.due_on.isoformat() == due_on
    assert found.due_at.isoformat() == f"{due_on}T23:59:59+07:00"
    assert not found.provisional


def test_table_is_as_long_as_promised() -> None:
    assert len(DUE_DAYS) >= 120
    assert len(set(DUE_DAYS)) == len(DUE_DAYS)


@pytest.mark.parametrize(
    ("received", "amount", "unit", "provisional"),
    [
        ("2026-12-24T09:00:00+07:00", 5, WORKING, False),  # due Thu 31/12/2026
        ("2026-12-25T09:00:00+07:00", 4, WORKING, False),
        ("2026-12-25T09:00:00+07:00", 5, WORKING, True),  # walks over 01/01/2027
        ("2026-12-31T23:59:59+07:00", 1, WORKING, True),
        ("2026-12-01T09:00:00+07:00", 30, CALENDAR, False),  # due 31/12/2026
        ("2026-12-02T09:00:00+07:00", 30, CALENDAR, True),
        ("2027-02-01T09:00:00+07:00", 5, WORKING, True),
        ("2027-06-07T09:00:00+07:00", 5, WORKING, True),  # no holiday near, the year unannounced
        ("2028-01-20T09:00:00+07:00", 5, WORKING, True),  # no row at all
        ("2022-12-31T09:00:00+07:00", 1, WORKING, False),  # the received day is not walked over
        ("2022-12-28T09:00:00+07:00", 5, WORKING, True),
    ],
)
def test_due_day_is_provisional_when_the_walk_meets_an_unannounced_year(
    received: str, amount: int, unit: Unit, provisional: bool
) -> None:
    assert end_of(received, amount, unit).provisional is provisional


@pytest.mark.parametrize(
    ("received", "due_on"),
    [
        ("2027-02-03T09:00:00+07:00", "2027-02-17"),
        ("2027-04-15T09:00:00+07:00", "2027-04-23"),
        ("2027-04-29T09:00:00+07:00", "2027-05-10"),
        ("2027-09-01T09:00:00+07:00", "2027-09-10"),
    ],
)
def test_expected_holidays_of_2027_are_already_kept_free(received: str, due_on: str) -> None:
    assert end_of(received, 5, WORKING).due_on.isoformat() == due_on


def test_days_name_every_day_of_the_walk_and_why() -> None:
    found = end_of("2026-08-28T16:50:00+07:00", 2, WORKING)
    assert [(day.on.isoformat(), day.counted, day.reason) for day in found.days] == [
        ("2026-08-28", False, "received"),
        ("2026-08-29", False, "weekend"),
        ("2026-08-30", False, "weekend"),
        ("2026-08-31", False, "swapped_off"),
        ("2026-09-01", False, "holiday"),
        ("2026-09-02", False, "holiday"),
        ("2026-09-03", True, "working"),
        ("2026-09-04", True, "working"),
    ]


def test_make_up_saturday_is_counted_under_its_own_name() -> None:
    found = end_of("2026-01-09T16:00:00+07:00", 1, WORKING)
    assert [(day.counted, day.reason) for day in found.days] == [
        (False, "received"),
        (True, "make_up_working"),
    ]


def test_calendar_days_show_the_days_they_rolled_over_as_not_counted() -> None:
    found = end_of("2026-04-22T09:00:00+07:00", 3, CALENDAR)
    assert [(day.on.day, day.counted, day.reason) for day in found.days] == [
        (22, False, "received"),
        (23, True, "working"),
        (24, True, "working"),
        (25, True, "weekend"),
        (26, False, "holiday"),
        (27, False, "compensation"),
        (28, False, "rolled"),
    ]


def test_swap_announced_late_moves_the_due_day() -> None:
    swapped = {date(2026, 1, 2), date(2026, 1, 10)}
    before = WorkCalendar.of([day for day in DAYS if day.on not in swapped], ZONE)
    assert end_of("2025-12-30T09:00:00+07:00", 5, WORKING, before).due_on == date(2026, 1, 7)
    assert end_of("2025-12-30T09:00:00+07:00", 5, WORKING).due_on == date(2026, 1, 8)


def test_deadline_carries_the_rule_that_gave_it() -> None:
    rule = limit(5, WORKING)
    found = due(rule, datetime(2026, 11, 16, 2, 12, tzinfo=UTC), VIETNAM)
    assert (found.rule, found.unit, found.amount) == (rule.code, WORKING, 5)


def test_instant_without_offset_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="offset"):
        due(limit(5, WORKING), datetime(2026, 11, 16, 9), VIETNAM)  # noqa: DTZ001 - the very case


AFTERNOON_FROM_ONE = WorkCalendar.of(
    DAYS,
    ZONE,
    WorkingHours.on_weekdays(
        ((time(7, 30), time(11, 30)), (time(13), time(17))),
        range(5),
    ),
)


@pytest.mark.parametrize(
    ("received", "hours", "calendar", "moment"),
    [
        ("2026-08-28T16:50:00+07:00", 8, AFTERNOON_FROM_ONE, "2026-09-03T16:50:00+07:00"),
        ("2026-08-28T16:50:00+07:00", 8, VIETNAM, "2026-09-04T07:50:00+07:00"),
        ("2026-03-03T07:30:00+07:00", 4, VIETNAM, "2026-03-03T11:30:00+07:00"),
        ("2026-03-03T07:30:00+07:00", 5, VIETNAM, "2026-03-03T14:30:00+07:00"),
        ("2026-03-03T12:00:00+07:00", 2, VIETNAM, "2026-03-03T15:30:00+07:00"),
        ("2026-03-03T20:00:00+07:00", 1, VIETNAM, "2026-03-04T08:30:00+07:00"),
        ("2026-03-03T00:30:00+00:00", 4, VIETNAM, "2026-03-03T11:30:00+07:00"),
        ("2026-03-07T10:00:00+07:00", 1, VIETNAM, "2026-03-09T08:30:00+07:00"),
        ("2026-08-21T16:00:00+07:00", 2, VIETNAM, "2026-08-22T08:30:00+07:00"),  # make-up Saturday
    ],
)
def test_hours_run_from_the_moment_in_office_hours_only(
    received: str, hours: int, calendar: WorkCalendar, moment: str
) -> None:
    found = end_of(received, hours, HOURS, calendar)
    assert found.hour_due_at is not None
    assert found.hour_due_at.isoformat() == moment
    assert found.due_at.isoformat() == f"{moment[:10]}T23:59:59+07:00"
    assert found.days[-1].on == found.due_on


def test_hours_do_not_count_a_day_on_which_none_ran() -> None:
    found = end_of("2026-03-06T18:00:00+07:00", 1, HOURS)
    assert [(day.counted, day.reason) for day in found.days] == [
        (False, "received"),
        (False, "weekend"),
        (False, "weekend"),
        (True, "working"),
    ]


moments = some.datetimes(
    min_value=datetime(2022, 12, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    max_value=datetime(2028, 12, 31),  # noqa: DTZ001 - hypothesis wants naive bounds
    timezones=some.sampled_from([UTC, ZONE, ZoneInfo("America/New_York")]),
)
amounts = some.integers(1, 60)
day_units = some.sampled_from([WORKING, CALENDAR])


@given(moments, amounts, some.sampled_from(list(Unit)))
def test_due_day_is_always_a_working_day(received: datetime, amount: int, unit: Unit) -> None:
    assert VIETNAM.is_working(due(limit(amount, unit), received, VIETNAM).due_on)


@given(moments, amounts, day_units)
def test_as_many_days_are_counted_as_the_limit_says(
    received: datetime, amount: int, unit: Unit
) -> None:
    found = due(limit(amount, unit), received, VIETNAM)
    assert sum(day.counted for day in found.days) == amount


@given(moments, amounts, day_units)
def test_received_day_is_shown_first_and_never_counted(
    received: datetime, amount: int, unit: Unit
) -> None:
    first, *others = due(limit(amount, unit), received, VIETNAM).days
    assert (first.on, first.counted) == (received.astimezone(ZONE).date(), False)
    assert all(day.on > first.on for day in others)


@given(moments, moments, amounts, some.sampled_from(list(Unit)))
def test_received_later_is_never_due_earlier(
    one: datetime, other: datetime, amount: int, unit: Unit
) -> None:
    earlier, later = sorted([one, other])
    early, late = (due(limit(amount, unit), at, VIETNAM) for at in (earlier, later))
    assert early.due_at <= late.due_at


@given(moments, amounts, some.sampled_from(list(Unit)))
def test_days_follow_one_another_without_a_gap(received: datetime, amount: int, unit: Unit) -> None:
    days = [day.on for day in due(limit(amount, unit), received, VIETNAM).days]
    assert days == [days[0] + timedelta(step) for step in range(len(days))]


@given(moments, amounts, some.integers(0, len(DAYS)), some.randoms())
def test_fewer_days_off_never_make_a_later_due_day(
    received: datetime, amount: int, kept: int, chance: random.Random
) -> None:
    fewer: list[CalendarDay] = [day for day in DAYS if day.kind != "make_up_working"]
    calendar = WorkCalendar.of(fewer, ZONE)
    lighter = WorkCalendar.of(chance.sample(fewer, min(kept, len(fewer))), ZONE)
    found, lighter_found = (
        due(limit(amount, WORKING), received, each) for each in (calendar, lighter)
    )
    assert lighter_found.due_on <= found.due_on
