"""Tables of the ways in: paired kiosks, pairing requests, QR invitations."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
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
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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
