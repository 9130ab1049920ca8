"""The legal clock: which limit is in force, the day it ends, and the days behind that date."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from shared.domain.calendar import (
    ONE_DAY,
    WorkCalendar,
    end_of_day,
    local_time,
)
from shared.domain.complaint import Kind, Tier
from shared.domain.errors import N_, Invalid, RuleBroken

AMOUNT_MAX = 1000
YEARS = range(1990, 2101)  # outside them a received date is a slip, not a case
PAUSED = "paused"


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
    APOLOGISE = "apologise"  # before the due day, unlike the others, which run after a moment


class Matter(StrEnum):
    """What else has limits besides complaints."""

    DOSSIER = "dossier"
    ERASURE = "erasure"  # of personal data, at the wish of whose they are


class Receipt(StrEnum):
    """Which day counts as that of the receipt when something comes at night or on a day off."""

    SAME_DAY = "same_day"
    NEXT_WORKING_DAY = "next_working_day"


# Praise has no limit; every other kind has one in the shipped rules.
WITHOUT_LIMIT = frozenset({Kind.PRAISE})
# The answer's limit runs from the acceptance, thụ lý (Law on Complaints 2011, article 28; Law on
# Denunciations 2018, article 30); until then the limit of the step before it runs.
BEFORE_ACCEPTANCE = {Kind.FORMAL_COMPLAINT: Stage.ACKNOWLEDGE, Kind.DENUNCIATION: Stage.CLASSIFY}
# What runs from the acceptance; that it was accepted is told to who denounced (article 29).
FROM_ACCEPTANCE = {
    Kind.FORMAL_COMPLAINT: frozenset({Stage.ANSWER}),
    Kind.DENUNCIATION: frozenset({Stage.ANSWER, Stage.ACKNOWLEDGE}),
}


@dataclass(frozen=True)
class Limit:
    """A time limit in force from one local date to another, both included.

    `instance` 2 is the second settlement of a formal complaint (Law on Complaints 2011, article
    37); `remote` is the longer limit of remote areas (articles 28 and 37).
    """

    kind: Kind | Matter
    tier: Tier
    stage: Stage
    amount: int
    unit: Unit
    in_force_from: date
    in_force_to: date | None
    code: str
    document: str
    legal_basis: str
    instance: int = 1
    remote: bool = False


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood still, from one instant to another."""

    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True)
class Receiving:
    """By which rule the day of the receipt is found; `cut_off` is local, else closing time."""

    receipt: Receipt = Receipt.SAME_DAY
    cut_off: time | None = None


SAME_DAY = Receiving()


