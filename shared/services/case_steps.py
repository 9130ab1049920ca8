"""The steps every act on a case is made of: found in the version seen, moved, noted, ended."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from shared.domain.access import Actor, Permission
from shared.domain.complaint import (
    ACCEPTED_FIRST,
    Action,
    Kind,
    State,
    checked_answer,
    next_state,
)
from shared.domain.deadline import Stage
from shared.domain.errors import N_, NotAllowed, RuleBroken
from shared.domain.rating import clean_text
from shared.models.case_work import ComplaintDraft, ComplaintDuplicate, ComplaintOutcome
from shared.models.complaint import Complaint, ComplaintEvent
from shared.services import clocks, webhooks
from shared.services.inbox import case
from shared.services.local_days import today_in

RESIDENT = "resident"
SYSTEM = "system"
CHANGED = "changed_meanwhile"


@dataclass(frozen=True)
class Ending:
    """How a case ends: by which action, with which words for the resident, and by whom."""

    action: Action
    text: str
    actor: str
    account_id: int | None = None
    reason: str | None = None  # of a refusal
    body_name: str | None = None  # of an outside body it went to
    letter_number: str | None = None


def open_for(session: Session, number: str, version: int, actor: Actor) -> Complaint:
    """Find a case the actor may act on, in the version the actor saw.

    Raises NotFound when it does not exist for the actor, NotAllowed when the actor may only read
    it, RuleBroken `changed_meanwhile`.
    """
    complaint = case(session, number, actor)
    if complaint.unit_id not in actor.units(Permission.ANSWER):
        raise NotAllowed
    if complaint.version != version:
        raise _changed_meanwhile()
    return complaint


@contextmanager
def one_act(session: Session) -> Iterator[None]:
    """Write what happens inside as one act; of two people in the same instant one is told.

    Raises RuleBroken `changed_meanwhile` for the second.
    """
    try:
        with session.no_autoflush:
            yield
        session.flush()
    except StaleDataError:
        raise _changed_meanwhile() from None


def alone(session: Session, complaint: Complaint) -> None:
    """Wait until nobody else changes this case, and read it anew; lasts as long as the transaction.

    For acts of residents, who saw no version: they come after whatever staff does in that instant.
    An update that changes nothing holds the row on PostgreSQL and the only writer on SQLite.
    """
    unchanged = update(Complaint).where(Complaint.id == complaint.id).values(state=Complaint.state)
    session.execute(unchanged, execution_options={"synchronize_session": False})
    session.refresh(complaint)


def _changed_meanwhile() -> RuleBroken:
    return RuleBroken(
        CHANGED,
        N_("Vụ việc này vừa có thay đổi. Xin đọc lại; nội dung Ông/Bà gõ vẫn còn bên dưới."),
    )


def move(complaint: Complaint, action: Action) -> None:
    """Move a case by an action; RuleBroken when it may not be moved so, or its words are erased."""
    if action is not Action.CLOSE:
        check_not_erased(complaint)
    state = next_state(State(complaint.state), action, Kind(complaint.kind))
    complaint.state = str(state)


def is_erased(complaint: Complaint) -> bool:
    """Say whether the words of a case were erased; none is ever filed without words."""
    return not complaint.body


def check_not_erased(complaint: Complaint) -> None:
    """Let a case pass that still has its words; raises RuleBroken `erased` for any other."""
    if is_erased(complaint):
        raise RuleBroken("erased", N_("Nội dung vụ việc đã xoá theo yêu cầu của người gửi."))


def looked_at(session: Session, complaint: Complaint, now: datetime) -> None:
    """Say that staff has acknowledged and classified a case, where no acceptance does that."""
    if Kind(complaint.kind) not in ACCEPTED_FIRST:
        clocks.met(session, complaint, Stage.ACKNOWLEDGE, now)
        clocks.met(session, complaint, Stage.CLASSIFY, now)


def add_event(
    session: Session,
    complaint: Complaint,
    action: str,
    actor: str,
    now: datetime,
    text: str = "",
    *,
    public: bool = False,
) -> ComplaintEvent:
    """Write a step of a case; `public` ones the resident reads, with their text."""
    event = ComplaintEvent(
        complaint_id=complaint.id,
        at=now,
        action=str(action),
        actor=actor,
        state=complaint.state,
        text=text,
        public=public,
    )
    session.add(event)
    webhooks.note(session, complaint, str(action), now)
    return event


def with_new_words(session: Session, complaint_ids: Collection[int]) -> set[int]:
    """Find the cases whose residents have written since staff last did anything with them."""
    step = ComplaintEvent.id
    said = func.max(step).filter(ComplaintEvent.action.in_([Action.REPLY, Action.ADD]))
    done = func.max(step).filter(ComplaintEvent.actor.not_in([RESIDENT, SYSTEM]))
    found = (
        select(ComplaintEvent.complaint_id)
        .where(ComplaintEvent.complaint_id.in_(complaint_ids))
        .group_by(ComplaintEvent.complaint_id)
        .having(said > func.coalesce(done, 0))
    )
    return set(session.scalars(found))


def end(session: Session, complaint: Complaint, ending: Ending, now: datetime) -> None:
    """End a case with words its resident reads, and likewise those that say the same.

    Raises Invalid for words without content, RuleBroken when it may not end so.
    """
    words = checked_answer(clean_text(ending.text))
    with one_act(session):
        _end_one(session, complaint, ending, words, now)
        for same in duplicates_of(session, complaint.id):
            _end_one(session, same, ending, words, now)


def end_like(session: Session, complaint: Complaint, original: Complaint, now: datetime) -> None:
    """End a case as the one it says the same as has ended, with its words."""
    outcome = last_outcome(session, original.id)
    ending = Ending(
        action=Action(outcome.action) if outcome else Action.ANSWER,
        text="",
        actor=SYSTEM,
        account_id=original.handler_id,
        reason=outcome.reason if outcome else None,
        body_name=outcome.body_name if outcome else None,
        letter_number=outcome.letter_number if outcome else None,
    )
    _end_one(session, complaint, ending, original.answer or "", now)


def _end_one(
    session: Session, complaint: Complaint, ending: Ending, words: str, now: datetime
) -> None:
    move(complaint, ending.action)
    complaint.answer = words
    complaint.answered_at = now
    complaint.answered_on = today_in(session, [complaint.unit_id], now)
    complaint.handler_id = ending.account_id or complaint.handler_id
    clocks.stop(session, complaint, now)
    looked_at(session, complaint, now)
    note_outcome(session, complaint, ending, words, now)
    add_event(session, complaint, ending.action, ending.actor, now, words, public=True)


def note_outcome(
    session: Session, complaint: Complaint, ending: Ending, words: str, now: datetime
) -> None:
    """Write down how a case ended, for good; its clocks stop and a waiting draft is dropped."""
    clocks.stop(session, complaint, now)
    session.add(
        ComplaintOutcome(
            complaint_id=complaint.id,
            at=now,
            action=str(ending.action),
            text=words,
            unit_id=complaint.unit_id,
            due_on=complaint.due_on,
            ended_on=today_in(session, [complaint.unit_id], now),
            reason=ending.reason,
            body_name=ending.body_name,
            letter_number=ending.letter_number,
        )
    )
    drop_draft(session, complaint)


def drop_draft(session: Session, complaint: Complaint) -> None:
    """Throw away what was to be approved, when the case goes another way."""
    draft = session.get(ComplaintDraft, complaint.id)
    if draft is not None:
        session.delete(draft)
    complaint.approval_waits = None


def duplicates_of(session: Session, complaint_id: int) -> list[Complaint]:
    """List the cases that wait for the answer to this one."""
    linked = select(ComplaintDuplicate.complaint_id).where(
        ComplaintDuplicate.original_id == complaint_id
    )
    return list(
        session.scalars(
            select(Complaint).where(
                Complaint.id.in_(linked), Complaint.state == str(State.DUPLICATE)
            )
        )
    )


def last_outcome(session: Session, complaint_id: int) -> ComplaintOutcome | None:
    """Give how a case ended the last time; None when it never did, or before that was kept."""
    return session.scalars(
        select(ComplaintOutcome)
        .where(ComplaintOutcome.complaint_id == complaint_id)
        .order_by(ComplaintOutcome.id.desc())
        .limit(1)
    ).one_or_none()
