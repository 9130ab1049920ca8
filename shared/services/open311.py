"""Other systems over Open311: who may send cases, what they send, and what everybody may read."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.complaint import Kind, State
from shared.domain.errors import N_, Invalid, NotAllowed, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.organisation import in_force
from shared.domain.public_case import new_reference
from shared.domain.rating import clean_text
from shared.domain.tracking_code import CaseCode, code_of
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.open311 import Open311Request, Open311Sender
from shared.models.organisation import Organisation, Procedure, Unit
from shared.services import complaints
from shared.services.calendars import work_calendar
from shared.services.channels import hash_token
from shared.services.complaints import Filing
from shared.services.inbox import OPEN_STATES
from shared.services.local_days import today_in
from shared.services.row_turns import take_turn_of
from shared.services.unit_tree import below, tree_of_units

CHANNEL = "open311"
# A formal complaint and a denunciation need a signed letter: see `kiosk.phone_forms`.
KINDS = (Kind.REPORT, Kind.PETITION, Kind.SUGGESTION, Kind.PRAISE)
HOUR = timedelta(hours=1)
MOST_PER_HOUR = 10_000
LONGEST_NAME = 120
_FORMS = UUID("5d0f2a54-77c0-4b0c-9a5e-3f7d6f7f0d11")  # name space of what senders name themselves


@dataclass(frozen=True)
class Granted:
    """A new sender with its key, which is shown once and kept nowhere."""

    sender: Open311Sender
    key: str


@dataclass(frozen=True)
class Listed:
    """A sender as its page lists it."""

    sender: Open311Sender
    unit: str
    sent: int  # cases since it began


@dataclass(frozen=True)
class Request:
    """What a sender sends for a resident; empty where it says nothing."""

    kind: str
    description: str
    jurisdiction: str = ""  # code of the unit
    procedure: str = ""  # its code
    place: str = ""  # in words or coordinates
    name: str = ""
    phone: str = ""
    consent: bool = False
    language: str = "vi"
    own_id: str = ""  # the sender's name of it: sent twice it is one case


@dataclass(frozen=True)
class Offered:
    """A procedure a case can be about."""

    code: str
    name: str
    field: str


@dataclass(frozen=True)
class Sent:
    """A case as its sender knows it: where it stands and when it is due, never its words."""

    reference: str
    kind: str
    state: State
    is_open: bool
    unit: str
    received_at: datetime
    answered_at: datetime | None
    due_at: datetime | None
    zone: str
    code: CaseCode | None = None  # for the resident, in the answer to the first sending alone


def grant(
    session: Session, unit_id: int, name: str, per_hour: int, actor: Actor, now: datetime
) -> Granted:
    """Let another system send cases to a unit and those below it.

    Raises Invalid naming the field, for a unit out of the actor's reach too.
    """
    words = clean_text(name)[:LONGEST_NAME]
    with Faults() as faults:
        if not words:
            faults.add(Invalid("name_missing", N_("Xin ghi tên hệ thống."), field="name"))
        if unit_id not in actor.units(Permission.ORGANISATION):
            faults.add(Invalid("unit_unknown", N_("Xin chọn đơn vị nhận."), field="unit"))
        if not 1 <= per_hour <= MOST_PER_HOUR:
            told = N_("Xin ghi số từ 1 đến %(most)s.")
            faults.add(Invalid("per_hour_wrong", told, field="per_hour", most=MOST_PER_HOUR))
    take_turn_of(session, Unit, unit_id)
    known = select(Open311Sender.id).where(
        Open311Sender.unit_id == unit_id,
        Open311Sender.name == words,
        Open311Sender.revoked_at.is_(None),
    )
    if session.scalar(known.limit(1)) is not None:
        raise Invalid(
            "name_taken", N_("Hệ thống này đang có khoá. Xin thu hồi trước."), field="name"
        )
    key = f"nn311_{secrets.token_urlsafe(32)}"
    sender = Open311Sender(
        unit_id=unit_id,
        name=words,
        key_hash=hash_token(key),
        per_hour=per_hour,
        created_at=now,
        created_by=actor.name,
    )
    session.add(sender)
    session.flush()
    return Granted(sender, key)


def revoke(session: Session, sender_id: int, actor: Actor, now: datetime) -> None:
    """End a sender's key for good; twice is once. Raises NotFound for one out of reach."""
    sender = session.get(Open311Sender, sender_id)
    if sender is None or not actor.reaches(Permission.ORGANISATION, sender.unit_id):
        raise NotFound
    sender.revoked_at = sender.revoked_at or now
    session.flush()


