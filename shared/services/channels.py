"""Paired kiosks: added, known again by their token, listed, moved and revoked."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Table, bindparam, select
from sqlalchemy.orm import Session

from shared.domain.errors import NotFound
from shared.domain.questionnaire import Use
from shared.domain.tracking_code import ALPHABET
from shared.models.channel import Kiosk
from shared.models.organisation import Desk, Organisation, Unit
from shared.services.local_days import today_in
from shared.services.placements import place
from shared.services.questionnaire_uses import uses_in, with_uses
from shared.statistics.periods import not_over_on


@dataclass(frozen=True)
class KioskChannel:
    """A known kiosk and where it stands."""

    kiosk_id: int
    kiosk_code: str
    kiosk_name: str
    desk_id: int
    desk_code: str
    desk_name: str
    unit_id: int
    unit_name: str
    organisation_id: int
    sample: bool
    zone: ZoneInfo
    revoked: bool
    last_rated_at: datetime | None
    highest_sequence: int
    placed_at: datetime | None
    boot: str | None  # the last start of its browser that it told of
    booted_at: datetime | None  # when that was (UTC)
    uses: tuple[Use, ...] = ()  # of questionnaires, that concern the unit
    panel_inches: float | None = None  # as staff told it


def hash_token(token: str) -> str:
    """Give what is stored of a token of 128 bits or more."""
    return hashlib.sha256(token.encode()).hexdigest()


def _channel_of_token() -> Select[Any]:
    """Build the guard's query, once: every request of every kiosk begins with it."""
    kiosk, desk, unit, organisation = (
        cast(Table, model.__table__) for model in (Kiosk, Desk, Unit, Organisation)
    )
    query = (
        select(
            kiosk.c.id.label("kiosk_id"),
            kiosk.c.code.label("kiosk_code"),
            kiosk.c.name.label("kiosk_name"),
            kiosk.c.revoked_at,
            kiosk.c.last_rated_at,
            kiosk.c.highest_sequence,
            kiosk.c.placed_at,
            kiosk.c.boot,
            kiosk.c.uptime_ms,
            kiosk.c.reported_at,
            kiosk.c.panel_inches,
            desk.c.id.label("desk_id"),
            desk.c.code.label("desk_code"),
            desk.c.name.label("desk_name"),
            unit.c.id.label("unit_id"),
            unit.c.name.label("unit_name"),
            organisation.c.id.label("organisation_id"),
            organisation.c.sample,
            organisation.c.zone,
        )
        .join_from(kiosk, desk, kiosk.c.desk_id == desk.c.id)
        .join(unit, desk.c.unit_id == unit.c.id)
        .join(organisation, unit.c.organisation_id == organisation.c.id)
        .where(kiosk.c.token_hash == bindparam("token_hash"))
    )
    return with_uses(query, unit)


_CHANNEL_OF_TOKEN = _channel_of_token()


def recognise(session: Session, token: str) -> KioskChannel | None:
    """Find the kiosk of a device token, revoked ones too; None when nobody knows it."""
    wanted = {"token_hash": hash_token(token)}
    rows = session.connection().execute(_CHANNEL_OF_TOKEN, wanted).all()
    if not rows:
        return None
    row = rows[0]
    return KioskChannel(
        kiosk_id=row.kiosk_id,
        kiosk_code=row.kiosk_code,
        kiosk_name=row.kiosk_name,
        desk_id=row.desk_id,
        desk_code=row.desk_code,
        desk_name=row.desk_name,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        organisation_id=row.organisation_id,
        sample=row.sample,
        zone=ZoneInfo(row.zone),
        revoked=row.revoked_at is not None,
        last_rated_at=row.last_rated_at,
        highest_sequence=row.highest_sequence,
        placed_at=row.placed_at,
        boot=row.boot,
        booted_at=_booted_at(row.reported_at, row.uptime_ms),
        uses=uses_in(rows),
        panel_inches=row.panel_inches,
    )


def _booted_at(reported_at: datetime | None, uptime_ms: int | None) -> datetime | None:
    if reported_at is None or uptime_ms is None:
        return None
    try:
        return reported_at - timedelta(milliseconds=uptime_ms)
    except OverflowError:
        return None


