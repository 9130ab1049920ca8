"""Handing over everything a person has in work, such as when they are away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.complaint import Action
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.models.account import Account
from shared.models.complaint import Complaint
from shared.services.case_steps import add_event, one_act
from shared.services.handling import may_have, who_answers
from shared.services.inbox import OPEN_STATES, visible_to


@dataclass(frozen=True)
class Busy:
    """A person who answers in the units, and how many open cases they have there."""

    account: Account
    open: int


@dataclass(frozen=True)
class HandedOver:
    """How many cases went to the other person, and those that may not go there."""

    moved: int
    kept: Sequence[str]  # numbers


def people(session: Session, actor: Actor) -> list[Busy]:
    """List who answers in the units a person leads, with the open cases each has there."""
    units = actor.units(Permission.LEAD_CASES)
    rows = session.execute(
        select(Complaint.handler_id, func.count())
        .where(
            visible_to(actor),
            Complaint.unit_id.in_(units),
            Complaint.state.in_(OPEN_STATES),
        )
        .group_by(Complaint.handler_id)
    )
    waiting = {row[0]: row[1] for row in rows}
    return [Busy(one, waiting.get(one.id, 0)) for one in who_answers(session, units)]


def hand_over(
    session: Session, from_id: int, to_id: int, actor: Actor, now: datetime
) -> HandedOver:
    """Give all open cases of one person to another, each noted in its history.

    A case that names the other one, or lies where they may not answer, stays. Raises Invalid for
    the same person twice and for people out of reach.
    """
    known = {one.account.id: one.account for one in people(session, actor)}
    with Faults() as faults:
        for field, key in (("from", from_id), ("to", to_id)):
            if key not in known:
                faults.add(Invalid("person_unknown", N_("Xin chọn lại người."), field=field))
    if from_id == to_id:
        raise Invalid("same_person", N_("Xin chọn hai người khác nhau."), field="to")
    cases = session.scalars(
        select(Complaint)
        .where(
            visible_to(actor),
            Complaint.unit_id.in_(actor.units(Permission.LEAD_CASES)),
            Complaint.state.in_(OPEN_STATES),
            Complaint.handler_id == from_id,
        )
        .order_by(Complaint.id)
    ).all()
    to, kept = known[to_id], []
    with one_act(session):
        for complaint in cases:
            if not may_have(session, complaint, to_id):
                kept.append(complaint.number)
                continue
            complaint.handler_id = to_id
            words = f"{known[from_id].full_name} → {to.full_name}"
            add_event(session, complaint, Action.REASSIGN, actor.name, now, words)
    return HandedOver(len(cases) - len(kept), kept)
