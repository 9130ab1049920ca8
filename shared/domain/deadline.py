"""The legal clock: which limit is in force, the day it ends, and the days behind that date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.domain.calendar import (
    ONE_DAY,
    WorkCalendar,
    cell,
    date_cell,
    end_of_day,
    local_date,
    local_time,
    wrong_cell,
)
from shared.domain.complaint import Kind, Tier
from shared.domain.errors import N_, Invalid, RuleBroken

AMOUNT_MAX = 1000
YEARS = range(1990, 2101)  # outside them a received date is a slip, not a case


class Unit(StrEnum):
    """What a limit counts."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WORKING_HOUR = "working_hour"


class Stage(StrEnum):
    """Which step of the handling a limit ends."""

    ACKNOWLEDGE = "acknowledge"
    CLASSIFY = "classify"
    TRANSFER = "transfer"
    ANSWER = "answer"


# Praise has no limit; every other kind has one in the shipped rules.
WITHOUT_LIMIT = frozenset({Kind.PRAISE})
# The answer's limit runs from the acceptance, thụ lý (Law on Complaints 2011, article 28; Law on
# Denunciations 2018, article 30); until then the limit of the step before it runs.
BEFORE_ACCEPTANCE = {Kind.FORMAL_COMPLAINT: Stage.ACKNOWLEDGE, Kind.DENUNCIATION: Stage.CLASSIFY}


@dataclass(frozen=True)
class Limit:
    """A time limit in force from one local date to another, both included."""

    kind: Kind
    tier: Tier
    stage: Stage
    amount: int
    unit: Unit
    in_force_from: date
    in_force_to: date | None
    code: str
    document: str
    legal_basis: str


@dataclass(frozen=True)
class DayCount:
    """One day of the walk; `reason` is `received`, `rolled` or a reason of the calendar."""

    on: date
    counted: bool
    reason: str


@dataclass(frozen=True)
class Deadline:
    """A due day with the proof of how it was found."""

    due_on: date
    due_at: datetime
    unit: Unit
    amount: int
    rule: str
    provisional: bool
    days: tuple[DayCount, ...]
    hour_due_at: datetime | None = None


def first_stage(kind: Kind) -> Stage:
    """Return the step whose limit runs from the receipt of a case of a kind."""
    return BEFORE_ACCEPTANCE.get(kind, Stage.ANSWER)


def limit_in_force(
    limits: Iterable[Limit], kind: Kind, tier: Tier, stage: Stage, on: date
) -> Limit:
    """Return the limit in force on local date `on`, the newest if several are.

    Raise RuleBroken `no_limit_in_force` when the organisation has none, as for praise.
    """
    wanted = (kind, tier, stage)
    found = [
        limit
        for limit in limits
        if (limit.kind, limit.tier, limit.stage) == wanted and _in_force(limit, on)
    ]
    if not found:
        raise RuleBroken(
            "no_limit_in_force",
            N_("Chưa có quy định thời hạn cho loại việc và bước này vào ngày %(on)s."),
            kind=kind.value,
            tier=tier.value,
            stage=stage.value,
            on=on.strftime("%d/%m/%Y"),
        )
    return max(found, key=lambda limit: limit.in_force_from)


def _in_force(limit: Limit, on: date) -> bool:
    return limit.in_force_from <= on and (limit.in_force_to is None or on <= limit.in_force_to)


def due(limit: Limit, received_at: datetime, calendar: WorkCalendar) -> Deadline:
    """Return when `limit` ends for what was received at instant `received_at`.

    Civil Code 2015, articles 147 and 148: the local day of the receipt, also at night or on a day
    off, is not counted; working days skip days off and take make-up Saturdays; calendar days that
    end on a day off end with the next working day; the last day lasts until midnight. A limit in
    hours runs from the moment itself, in office hours only (article 147(1)).
    `due_at` is 23:59:59 of the due day in every unit; `hour_due_at` is the moment of a limit in
    hours. Raise ValueError when `received_at` has no offset.
    """
    hour_due_at = None
    if limit.unit is Unit.WORKING_HOUR:
        hour_due_at, days = _count_hours(limit.amount, received_at, calendar)
    else:
        count = _count_working if limit.unit is Unit.WORKING_DAY else _count_calendar
        days = count(limit.amount, local_date(received_at, calendar.zone), calendar)
    due_on = days[-1].on
    return Deadline(
        due_on=due_on,
        due_at=end_of_day(due_on, calendar.zone),
        unit=limit.unit,
        amount=limit.amount,
        rule=limit.code,
        provisional=any(calendar.is_provisional(day.on) for day in days if _walked(day)),
        days=tuple(days),
        hour_due_at=hour_due_at,
    )


