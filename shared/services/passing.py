"""Passing a case on: to another unit, to the level above, to a body outside the organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.complaint import Action, Kind, checked_answer
from shared.domain.errors import N_, Invalid, NotAllowed, RuleBroken
from shared.domain.faults import Faults
from shared.domain.rating import clean_text
from shared.models.case_work import APPEAL, TRANSFER, ComplaintPassage
from shared.models.complaint import Complaint, ComplaintEvent, ComplaintOfficer
from shared.models.organisation import Unit
from shared.services import clocks
from shared.services.case_policies import policy_for
from shared.services.case_steps import (
    RESIDENT,
    Ending,
    add_event,
    drop_draft,
    end,
    move,
    one_act,
    open_for,
)
from shared.services.inbox import case
from shared.services.local_days import today_in

LONGEST_NAME, LONGEST_NUMBER = 200, 60


@dataclass(frozen=True)
class Outside:
    """A body a case goes to by letter, and the words its sender reads."""

    body_name: str
    letter_number: str
    text: str


@dataclass(frozen=True)
class PastCase:
    """What a unit that passed a case on still reads: its own part, and where the case went."""

    number: str
    kind: str
    channel: str
    body: str
    received_on: date
    passed_at: datetime
    cause: str
    to_unit: Unit
    events: Sequence[ComplaintEvent]


def units_to_pass_to(session: Session, number: str, actor: Actor, now: datetime) -> list[Unit]:
    """List the other units of the organisation that exist today."""
    complaint = case(session, number, actor)
    unit = session.get_one(Unit, complaint.unit_id)
    today = today_in(session, [unit.id], now)
    found = session.scalars(
        select(Unit)
        .where(Unit.organisation_id == unit.organisation_id, Unit.id != unit.id, _exists(today))
        .order_by(Unit.name, Unit.id)
    )
    return list(found)


def transfer(
    session: Session,
    number: str,
    unit_id: int,
    text: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> Complaint:
    """Pass a case to another unit, with words its sender reads; its history goes along.

    Raises Invalid for an unknown unit or too few words, RuleBroken as `open_for` does.
    """
    complaint = open_for(session, number, version, actor)
    units = {unit.id: unit for unit in units_to_pass_to(session, number, actor, now)}
    with Faults() as faults:
        if unit_id not in units:
            faults.add(Invalid("unit_unknown", N_("Xin chọn đơn vị nhận."), field="unit"))
        words = faults.read(_reason, text, "words")
    with one_act(session):
        move(complaint, Action.TRANSFER)
        said = f"{units[unit_id].name}. {words}"
        event = add_event(session, complaint, Action.TRANSFER, actor.name, now, said, public=True)
        drop_draft(session, complaint)
    _hand_over(session, complaint, unit_id, TRANSFER, event, now)
    clocks.hand_over(session, complaint, now)
    session.flush()
    return complaint


def transfer_outside(
    session: Session,
    number: str,
    outside: Outside,
    version: int,
    actor: Actor,
    now: datetime,
) -> Complaint:
    """Pass a case to a body outside by letter, which ends it here; its sender reads where it is.

    Where answers need a second person, only who may approve one does this. Raises Invalid for a
    missing name, letter number or words, NotAllowed, RuleBroken as `open_for` does.
    """
    complaint = open_for(session, number, version, actor)
    if policy_for(session, complaint.unit_id).second_person and not actor.reaches(
        Permission.LEAD_CASES, complaint.unit_id
    ):
        raise NotAllowed
    name = clean_text(outside.body_name)[:LONGEST_NAME]
    letter = clean_text(outside.letter_number)[:LONGEST_NUMBER]
    with Faults() as faults:
        if not name:
            faults.add(Invalid("body_missing", N_("Xin ghi tên cơ quan nhận."), field="body_name"))
        if not letter:
            told = N_("Xin ghi số công văn chuyển.")
            faults.add(Invalid("letter_missing", told, field="letter_number"))
        words = faults.read(_reason, outside.text, "message")
    ending = Ending(
        Action.TRANSFER_OUT,
        words,
        actor.name,
        actor.account_id,
        body_name=name,
        letter_number=letter,
    )
    end(session, complaint, ending, now)
    return complaint


def level_above(session: Session, unit_id: int, now: datetime) -> Unit | None:
    """Give the unit an appeal goes to; None at the top."""
    parent_id = session.get_one(Unit, unit_id).parent_id
    today = today_in(session, [unit_id], now)
    return session.scalar(select(Unit).where(Unit.id == parent_id, _exists(today)))


def appeal(session: Session, complaint: Complaint, text: str, now: datetime) -> None:
    """Take an ended case to the level above, by the wish of its sender.

    What was answered stays in its history and outcomes; the case waits to be taken up anew.
    Raises RuleBroken `no_level_above`, or `move_not_allowed`.
    """
    above = level_above(session, complaint.unit_id, now)
    if above is None:
        raise RuleBroken(
            "no_level_above",
            N_("Đơn vị này không có cấp trên trong hệ thống. Ông/Bà có quyền khiếu nại theo luật."),
        )
    with one_act(session):
        move(complaint, Action.APPEAL)
        event = add_event(
            session, complaint, Action.APPEAL, RESIDENT, now, clean_text(text), public=True
        )
        complaint.answer = complaint.answered_at = complaint.answered_on = None
        complaint.answer_satisfied = None
    _hand_over(session, complaint, above.id, APPEAL, event, now)
    second = complaint.kind == Kind.FORMAL_COMPLAINT  # Law on Complaints 2011, article 37
    clocks.reopened(session, complaint, now, second_instance=second)
    session.flush()


def part_of(session: Session, number: str, actor: Actor) -> PastCase | None:
    """Give what a person's unit still reads of a case it passed on; None when there is nothing."""
    row = (
        session.execute(
            select(Complaint, ComplaintPassage)
            .join(ComplaintPassage, ComplaintPassage.complaint_id == Complaint.id)
            .where(Complaint.number == number, _passed_by(actor))
            .order_by(ComplaintPassage.id.desc())
            .limit(1)
        ).first()
        if number.isprintable()
        else None
    )
    if row is None:
        return None
    complaint, passage = row
    events = session.scalars(
        select(ComplaintEvent)
        .where(
            ComplaintEvent.complaint_id == complaint.id,
            ComplaintEvent.id <= passage.last_event_id,
        )
        .order_by(ComplaintEvent.id)
    )
    return PastCase(
        number=complaint.number,
        kind=complaint.kind,
        channel=complaint.channel,
        body=complaint.body,
        received_on=complaint.received_on,
        passed_at=passage.at,
        cause=passage.cause,
        to_unit=session.get_one(Unit, passage.to_unit_id),
        events=events.all(),
    )


