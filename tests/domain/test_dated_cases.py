"""Dated cases worked out by eye from a wall calendar, each with its reason; the shipped rules."""

import csv
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.domain.calendar import CalendarDay, DayKind, WorkCalendar, WorkingHours, read_days
from shared.domain.complaint import Kind, Lateness, Tier, lateness
from shared.domain.deadline import (
    Deadline,
    Limit,
    Matter,
    Pause,
    Receipt,
    Receiving,
    Stage,
    Unit,
    due,
    latest_day_before,
    limit_in_force,
    worth,
)
from shared.domain.limit_table import read_limits

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EIGHT_HOURS = WorkingHours.on_weekdays(
    ((time(7, 30), time(11, 30)), (time(13), time(17))), range(5)
)
SWAPPED = {date(2026, 1, 2), date(2026, 1, 10)}
MOURNING = CalendarDay(date(2026, 3, 5), DayKind.HOLIDAY, "Quốc tang", "Thông báo mẫu", False)


def shipped(name: str) -> list[dict[str, str]]:
    text = files("shared.reference").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


DAYS = read_days(shipped("calendar.csv"))
LIMITS = read_limits(shipped("deadline_rules.csv"))
VIETNAM = WorkCalendar.of(DAYS, ZONE)
CALENDARS = {
    "": VIETNAM,
    "before_swap": WorkCalendar.of([day for day in DAYS if day.on not in SWAPPED], ZONE),
    "day_of_mourning": WorkCalendar.of([*DAYS, MOURNING], ZONE),
}
LONG_DAYS = WorkCalendar.of(DAYS, ZONE, EIGHT_HOURS)
with (Path(__file__).parent / "dated_cases.csv").open(encoding="utf-8") as file:
    CASES = list(csv.DictReader(file))


