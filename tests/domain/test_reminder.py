"""Reminders of a due day: which, to whom, each once, in office hours only."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.domain.calendar import ONE_DAY, CalendarDay, DayKind, WorkCalendar
from shared.domain.errors import Invalid
from shared.domain.reminder import (
    SHIPPED,
    Audience,
    Clock,
    Reminder,
    Rule,
    Stage,
    checked,
    given_up,
    in_office_hours,
    recipients,
    reminder_day,
    reminders_due,
    wait_after,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NATIONAL_DAY = [date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)]
CALENDAR = WorkCalendar.of(
    [
        *(CalendarDay(on, DayKind.HOLIDAY, "Quốc khánh", "TB", False) for on in NATIONAL_DAY),
        CalendarDay(date(2026, 8, 22), DayKind.MAKE_UP_WORKING, "Làm bù", "TB", False),
    ],
    ZONE,
)
# A Thursday; received ten working days before.
DUE = date(2026, 11, 26)
CLOCK = Clock(DUE, date(2026, 11, 12), "rule:2026-11-26")


def at(day: int, hour: int = 9, minute: int = 0, month: int = 11) -> datetime:
    """Give an instant of 2026 by the office's own clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def stages(now: datetime, written: set[str], clock: Clock = CLOCK) -> list[tuple[str, bool]]:
    """Give what is due by name, and whether it is skipped."""
    due = reminders_due(clock, SHIPPED, CALENDAR, now, written)
    return [(one.stage, one.skipped) for one in due]


@pytest.mark.parametrize(
    ("day", "stage"),
    [(24, "two_days"), (25, "one_day"), (26, "due_today"), (27, "overdue")],
)
def test_each_stage_comes_on_its_own_working_day(day: int, stage: str) -> None:
    assert stages(at(day), set())[-1] == (stage, False)
    before = at(day) - ONE_DAY
    assert (stage, False) not in stages(before, set())


def test_nothing_comes_before_two_working_days_are_left() -> None:
    assert stages(at(23), set()) == []


def test_a_stage_written_down_never_comes_again() -> None:
    assert stages(at(26), {"due_today"}) == []


def test_after_a_time_without_reminders_only_the_latest_goes() -> None:
    assert stages(at(27), {"two_days"}) == [
        ("one_day", True),
        ("due_today", True),
        ("overdue", False),
    ]


def test_repeats_that_were_missed_leave_only_the_last() -> None:
    assert stages(at(17, month=12), {"due_today"}) == [("overdue", True), ("overdue_5", False)]


def test_an_overdue_case_is_reminded_every_third_working_day() -> None:
    # Friday 27 November, Wednesday 2 and Monday 7 December.
    assert stages(at(1, month=12), {"overdue"}) == []
    assert stages(at(2, month=12), {"overdue"}) == [("overdue_2", False)]
    assert stages(at(7, month=12), {"overdue_2"}) == [("overdue_3", False)]


@pytest.mark.parametrize(
    "now",
    [at(26, 7, 29), at(26, 12), at(26, 17), at(26, 23), at(28, 9), at(29, 9)],
    ids=["before opening", "at lunch", "at closing", "at night", "Saturday", "Sunday"],
)
def test_nobody_is_written_to_outside_office_hours(now: datetime) -> None:
    assert stages(now, set()) == []


def test_a_make_up_saturday_is_an_office_day() -> None:
    assert in_office_hours(at(22, month=8), CALENDAR)
    assert not in_office_hours(at(31, month=8), CALENDAR)


@pytest.mark.parametrize(
    ("days", "on"),
    [(-1, date(2026, 8, 28)), (-5, date(2026, 8, 24)), (-6, date(2026, 8, 22))],
)
def test_working_days_before_a_due_day_skip_holidays_and_count_make_up_days(
    days: int, on: date
) -> None:
    assert reminder_day(date(2026, 9, 3), days, CALENDAR) == on


def test_a_due_day_that_became_a_holiday_is_reminded_of_before_it() -> None:
    assert reminder_day(date(2026, 9, 1), 0, CALENDAR) == date(2026, 8, 28)


def test_a_day_before_the_case_was_received_reminds_of_nothing() -> None:
    young = Clock(DUE, date(2026, 11, 25), "v")
    assert stages(at(25), set(), young) == [("one_day", False)]


MOMENTS = some.lists(
    some.integers(min_value=0, max_value=30 * 24 * 4).map(
        lambda quarter: at(16) + timedelta(minutes=15 * quarter)
    ),
    max_size=40,
)


