"""A case as its resident follows it, by code alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date, working_time_left
from shared.domain.complaint import Action, Lateness, State, lateness, next_state, normalise_code
from shared.domain.errors import NotFound, RuleBroken
from shared.models.complaint import Complaint, ComplaintEvent
from shared.models.organisation import Organisation, Unit
from shared.services.calendars import work_calendar
from shared.services.complaints import RESIDENT, add_event, hash_code


@dataclass(frozen=True)
class Followed:
    """What a resident may read of the case; `left` is office time until the due day ends."""

    complaint: Complaint
    unit: Unit
    sample: bool
    history: Sequence[ComplaintEvent]
    today: date
    left: timedelta | None
    lateness: Lateness


def followed(session: Session, code: str) -> Complaint:
    """Find the case of a tracking code as somebody typed it; NotFound when there is none."""
    try:
        normal = normalise_code(code)
    except RuleBroken:
        raise NotFound from None
    complaint = session.scalar(select(Complaint).where(Complaint.code_hash == hash_code(normal)))
    if complaint is None:
        raise NotFound
    return complaint


def public_history(session: Session, complaint: Complaint) -> list[ComplaintEvent]:
    """List the steps a resident may read, oldest first."""
    return list(
        session.scalars(
            select(ComplaintEvent)
            .where(ComplaintEvent.complaint_id == complaint.id, ComplaintEvent.public.is_(True))
            .order_by(ComplaintEvent.id)
        )
    )


def rate_answer(session: Session, code: str, satisfied: bool, now: datetime) -> Complaint:
    """Keep whether the resident finds the answer satisfactory; the first word stands."""
    complaint = followed(session, code)
    next_state(State(complaint.state), Action.RATE_ANSWER)
    if complaint.answer_satisfied is None:
        complaint.answer_satisfied = satisfied
        words = "satisfied" if satisfied else "not satisfied"
        add_event(session, complaint, Action.RATE_ANSWER, RESIDENT, now, words)
    return complaint


def resident_view(session: Session, complaint: Complaint, now: datetime) -> Followed:
    """Give what a resident may read of a case: no note, no handler, no other person's name."""
    unit = session.get_one(Unit, complaint.unit_id)
    organisation = session.get_one(Organisation, unit.organisation_id)
    calendar = work_calendar(session, organisation.id)
    today = local_date(now, calendar.zone)
    waiting = complaint.due_on is not None and complaint.answered_on is None
    return Followed(
        complaint=complaint,
        unit=unit,
        sample=organisation.sample,
        history=public_history(session, complaint),
        today=today,
        left=working_time_left(now, complaint.due_on, calendar)
        if waiting and complaint.due_on
        else None,
        lateness=lateness(complaint.due_on, complaint.answered_on, today),
    )
