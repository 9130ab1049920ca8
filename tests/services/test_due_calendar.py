"""The month of due days: counted as the lists count, with the days on which the office rests."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.complaint import Kind
from shared.services.due_calendar import due_month, month_of, next_month
from shared.services.work_lists import Narrowing, Tray, Who
from tests.case_world import build, file, person
from tests.cast import Place

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def sen(session: Session, now: datetime) -> Place:
    """Phường Sen Hồng; it is 09:30 of Wednesday 18 November there."""
    return build(session, now)["sen"]


def test_each_day_has_its_cases_and_the_rest_stands_before_and_after(
    session: Session, sen: Place, now: datetime
) -> None:
    for days in (40, 8, 7, 7, 0):
        file(session, sen, now - timedelta(days=days))
    file(session, sen, now, kind=Kind.PRAISE)
    file(session, sen, now, officer_ids=(sen.officer_id,))
    month = due_month(Tray(session, person(session, "officer-sen"), now), NOVEMBER)
    due = {day.on.day: day.cases for day in month.days if day.cases}
    # Five working days each; Tuesday 24 is the day of culture, a holiday from 2026 on.
    assert due == {17: 1, 18: 2, 26: 1}
    assert (month.earlier, month.later, month.without_limit) == (1, 0, 1)
    assert [day.on.day for day in month.days if day.cases and day.late] == [17]
    head = due_month(Tray(session, person(session, "head-sen"), now), NOVEMBER)
    assert {day.on.day: day.cases for day in head.days if day.cases}[26] == 2


def test_days_off_are_marked_as_the_offices_calendar_has_them(
    session: Session, sen: Place, now: datetime
) -> None:
    tray = Tray(session, person(session, "officer-sen"), now, Narrowing(Who.UNIT))
    november = due_month(tray, NOVEMBER)
    assert len(november.days) == 30
    assert all(len(week) == 7 for week in november.weeks)
    by_day = {day.on.day: day for day in november.days}
    assert not by_day[24].working
    assert by_day[24].name
    assert (by_day[22].reason, by_day[23].working) == ("weekend", True)
    assert not by_day[23].provisional
    august = {day.on.day: day for day in due_month(tray, date(2026, 8, 1)).days}
    assert (august[22].reason, august[22].working) == ("make_up_working", True)
    assert due_month(tray, date(2031, 3, 1)).days[2].provisional


def test_before_there_is_a_unit_lists_and_month_are_empty(session: Session, now: datetime) -> None:
    everywhere = frozenset({Permission.COMPLAINTS, Permission.ANSWER})
    tray = Tray(session, Actor(1, "a", "a", None, "vi", False, everywhere=everywhere), now)
    assert set(tray.counts().values()) == {0}
    assert tray.page(tray.whole).entries == []
    assert {day.cases for day in due_month(tray, NOVEMBER).days} == {0}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2027-02", date(2027, 2, 1)),
        ("", NOVEMBER),
        ("2026-13", NOVEMBER),
        ("9999-12", NOVEMBER),
        ("0001-01", NOVEMBER),
        ("x", NOVEMBER),
    ],
)
def test_a_month_that_cannot_be_read_is_the_running_one(text: str, first: date) -> None:
    assert month_of(text, date(2026, 11, 18)) == first


def test_months_follow_each_other() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert next_month(date(2027, 1, 1)) == date(2027, 2, 1)
