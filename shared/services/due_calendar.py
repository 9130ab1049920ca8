"""A month of due days: how many of a person's open cases are due on each, and which rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from shared.domain.calendar import ONE_DAY, WorkCalendar, monday_of
from shared.domain.work_list import NO_LIMIT, Turn
from shared.models.organisation import Unit
from shared.services.calendars import work_calendar
from shared.services.work_lists import LATER_THAN_ANY, Span, Tray

WEEK = 7 * ONE_DAY
YEARS = range(2000, 2101)


@dataclass(frozen=True)
class DueDay:
    """A day of the month: what is due, and how the office's calendar has it."""

    on: date
    cases: int  # counted to work_lists.MOST_COUNTED
    reason: str  # working, weekend, or the kind of the calendar's row
    name: str  # of a holiday
    provisional: bool  # the day may still change, and what is due on it
    late: bool

    @property
    def working(self) -> bool:
        """Say whether the office works."""
        return self.reason in {"working", "make_up_working"}


@dataclass(frozen=True)
class DueMonth:
    """The weeks of a month, Monday first; a day of another month is None."""

    first: date
    weeks: Sequence[Sequence[DueDay | None]]
    earlier: int  # due before the month
    later: int  # due after it
    without_limit: int

    @property
    def days(self) -> list[DueDay]:
        """Give the days of the month in their order."""
        return [day for week in self.weeks for day in week if day is not None]


def month_of(text: str, today: date) -> date:
    """Read a month, such as 2026-11, as its first day; the running one for anything else."""
    try:
        first = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        first = today
    return (first if first.year in YEARS else today).replace(day=1)


def next_month(first: date) -> date:
    """Give the first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def due_month(tray: Tray, first: date) -> DueMonth:
    """Count a month's due days of the cases that the person's lists hold."""
    calendar = _calendar(tray)
    end = next_month(first)
    weeks = []
    monday = monday_of(first)
    while monday < end:
        days = [monday + number * ONE_DAY for number in range(7)]
        weeks.append([_day(tray, calendar, on) if first <= on < end else None for on in days])
        monday += WEEK
    begin = tray.span_of_day(first).since
    beyond = tray.span_of_day(end).since
    return DueMonth(
        first,
        weeks,
        earlier=tray.count(Span(tuple(Turn), datetime.min.replace(tzinfo=UTC), begin)),
        later=tray.count(Span(tuple(Turn), beyond, NO_LIMIT)),
        without_limit=tray.count(Span(tuple(Turn), NO_LIMIT, LATER_THAN_ANY)),
    )


def _day(tray: Tray, calendar: WorkCalendar, on: date) -> DueDay:
    return DueDay(
        on,
        tray.count(tray.span_of_day(on)),
        calendar.reason(on),
        calendar.name(on),
        calendar.is_provisional(on),
        late=on < tray.today,
    )


def _calendar(tray: Tray) -> WorkCalendar:
    """Give the calendar of the person's office; of several, that of the first unit."""
    organisation_id = tray.session.scalar(
        select(Unit.organisation_id).where(Unit.id.in_(tray.units)).order_by(Unit.id).limit(1)
    )
    if organisation_id is None:
        return WorkCalendar({}, tray.zone)
    return work_calendar(tray.session, organisation_id)