def passed_on(
    session: Session, actor: Actor, page: int, size: int
) -> tuple[list[tuple[Complaint, ComplaintPassage]], int]:
    """List a page of the cases a person's units passed on, the latest first, and their number."""
    latest = (
        select(func.max(ComplaintPassage.id))
        .join(Complaint, Complaint.id == ComplaintPassage.complaint_id)
        .where(_passed_by(actor))
        .group_by(ComplaintPassage.complaint_id)
    )
    total = session.scalar(select(func.count()).select_from(latest.subquery())) or 0
    rows = session.execute(
        select(Complaint, ComplaintPassage)
        .join(ComplaintPassage, ComplaintPassage.complaint_id == Complaint.id)
        .where(ComplaintPassage.id.in_(latest))
        .order_by(ComplaintPassage.id.desc())
        .offset((page - 1) * size)
        .limit(size)
    )
    return [(complaint, passage) for complaint, passage in rows], total


def _passed_by(actor: Actor) -> ColumnElement[bool]:
    """Give the condition that a passage was a person's unit's, and the case is not theirs now."""
    units = actor.units(Permission.COMPLAINTS)
    named = select(ComplaintOfficer.complaint_id).where(
        ComplaintOfficer.officer_id == actor.officer_id
    )
    return and_(
        ComplaintPassage.from_unit_id.in_(units),
        Complaint.unit_id.not_in(units),
        Complaint.id.not_in(named),
    )


def _hand_over(
    session: Session,
    complaint: Complaint,
    to_unit_id: int,
    cause: str,
    event: ComplaintEvent,
    now: datetime,
) -> None:
    from_unit_id = complaint.unit_id
    with one_act(session):
        session.add(
            ComplaintPassage(
                complaint_id=complaint.id,
                from_unit_id=from_unit_id,
                to_unit_id=to_unit_id,
                cause=cause,
                last_event_id=event.id,
                at=now,
            )
        )
        complaint.unit_id = to_unit_id
        complaint.handler_id = None


def _reason(text: str, field: str) -> str:
    try:
        return checked_answer(clean_text(text))
    except Invalid as refusal:
        raise refusal.called({"answer": field}) from None


def _exists(on: date) -> ColumnElement[bool]:
    return and_(Unit.valid_from <= on, or_(Unit.valid_to.is_(None), Unit.valid_to >= on))
