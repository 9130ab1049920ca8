"""Complaints as staff may see them: one condition for lists, counts, search and addresses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.calendar import WorkCalendar, end_of_day, local_date
from shared.domain.complaint import OPEN, Action, Kind, Lateness, State, allowed_actions, lateness
from shared.domain.errors import NotFound
from shared.domain.rating import clean_text
from shared.domain.search import wanted
from shared.domain.time_left import TimeLeft, time_left
from shared.models.account import Account
from shared.models.complaint import Complaint, ComplaintContact, ComplaintEvent, ComplaintOfficer
from shared.models.organisation import Desk, Organisation, Procedure, Unit
from shared.services.calendars import work_calendar
from shared.services.local_days import today_in, zone_of

OPEN_STATES = tuple(str(state) for state in OPEN)
PAGE = 25
HEADLINE = 90
ERASED = "(…)"  # the headline of a case whose words were erased
LONGEST_QUERY = 200
Found = TypeVar("Found", bound=Select[Any])


@dataclass(frozen=True)
class Waiting:
    """A case with what is left of its time and how it stands to its due day."""

    complaint: Complaint
    unit: Unit
    handler: str  # full name, or nothing
    today: date  # local
    left: TimeLeft | None  # None when it has no limit or is not waiting any more
    lateness: Lateness
    calendar: WorkCalendar = field(compare=False, repr=False)  # of the unit's office

    @property
    def headline(self) -> str:
        """Give the beginning of what the resident wrote, cut between words."""
        words = " ".join(self.complaint.body.split()) or ERASED
        if len(words) <= HEADLINE:
            return words
        return words[:HEADLINE].rpartition(" ")[0] + "…"


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
    sample: bool
    desk: Desk | None
    procedure: Procedure | None
    events: Sequence[ComplaintEvent]
    actions: frozenset[Action]  # what the person may do now
    contact_left: bool
    contact_readable: bool


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Give the condition under which a case exists for a person.

    It lies in the person's units, and does not name the person.
    """
    within = Complaint.unit_id.in_(actor.units(Permission.COMPLAINTS))
    return and_(within, not_about(actor))


def not_about(actor: Actor) -> ColumnElement[bool]:
    """Give the condition under which a case of the person's units exists for the person."""
    if actor.officer_id is None:
        return true()
    naming = select(ComplaintOfficer.complaint_id).where(
        ComplaintOfficer.officer_id == actor.officer_id
    )
    return Complaint.id.not_in(naming)


def case(session: Session, number: str, actor: Actor) -> Complaint:
    """Find a case by its number; NotFound when it does not exist for this person."""
    if not number.isprintable():  # PostgreSQL knows no text with a NUL
        raise NotFound
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
    waiting = with_time_left(session, [complaint], now)[0]
    may_act = actor.reaches(Permission.ANSWER, complaint.unit_id)
    contact = session.get(ComplaintContact, complaint.id)
    return Case(
        waiting=waiting,
        sample=session.get_one(Organisation, waiting.unit.organisation_id).sample,
        desk=session.get(Desk, complaint.desk_id) if complaint.desk_id else None,
        procedure=session.get(Procedure, complaint.procedure_id)
        if complaint.procedure_id
        else None,
        events=events,
        actions=_actions(complaint) if may_act else frozenset(),
        contact_left=contact is not None,
        contact_readable=actor.reaches(Permission.CONTACTS, complaint.unit_id),
    )


def _actions(complaint: Complaint) -> frozenset[Action]:
    return allowed_actions(State(complaint.state), Kind(complaint.kind))


def listed(
    session: Session, actor: Actor, filters: Filters, page: int, now: datetime
) -> tuple[list[Waiting], int]:
    """List a page of cases, newest first, and how many there are in all."""
    found = matching(select(Complaint).where(visible_to(actor)), filters.query)
    if filters.state:
        found = found.where(Complaint.state == filters.state)
    if filters.kind:
        found = found.where(Complaint.kind == filters.kind)
    if filters.overdue:
        found = found.where(_overdue(now))
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    # By day and number: the order does not give the time of day away.
    rows = found.order_by(Complaint.received_on.desc(), Complaint.id.desc())
    rows = rows.offset((page - 1) * PAGE).limit(PAGE)
    return with_time_left(session, session.scalars(rows).all(), now), total


def counts(session: Session, actor: Actor, now: datetime, units: frozenset[int]) -> Counts:
    """Count the open cases of the given units that exist for this person.

    Due today is what ends on the local day of `now` (UTC) and has not ended yet, as in My work.
    """
    day_ends_at = end_of_day(today_in(session, units, now), zone_of(session, units))
    late = Complaint.due_at < now
    today = and_(Complaint.due_at >= now, Complaint.due_at <= day_ends_at)
    counted = select(func.count(), func.count().filter(today), func.count().filter(late)).where(
        visible_to(actor), Complaint.state.in_(OPEN_STATES), Complaint.unit_id.in_(units)
    )
    return Counts(*session.execute(counted).one())


def _overdue(now: datetime) -> ColumnElement[bool]:
    late = Complaint.answered_on > Complaint.due_on
    waiting = and_(Complaint.state.in_(OPEN_STATES), Complaint.due_at < now)
    return or_(late, waiting)


def matching(found: Found, query: str) -> Found:
    """Narrow a query to the cases in which every word typed stands."""
    for word in wanted(clean_text(query)[:LONGEST_QUERY]):
        found = found.where(Complaint.search_text.contains(word, autoescape=True))
    return found


def with_time_left(
    session: Session, complaints: Sequence[Complaint], now: datetime
) -> list[Waiting]:
    """Give cases, in their order, with what is left of their time."""
    unit_ids = {complaint.unit_id for complaint in complaints}
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(unit_ids)))}
    names = _names(session, (one.handler_id for one in complaints))
    calendars = {
        key: work_calendar(session, key)
        for key in {unit.organisation_id for unit in units.values()}
    }
    return [
        _one(one, units[one.unit_id], names, calendars[units[one.unit_id].organisation_id], now)
        for one in complaints
    ]


def _names(session: Session, account_ids: Iterable[int | None]) -> Mapping[int | None, str]:
    wanted = {key for key in account_ids if key is not None}
    if not wanted:
        return {}
    return {
        account.id: account.full_name
        for account in session.scalars(select(Account).where(Account.id.in_(wanted)))
    }


def _one(
    complaint: Complaint,
    unit: Unit,
    names: Mapping[int | None, str],
    calendar: WorkCalendar,
    now: datetime,
) -> Waiting:
    today = local_date(now, calendar.zone)
    left = None
    if complaint.due_on is not None and complaint.state in OPEN_STATES:
        left = time_left(
            now,
            complaint.received_at,
            complaint.due_on,
            calendar,
            provisional=bool((complaint.deadline or {}).get("provisional")),
        )
    standing = lateness(complaint.due_on, complaint.answered_on, today)
    handler = names.get(complaint.handler_id, "")
    return Waiting(complaint, unit, handler, today, left, standing, calendar)
