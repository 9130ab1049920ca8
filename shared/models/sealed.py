"""Tables of confidential reports: apart from complaints, so that nothing of those can show them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class SealedKey(Base):
    """A named inspector's public key; the private one never comes here."""

    __tablename__ = "sealed_key"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    public_key: Mapped[str] = mapped_column(Text)  # SubjectPublicKeyInfo, base64
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SealedReport(Base):
    """What stands around a sealed text; `level` counts the units up from its own."""

    __tablename__ = "sealed_report"
    __table_args__ = (Index("ix_sealed_report_unit_id_concluded_on", "unit_id", "concluded_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    form_id: Mapped[str] = mapped_column(String(36), unique=True)  # one form brings one report
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # whom it accuses
    matter: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    level: Mapped[int]
    language: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_on: Mapped[date]
    rises_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    due_on: Mapped[date | None]
    rule_code: Mapped[str | None] = mapped_column(String(60))
    deadline: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # as judged
    concluded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    concluded_on: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(Text)  # for its sender, and safe to be overheard
    version: Mapped[int] = mapped_column(default=1)
    # SQLAlchemy declares it as an instance attribute, so it cannot be a ClassVar.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  see above


class SealedMessage(Base):
    """Sealed words of the sender, the first of them the report itself; never changed."""

    __tablename__ = "sealed_message"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("sealed_report.id"), index=True)
    form_hash: Mapped[str] = mapped_column(String(64), unique=True)  # one form brings one text
    binding: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_in: Mapped[str] = mapped_column(String(10))
    iv: Mapped[str] = mapped_column(String(24))
    data: Mapped[str] = mapped_column(Text)


class SealedWrap(Base):
    """The key of a text for one reader; given out only while the report is at that level."""

    __tablename__ = "sealed_wrap"
    message_id: Mapped[int] = mapped_column(ForeignKey("sealed_message.id"), primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("sealed_key.id"), primary_key=True, index=True)
    level: Mapped[int]
    wrapped: Mapped[str] = mapped_column(Text)


class SealedStep(Base):
    """One step of a report; never changed."""

    __tablename__ = "sealed_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("sealed_report.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20))
    level: Mapped[int]


class SealedOpening(Base):
    """Who was given the sealed texts of a report, and when; never changed."""

    __tablename__ = "sealed_opening"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("sealed_report.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
