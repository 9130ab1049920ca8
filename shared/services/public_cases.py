"""Which answered cases are public: proposed, put out, taken back, kept out by their senders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, extract, func, select
from sqlalchemy.orm import Session

from shared.domain import public_case as rule
from shared.domain.access import Actor, Permission
from shared.domain.complaint import Kind, State
from shared.domain.errors import N_, Invalid, NotAllowed, RuleBroken
from shared.domain.faults import Faults
from shared.domain.personal_data import Finding, findings
from shared.domain.public_case import Crowd, Standing
from shared.domain.rating import clean_text
from shared.domain.search import searchable
from shared.models.account import Account
from shared.models.complaint import Complaint, ComplaintContact, ComplaintOfficer
from shared.models.open311 import Open311Request
from shared.models.organisation import Desk, Officer, Procedure
from shared.models.public_case import PublicationWish, PublishedCase
from shared.services.case_steps import RESIDENT, add_event, is_erased
from shared.services.inbox import case
from shared.services.published_cases import PublicCase, as_seen, is_shown, reference_of

PUBLISH, UNPUBLISH = "publish", "unpublish"
KEEP_OUT, LET_OUT = "keep_out", "let_out"


@dataclass(frozen=True)
class Words:
    """What is told of a case, as staff wrote it for the public; the case keeps its own."""

    question: str
    answer: str


@dataclass(frozen=True)
class Proposal:
    """A case on its way to the public, with what somebody must look at first."""

    complaint: Complaint
    shown: PublicCase  # exactly as it would be seen
    findings: Sequence[Finding]
    published: bool  # it can be seen in public now
    barrier: RuleBroken | None  # why it may not be


@dataclass(frozen=True)
class Choice:
    """What a sender reads about the case being public; not `offered` where it never can be."""

    offered: bool
    kept_out: bool
    reference: str  # nothing while it is not public


def proposed(
    session: Session, number: str, words: Words | None, actor: Actor, now: datetime
) -> Proposal:
    """Show a case as the public would see it with these words; nothing is written.

    Without words it takes those that are public, else those of the case. Raises NotFound,
    NotAllowed for somebody who may not decide it.
    """
    complaint = _to_decide(session, number, actor)
    row = session.get(PublishedCase, complaint.id)
    known = Words(row.question, row.answer) if row else _own_words(complaint)
    chosen = known if words is None else _cleaned(words)
    seen = row is not None and is_shown(session, complaint.id)
    return Proposal(
        complaint=complaint,
        shown=as_seen(session, _draft(session, complaint, chosen, actor, now)),
        findings=_findings(session, complaint, chosen),
        published=seen,
        barrier=_barrier(session, complaint),
    )


def publish(
    session: Session,
    number: str,
    words: Words,
    confirmed: Collection[str],
    actor: Actor,
    now: datetime,
) -> PublishedCase:
    """Put a case out with these words; `confirmed` are the findings that may stay, by key.

    What is public in these very words already stays as it is.

    Raises RuleBroken for a case that may not be public, Invalid `personal_data` for a finding that
    nobody dealt with, Invalid for words out of bounds, NotFound, NotAllowed.
    """
    complaint = _to_decide(session, number, actor)
    chosen = _cleaned(words)
    _check(session, complaint)
    with Faults() as faults:
        faults.read(rule.checked_words, chosen.question, "question", rule.LONGEST_QUESTION)
        faults.read(rule.checked_words, chosen.answer, "answer", rule.LONGEST_ANSWER)
        if any(one.key not in confirmed for one in _findings(session, complaint, chosen)):
            raise Invalid(
                "personal_data",
                N_("Xin xoá hoặc xác nhận từng chi tiết có thể lộ người."),
                field="ok",
            )
    old = session.get(PublishedCase, complaint.id)
    same = old is not None and Words(old.question, old.answer) == chosen
    if old is not None and same and is_shown(session, complaint.id):
        return old
    draft = _draft(session, complaint, chosen, actor, now)
    if old is not None:
        session.delete(old)
        session.flush()
    session.add(draft)
    add_event(session, complaint, PUBLISH, actor.name, now, public=True)
    session.flush()
    return draft


def unpublish(session: Session, number: str, actor: Actor, now: datetime) -> None:
    """Take a case back from the public; twice is once. Raises NotFound, NotAllowed."""
    complaint = _to_decide(session, number, actor)
    if forget(session, complaint):
        add_event(session, complaint, UNPUBLISH, actor.name, now, public=True)
        session.flush()


def forget(session: Session, complaint: Complaint) -> bool:
    """Remove what was public of a case; say whether there was anything."""
    row = session.get(PublishedCase, complaint.id)
    if row is not None:
        session.delete(row)
        session.flush()
    return row is not None


def choose(session: Session, complaint: Complaint, keep_out: bool, now: datetime) -> None:
    """Keep whether the sender lets the case be public; what is public already goes at once."""
    wish = session.get(PublicationWish, complaint.id)
    if keep_out == (wish is not None):
        return
    if keep_out:
        forget(session, complaint)
        session.add(PublicationWish(complaint_id=complaint.id, asked_at=now))
    elif wish is not None:
        session.delete(wish)
    said = KEEP_OUT if keep_out else LET_OUT
    add_event(session, complaint, said, RESIDENT, now, public=True)
    session.flush()


def is_kept_out(session: Session, complaint: Complaint) -> bool:
    """Say whether the sender does not want the case to be public."""
    return session.get(PublicationWish, complaint.id) is not None


def choice_of(session: Session, complaint: Complaint) -> Choice:
    """Give what the sender may choose about the case being public."""
    return Choice(
        offered=Kind(complaint.kind) not in rule.NEVER and not _names_officer(session, complaint),
        kept_out=is_kept_out(session, complaint),
        reference=reference_of(session, complaint),
    )


def _to_decide(session: Session, number: str, actor: Actor) -> Complaint:
    complaint = case(session, number, actor)
    if not actor.reaches(Permission.PUBLISH, complaint.unit_id):
        raise NotAllowed
    return complaint


def _names_officer(session: Session, complaint: Complaint) -> bool:
    named = select(ComplaintOfficer.officer_id).where(ComplaintOfficer.complaint_id == complaint.id)
    return session.scalar(named.limit(1)) is not None


def _check(session: Session, complaint: Complaint) -> None:
    if is_erased(complaint):
        raise RuleBroken("erased", N_("Nội dung vụ việc đã xoá theo yêu cầu của người gửi."))
    rule.check(
        Standing(
            kind=Kind(complaint.kind),
            state=State(complaint.state),
            names_officer=_names_officer(session, complaint),
            sender_refuses=is_kept_out(session, complaint),
        )
    )


def _barrier(session: Session, complaint: Complaint) -> RuleBroken | None:
    try:
        _check(session, complaint)
    except RuleBroken as refusal:
        return refusal
    return None


def _own_words(complaint: Complaint) -> Words:
    return Words(complaint.body, complaint.answer or "")


def _cleaned(words: Words) -> Words:
    return Words(clean_text(words.question), clean_text(words.answer))


def _findings(session: Session, complaint: Complaint, words: Words) -> list[Finding]:
    officers = session.scalars(
        select(Officer.name).where(Officer.unit_id == complaint.unit_id).order_by(Officer.name)
    )
    handler = session.get(Account, complaint.handler_id) if complaint.handler_id else None
    contact = session.get(ComplaintContact, complaint.id)
    return findings(
        f"{words.question}\n{words.answer}",
        [*officers, *([handler.full_name] if handler is not None else [])],
        [contact.name] if contact is not None and contact.name else [],
    )


def _draft(
    session: Session, complaint: Complaint, words: Words, actor: Actor, now: datetime
) -> PublishedCase:
    """Make the row a case would be public as; it is in no session yet."""
    procedure = session.get(Procedure, complaint.procedure_id) if complaint.procedure_id else None
    desk = session.get(Desk, complaint.desk_id) if complaint.desk_id else None
    field = procedure.field if procedure is not None else ""
    told = rule.shown(_crowd(session, complaint, field))
    return PublishedCase(
        complaint_id=complaint.id,
        reference=_reference(session, complaint),
        unit_id=complaint.unit_id,
        kind=complaint.kind,
        field=field if told.field else "",
        desk=desk.name if desk is not None and told.desk else "",
        received_on=complaint.received_on,
        answered_on=complaint.answered_on or complaint.received_on,
        due_on=complaint.due_on,
        whole_months=not told.days,
        question=words.question,
        answer=words.answer,
        search_text=searchable(f"{words.question} {words.answer}"),
        published_at=now,
        published_by=actor.name,
    )


def _reference(session: Session, complaint: Complaint) -> str:
    """Give the name others know the case by, or a new one; putting it out again keeps it."""
    known = session.get(PublishedCase, complaint.id) or session.get(Open311Request, complaint.id)
    return known.reference if known is not None else rule.new_reference()


def _crowd(session: Session, complaint: Complaint, field: str) -> Crowd:
    first, last = rule.month_of(complaint.received_on)
    year = extract("year", Complaint.received_on) == complaint.received_on.year
    of_field = select(Procedure.id).where(Procedure.field == field)

    def among(*conditions: ColumnElement[bool]) -> int:
        found = select(func.count()).select_from(Complaint)
        found = found.where(Complaint.unit_id == complaint.unit_id, *conditions)
        return session.scalar(found) or 0

    return Crowd(
        month=among(Complaint.received_on.between(first, last)),
        field=among(year, Complaint.procedure_id.in_(of_field)) if field else 0,
        desk=among(year, Complaint.desk_id == complaint.desk_id) if complaint.desk_id else 0,
    )
