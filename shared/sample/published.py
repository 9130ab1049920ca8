"""Some of the sample's answered cases in public, put out by the heads as real ones are."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission, Role
from shared.domain.public_case import ANSWERED
from shared.models.account import Account
from shared.models.complaint import Complaint
from shared.sample.names import STAFF
from shared.services import public_cases
from shared.services.public_cases import Words
from shared.services.reach import actor_with

MOST_OF_A_UNIT = 4


def put_out(session: Session, accounts: Mapping[str, Account], now: datetime) -> None:
    """Put out a few cases of each commune in their own words, where nobody stands in them."""
    for plan in STAFF:
        if plan.role == Role.HEAD:
            _put_out(session, actor_with(session, accounts[plan.name]), now)


def _put_out(session: Session, head: Actor, now: datetime) -> None:
    answered = session.scalars(
        select(Complaint)
        .where(
            Complaint.unit_id.in_(head.units(Permission.PUBLISH)),
            Complaint.state.in_([str(state) for state in ANSWERED]),
        )
        .order_by(Complaint.number)
    )
    done = 0
    for case in answered.all():
        proposal = public_cases.proposed(session, case.number, None, head, now)
        if done < MOST_OF_A_UNIT and proposal.barrier is None and not proposal.findings:
            words = Words(proposal.shown.question, proposal.shown.answer)
            public_cases.publish(session, case.number, words, (), head, now)
            done += 1
