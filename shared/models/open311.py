"""Tables of other systems that send cases in over Open311, and of what they sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class Open311Sender(Base):
    """Another system that may send cases to a unit and those below it, known by its key."""

    __tablename__ = "open311_sender"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    per_hour: Mapped[int]  # cases it may send
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(80))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Open311Request(Base):
    """A case that came over Open311; its reference is all that other systems know of it."""

    __tablename__ = "open311_request"
    __table_args__ = (Index("ix_open311_request_sender_id_sent_at", "sender_id", "sent_at"),)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    sender_id: Mapped[int] = mapped_column(ForeignKey("open311_sender.id"))
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
