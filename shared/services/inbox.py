"""Complaints as staff may see them: one condition for lists, counts, search and addresses."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.calendar import WorkCalendar, local_date, working_time_left
from shared.domain.complaint import Lateness, State, lateness
from shared.domain.errors import NotFound
from shared.domain.search import fold
from shared.models.complaint import Complaint, ComplaintContact, ComplaintEvent, ComplaintOfficer
from shared.models.organisation import Desk, Procedure, Unit
from shared.services.calendars import work_calendar

OPEN_STATES = (str(State.RECEIVED), str(State.IN_WORK))
PAGE = 25


@dataclass(frozen=True)
class Waiting:
    """A case with what is left of its time (working time) and how it stands to its due day."""

    complaint: Complaint
    unit: Unit
    left: timedelta | None
    used: float  # fraction of the counted days gone by, 0 to 1
    lateness: Lateness


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means all."""

    query: str = ""
    state: str = ""
    kind: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Counts:
    """How many cases wait, are due today, are overdue."""

    open: int
    due_today: int
    overdue: int


@dataclass(frozen=True)
class Case:
    """One case as its page shows it."""

    waiting: Waiting
    desk: Desk | None
    procedure: Procedure | None
    events: Sequence[ComplaintEvent]
    contact: ComplaintContact | None


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Give the condition under which a case exists for a person.

    It lies in the person's units, and does not name the person.
    """
    within = Complaint.unit_id.in_(actor.units(Permission.COMPLAINTS))
    if actor.officer_id is None:
        return within
    naming = select(ComplaintOfficer.complaint_id).where(
        ComplaintOfficer.officer_id == actor.officer_id
    )
    return and_(within, Complaint.id.not_in(naming))


def case(session: Session, number: str, actor: Actor) -> Complaint:
    """Find a case by its number; NotFound when it does not exist for this person."""
    complaint = session.scalar(
        select(Complaint).where(Complaint.number == number, visible_to(actor))
    )
    if complaint is None:
        raise NotFound
    return complaint


def opened(session: Session, number: str, actor: Actor, now: datetime) -> Case:
    """Give a case with all its page shows."""
    complaint = case(session, number, actor)
    events = session.scalars(
        select(ComplaintEvent)
        .where(ComplaintEvent.complaint_id == complaint.id)
        .order_by(ComplaintEvent.id)
    ).all()
    return Case(
        waiting=_waiting(session, [complaint], now)[0],
        desk=session.get(Desk, complaint.desk_id) if complaint.desk_id else None,
        procedure=session.get(Procedure, complaint.procedure_id)
        if complaint.procedure_id
        else None,
        events=events,
        contact=session.get(ComplaintContact, complaint.id),
    )


def work(session: Session, actor: Actor, now: datetime, query: str = "") -> list[Waiting]:
    """List the open cases, the least time left first, those without a limit last."""
    found = select(Complaint).where(visible_to(actor), Complaint.state.in_(OPEN_STATES))
    found = _matching(found, query).order_by(
        Complaint.due_at.is_(None), Complaint.due_at, Complaint.id
    )
    return _waiting(session, session.scalars(found).all(), now)


def listed(
    session: Session, actor: Actor, filters: Filters, page: int, now: datetime
) -> tuple[list[Waiting], int]:
    """List a page of cases, newest first, and how many there are in all."""
    found = _matching(select(Complaint).where(visible_to(actor)), filters.query)
    if filters.state:
        found = found.where(Complaint.state == filters.state)
    if filters.kind:
        found = found.where(Complaint.kind == filters.kind)
    if filters.overdue:
        found = found.where(_overdue(now))
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = found.order_by(Complaint.received_at.desc(), Complaint.id.desc())
    rows = rows.offset((page - 1) * PAGE).limit(PAGE)
    return _waiting(session, session.scalars(rows).all(), now), total


def counts(session: Session, actor: Actor, now: datetime, units: frozenset[int]) -> Counts:
    """Count the open cases of the given units that exist for this person."""
    rows = session.execute(
        select(Complaint.due_at).where(
            visible_to(actor), Complaint.state.in_(OPEN_STATES), Complaint.unit_id.in_(units)
        )
    )
    standing = Counter(_day_of(row.due_at, now) for row in rows)
    return Counts(sum(standing.values()), standing["today"], standing["overdue"])


def _day_of(due_at: datetime | None, now: datetime) -> str:
    if due_at is None:
        return "free"
    if due_at < now:
        return "overdue"
    return "today" if due_at - now < timedelta(days=1) else "later"


def _overdue(now: datetime) -> ColumnElement[bool]:
    late = Complaint.answered_on > Complaint.due_on
    waiting = and_(Complaint.state.in_(OPEN_STATES), Complaint.due_at < now)
    return or_(late, waiting)


def _matching(found: Select[Complaint], query: str) -> Select[Complaint]:
    words = fold(query)
    if not words:
        return found
    number = Complaint.number == query.strip().upper()
    return found.where(or_(number, Complaint.search_text.contains(words, autoescape=True)))


def _waiting(session: Session, complaints: Sequence[Complaint], now: datetime) -> list[Waiting]:
    units = {
        unit.id: unit
        for unit in session.scalars(
            select(Unit).where(Unit.id.in_({complaint.unit_id for complaint in complaints}))
        )
    }
    calendars = {
        key: work_calendar(session, key)
        for key in {unit.organisation_id for unit in units.values()}
    }
    return [_one(complaint, units[complaint.unit_id], calendars, now) for complaint in complaints]


def _one(
    complaint: Complaint, unit: Unit, calendars: dict[int, WorkCalendar], now: datetime
) -> Waiting:
    calendar = calendars[unit.organisation_id]
    today = local_date(now, calendar.zone)
    left = None
    if complaint.due_on is not None:
        left = working_time_left(now, complaint.due_on, calendar)
    standing = lateness(complaint.due_on, complaint.answered_on, today)
    return Waiting(complaint, unit, left, _used(complaint, today), standing)


def _used(complaint: Complaint, today: date) -> float:
    days = [day for day in (complaint.deadline or {}).get("days", []) if day["counted"]]
    gone = sum(day["date"] < today.isoformat() for day in days)
    return gone / len(days) if days else 0.0
