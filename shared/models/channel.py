"""Tables of the ways in: paired kiosks and where they stood, pairing requests, invitations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class Kiosk(Base):
    """A paired device at a desk; only its token's hash is kept."""

    __tablename__ = "kiosk"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    paired_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_sequence: Mapped[int] = mapped_column(BigInteger, default=1)
    highest_sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    last_rated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clock_offset_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    # Since when it stands at its desk; nothing: since it was paired.
    placed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What the screen said of itself, the last time at `reported_at`; nothing: never said.
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    boot: Mapped[str | None] = mapped_column(String(36))
    uptime_ms: Mapped[int | None] = mapped_column(BigInteger)
    waiting: Mapped[int | None]
    oldest_waiting_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    quarantined: Mapped[int | None]
    persisted: Mapped[bool | None]
    version: Mapped[str | None] = mapped_column(String(40))
    storage: Mapped[str | None] = mapped_column(String(20))
    # The panel's diagonal in inches, as staff measured it; nothing: not told.
    panel_inches: Mapped[float | None]


class KioskPlacement(Base):
    """From when to when a kiosk stood at a desk; the row without an end is the present one."""

    __tablename__ = "kiosk_placement"
    __table_args__ = (Index("ix_kiosk_placement_kiosk_id_from_at", "kiosk_id", "from_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kiosk_id: Mapped[int] = mapped_column(ForeignKey("kiosk.id"))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    to_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Pairing(Base):
    """A device's request to be paired, in the manner of RFC 8628."""

    __tablename__ = "pairing"
    id: Mapped[int] = mapped_column(primary_key=True)
    device_code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_code: Mapped[str] = mapped_column(String(12), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    kiosk_name: Mapped[str | None] = mapped_column(String(200))
    panel_inches: Mapped[float | None]
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The kiosk this device was before, known by its old token.
    previous_kiosk_id: Mapped[int | None] = mapped_column(ForeignKey("kiosk.id"))


class Invitation(Base):
    """A QR code's address: for good (desk, officer, procedure), or to be used once (dossier)."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token: Mapped[str | None] = mapped_column(String(64))  # printed codes only: they are public
    target: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedure.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The rating that is carried on; it may still be on its way here, so no key is asked for.
    rating_id: Mapped[UUID | None]


class DeskInvitation(Base):
    """An officer asks the resident at the desk to rate: shown on the desk's screen, then over."""

    __tablename__ = "desk_invitation"
    __table_args__ = (Index("ix_desk_invitation_desk_id_id", "desk_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedure.id"))
    dossier_code: Mapped[str | None] = mapped_column(String(60))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
