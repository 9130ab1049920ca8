"""What a person's own work came to this week."""

from dataclasses import dataclass

from sqlalchemy import select

from shared.domain.calendar import monday_of
from shared.models.complaint import Complaint
from shared.services.inbox import not_about
from shared.services.work_lists import Tray


@dataclass(frozen=True)
class Done:
    """What a person answered since Monday."""

    answered: int
    on_time: int


def done_this_week(tray: Tray) -> Done:
    """Count what the person answered since Monday, and what of it on time."""
    answered = tray.session.execute(
        select(Complaint.due_on, Complaint.answered_on).where(
            not_about(tray.actor),
            Complaint.unit_id.in_(tray.units),
            Complaint.handler_id == tray.actor.account_id,
            Complaint.answered_on >= monday_of(tray.today),
        )
    ).all()
    on_time = sum(row.due_on is None or row.answered_on <= row.due_on for row in answered)
    return Done(len(answered), on_time)
