"""The sample's staff accounts, each with a one-time password nobody has seen yet."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.models.account import Account
from shared.models.organisation import Officer, Unit
from shared.sample.names import STAFF
from shared.services import accounts


def add_staff(
    session: Session, organisation_id: int, now: datetime
) -> tuple[Mapping[str, Account], Mapping[str, str]]:
    """Add the accounts; give them, and their one-time passwords, by name."""
    units = _keys(session, organisation_id)
    found = session.execute(
        select(Officer.code, Officer.id).where(Officer.unit_id.in_(units.values()))
    )
    officers = dict(iter(found))
    added: dict[str, Account] = {}
    passwords: dict[str, str] = {}
    for plan in STAFF:
        added[plan.name], passwords[plan.name] = accounts.add(
            session,
            plan.name,
            plan.full_name,
            [(Role(plan.role), units[plan.unit])],
            now,
            officer_id=officers[plan.officer] if plan.officer else None,
            sample=True,
        )
    return added, passwords


def _keys(session: Session, organisation_id: int) -> dict[str, int]:
    found = session.execute(
        select(Unit.code, Unit.id).where(Unit.organisation_id == organisation_id)
    )
    return dict(iter(found))
