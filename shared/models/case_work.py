"""Tables of how a case goes on: passed on, ended, drafted, entered by staff, and its rules."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime

TRANSFER, APPEAL = "transfer", "appeal"  # why a case was passed on


class ComplaintPassage(Base):
    """A unit that had a case and passed it on; it keeps reading up to the step named here."""

    __tablename__ = "complaint_passage"
    __table_args__ = (Index("ix_complaint_passage_from_unit_id", "from_unit_id", "complaint_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    cause: Mapped[str] = mapped_column(String(20))
    last_event_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


# In the words of the index on the rare ones.
ENDED_LATE = text("ended_on > complaint_outcome.due_on AND action <> 'withdraw'")
_LATE = text("ended_on > due_on AND action <> 'withdraw'")


class ComplaintOutcome(Base):
    """How a case ended, once for every time it did; never changed, so no lateness is lost."""

    __tablename__ = "complaint_outcome"
    __table_args__ = (
        Index(
            "ix_complaint_outcome_late",
            *("complaint_id", "ended_on"),
            sqlite_where=_LATE,
            postgresql_where=_LATE,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    due_on: Mapped[date | None]
    ended_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(40))  # of a refusal
    body_name: Mapped[str | None] = mapped_column(String(200))  # of a transfer to an outside body
    letter_number: Mapped[str | None] = mapped_column(String(60))


class ComplaintDuplicate(Base):
    """A case that says what another one says; its sender gets the other one's answer."""

    __tablename__ = "complaint_duplicate"
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    original_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)


class ComplaintDraft(Base):
    """An answer or a refusal that waits for a second person, or came back from them."""

    __tablename__ = "complaint_draft"
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    action: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(String(40))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remark: Mapped[str] = mapped_column(Text, default="")


class ComplaintEntry(Base):
    """What staff wrote down when they took a case for somebody: who, from where, which dates."""

    __tablename__ = "complaint_entry"
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(String(200), default="")
    written_on: Mapped[date | None]  # as the paper says


class AnswerTemplate(Base):
    """Words of a unit for answers that come often; the units below may use them."""

    __tablename__ = "answer_template"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))  # answer, refuse or ask
    name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    # SQLAlchemy declares it as an instance attribute, so it cannot be a ClassVar.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  see above


class CasePolicy(Base):
    """How an organisation handles its cases where the law leaves the choice, and why so."""

    __tablename__ = "case_policy"
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    second_person: Mapped[bool] = mapped_column(default=False)  # approves every answer
    contact_days: Mapped[int]  # kept after the end of a case
    confirm_days: Mapped[int]  # after which an answer nobody spoke about closes
    reason: Mapped[str] = mapped_column(String(500), default="")


class ConductFinding(Base):
    """What checking a case about an officer's conduct found, once for every time; never changed."""

    __tablename__ = "conduct_finding"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    finding: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    found_by: Mapped[str] = mapped_column(String(80))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
