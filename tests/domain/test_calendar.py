"""Working days, office hours and how sure the shipped calendar is."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
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
    read_days,
    working_time_left,
)
from shared.domain.errors import Invalid

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ROWS = list(
    csv.DictReader(
        files("shared.reference").joinpath("calendar.csv").read_text("utf-8").splitlines()
    )
)
DAYS = read_days(ROWS)
VIETNAM = WorkCalendar.of(DAYS, ZONE)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(step) for step in range((date(year + 1, 1, 1) - first).days)]


def named(text: str) -> set[date]:
    """Return the dates of `YYYY: MM-DD …` lines."""
    return {
        date.fromisoformat(f"{line.split(':')[0].strip()}-{day}")
        for line in text.strip().splitlines()
        for day in line.split(":")[1].split()
    }


WEEKDAYS_OFF = """
2023: 01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04
2024: 01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03
2025: 01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02
2026: 01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24
2027: 01-01 02-04 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03 11-24
"""
SATURDAYS_WORKED = """
2024: 05-04
2025: 04-26
2026: 01-10 08-22
"""


def test_shipped_calendar_gives_exactly_these_days_off_and_worked() -> None:
    off, worked = named(WEEKDAYS_OFF), named(SATURDAYS_WORKED)
    for day in (day for year in range(2023, 2028) for day in days_of(year)):
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert VIETNAM.is_working(day) is expected, day


def test_every_year_has_the_holidays_of_the_labour_code() -> None:
    holidays = Counter(day.on.year for day in DAYS if day.kind is DayKind.HOLIDAY)
    assert holidays == {2023: 11, 2024: 11, 2025: 11, 2026: 12, 2027: 12}


def test_every_swapped_day_off_is_worked_on_a_saturday_of_the_same_year() -> None:
    off = Counter(day.on.year for day in DAYS if day.kind is DayKind.SWAPPED_OFF)
    worked = [day.on for day in DAYS if day.kind is DayKind.MAKE_UP_WORKING]
    assert off == Counter(day.year for day in worked) == {2024: 1, 2025: 1, 2026: 2}
    assert {day.weekday() for day in worked} == {5}


def test_every_holiday_on_a_weekend_is_compensated() -> None:
    for year in range(2023, 2028):
        on_weekend = [
            day
            for day in DAYS
            if day.on.year == year and day.kind is DayKind.HOLIDAY and day.on.weekday() > 4
        ]
        paid = [d for d in DAYS if d.on.year == year and d.kind is DayKind.COMPENSATION]
        assert len(on_weekend) == len(paid), year
        assert all(day.on.weekday() < 5 for day in paid)


def test_every_shipped_row_names_its_document() -> None:
    assert all(day.document for day in DAYS)
    assert {day.on.year for day in DAYS if day.provisional} == {2027}
    assert all(day.provisional for day in DAYS if day.on.year == 2027)


@pytest.mark.parametrize(
    ("on", "working", "reason"),
    [
        ("2026-03-06", True, "working"),
        ("2026-03-07", False, "weekend"),
        ("2026-02-17", False, "holiday"),
        ("2026-04-26", False, "holiday"),
        ("2026-04-27", False, "compensation"),
        ("2026-01-02", False, "swapped_off"),
        ("2026-01-10", True, "make_up_working"),
        ("2024-02-29", True, "working"),
        ("2028-02-29", True, "working"),
    ],
)
def test_day_says_whether_it_is_worked_and_why(on: str, working: bool, reason: str) -> None:
    day = date.fromisoformat(on)
    assert (VIETNAM.is_working(day), VIETNAM.reason(day)) == (working, reason)


def test_name_is_that_of_the_row_and_empty_on_an_ordinary_day() -> None:
    assert VIETNAM.name(date(2026, 11, 24)) == "Ngày Văn hóa Việt Nam"
    assert VIETNAM.name(date(2026, 11, 25)) == ""


@pytest.mark.parametrize(
    ("on", "following"),
    [
        ("2026-03-05", "2026-03-06"),
        ("2026-03-06", "2026-03-09"),
        ("2026-02-13", "2026-02-23"),
        ("2026-08-21", "2026-08-22"),
        ("2026-08-28", "2026-09-03"),
        ("2025-12-31", "2026-01-05"),
    ],
)
def test_next_working_day_is_after_the_day_itself(on: str, following: str) -> None:
    assert VIETNAM.next_working(date.fromisoformat(on)).isoformat() == following


@pytest.mark.parametrize(
    ("on", "provisional"),
    [
        ("2022-12-30", True),
        ("2023-06-01", False),
        ("2026-12-31", False),
        ("2027-01-01", True),
        ("2027-06-01", True),
        ("2028-06-01", True),
    ],
)
def test_year_without_its_whole_confirmed_calendar_is_provisional(
    on: str, provisional: bool
) -> None:
    assert VIETNAM.is_provisional(date.fromisoformat(on)) is provisional


def confirmed(on: date) -> CalendarDay:
    return CalendarDay(on, DayKind.HOLIDAY, "Nghỉ lễ", "Thông báo mẫu", provisional=False)


def test_one_row_entered_early_does_not_make_its_year_sure() -> None:
    calendar = WorkCalendar.of([*DAYS, confirmed(date(2028, 1, 3))], ZONE)
    assert not calendar.is_provisional(date(2028, 1, 3))
    assert calendar.is_provisional(date(2028, 1, 4))


@pytest.mark.parametrize(("year", "by_law"), [(2025, 11), (2026, 12), (2028, 12)])
def test_as_many_confirmed_days_off_as_the_law_gives_make_a_year_sure(
    year: int, by_law: int
) -> None:
    weekdays = [day for day in days_of(year) if day.weekday() < 5]
    all_but_one = [confirmed(day) for day in weekdays[: by_law - 1]]
    assert not WorkCalendar.of(all_but_one, ZONE).is_confirmed(year)
    sunday = next(day for day in days_of(year) if day.weekday() == 6)
    assert not WorkCalendar.of([*all_but_one, confirmed(sunday)], ZONE).is_confirmed(year)
    enough = [*all_but_one, confirmed(weekdays[by_law - 1])]
    assert WorkCalendar.of(enough, ZONE).is_confirmed(year)


def test_every_past_year_is_sure_as_shipped_and_the_coming_one_is_not() -> None:
    sure = [year for year in range(2022, 2030) if VIETNAM.is_confirmed(year)]
    assert sure == [2023, 2024, 2025, 2026]


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        ("2026-09-30", None),
        ("2026-10-01", 2027),
        ("2026-12-31", 2027),
        ("2027-01-01", 2027),
        ("2025-11-01", None),
    ],
)
def test_the_next_year_is_asked_for_from_october_until_it_is_sure(
    today: str, missing: int | None
) -> None:
    assert VIETNAM.missing_year(date.fromisoformat(today)) == missing


def test_weekly_hours_hold_from_their_first_day_on() -> None:
    morning = WorkingHours.on_weekdays(((time(8), time(12)),), range(6))
    all_day = WorkingHours.on_weekdays(((time(7), time(11)), (time(13), time(17))), range(5))
    weeks = ((date(2026, 3, 2), morning), (date(2026, 6, 1), all_day))
    calendar = WorkCalendar({}, ZONE, weeks=weeks)
    friday, saturday = date(2026, 2, 27), date(2026, 2, 28)
    assert calendar.hours_on(friday) == OFFICE_HOURS.week[4]
    assert not calendar.is_working(saturday)
    assert calendar.hours_on(date(2026, 3, 7)) == ((time(8), time(12)),)
    assert calendar.is_working(date(2026, 5, 30))
    assert not calendar.is_working(date(2026, 6, 6))
    assert calendar.hours_on(date(2026, 6, 1)) == all_day.week[0]


def test_a_make_up_saturday_has_its_own_hours_or_those_of_an_ordinary_day() -> None:
    saturday = date(2026, 8, 22)
    assert VIETNAM.hours_on(saturday) == OFFICE_HOURS.ordinary_day
    row = replace(VIETNAM.days[saturday], hours=((time(8), time(11)),))
    own = WorkCalendar.of([*DAYS, row], ZONE)
    assert own.hours_on(saturday) == ((time(8), time(11)),)
    off = replace(row, kind=DayKind.HOLIDAY)
    assert WorkCalendar.of([*DAYS, off], ZONE).hours_on(saturday) == ()


def test_row_marked_provisional_is_so_in_a_sure_year() -> None:
    maybe = CalendarDay(date(2026, 12, 31), DayKind.SWAPPED_OFF, "Nghỉ", "Dự kiến", True)
    calendar = WorkCalendar.of([*DAYS, maybe], ZONE)
    assert calendar.is_provisional(date(2026, 12, 31))
    assert not calendar.is_provisional(date(2026, 12, 30))


@pytest.mark.parametrize(
    ("instant", "on"),
    [
        ("2026-03-05T16:59:59+00:00", "2026-03-05"),
        ("2026-03-05T17:00:00+00:00", "2026-03-06"),
        ("2026-03-06T00:00:00+07:00", "2026-03-06"),
        ("2026-03-05T23:59:59+07:00", "2026-03-05"),
        ("2025-12-31T18:00:00+00:00", "2026-01-01"),
    ],
)
def test_local_date_is_that_of_the_office_not_of_the_server(instant: str, on: str) -> None:
    assert local_date(datetime.fromisoformat(instant), ZONE).isoformat() == on


def test_local_date_of_a_naive_time_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="offset"):
        local_date(datetime(2026, 3, 6, 9), ZONE)  # noqa: DTZ001 - the very case


def test_day_ends_one_second_before_local_midnight() -> None:
    assert end_of_day(date(2026, 3, 6), ZONE).isoformat() == "2026-03-06T23:59:59+07:00"


@pytest.mark.parametrize(
    ("now", "due_on", "hours"),
    [
        ("2026-03-06T07:30:00+07:00", "2026-03-06", 7.5),
        ("2026-03-06T06:00:00+07:00", "2026-03-06", 7.5),
        ("2026-03-06T10:30:00+07:00", "2026-03-06", 4.5),
        ("2026-03-06T12:15:00+07:00", "2026-03-06", 3.5),
        ("2026-03-06T16:45:00+07:00", "2026-03-06", 0.25),
        ("2026-03-06T17:00:00+07:00", "2026-03-06", 0),
        ("2026-03-06T20:00:00+07:00", "2026-03-06", 0),
        ("2026-03-07T09:00:00+07:00", "2026-03-06", 0),
        ("2026-03-06T16:00:00+07:00", "2026-03-09", 8.5),
        ("2026-03-06T09:00:00+00:00", "2026-03-09", 8.5),
        ("2026-03-07T09:00:00+07:00", "2026-03-09", 7.5),
        ("2026-02-13T16:00:00+07:00", "2026-02-23", 8.5),
        ("2026-08-21T16:00:00+07:00", "2026-08-24", 16),
    ],
)
def test_time_left_is_office_time_to_the_close_of_the_due_day(
    now: str, due_on: str, hours: float
) -> None:
    left = working_time_left(datetime.fromisoformat(now), date.fromisoformat(due_on), VIETNAM)
    assert left == timedelta(hours=hours)


def test_two_offices_with_other_hours_have_other_time_left() -> None:
    morning = WorkingHours.on_weekdays(((time(8), time(12)),), range(6))
    calendar = WorkCalendar.of(DAYS, ZONE, morning)
    now = datetime(2026, 3, 6, 3, tzinfo=UTC)  # Friday 10:00 local
    assert working_time_left(now, date(2026, 3, 7), calendar) == timedelta(hours=6)
    assert working_time_left(now, date(2026, 3, 7), VIETNAM) == timedelta(hours=5)


@given(
    some.datetimes(
        min_value=datetime(2023, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
        max_value=datetime(2027, 12, 31),  # noqa: DTZ001 - hypothesis wants naive bounds
        timezones=some.just(UTC),
    ),
    some.integers(0, 5000),
    some.integers(-3, 40),
)
def test_time_left_never_grows_and_is_never_negative(
    now: datetime, minutes: int, days: int
) -> None:
    due_on = local_date(now, ZONE) + timedelta(days)
    left = working_time_left(now, due_on, VIETNAM)
    later = working_time_left(now + timedelta(minutes=minutes), due_on, VIETNAM)
    assert timedelta() <= later <= left <= later + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "week",
    [
        ((),) * 7,
        OFFICE_HOURS.week[:6],
        (((time(9), time(8)),),) * 7,
        (((time(7), time(12)), (time(11), time(17))),) * 7,
    ],
)
def test_impossible_week_cannot_be_made(week: tuple[tuple[tuple[time, time], ...], ...]) -> None:
    with pytest.raises(ValueError, match=r"week|spans"):
        WorkingHours(week)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("on", "02/01/2026"),
        ("on", "2026-02-30"),
        ("on", "20260102"),
        ("on", ""),
        ("kind", "day_off"),
        ("name", "  "),
        ("document", ""),
        ("provisional", "maybe"),
    ],
)
def test_wrong_calendar_row_is_refused_with_line_and_column(column: str, value: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_days([ROWS[0], ROWS[1] | {column: value}])
    assert refusal.value.field == column
    assert refusal.value.params["line"] == 3


def test_column_left_out_is_refused_like_an_empty_one() -> None:
    with pytest.raises(Invalid) as refusal:
        read_days([{"on": "2026-01-02", "kind": "holiday", "name": "Nghỉ", "document": None}])
    assert refusal.value.code == "cell_empty"


def test_same_day_twice_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        read_days([ROWS[0], ROWS[0]])
    assert refusal.value.code == "day_twice"
    assert ROWS[0]["on"] in str(refusal.value)
