"""How one clock of a case is judged: its limit, pauses and extensions, and the day they give."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from shared.domain.calendar import WorkCalendar, local_date
from shared.domain.clock import Ending, Track
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import (
    DayCount,
    Deadline,
    Limit,
    Pause,
    Stage,
    due,
    first_stage,
    limit_in_force,
)
from shared.domain.errors import RuleBroken
from shared.domain.handling import Handling
from shared.models.clock import ComplaintClock, ComplaintExtension, ComplaintPause, RemoteUnit
from shared.models.complaint import Complaint, ComplaintEvent
from shared.models.organisation import Unit
from shared.services.calendars import LegalClock, legal_clock

# Steps that are done by taking a case on.
TAKING_ON = frozenset({Stage.ACKNOWLEDGE, Stage.CLASSIFY})


Row = TypeVar("Row", ComplaintClock, ComplaintPause, ComplaintExtension)


def _of_case(table: type[Row]) -> Select[Row]:
    return select(table).where(table.complaint_id == bindparam("case")).order_by(table.id)


# Built once: every step of a case asks, some several times.
_CLOCKS = _of_case(ComplaintClock)
_PAUSES = _of_case(ComplaintPause)
_EXTENSIONS = _of_case(ComplaintExtension)


def clocks_of(session: Session, complaint: Complaint) -> list[ComplaintClock]:
    """List a case's clocks, the oldest first, also those not written yet."""
    stored = session.scalars(_CLOCKS, {"case": complaint.id}).all()
    return [*stored, *_unwritten(session, ComplaintClock, complaint.id, stored)]


def pauses_of(session: Session, complaint_id: int) -> list[ComplaintPause]:
    """List a case's pauses, the oldest first."""
    stored = session.scalars(_PAUSES, {"case": complaint_id}).all()
    return [*stored, *_unwritten(session, ComplaintPause, complaint_id, stored)]


def extensions_of(session: Session, complaint_id: int) -> list[ComplaintExtension]:
    """List what was asked for, allowed or declined, the oldest first."""
    stored = session.scalars(_EXTENSIONS, {"case": complaint_id}).all()
    return [*stored, *_unwritten(session, ComplaintExtension, complaint_id, stored)]


def _unwritten(
    session: Session, table: type[Row], complaint_id: int, stored: Sequence[Row]
) -> list[Row]:
    return [
        row
        for row in session.new
        if isinstance(row, table) and row.complaint_id == complaint_id and row not in stored
    ]


def legal_of(session: Session, unit_id: int) -> LegalClock:
    """Give the clock of the organisation of a unit."""
    return legal_clock(session, session.get_one(Unit, unit_id).organisation_id)


def limit_for(
    session: Session, complaint: Complaint, clock: ComplaintClock, legal: LegalClock
) -> Limit | None:
    """Find the limit a clock runs to, by the day it began; None when there is none."""
    on = local_date(clock.began_at, legal.zone)
    by_area = any(limit.remote and limit.kind == complaint.kind for limit in legal.limits)
    try:
        return limit_in_force(
            legal.limits,
            Kind(complaint.kind),
            Tier(complaint.tier),
            Stage(clock.stage),
            on,
            instance=clock.instance,
            remote=by_area and _is_remote(session, clock.unit_id, on),
        )
    except RuleBroken:
        return None


def _is_remote(session: Session, unit_id: int, on: date) -> bool:
    area = session.get(RemoteUnit, unit_id)
    return area is not None and area.valid_from <= on


def allowed_for(clock: ComplaintClock, legal: LegalClock) -> Handling | None:
    """Give what the rule set of a clock allows besides its limit."""
    return next((rule for rule in legal.handling if rule.code == clock.handling_code), None)


def open_clock(
    session: Session,
    complaint: Complaint,
    legal: LegalClock,
    clock: ComplaintClock,
) -> None:
    """Start a clock by the limit in force when it begins; none starts without a limit."""
    limit = limit_for(session, complaint, clock, legal)
    if limit is None:
        return
    allowed = legal.allowed(Kind(complaint.kind), Tier(complaint.tier), clock.began_at)
    clock.handling_code = allowed.code if allowed else None
    clock.rule_code = limit.code
    judge(session, clock, legal)
    clock.first_due_on = clock.due_on
    session.add(clock)


def judge(session: Session, clock: ComplaintClock, legal: LegalClock) -> None:
    """Count a clock's due day anew from its beginning; an answer's with pauses and extensions."""
    if clock.stage != Stage.ANSWER:
        keep(clock, count(clock, legal, (), 0), legal)
        return
    pauses = pauses_of(session, clock.complaint_id)
    granted = granted_of(clock, extensions_of(session, clock.complaint_id))
    keep(clock, count(clock, legal, pauses, sum(granted)), legal)


def count(
    clock: ComplaintClock, legal: LegalClock, pauses: Iterable[ComplaintPause], extra: int
) -> Deadline:
    """Count when a clock ends by a calendar."""
    allowed = allowed_for(clock, legal)
    spans = spans_of(clock, pauses)
    limit = legal.limit(clock.rule_code)
    if allowed is None:
        return due(limit, clock.began_at, legal.calendar, extra=extra, pauses=spans)
    return due(
        limit,
        clock.began_at,
        legal.calendar,
        extra=extra,
        pauses=spans,
        receiving=allowed.receiving,
    )


