"""Erasing what is known of a person in a case: every table and file that may hold a word of it."""

import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Text, and_, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from shared.db import Base
from shared.domain.erasure import DataKind
from shared.domain.errors import NotFound
from shared.domain.search import searchable
from shared.models.attachment import Attachment
from shared.models.audit import AuditEvent
from shared.models.case_work import (
    ComplaintDraft,
    ComplaintEntry,
    ComplaintOutcome,
    ConductFinding,
)
from shared.models.clock import ComplaintExtension
from shared.models.complaint import Complaint, ComplaintContact, ComplaintEvent
from shared.models.rating import Rating, RatingComment, RatingQuarantine
from shared.services import jobs, public_cases
from shared.services.attachments import path_of

# Texts of these steps were made by the program: days, limits and numbers of cases.
MADE_BY_PROGRAM = ("reclassify", "pause", "run_on", "resume", "calendar", "link")
HIDDEN = "…"
_Columns = dict[type[Base], tuple[str, ...]]
# What is emptied with the words of a case; a test asks of every text that hangs on a case whether
# it stands here or among what stays.
EMPTIED: _Columns = {
    Complaint: ("body", "search_text", "answer"),
    ComplaintEvent: ("text",),
    ComplaintOutcome: ("text",),
    ComplaintEntry: ("source",),
    ComplaintExtension: ("reason",),
    ConductFinding: ("reason",),
}
REMOVED = (ComplaintContact, ComplaintDraft, Attachment)


def held(session: Session, complaint: Complaint) -> dict[DataKind, int]:
    """Count what is still known: contact data 0 or 1, texts, files."""
    contact = session.get(ComplaintContact, complaint.id)
    files = select(func.count()).where(Attachment.complaint_id == complaint.id)
    said = select(func.count()).where(
        ComplaintEvent.complaint_id == complaint.id,
        ComplaintEvent.text != "",
        ComplaintEvent.action.not_in(MADE_BY_PROGRAM),
    )
    words = session.scalar(said) or 0
    return {
        DataKind.CONTACT: 0 if contact is None else 1,
        DataKind.WORDS: words + bool(complaint.body),
        DataKind.FILES: session.scalar(files) or 0,
    }


def erase(
    session: Session,
    complaint: Complaint,
    kinds: Collection[DataKind],
    folder: Path,
    now: datetime,
) -> dict[str, int]:
    """Erase kinds of data of a case and give how many pieces of each there were.

    What is counted stays: states, days, limits, lateness, and who did what when.
    """
    known = held(session, complaint)
    if DataKind.CONTACT in kinds:
        _erase_contact(session, complaint)
    if DataKind.WORDS in kinds:
        _erase_words(session, complaint)
    if DataKind.FILES in kinds:
        _erase_files(session, complaint, folder, now)
    session.flush()
    return {str(kind): known[kind] for kind in DataKind if kind in kinds}


def _erase_contact(session: Session, complaint: Complaint) -> None:
    contact = session.get(ComplaintContact, complaint.id)
    if contact is not None:
        session.delete(contact)


def _erase_words(session: Session, complaint: Complaint) -> None:
    complaint.body = ""
    complaint.search_text = searchable(complaint.number)
    complaint.answer = None if complaint.answer is None else ""
    draft = session.get(ComplaintDraft, complaint.id)
    if draft is not None:
        session.delete(draft)
    public_cases.forget(session, complaint)
    session.flush()
    for table, columns in EMPTIED.items():
        if table is not Complaint:
            _empty(session, table, columns, complaint.id)
    _hide_in_log(session, complaint.id)
    _erase_comment(session, complaint)
    session.flush()
    session.expire_all()


def _empty(session: Session, table: Any, columns: tuple[str, ...], complaint_id: int) -> None:
    of_case = table.complaint_id == complaint_id
    if table is ComplaintEvent:
        of_case = and_(of_case, ComplaintEvent.action.not_in(MADE_BY_PROGRAM))
    session.execute(
        update(table)
        .where(of_case)
        .values(dict.fromkeys(columns, ""))
        .execution_options(synchronize_session=False)
    )


def _hide_in_log(session: Session, complaint_id: int) -> None:
    """Hide what the log repeated before it was told to hide it."""
    keys = select(ComplaintExtension.id).where(ComplaintExtension.complaint_id == complaint_id)
    extensions = [str(key) for key in session.scalars(keys)]
    found = session.scalars(
        select(AuditEvent).where(
            or_(
                and_(
                    AuditEvent.subject == "complaint_entry",
                    AuditEvent.subject_key == str(complaint_id),
                ),
                and_(
                    AuditEvent.subject == "complaint_extension",
                    AuditEvent.subject_key.in_(extensions),
                ),
            )
        )
    )
    for event in found:
        event.change = {
            name: HIDDEN if name in {"source", "reason"} else value
            for name, value in event.change.items()
        }


def _erase_comment(session: Session, complaint: Complaint) -> None:
    """Erase the same words where they came with a rating; its score and answers stay."""
    if complaint.rating_id is None:
        return
    key = UUID(complaint.rating_id)
    session.execute(update(Rating).where(Rating.id == key).values(comment=None))
    session.execute(update(RatingComment).where(RatingComment.rating_id == key).values(comment=""))
    table = RatingQuarantine
    same = cast(table.content, Text).contains(complaint.rating_id)
    for row_id, content in session.execute(select(table.id, table.content).where(same)).all():
        if isinstance(content, dict):
            # By the statement: the log would repeat what stood there before.
            left = {name: value for name, value in content.items() if name != "comment"}
            session.execute(update(table).where(table.id == row_id).values(content=left))


def _erase_files(session: Session, complaint: Complaint, folder: Path, now: datetime) -> None:
    """Take the rows away, and have a job remove the contents once this is committed.

    A content that another case has too stays for that one.
    """
    rows = session.scalars(select(Attachment).where(Attachment.complaint_id == complaint.id)).all()
    if not rows:
        return
    for row in rows:
        for digest in (row.digest, row.thumbnail_digest):
            if digest is not None:
                _let_sweep(folder, digest)
    session.execute(delete(Attachment).where(Attachment.complaint_id == complaint.id))
    jobs.request(session, "sweep", {}, None, now)


def _let_sweep(folder: Path, digest: str) -> None:
    """Make a content old: the sweep takes what is old and belongs to nothing."""
    try:
        os.utime(path_of(folder, digest), (0, 0))
    except (FileNotFoundError, NotFound):
        return
