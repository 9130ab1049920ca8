"""Whose turn a case is and by when, for cases whose clocks are changed many at a time."""

from collections.abc import Collection

from sqlalchemy import and_, case, func, literal, select, update
from sqlalchemy.orm import Session

from shared.db import UtcDateTime
from shared.domain.work_list import NO_LIMIT, Turn
from shared.models.clock import ComplaintClock
from shared.models.complaint import Complaint
from shared.services.clock_judging import TAKING_ON

CHUNK = 500


def follow(session: Session, complaint_ids: Collection[int]) -> None:
    """Let open cases stand by when their clocks now say; for changes made without their objects.

    A case changed as an object does so by itself, see models/complaint.
    """
    keys = sorted(complaint_ids)
    running = select(func.min(ComplaintClock.due_at)).where(
        ComplaintClock.complaint_id == Complaint.id,
        ComplaintClock.ended_at.is_(None),
        ComplaintClock.stage.in_([str(stage) for stage in TAKING_ON]),
    )
    due_at = func.coalesce(Complaint.due_at, literal(NO_LIMIT, UtcDateTime()))
    earlier = and_(Complaint.turn == Turn.TAKE_ON, Complaint.take_on_by < due_at)
    for start in range(0, len(keys), CHUNK):
        chosen = update(Complaint).where(
            Complaint.id.in_(keys[start : start + CHUNK]), Complaint.turn.is_not(None)
        )
        for values in (
            {"take_on_by": running.scalar_subquery()},
            {"turn_due_at": case((earlier, Complaint.take_on_by), else_=due_at)},
        ):
            session.execute(chosen.values(values), execution_options={"synchronize_session": False})
