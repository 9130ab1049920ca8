"""Tables of complaints: the case, its history and keys, whom it names, contact data, erasures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, event, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime
from shared.domain.complaint import State
from shared.domain.work_list import due_for, turn_of

_OPEN_ONLY = text("turn_due_at IS NOT NULL")
_NOBODYS = text("turn_due_at IS NOT NULL AND handler_id IS NULL")


class Complaint(Base):
    """A report, petition, suggestion, praise or formal complaint with its legal clock."""

    __tablename__ = "complaint"
    __table_args__ = (
        Index("ix_complaint_unit_id_state_due_at", "unit_id", "state", "due_at"),
        # What lists of work are narrowed to stands in the index itself: no row is read to count.
        Index(
            "ix_complaint_work",
            *("unit_id", "turn", "turn_due_at", "id"),
            *("handler_id", "kind", "desk_id", "procedure_id"),
            sqlite_where=_OPEN_ONLY,
            postgresql_where=_OPEN_ONLY,
        ),
        Index(
            "ix_complaint_work_by_turn",
            *("turn", "turn_due_at", "id", "unit_id"),
            *("handler_id", "kind", "desk_id", "procedure_id"),
            sqlite_where=_OPEN_ONLY,
            postgresql_where=_OPEN_ONLY,
        ),
        Index(
            "ix_complaint_work_by_handler",
            *("handler_id", "turn", "turn_due_at", "id"),
            *("unit_id", "kind", "desk_id", "procedure_id"),
            sqlite_where=_OPEN_ONLY,
            postgresql_where=_OPEN_ONLY,
        ),
        # PostgreSQL takes no order from an index behind an IS NULL: one of its own.
        Index(
            "ix_complaint_work_of_nobody",
            *("turn", "turn_due_at", "id", "unit_id"),
            *("kind", "desk_id", "procedure_id"),
            sqlite_where=_NOBODYS,
            postgresql_where=_NOBODYS,
        ),
        Index("ix_complaint_unit_id_received_on", "unit_id", "received_on", "id"),
        # What figures are made of stands in the index itself: no row with its words is read.
        Index(
            "ix_complaint_figures",
            *("unit_id", "received_on", "kind", "state", "due_on", "answered_on"),
            *("answer_satisfied", "handler_id", "channel"),
        ),
        Index("ix_complaint_handler_id_answered_on", "handler_id", "answered_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    form_id: Mapped[str] = mapped_column(String(36), unique=True)  # one form files one case
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedure.id"))
    rating_id: Mapped[str | None] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(30))
    tier: Mapped[str] = mapped_column(String(20), default="own")
    state: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_on: Mapped[date]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None]
    rule_code: Mapped[str | None] = mapped_column(String(60))
    deadline: Mapped[dict[str, Any] | None] = mapped_column(
        JSON
    )  # as judged: rule, days, provisional
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_on: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(Text)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answer_satisfied: Mapped[bool | None]
    # The earliest running limit to acknowledge or classify, and whether words wait for a second
    # person; with the state they give whose turn it is and by when, see domain/work_list.
    take_on_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approval_waits: Mapped[bool | None]
    turn: Mapped[str | None] = mapped_column(String(10))  # none once it is over, as the next
    turn_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    # SQLAlchemy declares it as an instance attribute, so it cannot be a ClassVar.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  see above


@event.listens_for(Complaint, "before_insert")
@event.listens_for(Complaint, "before_update")
def keep_turn(_mapper: object, _connection: object, complaint: Complaint) -> None:
    """Let whose turn it is follow from the state and the limits, whoever changed them."""
    turn = turn_of(State(complaint.state), approval_waits=bool(complaint.approval_waits))
    complaint.turn = None if turn is None else str(turn)
    complaint.turn_due_at = (
        None if turn is None else due_for(turn, complaint.due_at, complaint.take_on_by)
    )


# What residents say of an answer, in the words of the index on it.
SPOKEN = text("action IN ('appeal', 'rate_answer')")


class ComplaintEvent(Base):
    """One step of a case; never changed."""

    __tablename__ = "complaint_event"
    __table_args__ = (
        Index(
            "ix_complaint_event_spoken",
            *("complaint_id", "action", "at"),
            sqlite_where=SPOKEN,
            postgresql_where=SPOKEN,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    public: Mapped[bool] = mapped_column(default=False)


class ComplaintOfficer(Base):
    """An officer a complaint names; that officer never sees the case anywhere."""

    __tablename__ = "complaint_officer"
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, index=True)


class ComplaintContact(Base):
    """How to reach the sender, apart from the content, with the purpose agreed to."""

    __tablename__ = "complaint_contact"
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    consent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    purpose: Mapped[str | None] = mapped_column(String(200))  # as it was agreed to


class ComplaintLink(Base):
    """The hash of the 128 bits in a case's QR code; cases from before have none."""

    __tablename__ = "complaint_link"
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)


class ErasureRequest(Base):
    """That a resident asked for data to be erased, until when, and what was done; no data."""

    __tablename__ = "erasure_request"
    __table_args__ = (Index("ix_erasure_request_state_due_on", "state", "due_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    scope: Mapped[str] = mapped_column(String(20))  # all, or contact data alone
    state: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_on: Mapped[date]
    due_on: Mapped[date]
    basis: Mapped[dict[str, Any]] = mapped_column(JSON)  # the limit as counted, with its document
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_on: Mapped[date | None]
    unit_name: Mapped[str] = mapped_column(String(200), default="")  # that decided
    decided_by: Mapped[str] = mapped_column(String(80), default="")  # account
    decided_name: Mapped[str] = mapped_column(String(200), default="")
    removed: Mapped[dict[str, int]] = mapped_column(
        JSON, default=dict
    )  # kind of data → how many pieces
    reason: Mapped[str | None] = mapped_column(String(40))  # of what was not erased
    words: Mapped[str] = mapped_column(Text, default="")  # of the office, on the reason
    version: Mapped[int] = mapped_column(default=1)
    # SQLAlchemy declares it as an instance attribute, so it cannot be a ClassVar.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  see above
