"""Tables of what is sent out: the message as a row, where staff are reached, when to remind."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class OutboxMessage(Base):
    """A message to one recipient, written before it is sent; each of a key exists once."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint(
            "complaint_id",
            "kind",
            "stage",
            "deadline_version",
            "recipient",
            name="uq_outbox_message_key",  # made of its columns it would be too long
        ),
        Index("ix_outbox_message_state_next_at", "state", "next_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    kind: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20))
    deadline_version: Mapped[str] = mapped_column(String(100))
    recipient: Mapped[str] = mapped_column(String(80))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the next try; none when over
    tried: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(String(200), default="")


class AccountAddress(Base):
    """Where a member of staff is written to."""

    __tablename__ = "account_address"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReminderRule(Base):
    """When an organisation reminds whom, in working days from the due day."""

    __tablename__ = "reminder_rule"
    __table_args__ = (UniqueConstraint("organisation_id", "stage"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    stage: Mapped[str] = mapped_column(String(20))
    days: Mapped[int]
    every: Mapped[int | None]
    audience: Mapped[str] = mapped_column(String(60))
