"""What is done with a complaint: filed, taken, classified, answered, refused, closed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor
from shared.domain.calendar import local_date
from shared.domain.complaint import (
    NOT_ACCEPTED,
    Action,
    Kind,
    RefusalReason,
    State,
    Tier,
)
from shared.domain.deadline import (
    BEFORE_ACCEPTANCE,
)
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.faults import Faults
from shared.domain.rating import clean_text
from shared.domain.search import searchable
from shared.domain.tracking_code import CaseCode
from shared.domain.tracking_code import code_of as code_of  # the doors name it by this module
from shared.models.complaint import (
    Complaint,
    ComplaintContact,
    ComplaintLink,
    ComplaintOfficer,
)
from shared.models.organisation import Unit
from shared.services import approvals, clocks
from shared.services.calendars import LegalClock, legal_clock
from shared.services.case_steps import (
    RESIDENT,
    Ending,
    add_event,
    looked_at,
    move,
    one_act,
    open_for,
)
from shared.services.rating_storage import insert

LONGEST_BODY = 5_000
SHORTEST_BODY = 10
PURPOSE = "answer"  # what contact data is asked and agreed for: to answer this case


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
    received_at: datetime | None = None  # earlier than now only for what staff take down


def check(filing: Filing) -> str:
    """Give the text as it will be kept.

    Raises Invalid for too short or too long a text, and for contact data without consent.
    """
    with Faults() as faults:
        body = faults.read(_body, filing.body)
        if (filing.contact_name or filing.contact_phone) and not filing.consent:
            raise Invalid(
                "consent_missing",
                N_("Xin đánh dấu đồng ý, hoặc để trống phần liên hệ."),
                field="consent",
            )
    return body


def _body(text: str) -> str:
    body = clean_text(text)
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
    return body


def receive(session: Session, filing: Filing, code: CaseCode, now: datetime) -> Complaint:
    """Open a case under a tracking code; the same form again gives the same case.

    Raises Invalid as `check` does.
    """
    body = check(filing)
    unit = session.get_one(Unit, filing.unit_id)
    clock = legal_clock(session, unit.organisation_id)
    complaint, new = _insert(session, filing, body, code.digits_hash, clock, now)
    if not new:
        return complaint
    complaint.number = f"PA-{complaint.received_on.year}-{complaint.id:05d}"
    complaint.search_text = searchable(f"{complaint.number} {body}")
    clocks.received(session, complaint, complaint.received_at, legal=clock)
    session.add(ComplaintLink(complaint_id=complaint.id, link_hash=code.link_hash))
    for officer_id in dict.fromkeys(filing.officer_ids):
        session.add(ComplaintOfficer(complaint_id=complaint.id, officer_id=officer_id))
    _keep_contact(session, complaint, filing, now)
    add_event(session, complaint, "receive", RESIDENT, now, public=True)
    session.flush()
    return complaint


def _insert(
    session: Session, filing: Filing, body: str, code_hash: str, clock: LegalClock, now: datetime
) -> tuple[Complaint, bool]:
    """Insert the case unless its form was sent already; of two at once only one is new."""
    form, received_at = str(filing.form_id), filing.received_at or now
    values = {
        "number": form[:30],  # its own number needs its key
        "code_hash": code_hash,
        "form_id": form,
        "unit_id": filing.unit_id,
        "desk_id": filing.desk_id,
        "procedure_id": filing.procedure_id,
        "rating_id": filing.rating_id,
        "kind": str(filing.kind),
        "tier": str(Tier.OWN),
        "state": str(State.RECEIVED),
        "channel": filing.channel,
        "body": body,
        "search_text": "",
        "language": filing.language,
        "received_at": received_at,
        "received_on": local_date(received_at, clock.zone),
    }
    table = cast(Table, Complaint.__table__)
    statement = (
        insert(session.get_bind().dialect.name, table).values(values).on_conflict_do_nothing()
    )
    key = session.scalar(statement.returning(table.c.id))
    if key is not None:
        return session.get_one(Complaint, key), True
    return session.scalars(select(Complaint).where(Complaint.form_id == form)).one(), False


def answer(
    session: Session, number: str, text: str, version: int, actor: Actor, now: datetime
) -> Complaint:
    """Answer a case; the resident reads the words as they are.

    Where the organisation wants a second person, the words wait for them instead. Raises Invalid
    for an answer without content, RuleBroken `changed_meanwhile` when the case moved on since the
    person saw its `version`, `accept_first` or `move_not_allowed`.
    """
    complaint = open_for(session, number, version, actor)
    ending = Ending(Action.ANSWER, text, actor.name, actor.account_id)
    approvals.send(session, complaint, ending, now)
    return complaint


def refuse(
    session: Session,
    number: str,
    text: str,
    version: int,
    actor: Actor,
    now: datetime,
    *,
    reason: RefusalReason = RefusalReason.OTHER,
) -> Complaint:
    """Refuse a case with a reason of the list and words the resident reads (Decree 20/2008).

    It counts as an answer, on time or late. Raises as `answer` does.
    """
    complaint = open_for(session, number, version, actor)
    ending = Ending(Action.REFUSE, text, actor.name, actor.account_id, reason=str(reason))
    approvals.send(session, complaint, ending, now)
    return complaint


def take(session: Session, number: str, version: int, actor: Actor, now: datetime) -> Complaint:
    """Take a case into work as its handler, which classifies and accepts it as it stands."""
    complaint = open_for(session, number, version, actor)
    with one_act(session):
        _accepted(session, complaint, Action.TAKE, now)
        complaint.handler_id = actor.account_id
        add_event(session, complaint, Action.TAKE, actor.name, now, public=True)
    return complaint


def accept(session: Session, number: str, version: int, actor: Actor, now: datetime) -> Complaint:
    """Accept a case, thụ lý, before anybody works on it."""
    complaint = open_for(session, number, version, actor)
    with one_act(session):
        _accepted(session, complaint, Action.ACCEPT, now)
        add_event(session, complaint, Action.ACCEPT, actor.name, now, public=True)
    return complaint


def _accepted(session: Session, complaint: Complaint, action: Action, now: datetime) -> None:
    """Move a case into work, which accepts it; a limit that runs from the acceptance begins."""
    new = State(complaint.state) in NOT_ACCEPTED
    move(complaint, action)
    if new:
        clocks.accepted(session, complaint, now)
    looked_at(session, complaint, now)


def resume(session: Session, number: str, version: int, actor: Actor, now: datetime) -> Complaint:
    """Go on with a case whose sender has not replied to the question."""
    complaint = open_for(session, number, version, actor)
    with one_act(session):
        move(complaint, Action.RESUME)
        clocks.resume(session, complaint, now)
        add_event(session, complaint, Action.RESUME, actor.name, now, public=True)
    return complaint


def reclassify(
    session: Session,
    number: str,
    kind: Kind,
    tier: Tier,
    version: int,
    actor: Actor,
    now: datetime,
) -> Complaint:
    """Say what a case is and how far it reaches; the due day is counted anew from the receipt.

    Raises RuleBroken `needs_letter` for a kind that cannot come of a form: a formal complaint
    or denunciation needs a signed letter (Law on Complaints 2011, article 8).
    """
    complaint = open_for(session, number, version, actor)
    if kind in BEFORE_ACCEPTANCE and kind != complaint.kind:
        raise RuleBroken(
            "needs_letter",
            N_("Khiếu nại, tố cáo cần đơn có chữ ký; không chuyển từ biểu mẫu này."),
        )
    with one_act(session):
        move(complaint, Action.RECLASSIFY)
        before = _written(complaint.due_on)
        complaint.kind, complaint.tier = str(kind), str(tier)
        clocks.reclassified(session, complaint, now)
        looked_at(session, complaint, now)
        words = f"{before} → {_written(complaint.due_on)}"
        add_event(session, complaint, Action.RECLASSIFY, actor.name, now, words, public=True)
    return complaint


def close(session: Session, number: str, version: int, actor: Actor, now: datetime) -> Complaint:
    """Close an answered case."""
    complaint = open_for(session, number, version, actor)
    with one_act(session):
        move(complaint, Action.CLOSE)
        add_event(session, complaint, Action.CLOSE, actor.name, now, public=True)
    return complaint


def _keep_contact(session: Session, complaint: Complaint, filing: Filing, now: datetime) -> None:
    if filing.contact_name or filing.contact_phone:
        session.add(
            ComplaintContact(
                complaint_id=complaint.id,
                name=clean_text(filing.contact_name)[:200],
                phone=clean_text(filing.contact_phone)[:30],
                consent_at=now,
                purpose=PURPOSE,
            )
        )


def _written(on: date | None) -> str:
    return "–" if on is None else on.strftime("%d/%m/%Y")
