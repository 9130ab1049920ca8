"""Cases that say the same: suggested with the reason, linked by a person, both answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor
from shared.domain.complaint import OPEN, Action, State
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.similarity import Likeness, compared, pairs_of
from shared.models.account import Account
from shared.models.case_work import ComplaintDuplicate
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.services.case_steps import (
    add_event,
    drop_draft,
    duplicates_of,
    end_like,
    is_erased,
    move,
    one_act,
    open_for,
)
from shared.services.inbox import case, visible_to

NEAR = timedelta(days=30)
MOST_COMPARED = 300
MOST_SUGGESTED = 3
ALREADY_SAID = {State.WITHDRAWN, State.DUPLICATE}


@dataclass(frozen=True)
class Suggestion:
    """A case that may say the same, and why: the words both have, the desk, the days between."""

    complaint: Complaint
    likeness: Likeness
    same_desk: bool
    days_apart: int


def suggested(session: Session, complaint: Complaint, actor: Actor) -> list[Suggestion]:
    """Give the cases of the unit, a month around, that say most likely the same, likest first.

    Only cases the person may see; an open case only is compared.
    """
    if complaint.state not in OPEN or complaint.state == State.DUPLICATE:
        return []
    near = session.scalars(
        select(Complaint)
        .where(
            visible_to(actor),
            Complaint.unit_id == complaint.unit_id,
            Complaint.id != complaint.id,
            Complaint.received_on.between(
                complaint.received_on - NEAR, complaint.received_on + NEAR
            ),
            Complaint.state.not_in([str(state) for state in ALREADY_SAID]),
        )
        .order_by(Complaint.received_on.desc(), Complaint.id.desc())
        .limit(MOST_COMPARED)
    )
    own, found = pairs_of(complaint.body), []
    for other in near:
        alike = compared(own, pairs_of(other.body))
        same_desk = complaint.desk_id is not None and complaint.desk_id == other.desk_id
        if alike.is_likely(same_place=same_desk):
            days = abs((complaint.received_on - other.received_on).days)
            found.append(Suggestion(other, alike, same_desk, days))
    found.sort(key=lambda one: (-one.likeness.share, one.days_apart, one.complaint.id))
    return found[:MOST_SUGGESTED]


def link(
    session: Session, number: str, original: str, version: int, actor: Actor, now: datetime
) -> Complaint:
    """Say that a case says what another one does: it waits for that answer, or gets it at once.

    Officers whom one names are from now on named in both, so that none of them answers either.
    Raises Invalid when the other one is unknown, the same, withdrawn, erased or itself such a case,
    RuleBroken when others wait for this one.
    """
    complaint = open_for(session, number, version, actor)
    other = _original(session, original, complaint, actor)
    if duplicates_of(session, complaint.id):
        raise RuleBroken(
            "has_duplicates", N_("Việc khác đang chờ câu trả lời của việc này. Xin nối ngược lại.")
        )
    with one_act(session):
        move(complaint, Action.LINK)
        drop_draft(session, complaint)
        session.merge(ComplaintDuplicate(complaint_id=complaint.id, original_id=other.id))
        share_names(session, complaint, other)
        add_event(session, complaint, Action.LINK, actor.name, now, other.number)
        add_event(session, other, Action.LINK, actor.name, now, complaint.number)
        if other.state not in OPEN:
            end_like(session, complaint, other, now)
    return complaint


def unlink(session: Session, number: str, version: int, actor: Actor, now: datetime) -> Complaint:
    """Let a case be worked on by itself again."""
    complaint = open_for(session, number, version, actor)
    with one_act(session):
        release(session, complaint, actor.name, now)
    return complaint


def release(session: Session, complaint: Complaint, actor: str, now: datetime) -> None:
    """Cut a case loose from the one it says the same as."""
    move(complaint, Action.UNLINK)
    row = session.get(ComplaintDuplicate, complaint.id)
    if row is not None:
        session.delete(row)
    add_event(session, complaint, Action.UNLINK, actor, now)


def original_of(session: Session, complaint_id: int) -> Complaint | None:
    """Give the case whose answer this one gets."""
    row = session.get(ComplaintDuplicate, complaint_id)
    return None if row is None else session.get_one(Complaint, row.original_id)


def linked_to(session: Session, complaint: Complaint, actor: Actor) -> Sequence[Complaint]:
    """List the cases a person may see that say the same as this one, or that this one repeats."""
    to_it = select(ComplaintDuplicate.complaint_id).where(
        ComplaintDuplicate.original_id == complaint.id
    )
    it_to = select(ComplaintDuplicate.original_id).where(
        ComplaintDuplicate.complaint_id == complaint.id
    )
    return session.scalars(
        select(Complaint)
        .where(visible_to(actor), Complaint.id.in_(to_it.union(it_to)))
        .order_by(Complaint.id)
    ).all()


def share_with_linked(session: Session, complaint: Complaint) -> None:
    """Name the officers of a case in those that say the same, too."""
    original = original_of(session, complaint.id) or complaint
    for one in (original, *duplicates_of(session, original.id)):
        if one.id != complaint.id:
            share_names(session, complaint, one)
    session.flush()


def share_names(session: Session, one: Complaint, other: Complaint) -> None:
    """Name in each of two cases the officers whom the other names; no handler is one of them."""
    named = {
        complaint.id: set(
            session.scalars(
                select(ComplaintOfficer.officer_id).where(
                    ComplaintOfficer.complaint_id == complaint.id
                )
            )
        )
        for complaint in (one, other)
    }
    both = named[one.id] | named[other.id]
    for complaint in (one, other):
        for officer_id in sorted(both - named[complaint.id]):
            session.add(ComplaintOfficer(complaint_id=complaint.id, officer_id=officer_id))
        handler = session.get(Account, complaint.handler_id) if complaint.handler_id else None
        if handler is not None and handler.officer_id in both:
            complaint.handler_id = None


def _original(session: Session, number: str, complaint: Complaint, actor: Actor) -> Complaint:
    try:
        other = case(session, number.strip(), actor)
    except NotFound:
        other = None
    if other is None or other.id == complaint.id or not _can_speak_for(other):
        raise Invalid(
            "original_unknown",
            N_("Xin chọn một việc khác của đơn vị, chưa rút và còn nội dung."),
            field="original",
        )
    return other


def _can_speak_for(original: Complaint) -> bool:
    """Say whether a case has an answer to give on, or will have one: an erased one has no words."""
    return original.state not in ALREADY_SAID and not is_erased(original)
