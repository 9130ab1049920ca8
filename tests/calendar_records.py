"""A change of the calendar with what it moved, for pages that show one."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.calendar import CalendarMove, CalendarVersion
from shared.models.complaint import Complaint

CALENDAR_VERSION = 2


def change(session: Session, organisation_id: int, now: datetime) -> None:
    """Change the calendar once, as version 2, which moved a deadline of every case."""
    day = {"on": "2026-12-31", "kind": "holiday", "name": "Nghỉ", "document": "Số 1"}
    after = {**day, "provisional": False, "hours": ""}
    version = CalendarVersion(
        organisation_id=organisation_id,
        number=CALENDAR_VERSION,
        at=now,
        actor="root",
        origin="form",
        change={"days": [{"on": day["on"], "before": None, "after": after}], "week": None},
        finished_at=now,
        looked_at=4,
        moved=4,
    )
    session.add(version)
    session.flush()
    for complaint in session.scalars(select(Complaint).where(Complaint.due_on.is_not(None))):
        assert complaint.due_on is not None
        move = CalendarMove(
            version_id=version.id,
            complaint_id=complaint.id,
            stage="answer",
            old_due_on=complaint.due_on,
            new_due_on=complaint.due_on + timedelta(days=1),
            before=complaint.deadline,
        )
        session.add(move)
    session.flush()
