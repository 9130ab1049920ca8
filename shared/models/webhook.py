"""Tables of the addresses that are told of events, and of every message to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class Webhook(Base):
    """An address told of events in a unit and those below it."""

    __tablename__ = "webhook"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[str] = mapped_column(String(300))  # their names, a blank between them
    salt: Mapped[str] = mapped_column(String(64))  # its secret follows from it and the server's key
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(80))
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebhookMessage(Base):
    """One event for one address, written before it is sent; each of a key exists once."""

    __tablename__ = "webhook_message"
    __table_args__ = (
        UniqueConstraint(
            "webhook_id", "complaint_id", "event", "occasion", name="uq_webhook_message_key"
        ),
        Index("ix_webhook_message_state_next_at", "state", "next_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    event: Mapped[str] = mapped_column(String(30))
    occasion: Mapped[str] = mapped_column(String(40))  # tells two events of a name apart
    name: Mapped[str] = mapped_column(String(40), unique=True)  # the same at every try
    body: Mapped[str] = mapped_column(Text)  # as it is signed
    state: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the next try; none when over
    tried: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(String(200), default="")
