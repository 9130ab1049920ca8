"""An officer asks the resident at the desk to rate: the desk's screen shows it within seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor
from shared.domain.dossier import spellings
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.organisation import in_force
from shared.domain.rating import LONGEST_CODE, clean_text
from shared.models.channel import DeskInvitation, Kiosk
from shared.models.dossier import Dossier
from shared.models.organisation import Desk, Organisation, Procedure, Shift, Unit
from shared.services import channels
from shared.statistics.periods import in_force_on

LASTS = timedelta(minutes=5)
PRESSED_TWICE = timedelta(seconds=3)  # the same again within this is one
HEARD_WITHIN = timedelta(minutes=10)  # contacts are noted every five minutes


@dataclass(frozen=True)
class Wanted:
    """What the screen shall ask about; a dossier's code may be typed or scanned."""

    desk_id: int
    procedure_id: int | None = None
    dossier_code: str = ""


@dataclass(frozen=True)
class Shown:
    """What a screen is told: the newest invitation of its desk that has not expired."""

    key: int
    procedure_code: str | None
    procedure_name: str | None
    dossier_code: str | None
    expires_at: datetime


def invite(
    session: Session, wanted: Wanted, account_id: int, units: frozenset[int], now: datetime
) -> DeskInvitation:
    """Let the screens of a desk ask for a rating, for five minutes.

    The procedure is the dossier's when that is known; a button pressed twice is one invitation.
    Raises NotFound for a desk out of reach or closed, Invalid for a procedure of another
    organisation or a dossier code that cannot be one.
    """
    desk, unit = _desk(session, wanted.desk_id, units, now)
    code = clean_text(wanted.dossier_code)
    with Faults() as faults:
        if len(code) > LONGEST_CODE:
            faults.add(Invalid("dossier_unknown", N_("Mã hồ sơ quá dài."), field="dossier"))
        procedure_id = faults.read(_procedure, session, unit, wanted.procedure_id)
    if code:
        procedure_id = _procedure_of(session, unit.id, code) or procedure_id
    asked = {
        "desk_id": desk.id,
        "procedure_id": procedure_id,
        "dossier_code": code or None,
        "account_id": account_id,
    }
    same = select(DeskInvitation).filter_by(**asked)
    same = same.where(DeskInvitation.created_at > now - PRESSED_TWICE)
    known = session.scalars(same.order_by(DeskInvitation.id.desc()).limit(1)).first()
    if known is not None:
        return known
    made = DeskInvitation(
        **asked,
        created_at=now,
        expires_at=now + LASTS,
    )
    session.add(made)
    session.flush()
    return made


def newest(session: Session, desk_id: int, after: int, now: datetime) -> Shown | None:
    """Give the newest invitation of a desk above a key, None when it has none or it expired.

    One indexed read: every screen asks every second and a half.
    """
    row = session.execute(
        select(
            DeskInvitation.id,
            Procedure.code,
            Procedure.name,
            DeskInvitation.dossier_code,
            DeskInvitation.expires_at,
        )
        .outerjoin(Procedure, DeskInvitation.procedure_id == Procedure.id)
        .where(DeskInvitation.desk_id == desk_id, DeskInvitation.id > after)
        .order_by(DeskInvitation.id.desc())
        .limit(1)
    ).one_or_none()
    shown = None if row is None else Shown(*row)
    return shown if shown is not None and shown.expires_at > now else None


def screens_hear(session: Session, desk_id: int, now: datetime) -> bool:
    """Say whether some kiosk in use at a desk was heard of lately."""
    heard = session.scalar(
        select(Kiosk.id)
        .where(
            Kiosk.desk_id == desk_id,
            Kiosk.revoked_at.is_(None),
            Kiosk.seen_at >= now - HEARD_WITHIN,
        )
        .limit(1)
    )
    return heard is not None


def desks_of(session: Session, units: frozenset[int], now: datetime) -> list[tuple[Desk, Unit]]:
    """List the open desks with a kiosk in use, of the given units."""
    used = set(session.scalars(select(Kiosk.desk_id).where(Kiosk.revoked_at.is_(None))))
    found = channels.open_desks(session, units, now)
    return [(desk, unit) for desk, unit in found if desk.id in used]


def procedures_of(session: Session, units: frozenset[int], now: datetime) -> list[Procedure]:
    """List the procedures in force of the organisations the units belong to, by name."""
    organisations = select(Unit.organisation_id).where(Unit.id.in_(units))
    found = session.scalars(
        select(Procedure)
        .where(Procedure.organisation_id.in_(organisations), in_force_on(Procedure, now.date()))
        .order_by(Procedure.name, Procedure.code)
    )
    return list(found)


def desk_served(session: Session, actor: Actor, now: datetime) -> int | None:
    """Say at which desk the person serves now by the shifts, None when at none."""
    if actor.officer_id is None:
        return None
    rows = session.execute(
        select(Shift, Organisation.zone)
        .join(Desk, Shift.desk_id == Desk.id)
        .join(Unit, Desk.unit_id == Unit.id)
        .join(Organisation, Unit.organisation_id == Organisation.id)
        .where(Shift.officer_id == actor.officer_id)
        .order_by(Shift.valid_from.desc(), Shift.starts.desc())
    )
    for shift, zone in rows:
        if _covers(shift, now.astimezone(ZoneInfo(zone))):
            return int(shift.desk_id)
    return None


def _covers(shift: Shift, local: datetime) -> bool:
    return (
        in_force(shift.valid_from, shift.valid_to, local.date())
        and str(local.isoweekday()) in shift.weekdays
        and shift.starts <= local.time() < shift.ends
    )


def _desk(
    session: Session, desk_id: int, units: frozenset[int], now: datetime
) -> tuple[Desk, Unit]:
    for desk, unit in channels.open_desks(session, units, now):
        if desk.id == desk_id:
            return desk, unit
    raise NotFound


def _procedure(session: Session, unit: Unit, procedure_id: int | None) -> int | None:
    if procedure_id is None:
        return None
    procedure = session.get(Procedure, procedure_id)
    if procedure is None or procedure.organisation_id != unit.organisation_id:
        raise Invalid("procedure_unknown", N_("Không có thủ tục này."), field="procedure")
    return procedure.id


def _procedure_of(session: Session, unit_id: int, code: str) -> int | None:
    return session.scalar(
        select(Dossier.procedure_id)
        .where(Dossier.unit_id == unit_id, Dossier.code.in_(spellings(code)))
        .order_by(Dossier.code != code)
        .limit(1)
    )
