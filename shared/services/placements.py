"""Where a kiosk stood and when, so that a late record is put where it was touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from shared.models.channel import Kiosk, KioskPlacement
from shared.models.organisation import Desk


@dataclass(frozen=True)
class Stand:
    """A desk at which a kiosk stood, and the unit the desk belongs to."""

    desk_id: int
    desk_code: str
    unit_id: int


@dataclass(frozen=True)
class Place:
    """From when (UTC) a kiosk stood somewhere."""

    from_at: datetime
    stand: Stand


# Built once: every late record asks.
_PLACES = (
    select(KioskPlacement.from_at, Desk.id, Desk.code, Desk.unit_id)
    .join(Desk, KioskPlacement.desk_id == Desk.id)
    .where(KioskPlacement.kiosk_id == bindparam("kiosk"))
    .order_by(KioskPlacement.from_at, KioskPlacement.id)
)


def places(session: Session, kiosk_id: int) -> list[Place]:
    """List where a kiosk stood, the earliest first."""
    found = session.execute(_PLACES, {"kiosk": kiosk_id})
    return [Place(from_at, Stand(desk, code, unit)) for from_at, desk, code, unit in found]


def place_at(known: Sequence[Place], moment: datetime) -> Stand | None:
    """Say where a kiosk stood at an instant (UTC); before it was paired: at its first desk."""
    begun = [place.stand for place in known if place.from_at <= moment]
    return begun[-1] if begun else next((place.stand for place in known), None)


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
