"""What is done with a complaint: filed, taken, answered, noted, rated, closed."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.calendar import local_date
from shared.domain.complaint import (
    Action,
    Kind,
    State,
    Tier,
    checked_answer,
    new_code,
    next_state,
)
from shared.domain.deadline import Deadline, Stage
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.rating import clean_text
from shared.domain.search import fold
from shared.models.complaint import Complaint, ComplaintContact, ComplaintEvent, ComplaintOfficer
from shared.models.organisation import Unit
from shared.services.calendars import LegalClock, legal_clock
from shared.services.inbox import case

LONGEST_BODY = 5_000
SHORTEST_BODY = 10
RESIDENT = "resident"
# Praise has no limit; every other kind has one in the shipped rules.
WITHOUT_LIMIT = frozenset({Kind.PRAISE})


@dataclass(frozen=True)
class Filing:
    """What a resident sends; `form_id` makes sending it twice one case."""

    form_id: UUID
    unit_id: int
    kind: Kind
    body: str
    language: str
    channel: str
    desk_id: int | None = None
    procedure_id: int | None = None
    officer_ids: tuple[int, ...] = ()
    rating_id: str | None = None
    contact_name: str = ""
    contact_phone: str = ""
    consent: bool = False


def code_of(form_id: UUID, secret: str) -> str:
    """Give the tracking code of a form: the same when it is sent again, unknown without the key."""
    number = int.from_bytes(hmac.digest(secret.encode(), form_id.bytes, "sha256"))

    def pick(below: int) -> int:
        nonlocal number
        number, chosen = divmod(number, below)
        return chosen

    return new_code(pick)


def hash_code(code: str) -> str:
    """Give what is stored of a tracking code.

    Sixty bits can be searched by a fast hash; scrypt makes a stolen table useless. The salt is the
    same for all, since the code alone must find its case.
    """
    digest = hashlib.scrypt(code.encode(), salt=b"niemno tracking code", n=2**14, r=8, p=1)
    return digest.hex()[:64]


def receive(session: Session, filing: Filing, code: str, now: datetime) -> Complaint:
    """Open a case under a tracking code; the same form again gives the same case.

    Raises Invalid for too short or too long a text, or contact data without consent.
    """
    known = session.scalar(select(Complaint).where(Complaint.form_id == str(filing.form_id)))
    if known is not None:
        return known
    body = _checked_body(filing)
    unit = session.get_one(Unit, filing.unit_id)
    clock = legal_clock(session, unit.organisation_id)
    complaint = Complaint(
        number=str(filing.form_id)[:30],  # its own number needs its key
        code_hash=hash_code(code),
        form_id=str(filing.form_id),
        unit_id=unit.id,
        desk_id=filing.desk_id,
        procedure_id=filing.procedure_id,
        rating_id=filing.rating_id,
        kind=str(filing.kind),
        tier=str(Tier.OWN),
        state=str(State.RECEIVED),
        channel=filing.channel,
        body=body,
        search_text=fold(body),
        language=filing.language,
        received_at=now,
        received_on=local_date(now, clock.zone),
    )
    _set_deadline(complaint, clock)
    session.add(complaint)
    session.flush()
    complaint.number = f"PA-{complaint.received_on.year}-{complaint.id:05d}"
    for officer_id in dict.fromkeys(filing.officer_ids):
        session.add(ComplaintOfficer(complaint_id=complaint.id, officer_id=officer_id))
    _keep_contact(session, complaint, filing, now)
    add_event(session, complaint, "receive", RESIDENT, now, public=True)
    session.flush()
    return complaint


def answer(
    session: Session, number: str, text: str, version: int, actor: Actor, now: datetime
) -> Complaint:
    """Answer a case; the resident reads the words as they are.

    Raises Invalid for an answer without content, RuleBroken when the case moved on meanwhile
    (`version` is the one the officer saw) or cannot be answered.
    """
    complaint = _open_for(session, number, version, actor)
    complaint.answer = checked_answer(clean_text(text))
    _move(complaint, Action.ANSWER)
    zone = _clock(session, complaint).zone
    complaint.answered_at, complaint.answered_on = now, local_date(now, zone)
    complaint.handler_id = actor.account_id
    add_event(session, complaint, Action.ANSWER, actor.name, now, complaint.answer, public=True)
    session.flush()
    return complaint


def take(session: Session, number: str, version: int, actor: Actor, now: datetime) -> Complaint:
    """Take a case into work as its handler."""
    complaint = _open_for(session, number, version, actor)
    _move(complaint, Action.TAKE)
    complaint.handler_id = actor.account_id
    add_event(session, complaint, Action.TAKE, actor.name, now, public=True)
    session.flush()
    return complaint


def refuse(
    session: Session, number: str, reason: str, version: int, actor: Actor, now: datetime
) -> Complaint:
    """Refuse a case with a reason the resident reads (Decree 20/2008)."""
    complaint = _open_for(session, number, version, actor)
    words = checked_answer(clean_text(reason))
    _move(complaint, Action.REFUSE)
    complaint.handler_id = actor.account_id
    add_event(session, complaint, Action.REFUSE, actor.name, now, words, public=True)
    session.flush()
    return complaint


def change_tier(
    session: Session, number: str, tier: Tier, version: int, actor: Actor, now: datetime
) -> Complaint:
    """Say how far a case reaches; its due day is counted anew from the first receipt."""
    complaint = _open_for(session, number, version, actor)
    _move(complaint, Action.RECLASSIFY)
    before = complaint.due_on
    complaint.tier = str(tier)
    _set_deadline(complaint, _clock(session, complaint))
    words = f"{before} → {complaint.due_on}"
    add_event(session, complaint, Action.RECLASSIFY, actor.name, now, words)
    session.flush()
    return complaint


def note(session: Session, number: str, text: str, actor: Actor, now: datetime) -> None:
    """Add an internal note, which no resident's page shows."""
    complaint = case(session, number, actor)
    words = clean_text(text)
    if not words:
        raise Invalid("empty_note", N_("Xin nhập nội dung ghi chú."), field="note")
    next_state(State(complaint.state), Action.NOTE)
    add_event(session, complaint, Action.NOTE, actor.name, now, words[:LONGEST_BODY])


