"""Recording ratings: each exactly once, with its daily totals, whatever the network does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from shared.domain.errors import Invalid
from shared.domain.rating import (
    Contact,
    Lane,
    Mark,
    Submission,
    corrected,
    digest_of,
    marks_of_order,
    read_submission,
)
from shared.models.rating import Rating, RatingQuarantine
from shared.services.answering import Answering, answering
from shared.services.attribution import Touch, attribute
from shared.services.channels import KioskChannel
from shared.services.rating_additions import Answers, additions_of
from shared.services.rating_storage import Row, insert, store
from shared.services.sequences import Arrival, note_arrival


@dataclass(frozen=True)
class Result:
    """What became of one rating: stored, duplicate, conflict or refused, and why."""

    id: object
    result: str
    reason: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What a kiosk is answered; `next_sequence` is one above the highest without a gap."""

    results: tuple[Result, ...]
    next_sequence: int


def record(
    session: Session,
    channel: KioskChannel,
    items: Sequence[object],
    device_time: datetime,
    now: datetime,
) -> Receipt:
    """Store a kiosk's batch of 1 to 500 ratings and answer for each, in the order sent.

    `device_time` is the device's clock when it sent (with offset), `now` the server's (UTC).
    A bad item is refused by itself; nothing is raised for it.
    """
    read = [_read(item) for item in items]
    asked = answering(session, channel, _submissions(read))
    read = [_known(asked, entry) for entry in read]
    good = _submissions(read)
    rows, answers = _rows(session, asked, good, device_time, now)
    stored, kept = store(session, rows)
    additions, unanswered = additions_of(stored.values(), answers), set(stored)
    given = iter(rows)
    results: list[Result] = []
    quarantined: list[Row] = []
    for item, entry in zip(items, read, strict=True):
        if isinstance(entry, Invalid):
            result = Result(_name(item), "refused", str(entry))
        else:
            result = Result(_name(item), *_judge(next(given), unanswered, kept))
        results.append(result)
        if result.result in {"conflict", "refused"}:
            quarantined.append(_quarantine_row(channel, item, result, now))
    _quarantine(session, quarantined)
    arrival = Arrival(
        sequences=_sequences(good, quarantined),
        latest_rated_at=max((row["rated_at"] for row in rows), default=None),
        clock_offset=now - device_time,
    )
    reached = note_arrival(session, channel.kiosk_id, arrival, now, additions)
    return Receipt(tuple(results), reached)


def _read(item: object) -> Submission | Invalid:
    try:
        return read_submission(item)
    except Invalid as refusal:
        return refusal


def _known(asked: Answering, entry: Submission | Invalid) -> Submission | Invalid:
    refusal = asked.refusal(entry) if isinstance(entry, Submission) else None
    return refusal or entry


def _submissions(read: Iterable[Submission | Invalid]) -> list[Submission]:
    return [entry for entry in read if isinstance(entry, Submission)]


def _name(item: object) -> object:
    """Give the id as it was sent, whatever it was, so that the sender finds it again."""
    return item.get("id") if isinstance(item, dict) else None


def _judge(row: Row, stored: set[UUID], kept: Mapping[UUID, str]) -> tuple[str, str | None]:
    if kept[row["id"]] != row["digest"]:
        return "conflict", "Mã này đã có nội dung khác; bản đầu được giữ."
    if row["id"] in stored:
        stored.discard(row["id"])  # the same id again in this batch is a duplicate
        return "stored", None
    return "duplicate", None


