"""Passing a case on: notes, a question to the resident, another handler, whom it names."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from shared.domain.access import GRANTED, Actor, Permission
from shared.domain.complaint import Action
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.rating import clean_text
from shared.models.account import Account, Grant
from shared.models.complaint import Complaint, ComplaintContact, ComplaintOfficer
from shared.models.organisation import Officer
from shared.services import clocks, duplicates
from shared.services.case_steps import add_event, looked_at, move, one_act, open_for
from shared.services.complaints import LONGEST_BODY
from shared.services.inbox import case
from shared.services.unit_tree import line_up

CONTACT_READ = "contact"


@dataclass(frozen=True)
class Contact:
    """How the sender agreed to be reached."""

    name: str
    phone: str


def note(
    session: Session, number: str, text: str, actor: Actor, now: datetime, *, ask: bool = False
) -> None:
    """Add a note no resident reads, or with `ask` a question the resident reads and may answer.

    The case then waits for the reply. Raises Invalid for an empty text or one over 5,000
    characters, RuleBroken when the case may not be asked about.
    """
    complaint = _to_act_on(session, number, actor)
    words = clean_text(text)
    if not words:
        raise Invalid("note_empty", N_("Xin nhập nội dung."), field="note")
    if len(words) > LONGEST_BODY:
        raise Invalid(
            "note_too_long",
            N_("Nội dung dài quá %(maximum)s ký tự. Xin rút gọn."),
            field="note",
            maximum=LONGEST_BODY,
        )
    action = Action.ASK if ask else Action.NOTE
    with one_act(session):
        move(complaint, action)
        event = add_event(session, complaint, action, actor.name, now, words, public=ask)
        if ask:
            complaint.handler_id = complaint.handler_id or actor.account_id
            looked_at(session, complaint, now)
            with suppress(RuleBroken):  # most rule sets let no clock stand still
                clocks.pause(session, complaint, event, now)


def handlers(session: Session, number: str, actor: Actor) -> list[Account]:
    """List who else may be given the case: may answer in its unit and is not named in it."""
    complaint = case(session, number, actor)
    named = set(session.scalars(_named(complaint)))
    found = who_answers(session, {complaint.unit_id})
    return [one for one in found if one.officer_id not in named]


def who_answers(session: Session, unit_ids: Collection[int]) -> list[Account]:
    """List the people who may answer in any of the units, by name."""
    lines = {above for unit_id in unit_ids for above in line_up(session, unit_id)}
    found = session.scalars(
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.closed_at.is_(None),
            Grant.role.in_([role for role, may in GRANTED.items() if Permission.ANSWER in may]),
            or_(Grant.unit_id.is_(None), Grant.unit_id.in_(lines)),
        )
        .order_by(Account.full_name, Account.id)
    )
    return list(found.unique())


def may_have(session: Session, complaint: Complaint, account_id: int) -> bool:
    """Say whether a person may be given a case: answers in its unit and is not named in it."""
    named = set(session.scalars(_named(complaint)))
    answering = who_answers(session, {complaint.unit_id})
    return any(one.id == account_id and one.officer_id not in named for one in answering)


def assign(
    session: Session, number: str, account_id: int, version: int, actor: Actor, now: datetime
) -> Complaint:
    """Give the case to another person; NotFound when that person may not have it."""
    complaint = open_for(session, number, version, actor)
    chosen = next((one for one in handlers(session, number, actor) if one.id == account_id), None)
    if chosen is None:
        raise NotFound
    with one_act(session):
        move(complaint, Action.REASSIGN)
        looked_at(session, complaint, now)
        complaint.handler_id = chosen.id
        add_event(session, complaint, Action.REASSIGN, actor.name, now, chosen.full_name)
    return complaint


def officers_to_name(session: Session, number: str, actor: Actor) -> list[Officer]:
    """List the officers of the case's unit whom it does not name yet."""
    complaint = case(session, number, actor)
    found = session.scalars(
        select(Officer)
        .where(Officer.unit_id == complaint.unit_id, Officer.id.not_in(_named(complaint)))
        .order_by(Officer.name, Officer.id)
    )
    return list(found)


def name_officer(
    session: Session, number: str, officer_id: int, version: int, actor: Actor, now: datetime
) -> None:
    """Write down that the case is about an officer, who from now on does not see it anywhere.

    A handler who is that officer loses it; so it is with cases that say the same. NotFound for
    an officer of another unit.
    """
    complaint = open_for(session, number, version, actor)
    found = {officer.id: officer for officer in officers_to_name(session, number, actor)}
    if officer_id not in found:
        raise NotFound
    with one_act(session):
        session.add(ComplaintOfficer(complaint_id=complaint.id, officer_id=officer_id))
        handler = session.get(Account, complaint.handler_id) if complaint.handler_id else None
        if handler is not None and handler.officer_id == officer_id:
            complaint.handler_id = None
        add_event(session, complaint, "name_officer", actor.name, now, found[officer_id].name)
    duplicates.share_with_linked(session, complaint)


def named_officers(session: Session, complaint_id: int) -> Sequence[Officer]:
    """List the officers a case names."""
    named = select(ComplaintOfficer.officer_id).where(ComplaintOfficer.complaint_id == complaint_id)
    return session.scalars(
        select(Officer).where(Officer.id.in_(named)).order_by(Officer.name)
    ).all()


def read_contact(session: Session, number: str, actor: Actor, now: datetime) -> Contact:
    """Open the sender's contact data, which is noted in the case's history.

    For those with Permission.CONTACTS in its unit; NotFound otherwise or when none was left.
    """
    complaint = case(session, number, actor)
    contact = session.get(ComplaintContact, complaint.id)
    if contact is None or complaint.unit_id not in actor.units(Permission.CONTACTS):
        raise NotFound
    add_event(session, complaint, CONTACT_READ, actor.name, now)
    return Contact(contact.name, contact.phone)


def _to_act_on(session: Session, number: str, actor: Actor) -> Complaint:
    complaint = case(session, number, actor)
    return open_for(session, number, complaint.version, actor)


def _named(complaint: Complaint) -> Select[int]:
    return select(ComplaintOfficer.officer_id).where(ComplaintOfficer.complaint_id == complaint.id)
