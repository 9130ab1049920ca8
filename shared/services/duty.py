"""Who serves at a desk, for the screen and for the rating that comes later."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, bindparam, or_, select
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
    .where(
        _shift.c.desk_id == bindparam("desk"),
        _shift.c.valid_from <= bindparam("last"),
        or_(_shift.c.valid_to.is_(None), _shift.c.valid_to >= bindparam("first")),
    )
)


def shifts_at(
    session: Session, desk_id: int, first: date = date.min, last: date = date.max
) -> list[DutyShift]:
    """List the shifts planned at a desk and in force on any local day from first to last."""
    wanted = {"desk": desk_id, "first": first, "last": last}
    return [DutyShift(*row) for row in session.connection().execute(_SHIFTS_AT_DESK, wanted)]


@dataclass(frozen=True)
class OfficerShown:
    """An officer as residents see one."""

    id: int
    code: str
    name: str
    post: str


def officer_on_duty(session: Session, desk_id: int, moment: datetime) -> OfficerShown | None:
    """Find the officer on duty at a desk at a local moment."""
    today = moment.date()
    shift = on_duty(shifts_at(session, desk_id, today, today), moment)
    return None if shift is None else shown(session.get_one(Officer, shift.officer_id))


def shown(officer: Officer) -> OfficerShown:
    """Give what residents see of an officer."""
    return OfficerShown(officer.id, officer.code, officer.name, officer.post)


def officers_of(session: Session, unit_id: int, on: date) -> list[OfficerShown]:
    """List the officers in service at a unit on a local day, by name."""
    query = select(Officer).where(
        Officer.unit_id == unit_id,
        Officer.valid_from <= on,
        or_(Officer.valid_to.is_(None), Officer.valid_to >= on),
    )
    return [shown(officer) for officer in session.scalars(query.order_by(Officer.name, Officer.id))]
