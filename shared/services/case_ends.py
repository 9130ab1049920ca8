"""What time does to cases that are over: closed after a while, contact data removed."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from shared.domain.complaint import OPEN, Action, State
from shared.models.case_work import ComplaintOutcome
from shared.models.complaint import Complaint, ComplaintContact
from shared.models.organisation import Organisation, Unit
from shared.services.case_policies import policy_of
from shared.services.case_steps import SYSTEM, add_event, move, one_act

CONTACT_REMOVED = "contact_removed"
SAID = (str(State.ANSWERED), str(State.CONFIRMED))


def close_unspoken(session: Session, now: datetime) -> int:
    """Close what was answered so long ago that its organisation waits no longer; count them.

    The resident keeps the way to the next level.
    """
    closed = 0
    for organisation_id in session.scalars(select(Organisation.id)).all():
        since = now - timedelta(days=policy_of(session, organisation_id).confirm_days)
        with one_act(session):
            for complaint in session.scalars(
                select(Complaint).where(
                    Complaint.unit_id.in_(_units(organisation_id)),
                    Complaint.state.in_(SAID),
                    Complaint.answered_at <= since,
                )
            ):
                move(complaint, Action.CLOSE)
                add_event(session, complaint, Action.CLOSE, SYSTEM, now, public=True)
                closed += 1
    return closed


def remove_contacts(session: Session, now: datetime) -> int:
    """Remove contact data as long after the end of its case as the organisation says; count them.

    Law 91/2025/QH15: kept only as long as the purpose it was given for.
    """
    removed = 0
    ended = func.max(ComplaintOutcome.at)
    ends = (
        select(ComplaintOutcome.complaint_id, ended.label("at"))
        .group_by(ComplaintOutcome.complaint_id)
        .subquery()
    )
    ended_at = func.coalesce(ends.c.at, Complaint.answered_at, Complaint.received_at)
    for organisation_id in session.scalars(select(Organisation.id)).all():
        since = now - timedelta(days=policy_of(session, organisation_id).contact_days)
        rows = session.execute(
            select(ComplaintContact, Complaint)
            .join(Complaint, Complaint.id == ComplaintContact.complaint_id)
            .outerjoin(ends, ends.c.complaint_id == Complaint.id)
            .where(
                Complaint.unit_id.in_(_units(organisation_id)),
                Complaint.state.not_in([str(state) for state in OPEN]),
                ended_at <= since,
            )
        ).all()
        for contact, complaint in rows:
            session.delete(contact)
            add_event(session, complaint, CONTACT_REMOVED, SYSTEM, now, public=True)
            removed += 1
    session.flush()
    return removed


def _units(organisation_id: int) -> Select[int]:
    return select(Unit.id).where(Unit.organisation_id == organisation_id)
