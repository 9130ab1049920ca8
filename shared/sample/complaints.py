"""The sample's complaints, received and answered by the same services as real ones."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from secrets import token_urlsafe
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from shared.domain.access import Actor
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import Stage
from shared.domain.rating import Lane
from shared.domain.tracking_code import code_of
from shared.models.account import Account
from shared.models.complaint import Complaint
from shared.sample.complaint_texts import ANSWERS, FATES, REFUSAL, Fate
from shared.sample.names import HANDLERS, STAFF
from shared.sample.office import Office
from shared.sample.rhythm import Span
from shared.services import complaints, following
from shared.services.calendars import LegalClock, legal_clock
from shared.services.complaints import Filing
from shared.services.reach import actor_with

ANSWERED_AT = time(15, 20)
TAKEN_AFTER = timedelta(hours=3)
ANSWERED_WITHIN = (1, 4)  # working days
LATE_BY = (1, 3)
OFFICER_OF: Mapping[str, str | None] = {plan.name: plan.officer for plan in STAFF}


def add_complaints(
    session: Session,
    rng: Random,
    offices: Sequence[Office],
    accounts: Mapping[str, Account],
    span: Span,
) -> tuple[str, ...]:
    """Add the forty cases, the oldest first; give their tracking codes, which are not kept."""
    known = {office.plan.code: office for office in offices}
    actors = {name: actor_with(session, account) for name, account in accounts.items()}
    clock = legal_clock(session, offices[0].unit.organisation_id)
    dated = [(_received_at(rng, fate, clock, span), fate) for fate in FATES]
    codes = []
    for received_at, fate in sorted(dated, key=lambda one: one[0]):
        filing = _filing(rng, known[fate.commune], fate)
        code = code_of(uuid4(), token_urlsafe())
        complaint = complaints.receive(session, filing, code, received_at)
        actor = actors[_handler(rng, fate)]
        _handle(session, rng, complaint, fate, code.link, actor, span)
        codes.append(code.link)
    return tuple(codes)


def _filing(rng: Random, office: Office, fate: Fate) -> Filing:
    matter = fate.matter
    named = [officer.id for officer in office.officers if officer.code == matter.names]
    return Filing(
        form_id=UUID(int=rng.getrandbits(128), version=4),
        unit_id=office.unit.id,
        kind=Kind(matter.kind),
        body=matter.body,
        language="vi",
        channel=str(Lane.OPEN),
        desk_id=None if matter.desk is None else office.desks[matter.desk].id,
        officer_ids=tuple(named),
        contact_name="Người gửi mẫu" if matter.contact else "",
        contact_phone="0900 000 000" if matter.contact else "",
        consent=matter.contact,
    )


def _handler(rng: Random, fate: Fate) -> str:
    """Choose who handles a case: never the officer it names, who must not even see it."""
    free = [
        name
        for name in HANDLERS[fate.commune]
        if fate.matter.names is None or OFFICER_OF[name] != fate.matter.names
    ]
    return rng.choice(free)


def _received_at(rng: Random, fate: Fate, clock: LegalClock, span: Span) -> datetime:
    """Say when a case came: so old, or so that it is due on the wanted day."""
    at = time(rng.randint(8, 19), rng.randrange(60))
    if fate.due_in is None:
        return min(span.at(_working_days_ago(span, fate.age), at), span.now)
    target = _due_day(span, fate.due_in)
    kind = Kind(fate.matter.kind)
    on = min(target, span.today)
    while clock.due(kind, Tier.OWN, Stage.ANSWER, span.at(on, at)).due_on > target:
        on -= timedelta(days=1)
    return min(span.at(on, at), span.now)


def _due_day(span: Span, due_in: int) -> date:
    if due_in < 0:
        return _working_days_ago(span, -due_in)
    return span.after_working_days(span.today, due_in)


def _working_days_ago(span: Span, count: int) -> date:
    on = span.today
    for _ in range(count):
        on -= timedelta(days=1)
        while not span.calendar.is_working(on):
            on -= timedelta(days=1)
    return on


def _handle(
    session: Session,
    rng: Random,
    complaint: Complaint,
    fate: Fate,
    code: str,
    actor: Actor,
    span: Span,
) -> None:
    """Do what the plan says became of the case, each step at its own moment."""
    if fate.outcome == "received":
        return
    number, taken_at = complaint.number, _taken_at(complaint, span)
    if fate.outcome == "withdrawn":
        following.withdraw_case(session, complaint, taken_at)
        return
    complaints.take(session, number, complaint.version, actor, taken_at)
    if fate.outcome == "taken":
        return
    if fate.outcome == "refused":
        complaints.refuse(session, number, REFUSAL, complaint.version, actor, taken_at)
        return
    answered_at = _answered_at(rng, complaint, fate, span)
    text = rng.choice(ANSWERS)
    complaints.answer(session, number, text, complaint.version, actor, answered_at)
    if fate.satisfied is not None:
        following.rate_answer(session, code, fate.satisfied, answered_at)
        session.flush()
    if fate.outcome == "closed":
        complaints.close(session, number, complaint.version, actor, answered_at)


def _taken_at(complaint: Complaint, span: Span) -> datetime:
    return min(complaint.received_at + TAKEN_AFTER, span.now)


def _answered_at(rng: Random, complaint: Complaint, fate: Fate, span: Span) -> datetime:
    if fate.outcome == "late" and complaint.due_on is not None:
        on = span.after_working_days(complaint.due_on, rng.randint(*LATE_BY))
    else:
        on = span.after_working_days(complaint.received_on, rng.randint(*ANSWERED_WITHIN))
    return min(span.at(on, ANSWERED_AT), span.now)
