"""How a device becomes a desk's kiosk, in the manner of RFC 8628: it asks, staff confirm."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from shared.domain.errors import N_, NotFound, RuleBroken
from shared.models.channel import Kiosk, Pairing
from shared.models.organisation import Desk
from shared.services.channels import add, hash_token, letters
from shared.services.placements import place

PAIRING_LASTS = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
POLL_SECONDS = 5


@dataclass(frozen=True)
class PairingRequest:
    """What a device is told when it asks to be paired."""

    device_code: str
    user_code: str
    expires_in: int
    interval: int


def request(session: Session, now: datetime, previous: str = "") -> PairingRequest:
    """Open a pairing request for a device (RFC 8628 §3.2).

    `previous` is the token the device held before; when it was a kiosk's, revoked or not, the
    device goes on as that kiosk once staff confirm. A token nobody knows is ignored.
    """
    device_code, shown = secrets.token_urlsafe(32), letters(8)
    user_code = f"{shown[:4]}-{shown[4:]}"
    kiosk_id = _kiosk_of(session, previous)
    _forget(session, kiosk_id, now)
    session.add(
        Pairing(
            device_code_hash=hash_token(device_code),
            user_code=user_code,
            created_at=now,
            expires_at=now + PAIRING_LASTS,
            previous_kiosk_id=kiosk_id,
        )
    )
    return PairingRequest(device_code, user_code, int(PAIRING_LASTS.total_seconds()), POLL_SECONDS)


def find_open(session: Session, user_code: str, now: datetime) -> Pairing:
    """Give the request whose code a screen shows now, however it was typed.

    Raises RuleBroken when there is none.
    """
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
    return pairing


def previous_of(session: Session, pairing: Pairing, units: frozenset[int]) -> Kiosk | None:
    """Give the kiosk the device was before, None for a new device.

    Raises RuleBroken when that kiosk belongs to a unit out of reach: what the device still holds
    is that unit's, and must not be counted elsewhere.
    """
    if pairing.previous_kiosk_id is None:
        return None
    kiosk = session.get_one(Kiosk, pairing.previous_kiosk_id)
    if session.get_one(Desk, kiosk.desk_id).unit_id not in units:
        raise RuleBroken(
            "pairing_elsewhere",
            N_(
                "Máy này đang là màn hình của một đơn vị khác và có thể còn giữ đánh giá của đơn"
                " vị đó. Xin nhờ người quản trị của đơn vị đó ghép."
            ),
        )
    return kiosk


def shown_before(
    session: Session, user_code: str, units: frozenset[int], now: datetime
) -> Kiosk | None:
    """Give the kiosk the device that shows a code was before, when that is known and in reach."""
    try:
        return previous_of(session, find_open(session, user_code, now), units)
    except RuleBroken:
        return None


def approve(
    session: Session,
    user_code: str,
    desk_id: int,
    name: str,
    units: frozenset[int],
    now: datetime,
    panel_inches: float | None = None,
) -> Pairing:
    """Let the device that shows this code be the desk's kiosk, on a panel of that diagonal.

    Raises RuleBroken when no open request shows the code or the device is another unit's kiosk,
    NotFound for a desk out of reach.
    """
    desk = session.scalar(select(Desk).where(Desk.id == desk_id, Desk.unit_id.in_(units)))
    if desk is None:
        raise NotFound
    pairing = find_open(session, user_code, now)
    previous_of(session, pairing, units)
    pairing.desk_id, pairing.kiosk_name, pairing.approved_at = desk.id, name, now
    pairing.panel_inches = panel_inches
    return pairing


def finish(session: Session, device_code: str, now: datetime) -> tuple[Kiosk, Desk, str] | None:
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
    if pairing.previous_kiosk_id is None:
        kiosk, token = add(session, desk, pairing.kiosk_name, now)
    else:
        kiosk = session.get_one(Kiosk, pairing.previous_kiosk_id)
        token = _go_on(session, kiosk, desk, pairing.kiosk_name, now)
    if pairing.panel_inches is not None:
        kiosk.panel_inches = pairing.panel_inches
    return kiosk, desk, token


def _go_on(session: Session, kiosk: Kiosk, desk: Desk, name: str | None, now: datetime) -> str:
    """Let a device go on as the kiosk it was: its numbers continue, its old token ends."""
    token = secrets.token_urlsafe(32)
    kiosk.token_hash, kiosk.paired_at, kiosk.revoked_at = hash_token(token), now, None
    kiosk.name = name or kiosk.name
    if kiosk.desk_id != desk.id:
        place(session, kiosk, desk.id, now)
    session.flush()
    return token


def _kiosk_of(session: Session, token: str) -> int | None:
    if not token:
        return None
    return session.scalar(select(Kiosk.id).where(Kiosk.token_hash == hash_token(token)))


def _forget(session: Session, kiosk_id: int | None, now: datetime) -> None:
    """Forget what nobody confirmed in a day, and what this very device asked before."""
    old = Pairing.created_at < now - FORGOTTEN_AFTER
    same = Pairing.previous_kiosk_id == kiosk_id if kiosk_id is not None else old
    session.execute(
        delete(Pairing)
        .where(old | same, Pairing.approved_at.is_(None))
        .execution_options(synchronize_session=False)
    )
