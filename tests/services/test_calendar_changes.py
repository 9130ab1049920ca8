"""A change of the calendar: who may make it, what it writes, one version each."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.calendar import WorkingHours
from shared.domain.calendar_change import CalendarChange, Week
from shared.domain.errors import NotAllowed, RuleBroken
from shared.domain.office_hours import read_spans
from shared.models.audit import AuditEvent
from shared.models.calendar import CalendarDay as CalendarDayRow
from shared.models.calendar import WorkingWeek
from shared.services import (
    calendar_changes,
    calendar_days,
    calendar_moves,
    calendars,
    organisations,
)
from shared.services.calendar_changes import Origin
from tests.calendar_world import (
    DOCUMENT,
    FRIDAY,
    HOLIDAY,
    SATURDAY,
    SWAP,
    before_the_swap,
    change,
    setup,
)
from tests.cast import Place


@pytest.fixture
def sen(session: Session, now: datetime) -> Place:
    """Phường Sen Hồng before anybody knew of the swap of 2 January 2026."""
    return before_the_swap(session, now)


def test_every_change_is_a_version_with_what_stood_before_and_what_stands_now(
    session: Session, sen: Place
) -> None:
    version = change(session, sen)
    assert (version.number, version.actor, version.origin) == (2, "root", "form")
    told = version.change["days"]
    assert [(one["on"], one["before"], one["after"]["kind"]) for one in told] == [
        ("2026-01-02", None, "swapped_off"),
        ("2026-01-10", None, "make_up_working"),
    ]
    assert change(session, sen, HOLIDAY).number == 3
    assert [one.number for one in calendar_changes.versions(session, sen.organisation_id)] == [3, 2]
    nothing = calendar_changes.apply(session, setup(session, sen), SWAP, Origin.FORM)
    assert nothing is None
    assert calendars.calendar_version(session, sen.organisation_id) == 3
    audited = session.scalars(
        select(AuditEvent.action).where(AuditEvent.subject == "calendar_version")
    ).all()
    assert audited == ["add", "add"]


def test_weekly_hours_are_written_with_their_document_and_changed_in_place(
    session: Session, sen: Place
) -> None:
    morning = WorkingHours.on_weekdays((read_spans("08:00-12:00", "x")[0],), range(6))
    afternoon = WorkingHours.on_weekdays((read_spans("13:00-17:00", "x")[0],), range(5))
    for hours in (morning, afternoon):
        version = change(
            session, sen, CalendarChange(week=Week(date(2026, 3, 1), hours, "Quyết định mẫu"))
        )
    assert version.change["week"]["before"]["hours"][0] == "08:00-12:00"
    assert version.change["week"]["after"]["hours"][:1] == ["13:00-17:00"]
    assert [week.hours for week in calendar_changes.weeks(session, sen.organisation_id)] == [
        afternoon
    ]
    assert len(session.scalars(select(WorkingWeek)).all()) == 1
    calendar = calendars.work_calendar(session, sen.organisation_id)
    assert (calendar.version, calendar.hours_on(date(2026, 3, 2))) == (3, afternoon.week[0])


def test_only_who_reaches_the_whole_organisation_changes_its_calendar(
    session: Session, sen: Place
) -> None:
    partial = setup(session, sen, "admin-sen")
    for act in (
        lambda: calendar_changes.apply(session, partial, SWAP, Origin.FORM),
        lambda: calendar_moves.outlook(session, partial, SWAP),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_day_that_has_come_keeps_its_row(session: Session, sen: Place) -> None:
    change(session, sen)
    later = setup(session, sen, when="2026-01-03T08:00")
    with pytest.raises(RuleBroken) as refusal:
        calendar_changes.apply(session, later, CalendarChange(removed=(FRIDAY,)), Origin.FORM)
    assert refusal.value.code == "day_past"
    assert calendar_changes.apply(session, later, CalendarChange(removed=(SATURDAY,)), Origin.FORM)
    session.flush()
    assert organisations.may_change_whole(session, later)


def test_a_day_as_it_is_typed_may_move_to_another_date_and_have_its_own_hours(
    session: Session, sen: Place
) -> None:
    cells = {
        "on": "2026-01-17",
        "kind": "make_up_working",
        "name": "Làm bù",
        "document": DOCUMENT,
        "hours": "8h-11h",
    }
    known = setup(session, sen)
    key = calendar_days.save(session, known, cells, None)
    moved = calendar_days.save(session, known, cells | {"on": "2026-01-24"}, key)
    calendar = calendars.work_calendar(session, sen.organisation_id)
    assert not calendar.is_working(date(2026, 1, 17))
    assert calendar.hours_on(date(2026, 1, 24)) == read_spans("08:00-11:00", "x")
    assert session.get_one(CalendarDayRow, moved).hours == "08:00-11:00"
    with pytest.raises(RuleBroken) as refusal:
        calendar_days.save(session, known, cells | {"kind": "holiday"}, moved)
    assert refusal.value.code == "hours_off"