def spans_of(clock: ComplaintClock, pauses: Iterable[ComplaintPause]) -> list[Pause]:
    """Give the times an answer's clock stood still; one not over yet lasts to its cap."""
    if clock.stage != Stage.ANSWER:
        return []
    return [
        Pause(one.began_at, one.resumed_at or one.capped_at)
        for one in pauses
        if one.began_at >= clock.began_at
    ]


def granted_of(clock: ComplaintClock, extensions: Iterable[ComplaintExtension]) -> list[int]:
    """Give the extensions that were allowed to an answer's clock, in units of its limit."""
    if clock.stage != Stage.ANSWER:
        return []
    return [
        one.amount
        for one in extensions
        if one.granted and (one.turn, one.track) == (clock.turn, clock.track)
    ]


def keep(clock: ComplaintClock, found: Deadline, legal: LegalClock) -> None:
    """Write a counted due day into a clock, with all that led to it."""
    clock.due_on = found.due_on
    clock.due_at = found.hour_due_at or found.due_at
    clock.deadline = as_judged(found, legal, clock)


def as_judged(found: Deadline, legal: LegalClock, clock: ComplaintClock) -> dict[str, Any]:
    """Give a due day with its proof, as it is stored and shown."""
    limit = legal.limit(found.rule)
    return {
        "rule": found.rule,
        "handling": clock.handling_code,
        "calendar_version": legal.calendar.version,
        "stage": str(limit.stage),
        "amount": limit.amount,
        "extra": found.amount - limit.amount,
        "unit": str(found.unit),
        "document": limit.document,
        "legal_basis": limit.legal_basis,
        "provisional": found.provisional,
        "hour_due_at": found.hour_due_at.isoformat() if found.hour_due_at else None,
        "days": [_day(day, legal.calendar) for day in found.days],
    }


def _day(day: DayCount, calendar: WorkCalendar) -> dict[str, Any]:
    row = calendar.days.get(day.on)
    facts = {
        "date": day.on.isoformat(),
        "counted": day.counted,
        "reason": day.reason,
        "name": calendar.name(day.on),
    }
    return facts if row is None else facts | {"document": row.document}


def end_clock(clock: ComplaintClock, ending: Ending, now: datetime, legal: LegalClock) -> None:
    """End a clock; whether it was late is said once, unless its step was never to be done."""
    clock.ended_at = now
    clock.ended_on = local_date(now, legal.zone)
    clock.ending = str(ending)
    if ending in {Ending.MET, Ending.STOPPED}:
        clock.late = is_overdue(clock, now, legal)


def is_overdue(clock: ComplaintClock, now: datetime, legal: LegalClock) -> bool:
    """Say whether a limit is over: one in hours at its moment, any other with its last day."""
    if clock.deadline.get("hour_due_at") is not None:
        return now > clock.due_at
    return local_date(now, legal.zone) > clock.due_on


def leading(clocks: Sequence[ComplaintClock], kind: Kind) -> ComplaintClock | None:
    """Give the clock that lists go by; the other steps have their own clocks beside it.

    Of the newest turn: the receiving body's before the resident's, the answer's before the one
    that runs until the acceptance.
    """
    last = max((clock.turn for clock in clocks), default=0)
    found = [
        (clock.track == Track.RECEIVER, clock.stage == Stage.ANSWER, place)
        for place, clock in enumerate(clocks)
        if clock.turn == last and _leads(clock, kind)
    ]
    return clocks[max(found)[2]] if found else None


def _leads(clock: ComplaintClock, kind: Kind) -> bool:
    if clock.ending in {Ending.REPLACED, Ending.NOT_NEEDED}:
        return False
    return clock.stage == Stage.ANSWER or (
        clock.stage == first_stage(kind) and clock.ending != Ending.MET
    )


def keep_in_step(session: Session, complaint: Complaint) -> None:
    """Show the leading clock in the case's own columns, which lists and figures go by."""
    clocks = clocks_of(session, complaint)
    clock = leading(clocks, Kind(complaint.kind))
    complaint.take_on_by = min(
        (one.due_at for one in clocks if one.stage in TAKING_ON and one.ended_at is None),
        default=None,
    )
    complaint.due_on = clock.due_on if clock else None
    complaint.due_at = clock.due_at if clock else None
    complaint.rule_code = clock.rule_code if clock else None
    complaint.deadline = clock.deadline if clock else None


def add_event(
    session: Session, complaint: Complaint, action: str, actor: str, now: datetime, text: str
) -> None:
    """Write a step that moved a due day; the resident reads it."""
    session.add(
        ComplaintEvent(
            complaint_id=complaint.id,
            at=now,
            action=action,
            actor=actor,
            state=complaint.state,
            text=text,
            public=True,
        )
    )


def day_text(on: date | None) -> str:
    """Write a local date as people here do; a dash for none."""
    return "–" if on is None else on.strftime("%d/%m/%Y")