def senders(session: Session, actor: Actor) -> list[Listed]:
    """List the senders within an administrator's reach, those still let in first."""
    sent = select(func.count()).where(Open311Request.sender_id == Open311Sender.id)
    rows = session.execute(
        select(Open311Sender, Unit.name, sent.scalar_subquery())
        .join(Unit, Unit.id == Open311Sender.unit_id)
        .where(Open311Sender.unit_id.in_(actor.units(Permission.ORGANISATION)))
        .order_by(Open311Sender.revoked_at.is_not(None), Open311Sender.name, Open311Sender.id)
    )
    return [Listed(*row) for row in rows]


def jurisdiction(session: Session, code: str, now: datetime) -> Unit:
    """Find the unit that exists today under a code; NotFound."""
    unit = session.scalar(select(Unit).where(Unit.code == clean_text(code)))
    if unit is None or not _exists(session, unit, now):
        raise NotFound
    return unit


def has_only_sample(session: Session) -> bool:
    """Say whether nobody real is served here."""
    real = select(Organisation.id).where(Organisation.sample.is_(False))
    return session.scalar(real.limit(1)) is None


def offered(session: Session, code: str, now: datetime) -> list[Offered]:
    """List the procedures in force of a unit's organisation; without a code, of all real ones.

    Raises NotFound for an unknown unit.
    """
    found = _procedures(session, jurisdiction(session, code, now) if code else None, now)
    return [Offered(one.code, one.name, one.field) for one in found]


def _procedures(session: Session, unit: Unit | None, now: datetime) -> list[Procedure]:
    found = select(Procedure).join(Organisation)
    if unit is None:
        found = found.where(Organisation.sample.is_(False))
    else:
        found = found.where(Procedure.organisation_id == unit.organisation_id)
    today = today_in(session, [] if unit is None else [unit.id], now)
    rows = session.scalars(found.order_by(Procedure.field, Procedure.code, Procedure.id))
    return [one for one in rows if in_force(one.valid_from, one.valid_to, today)]


def send(session: Session, key: str, asked: Request, secret: str, now: datetime) -> Sent:
    """Open a case for the sender of a key; the same sending again gives the same case and code.

    Raises NotAllowed for an unknown or revoked key, Invalid naming the field as the phone's form
    does or for other words under a name that was used, RuleBroken `too_many` above the sender's
    limit, NotFound for a unit not the sender's.
    """
    sender = _sender(session, key)
    unit = _receiver(session, sender, asked.jurisdiction, now)
    if asked.kind not in KINDS:
        raise Invalid("kind_missing", N_("Xin chọn một loại."), field="service_code")
    form_id = uuid5(_FORMS, f"{sender.id}/{asked.own_id}") if asked.own_id else uuid4()
    known = _known(session, form_id)
    if known is None:
        _check_limit(session, sender, now)
    code = code_of(form_id, secret)
    filing = _filing(session, asked, unit, form_id, now)
    case = complaints.receive(session, filing, code, now)
    if case.body not in ("", complaints.check(filing)):  # "" when its words were erased
        message = N_("Mã này đã dùng cho một việc khác. Xin gửi việc mới bằng mã mới.")
        raise Invalid("other_content", message, field="Idempotency-Key")
    known = known or _known(session, form_id)  # sent twice at once, the other is done by now
    if known is None:
        known = Open311Request(
            complaint_id=case.id, sender_id=sender.id, reference=new_reference(), sent_at=now
        )
        session.add(known)
        session.flush()
    return _sent(session, case, known.reference, code)


