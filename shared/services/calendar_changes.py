"""Changing an organisation's calendar: looked at before, written as one new version."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.calendar import CalendarDay, local_date
from shared.domain.calendar_change import (
    CalendarChange,
    DayChange,
    Week,
    day_values,
    differences,
)
from shared.domain.errors import N_, RuleBroken
from shared.domain.holiday_base import ExpectedDay, Proposal, proposals, read_expected
from shared.domain.office_hours import read_week, write_spans, write_week
from shared.models.calendar import CalendarDay as CalendarDayRow
from shared.models.calendar import CalendarVersion, WorkingWeek
from shared.models.organisation import Organisation
from shared.services.calendars import calendar_version, work_calendar
from shared.services.organisations import check_may_change_whole, within
from shared.services.registers import Setup, set_all
from shared.services.row_turns import take_turn


class Origin(StrEnum):
    """Where a change of the calendar came from."""

    FORM = "form"
    CSV = "csv"
    ICAL = "ical"
    BASE = "base"
    HOURS = "hours"


def check(session: Session, setup: Setup, change: CalendarChange) -> list[DayChange]:
    """Give the days a change alters.

    Raises NotAllowed for whoever reaches only some units of the organisation, RuleBroken
    `day_past` when a day that has come would lose its row, which is history.
    """
    check_may_change_whole(session, setup)
    altered = differences(work_calendar(session, setup.organisation.id), change)
    if any(one.after is None and one.on <= setup.today for one in altered):
        raise RuleBroken("day_past", N_("Ngày đã qua được giữ lại; chỉ sửa được loại ngày."))
    return altered


def apply(
    session: Session, setup: Setup, change: CalendarChange, origin: Origin
) -> CalendarVersion | None:
    """Write a change as the next version of the calendar; None when it changes nothing.

    Open deadlines follow by a job (see `calendar_moves`). Raises as `check` does.
    """
    take_turn(session, setup.organisation)  # so that no two make the same version
    altered = check(session, setup, change)
    week = _changed_week(session, setup, change.week)
    if not altered and week is None:
        return None
    _write_days(session, setup, altered)
    version = CalendarVersion(
        organisation_id=setup.organisation.id,
        number=calendar_version(session, setup.organisation.id) + 1,
        at=setup.now,
        actor=setup.actor.name,
        origin=str(origin),
        change={"days": [_told(one) for one in altered], "week": week},
    )
    session.add(version)
    session.flush()
    return version


def versions(session: Session, organisation_id: int) -> list[CalendarVersion]:
    """List the changes of an organisation's calendar, the latest first."""
    return list(
        session.scalars(
            select(CalendarVersion)
            .where(CalendarVersion.organisation_id == organisation_id)
            .order_by(CalendarVersion.number.desc())
        )
    )


def weeks(session: Session, organisation_id: int) -> list[Week]:
    """List the weekly hours of an organisation by their first day, the latest first."""
    rows = session.scalars(_weeks_of(organisation_id).order_by(WorkingWeek.valid_from.desc()))
    return [Week(row.valid_from, read_week(row.hours), row.document) for row in rows]


def year_proposals(session: Session, setup: Setup, year: int) -> list[Proposal]:
    """Give what a year's calendar has and what it is expected to have."""
    return proposals(_expected(), work_calendar(session, setup.organisation.id), year)


def expected_years() -> range:
    """Give the years whose days off are expected already."""
    years = [day.on.year for day in _expected()]
    return range(min(years), max(years) + 1)


def missing_years(session: Session, actor: Actor, now: datetime) -> list[tuple[Organisation, int]]:
    """Give the organisations within an administrator's reach that lack a year, with the year."""
    if not actor.may(Permission.ORGANISATION):
        return []
    known = [(one, local_date(now, ZoneInfo(one.zone))) for one in within(session, actor)]
    found = [(one, missing_year(session, one.id, today)) for one, today in known]
    return [(one, year) for one, year in found if year is not None]


def missing_year(session: Session, organisation_id: int, today: date) -> int | None:
    """Give the year whose calendar must be entered now, None when nothing is missing."""
    return work_calendar(session, organisation_id).missing_year(today)


@cache
def _expected() -> tuple[ExpectedDay, ...]:
    with (resources.files("shared.reference") / "holiday_base.csv").open(encoding="utf-8") as file:
        return tuple(read_expected(csv.DictReader(file)))


def _write_days(session: Session, setup: Setup, altered: Iterable[DayChange]) -> None:
    rows = session.scalars(
        select(CalendarDayRow).where(CalendarDayRow.organisation_id == setup.organisation.id)
    )
    known = {row.on: row for row in rows}
    for one in altered:
        row = known.get(one.on)
        if one.after is None:
            session.delete(row)
        elif row is None:
            values = _values(one.after)
            session.add(CalendarDayRow(organisation_id=setup.organisation.id, on=one.on, **values))
        else:
            set_all(row, _values(one.after))
    session.flush()


def _values(day: CalendarDay) -> dict[str, Any]:
    return {
        "kind": str(day.kind),
        "name": day.name,
        "document": day.document,
        "provisional": day.provisional,
        "hours": write_spans(day.hours) or None,
    }


def _changed_week(session: Session, setup: Setup, week: Week | None) -> Mapping[str, Any] | None:
    """Write weekly hours; give what stood before and what stands now, None when it is the same."""
    if week is None:
        return None
    row = session.scalar(
        _weeks_of(setup.organisation.id).where(WorkingWeek.valid_from == week.valid_from)
    )
    after = {"hours": write_week(week.hours), "document": week.document}
    before = {"hours": row.hours, "document": row.document} if row is not None else None
    if before == after:
        return None
    if row is None:
        row = WorkingWeek(organisation_id=setup.organisation.id, valid_from=week.valid_from)
        session.add(row)
    set_all(row, after)
    session.flush()
    return {"valid_from": week.valid_from.isoformat(), "before": before, "after": after}


def _weeks_of(organisation_id: int) -> Select[WorkingWeek]:
    return select(WorkingWeek).where(WorkingWeek.organisation_id == organisation_id)


def _told(one: DayChange) -> dict[str, Any]:
    return {
        "on": one.on.isoformat(),
        "before": None if one.before is None else day_values(one.before),
        "after": None if one.after is None else day_values(one.after),
    }
