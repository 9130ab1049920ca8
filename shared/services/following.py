"""A case as its resident follows it, by code alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.complaint import (
    Action,
    Lateness,
    State,
    allowed_actions,
    lateness,
    next_state,
)
from shared.domain.errors import NotFound, RuleBroken
from shared.domain.rating import clean_text
from shared.domain.time_left import TimeLeft, time_left
from shared.domain.tracking_code import (
    hash_digits,
    hash_earlier,
    hash_link,
    is_digits,
    is_link,
    normalise_code,
)
from shared.models.case_work import ComplaintOutcome
from shared.models.complaint import Complaint, ComplaintEvent, ComplaintLink
from shared.models.organisation import Organisation, Unit
from shared.services import duplicates, passing
from shared.services.calendars import work_calendar
from shared.services.case_steps import (
    RESIDENT,
    Ending,
    add_event,
    alone,
    duplicates_of,
    is_erased,
    last_outcome,
    move,
    note_outcome,
    one_act,
)
from shared.services.complaints import LONGEST_BODY
from shared.services.inbox import OPEN_STATES

RESIDENTS = frozenset(
    {Action.APPEAL, Action.WITHDRAW, Action.RATE_ANSWER, Action.REPLY, Action.ADD}
)


@dataclass(frozen=True)
class Followed:
    """What a resident may read of the case; `question` is the officer's, still without a reply."""

    complaint: Complaint
    unit: Unit
    sample: bool
    history: Sequence[ComplaintEvent]
    today: date
    left: TimeLeft | None
    lateness: Lateness
    question: str
    level_above: str  # the unit an appeal goes to; nothing at the top
    actions: frozenset[Action]  # what the resident may do now
    outcome: ComplaintOutcome | None  # how it ended, while it has


def followed(session: Session, code: str) -> Complaint:
    """Find the case of a link, or of a code handed out before there were links.

    NotFound when there is none, and for digits: those are typed in one place only, see
    `followed_by_digits`. A right code and a wrong one take one hash and one look.
    """
    normal = _normal(code)
    if is_digits(normal):
        raise NotFound
    if is_link(normal):
        keyed = select(ComplaintLink.complaint_id).where(
            ComplaintLink.link_hash == hash_link(normal)
        )
        return _found(session, Complaint.id == keyed.scalar_subquery())
    return _found(session, Complaint.code_hash == hash_earlier(normal))


def followed_by_digits(session: Session, digits: str, secret: str) -> Complaint:
    """Find the case of the sixteen digits; NotFound when there is none.

    `secret` is the installation's key, without which what is kept says nothing of the digits.
    """
    return _found(session, Complaint.code_hash == hash_digits(_normal(digits), secret))


def _normal(code: str) -> str:
    try:
        return normalise_code(code)
    except RuleBroken:
        raise NotFound from None


def _found(session: Session, condition: ColumnElement[bool]) -> Complaint:
    complaint = session.scalar(select(Complaint).where(condition))
    if complaint is None:
        raise NotFound
    return complaint


def _to_act(session: Session, code: str) -> Complaint:
    """Find the case and let nobody else act on it meanwhile."""
    complaint = followed(session, code)
    alone(session, complaint)
    return complaint


def public_history(session: Session, complaint: Complaint) -> list[ComplaintEvent]:
    """List the steps a resident may read, oldest first."""
    return list(
        session.scalars(
            select(ComplaintEvent)
            .where(ComplaintEvent.complaint_id == complaint.id, ComplaintEvent.public.is_(True))
            .order_by(ComplaintEvent.id)
        )
    )


def rate_answer(
    session: Session, code: str, satisfied: bool, now: datetime, words: str = ""
) -> Complaint:
    """Keep whether the resident finds the answer satisfactory; the first word stands.

    One who does has confirmed the answer. Raises RuleBroken `move_not_allowed` while there is
    no answer.
    """
    complaint = _to_act(session, code)
    if is_erased(complaint):
        return complaint
    next_state(State(complaint.state), Action.RATE_ANSWER)
    if complaint.answer_satisfied is None:
        complaint.answer_satisfied = satisfied
        said = clean_text(words)[:LONGEST_BODY]
        with one_act(session):
            if satisfied and complaint.state == State.ANSWERED:
                move(complaint, Action.CONFIRM)
            step = add_event(
                session, complaint, Action.RATE_ANSWER, RESIDENT, now, said, public=True
            )
            if satisfied:  # a closed case stays so; after an appeal the step alone tells
                step.state = str(State.CONFIRMED)
    return complaint


def appeal(session: Session, code: str, text: str, now: datetime) -> Complaint:
    """Take an answered case to the level above; twice is once.

    Raises RuleBroken when there is no such level or nothing to appeal against.
    """
    complaint = _to_act(session, code)
    if complaint.state != State.APPEALED:
        passing.appeal(session, complaint, text[:LONGEST_BODY], now)
    return complaint


def withdraw(session: Session, code: str, now: datetime) -> Complaint:
    """End an open case by the wish of its resident; twice is once.

    What waited for its answer is worked on by itself. Raises RuleBroken when it is over already.
    """
    complaint = _to_act(session, code)
    if complaint.state != State.WITHDRAWN:
        withdraw_case(session, complaint, now)
    return complaint


def withdraw_case(session: Session, complaint: Complaint, now: datetime) -> None:
    """End an open case by the wish of its resident; RuleBroken when it is over already."""
    with one_act(session):
        move(complaint, Action.WITHDRAW)
        note_outcome(session, complaint, Ending(Action.WITHDRAW, "", RESIDENT), "", now)
        add_event(session, complaint, Action.WITHDRAW, RESIDENT, now, public=True)
        for same in duplicates_of(session, complaint.id):
            duplicates.release(session, same, RESIDENT, now)


def resident_view(session: Session, complaint: Complaint, now: datetime) -> Followed:
    """Give what a resident may read of a case: no note, no handler, no other person's name."""
    unit = session.get_one(Unit, complaint.unit_id)
    organisation = session.get_one(Organisation, unit.organisation_id)
    calendar = work_calendar(session, organisation.id)
    today = local_date(now, calendar.zone)
    history = public_history(session, complaint)
    waiting = complaint.state in OPEN_STATES
    above = passing.level_above(session, unit.id, now)
    left = None
    if complaint.due_on is not None and waiting:
        left = time_left(now, complaint.received_at, complaint.due_on, calendar)
    return Followed(
        complaint=complaint,
        unit=unit,
        sample=organisation.sample,
        history=history,
        today=today,
        left=left,
        lateness=lateness(complaint.due_on, complaint.answered_on, today),
        question=_question(history) if waiting else "",
        outcome=last_outcome(session, complaint.id) if complaint.answer else None,
        level_above="" if above is None else above.name,
        actions=frozenset()
        if is_erased(complaint)
        else frozenset(RESIDENTS & allowed_actions(State(complaint.state))),
    )


def _question(history: Sequence[ComplaintEvent]) -> str:
    """Give the last question without a reply; before questions had a name they were notes."""
    asked = {Action.ASK, Action.NOTE}
    said = [event for event in history if event.action in {*asked, Action.REPLY, Action.RESUME}]
    return said[-1].text if said and said[-1].action in asked else ""
