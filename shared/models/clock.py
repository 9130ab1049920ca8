"""Tables of a case's clocks, what stopped or lengthened them, and the rules that let them be."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class ComplaintClock(Base):
    """One limit of one case: when it began, when it ends and how that was found."""

    __tablename__ = "complaint_clock"
    __table_args__ = (Index("ix_complaint_clock_stage_ended_on", "stage", "ended_on", "due_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    turn: Mapped[int] = mapped_column(default=1)  # 2 after the case was opened again
    track: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20))
    instance: Mapped[int] = mapped_column(default=1)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # whose limit it is
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rule_code: Mapped[str] = mapped_column(String(60))
    handling_code: Mapped[str | None] = mapped_column(String(60))
    first_due_on: Mapped[date]  # as told when the clock began
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deadline: Mapped[dict[str, Any]] = mapped_column(JSON)  # as judged: rule, days, provisional
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_on: Mapped[date | None]
    ending: Mapped[str | None] = mapped_column(String(20))
    late: Mapped[bool | None]  # never changed once it is said


class ComplaintPause(Base):
    """A time in which the answer's clock stood still, for a question put to the resident."""

    __tablename__ = "complaint_pause"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("complaint_event.id"))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    capped_at: Mapped[datetime] = mapped_column(UtcDateTime)  # it ends then at the latest
    resumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ComplaintExtension(Base):
    """A longer limit that was asked for, and who allowed or declined it."""

    __tablename__ = "complaint_extension"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    turn: Mapped[int]
    track: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int]  # in the unit of the limit
    unit: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(1000))
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    granted: Mapped[bool | None]
    old_due_on: Mapped[date]
    new_due_on: Mapped[date | None]


class HandlingRule(Base):
    """What a rule set allows besides the limit itself: receipt, pause, extension, transfer."""

    __tablename__ = "handling_rule"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(30))
    tier: Mapped[str] = mapped_column(String(20))
    in_force_from: Mapped[date]
    in_force_to: Mapped[date | None]
    receipt: Mapped[str] = mapped_column(String(20))
    cut_off: Mapped[time | None]
    pauses_max: Mapped[int]
    pause_cap: Mapped[int]  # working days, all pauses of a case together
    extensions_max: Mapped[int]
    extension_max: Mapped[int]  # each, in the unit of the limit
    ceiling: Mapped[int | None]  # limit and extensions together
    second_person: Mapped[bool]
    fresh_on_transfer: Mapped[bool]
    document: Mapped[str] = mapped_column(String(300))
    legal_basis: Mapped[str] = mapped_column(String(500), default="")


class RemoteUnit(Base):
    """A unit whose area the law calls remote, which lengthens limits of formal complaints."""

    __tablename__ = "remote_unit"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    valid_from: Mapped[date]
    document: Mapped[str] = mapped_column(String(300))
