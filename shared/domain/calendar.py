"""Which days an office works, at what hours, and how sure the calendar is."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from shared.domain.errors import N_, Invalid

# Labour Code 2019, article 112: eleven public holidays a year. Resolution 28/2026/QH16 adds
# 24 November from 2026 on. One that falls on a weekly day off is made good (article 111(3)), so
# each gives one day off from Monday to Friday.
HOLIDAYS_BY_LAW = 11
TWELVE_SINCE = 2026
WORKWEEK = 5  # Monday to Friday
# The next year's days off are decided in its last months; from then on their absence is told.
NEXT_YEAR_ASKED_FROM = (10, 1)  # month, day
ONE_DAY = timedelta(days=1)

Span = tuple[time, time]


class DayKind(StrEnum):
    """What a row of the calendar says about its day."""

    HOLIDAY = "holiday"
    COMPENSATION = "compensation"
    SWAPPED_OFF = "swapped_off"
    MAKE_UP_WORKING = "make_up_working"


DAYS_OFF_BY_LAW = {DayKind.HOLIDAY, DayKind.COMPENSATION}


@dataclass(frozen=True)
class CalendarDay:
    """One day that differs from its weekday, with the document that says so."""

    on: date
    kind: DayKind
    name: str
    document: str
    provisional: bool
    hours: tuple[Span, ...] = ()  # of a make-up day that has its own; else an ordinary day's


@dataclass(frozen=True)
class WorkingHours:
    """Office hours of a week: seven tuples of spans in local time, Monday first."""

    week: tuple[tuple[Span, ...], ...]

    def __post_init__(self) -> None:
        """Raise ValueError for a week that is not seven days of rising spans, or has no hours."""
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days, and an office works on one of them")
        for spans in self.week:
            edges = [edge for span in spans for edge in span]
            if edges != sorted(set(edges)):
                raise ValueError("spans of a day must rise and not touch")

    @classmethod
    def on_weekdays(cls, spans: tuple[Span, ...], weekdays: Iterable[int]) -> "WorkingHours":
        """Return the same `spans` on each of `weekdays` (0 is Monday) and none on the others."""
        working = set(weekdays)
        return cls(tuple(spans if weekday in working else () for weekday in range(7)))

    @property
    def ordinary_day(self) -> tuple[Span, ...]:
        """Return the hours of the first working day of the week."""
        return next(spans for spans in self.week if spans)


OFFICE_HOURS = WorkingHours.on_weekdays(
    ((time(7, 30), time(11, 30)), (time(13, 30), time(17))), range(5)
)


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """An organisation's days: rows by local date, its time zone, its weeks.

    `weeks` are hours with their first day, in rising order; before the first of them, and without
    any, `weekly` holds. `version` counts the changes of the organisation's calendar.
    """

    days: Mapping[date, CalendarDay]
    zone: ZoneInfo
    weekly: WorkingHours = OFFICE_HOURS
    weeks: tuple[tuple[date, WorkingHours], ...] = ()
    version: int = 1

    @classmethod
    def of(
        cls, days: Iterable[CalendarDay], zone: ZoneInfo, weekly: WorkingHours = OFFICE_HOURS
    ) -> "WorkCalendar":
        """Return the calendar of these rows."""
        return cls({day.on: day for day in days}, zone, weekly)

    def week_of(self, on: date) -> WorkingHours:
        """Return the weekly hours in force on local date `on`."""
        return next((week for since, week in reversed(self.weeks) if since <= on), self.weekly)

    def is_working(self, on: date) -> bool:
        """Say whether local date `on` is a working day; a make-up Saturday is one."""
        row = self.days.get(on)
        if row is not None:
            return row.kind is DayKind.MAKE_UP_WORKING
        return bool(self.week_of(on).week[on.weekday()])

    def reason(self, on: date) -> str:
        """Return why: `working`, `weekend`, or the kind of the day's row."""
        row = self.days.get(on)
        if row is not None:
            return row.kind.value
        return "working" if self.is_working(on) else "weekend"

    def name(self, on: date) -> str:
        """Return the name of the day's row, in the organisation's language, or nothing."""
        row = self.days.get(on)
        return row.name if row is not None else ""

    def is_provisional(self, on: date) -> bool:
        """Say whether `on` may still change: its row, or the whole calendar of its year."""
        row = self.days.get(on)
        if row is not None:
            return row.provisional
        return not self.is_confirmed(on.year)

    def is_confirmed(self, year: int) -> bool:
        """Say whether the calendar of a year is sure.

        The Prime Minister decides Tết and the second day of National Day year by year, so a year
        is sure only when as many confirmed days off are entered as the law gives.
        """
        by_law = HOLIDAYS_BY_LAW + (year >= TWELVE_SINCE)
        return self._confirmed_days_off[year] >= by_law

    def missing_year(self, today: date) -> int | None:
        """Return the year whose calendar an administrator should enter now, if there is one.

        It is the running year as long as it is not sure, and from 1 October on the next one.
        """
        if not self.is_confirmed(today.year):
            return today.year
        is_time = (today.month, today.day) >= NEXT_YEAR_ASKED_FROM
        return today.year + 1 if is_time and not self.is_confirmed(today.year + 1) else None

    def next_working(self, on: date) -> date:
        """Return the first working day after `on`, never `on` itself."""
        following = on + ONE_DAY
        while not self.is_working(following):
            following += ONE_DAY
        return following

    def hours_on(self, on: date) -> tuple[Span, ...]:
        """Return the office hours of `on` in local time; none on a day off.

        A make-up Saturday has the hours its own row gives, else those of an ordinary day.
        """
        row, week = self.days.get(on), self.week_of(on)
        if row is None:
            return week.week[on.weekday()]
        if row.kind is not DayKind.MAKE_UP_WORKING:
            return ()
        return row.hours or week.ordinary_day

    @cached_property
    def _confirmed_days_off(self) -> Counter[int]:
        return Counter(
            row.on.year
            for row in self.days.values()
            if row.kind in DAYS_OFF_BY_LAW and not row.provisional and row.on.weekday() < WORKWEEK
        )