def at(text: str) -> datetime:
    """Read a moment; without an offset it is local time in Việt Nam."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def plain(amount: int, unit: Unit) -> Limit:
    """Make a limit of no kind in particular."""
    day = date(2000, 1, 1)
    return Limit(Kind.REPORT, Tier.OWN, Stage.ANSWER, amount, unit, day, None, "r", "d", "b")


def limit_of(rule: str, received: datetime) -> Limit:
    """Find the shipped limit a row names, or make one of an amount and unit."""
    words = rule.split()
    if words[0].isdigit():
        return plain(int(words[0]), Unit(words[1]))
    return limit_in_force(
        LIMITS,
        Kind(words[0]),
        Tier(words[1]),
        Stage(words[2]),
        received.astimezone(ZONE).date(),
        instance=2 if "second" in words else 1,
        remote="remote" in words,
    )


def found(case: dict[str, str]) -> Deadline:
    how = dict(part.split("=", 1) for part in case["how"].split(";") if part)
    received = at(case["received"])
    begun, _, ended = how.get("pause", "").partition("/")
    rule, _, cut_off = how.get("receipt", "").partition(" ")
    return due(
        limit_of(case["rule"], received),
        received,
        LONG_DAYS if "hours" in how else CALENDARS[how.get("calendar", "")],
        extra=int(how.get("extra", "0")),
        pauses=[Pause(at(begun), at(ended))] if begun else [],
        receiving=Receiving(
            Receipt.NEXT_WORKING_DAY if rule else Receipt.SAME_DAY,
            time.fromisoformat(cut_off) if cut_off else None,
        ),
    )


@pytest.mark.parametrize("case", CASES, ids=[f"{one['received']} {one['rule']}" for one in CASES])
def test_dated_case(case: dict[str, str]) -> None:
    deadline = found(case)
    day = case["due"].removesuffix("?")
    if "T" in day:
        assert deadline.hour_due_at == at(day), case["because"]
    assert deadline.due_on == date.fromisoformat(day[:10]), case["because"]
    assert deadline.due_at == at(f"{day[:10]}T23:59:59"), case["because"]
    assert deadline.provisional is case["due"].endswith("?"), case["because"]


def test_the_table_is_as_long_as_promised_and_gives_every_reason() -> None:
    assert len(CASES) >= 150
    assert len({tuple(one.values()) for one in CASES}) == len(CASES)
    assert [one for one in CASES if len(one["because"]) < 10] == []
    dated_rows = {"1", "2", "3", "4", "5", "9"}
    told = " ".join(one["because"] for one in CASES)
    assert [row for row in dated_rows if f"peers row {row}" not in told] == []


# A case due today is in exactly one list, and late stays late whenever somebody looks.
@pytest.mark.parametrize(
    ("due_on", "answered_on", "today", "standing"),
    [
        ("2026-03-09", None, "2026-03-08", Lateness.OPEN),
        ("2026-03-09", None, "2026-03-09", Lateness.OPEN),  # due today is not overdue
        ("2026-03-09", None, "2026-03-10", Lateness.OVERDUE),
        ("2026-03-09", "2026-03-09", "2026-03-09", Lateness.ON_TIME),
        ("2026-03-09", "2026-03-09", "2026-06-01", Lateness.ON_TIME),
        ("2026-03-09", "2026-03-10", "2026-03-10", Lateness.LATE),  # closed between two jobs
        ("2026-03-09", "2026-03-10", "2026-06-01", Lateness.LATE),  # and still late in June
        (None, None, "2026-06-01", Lateness.OPEN),  # praise
    ],
)
def test_dated_standing(
    due_on: str | None, answered_on: str | None, today: str, standing: Lateness
) -> None:
    days = [date.fromisoformat(text) if text else None for text in (due_on, answered_on)]
    assert lateness(days[0], days[1], date.fromisoformat(today)) is standing


@pytest.mark.parametrize(
    ("due_on", "latest"),
    [
        ("2026-03-10", "2026-03-09"),  # Tue: Mon
        ("2026-03-09", "2026-03-06"),  # Mon: the day before is Sun, so Fri
        ("2026-02-23", "2026-02-13"),  # the first day after Tết: Friday before it
        ("2026-08-24", "2026-08-22"),  # Mon: the Saturday before is worked
        ("2026-11-25", "2026-11-23"),  # Wed: Culture Day is off
        ("2026-01-05", "2025-12-31"),  # Mon: 1 and 2 January are off
    ],
)
def test_a_late_dossiers_apology_goes_out_a_day_before_at_the_latest(
    due_on: str, latest: str
) -> None:
    limit = limit_in_force(
        LIMITS, Matter.DOSSIER, Tier.OWN, Stage.APOLOGISE, date.fromisoformat(due_on)
    )
    day = latest_day_before(limit, date.fromisoformat(due_on), VIETNAM)
    assert day == date.fromisoformat(latest)


def test_the_decree_that_asks_for_the_apology_follows_the_day() -> None:
    codes = [
        limit_in_force(LIMITS, Matter.DOSSIER, Tier.OWN, Stage.APOLOGISE, on).code
        for on in (date(2025, 6, 30), date(2025, 7, 1))
    ]
    assert codes == ["decree-61-2018-apology", "decree-118-2025-apology"]


@pytest.mark.parametrize(
    ("begun", "ended", "minutes"),
    [
        ("2026-03-06T16:00", "2026-03-09T08:00", 90),  # peers row 9: an hour and half an hour
        ("2026-03-06T17:00", "2026-03-09T07:30", 0),
        ("2026-02-13T16:00", "2026-02-23T08:30", 120),  # over Tết
        ("2026-03-03T11:00", "2026-03-03T13:30", 60),  # over lunch
        ("2026-08-21T16:30", "2026-08-22T08:00", 60),  # into a make-up Saturday
    ],
)
def test_a_pause_is_worth_its_office_hours(begun: str, ended: str, minutes: int) -> None:
    assert worth(Pause(at(begun), at(ended)), LONG_DAYS) == timedelta(minutes=minutes)


moments = some.datetimes(
    min_value=datetime(2023, 1, 1),  # noqa: DTZ001  hypothesis wants naive bounds
    max_value=datetime(2027, 12, 31),  # noqa: DTZ001  hypothesis wants naive bounds
    timezones=some.just(ZONE),
)
amounts = some.integers(1, 60)
units = some.sampled_from(list(Unit))
pauses = some.builds(
    lambda begun, hours: Pause(begun, begun + timedelta(hours=hours)),
    moments,
    some.integers(0, 400),
)


@given(moments, amounts, units, some.dates(date(2023, 1, 1), date(2027, 12, 31)))
def test_another_holiday_never_makes_a_day_earlier(
    received: datetime, amount: int, unit: Unit, on: date
) -> None:
    row = CalendarDay(on, DayKind.HOLIDAY, "nghỉ", "mẫu", False)
    more = WorkCalendar({**VIETNAM.days, on: row}, ZONE)
    limit = plain(amount, unit)
    assert due(limit, received, more).due_at >= due(limit, received, VIETNAM).due_at


@given(moments, amounts, units)
def test_one_more_is_never_due_before(received: datetime, amount: int, unit: Unit) -> None:
    days = [due(plain(count, unit), received, VIETNAM).due_at for count in (amount, amount + 1)]
    assert days == sorted(days)


@given(moments)
def test_forty_hours_end_with_the_fifth_counted_day_at_the_latest(received: datetime) -> None:
    hours = due(plain(40, Unit.WORKING_HOUR), received, LONG_DAYS)
    days = due(plain(5, Unit.WORKING_DAY), received, LONG_DAYS)
    assert hours.hour_due_at is not None
    assert hours.hour_due_at <= days.due_at


@given(moments, amounts, units, pauses)
def test_a_pause_never_makes_a_day_earlier_and_shows_only_what_stood_still(
    received: datetime, amount: int, unit: Unit, pause: Pause
) -> None:
    limit = plain(amount, unit)
    with_it = due(limit, received, VIETNAM, pauses=[pause])
    assert with_it.due_at >= due(limit, received, VIETNAM).due_at
    stood = [day.on for day in with_it.days if day.reason == "paused"]
    assert all(pause.began_at.date() <= on <= pause.ended_at.date() for on in stood)


@given(moments, amounts, units)
def test_the_rule_for_late_receipts_never_makes_a_day_earlier(
    received: datetime, amount: int, unit: Unit
) -> None:
    limit = plain(amount, unit)
    later = due(limit, received, VIETNAM, receiving=Receiving(Receipt.NEXT_WORKING_DAY))
    assert later.due_at >= due(limit, received, VIETNAM).due_at


@given(moments, amounts, some.integers(1, 40), units)
def test_an_extension_is_the_longer_limit_counted_from_the_beginning(
    received: datetime, amount: int, extra: int, unit: Unit
) -> None:
    extended = due(plain(amount, unit), received, VIETNAM, extra=extra)
    assert extended.days == due(plain(amount + extra, unit), received, VIETNAM).days
