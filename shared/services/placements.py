"""Where a kiosk stood and when, so that a late record is put where it was touched."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from shared.models.channel import Kiosk, KioskPlacement
from shared.models.organisation import Desk, Unit


@dataclass(frozen=True)
class Stand:
    """A desk at which a kiosk stood, and the unit the desk belongs to."""

    desk_id: int
    desk_code: str
    unit_id: int


def desk_at(session: Session, kiosk_id: int, moment: datetime) -> Stand | None:
    """Say where a kiosk stood at an instant (UTC).

    Before it was first paired: at its first desk. None only for a kiosk nobody knows.
    """
    begun = _stands(kiosk_id).where(KioskPlacement.from_at <= moment)
    latest = begun.order_by(KioskPlacement.from_at.desc(), KioskPlacement.id.desc()).limit(1)
    first = _stands(kiosk_id).order_by(KioskPlacement.from_at, KioskPlacement.id).limit(1)
    row = session.execute(latest).one_or_none() or session.execute(first).one_or_none()
    return None if row is None else Stand(*row)


def desk_named(
    session: Session, organisation_id: int, code: str, kiosk_id: int | None = None
) -> Stand | None:
    """Find an organisation's desk by its code; with a kiosk, only one it has ever stood at."""
    query = (
        select(Desk.id, Desk.code, Unit.id)
        .join(Unit, Desk.unit_id == Unit.id)
        .where(Unit.organisation_id == organisation_id, Desk.code == code)
    )
    if kiosk_id is not None:
        stood = select(KioskPlacement.desk_id).where(KioskPlacement.kiosk_id == kiosk_id)
        query = query.where(Desk.id.in_(stood))
    row = session.execute(query).one_or_none()
    return None if row is None else Stand(*row)


def history(session: Session, kiosk_id: int) -> list[tuple[KioskPlacement, Desk]]:
    """List where a kiosk stood, the present place first."""
    found = session.execute(
        select(KioskPlacement, Desk)
        .join(Desk, KioskPlacement.desk_id == Desk.id)
        .where(KioskPlacement.kiosk_id == kiosk_id)
        .order_by(KioskPlacement.from_at.desc(), KioskPlacement.id.desc())
    )
    return [(placement, desk) for placement, desk in found]


def place(session: Session, kiosk: Kiosk, desk_id: int, now: datetime) -> None:
    """Let a kiosk stand at a desk from now on; the earlier place ends."""
    session.execute(
        update(KioskPlacement)
        .where(KioskPlacement.kiosk_id == kiosk.id, KioskPlacement.to_at.is_(None))
        .values(to_at=now)
        .execution_options(synchronize_session=False)
    )
    kiosk.desk_id, kiosk.placed_at = desk_id, now
    session.add(KioskPlacement(kiosk_id=kiosk.id, desk_id=desk_id, from_at=now))
    session.flush()


def _stands(kiosk_id: int) -> Select[int, str, int]:
    return (
        select(Desk.id, Desk.code, Desk.unit_id)
        .join(KioskPlacement, KioskPlacement.desk_id == Desk.id)
        .where(KioskPlacement.kiosk_id == kiosk_id)
    )