def sent(session: Session, key: str, reference: str) -> Sent:
    """Give where a case stands to who sent it.

    Raises NotAllowed for an unknown key, NotFound for another's case or one about an officer.
    """
    sender = _sender(session, key)
    naming = select(ComplaintOfficer.complaint_id)
    case = session.scalar(
        select(Complaint)
        .join(Open311Request, Open311Request.complaint_id == Complaint.id)
        .where(Open311Request.sender_id == sender.id, Open311Request.reference == _plain(reference))
        .where(Complaint.id.not_in(naming))
    )
    if case is None:
        raise NotFound
    return _sent(session, case, reference)


def is_known(session: Session, reference: str) -> bool:
    """Say whether a case came under this reference, public or not."""
    found = select(Open311Request.complaint_id)
    found = found.where(Open311Request.reference == _plain(reference))
    return session.scalar(found) is not None


def _sender(session: Session, key: str) -> Open311Sender:
    found = select(Open311Sender).where(
        Open311Sender.key_hash == hash_token(key), Open311Sender.revoked_at.is_(None)
    )
    sender = session.scalar(found)
    if sender is None:
        raise NotAllowed
    return sender


def _plain(reference: str) -> str:
    return reference if reference.isascii() and reference.isalnum() else ""


def _receiver(session: Session, sender: Open311Sender, code: str, now: datetime) -> Unit:
    unit = jurisdiction(session, code, now) if code else session.get_one(Unit, sender.unit_id)
    if unit.id not in below(tree_of_units(session), [sender.unit_id]):
        raise NotFound
    return unit


def _exists(session: Session, unit: Unit, now: datetime) -> bool:
    today = today_in(session, [unit.id], now)
    return in_force(unit.valid_from, unit.valid_to, today)


def _check_limit(session: Session, sender: Open311Sender, now: datetime) -> None:
    recent = select(func.count()).where(
        Open311Request.sender_id == sender.id, Open311Request.sent_at > now - HOUR
    )
    if (session.scalar(recent) or 0) >= sender.per_hour:
        raise RuleBroken(
            "too_many",
            N_("Đã gửi đủ %(most)s việc trong một giờ. Xin gửi lại sau."),
            most=sender.per_hour,
        )


def _known(session: Session, form_id: UUID) -> Open311Request | None:
    return session.scalar(
        select(Open311Request)
        .join(Complaint, Complaint.id == Open311Request.complaint_id)
        .where(Complaint.form_id == str(form_id))
    )


def _filing(session: Session, asked: Request, unit: Unit, form_id: UUID, now: datetime) -> Filing:
    with Faults() as faults:
        filing = Filing(
            form_id=form_id,
            unit_id=unit.id,
            kind=Kind(asked.kind),
            body=asked.description,
            language=asked.language,
            channel=CHANNEL,
            procedure_id=faults.read(_procedure, session, asked, unit, now),
            contact_name=asked.name.strip(),
            contact_phone=asked.phone.strip(),
            consent=asked.consent,
        )
        words = faults.read(complaints.check, filing)
    place = clean_text(asked.place)
    return replace(filing, body=f"{words}\n\n({place})") if place else filing


def _procedure(session: Session, asked: Request, unit: Unit, now: datetime) -> int | None:
    if not asked.procedure:
        return None
    for one in _procedures(session, unit, now):
        if one.code == asked.procedure:
            return one.id
    raise Invalid("procedure_unknown", N_("Xin chọn lại thủ tục."), field="procedure")


def _sent(session: Session, case: Complaint, reference: str, code: CaseCode | None = None) -> Sent:
    unit = session.get_one(Unit, case.unit_id)
    return Sent(
        reference=reference,
        kind=case.kind,
        state=State(case.state),
        is_open=case.state in OPEN_STATES,
        unit=unit.name,
        received_at=case.received_at,
        answered_at=case.answered_at,
        due_at=case.due_at,
        zone=str(work_calendar(session, unit.organisation_id).zone),
        code=code,
    )
