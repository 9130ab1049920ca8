"""Who serves at a desk, for the screen and for the rating that comes later."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import cast

from sqlalchemy import Table, bindparam, null, or_, select, union_all
from sqlalchemy.orm import Session

from shared.domain.organisation import DutyShift, on_duty
from shared.models.organisation import Officer, Procedure, Shift

_shift, _officer, _procedure = (
    cast(Table, model.__table__) for model in (Shift, Officer, Procedure)
)
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


# Built once and asked as one: every post of a kiosk pays for each answer it has to wait for.
_SHIFTS_AND_PROCEDURE = union_all(
    _SHIFTS_AT_DESK,
    select(_procedure.c.id, _procedure.c.code, *[null()] * 5).where(
        _procedure.c.organisation_id == bindparam("organisation"),
        _procedure.c.code == bindparam("code"),
    ),
)


def shifts_at(
    session: Session, desk_id: int, first: date = date.min, last: date = date.max
) -> list[DutyShift]:
    """List the shifts planned at a desk and in force on any local day from first to last."""
    wanted = {"desk": desk_id, "first": first, "last": last}
    return [DutyShift(*row) for row in session.connection().execute(_SHIFTS_AT_DESK, wanted)]


def shifts_and_procedures(
    session: Session,
    organisation_id: int,
    desks: Collection[int],
    codes: Collection[str],
    days: tuple[date, date],
) -> tuple[dict[int, list[DutyShift]], dict[str, int]]:
    """Give the shifts of each desk in force on any local day from first to last, and known codes.

    The second part has the ids of those of the organisation's procedures that are named.
    """
    connection = session.connection()
    shifts: dict[int, list[DutyShift]] = {desk: [] for desk in desks}
    procedures: dict[str, int] = {}
    wanted = {"organisation": organisation_id, "first": days[0], "last": days[1]}
    for desk, code in zip_longest(desks, codes):
        for row in connection.execute(
            _SHIFTS_AND_PROCEDURE, {**wanted, "desk": desk, "code": code}
        ):
            if row.weekdays is None:
                procedures[row.code] = row.officer_id
            else:
                shifts[desk].append(DutyShift(*row))
    return shifts, procedures


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
