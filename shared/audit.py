"""One audit event per changed row, written by the session itself; append-only facts need none."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.state import InstanceState

from shared.db import Base
from shared.models.account import SignInFailure, StaffSession
from shared.models.audit import AuditEvent
from shared.models.award import AwardVote
from shared.models.calendar import CalendarMove
from shared.models.case_work import ComplaintOutcome
from shared.models.complaint import ComplaintEvent
from shared.models.freeze import CampaignFreeze
from shared.models.job import Job
from shared.models.outbox import OutboxMessage
from shared.models.rating import RatingComment
from shared.models.sealed import (
    SealedMessage,
    SealedOpening,
    SealedReport,
    SealedStep,
    SealedWrap,
)
from shared.models.webhook import WebhookMessage

# Facts that are never changed, and rows whose every change is routine. Confidential reports have
# a log of their own: here it would tell administrators that there is one.
WITHOUT_AUDIT = (
    AuditEvent,
    AwardVote,
    CalendarMove,
    CampaignFreeze,
    ComplaintEvent,
    ComplaintOutcome,
    OutboxMessage,
    RatingComment,
    SealedMessage,
    SealedOpening,
    SealedReport,
    SealedStep,
    SealedWrap,
    SignInFailure,
    StaffSession,
    Job,
    WebhookMessage,
)
_ADDED = insert(AuditEvent)  # built once: nearly every request adds something
# What the log must not repeat: secrets, and what residents wrote or left to be reached by.
HIDDEN = {
    "password_hash",
    "token_hash",
    "token",
    "device_code_hash",
    "code_hash",
    "key_hash",
    "body",
    "search_text",
    "answer",
    "phone",
    "email",
}
HIDDEN_IN = {
    ("attachment", "name"),
    ("campaign_wall", "token"),  # who has it may look
    ("complaint_contact", "name"),
    ("complaint_draft", "text"),
    ("complaint_entry", "source"),
    ("complaint_extension", "reason"),
    ("officer_photo", "content"),
    ("published_case", "question"),
    ("webhook", "salt"),
    ("complaint_clock", "deadline"),  # the days themselves stand in the clock; its due day here
}


def sign_session(session: Session, actor: str, now: datetime) -> None:
    """Say who acts in this session and when; the audit events carry it."""
    session.info["actor"] = actor
    session.info["now"] = now


@event.listens_for(Session, "before_flush")
def record_changes(session: Session, _context: object, _instances: object) -> None:
    """Add an audit event for every changed or deleted row; new ones wait for their key."""
    for row in list(session.dirty):
        if _audited(row) and session.is_modified(row):
            _add(session, "change", row, _differences(row))
    for row in list(session.deleted):
        if _audited(row):
            _add(session, "delete", row, {})


@event.listens_for(Session, "after_flush")
def record_additions(session: Session, _context: object) -> None:
    """Add an audit event for every new row; its key exists only now."""
    events = [
        _event(session, "add", row, _values(row)) for row in list(session.new) if _audited(row)
    ]
    if events:
        session.connection().execute(_ADDED, events)


def _audited(row: object) -> bool:
    return isinstance(row, Base) and not isinstance(row, WITHOUT_AUDIT)


def _add(session: Session, action: str, row: Any, change: dict[str, Any]) -> None:
    session.add(AuditEvent(**_event(session, action, row, change)))


def _event(session: Session, action: str, row: Any, change: dict[str, Any]) -> dict[str, Any]:
    state: InstanceState[Any] = inspect(row)
    key = state.identity or state.mapper.primary_key_from_instance(row)
    return {
        "at": session.info["now"],
        "actor": session.info["actor"],
        "action": action,
        "subject": row.__tablename__,
        "subject_key": "/".join(str(part) for part in key),
        "change": change,
    }


def _differences(row: Any) -> dict[str, Any]:
    changed = {}
    state: InstanceState[Any] = inspect(row)
    table = row.__tablename__
    for attribute in state.mapper.column_attrs:
        name = attribute.key
        history = state.attrs[name].history
        if history.has_changes():
            sides = (history.deleted, history.added)
            changed[name] = [_plain(table, name, next(iter(side or ()), None)) for side in sides]
    return changed


def _values(row: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in inspect(row).mapper.columns.keys()}  # noqa: SIM118  iterating gives columns
    table = row.__tablename__
    return {name: _plain(table, name, value) for name, value in values.items() if value is not None}


def _plain(table: str, name: str, value: Any) -> Any:
    if name in HIDDEN or (table, name) in HIDDEN_IN:
        return "…"
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime | time) else value