def local_date(now: datetime, zone: ZoneInfo) -> date:
    """Return the local date of instant `now`; raise ValueError when `now` has no offset."""
    return local_time(now, zone).date()


def local_time(now: datetime, zone: ZoneInfo) -> datetime:
    """Return instant `now` on the wall clock of `zone`; raise ValueError without an offset."""
    if now.utcoffset() is None:
        raise ValueError("an instant needs an offset")
    return now.astimezone(zone)


def monday_of(on: date) -> date:
    """Return the Monday of the week that local date `on` lies in."""
    return on - on.weekday() * ONE_DAY


def end_of_day(on: date, zone: ZoneInfo) -> datetime:
    """Return 23:59:59 of local date `on`, the last second of a period ending that day.

    Civil Code 2015, article 148(6): the last day ends at twelve at night.
    """
    return datetime.combine(on, time(23, 59, 59), tzinfo=zone)


def working_time_left(now: datetime, due_on: date, calendar: WorkCalendar) -> timedelta:
    """Return the office hours from instant `now` to closing time of local date `due_on`.

    Zero when they are over. Lateness is another question: the day itself lasts until midnight.
    """
    wall = local_time(now, calendar.zone).replace(tzinfo=None)
    left = timedelta()
    on = wall.date()
    while on <= due_on:
        for opens, closes in calendar.hours_on(on):
            begin = max(wall, datetime.combine(on, opens))
            left += max(datetime.combine(on, closes) - begin, timedelta())
        on += ONE_DAY
    return left


def read_days(rows: Iterable[Mapping[str, str | None]]) -> list[CalendarDay]:
    """Return calendar days from rows with columns on, kind, name, document, provisional.

    `provisional` is `yes` or `no`. Raise Invalid naming line (the heading is line 1) and column.
    """
    days: dict[date, CalendarDay] = {}
    for line, row in enumerate(rows, start=2):
        day = _read_day(row, line)
        if day.on in days:
            raise Invalid(
                "day_twice",
                N_("Dòng %(line)s: ngày %(on)s đã có ở một dòng trước."),
                field="on",
                line=line,
                on=day.on.isoformat(),
            )
        days[day.on] = day
    return list(days.values())


def _read_day(row: Mapping[str, str | None], line: int) -> CalendarDay:
    kind = cell(row, "kind", line)
    provisional = cell(row, "provisional", line)
    if kind not in set(DayKind):
        raise wrong_cell("kind", line, kind)
    if provisional not in {"yes", "no"}:
        raise wrong_cell("provisional", line, provisional)
    return CalendarDay(
        on=date_cell(row, "on", line),
        kind=DayKind(kind),
        name=cell(row, "name", line),
        document=cell(row, "document", line),
        provisional=provisional == "yes",
    )


def cell(row: Mapping[str, str | None], column: str, line: int) -> str:
    """Return the trimmed text of a cell; raise Invalid when it is missing or empty."""
    text = (row.get(column) or "").strip()
    if not text:
        raise Invalid(
            "cell_empty",
            N_("Dòng %(line)s: thiếu cột %(column)s."),
            field=column,
            line=line,
            column=column,
        )
    return text


def date_cell(row: Mapping[str, str | None], column: str, line: int) -> date:
    """Return the date of a cell written YYYY-MM-DD; raise Invalid when it is none."""
    text = cell(row, column, line)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:  # Python also reads 20260102 and 2026-W01-5
        raise wrong_cell(column, line, text)
    return day


def wrong_cell(column: str, line: int, value: str) -> Invalid:
    """Return the refusal of a cell whose value cannot be read."""
    return Invalid(
        "cell_wrong",
        N_("Dòng %(line)s: giá trị “%(value)s” ở cột %(column)s không dùng được."),
        field=column,
        line=line,
        column=column,
        value=value[:80],
    )