def pair(session: Session, desk_code: str, name: str | None, now: datetime) -> tuple[Kiosk, str]:
    """Add a kiosk at a desk, revoking none; give it and its token, which is not kept.

    Raises NotFound when there is no open desk of that code.
    """
    desk = session.scalar(select(Desk).where(Desk.code == desk_code))
    if desk is None:
        raise NotFound
    if desk.valid_to is not None and desk.valid_to < today_in(session, [desk.unit_id], now):
        raise NotFound
    return add(session, desk, name, now)


def add(session: Session, desk: Desk, name: str | None, now: datetime) -> tuple[Kiosk, str]:
    """Add a kiosk at a desk, without asking whether it is open; give it and its token."""
    token = secrets.token_urlsafe(32)
    kiosk = Kiosk(
        code=f"K-{letters(6)}",
        name=name or desk.name,
        desk_id=desk.id,
        token_hash=hash_token(token),
        paired_at=now,
    )
    session.add(kiosk)
    session.flush()
    place(session, kiosk, desk.id, now)
    return kiosk, token


def revoke(session: Session, kiosk_id: int, units: frozenset[int], now: datetime) -> Kiosk:
    """End a kiosk's token; what it still sends is answered 403 and kept on the device."""
    kiosk = within(session, kiosk_id, units)
    kiosk.revoked_at = kiosk.revoked_at or now
    return kiosk


def resize(session: Session, kiosk_id: int, inches: float | None, units: frozenset[int]) -> Kiosk:
    """Note the diagonal of a kiosk's panel in inches; its screen follows at its next contact.

    Raises NotFound when the kiosk is not within the units.
    """
    kiosk = within(session, kiosk_id, units)
    kiosk.panel_inches = inches
    return kiosk


def move(
    session: Session, kiosk_id: int, desk_id: int, units: frozenset[int], now: datetime
) -> Kiosk:
    """Let a kiosk stand at another desk from now on; its screen follows at its next contact.

    Its numbers and what it still holds go on. Raises NotFound when the kiosk, or an open desk of
    the same organisation, is not within the units.
    """
    kiosk = within(session, kiosk_id, units)
    if kiosk.desk_id == desk_id:
        return kiosk
    here = session.get_one(Unit, session.get_one(Desk, kiosk.desk_id).unit_id)
    known = {
        desk.id
        for desk, unit in open_desks(session, units, now)
        if unit.organisation_id == here.organisation_id
    }
    if desk_id not in known:
        raise NotFound
    place(session, kiosk, desk_id, now)
    return kiosk


def within(session: Session, kiosk_id: int, units: frozenset[int]) -> Kiosk:
    """Give a kiosk that stands at a desk of the units; else NotFound."""
    kiosk = session.scalar(
        select(Kiosk).join(Desk).where(Kiosk.id == kiosk_id, Desk.unit_id.in_(units))
    )
    if kiosk is None:
        raise NotFound
    return kiosk


def kiosks(session: Session, units: frozenset[int]) -> list[tuple[Kiosk, Desk, Unit]]:
    """List the kiosks of the given units, those in use first."""
    found = session.execute(
        select(Kiosk, Desk, Unit)
        .join(Desk, Kiosk.desk_id == Desk.id)
        .join(Unit, Desk.unit_id == Unit.id)
        .where(Unit.id.in_(units))
        .order_by(Kiosk.revoked_at.is_not(None), Unit.name, Desk.code, Kiosk.id)
    )
    return [(kiosk, desk, unit) for kiosk, desk, unit in found]


def open_desks(
    session: Session, units: frozenset[int] | None, now: datetime
) -> list[tuple[Desk, Unit]]:
    """List open desks with their units, of every unit when `units` is None."""
    query = (
        select(Desk, Unit)
        .join(Unit)
        .where(not_over_on(Desk, today_in(session, units or (), now)))
        .order_by(Unit.name, Desk.code)
    )
    if units is not None:
        query = query.where(Unit.id.in_(units))
    return [(desk, unit) for desk, unit in session.execute(query)]


def letters(count: int) -> str:
    """Make a code a person can read aloud; no letters that look alike."""
    return "".join(secrets.choice(ALPHABET) for _ in range(count))
