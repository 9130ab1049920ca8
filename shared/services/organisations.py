"""Founding an organisation, and which of them an administrator may set up."""

from datetime import datetime

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.entry import code as read_code
from shared.domain.entry import text as read_text
from shared.domain.errors import NotAllowed, NotFound
from shared.domain.faults import Faults
from shared.models.organisation import Organisation, Unit
from shared.services import calendars
from shared.services.registers import Setup, taken

# Built once: every page of Quản trị asks.
_ALL = select(Organisation).order_by(Organisation.sample, Organisation.code)
_WITHIN = _ALL.where(
    Organisation.id.in_(
        select(Unit.organisation_id).where(
            Unit.id.in_(bindparam("units", type_=Integer(), expanding=True))
        )
    )
)


def found(
    session: Session,
    code: str,
    name: str,
    now: datetime,  # noqa: ARG001  every service that writes takes it
    *,
    sample: bool = False,
) -> Organisation:
    """Add an organisation with the shipped calendar and legal limits.

    Raises Invalid for a code that is not of its form or is taken, or an empty name.
    """
    cells = {"code": code, "name": name}
    with Faults() as faults:
        values = {
            "code": faults.read(read_code, cells, "code"),
            "name": faults.read(read_text, cells, "name"),
        }
    if session.scalar(select(Organisation.id).where(Organisation.code == code)) is not None:
        raise taken()
    organisation = Organisation(**values, sample=sample)
    session.add(organisation)
    session.flush()
    calendars.install_reference(session, organisation.id)
    return organisation


def within(
    session: Session, actor: Actor, permission: Permission = Permission.ORGANISATION
) -> list[Organisation]:
    """List the organisations somebody with this permission has units in, real ones first."""
    if permission in actor.everywhere:
        return list(session.scalars(_ALL))
    return list(session.scalars(_WITHIN, {"units": list(actor.units(permission))}))


def setup_of(
    session: Session,
    actor: Actor,
    code: str,
    now: datetime,
    permission: Permission = Permission.ORGANISATION,
) -> Setup:
    """Say who sets up the organisation of that code, the first one when no code is given.

    Raises NotFound for one out of reach, and when there is none at all.
    """
    known = within(session, actor, permission)
    chosen = [one for one in known if code in ("", one.code)]
    if not chosen:
        raise NotFound
    return Setup(actor, chosen[0], now, permission=permission)


def may_change_whole(session: Session, setup: Setup) -> bool:
    """Say whether the administrator reaches all of the organisation, not only some units of it.

    The calendar, the limits and the catalogue of procedures hold for every unit.
    """
    if setup.everywhere:
        return True
    roots = session.scalars(
        select(Unit.id).where(
            Unit.organisation_id == setup.organisation.id, Unit.parent_id.is_(None)
        )
    )
    return setup.units.issuperset(roots)


def check_may_change_whole(session: Session, setup: Setup) -> None:
    """Refuse, with NotAllowed, whoever reaches only a part of the organisation."""
    if not may_change_whole(session, setup):
        raise NotAllowed
