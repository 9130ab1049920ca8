"""Who serves at a desk, for the screen and for the rating that comes later."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.organisation import DutyShift, on_duty
from shared.models.organisation import Officer, Shift

_SHIFTS = select(
    Shift.officer_id,
    Officer.code,
    Shift.weekdays,
    Shift.starts,
    Shift.ends,
    Shift.valid_from,
    Shift.valid_to,
).join(Officer, Shift.officer_id == Officer.id)


def shifts_at(session: Session, desk_id: int) -> list[DutyShift]:
    """List every shift ever planned at a desk."""
    return [DutyShift(*row) for row in session.execute(_SHIFTS.where(Shift.desk_id == desk_id))]


@dataclass(frozen=True)
class OfficerShown:
    """An officer as residents see one."""

    id: int
    code: str
    name: str
    post: str


def officer_on_duty(session: Session, desk_id: int, moment: datetime) -> OfficerShown | None:
    """Find the officer on duty at a desk at a local moment."""
    shift = on_duty(shifts_at(session, desk_id), moment)
    officer = None if shift is None else session.get(Officer, shift.officer_id)
    if officer is None:
        return None
    return OfficerShown(officer.id, officer.code, officer.name, officer.post)