def close(session: Session, number: str, version: int, actor: Actor, now: datetime) -> Complaint:
    """Close an answered case."""
    complaint = _open_for(session, number, version, actor)
    _move(complaint, Action.CLOSE)
    add_event(session, complaint, Action.CLOSE, actor.name, now, public=True)
    session.flush()
    return complaint


def _checked_body(filing: Filing) -> str:
    body = clean_text(filing.body)
    if len(body) < SHORTEST_BODY:
        raise Invalid(
            "body_too_short",
            N_("Xin viết rõ hơn một chút, ít nhất %(minimum)s ký tự."),
            field="body",
            minimum=SHORTEST_BODY,
        )
    if len(body) > LONGEST_BODY:
        raise Invalid(
            "body_too_long",
            N_("Nội dung dài quá %(maximum)s ký tự. Xin rút gọn."),
            field="body",
            maximum=LONGEST_BODY,
        )
    if (filing.contact_name or filing.contact_phone) and not filing.consent:
        raise Invalid(
            "consent_missing",
            N_("Xin đánh dấu đồng ý, hoặc để trống phần liên hệ."),
            field="consent",
        )
    return body


def _keep_contact(session: Session, complaint: Complaint, filing: Filing, now: datetime) -> None:
    if filing.contact_name or filing.contact_phone:
        session.add(
            ComplaintContact(
                complaint_id=complaint.id,
                name=clean_text(filing.contact_name)[:200],
                phone=clean_text(filing.contact_phone)[:30],
                consent_at=now,
            )
        )


def _open_for(session: Session, number: str, version: int, actor: Actor) -> Complaint:
    complaint = case(session, number, actor)
    if complaint.unit_id not in actor.units(Permission.ANSWER):
        raise NotFound
    if complaint.version != version:
        raise RuleBroken(
            "changed_meanwhile",
            N_("Người khác vừa sửa vụ việc này. Xin xem nội dung mới rồi gửi lại."),
        )
    return complaint


def _move(complaint: Complaint, action: Action) -> None:
    complaint.state = str(next_state(State(complaint.state), action))


def _clock(session: Session, complaint: Complaint) -> LegalClock:
    unit = session.get_one(Unit, complaint.unit_id)
    return legal_clock(session, unit.organisation_id)


def _set_deadline(complaint: Complaint, clock: LegalClock) -> None:
    """Store the due day as judged, with the rule and the days that led to it."""
    kind = Kind(complaint.kind)
    if kind in WITHOUT_LIMIT:
        return
    due = clock.due(kind, Tier(complaint.tier), Stage.ANSWER, complaint.received_at)
    complaint.due_on, complaint.due_at, complaint.rule_code = due.due_on, due.due_at, due.rule
    complaint.deadline = _as_judged(due, clock)


def _as_judged(due: Deadline, clock: LegalClock) -> dict[str, Any]:
    limit = clock.limit(due.rule)
    return {
        "rule": due.rule,
        "amount": due.amount,
        "unit": str(due.unit),
        "document": limit.document,
        "legal_basis": limit.legal_basis,
        "provisional": due.provisional,
        "days": [
            {
                "date": day.on.isoformat(),
                "counted": day.counted,
                "reason": day.reason,
                "name": clock.calendar.name(day.on),
            }
            for day in due.days
        ],
    }


def add_event(
    session: Session,
    complaint: Complaint,
    action: str,
    actor: str,
    now: datetime,
    text: str = "",
    *,
    public: bool = False,
) -> None:
    session.add(
        ComplaintEvent(
            complaint_id=complaint.id,
            at=now,
            action=str(action),
            actor=actor,
            state=complaint.state,
            text=text,
            public=public,
        )
    )