def _rows(
    session: Session,
    asked: Answering,
    submissions: Sequence[Submission],
    device_time: datetime,
    now: datetime,
) -> tuple[list[Row], Answers]:
    """Give the rows of a batch, and what of their answers counts."""
    channel = asked.channel
    contact = Contact(device_time, now, channel.boot, channel.booted_at)
    times = [corrected(entry, contact) for entry in submissions]
    touches = [
        Touch(entry, moment, moment.astimezone(channel.zone))
        for entry, (moment, _marks) in zip(submissions, times, strict=True)
    ]
    used = _sequences_used(session, channel, submissions)
    rows = []
    answers: dict[tuple[UUID, str], Mapping[str, int]] = {}
    before, highest = channel.last_rated_at, channel.highest_sequence
    for touch, (moment, doubts), given in zip(
        touches, times, attribute(session, channel, touches), strict=True
    ):
        sequence = touch.submission.sequence
        marks = doubts + marks_of_order(sequence, highest, moment, before)
        if sequence in used:
            marks.append(Mark.SEQUENCE_REUSED)
        used.add(sequence)
        before = max(before or moment, moment)
        highest = max(highest, sequence or 0)
        place = {
            "unit_id": given.unit_id,
            "desk_id": given.desk_id,
            "officer_id": given.officer_id,
        }
        code = asked.code_of(session, touch.submission, given.unit_id, touch.local.date())
        judged = asked.judged(session, code, touch.submission)
        row = rating_row(touch.submission, Lane.DESK, code, place, given.procedure_id, now)
        answers[row["id"], row["digest"]] = judged.counted
        row |= {
            "kiosk_id": channel.kiosk_id,
            "rated_at": moment,
            "rated_on": touch.local.date(),
            "marks": [str(mark) for mark in (*marks, *given.marks)] + judged.marks,
        }
        rows.append(row)
    return rows, answers


def rating_row(
    submission: Submission,
    lane: Lane,
    questionnaire: str,
    place: Mapping[str, int | None],
    procedure_id: int | None,
    now: datetime,
) -> Row:
    """Give a rating's columns but for its corrected time and its channel."""
    return {
        "id": submission.id,
        "digest": submission.digest(),
        "lane": str(lane),
        "kiosk_id": None,
        "invitation_id": None,
        "sequence": submission.sequence,
        **place,
        "procedure_id": procedure_id,
        "dossier_code": submission.dossier,
        "score": submission.score,
        "questionnaire": questionnaire,
        "answers": dict(submission.answers or {}),
        "reasons": list(submission.reasons),
        "comment": submission.comment,
        "language": submission.language,
        "duration_ms": submission.duration_ms,
        "closed_by": submission.closed_by,
        "device_rated_at": submission.rated_at_text,
        "received_at": now,
        "boot": submission.boot,
        "uptime_ms": submission.uptime_ms,
    }


def _sequences_used(
    session: Session, channel: KioskChannel, submissions: Iterable[Submission]
) -> set[int | None]:
    """Find which numbers this kiosk gave to a rating before; in the usual case all are new."""
    old = {
        entry.sequence
        for entry in submissions
        if entry.sequence is not None and entry.sequence <= channel.highest_sequence
    }
    if not old:
        return set()
    found = session.scalars(
        select(Rating.sequence).where(Rating.kiosk_id == channel.kiosk_id, Rating.sequence.in_(old))
    )
    return set(found)


def _quarantine_row(channel: KioskChannel, item: object, result: Result, now: datetime) -> Row:
    sequence = item.get("sequence") if isinstance(item, dict) else None
    believable = type(sequence) is int and 1 <= sequence < 2**53
    return {
        "kiosk_id": channel.kiosk_id,
        "digest": digest_of(item),
        "sequence": sequence if believable else None,
        "result": result.result,
        "reason": (result.reason or "")[:300],
        "content": item,
        "received_at": now,
    }


def _quarantine(session: Session, rows: Sequence[Row]) -> None:
    if rows:
        table = cast(Table, RatingQuarantine.__table__)
        connection = session.connection()
        statement = insert(connection.dialect.name, table).on_conflict_do_nothing()
        connection.execute(statement, list(rows))


def _sequences(good: Iterable[Submission], quarantined: Iterable[Row]) -> set[int]:
    """Collect what has arrived: a refused or conflicting record is kept too, so it is no gap."""
    stored = {entry.sequence for entry in good if entry.sequence is not None}
    return stored | {row["sequence"] for row in quarantined if row["sequence"] is not None}
