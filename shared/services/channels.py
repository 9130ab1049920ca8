"""Ways in: pairing kiosks, knowing them again, printing and using QR invitations."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Table, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from shared.domain.complaint import CODE_ALPHABET
from shared.domain.errors import N_, NotFound, RuleBroken
from shared.models.channel import Kiosk, Pairing
from shared.models.organisation import Desk, Organisation, Unit
from shared.services.local_days import today_in
from shared.statistics.periods import not_over_on

PAIRING_LASTS = timedelta(minutes=15)
POLL_SECONDS = 5
CONTACT_NOTED_EVERY = timedelta(minutes=5)


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


@dataclass(frozen=True)
class PairingRequest:
    """What a device is told when it asks to be paired."""

    device_code: str
    user_code: str
    expires_in: int
    interval: int


def hash_token(token: str) -> str:
    """Give what is stored of a token of 128 bits or more."""
    return hashlib.sha256(token.encode()).hexdigest()


def _channel_of_token() -> Select[Any]:
    """Build the guard's query, once: every request of every kiosk begins with it."""
    kiosk, desk, unit, organisation = (
        cast(Table, model.__table__) for model in (Kiosk, Desk, Unit, Organisation)
    )
    return (
        select(
            kiosk.c.id.label("kiosk_id"),
            kiosk.c.code.label("kiosk_code"),
            kiosk.c.name.label("kiosk_name"),
            kiosk.c.revoked_at,
            kiosk.c.last_rated_at,
            kiosk.c.highest_sequence,
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


_CHANNEL_OF_TOKEN = _channel_of_token()


def recognise(session: Session, token: str) -> KioskChannel | None:
    """Find the kiosk of a device token, revoked ones too; None when nobody knows it."""
    wanted = {"token_hash": hash_token(token)}
    row = session.connection().execute(_CHANNEL_OF_TOKEN, wanted).one_or_none()
    if row is None:
        return None
    facts = row._asdict()
    zone, revoked_at = ZoneInfo(facts.pop("zone")), facts.pop("revoked_at")
    return KioskChannel(zone=zone, revoked=revoked_at is not None, **facts)


def note_contact(session: Session, kiosk_id: int, now: datetime) -> None:
    """Note that a kiosk asked what to show; at most every five minutes, to spare the disk."""
    session.execute(
        update(Kiosk)
        .where(
            Kiosk.id == kiosk_id,
            or_(Kiosk.seen_at.is_(None), Kiosk.seen_at < now - CONTACT_NOTED_EVERY),
        )
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def pair(session: Session, desk_code: str, name: str | None, now: datetime) -> tuple[Kiosk, str]:
    """Add a kiosk at a desk, revoking none; give it and its token, which is not kept.

    Raises NotFound when there is no open desk of that code.
    """
    desk = session.scalar(select(Desk).where(Desk.code == desk_code))
    if desk is None:
        raise NotFound
    if desk.valid_to is not None and desk.valid_to < today_in(session, [desk.unit_id], now):
        raise NotFound
    return _add_kiosk(session, desk, name, now)


def _add_kiosk(session: Session, desk: Desk, name: str | None, now: datetime) -> tuple[Kiosk, str]:
    token = secrets.token_urlsafe(32)
    kiosk = Kiosk(
        code=f"K-{_letters(6)}",
        name=name or desk.name,
        desk_id=desk.id,
        token_hash=hash_token(token),
        paired_at=now,
    )
    session.add(kiosk)
    session.flush()
    return kiosk, token


def revoke(session: Session, kiosk_id: int, units: frozenset[int], now: datetime) -> Kiosk:
    """End a kiosk's token; what it still sends is answered 403 and kept on the device."""
    kiosk = session.scalar(
        select(Kiosk).join(Desk).where(Kiosk.id == kiosk_id, Desk.unit_id.in_(units))
    )
    if kiosk is None:
        raise NotFound
    kiosk.revoked_at = kiosk.revoked_at or now
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


def request_pairing(session: Session, now: datetime) -> PairingRequest:
    """Open a pairing request for a new device (RFC 8628 §3.2)."""
    device_code, letters = secrets.token_urlsafe(32), _letters(8)
    user_code = f"{letters[:4]}-{letters[4:]}"
    session.add(
        Pairing(
            device_code_hash=hash_token(device_code),
            user_code=user_code,
            created_at=now,
            expires_at=now + PAIRING_LASTS,
        )
    )
    return PairingRequest(device_code, user_code, int(PAIRING_LASTS.total_seconds()), POLL_SECONDS)


def approve_pairing(
    session: Session, user_code: str, desk_id: int, name: str, units: frozenset[int], now: datetime
) -> Pairing:
    """Let the device that shows this code be the desk's kiosk.

    Raises RuleBroken when no open request shows the code, NotFound for a desk out of reach.
    """
    desk = session.scalar(select(Desk).where(Desk.id == desk_id, Desk.unit_id.in_(units)))
    if desk is None:
        raise NotFound
    wanted = "".join(sign for sign in user_code.upper() if sign.isalnum())
    pairing = session.scalar(
        select(Pairing).where(
            func.replace(Pairing.user_code, "-", "") == wanted,
            Pairing.expires_at > now,
            Pairing.approved_at.is_(None),
        )
    )
    if pairing is None:
        raise RuleBroken(
            "pairing_unknown",
            N_(
                "Không có màn hình nào đang hiện mã này. Xin xem lại mã, mã chỉ dùng trong 15 phút."
            ),
        )
    pairing.desk_id, pairing.kiosk_name, pairing.approved_at = desk.id, name, now
    return pairing


def finish_pairing(
    session: Session, device_code: str, now: datetime
) -> tuple[Kiosk, Desk, str] | None:
    """Give an approved device its token, once; None while nobody has approved it.

    Raises RuleBroken `expired_token` when the request is unknown, too old or used.
    """
    pairing = session.scalar(
        select(Pairing).where(Pairing.device_code_hash == hash_token(device_code))
    )
    if pairing is None or pairing.used_at is not None or pairing.expires_at <= now:
        raise RuleBroken("expired_token", N_("Mã ghép nối đã hết hạn. Xin lấy mã mới."))
    if pairing.approved_at is None:
        return None
    taken = session.execute(
        update(Pairing)
        .where(Pairing.id == pairing.id, Pairing.used_at.is_(None))
        .values(used_at=now)
        .returning(Pairing.id)
    ).one_or_none()
    desk = session.get(Desk, pairing.desk_id)
    if taken is None or desk is None:
        raise RuleBroken("expired_token", N_("Mã ghép nối đã hết hạn. Xin lấy mã mới."))
    kiosk, token = _add_kiosk(session, desk, pairing.kiosk_name, now)
    return kiosk, desk, token


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


def _letters(count: int) -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(count))