def _walked(day: DayCount) -> bool:
    return day.reason != "received"


def _count_working(amount: int, received_on: date, calendar: WorkCalendar) -> list[DayCount]:
    days = [DayCount(received_on, False, "received")]
    on = received_on
    while amount:
        on += ONE_DAY
        counted = calendar.is_working(on)
        days.append(DayCount(on, counted, calendar.reason(on)))
        amount -= counted
    return days


def _count_calendar(amount: int, received_on: date, calendar: WorkCalendar) -> list[DayCount]:
    days = [DayCount(received_on, False, "received")]
    for step in range(1, amount + 1):
        on = received_on + step * ONE_DAY
        days.append(DayCount(on, True, calendar.reason(on)))
    last = days[-1].on
    if calendar.is_working(last):
        return days
    end = calendar.next_working(last)
    while (last := last + ONE_DAY) < end:
        days.append(DayCount(last, False, calendar.reason(last)))
    return [*days, DayCount(end, False, "rolled")]


def _count_hours(
    amount: int, received_at: datetime, calendar: WorkCalendar
) -> tuple[datetime, list[DayCount]]:
    wall = local_time(received_at, calendar.zone).replace(tzinfo=None)
    left = timedelta(hours=amount)
    days: list[DayCount] = []
    on = wall.date()
    while True:
        ran = False
        for opens, closes in calendar.hours_on(on):
            begin = max(wall, datetime.combine(on, opens))
            open_for = max(datetime.combine(on, closes) - begin, timedelta())
            ran = ran or bool(open_for)
            if open_for >= left:
                days.append(DayCount(on, True, calendar.reason(on)))
                return (begin + left).replace(tzinfo=calendar.zone), days
            left -= open_for
        days.append(DayCount(on, ran, calendar.reason(on) if ran or days else "received"))
        on += ONE_DAY


def received_moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant of an ISO 8601 text; without an offset it is local time in `zone`.

    A date alone is the beginning of that day. Raise Invalid when it is no moment of 1990 to 2100.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise Invalid(
            "received_wrong",
            N_("“%(value)s” không phải là thời điểm dạng 2026-11-16T09:12:00+07:00."),
            field="received",
            value=text[:80],
        )
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=zone)


def read_limits(rows: Iterable[Mapping[str, str | None]]) -> list[Limit]:
    """Return limits from rows with the columns of `Limit`; an empty in_force_to means still so.

    Raise Invalid naming line (the heading is line 1) and column.
    """
    return [_read_limit(row, line) for line, row in enumerate(rows, start=2)]


def _read_limit(row: Mapping[str, str | None], line: int) -> Limit:
    starts = date_cell(row, "in_force_from", line)
    ends = date_cell(row, "in_force_to", line) if (row.get("in_force_to") or "").strip() else None
    if ends is not None and ends < starts:
        raise wrong_cell("in_force_to", line, ends.isoformat())
    return Limit(
        kind=Kind(_one_of(Kind, row, "kind", line)),
        tier=Tier(_one_of(Tier, row, "tier", line)),
        stage=Stage(_one_of(Stage, row, "stage", line)),
        amount=_amount(row, line),
        unit=Unit(_one_of(Unit, row, "unit", line)),
        in_force_from=starts,
        in_force_to=ends,
        code=cell(row, "code", line),
        document=cell(row, "document", line),
        legal_basis=cell(row, "legal_basis", line),
    )


def _one_of(words: type[StrEnum], row: Mapping[str, str | None], column: str, line: int) -> str:
    text = cell(row, column, line)
    if text not in set(words):
        raise wrong_cell(column, line, text)
    return text


def _amount(row: Mapping[str, str | None], line: int) -> int:
    text = cell(row, "amount", line)
    amount = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= amount <= AMOUNT_MAX:
        raise wrong_cell("amount", line, text)
    return amount