@dataclass(frozen=True)
class DayCount:
    """One day of the walk.

    `reason` is `received`, `after_hours` (came when the office was over), `taken` (the day it
    counts as received), `rolled`, `paused` or a reason of the calendar.
    """

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
    limits: Iterable[Limit],
    kind: Kind | Matter,
    tier: Tier,
    stage: Stage,
    on: date,
    *,
    instance: int = 1,
    remote: bool = False,
) -> Limit:
    """Return the limit in force on local date `on`, the newest if several are.

    Where a kind knows no limit of its own for remote areas or the second instance, the ordinary
    one holds. Raise RuleBroken `no_limit_in_force` when the organisation has none, as for praise.
    """
    wanted = (kind, tier, stage)
    found = [
        limit
        for limit in limits
        if (limit.kind, limit.tier, limit.stage) == wanted
        and limit.instance in {1, instance}
        and limit.remote in {False, remote}
        and _in_force(limit, on)
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
    return max(found, key=lambda limit: (limit.instance, limit.remote, limit.in_force_from))


def _in_force(limit: Limit, on: date) -> bool:
    return limit.in_force_from <= on and (limit.in_force_to is None or on <= limit.in_force_to)


def due(
    limit: Limit,
    received_at: datetime,
    calendar: WorkCalendar,
    *,
    extra: int = 0,
    pauses: Sequence[Pause] = (),
    receiving: Receiving = SAME_DAY,
) -> Deadline:
    """Return when `limit`, lengthened by `extra` of its units, ends for what came at an instant.

    Civil Code 2015, articles 147 and 148: the local day of the receipt, also at night or on a day
    off, is not counted; working days skip days off and take make-up Saturdays; calendar days that
    end on a day off end with the next working day; the last day lasts until midnight. A limit in
    hours runs from the moment itself, in office hours only (article 147(1)).
    A working day is not counted when the clock stood still in all its office hours, a calendar
    day when it stood still from midnight to midnight; of a limit in hours every minute is left out.
    `due_at` is 23:59:59 of the due day in every unit; `hour_due_at` is the moment of a limit in
    hours. Raise ValueError when `received_at` has no offset.
    """
    amount = limit.amount + extra
    hour_due_at = None
    if limit.unit is Unit.WORKING_HOUR:
        hour_due_at, days = _count_hours(amount, received_at, calendar, pauses)
    else:
        days = _receipt(received_at, calendar, receiving)
        count = _count_working if limit.unit is Unit.WORKING_DAY else _count_calendar
        count(days, amount, calendar, _stood_still(limit.unit, pauses, calendar))
    due_on = days[-1].on
    return Deadline(
        due_on=due_on,
        due_at=end_of_day(due_on, calendar.zone),
        unit=limit.unit,
        amount=amount,
        rule=limit.code,
        provisional=any(calendar.is_provisional(day.on) for day in days if _walked(day)),
        days=tuple(days),
        hour_due_at=hour_due_at,
    )


def latest_day_before(limit: Limit, due_on: date, calendar: WorkCalendar) -> date:
    """Return the last working day that is at least the limit's days before local date `due_on`.

    So a late dossier's apology must be sent a day before its due day at the latest.
    """
    on = due_on
    left = limit.amount
    while left or not calendar.is_working(on):
        on -= ONE_DAY
        left -= min(left, 1 if limit.unit is Unit.CALENDAR_DAY else calendar.is_working(on))
    return on


def _walked(day: DayCount) -> bool:
    return day.reason not in {"received", "after_hours"}


def _receipt(received_at: datetime, calendar: WorkCalendar, receiving: Receiving) -> list[DayCount]:
    """Return the days up to the one that counts as that of the receipt; none of them is counted."""
    wall = local_time(received_at, calendar.zone)
    on = wall.date()
    hours = calendar.hours_on(on)
    over = not hours or wall.time() >= (receiving.cut_off or hours[-1][1])
    if receiving.receipt is Receipt.SAME_DAY or not over:
        return [DayCount(on, False, "received")]
    days = [DayCount(on, False, "after_hours")]
    taken_on = calendar.next_working(on)
    while (on := on + ONE_DAY) < taken_on:
        days.append(DayCount(on, False, calendar.reason(on)))
    return [*days, DayCount(taken_on, False, "taken")]


def _stood_still(
    unit: Unit, pauses: Sequence[Pause], calendar: WorkCalendar
) -> Callable[[date], bool]:
    """Return whether the clock stood still on the whole of a local day."""
    walls = [
        (
            local_time(pause.began_at, calendar.zone).replace(tzinfo=None),
            local_time(pause.ended_at, calendar.zone).replace(tzinfo=None),
        )
        for pause in pauses
    ]

    def whole(on: date) -> bool:
        opens, closes = datetime.combine(on, time()), datetime.combine(on + ONE_DAY, time())
        hours = calendar.hours_on(on)
        if unit is Unit.WORKING_DAY and hours:
            opens, closes = (
                datetime.combine(on, hours[0][0]),
                datetime.combine(on, hours[-1][1]),
            )
        return any(began <= opens and closes <= ended for began, ended in walls)

    return whole


def _count_working(
    days: list[DayCount],
    amount: int,
    calendar: WorkCalendar,
    stood_still: Callable[[date], bool],
) -> None:
    on = days[-1].on
    while amount:
        on += ONE_DAY
        works = calendar.is_working(on)
        counted = works and not stood_still(on)
        days.append(DayCount(on, counted, calendar.reason(on) if counted or not works else PAUSED))
        amount -= counted


def _count_calendar(
    days: list[DayCount],
    amount: int,
    calendar: WorkCalendar,
    stood_still: Callable[[date], bool],
) -> None:
    on = days[-1].on
    while amount:
        on += ONE_DAY
        counted = not stood_still(on)
        days.append(DayCount(on, counted, calendar.reason(on) if counted else PAUSED))
        amount -= counted
    if calendar.is_working(on):
        return
    end = calendar.next_working(on)
    while stood_still(end):
        end = calendar.next_working(end)
    while (on := on + ONE_DAY) < end:
        days.append(DayCount(on, False, PAUSED if stood_still(on) else calendar.reason(on)))
    days.append(DayCount(end, False, "rolled"))


def _count_hours(
    amount: int, received_at: datetime, calendar: WorkCalendar, pauses: Sequence[Pause]
) -> tuple[datetime, list[DayCount]]:
    wall = local_time(received_at, calendar.zone).replace(tzinfo=None)
    left = timedelta(hours=amount)
    days: list[DayCount] = []
    on = wall.date()
    while True:
        ran = False
        for begin, end in _running(on, wall, calendar, pauses):
            ran = True
            if end - begin >= left:
                days.append(DayCount(on, True, calendar.reason(on)))
                return (begin + left).replace(tzinfo=calendar.zone), days
            left -= end - begin
        days.append(DayCount(on, ran, _reason_of_hours(on, calendar, ran, bool(days))))
        on += ONE_DAY


def _reason_of_hours(on: date, calendar: WorkCalendar, ran: bool, later: bool) -> str:
    if ran:
        return calendar.reason(on)
    if not later:
        return "received"
    return PAUSED if calendar.is_working(on) else calendar.reason(on)


def _running(
    on: date, since: datetime, calendar: WorkCalendar, pauses: Sequence[Pause]
) -> list[tuple[datetime, datetime]]:
    """Return the spans of a local day in which the clock of hours runs, in naive local time."""
    spans = [
        (max(since, datetime.combine(on, opens)), datetime.combine(on, closes))
        for opens, closes in calendar.hours_on(on)
    ]
    for pause in pauses:
        began, ended = (
            local_time(at, calendar.zone).replace(tzinfo=None)
            for at in (pause.began_at, pause.ended_at)
        )
        spans = [
            piece
            for begin, end in spans
            for piece in ((begin, min(end, began)), (max(begin, ended), end))
        ]
    return sorted({(begin, end) for begin, end in spans if begin < end})


def worth(pause: Pause, calendar: WorkCalendar) -> timedelta:
    """Return the office hours in which the clock stood still."""
    began, ended = (local_time(at, calendar.zone) for at in (pause.began_at, pause.ended_at))
    whole = timedelta()
    on = began.date()
    while on <= ended.date():
        for opens, closes in calendar.hours_on(on):
            begin = max(began.replace(tzinfo=None), datetime.combine(on, opens))
            end = min(ended.replace(tzinfo=None), datetime.combine(on, closes))
            whole += max(end - begin, timedelta())
        on += ONE_DAY
    return whole


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
