"""Who serves at a desk, for the screen and for the rating that comes later."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from shared.domain.organisation import DutyShift, on_duty
from shared.models.organisation import Officer, Shift

_shift, _officer = cast(Table, Shift.__table__), cast(Table, Officer.__table__)
# Built once: every post of a kiosk asks.
_SHIFTS_AT_DESK = (
    select(
        _shift.c.officer_id,
        _officer.c.code,
        _shift.c.weekdays,
        _shift.c.starts,
        _shift.c.ends,
        _shift.c.valid_from,
        _shift.c.valid_to,
    )
    .join_from(_shift, _officer, _shift.c.officer_id == _officer.c.id)
    .where(_shift.c.desk_id == bindparam("desk"))
)


def shifts_at(session: Session, desk_id: int) -> list[DutyShift]:
    """List every shift ever planned at a desk."""
    found = session.connection().execute(_SHIFTS_AT_DESK, {"desk": desk_id})
    return [DutyShift(*row) for row in found]


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
    return None if shift is None else shown(session.get_one(Officer, shift.officer_id))


def shown(officer: Officer) -> OfficerShown:
    """Give what residents see of an officer."""
    return OfficerShown(officer.id, officer.code, officer.name, officer.post)