@given(MOMENTS, some.booleans())
def test_no_order_of_runs_writes_a_stage_twice_or_sends_an_earlier_one_after_a_later(
    moments: list[datetime], in_order: bool
) -> None:
    written: list[Reminder] = []
    for now in sorted(moments) if in_order else moments:
        known = {one.stage for one in written}
        fresh = reminders_due(CLOCK, SHIPPED, CALENDAR, now, known)
        assert [one.skipped for one in fresh] in ([], [True] * (len(fresh) - 1) + [False])
        written += fresh
        again = {one.stage for one in written}
        assert reminders_due(CLOCK, SHIPPED, CALENDAR, now, again) == []
    names = [one.stage for one in written]
    assert len(names) == len(set(names))
    order = ["two_days", "one_day", "due_today", "overdue", *(f"overdue_{n}" for n in range(2, 20))]
    assert names == sorted(names, key=order.index)


def test_a_clock_set_back_sends_no_repeat_that_a_later_one_replaced() -> None:
    known = {one.stage for one in reminders_due(CLOCK, SHIPPED, CALENDAR, at(11, month=12), set())}
    assert "overdue_4" in known
    assert reminders_due(CLOCK, SHIPPED, CALENDAR, at(2, month=12), known) == []


@given(MOMENTS)
def test_the_last_run_decides_what_was_sent_last_whatever_ran_before(
    moments: list[datetime],
) -> None:
    written: set[str] = set()
    for now in [*sorted(moments), at(17, month=12)]:
        written |= {one.stage for one in reminders_due(CLOCK, SHIPPED, CALENDAR, now, written)}
    at_once = reminders_due(CLOCK, SHIPPED, CALENDAR, at(17, month=12), set())
    assert {one.stage for one in at_once} <= written
    assert at_once[-1] == Reminder("overdue_5", frozenset(Audience), skipped=False)


def test_a_moved_due_day_begins_anew() -> None:
    moved = Clock(DUE + 7 * ONE_DAY, CLOCK.since_on, "rule:2026-12-03")
    assert stages(at(27), set(), moved) == []
    assert stages(at(1, month=12), set(), moved) == [("two_days", False)]


def test_who_is_reminded_goes_from_the_officer_to_the_head_to_those_above() -> None:
    lines = {0: [7], 1: [], 2: [9, 8]}
    assert recipients({Audience.OFFICER}, 5, lines) == [5]
    assert recipients({Audience.OFFICER, Audience.HEAD}, 5, lines) == [5, 7]
    assert recipients(set(Audience), 5, lines) == [5, 7, 8, 9]


def test_a_case_nobody_handles_reminds_the_head() -> None:
    assert recipients({Audience.OFFICER}, None, {0: [], 1: [7], 2: [8]}) == [7]


def test_a_head_who_handles_the_case_is_reminded_once() -> None:
    assert recipients(set(Audience), 7, {0: [7], 1: [8]}) == [7, 8]


@pytest.mark.parametrize(
    "rule",
    [
        Rule(Stage.OVERDUE, 1, frozenset()),
        Rule(Stage.OVERDUE, 31, frozenset(Audience)),
        Rule(Stage.OVERDUE, 1, frozenset(Audience), every=0),
        Rule(Stage.OVERDUE, 0, frozenset(Audience)),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(rule: Rule) -> None:
    today = Rule(Stage.DUE_TODAY, 0, frozenset({Audience.HEAD}))
    with pytest.raises(Invalid) as refusal:
        checked([today, rule])
    assert refusal.value.field in {"overdue", "due_today"}


def test_the_shipped_rules_can_be_kept() -> None:
    assert checked(reversed(SHIPPED)) == SHIPPED


def test_a_failed_message_waits_a_minute_then_doubles_to_six_hours() -> None:
    waits = [wait_after(tried, 0) / timedelta(minutes=1) for tried in range(1, 12)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert wait_after(1, 1) == timedelta(seconds=48)


def test_a_message_is_given_up_a_week_after_its_first_try() -> None:
    first = at(16)
    assert not given_up(first, first + timedelta(days=7) - timedelta(seconds=1))
    assert given_up(first, first + timedelta(days=7))


def test_what_is_refused_for_good_waits_hours_at_once_and_is_given_up_after_a_day() -> None:
    first = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
    assert wait_after(1, 0, refused=True) == wait_after(20, 0) == timedelta(hours=6)
    assert not given_up(first, first + timedelta(hours=23), refused=True)
    assert given_up(first, first + timedelta(days=1), refused=True)
